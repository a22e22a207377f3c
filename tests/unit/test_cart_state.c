// SPDX-License-Identifier: GPL-2.0-only
/* What a cartridge is and remembers: protection, WORM, partitions, attributes, counters, owners. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc.h"
#include "base/macros.h"
#include "fake/report.h"
#include "fake/text_tape.h"
#include "media/format.h"

enum act { WRITE, MARK, ERASE, FORMAT, CLOSE_MARK };

static enum cart_rc act(struct cart *c, enum act a)
{
	switch (a) {
	case WRITE:
		return text_write(c, "x");
	case MARK:
		return cart_write_filemarks(c, 1, false);
	case CLOSE_MARK:
		return cart_write_filemarks(c, 0, false);
	case ERASE:
		return cart_erase(c);
	case FORMAT:
		return cart_format(c, 1, NULL, 0x5c);
	}
	return CART_INVALID;
}

/* On "ab|c||": who may change what from where. */
static const struct {
	const char *what;
	enum cart_type type;
	bool append_only, protect;
	uint64_t from;
	enum act act;
	enum cart_rc rc;
	const char *then;
} rules[] = {
	{ "a block in the middle",           CART_DATA_TAPE, 0, 0, 1, WRITE,  CART_OK,   "ax." },
	{ "a filemark in the middle",        CART_DATA_TAPE, 0, 0, 1, MARK,   CART_OK,   "a|." },
	{ "WORM, in the middle",            CART_WORM_TAPE, 0, 0, 1, WRITE,  CART_WORM, "ab|c||." },
	{ "WORM, at the start",             CART_WORM_TAPE, 0, 0, 0, WRITE,  CART_WORM, "ab|c||." },
	{ "WORM, a filemark in the middle", CART_WORM_TAPE, 0, 0, 3, MARK,   CART_WORM, "ab|c||." },
	{ "WORM, at the end",               CART_WORM_TAPE, 0, 0, 6, WRITE,  CART_OK, "ab|c||x." },
	{ "WORM, over filemarks at the end", CART_WORM_TAPE, 0, 0, 5, WRITE,  CART_OK, "ab|c|x." },
	{ "WORM, over all of them",         CART_WORM_TAPE, 0, 0, 4, MARK,   CART_OK, "ab|c|." },
	{ "WORM, erase",                    CART_WORM_TAPE, 0, 0, 4, ERASE,  CART_WORM, "ab|c||." },
	{ "WORM, erase nothing",            CART_WORM_TAPE, 0, 0, 6, ERASE,  CART_OK,  "ab|c||." },
	{ "WORM, format",                   CART_WORM_TAPE, 0, 0, 0, FORMAT, CART_WORM, "ab|c||." },
	{ "append-only, in the middle",     CART_DATA_TAPE, 1, 0, 1, WRITE,  CART_WORM, "ab|c||." },
	{ "append-only, at the end",        CART_DATA_TAPE, 1, 0, 6, WRITE,  CART_OK, "ab|c||x." },
	{ "append-only, format",            CART_DATA_TAPE, 1, 0, 0, FORMAT, CART_WORM, "ab|c||." },
	{ "protected, write",         CART_DATA_TAPE, 0, 1, 6, WRITE,  CART_READ_ONLY, "ab|c||." },
	{ "protected, filemark",      CART_DATA_TAPE, 0, 1, 6, MARK,   CART_READ_ONLY, "ab|c||." },
	{ "protected, no filemark",   CART_DATA_TAPE, 0, 1, 6, CLOSE_MARK, CART_OK,    "ab|c||." },
	{ "protected, erase",         CART_DATA_TAPE, 0, 1, 1, ERASE,  CART_READ_ONLY, "ab|c||." },
	{ "protected, format",        CART_DATA_TAPE, 0, 1, 1, FORMAT, CART_READ_ONLY, "ab|c||." },
	{ "erase the rest",           CART_DATA_TAPE, 0, 0, 3, ERASE,  CART_OK,        "ab|." },
	{ "format",                   CART_DATA_TAPE, 0, 0, 3, FORMAT, CART_OK,        "." },
};

