/* SPDX-License-Identifier: GPL-2.0-only */
/* What families of drives share; only the tables of drives use this. */
#ifndef VTL_MODEL_DRIVE_H
#define VTL_MODEL_DRIVE_H

#include "model/model.h"

/* Lists of mode pages, each ending with .value == NULL. */
extern const struct mode_page mode_pages_plain[];	/* 01 02 0A 0F 10 11 1A 1C 1D */
extern const struct mode_page mode_pages_ibm_lto[];	/* and 0A/01 0A/F0 10/01 24 25 2F 30/20 */

/* IBM LTO, generation 5 on: without and with CRC32C among the protection methods. */
extern const struct inquiry_row inquiry_ibm_lto;
extern const struct vpd_page vpd_ibm_lto[];

extern const struct inquiry_row inquiry_t10k;
extern const struct vpd_page vpd_t10k[];

extern const struct inquiry_row inquiry_plain;
extern const struct vpd_page vpd_plain[];

#endif
