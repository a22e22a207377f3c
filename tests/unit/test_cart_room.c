// SPDX-License-Identifier: GPL-2.0-only
/* The end of the tape, and the end of the disk: warnings, what still goes, what does not. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/filling.h"
#include "fake/report.h"
#include "fake/text_tape.h"
#include "media/format.h"

static struct mem_io *folder(uint64_t capacity)
{
	const struct cart_spec spec = text_spec(CART_DATA_TAPE, capacity);
	struct mem_io *io = mem_io_new();

	io->no_journal = true;
	cart_create(&mem_cart_io, io, &spec);
	return io;
}

enum { BLOCK = 10000 - (int)sizeof(struct record_header) };	/* 10000 bytes in data */

static const uint8_t block[BLOCK];

/* In a partition of a million bytes: where each zone begins. */
static const struct {
	uint64_t warning, pew;
	uint64_t blocks;
	enum cart_zone zone;
} zones[] = {
	{      0,      0, 99, CART_ROOM },
	{ 500000, 700000, 29, CART_ROOM },
	{ 500000, 700000, 30, CART_PROGRAMMABLE_WARNING },
	{ 500000, 700000, 49, CART_PROGRAMMABLE_WARNING },
	{ 500000, 700000, 50, CART_EARLY_WARNING },
	{ 500000,      0, 49, CART_ROOM },
	{ 500000,      0, 99, CART_EARLY_WARNING },
};

static int test_zones(void)
{
	struct mem_io *io = folder(1000000);
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;
	int n = 0;

	while (cart_write(c, block, BLOCK) == CART_OK)
		n++;
	if (n != 99)			/* the last place is left to filemarks */
		why = "capacity";
	if (cart_write(c, block, BLOCK) != CART_FULL || cart_end_of(c, 0).objects != 99)
		why = "full";
	for (size_t i = 0; i < ARRAY_SIZE(zones) && !why; i++) {
		cart_set_warning(c, zones[i].warning, zones[i].pew);
		cart_locate(c, 0, zones[i].blocks);
		if (cart_zone(c) != zones[i].zone)
			why = "zone";
	}
	cart_locate_end(c, 0);
	for (n = 0; cart_write_filemarks(c, 1, true) == CART_OK; n++)
		;
	if (n != 10000 / 64 || cart_end_of(c, 0).used > 1000000)
		why = "room for filemarks";
	if (cart_write_filemarks(c, 1, false) != CART_FULL || cart_sync(c) || cart_read_only(c))
		why = "full of filemarks";
	cart_locate(c, 0, 98);
	if (cart_write(c, block, BLOCK))
		why = "over the end";
	cart_close(c);
	mem_io_free(io);
	return report("the end of a partition", why);
}

/* 16777215 filemarks do not fit: then none of them is there. */
static int test_many_filemarks(void)
{
	struct mem_io *io = folder(1000000);
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;

	if (cart_write_filemarks(c, 0xffffff, false) != CART_FULL || cart_end_of(c, 0).objects)
		why = "too many";
	if (cart_write_filemarks(c, 15625, false) || cart_end_of(c, 0).filemarks != 15625)
		why = "just enough";
	cart_locate_file(c, 0, 10000);
	if (cart_position(c).object != 10000)
		why = "position";
	cart_close(c);
	mem_io_free(io);

	io = folder(1000000);
	c = text_load(io, NULL);
	io->no_allocate = true;
	io->disk = 400000;
	text_write(c, "ab");
	if (cart_write_filemarks(c, 10000, false) != CART_FULL || cart_end_of(c, 0).objects != 2 ||
	    cart_read_only(c) || text_write(c, "c"))
		why = "half of them";
	cart_close(c);
	mem_io_free(io);
	return report("filemarks, all or none", why);
}

static uint64_t on_disk(struct mem_io *io)
{
	uint64_t used = 0;

	for (size_t i = 0; i < ARRAY_SIZE(io->file); i++)
		used += io->file[i].space;
	return used;
}

/* Writes until it does not go any more; blocks written after the warning in *after. */
static enum cart_rc fill_up(struct cart *c, int *n, int *after)
{
	enum cart_rc rc = CART_OK;

	for (*n = *after = 0; rc == CART_OK; ) {
		rc = cart_write(c, block, BLOCK);
		*n += rc == CART_OK;
		*after += rc == CART_OK && cart_zone(c) == CART_EARLY_WARNING;
	}
	return rc;
}

