// SPDX-License-Identifier: GPL-2.0-only
/* What bad disks may do to a tape: data or an error, never other data, never blank, never cut. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/report.h"
#include "fake/text_tape.h"
#include "media/format.h"

enum made { SYNCED, UNSYNCED, PUT_AWAY };

/* A tape of that text, as it lies on the disk. */
static struct mem_io *made(const char *text, enum made how)
{
	struct mem_io *io = text_new(), *ret;
	struct cart *c = text_load(io, NULL);

	text_write(c, text);
	if (how == SYNCED)
		cart_sync(c);
	if (how == PUT_AWAY)
		cart_close(c);
	else
		cart_drop(c);
	ret = mem_io_copy(io);
	mem_io_free(io);
	return ret;
}

/* Like text_play(), and W behind the text if a damaged tape can be written. */
static const char *play(struct mem_io *io, char text[TEXT_MAX])
{
	struct cart *c = text_load(io, NULL);
	size_t n;

	if (!c)
		return strcpy(text, "!");
	n = strlen(text_read(c, text));
	if (text[n - 1] == '!' && text_write(c, "z") != CART_READ_ONLY)
		strcpy(text + n, "W");
	cart_drop(c);
	return text;
}

/* Right, or a beginning and one of ends. */
static bool acceptable(const char *got, const char *whole, const char *ends)
{
	const size_t n = strlen(got) - 1;

	return !strcmp(got, whole) || (!strncmp(got, whole, n) && strchr(ends, got[n]));
}

struct bits {
	const char *file;
	uint64_t from, to, step;	/* bits */
};

static const char *flip(const struct mem_io *good, const struct bits *b, const char *whole,
			const char *ends)
{
	static char why[TEXT_MAX + 100], text[TEXT_MAX];

	struct mem_io *io = mem_io_copy(good);

	*why = 0;
	for (uint64_t bit = b->from; bit < b->to && !*why; bit += b->step) {
		mem_io_assign(io, good);
		mem_io_file(io, b->file)->now.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		play(io, text);
		if (!acceptable(text, whole, ends))
			snprintf(why, sizeof(why), "%s: bit %llu: %s", b->file,
				 (unsigned long long)bit, text);
	}
	mem_io_free(io);
	return *why ? why : NULL;
}

static const char *cut(const struct mem_io *good, const char *file, uint64_t step,
		       const char *whole, const char *ends)
{
	static char why[TEXT_MAX + 100], text[TEXT_MAX];
	struct mem_io *io = mem_io_copy(good);
	uint64_t size = mem_io_file(io, file)->now.size;

	*why = 0;
	for (size = (size - 1) / step * step; !*why; size -= step) {
		mem_io_assign(io, good);
		mem_io_file(io, file)->now.size = size;
		play(io, text);
		if (!acceptable(text, whole, ends))
			snprintf(why, sizeof(why), "%s: %llu bytes: %s", file,
				 (unsigned long long)size, text);
		if (!size)
			break;
	}
	mem_io_free(io);
	return *why ? why : NULL;
}

enum { USED_META = META_HEADER + 560, USED_INDX = 2 * INDEX_PAGE };

static const struct bits all_bits[] = {
	{ "data", 0, UINT64_MAX, 1 },
	{ "meta", 0, 40 * 8, 1 },
	{ "meta", META_HEADER * 8, USED_META * 8, 3 },
	{ "meta", META_SLOT * 8, META_SLOT * 8 + 40 * 8, 1 },
	{ "meta", (META_SLOT + META_HEADER) * 8, (META_SLOT + USED_META) * 8, 3 },
	{ "meta", 0, 2 * META_SLOT * 8, 4001 },
	{ "indx", INDEX_PAGE * 8, INDEX_PAGE * 8 + 120 * 8, 1 },
	{ "indx", 0, USED_INDX * 8, 101 },
};

static const struct {
	const char *what;
	const char *text, *whole;
	enum made how;
	const char *ends;
} small[] = {
	{ "put away: it is there, or damaged", "ab|c",   "ab|c.", PUT_AWAY, "!" },
	{ "synced: it is there, or damaged",   "ab|c",   "ab|c.", SYNCED,   "!" },
	{ "of the rest a beginning is there",  "ab|c",   "ab|c.", UNSYNCED, "!." },
	{ "a blank tape stays one",            "",       ".",     PUT_AWAY, "!" },
};

static int test_small(void)
{
	const char *const files[] = { "data", "indx", "meta" };
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(small); i++) {
		struct mem_io *good = made(small[i].text, small[i].how);
		const char *why = NULL;

		for (size_t n = 0; n < ARRAY_SIZE(all_bits) && !why; n++) {
			struct bits b = all_bits[n];
			const uint64_t end = mem_io_file(good, b.file)->now.size * 8;

			b.to = b.to < end ? b.to : end;
			why = flip(good, &b, small[i].whole, small[i].ends);
		}
		for (size_t n = 0; n < ARRAY_SIZE(files) && !why; n++)
			if (mem_io_file(good, files[n])->now.size)
				why = cut(good, files[n], n ? 509 : 1, small[i].whole,
					  small[i].ends);
		failed |= report(small[i].what, why);
		mem_io_free(good);
	}
	return failed;
}

