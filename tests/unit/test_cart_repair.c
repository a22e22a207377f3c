// SPDX-License-Identifier: GPL-2.0-only
/* Repair: what is not damaged keeps its number, what is stays lost, nothing is made up. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/report.h"
#include "fake/torn_tape.h"
#include "media/format.h"
#include "media/inspect.h"

/* Damage, repair, verify.  Both hurts may be in one partition's files. */
static const char *heal(struct mem_io *io, const struct torn_hurt *h, const struct torn_hurt *other,
			bool protect)
{
	const bool index_known = !other->file || strncmp(other->file, "indx", 4);
	char text[TORN_PARTS][TEXT_MAX];
	const char *const right[TORN_PARTS] = { text[0], text[1] };
	struct cart_repaired ret;
	struct torn_found f;
	uint64_t lost = 0;

	torn_inflict(io, h);
	torn_inflict(io, other);
	for (uint32_t i = 0; i < TORN_PARTS; i++) {
		torn_expect(h, i, text[i]);
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
	return torn_verify(io, right, index_known, protect);
}

static const char *heal_good(const struct mem_io *good, struct mem_io *io,
			     const struct torn_hurt *h,
			     const struct torn_hurt *other, bool protect)
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

static const struct torn_hurt none;
static const struct torn_hurt no_index = { "indx", TORN_REMOVED, 0, 0 };
static const struct torn_hurt no_page = { "indx", TORN_SPOILT, INDEX_PAGE, 2 * INDEX_PAGE };
static const struct torn_hurt one_slot = { "meta", TORN_FLIPPED, 24, 0 };
static const struct torn_hurt other_slot = { "meta", TORN_FLIPPED, META_SLOT + 24, 0 };
static const struct torn_hurt both_slots = { "meta", TORN_SPOILT, 0, 2 * META_SLOT };

static const struct {
	const char *what, *file;
	enum torn_harm how;
	uint64_t from, to, step, len;
	const struct torn_hurt *other;
	bool protect;
} sweeps[] = {
	/* what, file, how, from, to, step, length; the other damage, cannot be written */
	{ "flipped bits of data",
	  "data", TORN_FLIPPED, 0, 552, 5, 0, &none, false },
	{ "the same without an index",
	  "data", TORN_FLIPPED, 0, 552, 11, 0, &no_index, false },
	{ "the same with half a meta",
	  "data", TORN_FLIPPED, 0, 552, 11, 0, &one_slot, false },
	{ "the same, the other half",
	  "data", TORN_FLIPPED, 0, 552, 11, 0, &other_slot, false },
	{ "the same of another partition",
	  "data.1", TORN_FLIPPED, 0, 280, 7, 0, &none, false },
	{ "data cut off",
	  "data", TORN_CUT, 0, 552, 8, 0, &none, false },
	{ "the same without an index",
	  "data", TORN_CUT, 0, 552, 24, 0, &no_index, false },
	{ "stretches of 16 bytes",
	  "data", TORN_SPOILT, 0, 528, 8, 16, &none, false },
	{ "stretches of 80 bytes",
	  "data", TORN_SPOILT, 0, 472, 8, 80, &none, false },
	{ "stretches of 200 bytes",
	  "data", TORN_SPOILT, 0, 352, 8, 200, &none, false },
	{ "the same without a page",
	  "data", TORN_SPOILT, 0, 352, 8, 200, &no_page, false },
	{ "flipped bits of the index",
	  "indx", TORN_FLIPPED, 0, 8192, 61, 0, &none, false },
	{ "an index cut off",
	  "indx.1", TORN_CUT, 0, 8192, 512, 0, &none, false },
	{ "flipped bits of meta",
	  "meta", TORN_FLIPPED, 0, 131072, 2039, 0, &none, false },
	{ "meta cut off",
	  "meta", TORN_CUT, META_SLOT + 4096, 131072, 16384, 0, &none, false },
	{ "no data at all",
	  "data", TORN_REMOVED, 0, 1, 1, 0, &none, false },
	{ "no data at all of the other",
	  "data.1", TORN_REMOVED, 0, 1, 1, 0, &none, false },
	{ "no index at all",
	  "indx", TORN_REMOVED, 0, 1, 1, 0, &none, false },
	{ "no meta",
	  "meta", TORN_REMOVED, 0, 1, 1, 0, &none, true },
	{ "no meta, flipped bits of data",
	  "data", TORN_FLIPPED, 0, 480, 11, 0, &both_slots, true },
};

static int test_sweeps(void)
{
	struct mem_io *good = torn_new(TORN_PUT_AWAY), *io = mem_io_new();
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sweeps); i++) {
		const char *why = NULL;

		for (uint64_t at = sweeps[i].from; at < sweeps[i].to && !why;
		     at += sweeps[i].step) {
			const struct torn_hurt h = { sweeps[i].file, sweeps[i].how, at,
						     at + sweeps[i].len };

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
	if (torn_check(io, CART_CHECK_DATA).all)
		why = "check";
	c = text_load(io, NULL);
	if (strcmp(torn_read(c, 0, text), "ab|cd||ef") || cart_read_only(c))
		why = text;
	cart_drop(c);
	mem_io_free(io);
	return report("the unproven end of a crash", why);
}

/* A full page of the index is written before its data is proven: it promises nothing then. */
static int test_unproven_page(void)
{
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	char whole[TEXT_MAX], text[TEXT_MAX];
	struct cart_repaired ret;
	const char *why = NULL;

	memset(whole, 'a', 300);
	whole[300] = 0;
	text_write(c, whole);
	cart_drop(c);
	mem_io_file(io, "data")->now.size = 100 * TORN_RECORD;
	if (torn_repair(io, &ret).rc || ret.lost || !ret.changed)
		why = "repair";
	c = text_load(io, NULL);
	if (strlen(torn_read(c, 0, text)) != 100 || strchr(text, '*') || cart_read_only(c))
		why = text;
	cart_drop(c);
	mem_io_free(io);
	return report("a page of what was never proven", why);
}

/* The end moved back, and meta does not know: what is new counts, what was cut does not return. */
static const char *play_old_meta(bool spoilt)
{
	static char text[TEXT_MAX];
	struct mem_io *io = torn_new(TORN_PUT_AWAY), *old = mem_io_copy(io);
	struct cart *c = text_load(io, NULL);
	struct cart_repaired ret;
	const char *why = NULL;

	cart_locate(c, 0, 1);
	text_write(c, "new");
	cart_close(c);
	memcpy(mem_io_file(io, "meta")->now.bytes, mem_io_file(old, "meta")->now.bytes,
	       2 * META_SLOT);
	if (spoilt) {
		torn_flip(io, "data", (2 * TORN_RECORD + 1) * 8);
		mem_io_file(io, "indx")->now.size = 0;
	}
	if (torn_repair(io, &ret).rc || ret.lost != spoilt || !ret.changed)
		why = "repair";
	c = text_load(io, NULL);
	if (strcmp(torn_read(c, 0, text), spoilt ? "an*w" : "anew") || cart_read_only(c))
		why = text;
	cart_drop(c);
	mem_io_free(io);
	mem_io_free(old);
	return why;
}

static int test_old_meta(void)
{
	return report("a meta of before", play_old_meta(false)) |
	       report("the same, with damage and without an index", play_old_meta(true));
}

/* A crash undid the cut: what was overwritten is behind the end again, and does not count. */
static const struct {
	const char *what;
	bool put_away, spoilt, slots[2];	/* the new block; slots that are lost */
	const char *text;
} stales[] = {
	{ "old blocks, one slot lost",            false, false, { true, false }, "ax" },
	{ "old blocks, the other slot lost",      false, false, { false, true }, "ax" },
	{ "old blocks, put away, no slot left",   true,  false, { true, true },  "ax" },
	{ "old blocks, and the new one is lost",  false, true,  { true, false }, "a" },
	{ "the same, and meta is of before",      false, true,  { false, true }, "a*cd" },
};

static const char *play_stale(size_t i)
{
	static char text[TEXT_MAX];
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	struct cart_repaired ret;
	enum cart_rc rc;

	text_write(c, "abcd ");
	cart_close(c);
	c = text_load(io, NULL);
	cart_locate(c, 0, 1);
	text_write(c, "x");
	if (stales[i].put_away)
		cart_close(c);
	else
		cart_drop(c);
	mem_io_file(io, "data")->now.size = 4 * TORN_RECORD;
	if (stales[i].spoilt)
		torn_flip(io, "data", TORN_RECORD * 8 + 1);
	for (uint64_t n = 0; n < 2; n++)
		if (stales[i].slots[n])
			torn_flip(io, "meta", (n * META_SLOT + 9) * 8);
	rc = torn_repair(io, &ret).rc;
	c = text_load(io, NULL);
	torn_read(c, 0, text);
	cart_drop(c);
	mem_io_free(io);
	return rc ? "repair" : text;
}

static int test_stale(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(stales); i++) {
		const char *text = play_stale(i);

		failed |= report(stales[i].what, strcmp(text, stales[i].text) ? text : NULL);
	}
	return failed;
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
		why = torn_verify(io, right, true, false);
	mem_io_free(io);
	return report("two equal slots", why);
}

