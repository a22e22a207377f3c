// SPDX-License-Identifier: GPL-2.0-only
/* Blocks compressed in parts: which, how, by whom they are read, and what is no such payload. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc.h"
#include "base/macros.h"
#include "fake/filling.h"
#include "fake/pool.h"
#include "fake/torn_tape.h"
#include "media/codec.h"
#include "media/format.h"
#include "media/repair.h"

enum { KIB = 1 << 10, WORTH = 32 * KIB, CAPACITY = 1 << 26 };

static const char *const codec_names[] = { "raw", "lzo", "zlib", "zstd" };

static int report(const char *what, const char *why)
{
	if (why && *why)
		return printf("not ok - %s: %s\n", what, why), 1;
	return printf("ok - %s\n", what), 0;
}

static struct cart *new_tape(struct mem_io **io, struct fake_pool *pool, enum cart_codec codec)
{
	const struct cart_spec spec = text_spec(CART_DATA_TAPE, CAPACITY);
	struct cart *c;

	*io = mem_io_new();
	(*io)->no_journal = true;
	cart_create(&mem_cart_io, *io, &spec);
	c = text_load(*io, NULL);
	cart_set_pool(c, pool ? &pool->base : NULL);
	cart_set_compression(c, codec, 1);
	return c;
}

static struct record_header *first_record(struct mem_io *io)
{
	return (void *)mem_io_file(io, "data")->now.bytes;
}

/* Of the first record; 1: not in parts. */
static uint32_t parts_in(struct mem_io *io)
{
	const struct record_header *h = first_record(io);
	const struct parts_table *t = (const void *)(h + 1);

	return le16_get(h->flags) & RECORD_IN_PARTS ? le32_get(t->count) : 1;
}

static bool reads(struct cart *c, const uint8_t *block, uint32_t len)
{
	uint8_t *got = malloc(len);
	uint32_t n = 0;
	bool same;

	same = !cart_locate(c, 0, 0) && !cart_read(c, got, len, &n) && n == len &&
	       !memcmp(got, block, len);
	same = same && !cart_locate(c, 0, 0) && !cart_read(c, got, len / 2, &n) && n == len &&
	       !memcmp(got, block, len / 2);
	free(got);
	return same;
}

static const struct {
	uint32_t threads, worth, len;
	enum filling kind;
	uint32_t parts;			/* 0: any number, or raw */
} splits[] = {
	{ 1,  WORTH, 1 << 20,        FILL_TEXT,  1 },
	{ 2,  WORTH, 2 * WORTH - 1,  FILL_TEXT,  1 },
	{ 2,  WORTH, 2 * WORTH,      FILL_TEXT,  2 },
	{ 2,  WORTH, 2 * WORTH + 1,  FILL_TEXT,  2 },
	{ 2,  WORTH, 256 * KIB,      FILL_TEXT,  2 },
	{ 4,  WORTH, 3 * WORTH - 1,  FILL_TEXT,  2 },
	{ 4,  WORTH, 3 * WORTH + 11, FILL_TEXT,  3 },
	{ 4,  WORTH, 256 * KIB,      FILL_TEXT,  4 },
	{ 4,  WORTH, CART_BLOCK_MAX, FILL_TEXT,  4 },
	{ 16, 128,   2047,           FILL_TEXT, 15 },
	{ 16, 128,   2048,           FILL_TEXT, 16 },
	{ 16, 128,   2049,           FILL_TEXT, 16 },
	{ 16, WORTH, CART_BLOCK_MAX, FILL_TEXT, 16 },
	{ 2,  WORTH, 64 * KIB,       FILL_NOISE, 1 },
	{ 4,  WORTH, 256 * KIB,      FILL_NOISE, 1 },
	{ 4,  WORTH, 256 * KIB,      FILL_HALF,  4 },
};

static const char *one_split(size_t i, enum cart_codec codec, uint8_t *block)
{
	struct fake_pool pool = fake_pool(splits[i].threads, splits[i].worth);
	struct fake_pool other = fake_pool(3, splits[i].worth);
	const uint32_t len = splits[i].len;
	struct mem_io *io;
	struct cart *c = new_tape(&io, &pool, codec);
	const char *why = NULL;

	fill(block, len, splits[i].kind, len);
	if (cart_write(c, block, len))
		why = "cannot be written";
	else if (parts_in(io) != splits[i].parts)
		why = "number of parts";
	else if (le32_get(first_record(io)->stored) >
		 (splits[i].kind == FILL_NOISE ? len : len / 32 * 31))
		why = "is too long";
	else if (!reads(c, block, len))
		why = "is not what was written";
	cart_close(c);
	c = text_load(io, NULL);
	if (!why && !reads(c, block, len))
		why = "is another block without a pool";
	cart_set_pool(c, &other.base);
	if (!why && (!reads(c, block, len) || (splits[i].parts > 1) != (other.calls > 0)))
		why = "is another block with three threads";
	cart_close(c);
	mem_io_free(io);
	return why;
}

