// SPDX-License-Identifier: GPL-2.0-only
/* Repair: what is not damaged is there under its number, what is stays lost, and nothing is made up. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/torn_tape.h"
#include "media/format.h"

static int report(const char *what, const char *why)
{
	if (why)
		return printf("not ok - %s: %s\n", what, why), 1;
	return printf("ok - %s\n", what), 0;
}

/* A stretch of a file that is damaged.  REMOVED: all of it; CUT: from there on. */
struct hurt {
	const char *file;		/* NULL: none */
	enum { SPOILT, CUT, REMOVED, FLIPPED } how;
	uint64_t from, to;		/* bytes */
};

static void inflict(struct mem_io *io, const struct hurt *h)
{
	if (!h->file)
		return;
	switch (h->how) {
	case SPOILT:
		torn_spoil(io, h->file, h->from, h->to);
		break;
	case CUT:
		mem_io_file(io, h->file)->now.size = h->from;
		break;
	case REMOVED:
		mem_io_file(io, h->file)->now.size = 0;
		mem_io_file(io, h->file)->exists = false;
		break;
	case FLIPPED:
		torn_flip(io, h->file, h->from * 8 + h->from % 8);
		break;
	}
}

/* Objects of the partition that a stretch of its data touches are lost, and no others. */
static void expect(const struct hurt *h, uint32_t partition, char text[TEXT_MAX])
{
	const char *const names[] = { "data", "data.1" };
	const bool here = h->file && !strcmp(h->file, names[partition]);
	const uint64_t from = h->how == REMOVED ? 0 : h->from;
	const uint64_t to = h->how == SPOILT ? h->to : h->how == FLIPPED ? from + 1 : UINT64_MAX;

	strcpy(text, torn_text[partition]);
	for (size_t i = 0; here && text[i]; i++) {
		uint64_t end = torn_offset(partition, i + 1);

		if (text[i] != '|')
			end = torn_offset(partition, i) + TORN_MARK + TEXT_BLOCK;
		if (torn_offset(partition, i) < to && from < end)
			text[i] = '*';
	}
}

/* Files begin where they did; false where that cannot be known. */
static bool files_fit(struct cart *c, uint32_t partition)
{
	const char *text = torn_text[partition];
	uint64_t marks = 0;

	for (size_t i = 0; text[i]; i++) {
		if (text[i] != '|')
			continue;
		if (cart_locate_file(c, partition, ++marks) ||
		    cart_position(c).object != i + 1)
			return false;
	}
	return cart_end_of(c, partition).filemarks == marks;
}

static char complaint[2 * TEXT_MAX];

static const char *complain(const char *what, const char *detail)
{
	snprintf(complaint, sizeof(complaint), "%s: %s", what, detail);
	return complaint;
}

/* Written on, put away, loaded: it is all there. */
static const char *write_on(struct mem_io *io, const char *before)
{
	char text[TEXT_MAX];
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;

	cart_locate_end(c, 0);
	if (text_write(c, "q|r"))
		why = "cannot be written on";
	if (cart_close(c))
		why = "cannot be put away";
	c = text_load(io, NULL);
	if (!c)
		return "does not load again";
	torn_read(c, 0, text);
	if (strncmp(text, before, strlen(before)) || strcmp(text + strlen(before), "q|r"))
		why = complain("written on", text);
	cart_drop(c);
	return why;
}

/*
 * Repaired it loads, has what was expected, is damaged no more but for what is lost, is not
 * repaired again, and can be written unless protect.
 */
static const char *verify(struct mem_io *io, const char *const right[TORN_PARTS], bool files,
			  bool protect)
{
	char text[TORN_PARTS][TEXT_MAX];
	struct cart_repaired again;
	struct torn_found f;
	enum cart_rc rc;
	struct cart *c = text_load(io, &rc);
	const char *why = NULL;

	if (!c || rc)
		why = complain("load", c ? cart_why_read_only(c) : "nothing");
	for (uint32_t i = 0; !why && i < TORN_PARTS; i++) {
		if (strcmp(torn_read(c, i, text[i]), right[i]))
			why = complain(right[i], text[i]);
		else if (files && !files_fit(c, i))
			why = complain(right[i], "files begin elsewhere");
	}
	if (!why && cart_read_only(c) != protect)
		why = protect ? "can be written" : "cannot be written";
	if (c)
		cart_close(c);
	if (why)
		return why;
	f = torn_check(io, CART_CHECK_DATA);
	if (f.faults & ~(1u << FAULT_LOST) || !strchr(right[0], '*') != !(strchr(text[0], '*')) ||
	    f.rc != (strchr(right[0], '*') || strchr(right[1], '*') ? CART_DAMAGED : CART_OK))
		return "check still finds something";
	f = torn_repair(io, &again);
	if (f.rc || again.changed || f.all)
		return "is repaired once more";
	return protect ? NULL : write_on(io, right[0]);
}