/* All that was acknowledged is there, and nothing else. */
static const char *count(struct mem_io *io, int blocks, int marks)
{
	enum cart_rc rc;
	struct cart *c = text_load(io, &rc);
	const char *why = NULL;
	uint32_t len;

	for (int i = 0; i < blocks && !rc; i++)
		rc = cart_read(c, NULL, 0, &len) || len != BLOCK ? CART_DAMAGED : CART_OK;
	if (rc || cart_end_of(c, 0).objects != (uint64_t)(blocks + marks))
		why = "not what was acknowledged";
	if (cart_close(c))
		why = "cannot be put away on a full disk";
	return why;
}

static const struct {
	const char *what;
	bool no_allocate;
	int least_after;		/* blocks after the warning */
} disks[] = {
	{ "a full disk warns early",             false, 400 },
	{ "a full disk without reserve is full", true,    0 },
};

static int test_full_disk(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(disks); i++) {
		struct mem_io *io = folder((uint64_t)1 << 40);
		struct cart *c = text_load(io, NULL);
		const char *why = NULL;
		int n, after, marks = 3;

		io->no_allocate = disks[i].no_allocate;
		io->disk = 50 << 20;
		if (fill_up(c, &n, &after) != CART_FULL || n < 4000 || after < disks[i].least_after)
			why = "blocks";
		if (cart_read_only(c) || cart_write(c, block, BLOCK) != CART_FULL)
			why = "full stays full";
		if (!disks[i].no_allocate && cart_write_filemarks(c, 3, false))
			why = "no room for filemarks";
		marks = disks[i].no_allocate ? 0 : 3;
		if (on_disk(io) > io->disk)
			why = "more than the disk";
		cart_close(c);
		why = why ? why : count(io, n, marks);
		io->disk += 50 << 20;		/* somebody made room */
		c = text_load(io, NULL);
		cart_locate_end(c, 0);
		if (!why && (cart_write(c, block, BLOCK) || cart_zone(c) != CART_ROOM))
			why = "not again when there is room";
		cart_close(c);
		failed |= report(disks[i].what, why);
		mem_io_free(io);
	}
	return failed;
}

/* What one drive took ahead, another does not get; what was not used goes back. */
static int test_reserve(void)
{
	struct mem_io *io = folder((uint64_t)1 << 40);
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;

	cart_write(c, block, BLOCK);
	if (on_disk(io) < 4 << 20 || on_disk(io) > 5 << 20)
		why = "no short step ahead";
	io->disk = on_disk(io);			/* others took the rest */
	for (int i = 0; i < 300 && !why; i++) {
		const bool plenty = cart_end_of(c, 0).used <= 2 << 20;

		if (cart_write(c, block, BLOCK) || (cart_zone(c) == CART_ROOM) != plenty)
			why = "the step is not ours";
	}
	cart_close(c);
	if (on_disk(io) > 4 << 20)
		why = "not given back";
	mem_io_free(io);
	return report("space is taken in steps", why);
}

/* Bytes of data ahead of the end, at most, over a tape that long. */
static uint64_t most_ahead(struct cart *c, struct mem_io *io, uint64_t length)
{
	static uint8_t piece[64 << 10];
	uint64_t most = 0;

	while (cart_end_of(c, 0).used < length) {
		cart_write(c, piece, sizeof(piece));
		if (on_disk(io) - cart_end_of(c, 0).used > most)
			most = on_disk(io) - cart_end_of(c, 0).used;
	}
	return most;
}

/* The longer the tape, the longer its steps. */
static int test_growing_steps(void)
{
	static const struct { uint64_t length, least, most; } rows[] = {
		{  16 << 20,  3 << 20,  5 << 20 },
		{  64 << 20,  6 << 20,  9 << 20 },
		{ 128 << 20, 14 << 20, 17 << 20 },
		{ 256 << 20, 15 << 20, 17 << 20 },
	};
	struct mem_io *io = folder((uint64_t)1 << 40);
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const uint64_t ahead = most_ahead(c, io, rows[i].length);

		if (ahead < rows[i].least || ahead > rows[i].most)
			why = "another step";
	}
	cart_drop(c);
	mem_io_free(io);
	return report("steps grow with the tape", why);
}

