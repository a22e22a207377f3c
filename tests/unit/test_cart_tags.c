// SPDX-License-Identifier: GPL-2.0-only
/* Tags of meta that are missing, too short, too long or too many; and what attributes may be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/forge.h"
#include "fake/report.h"
#include "fake/text_tape.h"
#include "media/format.h"

enum how { DROP, SHORTER, LONGER, BYTE, TWICE, ADD, ADD_CUT, ADD_HEAD };

static const struct tag_row {
	const char *what;
	uint16_t type;			/* of the tag; of a new one with ADD */
	enum how how;
	uint32_t at, value;		/* BYTE; ADD: length of the value, bytes that are there */
	enum cart_rc rc;
} tag_rows[] = {
	/* what                         type           how      at  value  rc */
	{ "nothing changed",            TAG_VOLUME,    BYTE,    79, 0, CART_OK },
	{ "no volume",                  TAG_VOLUME,    DROP,    0,  0, CART_FOREIGN },
	{ "a shorter volume",           TAG_VOLUME,    SHORTER, 0,  0, CART_FOREIGN },
	{ "a longer volume",            TAG_VOLUME,    LONGER,  0,  0, CART_FOREIGN },
	{ "the last type",              TAG_VOLUME,    BYTE,    72, CART_NULL_TAPE, CART_OK },
	{ "the one behind it",          TAG_VOLUME,    BYTE,    72, CART_NULL_TAPE + 1,
	  CART_FOREIGN },
	{ "type 255",                   TAG_VOLUME,    BYTE,    72, 255, CART_FOREIGN },
	{ "any density",                TAG_VOLUME,    BYTE,    73, 255, CART_OK },
	{ "no state",                   TAG_STATE,     DROP,    0,  0, CART_FOREIGN },
	{ "a shorter state",            TAG_STATE,     SHORTER, 0,  0, CART_FOREIGN },
	{ "a longer state",             TAG_STATE,     LONGER,  0,  0, CART_FOREIGN },
	{ "no counters",                TAG_COUNTERS,  DROP,    0,  0, CART_FOREIGN },
	{ "shorter counters",           TAG_COUNTERS,  SHORTER, 0,  0, CART_FOREIGN },
	{ "longer counters",            TAG_COUNTERS,  LONGER,  0,  0, CART_FOREIGN },
	{ "no partition",               TAG_PARTITION, DROP,    0,  0, CART_FOREIGN },
	{ "a shorter partition",        TAG_PARTITION, SHORTER, 0,  0, CART_FOREIGN },
	{ "a longer partition",         TAG_PARTITION, LONGER,  0,  0, CART_FOREIGN },
	{ "a partition 0 twice",        TAG_PARTITION, TWICE,   0,  0, CART_FOREIGN },
	{ "a partition 1 alone",        TAG_PARTITION, BYTE,    0,  1, CART_FOREIGN },
	{ "an unknown tag",             6,             ADD,     9,  9, CART_OK },
	{ "an empty one",               6,             ADD,     0,  0, CART_OK },
	{ "the last type of tag",       0xffff,        ADD,     3,  3, CART_OK },
	{ "a tag of type 0",            0,             ADD,     3,  3, CART_OK },
	{ "a tag cut by a byte",        6,             ADD_CUT, 9,  8, CART_FOREIGN },
	{ "a tag without its value",    6,             ADD_CUT, 1,  0, CART_FOREIGN },
	{ "a tag of 4 GB",              6,             ADD_CUT, UINT32_MAX, 8, CART_FOREIGN },
	{ "a byte of a tag",            6,             ADD_HEAD, 0, 1, CART_FOREIGN },
	{ "all but one of its head",    6,             ADD_HEAD, 0, 7, CART_FOREIGN },
	{ "an attribute without value", TAG_ATTRIBUTE, ADD,     4,  4, CART_FOREIGN },
	{ "a cut attribute",            TAG_ATTRIBUTE, ADD,     3,  3, CART_FOREIGN },
	{ "an attribute of a byte",     TAG_ATTRIBUTE, ADD,     5,  5, CART_OK },
	{ "the longest attribute",      TAG_ATTRIBUTE, ADD,     4 + CART_MAM_MAX,
	  4 + CART_MAM_MAX, CART_OK },
	{ "a longer one",               TAG_ATTRIBUTE, ADD,     5 + CART_MAM_MAX,
	  5 + CART_MAM_MAX, CART_FOREIGN },
};

