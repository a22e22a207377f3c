// SPDX-License-Identifier: GPL-2.0-only
/* How a drive that nobody knows describes itself. */
#include <stddef.h>

#include "model/drive.h"

static const uint8_t inquiry[64] = {
	[0] = 0x01, 0x80, 0x05, 0x02, 64 - 5, 0x00, 0x00, 0x02,
	[58] = 0x00, 0x60, 0x03, 0x00, 0x04, 0x00,
};
const struct inquiry_row inquiry_plain = { inquiry, sizeof(inquiry), 0, 0 };

static const uint8_t worm[2] = { 0x01 };
static const uint8_t alerts[8] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t build[40] = { [20] = '2', '0', '2', '6', '-', '0', '1', '-', '0', '1' };
static const uint8_t security[8] = { 'S', 'e', 'c', 'u', 'r', 'i', 't', 'y' };

const struct vpd_page vpd_plain[] = {
	{ 0x80, VPD_SERIAL,      10,               0, 0, NULL },
	{ 0x83, VPD_IDENTIFIERS, 10,               0, 0, NULL },
	{ 0xb0, VPD_FIXED,       sizeof(worm),     0, 0, worm },
	{ 0xb1, VPD_SERIAL,      16,               0, 0, NULL },
	{ 0xb2, VPD_FIXED,       sizeof(alerts),   0, 0, alerts },
	{ 0xc0, VPD_FIXED,       sizeof(build),    0, 0, build },
	{ 0xc1, VPD_FIXED,       sizeof(security), 0, 0, security },
	{ 0 },
};