/* Damage, repair, verify.  Both hurts may be in one partition's files. */
static const char *heal(struct mem_io *io, const struct hurt *h, const struct hurt *other,
			bool protect)
{
	const bool index_known = !other->file || strncmp(other->file, "indx", 4);
	char text[TORN_PARTS][TEXT_MAX];
	const char *const right[TORN_PARTS] = { text[0], text[1] };
	struct cart_repaired ret;
	struct torn_found f;
	uint64_t lost = 0;

	inflict(io, h);
	inflict(io, other);
	for (uint32_t i = 0; i < TORN_PARTS; i++) {
		expect(h, i, text[i]);
		for (const char *t = text[i]; *t; t++)
			lost += *t == '*';
	}
	f = torn_repair(io, &ret);
	if (f.rc)
		return "not repaired";
	if (ret.lost != lost || (lost && (!f.damage || !ret.changed)))
		return "says that something else is lost";
	if (ret.changed && !ret.saved)
		return "nothing saved";
	return verify(io, right, index_known, protect);
}

static const char *heal_good(const struct mem_io *good, struct mem_io *io, const struct hurt *h,
			     const struct hurt *other, bool protect)
{
	static char why[3 * TEXT_MAX];
	const char *what;

	mem_io_assign(io, good);
	what = heal(io, h, other, protect);
	if (!what)
		return NULL;
	snprintf(why, sizeof(why), "%s %d %llu-%llu, %s: %s", h->file ? h->file : "", h->how,
		 (unsigned long long)h->from, (unsigned long long)h->to,
		 other->file ? other->file : "", what);
	return why;
}

static const struct hurt none;
static const struct hurt no_index = { "indx", REMOVED, 0, 0 };
static const struct hurt no_page = { "indx", SPOILT, INDEX_PAGE, 2 * INDEX_PAGE };
static const struct hurt one_slot = { "meta", FLIPPED, 24, 0 };
static const struct hurt other_slot = { "meta", FLIPPED, META_SLOT + 24, 0 };
static const struct hurt both_slots = { "meta", SPOILT, 0, 2 * META_SLOT };

static const struct {
	const char *what, *file;
	int how;
	uint64_t from, to, step, len;
	const struct hurt *other;
	bool protect;
} sweeps[] = {
	/* what                               file     how      from  to step len  and */
	{ "flipped bits of data",             "data",   FLIPPED, 0, 552,   5,   0, &none, false },
	{ "the same without an index",        "data",   FLIPPED, 0, 552,  11,   0, &no_index, false },
	{ "the same with half a meta",        "data",   FLIPPED, 0, 552,  11,   0, &one_slot, false },
	{ "the same, the other half",         "data",   FLIPPED, 0, 552,  11,   0, &other_slot,
	  false },
	{ "the same of another partition",    "data.1", FLIPPED, 0, 280,   7,   0, &none, false },
	{ "data cut off",                     "data",   CUT,     0, 552,   8,   0, &none, false },
	{ "the same without an index",        "data",   CUT,     0, 552,  24,   0, &no_index, false },
	{ "stretches of 16 bytes",            "data",   SPOILT,  0, 528,   8,  16, &none, false },
	{ "stretches of 80 bytes",            "data",   SPOILT,  0, 472,   8,  80, &none, false },
	{ "stretches of 200 bytes",           "data",   SPOILT,  0, 352,   8, 200, &none, false },
	{ "the same without a page",          "data",   SPOILT,  0, 352,   8, 200, &no_page, false },
	{ "flipped bits of the index",        "indx",   FLIPPED, 0, 8192, 61,   0, &none, false },
	{ "an index cut off",                 "indx.1", CUT,     0, 8192, 512,  0, &none, false },
	{ "flipped bits of meta",             "meta",   FLIPPED, 0, 131072, 2039, 0, &none, false },
	{ "meta cut off",                     "meta",   CUT, META_SLOT + 4096, 131072, 16384, 0,
	  &none, false },
	{ "no data at all",                   "data",   REMOVED, 0, 1, 1, 0, &none, false },
	{ "no data at all of the other",      "data.1", REMOVED, 0, 1, 1, 0, &none, false },
	{ "no index at all",                  "indx",   REMOVED, 0, 1, 1, 0, &none, false },
	{ "no meta",                          "meta",   REMOVED, 0, 1, 1, 0, &none, true },
	{ "no meta, flipped bits of data",    "data",   FLIPPED, 0, 480, 11, 0, &both_slots, true },
};

