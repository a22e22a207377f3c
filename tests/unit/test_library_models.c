// SPDX-License-Identifier: GPL-2.0-only
/* Rows of libraries: who gets which, and contradictions in them. */
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "model/model.h"

/* device.conf's vendor and product, and where the elements begin. */
static const struct {
	const char *vendor, *product;
	uint16_t drive, picker, map, slot;
} finds[] = {
	{ "STK", "L700", 500, 1, 10, 1000 },	{ "STK", "L80", 500, 1, 10, 1000 },
	{ "stk", "l20", 500, 1, 10, 1000 },	{ "STK", "SL500", 500, 1, 10, 1000 },
	{ "STK", "SL3000", 500, 1, 10, 1000 },	{ "IBM", "3573-TL", 256, 1, 16, 4096 },
	{ "IBM", "03584L32", 257, 1, 768, 1024 }, { "IBM", "3584", 1, 752, 768, 1024 },
	{ "HP", "MSL G3 Series", 480, 1, 448, 32 }, { "HP", "EML E-Series", 500, 1, 10, 1000 },
	{ "XX", "OVERLAND NEO", 255, 1, 0, 2 },	{ "OVERLAND", "NEO Series", 255, 1, 0, 2 },
	{ "XX", "ADIC Scalar", 256, 1, 16, 4096 }, { "ADIC", "Scalar i500", 256, 1, 16, 4096 },
	{ "QUANTUM", "Scalar i6", 256, 1, 16, 4096 }, { "SPECTRA", "GATOR", 675, 707, 1, 30 },
	{ "SPECTRA", "215", 31, 86, 99, 1 },	{ "SPECTRA", "PYTHON", 256, 1, 16, 4096 },
	{ "ACME", "whatever", 1, 752, 768, 1024 }, { "", "", 1, 752, 768, 1024 },
};

static int want(bool ok, const char *what, const char *why)
{
	if (!ok)
		printf("not ok - libraries: %s: %s\n", what, why);
	return !ok;
}

static int check_finds(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(finds); i++) {
		const struct library_model *m = library_model_find(finds[i].vendor,
								   finds[i].product);

		failed += want(m->first_drive == finds[i].drive &&
			       m->first_picker == finds[i].picker &&
			       m->first_map == finds[i].map && m->first_slot == finds[i].slot,
			       finds[i].product, "is taken for another library");
	}
	return failed;
}

static int check_modes(const struct mode_page *row, const char *what)
{
	int failed = 0, last = -1;

	for (; row->value; row++) {
		const bool sub = row->subpage != 0;
		const int len = sub ? (row->value[2] << 8) + row->value[3] + 4 : row->value[1] + 2;

		failed += want((row->value[0] & 0x3f) == row->page, what, "code of a mode page");
		failed += want(sub == !!(row->value[0] & 0x40), what, "SPF of a mode page");
		failed += want(len == row->len, what, "length of a mode page");
		failed += want((row->page << 8 | row->subpage) > last, what, "order of mode pages");
		last = row->page << 8 | row->subpage;
	}
	return failed;
}

static int check_vpd(const struct vpd_page *row, const char *what)
{
	int failed = 0, last = 0;

	for (; row->kind != VPD_END; row++) {
		failed += want(row->page > last, what, "order of vital product data pages");
		failed += want(row->serial_at + row->serial_len <= row->width, what,
			       "serial number beyond its page");
		failed += want(row->kind != VPD_FIXED || row->bytes, what, "a page without bytes");
		last = row->page;
	}
	return failed;
}

static int check_inquiry(const struct inquiry_row *row, const char *what)
{
	return want(row->bytes[0] == 0x08 && row->bytes[1] == 0x80, what, "is no changer") +
	       want(row->bytes[4] == row->len - 5 && row->len >= 36, what, "length of inquiry") +
	       want(row->serial_at + row->serial_len <= row->len, what, "serial beyond inquiry");
}

static int check_row(const struct library_model *m, const char *what)
{
	const uint16_t first[] = { m->first_drive, m->first_picker, m->first_map, m->first_slot };
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(first); i++)
		for (size_t j = 0; j < i; j++)
			failed += want(first[i] != first[j], what, "two types at one address");
	failed += want(!m->unit.vendor || strlen(m->unit.vendor) <= 8, what, "vendor");
	failed += want(!m->unit.product || strlen(m->unit.product) <= 16, what, "product");
	failed += want(strlen(m->unit.revision) == 4, what, "revision");
	return failed + check_modes(m->unit.mode, what) + check_vpd(m->unit.vpd, what) +
	       check_inquiry(m->unit.inquiry, what);
}

int main(void)
{
	const struct library_model *const stk = library_model_find("STK", "L700");
	int failed = check_finds();

	for (const struct library_model *m = library_models; ; m++) {
		failed += check_row(m, m->unit.product ? m->unit.product : "a library");
		if (!m->unit.vendor && !m->unit.product)
			break;
	}
	failed += want(stk->unit.vpd->page == 0x80 && stk->unit.vpd[1].kind == VPD_END, "L700",
		       "must have page 80h and no other");
	if (!failed)
		printf("ok - libraries: rows, and who gets which\n");
	return failed != 0;
}
