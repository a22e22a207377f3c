// SPDX-License-Identifier: GPL-2.0-only
/* Check finds what is wrong, names it, says nothing of what is right, and changes nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/forge.h"
#include "fake/report.h"
#include "fake/torn_tape.h"
#include "media/format.h"

static int test_whole(void)
{
	static const struct {
		const char *what;
		enum torn_how how;
		int flags, all;
	} rows[] = {
		{ "a whole tape",                        TORN_PUT_AWAY, 0,               0 },
		{ "a whole tape, with its data",         TORN_PUT_AWAY, CART_CHECK_DATA, 0 },
		{ "one that was not put away",           TORN_SYNCED,   0,               1 },
		{ "one not put away, with its data",     TORN_SYNCED,   CART_CHECK_DATA, 1 },
	};
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mem_io *io = torn_new(rows[i].how);
		const struct torn_found f = torn_check(io, rows[i].flags);
		const uint64_t data = rows[i].flags ? torn_offset(0, 99) + torn_offset(1, 99) : 0;
		const char *why = f.rc ? "damaged" : f.all != rows[i].all ? "findings" : NULL;

		if (!why && f.progress < data + 2 * INDEX_PAGE)
			why = "progress";
		if (!why && (f.progress == UINT64_MAX || (!rows[i].how && f.total < f.progress)))
			why = "progress beyond the total";
		if (!why && (io->changes || mem_io_file(io, "meta")->locks))
			why = "something changed";
		failed |= report(rows[i].what, why);
		mem_io_free(io);
	}
	return failed;
}

/* Zeros between payload and the next record, and what is in a slot of meta behind its payload. */
static bool is_covered(const struct mem_io *io, const char *file, uint64_t byte)
{
	const uint32_t partition = strchr(file, '1') != NULL;
	const struct mem_io *m = io;

	if (!strcmp(file, "meta")) {
		union { const struct mem_io *from; struct mem_io *to; } u = { m };
		const uint8_t *slot = mem_io_file(u.to, file)->now.bytes +
				      byte / META_SLOT * META_SLOT;

		return byte % META_SLOT <
		       META_HEADER + (uint64_t)(slot[20] | slot[21] << 8);
	}
	for (size_t i = 0; file[0] == 'd' && torn_text[partition][i]; i++)
		if (torn_text[partition][i] != '|' && byte < torn_offset(partition, i + 1) &&
		    byte >= torn_offset(partition, i) + TORN_MARK + TEXT_BLOCK)
			return byte < torn_offset(partition, i);
	return true;
}

static const struct {
	const char *file;
	uint64_t to, step;		/* bits; to 0: all */
} bits[] = {
	{ "data",   0, 3 },
	{ "data.1", 0, 5 },
	{ "indx",   (INDEX_PAGE + 300) * 8, 101 },
	{ "indx",   0, 1009 },
	{ "indx.1", 0, 1511 },
	{ "meta",   (META_HEADER + 700) * 8, 251 },
	{ "meta",   0, 7001 },
};

/* A flipped bit is found, or it was one that is not under a CRC. */
static const char *flip_all(const struct mem_io *good, size_t row)
{
	static char why[100];
	struct mem_io *io = mem_io_copy(good);
	const uint64_t size = mem_io_file(io, bits[row].file)->now.size * 8;
	const uint64_t to = bits[row].to ? bits[row].to : size;

	*why = 0;
	for (uint64_t bit = 0; bit < to && !*why; bit += bits[row].step) {
		const bool covered = is_covered(good, bits[row].file, bit / 8);
		struct torn_found f;

		mem_io_assign(io, good);
		torn_flip(io, bits[row].file, bit);
		f = torn_check(io, CART_CHECK_DATA);
		if (f.rc != (covered ? CART_DAMAGED : CART_OK) || !f.damage == covered ||
		    (covered && strcmp(f.file_name, bits[row].file)))
			snprintf(why, sizeof(why), "%s: bit %llu: %d, %s", bits[row].file,
				 (unsigned long long)bit, f.rc, f.file_name);
		if (io->changes)
			snprintf(why, sizeof(why), "changed");
	}
	mem_io_free(io);
	return *why ? why : NULL;
}

static int test_bits(void)
{
	struct mem_io *good = torn_new(TORN_PUT_AWAY);
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		char what[50];

		snprintf(what, sizeof(what), "flipped bits of %s", bits[i].file);
		failed |= report(what, flip_all(good, i));
	}
	mem_io_free(good);
	return failed;
}