static int test_sweeps(void)
{
	struct mem_io *good = torn_new(TORN_PUT_AWAY), *io = mem_io_new();
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sweeps); i++) {
		const char *why = NULL;

		for (uint64_t at = sweeps[i].from; at < sweeps[i].to && !why;
		     at += sweeps[i].step) {
			struct hurt h = { sweeps[i].file, SPOILT, at, at + sweeps[i].len };

			if (sweeps[i].how != SPOILT)
				h.how = sweeps[i].how == CUT ? CUT :
					sweeps[i].how == REMOVED ? REMOVED : FLIPPED;
			why = heal_good(good, io, &h, sweeps[i].other, sweeps[i].protect);
		}
		failed |= report(sweeps[i].what, why);
	}
	mem_io_free(good);
	mem_io_free(io);
	return failed;
}

/* A tape that a crash left is repaired as a load does it: to the first that does not hold. */
static int test_unclean(void)
{
	struct mem_io *io = torn_new(TORN_SYNCED);
	struct cart *c = text_load(io, NULL);
	struct cart_repaired ret;
	const char *why = NULL;
	char text[TEXT_MAX];

	cart_locate_end(c, 0);
	text_write(c, "fgh");
	cart_drop(c);
	torn_flip(io, "data", (torn_offset(0, 8) + TORN_RECORD + 66) * 8);
	if (torn_repair(io, &ret).rc || ret.lost || ret.cut != 2 * TORN_RECORD)
		why = "repair";
	c = text_load(io, NULL);
	if (strcmp(torn_read(c, 0, text), "ab|cd||ef") || cart_read_only(c))
		why = text;
	cart_drop(c);
	mem_io_free(io);
	return report("the unproven end of a crash", why);
}

/* The end moved back, and meta does not know: what is new counts, what was cut does not return. */
static int test_old_meta(void)
{
	struct mem_io *io = torn_new(TORN_PUT_AWAY), *old = mem_io_copy(io);
	struct cart *c = text_load(io, NULL);
	struct cart_repaired ret;
	const char *why = NULL;
	char text[TEXT_MAX];

	cart_locate(c, 0, 1);
	text_write(c, "new");
	cart_close(c);
	memcpy(mem_io_file(io, "meta")->now.bytes, mem_io_file(old, "meta")->now.bytes,
	       2 * META_SLOT);
	if (torn_repair(io, &ret).rc || ret.lost || !ret.changed)
		why = "repair";
	c = text_load(io, NULL);
	if (strcmp(torn_read(c, 0, text), "anew") || cart_read_only(c))
		why = text;
	cart_drop(c);
	mem_io_free(io);
	mem_io_free(old);
	return report("a meta of before", why);
}

static int test_equal_slots(void)
{
	const char *const right[TORN_PARTS] = { torn_text[0], torn_text[1] };
	struct mem_io *io = torn_new(TORN_PUT_AWAY);
	uint8_t *meta = mem_io_file(io, "meta")->now.bytes;
	struct cart_repaired ret;
	const char *why = NULL;

	memcpy(meta, meta + META_SLOT, META_SLOT);
	if (torn_repair(io, &ret).rc || !ret.changed)
		why = "repair";
	if (!why)
		why = verify(io, right, true, false);
	mem_io_free(io);
	return report("two equal slots", why);
}

/* The same folder before and after, but for what was made. */
static bool unchanged(const struct mem_io *a, const struct mem_io *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(a->file); i++) {
		const struct mem_file *f = &a->file[i], *g = &b->file[i];

		if (f->exists && (!g->exists || f->now.size != g->now.size ||
				  memcmp(f->now.bytes, g->now.bytes, f->now.size)))
			return false;
	}
	return true;
}

