// SPDX-License-Identifier: GPL-2.0-only
/* READ ELEMENT STATUS: cut at every length, of every library, and of a very large one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/macros.h"
#include "conform/smc_steps.h"
#include "fake/library.h"

enum { WHOLE = 8192, TAGS = 0x10, IDS = 1, ALL = 0 };

static int fail(const char *what, const char *why)
{
	printf("not ok - element status: %s: %s\n", what, why);
	return 1;
}

static int test_cuts(void)
{
	struct fake_library l;
	int failed = 0;

	fake_library_init(&l);
	fake_take_attention(&l, 0);
	for (unsigned int n = 0; n < 20; n++) {
		char what[64];
		const struct step row = {
			what, { 0xb8, (uint8_t)(n % 5 | (n < 10 ? TAGS : 0)), 0, 0, 0xff, 0xff,
				n % 2 ? IDS : 0 },
			.room = n % 5 ? 2200 : 3200,
		};

		snprintf(what, sizeof(what), "type %u, %s, %s", n % 5, n < 10 ? "tags" : "no tags",
			 n % 2 ? "identifiers" : "none");
		failed += script_cut(&l.script, "element status", &row, 7, 3);
	}
	fake_library_release(&l);
	return failed;
}

/* Walks a report as a host does, by the lengths in it alone; returns elements seen, or -1. */
static int walk(const uint8_t *d, uint32_t len, uint32_t lengths[SMC_TYPES])
{
	uint32_t at = 8, seen = 0;
	int last = -1;

	if (len < 8 || be_get(&d[5], 3) != len - 8)
		return -1;
	while (at < len) {
		const uint32_t size = be_get(&d[at + 2], 2), bytes = be_get(&d[at + 5], 3);
		const uint32_t end = at + 8 + bytes;

		if (d[at] < SMC_PICKER || d[at] > SMC_DRIVE || !size || bytes % size || end > len)
			return -1;
		lengths[d[at]] = size;
		for (at += 8; at < end; at += size, seen++) {
			if ((int)be_get(&d[at], 2) <= last || d[at + 6] || d[at + 7])
				return -1;
			last = (int)be_get(&d[at], 2);
		}
	}
	return seen == be_get(&d[2], 2) ? (int)seen : -1;
}

/* Bytes of a drive's descriptor with neither, tags, identifiers, both; others: 16 and 52. */
static const struct sizes {
	const char *vendor, *product;
	uint32_t drive[4];
} sizes[] = {
	{ "STK", "L700", { 16, 52, 50, 86 } },
	{ "STK", "L80", { 16, 52, 50, 86 } },
	{ "STK", "SL500", { 16, 52, 50, 86 } },
	{ "IBM", "3573-TL", { 16, 52, 50, 86 } },
	{ "IBM", "03584L32", { 16, 52, 50, 86 } },
	{ "HP", "MSL G3 Series", { 36, 72, 36, 72 } },
	{ "HP", "EML E-Series", { 16, 52, 50, 86 } },
	{ "OVERLAND", "NEO", { 16, 52, 50, 86 } },
	{ "ADIC", "Scalar 100", { 16, 52, 50, 86 } },
	{ "SPECTRA", "PYTHON", { 16, 52, 48, 84 } },
	{ "SPECTRA", "GATOR", { 16, 52, 26, 62 } },
	{ "SPECTRA", "215", { 16, 52, 16, 52 } },
	{ "ACME", "whatever", { 16, 52, 50, 86 } },
};

static int check_sizes(struct fake_library *l, const struct sizes *s, unsigned int n)
{
	const struct step row = {
		s->product, { 0xb8, n & 1 ? TAGS : 0, 0, 0, 0xff, 0xff, n & 2 ? IDS : 0, 0,
			      WORD(WHOLE) }, .room = WHOLE,
	};
	uint32_t got[SMC_TYPES] = { 0 };
	const struct script_answer *a = &l->script.answer;

	if (!script_send(&l->script, &row) || a->status != SAM_GOOD)
		return fail(s->product, "no answer");
	if (walk(a->in, a->in_len, got) != 10)
		return fail(s->product, "lengths do not agree with what is there");
	if (got[SMC_DRIVE] != s->drive[n])
		return fail(s->product, "length of a drive's descriptor");
	if (got[SMC_SLOT] != (n & 1 ? 52 : 16) || got[SMC_SLOT] != got[SMC_PICKER])
		return fail(s->product, "length of another descriptor");
	return 0;
}

