// SPDX-License-Identifier: GPL-2.0-only
/* Medium changers.  Adding a library is adding a row. */
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/macros.h"
#include "model/model.h"

/* Mode pages (SPC-5 7.5, SMC-3 7.3): whole pages, header included; none of them can be changed. */

static const uint8_t disconnect[] = { 0x02, 0x0e, 0x32, 0x32, [10] = 0x04, [15] = 0 };
static const uint8_t control_extension[] = { 0x4a, 0x01, 0x00, 0x1c, [31] = 0 };
static const uint8_t power_condition[] = { 0x1a, 0x24, [37] = 0 };
static const uint8_t exceptions[] = { 0x1c, 0x0a, 0x08, 0x03, [11] = 0 };
static const uint8_t addresses[] = { 0x1d, 0x12, [19] = 0 };	/* the unit fills it in */
static const uint8_t geometry[] = { 0x1e, 0x02, 0, 0 };
static const uint8_t drive_configuration[] = { 0x2d, 0x24, [37] = 0 };

/* Device capabilities: what may be stored where, and moved from where to where. */
static const uint8_t able_all[] = { 0x1f, 0x12, 0x0f, 0x07, 0x0f, 0x0f, 0x0f, 0x0f, [19] = 0 };
static const uint8_t able_exchange[] = {
	0x1f, 0x12, 0x0e, 0x00, 0x0e, 0x0e, 0x0e, 0x0e, 0, 0, 0, 0, 0x0e, 0x0e, 0x0e, 0x0e,
	[19] = 0,
};
static const uint8_t able_places[] = { 0x1f, 0x12, 0x0e, 0x00, 0x0e, 0x0e, 0x0e, 0x0e, [19] = 0 };
static const uint8_t able_no_mail[] = { 0x1f, 0x12, 0x0b, 0x00, 0x0a, 0x0b, 0x00, 0x0b, [19] = 0 };

#define PAGE(code, bytes) { bytes, NULL, code, 0, sizeof(bytes) }
#define COMMON_PAGES PAGE(0x02, disconnect), \
	{ control_extension, NULL, 0x0a, 0x01, sizeof(control_extension) }, \
	PAGE(0x1a, power_condition), PAGE(0x1c, exceptions), PAGE(0x1d, addresses), \
	PAGE(0x1e, geometry)

static const struct mode_page pages_plain[] = {
	COMMON_PAGES, PAGE(0x1f, able_all), { .len = 0 },
};
static const struct mode_page pages_stk_l20[] = {
	COMMON_PAGES, PAGE(0x1f, able_all), PAGE(0x2d, drive_configuration), { .len = 0 },
};
static const struct mode_page pages_ibm[] = {
	COMMON_PAGES, PAGE(0x1f, able_exchange), { .len = 0 },
};
static const struct mode_page pages_spectra[] = {
	COMMON_PAGES, PAGE(0x1f, able_places), { .len = 0 },
};
static const struct mode_page pages_treefrog[] = {
	COMMON_PAGES, PAGE(0x1f, able_no_mail), { .len = 0 },
};

/* Standard INQUIRY data: 16 bit addresses; where it is long, its version descriptors at 58. */

static const uint8_t inquiry_64_bytes[64] = {
	0x08, 0x80, 0x05, 0x02, 0x3b, 0x00, 0x01, 0x20,
	[58] = 0x03, 0x00, 0x09, 0x60, 0x02, 0x00,
};
static const uint8_t inquiry_scsi2_bytes[64] = {
	0x08, 0x80, 0x02, 0x02, 0x3b, 0x00, 0x01, 0x20,
	[58] = 0x03, 0x00, 0x09, 0x60, 0x02, 0x00,
};
/* Byte 55: BarC, there is a barcode reader. */
static const uint8_t inquiry_72_bytes[72] = {
	0x08, 0x80, 0x05, 0x02, 0x43, 0x00, 0x01, 0x20, [55] = 0x01,
	[58] = 0x00, 0x5c, 0x0b, 0x56, 0x02, 0xfe, 0x03, 0x0f,
};
static const uint8_t inquiry_3584_bytes[58] = {
	0x08, 0x80, 0x03, 0x02, 0x35, 0x00, 0x01, 0x20, [50] = '0', '0',
};
static const uint8_t inquiry_36_bytes[36] = {
	0x08, 0x80, 0x03, 0x02, 0x1f, 0x00, 0x21, 0x20,
};

static const struct inquiry_row inquiry_64 = { inquiry_64_bytes, 64, 0, 0 };
static const struct inquiry_row inquiry_scsi2 = { inquiry_scsi2_bytes, 64, 0, 0 };
static const struct inquiry_row inquiry_72 = { inquiry_72_bytes, 72, 38, 12 };
static const struct inquiry_row inquiry_3584 = { inquiry_3584_bytes, 58, 38, 12 };
static const struct inquiry_row inquiry_36 = { inquiry_36_bytes, 36, 0, 0 };

/* Vital product data.  A serial number page of fixed form is the serial and what follows it. */

static const uint8_t serial_zeros[18] = { 0 };
static const uint8_t serial_ll0[16] = { [12] = '_', 'L', 'L', '0' };
static const uint8_t serial_first_slot[22] = { [12] = '0', '4', '0', '0' };
static const uint8_t serial_adic[24] = "ADIC    ";

