// SPDX-License-Identifier: GPL-2.0-only
/* Repair of what is less plain, and repair cut short anywhere. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/report.h"
#include "fake/torn_tape.h"
#include "media/format.h"

/* A block that holds a copy of the tape itself: what is in it is not taken for the tape. */
static int test_copy_inside(void)
{
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	struct mem_image *data;
	struct cart_repaired ret;
	const char *why = NULL;
	uint8_t block[1024];
	char text[TEXT_MAX];
	uint32_t len;

	text_write(c, "abcdef");
	memset(block, 0, sizeof(block));
	data = &mem_io_file(io, "data")->now;
	memcpy(block + 200, data->bytes + 4 * TORN_RECORD, TORN_RECORD);
	cart_locate(c, 0, 1);
	cart_write(c, block, sizeof(block));
	text_write(c, "xyzuvw");
	cart_close(c);
	torn_flip(io, "data", (TORN_RECORD + 2) * 8);
	if (torn_repair(io, &ret).rc || ret.lost != 1)
		why = "repair";
	c = text_load(io, NULL);
	if (strcmp(torn_read(c, 0, text), "a*xyzuvw"))
		why = text;
	cart_locate(c, 0, 0);
	if (cart_read(c, block, sizeof(block), &len) || len != TEXT_BLOCK)
		why = "read";
	cart_drop(c);
	mem_io_free(io);
	return report("a copy of the tape on the tape", why);
}

/* Long tapes: pages of the index lost, and what is lost spans them. */
static const struct {
	const char *what;
	uint64_t from, to;		/* bytes of data that are spoilt */
	uint64_t page_from, page_to;	/* of indx */
} longs[] = {
	{ "a long tape, a page lost",          0, 0,           8192, 12288 },
	{ "a long tape, all pages lost",       0, 0,           4096, 20480 },
	{ "a long tape, a gap over pages",     16000, 42000,   0, 0 },
	{ "a long tape, a gap and no index",   16000, 42000,   0, 20480 },
	{ "a long tape, a gap and half of it", 16000, 42000,   8192, 12288 },
	{ "a long tape, its end",              40000, 64096,   0, 0 },
};

static struct mem_io *made_long(char *whole)
{
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);

	for (int i = 0; i < 900; i++)
		whole[i] = (char)(i % 17 ? 'a' + i % 26 : '|');
	whole[900] = 0;
	text_write(c, whole);
	cart_close(c);
	return io;
}

static int test_long(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(longs); i++) {
		char whole[TEXT_MAX], text[TEXT_MAX];
		struct mem_io *io = made_long(whole);
		uint64_t lost = 0, off = 0;
		struct cart_repaired ret;
		const char *why = NULL;
		struct cart *c;

		torn_spoil(io, "data", longs[i].from, longs[i].to);
		torn_spoil(io, "indx", longs[i].page_from, longs[i].page_to);
		for (char *t = whole; *t; t++) {
			const uint64_t size = *t == '|' ? TORN_MARK : TORN_RECORD;
			const uint64_t used = *t == '|' ? size : TORN_MARK + TEXT_BLOCK;

			if (off < longs[i].to && off + used > longs[i].from) {
				*t = '*';
				lost++;
			}
			off += size;
		}
		if (torn_repair(io, &ret).rc || ret.lost != lost)
			why = "repair";
		c = text_load(io, NULL);
		if (!c || strcmp(torn_read(c, 0, text), whole) || cart_read_only(c) ||
		    cart_end_of(c, 0).filemarks != 53)
			why = text;
		if (c)
			cart_close(c);
		mem_io_file(io, "indx")->now.size = 0;	/* data alone tells it all */
		c = text_load(io, NULL);
		if (!why && (!c || strcmp(torn_read(c, 0, text), whole)))
			why = "the index is made again otherwise";
		cart_drop(c);
		failed |= report(longs[i].what, why);
		mem_io_free(io);
	}
	return failed;
}

