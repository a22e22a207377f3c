// SPDX-License-Identifier: GPL-2.0-only
/* What is read ahead, by whom, with how many calls; what a fault there is to who reads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/late.h"
#include "fake/pool.h"
#include "fake/text_tape.h"

enum { BLOCKS = 300, BLOCK_MOST = 256 << 10, FAULT_AT = 20 };

static int bad;

static void check(bool ok, const char *what, const char *detail)
{
	printf("%s - %s: %s\n", ok ? "ok" : "not ok", what, detail);
	bad += !ok;
}

struct bed {
	struct mem_io *io;
	struct cart *c;
	struct late f;			/* the thread; each job is one call to read */
	uint32_t size;
	struct fake_pool pool;
};

static uint8_t block[BLOCK_MOST], got[BLOCK_MOST];

/* Block n of a tape: noise, or, with a codec, words. */
static void fill(uint32_t n, uint32_t size, bool noise)
{
	uint32_t x = n * 2654435761u + 1;

	for (uint32_t i = 0; i < size; i++) {
		x = x * 1664525 + 1013904223;
		block[i] = noise ? (uint8_t)(x >> 24) : (uint8_t)(x >> 30);
	}
}

static void make_shared(struct bed *b, enum cart_codec codec, uint32_t size, uint32_t blocks,
			uint32_t threads)
{
	const struct cart_spec spec = text_spec(CART_DATA_TAPE, (uint64_t)1 << 40);

	*b = (struct bed){ .io = mem_io_new(), .size = size, .pool = fake_pool(threads, 4096) };
	b->f = late_new(false);
	b->io->no_journal = true;
	cart_create(&mem_cart_io, b->io, &spec);
	b->c = text_load(b->io, NULL);
	cart_set_pool(b->c, &b->pool.base);
	cart_set_compression(b->c, codec, 1);
	for (uint32_t i = 0; i < blocks; i++) {
		fill(i, size, codec == CART_RAW);
		if (cart_write(b->c, block, size))
			abort();
	}
	cart_locate(b->c, 0, 0);
	b->io->reads = 0;
}

static void make(struct bed *b, enum cart_codec codec, uint32_t size, uint32_t blocks)
{
	make_shared(b, codec, size, blocks, 1);
}

static void end(struct bed *b)
{
	if (b->c)
		cart_close(b->c);
	mem_io_free(b->io);
}

/* Reads on to object to; false: something else than what was written. */
static bool reads_to(struct bed *b, uint32_t to, bool noise)
{
	uint32_t len;

	for (uint32_t i = (uint32_t)cart_position(b->c).object; i < to; i++) {
		fill(i, b->size, noise);
		memset(got, 0, b->size);
		if (cart_read(b->c, got, sizeof(got), &len) || len != b->size ||
		    memcmp(got, block, len))
			return false;
	}
	return true;
}

/* ---- how many calls ---- */

static const struct {
	const char *what;
	enum cart_codec codec;
	uint32_t size;
	size_t ahead;
	bool thread;
	int jobs, calls;		/* at most, and at least half: the thread's; the reader's */
	uint32_t threads;		/* that share a block */
} costs[] = {
	/*                                   block      read ahead      thread jobs calls threads */
	{ "nothing ahead",          CART_RAW, 10 << 10,  0,       false, 0,   301, 1 },
	{ "10 KiB, alone",          CART_RAW, 10 << 10,  4 << 20, false, 0,   20, 1 },
	{ "10 KiB, thread",         CART_RAW, 10 << 10,  4 << 20, true,  9,   4, 1 },
	{ "10 KiB, little memory",  CART_RAW, 10 << 10,  40 << 10, false, 0,  110, 1 },
	{ "10 KiB, too little",     CART_RAW, 10 << 10,  8 << 10, false, 0,   301, 1 },
	{ "64 KiB, alone",          CART_RAW, 64 << 10,  4 << 20, false, 0,   42, 1 },
	{ "64 KiB, thread",         CART_RAW, 64 << 10,  4 << 20, true,  40,  4, 1 },
	{ "65 KiB, alone",          CART_RAW, 65 << 10,  4 << 20, false, 0,   301, 1 },
	{ "256 KiB, thread",        CART_RAW, 256 << 10, 4 << 20, true,  160, 4, 1 },
	{ "256 KiB, no room",       CART_RAW, 256 << 10, 512 << 10, true, 0,  302, 1 },
	{ "10 KiB, lzo, alone",     CART_LZO, 10 << 10,  4 << 20, false, 0,   12, 1 },
	{ "64 KiB, lzo, thread",    CART_LZO, 64 << 10,  4 << 20, true,  60,  4, 1 },
	{ "256 KiB, zstd, thread",  CART_ZSTD, 256 << 10, 4 << 20, true, 160, 4, 1 },
	{ "10 KiB, lzo, parts, alone", CART_LZO, 10 << 10, 4 << 20, false, 0, 12, 2 },
	{ "256 KiB, zstd, parts, thread", CART_ZSTD, 256 << 10, 4 << 20, true, 160, 4, 3 },
	{ "256 KiB, lzo, no room",  CART_LZO, 256 << 10, 512 << 10, true, 0,  302, 1 },
};