/* The same folder before and after, but for what was made. */
static bool unchanged(const struct mem_io *a, const struct mem_io *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(a->file); i++) {
		const struct mem_file *f = &a->file[i], *g = &b->file[i];

		if (f->exists && (!g->exists || f->now.size != g->now.size || (f->now.size &&
				  memcmp(f->now.bytes, g->now.bytes, f->now.size))))
			return false;
	}
	return true;
}

enum refusal { LOADED, NO_FOLDER, NO_LOG_ID, DATA_ALONE, TOO_NEW, READS_FAIL, NO_ROOM };

static const struct {
	const char *what;
	enum refusal why;
	enum cart_rc rc;
} refusals[] = {
	{ "a tape in a drive",             LOADED,     CART_BUSY },
	{ "a folder without a tape",       NO_FOLDER,  CART_NOT_FOUND },
	{ "neither meta nor log_id",       NO_LOG_ID,  CART_FOREIGN },
	{ "data, and nothing else",        DATA_ALONE, CART_FOREIGN },
	{ "a meta of another format",      TOO_NEW,    CART_FOREIGN },
	{ "a disk that cannot be read",    READS_FAIL, CART_READ_FAILED },
	{ "more lost than the disk holds", NO_ROOM,    CART_FULL },
};

/* All of data is lost, and there is no room for the headers that would stand for it. */
static void leave_no_room(struct mem_io *io)
{
	struct mem_file *data = mem_io_file(io, "data");

	data->now.size = data->space = 0;
	io->disk = 8 * TORN_MARK - 1;
	for (size_t i = 0; i < ARRAY_SIZE(io->file); i++)
		io->disk += io->file[i].space;
}