static int test_splits(enum cart_codec codec)
{
	uint8_t *block = malloc(CART_BLOCK_MAX);
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(splits); i++) {
		char what[100];

		snprintf(what, sizeof(what), "%s: %u threads, %u bytes, kind %d, %u parts",
			 codec_names[codec], splits[i].threads, splits[i].len, splits[i].kind,
			 splits[i].parts);
		failed |= report(what, one_split(i, codec, block));
	}
	free(block);
	return failed;
}

/* With one CPU a cartridge is what it always was. */
static int test_one_cpu(void)
{
	struct fake_pool pool = fake_pool(1, WORTH);
	static uint8_t block[256 * KIB];
	struct record_header h[2];
	const char *why = NULL;

	fill(block, sizeof(block), FILL_TEXT, 1);
	for (int i = 0; i < 2; i++) {
		struct mem_io *io;
		struct cart *c = new_tape(&io, i ? &pool : NULL, CART_ZLIB);

		cart_write(c, block, sizeof(block));
		h[i] = *first_record(io);
		cart_close(c);
		mem_io_free(io);
	}
	if (pool.calls || memcmp(&h[0].stored, &h[1].stored, 4) || le16_get(h[1].flags) ||
	    memcmp(&h[0].crc_stored, &h[1].crc_stored, 4))
		why = "another payload";
	return report("one thread writes as none does", why);
}

/* A pool comes and goes in the middle; the codec changes with it and without it. */
static int test_mixture(void)
{
	struct fake_pool two = fake_pool(2, 512), many = fake_pool(16, 128);
	struct cart_pool *const pools[] = { NULL, &two.base, &many.base };
	static uint8_t block[8 * KIB], want[8 * KIB];
	struct mem_io *io;
	struct cart *c = new_tape(&io, NULL, CART_RAW);
	const char *why = NULL;
	uint32_t seed = 1, len, n;

	for (uint32_t i = 0; i < 400 && !why; i++) {
		if (i % 5 == 0)
			cart_set_pool(c, pools[filling_draw(&seed) % 3]);
		if (i % 3 == 0)
			cart_set_compression(c, (enum cart_codec)(filling_draw(&seed) % 4),
					     1 + (int)(i % 9));
		len = 1 + i * 37 % sizeof(block);
		fill(block, len, i % 7 ? FILL_TEXT : FILL_NOISE, i);
		if (cart_write(c, block, len))
			why = "writing";
	}
	for (uint32_t i = 0; i < 1500 && !why; i++) {
		const uint32_t at = filling_draw(&seed) % 400;

		if (i % 5 == 0)
			cart_set_pool(c, pools[filling_draw(&seed) % 3]);
		len = 1 + at * 37 % sizeof(block);
		fill(want, len, at % 7 ? FILL_TEXT : FILL_NOISE, at);
		if (cart_locate(c, 0, at) || cart_read(c, block, sizeof(block), &n) || n != len ||
		    memcmp(block, want, len))
			why = "reading";
	}
	if (!two.calls || !many.calls)
		why = "nothing was shared";
	cart_close(c);
	mem_io_free(io);
	return report("a tape of parts and others, pools that come and go", why);
}

static uint32_t seed_of(struct mem_io *io)
{
	const struct index_header *h = (void *)mem_io_file(io, "indx")->now.bytes;
	const uint8_t number[4] = { 0 };

	return crc32c(crc32c(0, h->log_id, sizeof(h->log_id)), number, sizeof(number));
}

/* What is in the first record now has the checksums that it needs; its entry its flags. */
static void seal(struct mem_io *io, uint8_t index_flags)
{
	struct index_page *page = (void *)(mem_io_file(io, "indx")->now.bytes + INDEX_PAGE);
	const uint8_t zero[8] = { 0 };
	struct record_header *h = first_record(io);

	h->crc_stored = le32_of(crc32c(0, h + 1, le32_get(h->stored)));
	h->crc = le32_of(0);
	h->crc = le32_of(crc32c(seed_of(io), h, sizeof(*h)));
	page->entry[0].flags = index_flags;
	page->crc = le32_of(0);
	page->crc = le32_of(crc32c(crc32c(seed_of(io), zero, 8), page, sizeof(*page)));
}