static void test_costs(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(costs); i++) {
		char detail[80];
		struct bed b;
		int calls;
		bool same;

		make_shared(&b, costs[i].codec, costs[i].size, BLOCKS,
			    costs[i].threads);
		calls = (int)b.pool.calls;
		cart_set_read_ahead(b.c, costs[i].ahead, costs[i].thread ? &b.f.base : NULL);
		b.f.at_once = true;
		same = reads_to(&b, BLOCKS, costs[i].codec == CART_RAW) &&
		       b.pool.calls == 2 * (uint64_t)calls && !calls == (costs[i].threads == 1);
		calls = b.io->reads - b.f.submitted;
		snprintf(detail, sizeof(detail), "%s, %d jobs, %d calls",
			 same ? "same" : "differs", b.f.submitted, calls);
		check(same && b.f.submitted <= costs[i].jobs && calls <= costs[i].calls &&
		      b.f.submitted >= costs[i].jobs / 2 && calls >= costs[i].calls / 2,
		      costs[i].what, detail);
		end(&b);
	}
}

/* ---- what makes it forget ---- */

static void put_x(struct cart *c)
{
	memset(block, 'x', BLOCK_MOST);
	cart_write(c, block, 100);
}

static void overwrite(struct cart *c)
{
	put_x(c);
	cart_locate(c, 0, 6);
}

static void overwrite_and_return(struct cart *c)
{
	cart_locate(c, 0, 8);
	put_x(c);
	cart_locate(c, 0, 6);
}

static void space_over(struct cart *c)
{
	uint64_t left;

	cart_space_blocks(c, 30, &left);
}

static void space_back(struct cart *c)
{
	uint64_t left;

	cart_space_blocks(c, -4, &left);
}

static void erase(struct cart *c)
{
	cart_erase(c);
}

static void format(struct cart *c)
{
	cart_format(c, 2, (const uint64_t[]){ 1 << 20, 1 << 20 }, 0x5e);
}

static void locate_far(struct cart *c)
{
	cart_locate(c, 0, 280);
}

/*
 * Read to 6, do it, read on: x is what put_x() wrote, . the end, = the block of that number.  While
 * it changes the tape, no thread reads there.
 */
static const struct {
	const char *what;
	void (*run)(struct cart *c);
	bool changes;
	uint64_t object;		/* where that leads */
	const char *then;
} forgets[] = {
	{ "overwritten",            overwrite,            true,  6,   "x." },
	{ "overwritten behind",     overwrite_and_return, true,  6,   "==x." },
	{ "spaced forward",         space_over,           false, 36,  "====" },
	{ "spaced back",            space_back,           false, 2,   "====" },
	{ "located",                locate_far,           false, 280, "====" },
	{ "erased",                 erase,                true,  6,   "." },
	{ "formatted",              format,               true,  0,   "." },
};