/* The tag that the row is about, with its change, to to; returns its length. */
static uint32_t changed(const struct tag_row *r, const uint8_t *tag, uint32_t len, uint8_t *to)
{
	memcpy(to, tag, len);
	memset(to + len, 0, 16);
	switch (r->how) {
	case DROP:
		return 0;
	case SHORTER:
		forge_put(to + 4, len - 8 - 1);
		return len - 1;
	case LONGER:
		forge_put(to + 4, len - 8 + 1);
		return len + 1;
	case BYTE:
		to[8 + r->at] = (uint8_t)r->value;
		return len;
	case TWICE:
		memcpy(to + len, tag, len);
		return 2 * len;
	case ADD:
	case ADD_CUT:
	case ADD_HEAD:
		break;
	}
	return len;
}

static uint32_t added(const struct tag_row *r, uint8_t *to)
{
	memset(to, 0, 8 + r->value);
	to[0] = (uint8_t)r->type;
	to[1] = (uint8_t)(r->type >> 8);
	forge_put(to + 4, r->at);
	return r->how == ADD_HEAD ? r->value : 8 + r->value;
}

/* One slot of meta anew, signed. */
static void rewrite(const struct tag_row *r, uint8_t *slot)
{
	static uint8_t payload[META_PAYLOAD];
	const uint32_t len = forge_get(slot + 20);
	uint32_t n = 0, size;

	for (uint32_t at = 0; at < len; at += size) {
		const uint8_t *tag = slot + META_HEADER + at;

		size = 8 + forge_get(tag + 4);
		if (r->how < ADD && (tag[0] | tag[1] << 8) == r->type) {
			n += changed(r, tag, size, payload + n);
		} else {
			memcpy(payload + n, tag, size);
			n += size;
		}
	}
	if (r->how >= ADD)
		n += added(r, payload + n);
	memcpy(slot + META_HEADER, payload, n);
	forge_put(slot + 20, n);
	forge_slot(slot);
}

static struct mem_io *made(void)
{
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);

	text_write(c, "ab|c");
	cart_close(c);
	return io;
}

static int test_tags(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(tag_rows); i++) {
		struct mem_io *io = made();
		uint8_t *meta = mem_io_file(io, "meta")->now.bytes;
		char why[64];
		enum cart_rc rc;
		struct cart *c;

		rewrite(&tag_rows[i], meta);
		rewrite(&tag_rows[i], meta + META_SLOT);
		c = text_load(io, &rc);
		snprintf(why, sizeof(why), "%d%s", (int)rc, c ? "" : ", not loaded");
		failed |= report(tag_rows[i].what, rc != tag_rows[i].rc ||
				 !c != (tag_rows[i].rc != CART_OK) ? why : NULL);
		cart_drop(c);
		mem_io_free(io);
	}
	return failed;
}

#define VALUE(s) sizeof(s) - 1, 1, (const uint8_t *)(s)

