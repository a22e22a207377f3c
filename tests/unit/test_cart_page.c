// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page in the middle of the index is bad, and nobody knows when the tape is loaded: what needs it
 * fails where it is, what does not goes on, and nothing is written any more.
 */
#include <stdio.h>
#include <string.h>

#include "base/crc.h"
#include "base/macros.h"
#include "fake/report.h"
#include "fake/text_tape.h"
#include "media/check.h"
#include "media/format.h"

enum { PAGES = 5, BAD = 2, FIRST = BAD * INDEX_ENTRIES, BEHIND = FIRST + INDEX_ENTRIES,
       ALL = PAGES * INDEX_ENTRIES - 3, FILE_EVERY = 100 };

/* Each object tells which one it is. */
static char letter(uint64_t object)
{
	return object % FILE_EVERY == FILE_EVERY - 1 ? '|' : (char)('a' + object % 26);
}

static struct mem_io *made(void)
{
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);

	for (uint64_t i = 0; i < ALL; i++)
		text_write(c, (char[]){ letter(i), 0 });
	cart_close(c);
	return io;
}

enum doing { LOCATE, LOCATE_FILE, SPACE, SPACE_MARKS, SPACE_RUN };

static enum cart_rc play(struct cart *c, enum doing what, int64_t n, uint64_t *ret_left)
{
	switch (what) {
	case LOCATE:
		return cart_locate(c, 0, (uint64_t)n);
	case LOCATE_FILE:
		return cart_locate_file(c, 0, (uint64_t)n);
	case SPACE:
		return cart_space_blocks(c, n, ret_left);
	case SPACE_MARKS:
		return cart_space_filemarks(c, n, ret_left);
	case SPACE_RUN:
		return cart_space_sequential(c, n, ret_left);
	}
	return CART_INVALID;
}

enum { STAYS = -1 };

static const struct {
	const char *what;
	uint64_t from;
	enum doing doing;
	int64_t n;
	int64_t to;			/* where it goes, or STAYS: then it is CART_DAMAGED */
	bool either;			/* or it stays: a search may need the page, or not */
} rows[] = {
	/* what                                from     how          count       to */
	{ "locate before the page",            0,       LOCATE,      FIRST - 1,  FIRST - 1, false },
	{ "locate into it",                    0,       LOCATE,      FIRST,      STAYS, false },
	{ "locate to its end",                 7,       LOCATE,      BEHIND - 1, STAYS, false },
	{ "locate behind it",                  0,       LOCATE,      BEHIND,     BEHIND, false },
	{ "locate to the end of data",         0,       LOCATE,      ALL,        ALL, false },
	{ "a file before it",                  0,       LOCATE_FILE, 2,          200, true },
	{ "a file in it",                      5,       LOCATE_FILE, 6,          STAYS, false },
	{ "a file behind it",                  0,       LOCATE_FILE, 9,          900, true },
	{ "blocks forward into it",            FIRST - 1, SPACE,     5,          STAYS, false },
	{ "blocks back into it",               BEHIND + 3, SPACE,    -5,         STAYS, false },
	{ "blocks forward, behind it",         BEHIND + 3, SPACE,    5,          BEHIND + 8, true },
	{ "filemarks forward into it",         450,     SPACE_MARKS, 2,          STAYS, false },
	{ "filemarks forward across it",       450,     SPACE_MARKS, 5,          900, true },
	{ "filemarks back into it",            1100,    SPACE_MARKS, -5,         STAYS, false },
	{ "filemarks back across it",          1100,    SPACE_MARKS, -9,         299, true },
	{ "a run of filemarks, across it",     450,     SPACE_RUN,   2,          STAYS, false },
};

/* Right, or nothing at all: the head is where it was, with all to do, and no other data is read. */
static const char *try(struct cart *c, size_t i)
{
	const uint64_t count = rows[i].n < 0 ? (uint64_t)-rows[i].n : (uint64_t)rows[i].n;
	const bool counts = rows[i].doing >= SPACE;
	uint64_t left = 4711;
	char text[2] = "";
	enum cart_rc rc;

	if (cart_locate(c, 0, rows[i].from) && rows[i].from)
		return "cannot begin";
	rc = play(c, rows[i].doing, rows[i].n, &left);
	if (rc == CART_DAMAGED && (rows[i].to == STAYS || rows[i].either)) {
		if (counts && left != count)
			return "not all is left to do";
		if (!cart_read_only(c) || !strstr(cart_why_read_only(c), "offset 12288"))
			return "does not say where";
		return cart_position(c).object == rows[i].from ? NULL : "has moved";
	}
	if (rc || (int64_t)cart_position(c).object != rows[i].to)
		return "goes elsewhere";
	if (cart_position(c).filemarks != cart_position(c).object / FILE_EVERY)
		return "filemarks";
	if (counts && left)
		return "something is left to do";
	if (rows[i].to == ALL)
		return NULL;
	rc = cart_read(c, text, 1, &(uint32_t){ 0 });
	*text = rc == CART_FILEMARK ? '|' : *text;
	return *text == letter((uint64_t)rows[i].to) ? NULL : "reads something else";
}

