// SPDX-License-Identifier: GPL-2.0-only
/* The attributes of mhvtl's cartridges, number by number, and those that are too long or cut. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/macros.h"
#include "fake/report.h"
#include "tools/mhvtl_media.h"

enum { LOADS, INITIALIZATIONS, REFERENCE, WRITTEN, READ, WRITTEN_LAST, READ_LAST, CAPACITY,
	DENSITY, NUMBERS };

static uint64_t number(const struct mhvtl_info *i, int which)
{
	switch (which) {
	case LOADS: return i->counters.loads;
	case INITIALIZATIONS: return i->counters.initializations;
	case REFERENCE: return i->counters.change_reference;
	case WRITTEN: return i->counters.written;
	case READ: return i->counters.read;
	case WRITTEN_LAST: return i->counters.written_last;
	case READ_LAST: return i->counters.read_last;
	case CAPACITY: return i->capacity;
	}
	return i->density;
}

/* The one number that an item, or a place of format 3, sets; all others stay 0. */
static const char *only(const struct mhvtl_info *info, int which, uint64_t value)
{
	for (int i = 0; i < NUMBERS; i++)
		if (number(info, i) != (i == which ? value : 0))
			return i == which ? "another value" : "another number has changed";
	return NULL;
}

static const struct { const char *what; uint16_t at; int which; uint64_t value; } v3_rows[] = {
	/* the last byte of the number */
	{ "3: capacity", 23, CAPACITY, 1 }, { "3: its first byte", 16, CAPACITY, 1ull << 56 },
	{ "3: loads", 39, LOADS, 1 }, { "3: its first byte", 32, LOADS, 1ull << 56 },
	{ "3: initializations", 57, INITIALIZATIONS, 1 },
	{ "3: its first byte", 56, INITIALIZATIONS, 256 },
	{ "3: written", 225, WRITTEN, 1 }, { "3: its first byte", 218, WRITTEN, 1ull << 56 },
	{ "3: read", 233, READ, 1 }, { "3: its first byte", 226, READ, 1ull << 56 },
	{ "3: written in the last load", 241, WRITTEN_LAST, 1 },
	{ "3: its first byte", 234, WRITTEN_LAST, 1ull << 56 },
	{ "3: read in the last load", 249, READ_LAST, 1 },
	{ "3: its first byte", 242, READ_LAST, 1ull << 56 },
	{ "3: density", 319, DENSITY, 1 }, { "3: another byte", 318, NUMBERS, 0 },
	{ "3: between them", 24, NUMBERS, 0 }, { "3: behind them", 250, NUMBERS, 0 },
};

static int test_v3(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(v3_rows); i++) {
		struct mhvtl_info info = { 0 };
		uint8_t mam[MHVTL_MAM_V3] = { 0 };
		char why[MHVTL_WHY] = "";

		mam[v3_rows[i].at] = 1;
		failed |= report(v3_rows[i].what, mhvtl_mam_v3(&info, mam, why) ? why :
				 only(&info, v3_rows[i].which, v3_rows[i].value));
	}
	return failed;
}

/* An item of format 6 at the end of a list. */
static size_t put_item(uint8_t *list, size_t at, uint16_t id, const void *value, size_t len)
{
	const le16 head[2] = { le16_of(id), le16_of((uint16_t)len) };

	memcpy(list + at, head, sizeof(head));
	memcpy(list + at + sizeof(head), value, len);
	return at + sizeof(head) + len;
}

static const struct { const char *what; uint16_t id, len; int which; uint64_t value; }
v6_rows[] = {
	/* bytes 1, 2, 3 ... of the length */
	{ "6: capacity", 0x0001, 8, CAPACITY, 0x0102030405060708 },
	{ "6: loads", 0x0003, 8, LOADS, 0x0102030405060708 },
	{ "6: initializations", 0x0007, 2, INITIALIZATIONS, 0x0102 },
	{ "6: change reference", 0x0009, 4, REFERENCE, 0x01020304 },
	{ "6: written", 0x0220, 8, WRITTEN, 0x0102030405060708 },
	{ "6: read", 0x0221, 8, READ, 0x0102030405060708 },
	{ "6: written in the last load", 0x0222, 8, WRITTEN_LAST, 0x0102030405060708 },
	{ "6: read in the last load", 0x0223, 8, READ_LAST, 0x0102030405060708 },
	{ "6: density", 0x0405, 1, DENSITY, 1 },
	{ "6: a number of no bytes", 0x0003, 0, LOADS, 0 },
	{ "6: a number of 3 bytes", 0x0003, 3, LOADS, 0x010203 },
	{ "6: a number of 9 bytes is none", 0x0003, 9, LOADS, 0 },
	{ "6: an attribute of no interest", 0x0002, 8, NUMBERS, 0 },
	{ "6: nor the last", 0xffff, 8, NUMBERS, 0 },
	{ "6: a drive is no number", 0x020a, 8, NUMBERS, 0 },
};