/* One after the other, on the same cartridge of one partition. */
static const struct set_row {
	const char *what;
	uint32_t partition;
	struct cart_attribute a[2];
	size_t n;
	enum cart_rc rc;
	const char *then;		/* values by ascending id, a blank behind each */
} set_rows[] = {
	{ "none",                0, { { 0 } }, 0, CART_OK, "" },
	{ "one",                 0, { { 0x801, VALUE("b") } }, 1, CART_OK, "b " },
	{ "another before it",   0, { { 0x800, VALUE("a") } }, 1, CART_OK, "a b " },
	{ "and behind it",       0, { { 0x1623, VALUE("d") } }, 1, CART_OK, "a b d " },
	{ "between them",        0, { { 0x802, VALUE("c") } }, 1, CART_OK, "a b c d " },
	{ "a longer one",        0, { { 0x801, VALUE("BBBB") } }, 1, CART_OK, "a BBBB c d " },
	{ "a shorter one",       0, { { 0x801, VALUE("x") } }, 1, CART_OK, "a x c d " },
	{ "two at once",         0, { { 0x800, VALUE("1") }, { 0x802, VALUE("3") } }, 2, CART_OK,
	  "1 x 3 d " },
	{ "the same one twice",  0, { { 0x800, VALUE("4") }, { 0x800, VALUE("5") } }, 2, CART_OK,
	  "5 x 3 d " },
	{ "one of two is wrong", 0, { { 0x800, VALUE("6") }, { 0x801, 1, 3, NULL } }, 2,
	  CART_INVALID, "5 x 3 d " },
	{ "a format of 3",       0, { { 0x800, 1, 3, (const uint8_t *)"z" } }, 1, CART_INVALID,
	  "5 x 3 d " },
	{ "no value",            0, { { 0x800, 1, 1, NULL } }, 1, CART_INVALID, "5 x 3 d " },
	{ "no such partition",   1, { { 0x800, VALUE("z") } }, 1, CART_NOT_FOUND, "5 x 3 d " },
	{ "the first goes",      0, { { 0x800, 0, 0, NULL } }, 1, CART_OK, "x 3 d " },
	{ "the last goes",       0, { { 0x1623, 0, 0, NULL } }, 1, CART_OK, "x 3 " },
	{ "one that is not there goes", 0, { { 0x1623, 0, 0, NULL } }, 1, CART_OK, "x 3 " },
	{ "one comes and goes",  0, { { 0x900, VALUE("9") }, { 0x900, 0, 0, NULL } }, 2, CART_OK,
	  "x 3 " },
	{ "the last identifier", 0, { { 0xffff, VALUE("e") } }, 1, CART_OK, "x 3 e " },
	{ "the first",           0, { { 0x0000, VALUE("0") } }, 1, CART_OK, "0 x 3 e " },
};

static void list(const struct cart *c, char *to, size_t size)
{
	struct cart_attribute a = { 0 };
	size_t n = 0;

	*to = '\0';
	for (uint32_t id = 0; id <= UINT16_MAX; id = a.id + 1u) {
		if (cart_attribute_next(c, 0, (uint16_t)id, &a))
			return;
		n += (size_t)snprintf(to + n, size - n, "%.*s ", (int)a.len,
				      (const char *)a.value);
	}
}

static int test_sets(void)
{
	struct mem_io *io = made();
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(set_rows); i++) {
		const struct set_row *r = &set_rows[i];
		struct cart *c = text_load(io, NULL);
		const enum cart_rc rc = cart_attribute_set(c, r->partition, r->a, r->n);
		char now[64], later[64];

		list(c, now, sizeof(now));
		cart_close(c);
		c = text_load(io, NULL);
		list(c, later, sizeof(later));
		cart_close(c);
		failed |= report(r->what, rc != r->rc ? "another result" : strcmp(now, r->then) ?
				 now : strcmp(later, r->then) ? later : NULL);
	}
	mem_io_free(io);
	return failed;
}

/* Meta holds so much and no more; what it held stays, and room that is freed is used again. */
static int test_full(void)
{
	static const uint8_t value[CART_MAM_MAX + 1];
	struct cart_attribute a = { 0x0900, CART_MAM_MAX + 1, 0, value };
	const int others = 4 * 8 + 80 + 56 + 216 + 64;		/* tags: cartridge(5) */
	struct mem_io *io = made();
	struct cart *c = text_load(io, NULL);
	const char *wrong = NULL;
	enum cart_rc rc;
	int n = 0;

	if (cart_attribute_set(c, 0, &a, 1) != CART_INVALID)
		wrong = "too long a value";
	for (a.len = 1000; !(rc = cart_attribute_set(c, 0, &a, 1)) && n < 1000; n++)
		a.id++;
	if (rc != CART_FULL || n != (META_PAYLOAD - others) / (8 + 4 + 1000))
		wrong = "not full";
	if (cart_attribute_next(c, 0, a.id, &(struct cart_attribute){ 0 }) == CART_OK)
		wrong = "the last is there";
	if (cart_attribute_set(c, 0, &(struct cart_attribute){ 0x0900, 0, 0, NULL }, 1) ||
	    cart_attribute_set(c, 0, &a, 1))
		wrong = "no room again";
	if (cart_set_change_reference(c, 9) || cart_close(c))
		wrong = "meta cannot be written";
	c = text_load(io, NULL);
	if (!c || cart_attribute_next(c, 0, a.id, &a) || cart_counters(c)->change_reference != 9)
		wrong = "not loaded";
	cart_drop(c);
	mem_io_free(io);
	return report("meta is full", wrong);
}

int main(void)
{
	int failed = test_tags();

	failed |= test_sets();
	failed |= test_full();
	return failed;
}