/* Several pages of index, and a tape that was written over, so that generations matter. */
static struct mem_io *made_long(char *whole)
{
	char text[TEXT_MAX];
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);

	for (int i = 0; i < 900; i++)
		text[i] = (char)(i % 17 ? 'a' + i % 26 : '|');
	text[900] = 0;
	text_write(c, text);
	for (uint64_t at = 700; at >= 300; at -= 200) {
		cart_locate(c, 0, at);
		text_write(c, text + at % 7);
	}
	cart_locate(c, 0, 0);
	text_read(c, whole);
	cart_close(c);
	return io;
}

static const struct bits long_bits[] = {
	{ "data", 0, UINT64_MAX, 3001 },
	{ "indx", 0, UINT64_MAX, 503 },
};

static int test_long(void)
{
	char whole[TEXT_MAX];
	struct mem_io *good = made_long(whole);
	const char *why = strlen(whole) == 1195 ? NULL : "length";

	for (size_t n = 0; n < ARRAY_SIZE(long_bits) && !why; n++) {
		struct bits b = long_bits[n];

		b.to = mem_io_file(good, b.file)->now.size * 8;
		why = flip(good, &b, whole, "!");
	}
	if (!why)
		why = cut(good, "data", 307, whole, "!");
	if (!why)
		why = cut(good, "indx", 307, whole, "!");
	mem_io_free(good);
	return report("a long tape is there, or damaged", why);
}

/* The whole index lost, or a page of it: data has it all. */
static int test_index_lost(void)
{
	char whole[TEXT_MAX], text[TEXT_MAX];
	struct mem_io *io = made_long(whole), *copy;
	const char *why = NULL;

	copy = mem_io_copy(io);
	mem_io_file(copy, "indx")->now.size = 0;
	if (strcmp(text_play(copy, text), whole))
		why = "empty file";
	mem_io_free(copy);
	copy = mem_io_copy(io);
	mem_io_file(copy, "indx")->exists = false;
	if (strcmp(text_play(copy, text), whole) || strcmp(text_play(copy, text), whole))
		why = "no file";
	mem_io_free(copy);
	mem_io_free(io);
	return report("a lost index is made again", why);
}

/*
 * The cut after "abcd" was lost in a crash, and one slot of meta is bad: "abcd" never counts
 * again, and what is newer than meta is never cut off.
 */
static int test_lost_slot(void)
{
	const char *why = NULL;
	char text[TEXT_MAX];

	for (int lost = 0; lost < 3; lost++) {
		struct mem_io *io = made("abcd ", PUT_AWAY);
		struct cart *c = text_load(io, NULL);
		struct mem_image *data;

		cart_locate(c, 0, 1);
		text_write(c, "x");
		cart_drop(c);
		data = &mem_io_file(io, "data")->now;
		data->size = 4 * 72;	/* the old bytes are still behind the new end */
		if (lost < 2)
			mem_io_file(io, "meta")->now.bytes[lost * META_SLOT + 9] ^= 1;
		play(io, text);
		if (strcmp(text, "ax.") && (lost == 2 || !acceptable(text, "ax.", "!")))
			why = "old data, or new data lost";
		mem_io_free(io);
	}
	return report("a crash and a lost slot", why);
}

/* meta of before, in both slots: what it does not know is not cut. */
static int test_old_meta(void)
{
	const char *why = NULL;
	char text[TEXT_MAX];

	for (int i = 0; i < 4; i++) {
		struct mem_io *io = made(i & 1 ? "abcd" : "a", PUT_AWAY), *old = mem_io_copy(io);
		struct cart *c = text_load(io, NULL);

		cart_locate_end(c, 0);
		text_write(c, "b");
		cart_locate(c, 0, 1);
		text_write(c, "xyzvw");
		cart_close(c);
		memcpy(mem_io_file(io, "meta")->now.bytes, mem_io_file(old, "meta")->now.bytes,
		       2 * META_SLOT);
		if (i & 2)
			mem_io_file(io, "indx")->now.size = 0;
		if (strcmp(play(io, text), "a!"))
			why = text;
		if (mem_io_file(io, "data")->now.size != 6 * 72)
			why = "cut";
		mem_io_free(io);
		mem_io_free(old);
	}
	return report("a meta that is older than the data", why);
}

