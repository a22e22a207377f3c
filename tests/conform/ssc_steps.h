/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a drive must answer, for an IBM ULT3580-TD8 with serial number XYZZY_A1 in which a blank
 * LTO8 cartridge has been loaded; unit attentions have been taken before.  The tables overwrite
 * the cartridge, each from its beginning.
 */
#ifndef VTL_CONFORM_SSC_STEPS_H
#define VTL_CONFORM_SSC_STEPS_H

#include "conform/table.h"

extern const struct conform_table ssc_conform[];	/* ends with .rows == NULL */

#endif