static int test_v6(void)
{
	static const uint8_t value[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(v6_rows); i++) {
		struct mhvtl_info info = { 0 };
		uint8_t mam[64] = { 6, 0, 0, 0, 4 };
		char why[MHVTL_WHY] = "";
		const size_t len = put_item(mam, 8, v6_rows[i].id, value, v6_rows[i].len);

		failed |= report(v6_rows[i].what, mhvtl_mam_v6(&info, mam, len, NULL, 0, why) ?
				 why : only(&info, v6_rows[i].which, v6_rows[i].value));
	}
	return failed;
}

static const struct { const char *what; uint8_t code; int err; enum cart_type type; } types[] = {
	{ "data", 0, 0, CART_DATA_TAPE }, { "WORM", 1, 0, CART_WORM_TAPE },
	{ "WORM, as hosts say it", 0x80, 0, CART_WORM_TAPE }, { "NULL", 2, 0, CART_NULL_TAPE },
	{ "cleaning", 6, 0, CART_CLEANING_TAPE }, { "3", 3, 1, 0 }, { "5", 5, 1, 0 },
	{ "7", 7, 1, 0 }, { "7fh", 0x7f, 1, 0 }, { "81h", 0x81, 1, 0 }, { "ffh", 0xff, 1, 0 },
};

static int test_types(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct mhvtl_info three = { 0 }, six = { 0 };
		uint8_t mam[MHVTL_MAM_V3] = { 0 }, list[16] = { 6, 0, 0, 0, 4 };
		char why[MHVTL_WHY] = "", why6[MHVTL_WHY] = "", text[32];
		const size_t len = put_item(list, 8, 0x0408, &types[i].code, 1);
		const char *wrong = NULL;

		mam[320] = types[i].code;
		if (!mhvtl_mam_v3(&three, mam, why) != !types[i].err ||
		    !mhvtl_mam_v6(&six, list, len, NULL, 0, why6) != !types[i].err)
			wrong = "accepted, or not";
		else if (!types[i].err && (three.type != types[i].type || six.type != three.type))
			wrong = "another type";
		snprintf(text, sizeof(text), "mam: medium type %u", types[i].code);
		if (types[i].err && (strcmp(why, text) || strcmp(why6, text)))
			wrong = why;
		failed |= report(types[i].what, wrong);
	}
	return failed;
}

/* Attributes of hosts: how many, how long, and what is blank. */
static const struct { const char *what; uint16_t id; size_t len; int fill, copies,
  kept; } kept[] = {
	/* what                        id      len               fill copies kept, -1 refused */
	{ "one",                       0x0801, 4,                'a', 1, 1 },
	{ "blanks",                    0x0801, 4,                ' ', 1, 0 },
	{ "zeros",                     0x0801, 4,                0,   1, 0 },
	{ "empty",                     0x0801, 0,                'a', 1, 0 },
	{ "not of hosts",              0x0002, 4,                'a', 1, 0 },
	{ "the longest",               0x080c, CART_MAM_MAX,     'a', 1, 1 },
	{ "longer",                    0x080c, CART_MAM_MAX + 1, 'a', 1, -1 },
	{ "longer, of blanks",         0x080c, CART_MAM_MAX + 1, ' ', 1, 0 },
	{ "as many as there may be",   0x0801, 4,  'a', MHVTL_ATTRIBUTES, MHVTL_ATTRIBUTES },
	{ "more",                      0x0801, 4,  'a', MHVTL_ATTRIBUTES + 1, -1 },
	{ "mktape's own signature",    0x0800, 4,  -1,  1, 0 },
	{ "half of it",                0x0800, 3,  -1,  1, 1 },
};

static int test_kept(void)
{
	static uint8_t mam[MHVTL_MAM_MAX], value[CART_MAM_MAX + 1];
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		struct mhvtl_info info = { 0 };
		char why[MHVTL_WHY] = "";
		size_t len = 8;
		int err;

		memset(value, kept[i].fill, sizeof(value));
		if (kept[i].fill < 0)
			memcpy(value, "vtl-", 4);
		for (int n = 0; n < kept[i].copies; n++)
			len = put_item(mam, len, kept[i].id, value, kept[i].len);
		err = mhvtl_mam_v6(&info, mam, len, NULL, 0, why);
		failed |= report(kept[i].what, !err != (kept[i].kept >= 0) ? "accepted, or not" :
				 err && !strstr(why, "too long or too many") ? why :
				 !err && info.attributes != (size_t)kept[i].kept ? "others" : NULL);
	}
	return failed;
}