static const struct vpd_page vpd_stk[] = {
	/* No page 83h: udev would take it for its links, which are made of page 80h else. */
	{ 0x80, VPD_FIXED, sizeof(serial_zeros), 0, 12, serial_zeros },
	{ .kind = VPD_END },
};
static const struct vpd_page vpd_hp[] = {
	{ 0x80, VPD_FIXED, sizeof(serial_zeros), 0, 10, serial_zeros },
	{ 0x83, VPD_IDENTIFIERS, 10, 0, 0, NULL },
	{ .kind = VPD_END },
};
static const struct vpd_page vpd_ibm_3573[] = {
	{ 0x80, VPD_FIXED, sizeof(serial_ll0), 0, 12, serial_ll0 },
	{ 0x83, VPD_IDENTIFIERS, 12, 0, 0, NULL },
	{ .kind = VPD_END },
};
static const struct vpd_page vpd_ibm_3584[] = {
	{ 0x80, VPD_FIXED, sizeof(serial_first_slot), 0, 10, serial_first_slot },
	{ 0x83, VPD_IDENTIFIERS, 12, 0, 0, NULL },
	{ .kind = VPD_END },
};
static const struct vpd_page vpd_scalar[] = {
	{ 0x80, VPD_FIXED, sizeof(serial_adic), 8, 16, serial_adic },
	{ 0x83, VPD_IDENTIFIERS, 10, 0, 0, NULL },
	{ .kind = VPD_END },
};
static const struct vpd_page vpd_serial[] = {
	{ 0x80, VPD_SERIAL, 14, 0, 0, NULL },
	{ .kind = VPD_END },
};
static const struct vpd_page vpd_plain[] = {
	{ 0x80, VPD_SERIAL, 14, 0, 0, NULL },
	{ 0x83, VPD_IDENTIFIERS, 10, 0, 0, NULL },
	{ .kind = VPD_END },
};

static const uint8_t logs[] = { 0x00, 0x0d, 0x2e, 0xff };

#define READER	LIB_BARCODE_READER
#define SERIAL	LIB_DVCID_SERIAL
#define ALWAYS	LIB_DVCID_ALWAYS

#define UNIT(vendor, product, ...) { vendor, product, "0108", __VA_ARGS__, logs }
#define STK	&inquiry_64, vpd_stk
#define HP_MSL	&inquiry_scsi2, vpd_hp
#define SCALAR	&inquiry_36, vpd_scalar, pages_plain

const struct library_model library_models[] = {
	/* vendor and product, pages;  product alone; drives, pickers, mail, slots; DVCID; caps */
	{ UNIT("STK", "SL500", STK, pages_plain),	false, 500, 1, 10, 1000, 34, READER },
	{ UNIT("STK", "L20", STK, pages_stk_l20),	false, 500, 1, 10, 1000, 34, READER },
	{ UNIT("STK", "L40", STK, pages_stk_l20),	false, 500, 1, 10, 1000, 34, READER },
	{ UNIT("STK", "L80", STK, pages_stk_l20),	false, 500, 1, 10, 1000, 34, READER },
	{ UNIT("STK", "L700", STK, pages_plain),	false, 500, 1, 10, 1000, 34, READER },
	{ UNIT("STK", NULL, STK, pages_plain),		false, 500, 1, 10, 1000, 34, READER },
	{ UNIT("IBM", "3573-TL", &inquiry_72, vpd_ibm_3573, pages_ibm),
							false, 256, 1, 16, 4096, 34, READER },
	{ UNIT("IBM", "03584", &inquiry_3584, vpd_ibm_3584, pages_ibm),
							false, 257, 1, 768, 1024, 34, READER },
	{ UNIT("HP", "MSL", HP_MSL, pages_plain),
					false, 480, 1, 448, 32, 20, READER | SERIAL | ALWAYS },
	{ UNIT("HP", NULL, &inquiry_64, vpd_hp, pages_plain),
							false, 500, 1, 10, 1000, 34, READER },
	{ UNIT("OVERLAND", "OVERLAND", &inquiry_64, vpd_serial, pages_plain),
							true,  255, 1, 0, 2, 34, READER },
	{ UNIT("OVERLAND", NULL, &inquiry_64, vpd_serial, pages_plain),
							false, 255, 1, 0, 2, 34, READER },
	{ UNIT("ADIC", "ADIC", SCALAR),			true,  256, 1, 16, 4096, 34, READER },
	{ UNIT("ADIC", NULL, SCALAR),			false, 256, 1, 16, 4096, 34, READER },
	{ UNIT("QUANTUM", "QUANTUM", SCALAR),		true,  256, 1, 16, 4096, 34, READER },
	{ UNIT("QUANTUM", NULL, SCALAR),		false, 256, 1, 16, 4096, 34, READER },
	{ UNIT("SPECTRA", "GATOR", &inquiry_64, vpd_serial, pages_spectra),
						false, 675, 707, 1, 30, 10, READER | SERIAL },
	{ UNIT("SPECTRA", "215", &inquiry_64, vpd_serial, pages_treefrog),
						false, 31, 86, 99, 1, 0, READER | SERIAL | ALWAYS },
	{ UNIT("SPECTRA", NULL, &inquiry_64, vpd_serial, pages_spectra),
						false, 256, 1, 16, 4096, 32, READER | SERIAL },
	{ UNIT(NULL, NULL, &inquiry_72, vpd_plain, pages_plain),
						false, 1, 752, 768, 1024, 34, READER },
};

static bool begins(const char *text, const char *prefix)
{
	return !prefix || !strncasecmp(text, prefix, strlen(prefix));
}

const struct library_model *library_model_find(const char *vendor, const char *product)
{
	const struct library_model *m = library_models;

	for (; m < &library_models[ARRAY_SIZE(library_models) - 1]; m++)
		if (begins(product, m->unit.product) &&
		    (m->product_counts || begins(vendor, m->unit.vendor)))
			break;
	return m;
}