static bool reads_as(struct bed *b, const char *want, bool noise)
{
	for (; *want; want++) {
		const uint32_t i = (uint32_t)cart_position(b->c).object;
		uint32_t len;
		enum cart_rc rc = cart_read(b->c, got, sizeof(got), &len);

		if (*want == '.' ? rc != CART_EOD : rc != CART_OK)
			return false;
		fill(i, b->size, noise);
		if (*want == 'x' && (len != 100 || got[0] != 'x' || got[99] != 'x'))
			return false;
		if (*want == '=' && (len != b->size || memcmp(got, block, len)))
			return false;
	}
	return true;
}

static void test_forgets(void)
{
	for (size_t i = 0; i < 4 * ARRAY_SIZE(forgets); i++) {
		const bool thread = i & 1, at_once = i & 2;
		struct bed b;
		bool ok;

		make(&b, CART_LZO, 2000, BLOCKS);
		cart_set_read_ahead(b.c, 1 << 20, thread ? &b.f.base : NULL);
		b.f.at_once = at_once;
		ok = reads_to(&b, 6, false);
		ok &= thread == (b.f.job || b.f.submitted);
		forgets[i / 4].run(b.c);
		ok &= !forgets[i / 4].changes || !b.f.job;
		ok &= cart_position(b.c).object == forgets[i / 4].object;
		check(ok && reads_as(&b, forgets[i / 4].then, false), forgets[i / 4].what,
		      !thread ? "alone" : at_once ? "thread, early" : "thread, late");
		end(&b);
	}
}

/* ---- faults ---- */

/* Where block FAULT_AT begins, from the end of the file: all are stored with one size. */
static uint8_t *fault_byte(struct bed *b, uint32_t in)
{
	struct mem_file *f = mem_io_file(b->io, "data");

	return f->now.bytes + (64 + (uint64_t)b->size) * FAULT_AT + in;
}

static const struct {
	const char *what;
	uint32_t byte;			/* of the record that is changed */
	uint64_t truncate;		/* blocks that are left of the file, or 0 */
	enum cart_rc rc;
	const char *why;
} faults[] = {
	{ "its payload",        100, 0,            CART_DAMAGED, "checksum" },
	{ "its header",         8,   0,            CART_DAMAGED, "no record" },
	{ "cut off",            100, FAULT_AT,     CART_DAMAGED, "no record" },
};

static void test_faults(void)
{
	for (size_t i = 0; i < 3 * ARRAY_SIZE(faults); i++) {
		const bool thread = i % 3 == 1;
		uint32_t len;
		struct bed b;
		bool ok;

		make(&b, CART_RAW, 4096, BLOCKS);
		cart_set_read_ahead(b.c, i % 3 == 2 ? 0 : 1 << 20, thread ? &b.f.base : NULL);
		b.f.at_once = true;
		*fault_byte(&b, faults[i / 3].byte) ^= 1;
		if (faults[i / 3].truncate)
			mem_io_file(b.io, "data")->now.size = faults[i / 3].truncate * (64 + 4096);
		ok = reads_to(&b, FAULT_AT, true) && !cart_read_only(b.c);
		ok &= cart_read(b.c, got, sizeof(got), &len) == faults[i / 3].rc;
		ok &= cart_position(b.c).object == FAULT_AT && cart_read_only(b.c);
		ok &= strstr(cart_why_read_only(b.c), faults[i / 3].why) &&
		      strstr(cart_why_read_only(b.c), "object 20:");
		*fault_byte(&b, faults[i / 3].byte) ^= 1;
		cart_locate(b.c, 0, FAULT_AT + 1);
		ok &= faults[i / 3].truncate || reads_to(&b, BLOCKS, true);
		check(ok, faults[i / 3].what,
		      thread ? "thread" : i % 3 ? "nothing ahead" : "alone");
		end(&b);
	}
}