static const struct { const char *what, *text, *drive; } names[] = {
	{ "a name", "IBM     123", "IBM     123" }, { "blanks behind it", "IBM     ", "IBM" },
	{ "blanks alone", "    ", "" }, { "what cannot be printed", "IB\x01M", "IB" },
	{ "nothing at all", "", "" }, { "up to the last character", "~ ", "~" },
};

static int test_names(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		for (uint16_t n = 0; n < 4; n++) {
			struct mhvtl_info info = { 0 };
			uint8_t mam[64] = { 6, 0, 0, 0, 4 };
			char why[MHVTL_WHY] = "";
			const size_t len = put_item(mam, 8, (uint16_t)(0x020a + n), names[i].text,
						    strlen(names[i].text));

			failed |= report(names[i].what,
					 mhvtl_mam_v6(&info, mam, len, NULL, 0, why) ? why :
					 strcmp(info.counters.drives[n], names[i].drive) ?
					 info.counters.drives[n] : NULL);
		}
	return failed;
}

/* A list ends behind an item, or it is refused with the byte where the item begins. */
static int test_cuts(void)
{
	uint8_t mam[64] = { 6, 0, 0, 0, 4 };
	const size_t first = put_item(mam, 8, 0x0003, "\0\0\0\0\0\0\0\7", 8);
	const size_t len = put_item(mam, first, 0x0801, "abcd", 4);
	const char *wrong = NULL;

	for (size_t n = 0; n <= len; n++) {
		struct mhvtl_info info = { 0 };
		uint8_t *exact = malloc(n ? n : 1);
		char why[MHVTL_WHY] = "", want[64];
		const bool whole = n == 8 || n == first || n == len;

		if (!exact)
			abort();
		memcpy(exact, mam, n);
		if (n < 8)
			snprintf(want, sizeof(want), "mam: %zu bytes", n);
		else
			snprintf(want, sizeof(want), "mam: cut at byte %zu",
				 n < first ? 0 : first - 8);
		if (!mhvtl_mam_v6(&info, exact, n, NULL, 0, why) != whole ||
		    (!whole && strcmp(why, want)))
			wrong = *why ? why : "accepted";
		if (whole && info.attributes != (n == len))
			wrong = "attributes";
		free(exact);
		if (wrong)
			return report("every cut", wrong);
	}
	return report("every cut", NULL);
}

static const struct { const char *what; uint16_t id; uint8_t value[2]; bool protect; } flags[] = {
	{ "no flag", 0x01, { 0, 0 }, false }, { "the flag", 0x01, { 0, 2 }, true },
	{ "in the other byte", 0x01, { 2, 0 }, true }, { "among others", 0x01, { 0, 0xff }, true },
	{ "other flags", 0x01, { 0xfd, 0xfd }, false }, { "elsewhere", 0x02, { 2, 2 }, false },
};

static int test_own(void)
{
	const uint8_t mam[8] = { 6, 0, 0, 0, 4 };
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		struct mhvtl_info info = { 0 };
		uint8_t own[16];
		char why[MHVTL_WHY] = "";
		const size_t len = put_item(own, 0, flags[i].id, flags[i].value, 2);

		failed |= report(flags[i].what, mhvtl_mam_v6(&info, mam, 8, own, len, why) ? why :
				 info.write_protect != flags[i].protect ? "another" : NULL);
		failed |= report("and cut", !mhvtl_mam_v6(&info, mam, 8, own, len - 1, why) ?
				 "accepted" : strcmp(why,
				  "mhvtl_data: cut at byte 0") ? why : NULL);
	}
	for (uint16_t p = 0; p < 6; p++) {
		struct mhvtl_info info = { 0 };
		uint8_t own[16];
		char why[MHVTL_WHY] = "";
		const size_t len = put_item(own, 0, (uint16_t)(0x0d + p), "\1\2", 2);
		uint64_t sum = 0;

		if (mhvtl_mam_v6(&info, mam, 8, own, len, why))
			return report("capacities", why);
		for (uint16_t i = 0; i < CART_PARTITIONS; i++)
			sum += info.partition[i].capacity * (i == p ? 1 : 1000);
		failed |= report("capacity of a partition", sum != (p < 4 ? 0x0102 : 0) ?
				 "not so" : NULL);
	}
	return failed;
}

int main(void)
{
	int failed = test_v3();

	failed |= test_v6();
	failed |= test_types();
	failed |= test_kept();
	failed |= test_names();
	failed |= test_cuts();
	failed |= test_own();
	return failed;
}