enum deed { SPOIL, CUT, GROW, REMOVE, SAME_SLOTS, OLD_META, SWAP };

/* Damage, and what is said of it; offsets as torn_offset() has them. */
static const struct {
	const char *what;
	enum torn_how how;
	const char *file;
	enum deed deed;
	uint64_t from, to;
	int flags;
	enum cart_rc rc;
	enum cart_fault fault;
	uint64_t offset, object, count;
} deeds[] = {
	{ "no meta",               TORN_PUT_AWAY, "meta",   REMOVE, 0, 0, 0,
	  CART_NOT_FOUND, FAULT_META_LOST, 0, 0, 0 },
	{ "an empty meta",         TORN_PUT_AWAY, "meta",   CUT, 0, 0, 0,
	  CART_DAMAGED, FAULT_META_SLOT, 0, 0, 0 },
	{ "one slot",              TORN_PUT_AWAY, "meta",   CUT, META_SLOT, 0, 0,
	  CART_DAMAGED, FAULT_META_SLOT, META_SLOT, 0, 0 },
	{ "two equal slots",       TORN_PUT_AWAY, "meta",   SAME_SLOTS, 0, 0, 0,
	  CART_DAMAGED, FAULT_META_SEQUENCE, 0, 0, 0 },
	{ "no data",               TORN_PUT_AWAY, "data",   REMOVE, 0, 0, 0,
	  CART_DAMAGED, FAULT_MISSING, 0, 0, 0 },
	{ "no data of partition 1", TORN_PUT_AWAY, "data.1", REMOVE, 0, 0, 0,
	  CART_DAMAGED, FAULT_MISSING, 0, 0, 0 },
	{ "no index",              TORN_PUT_AWAY, "indx",   REMOVE, 0, 0, 0,
	  CART_DAMAGED, FAULT_MISSING, 0, 0, 0 },
	{ "data lacks a byte",     TORN_PUT_AWAY, "data",   CUT, 551, 0, 0,
	  CART_DAMAGED, FAULT_SHORT, 551, 0, 0 },
	{ "data has a byte more",  TORN_PUT_AWAY, "data",   GROW, 553, 0, 0,
	  CART_DAMAGED, FAULT_LONG, 552, 0, 0 },
	{ "index lacks its page",  TORN_PUT_AWAY, "indx",   CUT, INDEX_PAGE, 0, 0,
	  CART_DAMAGED, FAULT_SHORT, INDEX_PAGE, 0, 0 },
	{ "index has a page more", TORN_PUT_AWAY, "indx",   GROW, 3 * INDEX_PAGE, 0, 0,
	  CART_DAMAGED, FAULT_LONG, 2 * INDEX_PAGE, 0, 0 },
	{ "the head of the index", TORN_PUT_AWAY, "indx.1", SPOIL, 0, 8, 0,
	  CART_DAMAGED, FAULT_INDEX_HEADER, 0, 0, 0 },
	{ "a page of the index",   TORN_PUT_AWAY, "indx.1", SPOIL, INDEX_PAGE, INDEX_PAGE + 8, 0,
	  CART_DAMAGED, FAULT_INDEX_PAGE, INDEX_PAGE, 0, 254 },
	{ "a block, not looked at", TORN_PUT_AWAY, "data",  SPOIL, 144 + 64, 144 + 128, 0,
	  CART_OK, 0, 0, 0, 0 },
	{ "a block",               TORN_PUT_AWAY, "data",   SPOIL, 72, 80, CART_CHECK_DATA,
	  CART_DAMAGED, FAULT_RECORD, 72, 1, 1 },
	{ "a filemark",            TORN_PUT_AWAY, "data",   SPOIL, 144, 152, CART_CHECK_DATA,
	  CART_DAMAGED, FAULT_RECORD, 144, 2, 1 },
	{ "two blocks changed places", TORN_PUT_AWAY, "data", SWAP, 0, 72, CART_CHECK_DATA,
	  CART_DAMAGED, FAULT_RECORD, 0, 0, 1 },
	{ "a proven block of a crash", TORN_SYNCED, "data", SPOIL, 72, 80, CART_CHECK_DATA,
	  CART_DAMAGED, FAULT_RECORD, 72, 1, 1 },
	{ "data cut by a crash",   TORN_SYNCED,   "data",   CUT, 500, 0, 0,
	  CART_DAMAGED, FAULT_SHORT, 500, 0, 0 },
	{ "meta of before",        TORN_PUT_AWAY, "meta",   OLD_META, 0, 0, 0,
	  CART_DAMAGED, FAULT_META_OLD, 0, 0, 0 },
};