static int test_rules(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		const struct cart_spec spec = text_spec(rules[i].type, 1 << 20);
		struct mem_io *io = mem_io_new();
		const char *why = NULL;
		char text[TEXT_MAX];
		struct cart *c;

		cart_create(&mem_cart_io, io, &spec);
		c = text_load(io, NULL);
		text_write(c, "ab|c||");
		if (cart_set_append_only(c, rules[i].append_only) ||
		    cart_set_protect(c, rules[i].protect))
			why = "set-up";
		cart_close(c);
		c = text_load(io, NULL);
		if (cart_spec(c)->write_protect != rules[i].protect ||
		    cart_spec(c)->append_only != rules[i].append_only ||
		    cart_read_only(c) != rules[i].protect)
			why = "not kept";
		cart_locate(c, 0, rules[i].from);
		if (act(c, rules[i].act) != rules[i].rc)
			why = "outcome";
		cart_drop(c);
		if (strcmp(text_play(io, text), rules[i].then))
			why = text;
		failed |= report(rules[i].what, why);
		mem_io_free(io);
	}
	return failed;
}

static int test_kinds(void)
{
	const struct cart_spec clean = text_spec(CART_CLEANING_TAPE, 0);
	const struct cart_spec null = text_spec(CART_NULL_TAPE, 1 << 20);
	struct mem_io *io = mem_io_new();
	const char *why = NULL;
	char text[TEXT_MAX];
	struct cart *c;

	cart_create(&mem_cart_io, io, &clean);
	c = text_load(io, NULL);
	if (text_write(c, "a") != CART_READ_ONLY || cart_count_cleaning(c) ||
	    cart_count_cleaning(c) || cart_counters(c)->cleanings != 2)
		why = "cleaning";
	cart_drop(c);
	mem_io_free(io);

	io = mem_io_new();
	cart_create(&mem_cart_io, io, &null);
	c = text_load(io, NULL);
	if (text_write(c, "ab|c") || mem_io_file(io, "data")->now.size != 4 * 64)
		why = "a null tape keeps no data";
	cart_locate(c, 0, 2);
	if (strcmp(text_read(c, text), "|*"))
		why = "a null tape has no data";
	cart_close(c);
	mem_io_free(io);
	return report("cleaning and null tapes", why);
}

static const struct {
	const char *what;
	struct cart_spec spec;
	enum cart_rc rc;
} specs[] = {
	{ "a name",          { .barcode = "A", .medium = "LTO8", .capacity = 1 }, CART_OK },
	{ "no barcode",      { .barcode = "", .medium = "LTO8", .capacity = 1 }, CART_INVALID },
	{ "a path",          { .barcode = "../A", .medium = "L", .capacity = 1 }, CART_INVALID },
	{ "a space",         { .barcode = "A B", .medium = "L", .capacity = 1 }, CART_INVALID },
	{ "no medium",       { .barcode = "A", .capacity = 1 }, CART_INVALID },
	{ "no capacity",     { .barcode = "A", .medium = "L" }, CART_INVALID },
	{ "an unknown type", { .barcode = "A", .medium = "L", .capacity = 1,
			       .type = (enum cart_type)9 }, CART_INVALID },
};