enum refusal { LOADED, NO_FOLDER, NO_LOG_ID, TOO_NEW, READS_FAIL };

static const struct {
	const char *what;
	enum refusal why;
	enum cart_rc rc;
} refusals[] = {
	{ "a tape in a drive",             LOADED,     CART_BUSY },
	{ "a folder without a tape",       NO_FOLDER,  CART_NOT_FOUND },
	{ "neither meta nor log_id",       NO_LOG_ID,  CART_FOREIGN },
	{ "a meta of another format",      TOO_NEW,    CART_FOREIGN },
	{ "a disk that cannot be read",    READS_FAIL, CART_READ_FAILED },
};

static struct mem_io *prepare(enum refusal why, struct cart **held)
{
	struct mem_io *io = torn_new(TORN_PUT_AWAY);

	*held = NULL;
	torn_flip(io, "data", 66 * 8);
	if (why == LOADED)
		*held = text_load(io, NULL);
	for (size_t i = 0; why == NO_FOLDER && i < ARRAY_SIZE(io->file); i++)
		io->file[i].exists = false;
	if (why == NO_LOG_ID || why == TOO_NEW)
		torn_spoil(io, "meta", 0, 2 * META_SLOT);
	if (why == NO_LOG_ID)
		torn_spoil(io, "indx", 0, 8);
	if (why == TOO_NEW)
		memcpy(mem_io_file(io, "meta")->now.bytes, "VTLM\2", 5);
	io->fail_reads = why == READS_FAIL;
	return io;
}

static int test_refusals(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		struct cart *held;
		struct mem_io *io = prepare(refusals[i].why, &held), *before = mem_io_copy(io);
		const int changes = io->changes;
		struct cart_repaired ret;
		const struct torn_found f = torn_repair(io, &ret);
		const char *why = f.rc == refusals[i].rc ? NULL : "result";

		if (!unchanged(before, io) || io->changes != changes)
			why = "changed";
		if (refusals[i].why == NO_LOG_ID && !(f.faults & 1u << FAULT_NO_LOG_ID))
			why = "does not say so";
		cart_drop(held);
		failed |= report(refusals[i].what, why);
		mem_io_free(io);
		mem_io_free(before);
	}
	return failed;
}

/* All that meta said of the tape stays; a meta made anew is a tape that cannot be written. */
static int test_meta_kept(void)
{
	const struct cart_spec worm = text_spec(CART_WORM_TAPE, 1 << 20);
	struct mem_io *io = mem_io_new();
	struct cart_repaired ret;
	const char *why = NULL;
	enum cart_rc rc = cart_create(&mem_cart_io, io, &worm);
	struct cart *c = text_load(io, NULL);
	const struct cart_attribute a = { .id = 0x800, .len = 3, .format = 1,
					  .value = (const uint8_t *)"abc" };
	struct cart_attribute got;
	uint8_t uuid[16];

	memcpy(uuid, cart_spec(c)->uuid, sizeof(uuid));
	text_write(c, "ab");
	if (rc || cart_attribute_set(c, 0, &a, 1) || cart_close(c))
		why = "make";
	torn_flip(io, "meta", (META_HEADER + META_SLOT + 300) * 8);
	torn_flip(io, "meta", (META_HEADER + 300) * 8);
	if (torn_repair(io, &ret).rc || !ret.meta_made || ret.lost)
		why = "repair";
	c = text_load(io, &rc);
	if (rc || memcmp(cart_spec(c)->uuid, uuid, sizeof(uuid)) ||
	    cart_spec(c)->type != CART_WORM_TAPE || !cart_read_only(c))
		why = "another tape";
	if (cart_attribute_next(c, 0, 0, &got) || got.len != 3 || memcmp(got.value, "abc", 3))
		why = "attributes";
	cart_locate(c, 0, 0);
	cart_set_protect(c, false);
	if (text_write(c, "x") != CART_WORM)
		why = "WORM was overwritten";
	cart_close(c);
	mem_io_free(io);
	return report("a damaged meta is believed as far as it makes sense", why);
}