static struct mem_io *prepare(enum refusal why, struct cart **held)
{
	struct mem_io *io = torn_new(TORN_PUT_AWAY);

	*held = NULL;
	torn_flip(io, "data", 66 * 8);
	if (why == LOADED)
		*held = text_load(io, NULL);
	for (size_t i = 0; why == NO_FOLDER && i < ARRAY_SIZE(io->file); i++)
		io->file[i].exists = false;
	if (why == DATA_ALONE)
		mem_io_file(io, "meta")->exists = mem_io_file(io, "indx")->exists = false;
	if (why == NO_LOG_ID || why == TOO_NEW)
		torn_spoil(io, "meta", 0, 2 * META_SLOT);
	if (why == NO_LOG_ID)
		torn_spoil(io, "indx", 0, 8);
	if (why == TOO_NEW)
		memcpy(mem_io_file(io, "meta")->now.bytes, "VTLM\2", 5);
	io->fail_reads = why == READS_FAIL;
	if (why == NO_ROOM)
		leave_no_room(io);
	return io;
}

static int test_refusals(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		struct cart *held;
		struct mem_io *io = prepare(refusals[i].why, &held), *before = mem_io_copy(io);
		struct cart_repaired ret;
		const struct torn_found f = torn_repair(io, &ret);
		const char *why = f.rc == refusals[i].rc ? NULL : "result";

		if (!unchanged(before, io) || !unchanged(io, before))
			why = "changed";
		if ((refusals[i].why == NO_LOG_ID || refusals[i].why == DATA_ALONE) &&
		    !(f.faults & 1u << FAULT_NO_LOG_ID))
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

static uint32_t generation(struct mem_io *io)
{
	char why[CART_WHY_MAX];
	struct cart_meta m;
	struct cart *c;

	cart_open(&mem_cart_io, io, CART_LOOK, "", 0, &c, why);
	cart_meta(c, &m);
	cart_drop(c);
	return m.log[0].generation;
}

/* What a crash leaves behind the end does not count, though it may hold: cartridge(5). */
static int test_generation(void)
{
	struct mem_io *io = torn_new(TORN_PUT_AWAY);
	const uint32_t before = generation(io);
	struct cart_repaired ret;
	bool next;

	torn_flip(io, "data", 73 * 8);
	torn_repair(io, &ret);
	next = generation(io) == before + 1;
	mem_io_free(io);
	return report("a repair begins a generation", next ? NULL : "the same");
}

int main(void)
{
	int failed = test_sweeps();

	failed |= test_unclean();
	failed |= test_unproven_page();
	failed |= test_old_meta();
	failed |= test_stale();
	failed |= test_equal_slots();
	failed |= test_refusals();
	failed |= test_meta_kept();
	failed |= test_saved();
	failed |= test_generation();
	return failed;
}