static int test_create(void)
{
	struct mem_io *io;
	const char *why = NULL;
	struct cart *c;

	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		io = mem_io_new();
		if (cart_create(&mem_cart_io, io, &specs[i].spec) != specs[i].rc)
			why = specs[i].what;
		if (specs[i].rc == CART_OK &&
		    cart_create(&mem_cart_io, io, &specs[i].spec) != CART_FOREIGN)
			why = "twice";
		mem_io_free(io);
	}
	for (int n = 1; n < 30; n++) {		/* what was begun can be begun again */
		char text[TEXT_MAX];

		io = mem_io_new();
		io->fail_from = n;
		io->fail_to = n + 1;
		if (cart_create(&mem_cart_io, io, &specs[0].spec) != CART_OK &&
		    cart_create(&mem_cart_io, io, &specs[0].spec) != CART_OK &&
		    strcmp(text_play(io, text), "."))
			why = "after a failure";
		mem_io_free(io);
	}
	io = mem_io_new();
	c = text_load(io, NULL);
	if (c)
		why = "nothing there, and loaded";
	cart_drop(c);
	mem_io_free(io);
	return report("creation", why);
}

/* Each partition has a life of its own; then there are fewer. */
static int test_partitions(void)
{
	const uint64_t sizes[] = { 100000, 200000, 300000, 400000 };
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;
	char text[TEXT_MAX];

	text_write(c, "old");
	if (cart_format(c, 4, sizes, 0x5c) || cart_partitions(c) != 4 || cart_position(c).object ||
	    cart_spec(c)->density != 0x5c)
		why = "format";
	for (uint32_t i = 0; i < 4; i++) {
		cart_locate(c, i, 0);
		if (text_write(c, &"abc|d"[i]))
			why = "write";
		if (cart_end_of(c, i).objects != 5 - i || cart_end_of(c, i).capacity != sizes[i])
			why = "ends";
	}
	if (cart_locate(c, 4, 0) != CART_NOT_FOUND || cart_position(c).partition != 3 ||
	    cart_end_of(c, 4).capacity)
		why = "partition 4";
	cart_locate(c, 1, 1);
	text_write(c, "X");
	cart_drop(c);				/* a kill: all four are recovered */
	c = text_load(io, NULL);
	for (uint32_t i = 0; i < 4; i++) {
		static const char *const want[] = { "abc|d.", "bX.", "c|d.", "|d." };

		if (cart_locate(c, i, 0) || strcmp(text_read(c, text), want[i]))
			why = "read";
	}
	cart_close(c);
	c = text_load(io, NULL);
	cart_locate_end(c, 2);
	if (cart_position(c).object != 3 || cart_format(c, 2, sizes, 0x5c) ||
	    cart_position(c).partition || mem_io_file(io, "data.2") || !mem_io_file(io, "data.1") ||
	    mem_io_file(io, "data.1")->now.size)
		why = "fewer";
	if (cart_counters(c)->initializations != 3)
		why = "counter";
	cart_close(c);
	if (strcmp(text_play(io, text), "."))
		why = "not empty";
	mem_io_free(io);
	return report("partitions", why);
}

static const struct {
	uint32_t n;
	uint64_t sizes[5];
	enum cart_rc rc;
} formats[] = {
	{ 0, { 0 },                  CART_INVALID },
	{ 5, { 1, 1, 1, 1, 1 },      CART_INVALID },
	{ 2, { 1 << 20, 1 },         CART_INVALID },
	{ 2, { UINT64_MAX, 2 },      CART_INVALID },
	{ 2, { 1 << 19, 0 },         CART_INVALID },
	{ 2, { 1 << 19, 1 << 19 },   CART_OK },
	{ 1, { 1 << 20 },            CART_OK },
};

static int test_formats(void)
{
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (cart_format(c, formats[i].n, formats[i].sizes, 0x5c) != formats[i].rc)
			why = "a row";
	if (cart_format(c, 2, NULL, 0x5c) != CART_INVALID || cart_format(c, 1, NULL, 0x5c))
		why = "no sizes";
	cart_close(c);
	mem_io_free(io);
	return report("what can be formatted", why);
}

static enum cart_rc set(struct cart *c, uint32_t part, uint16_t id, const char *value)
{
	const struct cart_attribute a = { .id = id, .len = (uint16_t)strlen(value), .format = 1,
					  .value = (const uint8_t *)value };

	return cart_attribute_set(c, part, &a, 1);
}

