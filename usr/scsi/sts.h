/* SPDX-License-Identifier: GPL-2.0-only */
/* The columns of sts.def, for this layer alone. */
#ifndef VTL_SCSI_STS_H
#define VTL_SCSI_STS_H

#include "scsi/cmd.h"

struct sts_row {
	uint8_t status, byte2;
	uint16_t asc;
	const char *text;
};
extern const struct sts_row scsi_sts_rows[STS_COUNT];

#endif