/* Bytes behind the end are cut off, but not if nobody knows what the lost slot said of them. */
static int test_tail(void)
{
	const char *why = NULL;
	char text[TEXT_MAX];

	for (int lost = 0; lost < 2; lost++) {
		struct mem_io *io = made("ab", PUT_AWAY);
		struct mem_file *data = mem_io_file(io, "data");

		data->now.bytes = realloc(data->now.bytes, 1000);
		memset(data->now.bytes + data->now.size, 7, 1000 - data->now.size);
		data->now.size = data->now.room = 1000;
		mem_io_file(io, "meta")->now.bytes[9] ^= (uint8_t)lost;
		play(io, text);
		if (strcmp(text, lost ? "ab!" : "ab.") || (data->now.size == 1000) != lost)
			why = "tail";
		mem_io_free(io);
	}
	return report("bytes behind the end", why);
}

/* Known at the load, not only when it is read. */
static int test_short_data(void)
{
	const char *why = NULL;

	for (uint64_t size = 0; size < 2 * 72; size++) {
		struct mem_io *io = made("ab", PUT_AWAY);
		enum cart_rc rc;
		struct cart *c;

		mem_io_file(io, "data")->now.size = size;
		c = text_load(io, &rc);
		if (rc != CART_DAMAGED || !c || !cart_read_only(c))
			why = "loaded as if it was whole";
		cart_drop(c);
		mem_io_free(io);
	}
	return report("data that lacks its end", why);
}

/* Records that hold, but not where they are. */
static int test_swapped(void)
{
	struct mem_io *io = made("abc", PUT_AWAY);
	uint8_t *data = mem_io_file(io, "data")->now.bytes, record[72];
	const char *why = NULL;
	char text[TEXT_MAX];

	memcpy(record, data, 72);
	memcpy(data, data + 72, 72);
	memcpy(data + 72, record, 72);
	if (strcmp(play(io, text), "!"))
		why = text;
	mem_io_free(io);
	return report("records of other places", why);
}

static int test_without_index(void)
{
	struct mem_io *good = made("ab|c", PUT_AWAY);
	const struct bits b = { "data", 0, mem_io_file(good, "data")->now.size * 8, 1 };
	const char *why;

	mem_io_file(good, "indx")->now.size = 0;
	why = flip(good, &b, "ab|c.", "!");
	mem_io_free(good);
	return report("no index, and damage", why);
}

/* Found again after a kill is not on disk yet: the load must see to that. */
static int test_recovered_is_synced(void)
{
	struct mem_io *io = text_new(), *after = mem_io_new();
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;
	char text[TEXT_MAX];

	text_write(c, "ab|");
	cart_drop(c);
	c = text_load(io, NULL);
	cart_drop(c);
	mem_io_crash(after, io, 0);
	if (strcmp(play(after, text), "ab|."))
		why = text;
	mem_io_free(after);
	mem_io_free(io);
	return report("a kill, then a power failure", why);
}

/* After a format either slot is enough. */
static int test_format_slots(void)
{
	const char *why = NULL;
	char text[TEXT_MAX];

	for (int slot = 0; slot < 2; slot++) {
		struct mem_io *io = made("old", PUT_AWAY);
		struct cart *c = text_load(io, NULL);

		cart_format(c, 1, NULL, 0x5e);
		text_write(c, "ab ");
		cart_drop(c);
		mem_io_file(io, "meta")->now.bytes[slot * META_SLOT + 9] ^= 1;
		if (strcmp(play(io, text), "ab."))
			why = text;
		mem_io_free(io);
	}
	return report("either slot after a format", why);
}

static int test_equal_slots(void)
{
	struct mem_io *io = made("ab", PUT_AWAY);
	struct mem_image *meta = &mem_io_file(io, "meta")->now;
	enum cart_rc rc;
	struct cart *c;

	memcpy(meta->bytes, meta->bytes + META_SLOT, META_SLOT);
	c = text_load(io, &rc);
	if (rc == CART_OK)	/* it was the older one: now both are old */
		rc = cart_read_only(c) ? CART_DAMAGED : CART_OK;
	cart_drop(c);
	mem_io_free(io);
	return report("two slots of one sequence", rc == CART_DAMAGED ? NULL : "can be written");
}

static int test_reads_fail(void)
{
	struct mem_io *io = made("ab", PUT_AWAY);
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;
	char text[TEXT_MAX];

	io->fail_reads = true;
	if (strcmp(text_read(c, text), "*") || cart_position(c).object)
		why = "position";
	io->fail_reads = false;
	if (strcmp(text_read(c, text), "ab."))
		why = "again";
	cart_close(c);
	io->fail_reads = true;
	if (text_load(io, NULL))
		why = "loaded";
	mem_io_free(io);
	return report("a disk that cannot be read", why);
}

int main(void)
{
	int failed = test_small();

	failed |= test_long();
	failed |= test_index_lost();
	failed |= test_lost_slot();
	failed |= test_old_meta();
	failed |= test_tail();
	failed |= test_short_data();
	failed |= test_swapped();
	failed |= test_without_index();
	failed |= test_recovered_is_synced();
	failed |= test_format_slots();
	failed |= test_equal_slots();
	failed |= test_reads_fail();
	return failed;
}