/* All of a partition's, as text: 801=x;802=y; */
static const char *attributes(const struct cart *c, uint32_t part, char text[TEXT_MAX])
{
	struct cart_attribute a;
	uint32_t from = 0;
	char *t = text;

	*t = 0;
	for (; cart_attribute_next(c, part, (uint16_t)from, &a) == CART_OK; from = a.id + 1u)
		t += snprintf(t, 100, "%x=%.*s;", a.id, a.len > 20 ? 20 : (int)a.len,
			      (const char *)a.value);
	return text;
}

static int test_attributes(void)
{
	static const uint8_t big[CART_MAM_MAX + 1] = "much";
	const struct cart_attribute two[] = {
		{ .id = 0x803, .len = CART_MAM_MAX, .value = big },
		{ .id = 0x804, .len = CART_MAM_MAX, .value = big },
	};
	const struct cart_attribute over = { .id = 0x805, .len = CART_MAM_MAX + 1, .value = big };
	const uint64_t sizes[] = { 1 << 19, 1 << 19 };
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;
	char text[TEXT_MAX];

	cart_format(c, 2, sizes, 0x5c);
	if (set(c, 0, 0x802, "two") || set(c, 0, 0x800, "zero") || set(c, 1, 0x801, "other") ||
	    set(c, 0, 0x801, "one") || set(c, 0, 0x802, "TWO") || set(c, 0, 0x800, ""))
		why = "set";
	if (strcmp(attributes(c, 0, text), "801=one;802=TWO;") ||
	    strcmp(attributes(c, 1, text), "801=other;"))
		why = text;
	if (cart_attribute_set(c, 0, two, 2) != CART_FULL ||
	    strcmp(attributes(c, 0, text), "801=one;802=TWO;") || cart_read_only(c))
		why = "all or nothing";
	if (cart_attribute_set(c, 0, two, 1) ||
	    cart_attribute_set(c, 0, &over, 1) != CART_INVALID ||
	    set(c, 2, 0x801, "x") != CART_NOT_FOUND ||
	    cart_attribute_next(c, 2, 0, &(struct cart_attribute){ 0 }) != CART_NOT_FOUND)
		why = "limits";
	cart_set_protect(c, true);
	if (set(c, 0, 0x806, "on a protected tape"))
		why = "protected";
	cart_set_protect(c, false);
	cart_drop(c);
	c = text_load(io, NULL);
	if (strcmp(attributes(c, 0, text), "801=one;802=TWO;803=much;806=on a protected tape;"))
		why = "not kept";
	if (cart_format(c, 1, NULL, 0x5c) || cart_format(c, 2, sizes, 0x5c) ||
	    *attributes(c, 1, text))
		why = "gone with their partition";
	cart_close(c);
	mem_io_free(io);
	return report("attributes", why);
}

static int test_counters(void)
{
	struct mem_io *io = text_new();
	const char *why = NULL;
	const struct cart_counters *n;
	char text[TEXT_MAX], reason[CART_WHY_MAX];
	struct cart *c;

	for (int i = 0; i < 5; i++) {
		snprintf(text, sizeof(text), "DRIVE   %d", i);
		if (cart_open(&mem_cart_io, io, 0, text, 1, &c, reason) || *reason)
			why = "load";
		text_write(c, "abc|");
		text_read(c, text);
		if (cart_set_change_reference(c, 7))
			why = "change reference";
		cart_close(c);
	}
	c = text_load(io, NULL);
	n = cart_counters(c);
	if (n->loads != 6 || n->written != 75 || n->written_last || n->read ||
	    n->change_reference != 7 || n->initializations != 1)
		why = "values";
	if (strcmp(n->drives[0], "TEXT    0001") || strcmp(n->drives[3], "DRIVE   2"))
		why = "drives";
	text_read(c, text);
	if (n->read != 15 || n->read_last != 15 || cart_save(c))
		why = "reading";
	cart_drop(c);
	c = text_load(io, NULL);
	if (cart_counters(c)->read != 15 || cart_counters(c)->loads != 7)
		why = "not saved";
	cart_close(c);
	mem_io_free(io);
	return report("counters", why);
}