/* The disk fails where the thread reads, and not where the host does; and the other way round. */
static void test_disk(void)
{
	uint32_t len;
	struct bed b;
	bool ok;

	make(&b, CART_RAW, 4096, BLOCKS);
	cart_set_read_ahead(b.c, 1 << 20, &b.f.base);
	ok = reads_to(&b, 2, true) && b.f.job;
	b.io->fail_reads = true;
	late_work(&b.f);
	b.io->fail_reads = false;
	check(ok && reads_to(&b, BLOCKS, true) && !cart_read_only(b.c), "the thread cannot read",
	      "the host does not notice");
	check(b.f.submitted > 1, "and", "it goes on behind that");
	cart_locate(b.c, 0, 0);
	b.f.at_once = true;
	ok = reads_to(&b, 3, true);
	b.io->fail_reads = true;
	ok &= reads_to(&b, 4, true);
	while (cart_read(b.c, got, sizeof(got), &len) == CART_OK)
		;
	ok &= cart_read(b.c, got, sizeof(got), &len) == CART_READ_FAILED;
	b.io->fail_reads = false;
	check(ok && reads_to(&b, BLOCKS, true), "the disk fails", "told where the host is");
	end(&b);
}

/* A page of the index that does not hold is nobody's business before its objects are read. */
static void test_index(void)
{
	enum { PAGES = 3 * 254 };
	uint32_t len;
	struct bed b;
	bool ok;

	make(&b, CART_RAW, 100, PAGES);
	cart_set_read_ahead(b.c, 1 << 20, &b.f.base);
	b.f.at_once = true;
	mem_io_file(b.io, "indx")->now.bytes[2 * 4096 + 50] ^= 1;
	ok = reads_to(&b, 254, true) && !cart_read_only(b.c);
	ok &= cart_read(b.c, got, sizeof(got), &len) == CART_DAMAGED;
	check(ok && cart_position(b.c).object == 254 && b.io->reads < 20, "a page does not hold",
	      "told at its first object");
	end(&b);
}

static void test_thread(void)
{
	struct bed b;
	bool ok;

	make(&b, CART_LZO, 4096, BLOCKS);
	b.f.refuse = true;
	cart_set_read_ahead(b.c, 1 << 20, &b.f.base);
	check(reads_to(&b, BLOCKS, false), "no thread to be had", "reads");
	b.f.refuse = false;
	cart_locate(b.c, 0, 0);
	ok = reads_to(&b, 5, false) && b.f.job && !b.f.waited;
	cart_drop(b.c);
	b.c = NULL;
	check(ok && !b.f.job && b.f.waited == 1, "unloaded at work", "waits for it");
	end(&b);
}

/* Who gets to what is not done goes on by himself, and meets the thread in the middle. */
static void test_meet(void)
{
	struct bed b;
	bool ok;

	make(&b, CART_LZO, 4096, BLOCKS);
	cart_set_read_ahead(b.c, 4 << 20, &b.f.base);
	ok = reads_to(&b, 8, false) && b.f.submitted == 1 && b.io->reads == 8;
	check(ok, "the thread is late", "nobody waits");
	late_work(&b.f);
	ok = reads_to(&b, 9, false) && b.f.submitted == 2;
	check(ok && b.io->reads == 9, "they meet", "what it has done is taken");
	ok = reads_to(&b, 12, false) && b.f.job;
	check(ok && b.io->reads == 9 && !b.f.waited, "and", "it is at the next piece");
	end(&b);
}

/* A host that has too little room, and one that wants none of it. */
static void test_room(void)
{
	for (int thread = 0; thread < 2; thread++) {
		struct bed b;
		uint32_t len;
		bool ok;

		make(&b, CART_LZO, 4096, BLOCKS);
		cart_set_read_ahead(b.c, 1 << 20, thread ? &b.f.base : NULL);
		ok = reads_to(&b, 10, false);
		memset(got, 0xee, sizeof(got));
		fill(10, 4096, false);
		ok &= cart_read(b.c, got, 100, &len) == CART_OK && len == 4096 &&
		      !memcmp(got, block, 100) && got[100] == 0xee;
		ok &= cart_read(b.c, NULL, 0, &len) == CART_OK && len == 4096;
		check(ok && reads_to(&b, BLOCKS, false), "too little room",
		      thread ? "thread" : "alone");
		end(&b);
	}
}

int main(void)
{
	test_costs();
	test_forgets();
	test_faults();
	test_disk();
	test_index();
	test_thread();
	test_meet();
	test_room();
	return bad != 0;
}