enum { DAMAGED_LEN = 3000 };

/* A byte of a payload in parts is another one, and the checksum fits: found, or of no effect. */
static int test_corrupt(enum cart_codec codec)
{
	struct fake_pool pool = fake_pool(4, 256);
	uint8_t block[DAMAGED_LEN], got[DAMAGED_LEN];
	struct mem_io *good;
	struct cart *c = new_tape(&good, &pool, codec);
	const char *why = NULL;
	char what[80];
	uint32_t seed = 5;

	fill(block, sizeof(block), FILL_TEXT, 3);
	cart_write(c, block, sizeof(block));
	cart_close(c);
	for (uint32_t i = 0; i < 500 && !why; i++) {
		struct mem_io *io = mem_io_copy(good);
		struct record_header *h = first_record(io);
		const uint32_t at = (i < 100 ? i : filling_draw(&seed)) % le32_get(h->stored);
		enum cart_rc rc;
		uint32_t len = 0;

		((uint8_t *)(h + 1))[at] ^= (uint8_t)(1 + filling_draw(&seed) % 255);
		seal(io, RECORD_IN_PARTS);
		c = text_load(io, NULL);
		cart_set_pool(c, i % 2 ? &pool.base : NULL);
		rc = cart_read(c, got, sizeof(got), &len);
		if (rc == CART_OK ? len != sizeof(block) || memcmp(got, block, len) :
		    rc != CART_DAMAGED || !cart_read_only(c))
			why = "is believed";
		cart_drop(c);
		mem_io_free(io);
	}
	snprintf(what, sizeof(what), "%s: parts that do not hold", codec_names[codec]);
	mem_io_free(good);
	return report(what, why);
}

/* Tables that belong to no block, in memory that ends where the payload does. */
static const struct {
	const char *what;
	uint32_t stored, len;		/* payload, and block */
	uint32_t table[18];
} lies[] = {
	{ "nothing",                      0,    1000, { 0 } },
	{ "half a number",                3,    1000, { 2 } },
	{ "a number alone",               4,    1000, { 2 } },
	{ "half a table",                 11,   1000, { 2, 4 } },
	{ "no parts",                     64,   1000, { 0 } },
	{ "one part",                     64,   1000, { 1, 56 } },
	{ "seventeen parts",              640,  4000, { 17, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
							30, 30, 30, 30, 30, 30, 30 } },
	{ "a number that overflows",      64,   1000, { 0x40000001, 30, 30 } },
	{ "all bits",                     64,   1000, { 0xffffffff, 0xffffffff, 0xffffffff } },
	{ "a part of nothing",            64,   1000, { 2, 0, 52 } },
	{ "less than there is",           64,   1000, { 2, 20, 31 } },
	{ "more than there is",           64,   1000, { 2, 20, 33 } },
	{ "a part that is too long",      64,   1000, { 2, 53, 1 } },
	{ "lengths that overflow",        64,   1000, { 2, 0xffffffff, 53 } },
	{ "lengths whose sum overflows",  64,   1000, { 2, 0x80000034, 0x80000000 } },
	{ "a block too short for it",     200,  100,  { 16, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
							8, 8, 12 } },
	{ "a block of a byte",            64,   1,    { 2, 26, 26 } },
	{ "a block that ends with a part", 64,  8,    { 2, 26, 26 } },
};

static int test_lies(enum cart_codec codec)
{
	struct fake_pool pool = fake_pool(2, 256);
	const struct codec_form form = { (uint8_t)codec, RECORD_IN_PARTS };
	struct codec_work *w = codec_work_new();
	int failed = 0;

	codec_share(w, &pool.base);
	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		const size_t stored = lies[i].stored, len = lies[i].len;
		uint8_t *from = calloc(1, stored + !stored), *to = calloc(1, len);
		const size_t n = stored < sizeof(lies[i].table) ? stored : sizeof(lies[i].table);
		char what[100];

		memcpy(from, lies[i].table, n);
		snprintf(what, sizeof(what), "%s: %s", codec_names[codec], lies[i].what);
		failed |= report(what, codec_unpack(w, &form, from, stored, to, len) ?
				 "is a block" : NULL);
		free(from);
		free(to);
	}
	if (pool.calls)		/* a table that contradicts is not worked on */
		failed |= report("a table that contradicts", "is worked on");
	codec_work_free(w);
	return failed;
}