/* More than a record can take is lost: padding is needed. */
static int test_big_gap(const char *what, uint32_t len, uint32_t blocks)
{
	const struct cart_spec spec = text_spec(CART_DATA_TAPE, 100 << 20);
	struct mem_io *io = mem_io_new();
	uint8_t *block = calloc(1, len);
	struct cart_repaired ret;
	const char *why = NULL, *right = blocks == 2 ? "a**|b" : "a*|b";
	char text[TEXT_MAX];
	struct cart *c;

	io->no_journal = true;
	cart_create(&mem_cart_io, io, &spec);
	c = text_load(io, NULL);
	text_write(c, "a");
	for (uint32_t i = 0; i < blocks; i++)
		cart_write(c, block, len);
	text_write(c, "|b");
	cart_close(c);
	mem_io_file(io, "indx")->now.size = 0;
	for (uint64_t i = 0, at = TORN_RECORD; i < blocks; i++, at += len + TORN_MARK)
		torn_spoil(io, "data", at, at + 8);
	if (torn_repair(io, &ret).rc || ret.lost != blocks)
		why = "repair";
	c = text_load(io, NULL);
	if (!c || strcmp(torn_read(c, 0, text), right) || cart_read_only(c))
		why = c ? text : "load";
	if (c)
		cart_close(c);
	mem_io_file(io, "indx")->now.size = 0;
	c = text_load(io, NULL);
	if (!c || strcmp(torn_read(c, 0, text), right))
		why = "from data alone";
	cart_drop(c);
	free(block);
	mem_io_free(io);
	return report(what, why);
}

static int test_compressed(void)
{
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	struct cart_repaired ret;
	const char *why = NULL;
	uint8_t block[4096];
	uint32_t len = 0;

	cart_set_compression(c, CART_ZLIB, 6);
	for (int i = 0; i < 3; i++) {
		memset(block, 'a' + i, sizeof(block));
		cart_write(c, block, sizeof(block));
	}
	cart_close(c);
	if (torn_check(io, CART_CHECK_DATA).rc)
		why = "check";
	torn_flip(io, "data", 70 * 8);
	if (torn_check(io, CART_CHECK_DATA).rc != CART_DAMAGED)
		why = "damage";
	if (torn_repair(io, &ret).rc || ret.lost != 1)
		why = "repair";
	c = text_load(io, NULL);
	cart_locate(c, 0, 1);
	if (cart_read(c, block, sizeof(block), &len) || len != sizeof(block) || *block != 'b')
		why = "read";
	cart_drop(c);
	mem_io_free(io);
	return report("compressed blocks", why);
}

/* Damage for what is cut short: each kind of step is needed. */
static const struct {
	const char *what;
	struct torn_hurt hurt, other;
	bool protect;
} cut_short[] = {
	{ "two blocks and a filemark", { "data", TORN_SPOILT, 80, 216 }, { 0 }, false },
	{ "the end of data", { "data", TORN_CUT, 300, 0 }, { 0 }, false },
	{ "all the index", { "indx", TORN_SPOILT, 0, 8192 }, { 0 }, false },
	{ "a block, and a slot", { "data", TORN_FLIPPED, 5, 0 },
	  { "meta", TORN_FLIPPED, 24, 0 }, false },
	{ "data that goes on", { "data", TORN_GROWN, 0, 2000 }, { 0 }, false },
	{ "an index that goes on", { "indx", TORN_GROWN, 0, 12288 }, { 0 }, false },
	{ "a meta and data that go on", { "meta", TORN_GROWN, 0, 3 * META_SLOT },
	  { "data", TORN_GROWN, 0, 1000 }, false },
	{ "a lost file", { "data.1", TORN_REMOVED, 0, 0 }, { 0 }, false },
	{ "a block, and all of meta", { "data", TORN_FLIPPED, 220, 0 },
	  { "meta", TORN_SPOILT, 0, 2 * META_SLOT }, true },
};

struct rig {
	struct mem_io *hurt, *disk, *after;
	const char *const *right;
	bool protect;
};

static const char *repair_after(const struct rig *r, struct mem_io *io)
{
	struct cart_repaired ret;

	if (torn_repair(io, &ret).rc)
		return "cannot be repaired afterwards";
	return torn_verify(io, r->right, true, r->protect);
}