static int test_rows(const struct mem_io *hurt)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mem_io *io = mem_io_copy(hurt);
		enum cart_rc rc;
		struct cart *c = text_load(io, &rc);

		failed |= report(rows[i].what, rc ? "is known at the load" : try(c, i));
		cart_drop(c);
		mem_io_free(io);
	}
	return failed;
}

/* One by one, and many at once. */
static int test_reading(const struct mem_io *hurt, uint32_t at_once)
{
	struct mem_io *io = mem_io_copy(hurt);
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;
	uint32_t done, len;
	enum cart_rc rc;
	char buf[64 * TEXT_BLOCK];
	uint64_t at = 0;

	do {
		rc = cart_read_blocks(c, buf, TEXT_BLOCK, at_once, &done, &len);
		for (uint32_t i = 0; i < done; i++)
			if (buf[i * TEXT_BLOCK] != letter(at + i))
				why = "other data";
		at += done + (rc == CART_FILEMARK);
	} while ((rc == CART_OK || rc == CART_FILEMARK) && at < ALL);
	if (rc != CART_DAMAGED || at != FIRST || cart_position(c).object != FIRST)
		why = "does not end before the page";
	if (text_write(c, "x") != CART_READ_ONLY || cart_erase(c) != CART_READ_ONLY)
		why = "is written";
	if (cart_locate(c, 0, BEHIND) || cart_read(c, buf, 1, &len) || *buf != letter(BEHIND))
		why = "what is behind it is not read";
	cart_drop(c);
	mem_io_free(io);
	return report(at_once > 1 ? "reading many blocks" : "reading block by block", why);
}

/* To write there, the page must be known: nothing is cut off before. */
static int test_overwriting(const struct mem_io *hurt)
{
	struct mem_io *io = mem_io_copy(hurt);
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;

	cart_locate(c, 0, FIRST - 1);
	if (cart_read(c, &(char){ 0 }, 1, &(uint32_t){ 0 }))
		why = "reading";
	if (text_write(c, "x"))		/* at the page's beginning nothing of it is needed */
		why = "overwriting from the page on";
	if (cart_position(c).object != FIRST + 1 || cart_end_of(c, 0).objects != FIRST + 1)
		why = "end";
	cart_close(c);
	if (strlen(text_play(io, (char[TEXT_MAX]){ 0 })) != FIRST + 2)
		why = "not what was written";
	mem_io_free(io);
	return report("overwritten, it is not missed", why);
}

static int test_repair(const struct mem_io *hurt, const struct mem_io *good)
{
	static const struct cart_watch silent;
	const struct cart_spec lost = text_spec(CART_DATA_TAPE, 1 << 20);
	char want[TEXT_MAX], text[TEXT_MAX];
	struct mem_io *io = mem_io_copy(hurt), *whole = mem_io_copy(good);
	struct cart_repaired ret;
	const char *why = NULL;

	text_play(whole, want);
	if (cart_check(&mem_cart_io, io, 0, &silent) != CART_DAMAGED)
		why = "check";
	if (cart_repair(&mem_cart_io, io, &lost, &silent, &ret) || !ret.changed || ret.lost)
		why = "repair";
	if (strcmp(text_play(io, text), want))
		why = "not what was there";
	mem_io_free(io);
	mem_io_free(whole);
	return report("repair makes it again", why);
}

/* The checksum holds, and yet it cannot be: filemarks are objects, too. */
static struct mem_io *forge(const struct mem_io *good)
{
	struct mem_io *io = mem_io_copy(good);
	uint8_t *file = mem_io_file(io, "indx")->now.bytes;
	struct index_page *page = (void *)(file + (size_t)(BAD + 1) * INDEX_PAGE);
	const struct index_header *header = (void *)file;
	const le32 partition = le32_of(0);
	const le64 number = le64_of(BAD);
	uint32_t crc = crc32c(0, header->log_id, sizeof(header->log_id));

	page->filemarks = le64_of(FIRST + 1);
	page->crc = le32_of(0);
	crc = crc32c(crc, &partition, sizeof(partition));
	crc = crc32c(crc, &number, sizeof(number));
	page->crc = le32_of(crc32c(crc, page, sizeof(*page)));
	return io;
}

int main(void)
{
	struct mem_io *good = made(), *hurt = mem_io_copy(good), *forged = forge(good);
	int failed;

	mem_io_file(hurt, "indx")->now.bytes[(BAD + 1) * INDEX_PAGE + 1000] ^= 4;
	failed = test_rows(hurt);
	failed |= test_reading(hurt, 1) | test_reading(hurt, 64);
	failed |= test_overwriting(hurt);
	failed |= test_repair(hurt, good);
	failed |= test_rows(forged);
	failed |= test_reading(forged, 1) | test_reading(forged, 64);
	failed |= test_repair(forged, good);
	mem_io_free(forged);
	mem_io_free(good);
	mem_io_free(hurt);
	return failed;
}