static void resize(struct mem_io *io, const char *file, uint64_t size)
{
	struct mem_image *i = &mem_io_file(io, file)->now;

	if (size > i->room) {
		i->bytes = realloc(i->bytes, size);
		i->room = size;
	}
	if (size > i->size)
		memset(i->bytes + i->size, 0, size - i->size);
	i->size = size;
}

/* Overwritten and cut, but meta is of before, and not put away. */
static void overwrite(struct mem_io *io)
{
	struct mem_image *meta = &mem_io_file(io, "meta")->now;
	uint8_t *before = malloc(meta->size);
	struct cart *c = text_load(io, NULL);

	memcpy(before, meta->bytes, meta->size);
	cart_locate(c, 0, 1);
	text_write(c, "new|tape");
	cart_close(c);
	memcpy(meta->bytes, before, meta->size);
	free(before);
}

static void act(struct mem_io *io, size_t i)
{
	struct mem_image *image = &mem_io_file(io, deeds[i].file)->now;
	uint8_t record[TORN_RECORD];

	switch (deeds[i].deed) {
	case SPOIL:
		torn_spoil(io, deeds[i].file, deeds[i].from, deeds[i].to);
		break;
	case CUT:
	case GROW:
		resize(io, deeds[i].file, deeds[i].from);
		break;
	case REMOVE:
		mem_io_file(io, deeds[i].file)->exists = false;
		break;
	case SAME_SLOTS:
		memcpy(image->bytes, image->bytes + META_SLOT, META_SLOT);
		break;
	case OLD_META:
		overwrite(io);
		break;
	case SWAP:
		memcpy(record, image->bytes + deeds[i].from, sizeof(record));
		memmove(image->bytes + deeds[i].from, image->bytes + deeds[i].to, sizeof(record));
		memcpy(image->bytes + deeds[i].to, record, sizeof(record));
		break;
	}
}

static int test_deeds(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(deeds); i++) {
		struct mem_io *io = torn_new(deeds[i].how);
		const char *why = NULL;
		struct torn_found f;
		int changes;

		act(io, i);
		changes = io->changes;
		f = torn_check(io, deeds[i].flags);
		if (f.rc != deeds[i].rc)
			why = "result";
		else if (f.damage && (!(f.faults & 1u << deeds[i].fault) ||
				      strcmp(f.file_name, deeds[i].deed == OLD_META ? "indx" :
					     deeds[i].file)))
			why = "fault";
		else if (f.damage && deeds[i].deed != OLD_META &&
			 (f.first.offset != deeds[i].offset || f.first.object != deeds[i].object ||
			  f.first.count != deeds[i].count))
			why = "place";
		else if (!f.damage != (deeds[i].rc != CART_DAMAGED))
			why = "said nothing";
		else if (io->changes != changes)
			why = "changed";
		failed |= report(deeds[i].what, why);
		mem_io_free(io);
	}
	return failed;
}

/* Pages whose CRC holds, and that contradict data or meta all the same. */
static const struct {
	const char *what;
	size_t at;			/* byte of the page */
	uint8_t value;
	const char *file;
	enum cart_fault fault;
} forgeries[] = {
	{ "a record that overlaps another", 32 + 16, 8,    "indx", FAULT_INDEX_ORDER },
	{ "a hole between records",         32 + 16, 10,   "indx", FAULT_INDEX_ORDER },
	{ "a type that is none",            32 + 28, 7,    "indx", FAULT_INDEX_ORDER },
	{ "filemarks before the first",     8,       1,    "indx", FAULT_INDEX_PAGE },
	{ "another number of filemarks",    32 + 12, 2,    "meta", FAULT_INDEX_ORDER },
};