static int test_sizes(void)
{
	static const uint32_t counts[SMC_TYPES] = {
		[SMC_PICKER] = 1, [SMC_SLOT] = 6, [SMC_MAP] = 1, [SMC_DRIVE] = 2,
	};
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct fake_library l;

		fake_library_make(&l, sizes[i].vendor, sizes[i].product, counts);
		fake_take_attention(&l, 0);
		for (unsigned int n = 0; n < 4; n++)
			failed += check_sizes(&l, &sizes[i], n);
		fake_library_release(&l);
	}
	if (!failed)
		printf("ok - element status: descriptors of %zu libraries\n", ARRAY_SIZE(sizes));
	return failed;
}

static void uninstall(void *ctx)
{
	struct fake_library *l = ctx;

	smc_element_nth(&l->c, SMC_DRIVE, 1)->installed = false;
}

static void hide_label(void *ctx)
{
	struct fake_library *l = ctx;

	smc_element_fill(&l->c, smc_element_nth(&l->c, SMC_SLOT, 1), "NOBAR01");
	smc_element_fill(&l->c, smc_element_nth(&l->c, SMC_SLOT, 2),
			 "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345");
}

#define ZEROS36 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static const struct step special[] = {
	{ "device.conf has no drive here", .event = uninstall },
	{ "so there is no identifier", STATUS(0x14, DRIVE, 1, IDS, 255),
	  .in = BYTES("\x01\xf4\0\1\0\0\0\x5e" "\4\x80\0\x56\0\0\0\x56"
		      "\x01\xf4\x08\0\0\0\0\0\0\0\0\0" ZEROS36 ZEROS36 "\0\0") },
	{ "and nothing can be put there", MOVE(SLOT, DRIVE), .sense = 5, .asc = 0x2101,
	  .field = IN_CDB(6, 7) },
	{ "labels", .event = hide_label },
	{ "one that cannot be read, one that fills its field", STATUS(0x12, SLOT, 2, 0, 255),
	  .in = BYTES("\x03\xe8\0\2\0\0\0\x70" "\2\x80\0\x34\0\0\0\x68"
		      "\x03\xe8\x09\0\0\0\0\0\0\1\0\0" ZEROS36 "\0\0\0\0"
		      "\x03\xe9\x09\0\0\0\0\0\0\1\0\0" "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
		      "\0\0\0\0" "\0\0\0\0") },
	{ "no mail slots: an empty report", STATUS(3, 0, 1, 0, 255),
	  .in = BYTES("\0\0\0\0\0\0\0\0") },
	{ "from between two types", STATUS(0, 2, 1, 0, 8), .in = BYTES("\x01\xf4\0\1\0\0\0\x18") },
	{ 0 },
};

static int test_special(void)
{
	static const uint32_t counts[SMC_TYPES] = {
		[SMC_PICKER] = 1, [SMC_SLOT] = 6, [SMC_DRIVE] = 2,
	};
	struct fake_library l;
	int failed;

	fake_library_make(&l, "STK", "L700", counts);
	fake_take_attention(&l, 0);
	failed = fake_play(&l, "element status", special);
	fake_library_release(&l);
	return failed;
}

enum { MANY = 10000, MANY_ROOM = 1 << 20 };

static int check_many(struct fake_library *l)
{
	struct step row = { "10,000 slots", { 0xb8, TAGS, 0, 0, 0xff, 0xff, IDS },
			    .room = MANY_ROOM };
	const struct script_answer *a = &l->script.answer;
	uint32_t lengths[SMC_TYPES];

	be_put(&row.cdb[7], 3, MANY_ROOM);
	script_send(&l->script, &row);
	if (a->status != SAM_GOOD || walk(a->in, a->in_len, lengths) != MANY + 1 + 4 + 8)
		return fail(row.what, "not all of them");
	if (a->in_len != 8 + 4 * 8 + (MANY + 5) * 52 + 8 * 86)
		return fail(row.what, "length");
	return 0;
}

static int test_many(void)
{
	static const uint32_t counts[SMC_TYPES] = {
		[SMC_PICKER] = 1, [SMC_SLOT] = MANY, [SMC_MAP] = 4, [SMC_DRIVE] = 8,
	};
	struct fake_library l;
	char barcode[16];
	int failed = 0;

	fake_library_make(&l, "STK", "L700", counts);
	fake_take_attention(&l, 0);
	for (uint32_t n = 0; n < MANY; n++) {
		const uint32_t at = n * 7919 % MANY;	/* in no order */

		snprintf(barcode, sizeof(barcode), "M%05uL8", at);
		if (smc_element_fill(&l.c, smc_element_nth(&l.c, SMC_SLOT, at + 1), barcode))
			return fail("10,000 slots", "cannot be filled");
	}
	failed = check_many(&l) + fake_check(&l, "10,000 slots");
	fake_library_release(&l);
	if (!failed)
		printf("ok - element status: 10,000 slots\n");
	return failed;
}

int main(void)
{
	return (test_cuts() + test_sizes() + test_special() + test_many()) != 0;
}