/* Also where two of them are more than a step. */
static int test_large_blocks(void)
{
	static uint8_t large[15 << 20];
	static const uint32_t lens[] = { 1 << 20, 3 << 20, 5 << 20, 9 << 20, 15 << 20 };
	const char *why = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(lens); i++)
		for (uint64_t disk = 20 << 20; disk < 80 << 20 && !why; disk += 5 << 19) {
			struct mem_io *io = folder((uint64_t)1 << 40);
			struct cart *c = text_load(io, NULL);
			enum cart_zone zone = CART_EARLY_WARNING;

			io->disk = disk;
			for (int n = 0; cart_write(c, large, lens[i]) == CART_OK; n++)
				zone = cart_zone(c);
			if (zone != CART_EARLY_WARNING)
				why = "full without a warning";
			cart_drop(c);
			mem_io_free(io);
		}
	return report("large blocks, too, are warned of first", why);
}

/* Every 256 MiB a proven point, without anybody asking. */
static int test_sync_every(void)
{
	const uint32_t len = 8 << 20;
	struct mem_io *io = folder((uint64_t)1 << 40);
	uint8_t *buf = calloc(1, len);
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;
	int syncs = io->syncs;

	for (int i = 0; i < 31; i++)
		cart_write(c, buf, len);
	if (io->syncs != syncs)
		why = "too early";
	cart_write(c, buf, len);
	if (cart_write(c, buf, len) || io->syncs != syncs + 1)
		why = "not at 256 MiB";
	cart_drop(c);
	free(buf);
	mem_io_free(io);
	return report("a sync every 256 MiB", why);
}

/* A sync that failed is not one that a later call makes good. */
static int test_failed_sync(void)
{
	struct mem_io *io = folder(1 << 20);
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;
	char text[TEXT_MAX];

	text_write(c, "ab ");
	text_write(c, "cd");
	io->fail_syncs = true;
	if (cart_write_filemarks(c, 1, false) != CART_WRITE_FAILED)
		why = "GOOD";
	io->fail_syncs = false;
	if (cart_sync(c) != CART_WRITE_FAILED || text_write(c, "e") != CART_READ_ONLY ||
	    !*cart_why_read_only(c))
		why = "as if nothing had happened";
	cart_locate(c, 0, 0);
	if (strcmp(text_read(c, text), "abcd|."))
		why = text;
	if (cart_close(c) != CART_WRITE_FAILED)
		why = "put away clean";
	c = text_load(io, NULL);
	if (cart_read_only(c))
		why = "not even after a load";
	cart_close(c);
	mem_io_free(io);
	return report("a failed sync", why);
}

/*
 * What cart_sure_room() promises: blocks that do not compress, to its last byte or block, and none
 * is refused, none warned of.
 */
static const struct promise {
	uint64_t capacity, disk;	/* bytes; disk 0: without end */
	uint64_t warning, pew;
	uint32_t len;
	bool no_allocate, part_allocate;
	uint64_t least;			/* bytes that it promises in all */
} promises[] = {
	{ 1000000, 0, 0, 0, 9936, false, false, 900000 },
	{ 1000000, 0, 0, 0, 8, false, false, 900000 },
	{ 1000000, 0, 500000, 0, 936, false, false, 490000 },
	{ 1000000, 0, 500000, 700000, 936, false, false, 290000 },
	{ 1000064, 0, 500064, 0, 936, false, false, 490000 },
	{ 1000000, 0, 20000, 0, 100000, false, false, 800000 },
	{ 60000, 0, 0, 0, 936, false, false, 50000 },
	{ 60000, 0, 1000, 0, 1, false, false, 50000 },
	{ 20 << 20, 0, 1 << 20, 0, 65536, false, false, 18 << 20 },
	{ 20 << 20, 0, 1 << 20, 0, 1 << 20, false, false, 14 << 20 },
	{ 30 << 20, 0, 1 << 20, 0, 9 << 20, false, false, 0 },
	{ 2 << 20, 0, 1 << 20, 0, 1, false, false, 900000 },
	{ 1ull << 40, 26 << 20, 1 << 20, 0, 65536, false, false, 15 << 20 },
	{ 1ull << 40, 26 << 20, 1 << 20, 0, 65536, false, true, 15 << 20 },
	{ 1ull << 40, 20 << 20, 0, 0, 1000, false, false, 7 << 20 },
	{ 1ull << 40, 17 << 20, 0, 0, 200, false, true, 7 << 20 },
	{ 1ull << 40, 10 << 20, 0, 0, 65536, false, false, 0 },
	{ 1ull << 40, 17000000, 0, 0, 50, false, false, 200000 },
	{ 1ull << 40, 17000000, 0, 0, 1, false, false, 100000 },
	{ 1ull << 40, 17100000, 0, 0, 3, false, true, 100000 },
	{ 20 << 20, 21 << 20, 0, 0, 65536, false, false, 19 << 20 },
	{ 4 << 20, 0, 0, 0, 65536, true, false, 0 },
};

