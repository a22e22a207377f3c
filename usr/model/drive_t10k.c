// SPDX-License-Identifier: GPL-2.0-only
/* How StorageTek's T10000 drives describe themselves. */
#include <stddef.h>

#include "model/drive.h"

/* 54: key management; 55: encryption, VolSafe, compression; 58: SAM-4, SPC-3, SSC-3, FCP-3. */
static const uint8_t inquiry[74] = {
	[0] = 0x01, 0x80, 0x05, 0x42, 74 - 5, 0x00, 0x00, 0x02,
	[54] = 0x04, 0x16,
	[58] = 0x00, 0x77, 0x03, 0x14, 0x04, 0x03, 0x0a, 0x11,
};
const struct inquiry_row inquiry_t10k = { inquiry, sizeof(inquiry), 0, 0 };

static const uint8_t worm[2] = { 0x01 };

const struct vpd_page vpd_t10k[] = {
	{ 0x80, VPD_SERIAL,      10,           0, 0, NULL },
	{ 0x83, VPD_IDENTIFIERS, 10,           0, 0, NULL },
	{ 0xb0, VPD_FIXED,       sizeof(worm), 0, 0, worm },
	{ 0 },
};