/* What was changed is in files of the same name, at the same place. */
static int test_saved(void)
{
	struct mem_io *io = torn_new(TORN_PUT_AWAY), *before;
	struct cart_repaired ret;
	const char *why = NULL;
	struct mem_file *f;

	torn_flip(io, "data", 73 * 8);
	before = mem_io_copy(io);
	torn_repair(io, &ret);
	f = mem_io_file(io, "data.saved.1");
	if (ret.saved != 1 || !f ||
	    memcmp(f->now.bytes + 72, mem_io_file(before, "data")->now.bytes + 72, 64))
		why = "data";
	f = mem_io_file(io, "meta.saved.1");
	if (!f || f->now.size != 2 * META_SLOT ||
	    memcmp(f->now.bytes, mem_io_file(before, "meta")->now.bytes, f->now.size))
		why = "meta";
	f = mem_io_file(io, "indx.saved.1");
	if (!f || memcmp(f->now.bytes, mem_io_file(before, "indx")->now.bytes, f->now.size))
		why = "index";
	if (mem_io_file(io, "data.1.saved.1") || mem_io_file(io, "indx.1.saved.1"))
		why = "what does not change";
	torn_flip(io, "data", 1);
	torn_repair(io, &ret);
	if (ret.saved != 2 || !mem_io_file(io, "data.saved.2"))
		why = "again";
	mem_io_free(io);
	mem_io_free(before);
	return report("what is changed is saved", why);
}

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
static int test_big_gap(void)
{
	enum { LEN = 9 << 20 };

	const struct cart_spec spec = text_spec(CART_DATA_TAPE, 100 << 20);
	struct mem_io *io = mem_io_new();
	uint8_t *block = calloc(1, LEN);
	struct cart_repaired ret;
	const char *why = NULL;
	char text[TEXT_MAX];
	struct cart *c;

	io->no_journal = true;
	cart_create(&mem_cart_io, io, &spec);
	c = text_load(io, NULL);
	text_write(c, "a");
	for (int i = 0; i < 2; i++)
		cart_write(c, block, LEN);
	text_write(c, "|b");
	cart_close(c);
	mem_io_file(io, "indx")->now.size = 0;
	torn_spoil(io, "data", TORN_RECORD, TORN_RECORD + 8);
	torn_spoil(io, "data", TORN_RECORD + LEN + 64, TORN_RECORD + LEN + 72);
	if (torn_repair(io, &ret).rc || ret.lost != 2)
		why = "repair";
	c = text_load(io, NULL);
	if (!c || strcmp(torn_read(c, 0, text), "a**|b") || cart_read_only(c))
		why = c ? text : "load";
	if (c)
		cart_close(c);
	mem_io_file(io, "indx")->now.size = 0;
	c = text_load(io, NULL);
	if (!c || strcmp(torn_read(c, 0, text), "a**|b"))
		why = "from data alone";
	cart_drop(c);
	free(block);
	mem_io_free(io);
	return report("a gap that no record can take", why);
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
	struct hurt hurt, other;
	bool protect;
} cut_short[] = {
	{ "two blocks and a filemark", { "data", SPOILT, 80, 216 }, { 0 }, false },
	{ "the end of data", { "data", CUT, 300, 0 }, { 0 }, false },
	{ "all the index", { "indx", SPOILT, 0, 8192 }, { 0 }, false },
	{ "a block, and a slot", { "data", FLIPPED, 5, 0 }, { "meta", FLIPPED, 24, 0 }, false },
	{ "a lost file", { "data.1", REMOVED, 0, 0 }, { 0 }, false },
	{ "a block, and all of meta", { "data", FLIPPED, 220, 0 },
	  { "meta", SPOILT, 0, 2 * META_SLOT }, true },
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
	return verify(io, r->right, true, r->protect);
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
	for (uint32_t seed = 0; seed < 5 && !why; seed++) {
		mem_io_crash(r->after, r->disk, seed == 4 ? 1 << 16 : seed * 7919);
		why = repair_after(r, r->after);
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

		inflict(r.hurt, &cut_short[i].hurt);
		inflict(r.hurt, &cut_short[i].other);
		for (uint32_t p = 0; p < TORN_PARTS; p++)
			expect(&cut_short[i].hurt, p, text[p]);
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
	int failed = test_sweeps();

	failed |= test_unclean();
	failed |= test_old_meta();
	failed |= test_equal_slots();
	failed |= test_refusals();
	failed |= test_meta_kept();
	failed |= test_saved();
	failed |= test_copy_inside();
	failed |= test_long();
	failed |= test_big_gap();
	failed |= test_compressed();
	failed |= test_cut_short();
	return failed;
}