/* One owner; others may look, and change nothing. */
static int test_owners(void)
{
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL), *other;
	char text[TEXT_MAX], reason[CART_WHY_MAX];
	const char *why = NULL;
	enum cart_rc rc;
	int changes;

	text_write(c, "ab|c");
	if (text_load(io, &rc) || rc != CART_BUSY)
		why = "two owners";
	changes = io->changes;
	if (cart_open(&mem_cart_io, io, CART_LOOK, "", 0, &other, reason))
		why = "look";
	if (strcmp(text_read(other, text), "ab|c.") || !cart_read_only(other))
		why = text;
	if (text_write(other, "x") != CART_READ_ONLY || set(other, 0, 1, "x") != CART_READ_ONLY ||
	    cart_set_protect(other, true) != CART_READ_ONLY || cart_save(other) ||
	    cart_close(other) || io->changes != changes)
		why = "a look changes";
	cart_close(c);
	c = text_load(io, &rc);
	if (rc)
		why = "the lock stays";
	cart_close(c);
	mem_io_free(io);
	return report("one owner", why);
}

/* Both slots get a feature word, with a CRC that holds: what a later program may write. */
static void set_feature(struct mem_io *io, size_t off, uint32_t bits)
{
	for (uint64_t slot = 0; slot < 2; slot++) {
		uint8_t *p = mem_io_file(io, "meta")->now.bytes + slot * META_SLOT;
		struct meta_header h;

		memcpy(&h, p, sizeof(h));
		memcpy((uint8_t *)&h + off, &(le32){ { (uint8_t)bits } }, 4);
		h.crc = le32_of(0);
		memcpy(p, &h, sizeof(h));
		h.crc = le32_of(crc32c(0, p, META_HEADER + le32_get(h.len)));
		memcpy(p, &h, sizeof(h));
	}
}

static const struct {
	const char *what;
	size_t off;
	enum cart_rc rc;
	bool read_only;
} features[] = {
	{ "compatible: as if it was not there", offsetof(struct meta_header, compatible),
	  CART_OK, false },
	{ "read-only compatible",               offsetof(struct meta_header, read_only),
	  CART_OK, true },
	{ "incompatible: not touched",          offsetof(struct meta_header, incompatible),
	  CART_FOREIGN, false },
};

static int test_features(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		struct mem_io *io = text_new(), *copy;
		struct cart *c = text_load(io, NULL);
		const char *why = NULL;
		char text[TEXT_MAX];
		enum cart_rc rc;
		int changes;

		text_write(c, "ab");
		cart_close(c);
		set_feature(io, features[i].off, 0x80);
		copy = mem_io_copy(io);
		changes = copy->changes;
		c = text_load(copy, &rc);
		if (rc != features[i].rc || (c && cart_read_only(c) != features[i].read_only))
			why = "load";
		if (c && strcmp(text_read(c, text), "ab."))
			why = text;
		if (c && !features[i].read_only && cart_set_change_reference(c, 9))
			why = "write";
		if (c)
			cart_close(c);
		if (features[i].off != offsetof(struct meta_header, compatible) ?
		    copy->changes != changes :
		    mem_io_file(copy, "meta")->now.bytes[features[i].off] != 0x80)
			why = "changed";
		failed |= report(features[i].what, why);
		mem_io_free(copy);
		mem_io_free(io);
	}
	return failed;
}

int main(void)
{
	int failed = test_rules();

	failed |= test_kinds();
	failed |= test_create();
	failed |= test_partitions();
	failed |= test_formats();
	failed |= test_attributes();
	failed |= test_counters();
	failed |= test_owners();
	failed |= test_features();
	return failed;
}
