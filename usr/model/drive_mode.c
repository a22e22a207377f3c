// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mode pages of drives (SPC-5 7.5, SSC-5 8.5): power-on values, and under each of them the bits
 * that a host may change, behind the same header.  What follows the drive's state, such as
 * compression or partitions, is brought up to date before it is shown.
 */
#include <stddef.h>

#include "model/drive.h"

#define LIST(...) { __VA_ARGS__ }
#define PAGE(name, size, value, mask) \
	static const uint8_t name[2][size] = { value, mask }
#define ROW(name, page, subpage) { name[0], name[1], page, subpage, sizeof(name[0]) }

PAGE(recovery, 12, LIST(0x01, 0x0a), LIST(0x01, 0x0a));
PAGE(disconnect, 16, LIST(0x02, 0x0e, 0x32, 0x32, 0, 0, 0, 0, 0, 0, 0x04), LIST(0x02, 0x0e));
PAGE(control, 12, LIST(0x0a, 0x0a), LIST(0x0a, 0x0a, 0x04 /* D_SENSE */));
PAGE(control_ext, 32, LIST(0x4a, 0x01, 0, 0x1c), LIST(0x4a, 0x01, 0, 0x1c));
/*
 * Protection methods come with what computes them; until then none can be chosen, and so the
 * length of the information and the ways that it would go mean nothing.
 */
PAGE(protection, 32,
     LIST(0x4a, 0xf0, 0, 0x1c, 0, 0x04),
     LIST(0x4a, 0xf0, 0, 0x1c, 0, 0x3f, 0xc0));
/* DCE and DCC, DDE; one algorithm for both ways.  st(4) may set it to 0 with DCE off. */
PAGE(compression, 16,
     LIST(0x0f, 0x0e, 0xc0, 0x80, 0, 0, 0, 0x01, 0, 0, 0, 0x01),
     LIST(0x0f, 0x0e, 0x80, 0x00, 0xff, 0xff, 0xff, 0xff));
/* LOIS; EEG and SEW; WTRE 10b.  To change: SWP, and the compression algorithm. */
PAGE(device_config, 16,
     LIST(0x10, 0x0e, 0, 0, 0, 0, 0, 0x64, 0x40, 0, 0x18, 0, 0, 0, 0x01, 0x80),
     LIST(0x10, 0x0e, 0, 0, 0, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0xff));
/* Short erase mode 2; to change: write mode, and PEWS in MB. */
PAGE(device_config_ext, 32,
     LIST(0x50, 0x01, 0, 0x1c, 0, 0x02),
     LIST(0x50, 0x01, 0, 0x1c, 0, 0xf0, 0xff, 0xff));
/* PSUM 11b and POFM, units of 10^9; sizes in those. */
PAGE(partition, 16,
     LIST(0x11, 0x0e, 0, 0, 0x1c, 0x03, 0x09),
     LIST(0x11, 0x0e, 0, 0xff, 0xf8, 0, 0x0f, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
PAGE(power, 40, LIST(0x1a, 0x26), LIST(0x1a, 0x26));
PAGE(exceptions, 12, LIST(0x1c, 0x0a, 0x08, 0x03), LIST(0x1c, 0x0a));
/* WORM: label restrictions 01h, filemark restrictions 02h. */
PAGE(medium_config, 32, LIST(0x1d, 0x1e, 0, 0, 0x01, 0x02), LIST(0x1d, 0x1e));
PAGE(ibm_encryption, 8, LIST(0x24, 0x06, 0, 0, 0, 0, 0, 0x01), LIST(0x24, 0x06));
PAGE(ibm_warning, 32, LIST(0x25, 0x1e, 0, 0, 0, 0x01, 0x01), LIST(0x25, 0x1e));
PAGE(ibm_behaviour, 10, LIST(0x2f, 0x08), LIST(0x2f, 0x08));
PAGE(ibm_key_mode, 9, LIST(0x70, 0x20, 0, 0x05, 0, 0x03, 0x01, 0x01), LIST(0x70, 0x20, 0, 0x05));

const struct mode_page mode_pages_plain[] = {
	ROW(recovery,      0x01, 0x00),
	ROW(disconnect,    0x02, 0x00),
	ROW(control,       0x0a, 0x00),
	ROW(compression,   0x0f, 0x00),
	ROW(device_config, 0x10, 0x00),
	ROW(partition,     0x11, 0x00),
	ROW(power,         0x1a, 0x00),
	ROW(exceptions,    0x1c, 0x00),
	ROW(medium_config, 0x1d, 0x00),
	{ 0 },
};

const struct mode_page mode_pages_ibm_lto[] = {
	ROW(recovery,          0x01, 0x00),
	ROW(disconnect,        0x02, 0x00),
	ROW(control,           0x0a, 0x00),
	ROW(control_ext,       0x0a, 0x01),
	ROW(protection,        0x0a, 0xf0),
	ROW(compression,       0x0f, 0x00),
	ROW(device_config,     0x10, 0x00),
	ROW(device_config_ext, 0x10, 0x01),
	ROW(partition,         0x11, 0x00),
	ROW(power,             0x1a, 0x00),
	ROW(exceptions,        0x1c, 0x00),
	ROW(medium_config,     0x1d, 0x00),
	ROW(ibm_encryption,    0x24, 0x00),
	ROW(ibm_warning,       0x25, 0x00),
	ROW(ibm_behaviour,     0x2f, 0x00),
	ROW(ibm_key_mode,      0x30, 0x20),
	{ 0 },
};