static const struct {
	const char *what;
	enum cart_codec codec;
	uint16_t flags;			/* of the record */
	uint8_t index;			/* of its entry */
	enum cart_rc rc;
} flags[] = {
	{ "as written",                   CART_LZO, 0,      0,   CART_OK },
	{ "one stream, called parts",     CART_LZO, 4,      4,   CART_DAMAGED },
	{ "parts, and the index denies",  CART_LZO, 4,      0,   CART_DAMAGED },
	{ "the index alone says parts",   CART_LZO, 0,      4,   CART_DAMAGED },
	{ "raw, called parts",            CART_RAW, 4,      4,   CART_FOREIGN },
	{ "an unknown flag",              CART_LZO, 8,      8,   CART_FOREIGN },
	{ "an unknown flag, raw",         CART_RAW, 8,      8,   CART_FOREIGN },
	{ "one that the index cannot say", CART_LZO, 0x8000, 0,  CART_FOREIGN },
	{ "the same, raw",                CART_RAW, 0x100,  0,   CART_FOREIGN },
	{ "that of an unreadable mark",   CART_RAW, 2,      2,   CART_FOREIGN },
	{ "parts and more",               CART_LZO, 0x14,   0x14, CART_FOREIGN },
};

/* A record with a flag that nobody knows is never plain payload. */
static int test_flags(void)
{
	uint8_t block[DAMAGED_LEN], got[2 * DAMAGED_LEN];
	int failed = 0;

	fill(block, sizeof(block), FILL_TEXT, 3);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		struct mem_io *io;
		struct cart *c = new_tape(&io, NULL, flags[i].codec);
		enum cart_rc rc, batch;
		uint32_t len = 0, done = 0;
		char what[100];

		cart_write(c, block, sizeof(block));
		cart_write(c, block, sizeof(block));
		cart_close(c);
		first_record(io)->flags = le16_of(flags[i].flags);
		seal(io, flags[i].index);
		c = text_load(io, NULL);
		batch = cart_read_blocks(c, got, sizeof(block), 2, &done, &len);
		cart_locate(c, 0, 0);
		rc = cart_read(c, got, sizeof(block), &len);
		snprintf(what, sizeof(what), "flags: %s", flags[i].what);
		failed |= report(what, rc != flags[i].rc || batch != rc || done != (rc ? 0 : 2) ?
				 "another outcome" : cart_position(c).object != !rc ? "position" :
				 cart_read_only(c) != (rc == CART_DAMAGED) ? "read-only" : NULL);
		cart_drop(c);
		mem_io_free(io);
	}
	return failed;
}

/* What checks and repairs a cartridge knows parts, and loses none. */
static int test_repair(void)
{
	struct fake_pool pool = fake_pool(4, 256);
	const char *why = NULL;
	uint8_t block[DAMAGED_LEN];
	struct torn_found f;
	struct cart_repaired done = { 0 };
	struct mem_io *io;
	struct cart *c = new_tape(&io, &pool, CART_ZSTD);

	for (uint32_t i = 0; i < 300; i++) {
		fill(block, sizeof(block), FILL_TEXT, i);
		cart_write(c, block, sizeof(block));
	}
	cart_close(c);
	f = torn_check(io, CART_CHECK_DATA);
	if (f.rc || f.all)
		why = "is not whole";
	torn_spoil(io, "indx", INDEX_PAGE, 3 * INDEX_PAGE);
	torn_spoil(io, "data", 100, 110);
	f = torn_repair(io, &done);
	if (!why && (f.rc || !done.changed))
		why = "is not repaired";
	c = text_load(io, NULL);
	for (uint32_t i = 1; i < 300 && !why; i++) {
		uint8_t got[DAMAGED_LEN];
		uint32_t len = 0;

		fill(block, sizeof(block), FILL_TEXT, i);
		if (cart_locate(c, 0, i) || cart_read(c, got, sizeof(got), &len) ||
		    len != sizeof(got) || memcmp(got, block, len))
			why = "a block is lost";
	}
	if (!why && (cart_locate(c, 0, 0) ||
		     cart_read(c, block, 1, &done.saved) != CART_READ_FAILED))
		why = "what is damaged is read";
	cart_drop(c);
	mem_io_free(io);
	return report("check and repair of parts", why);
}

int main(void)
{
	int failed = test_one_cpu() | test_mixture() | test_flags() | test_repair();

	for (enum cart_codec codec = CART_LZO; codec <= CART_ZSTD; codec++)
		failed |= test_splits(codec) | test_corrupt(codec) | test_lies(codec);
	return failed;
}