/* All that it says now, each block small enough to fit. */
static const char *spend(struct cart *c, const uint8_t *buf, uint32_t len, uint64_t *spent)
{
	struct cart_room room = cart_sure_room(c, cart_block_size(len));

	if (room.blocks && room.most < cart_block_size(len))
		return "not for such blocks";

	while (room.blocks && room.bytes >= cart_block_size(len)) {
		const uint64_t used = cart_end_of(c, 0).used;

		if (cart_write(c, buf, len))
			return "a block is refused";
		if (cart_zone(c) != CART_ROOM)
			return "a block is warned of";
		if (cart_end_of(c, 0).used - used > cart_block_size(len))
			return "a block is larger than it can be";
		room.bytes -= cart_block_size(len);
		room.blocks--;
		*spent += cart_block_size(len);
	}
	return NULL;
}

/* Plain writes between, as a drive makes them: they ask the disk for more. */
static const char *keep_promise(struct cart *c, const struct promise *p, const uint8_t *noise)
{
	const uint64_t most = cart_block_size(p->len);
	const char *why = NULL;
	uint64_t spent = 0;

	cart_set_warning(c, p->warning, p->pew);
	if (cart_sure_room(c, most).bytes && cart_sure_room(c, most).blocks)
		why = "before anything is known of the disk";
	while (!why && cart_write(c, noise, p->len) == CART_OK && cart_zone(c) == CART_ROOM)
		why = spend(c, noise, p->len, &spent);
	if (!why && cart_sure_room(c, most).bytes >= most &&
	    cart_zone(c) != CART_ROOM)
		why = "behind a warning";
	if (!why && spent < p->least)
		why = "less than there is";
	return why ? why : !p->least && p->no_allocate && spent ? "nobody can say" : NULL;
}

static int test_promise(void)
{
	static uint8_t noise[9 << 20];
	int failed = 0;

	fill(noise, sizeof(noise), FILL_NOISE, 1);
	for (size_t i = 0; i < ARRAY_SIZE(promises); i++) {
		const struct promise *p = &promises[i];
		struct mem_io *io = folder(p->capacity);
		struct cart *c = text_load(io, NULL);
		char what[80];

		cart_set_compression(c, i % 2 ? CART_LZO : CART_RAW, 1);
		io->disk = p->disk;
		io->no_allocate = p->no_allocate;
		io->part_allocate = p->part_allocate;
		snprintf(what, sizeof(what), "sure room, row %zu", i);
		failed |= report(what, keep_promise(c, p, noise));
		cart_drop(c);
		mem_io_free(io);
	}
	return failed;
}

static int test_no_promise(void)
{
	struct mem_io *io = folder(50 << 20);
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;

	cart_write(c, block, BLOCK);
	if (!cart_sure_room(c, BLOCK).bytes || !cart_sure_room(c, BLOCK).blocks)
		why = "there is room";
	cart_locate(c, 0, 0);
	if (cart_sure_room(c, BLOCK).bytes)
		why = "not at the end of data";
	cart_locate_end(c, 0);
	cart_set_protect(c, true);
	if (cart_sure_room(c, BLOCK).bytes)
		why = "write protected";
	cart_set_protect(c, false);
	if (!cart_sure_room(c, BLOCK).bytes)
		why = "there is room again";
	cart_close(c);
	mem_io_free(io);
	return report("no sure room", why);
}

int main(void)
{
	int failed = test_zones();

	failed |= test_many_filemarks();
	failed |= test_full_disk();
	failed |= test_reserve();
	failed |= test_growing_steps();
	failed |= test_large_blocks();
	failed |= test_sync_every();
	failed |= test_failed_sync();
	failed |= test_promise();
	failed |= test_no_promise();
	return failed;
}