static int test_forged(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(forgeries); i++) {
		struct mem_io *io = torn_new(TORN_PUT_AWAY);
		struct torn_found f;

		mem_io_file(io, "indx")->now.bytes[INDEX_PAGE + forgeries[i].at] =
			forgeries[i].value;
		forge_page(io);
		f = torn_check(io, 0);
		failed |= report(forgeries[i].what, f.rc != CART_DAMAGED ||
				 f.faults != 1u << forgeries[i].fault ||
				 strcmp(f.file_name, forgeries[i].file) ? "not found" : NULL);
		mem_io_free(io);
	}
	return failed;
}

/* A folder whose tape is overwritten, by the drive that has it, at the nth reading of a check. */
struct busy {
	struct mem_io *io;
	struct cart *owner;
	int reads, at;
	int damage, remarks;
};

static int busy_open(void *ctx, const char *name, bool create, bool write)
{
	struct busy *b = ctx;

	return mem_cart_io.open(b->io, name, create, write);
}

static void busy_close(void *ctx, int handle)
{
	struct busy *b = ctx;

	mem_cart_io.close(b->io, handle);
}

static int64_t busy_size(void *ctx, int handle)
{
	struct busy *b = ctx;

	return mem_cart_io.size(b->io, handle);
}

static ssize_t busy_preadv(void *ctx, int handle, const struct iovec *iov, int n, uint64_t off)
{
	struct busy *b = ctx;

	if (++b->reads == b->at) {
		cart_locate(b->owner, 0, 1);
		text_write(b->owner, "|new");
		cart_sync(b->owner);
	}
	return mem_cart_io.preadv(b->io, handle, iov, n, off);
}

static ssize_t busy_pread(void *ctx, int handle, void *buf, size_t len, uint64_t off)
{
	const struct iovec iov = { buf, len };

	return busy_preadv(ctx, handle, &iov, 1, off);
}

static void busy_note(void *arg, const struct cart_finding *f)
{
	struct busy *b = arg;

	b->damage += f->damage;
	b->remarks += f->fault == FAULT_IN_USE;
}

static int test_overwritten(void)
{
	const struct cart_io io = { .open = busy_open, .close = busy_close, .size = busy_size,
				    .pread = busy_pread, .preadv = busy_preadv };
	const char *why = NULL;
	int remarks = 0, at = 0;
	bool done = false;

	while (!done && !why) {
		struct busy b = { .io = torn_new(TORN_PUT_AWAY), .at = ++at };
		const struct cart_watch w = { .finding = busy_note, .arg = &b };

		b.owner = text_load(b.io, NULL);
		if (cart_check(&io, &b, CART_CHECK_DATA, &w) || b.damage)
			why = "damage";
		done = b.reads < b.at;
		remarks += b.remarks;
		cart_drop(b.owner);
		mem_io_free(b.io);
	}
	if (!why && (at < 10 || !remarks))
		why = "nobody noticed";
	return report("a tape that is overwritten meanwhile", why);
}

/* In a drive: what is proven is checked, what is written meanwhile is no damage. */
static int test_in_use(void)
{
	struct mem_io *io = torn_new(TORN_PUT_AWAY);
	struct cart *c = text_load(io, NULL);
	struct torn_found f = torn_check(io, CART_CHECK_DATA);
	const char *why = f.rc || f.all != 1 ? "as it is loaded" : NULL;

	cart_locate(c, 0, 2);
	text_write(c, "new");
	f = torn_check(io, CART_CHECK_DATA);
	if (f.rc || f.faults != 1u << FAULT_NOT_PUT_AWAY)
		why = "while it is written";
	cart_write_filemarks(c, 1, false);
	torn_flip(io, "data", 8 * 70);	/* payload of the first block is behind its header */
	torn_flip(io, "data", 8 * 66);
	f = torn_check(io, CART_CHECK_DATA);
	if (f.rc != CART_DAMAGED || f.first.object || f.first.count != 1)
		why = "damage before the proven point";
	cart_close(c);
	mem_io_free(io);
	return report("a tape in use", why);
}

static int test_reads_fail(void)
{
	struct mem_io *io = torn_new(TORN_PUT_AWAY);
	struct torn_found f;

	io->fail_reads = true;
	f = torn_check(io, 0);
	mem_io_free(io);
	return report("a disk that cannot be read", f.rc == CART_READ_FAILED ? NULL : "result");
}

int main(void)
{
	int failed = test_whole();

	failed |= test_bits();
	failed |= test_deeds();
	failed |= test_forged();
	failed |= test_overwritten();
	failed |= test_in_use();
	failed |= test_reads_fail();
	return failed;
}