/* Once meta and index say that it is repaired, data alone says so, too. */
static const char *data_tells(const struct rig *r, const struct mem_io *io)
{
	const char *const names[] = { "indx", "indx.1" };
	struct mem_io *copy = mem_io_copy(io);
	struct cart *c;
	const char *why = NULL;
	char text[TEXT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		mem_io_file(copy, names[i])->now.size = 0;
	c = text_load(copy, NULL);
	for (uint32_t i = 0; c && i < TORN_PARTS && !why; i++)
		if (strcmp(torn_read(c, i, text), r->right[i]))
			why = "meta before the data";
	cart_drop(c);
	mem_io_free(copy);
	return c ? why : "meta, and no data";
}

/* Data before the index, and both before meta. */
static const char *in_order(const struct rig *r, struct mem_io *io)
{
	const unsigned int lost = 1u << FAULT_LOST, slot = 1u << FAULT_META_SLOT,
			   index = 1u << FAULT_INDEX_PAGE | 1u << FAULT_INDEX_HEADER |
				   1u << FAULT_INDEX_ORDER;
	const struct mem_file *old = mem_io_file(r->hurt, "meta"), *now = mem_io_file(io, "meta");
	const unsigned int faults = torn_check(io, 0).faults;

	if (now->now.size != old->now.size || !memcmp(now->now.bytes, old->now.bytes,
						      old->now.size))
		return NULL;
	if ((faults & index) && !(faults & slot))	/* that of before counts */
		return "meta before the index";
	return faults & ~lost ? NULL : data_tells(r, io);
}

/* What is no more as it was is in a copy. */
static const char *saved_first(struct mem_io *before, struct mem_io *io, const char *name)
{
	struct mem_file *old = mem_io_file(before, name), *now = mem_io_file(io, name), *copy;
	char copy_name[32];

	if (!old || !now)
		return NULL;
	snprintf(copy_name, sizeof(copy_name), "%s.saved.1", name);
	copy = mem_io_file(io, copy_name);
	for (uint64_t i = 0; i < old->now.size; i++) {
		if (i < now->now.size && old->now.bytes[i] == now->now.bytes[i])
			continue;
		if (!copy || i >= copy->now.size || copy->now.bytes[i] != old->now.bytes[i])
			return "changed, and not saved before";
	}
	return NULL;
}

static const char *look_after(const struct rig *r, struct mem_io *io)
{
	const char *why = in_order(r, io);

	why = why ? why : saved_first(r->hurt, io, "meta");
	why = why ? why : saved_first(r->hurt, io, "data");
	why = why ? why : saved_first(r->hurt, io, "indx");
	return why ? why : repair_after(r, io);
}

/* What was said to be repaired is so, whatever happens then. */
static const char *durable(const struct rig *r)
{
	mem_io_crash(r->after, r->disk, 0);
	if (mem_io_file(r->after, "meta")->now.size > 2 * META_SLOT)
		return "meta is not cut";
	return torn_verify(r->after, r->right, true, r->protect);
}

/* The nth change is the last, with what was not synced lost or not; or it fails alone. */
static const char *stop_at(const struct rig *r, int n, bool *done)
{
	const char *why = NULL;
	struct cart_repaired ret;

	mem_io_assign(r->disk, r->hurt);
	r->disk->fail_from = n;
	r->disk->fail_to = 1 << 30;
	r->disk->tear = n % 2;
	*done = torn_repair(r->disk, &ret).rc == CART_OK;
	if (*done)
		why = durable(r);
	for (uint32_t seed = 0; seed < 5 && !why; seed++) {
		mem_io_crash(r->after, r->disk, seed == 4 ? 1 << 16 : seed * 7919);
		why = look_after(r, r->after);
	}
	for (int i = 0; i < 2 && !why; i++) {
		mem_io_assign(r->disk, r->hurt);
		r->disk->fail_from = n;
		r->disk->fail_to = n + 1;
		r->disk->fail_with = i ? -ENOSPC : -EIO;
		r->disk->tear = true;
		if (torn_repair(r->disk, &ret).rc == CART_OK && r->disk->changes >= n)
			why = "an error that nobody saw";
		r->disk->fail_from = r->disk->fail_to = 0;
		if (!why)
			why = repair_after(r, r->disk);
	}
	return why;
}

static int test_cut_short(void)
{
	struct mem_io *good = torn_new(TORN_PUT_AWAY), *disk = mem_io_new(), *after = mem_io_new();
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(cut_short); i++) {
		char text[TORN_PARTS][TEXT_MAX], what[100];
		const char *const right[TORN_PARTS] = { text[0], text[1] };
		struct rig r = { mem_io_copy(good), disk, after, right, cut_short[i].protect };
		const char *why = NULL;
		bool done = false;
		int n;

		torn_inflict(r.hurt, &cut_short[i].hurt);
		torn_inflict(r.hurt, &cut_short[i].other);
		for (uint32_t p = 0; p < TORN_PARTS; p++)
			torn_expect(&cut_short[i].hurt, p, text[p]);
		for (n = 1; !done && !why; n++)
			why = stop_at(&r, n, &done);
		snprintf(what, sizeof(what), "%s: repair cut short at each call",
			 cut_short[i].what);
		if (why)
			printf("call %d\n", n - 1);
		failed |= report(what, why ? why : n < 8 ? "few calls" : NULL);
		mem_io_free(r.hurt);
	}
	mem_io_free(good);
	mem_io_free(disk);
	mem_io_free(after);
	return failed;
}

int main(void)
{
	int failed = test_copy_inside();

	failed |= test_long();
	failed |= test_big_gap("a gap that no record can take", 9 << 20, 2);
	failed |= test_big_gap("a gap that a record can almost take", (1 << 24) - 64, 1);
	failed |= test_compressed();
	failed |= test_cut_short();
	return failed;
}
