// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading ahead: while blocks are read one after the other, those that follow are fetched several
 * at a time, and where there is a thread for it, checked and decompressed by that.
 *
 * A piece is a run of records and all that is needed to fetch them.  The thread has at most one
 * piece at a time, from submit() to done(), and touches that and its data file alone.  It begins
 * with the last record, and nobody waits for it: who gets to a piece that is not done reads the
 * first ones himself, until they meet.  What does not hold is forgotten here: the block is read
 * again on its own, and fails then.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "media/internal.h"

enum {
	PIECES  = 2,			/* the reader's, and the thread's */
	RECORDS = 128,			/* of a piece */
	STREAK  = 2,			/* blocks read one after the other before it begins */
	FIRST   = 128 << 10,		/* bytes of the first piece; the next ones double */
	ENOUGH  = 512 << 10,		/* ... up to here, but for blocks that are larger */
	ALONE   = 528 << 10,		/* without a thread: eight of the largest */
};

struct ahead_record {
	struct index_entry e;
	uint32_t at;			/* of its header in bytes */
	uint32_t plain;			/* where it is decompressed to, with a thread */
	bool good;			/* the thread has checked the payload */
};

struct piece {
	struct cart_job job;
	const struct cart_io *io;
	void *ctx;
	int handle;
	struct codec_work *codec;
	uint64_t off;			/* in data, of the first record */
	uint32_t len, used;		/* bytes to fetch; and with room for what they become */
	uint32_t fetched;
	uint64_t object;		/* number of the first one */
	uint32_t n;			/* 0: none */
	atomic_uint passed;		/* so many were read by others: they need not be done */
	struct ahead_record record[RECORDS];
	uint8_t *bytes;
	size_t room;
};

struct ahead {
	struct cart_background *thread;	/* NULL: none */
	size_t room;			/* of a piece */
	struct piece piece[PIECES];
	struct piece *at_work;		/* the thread's */
	struct codec_work *codec;	/* the thread's while at_work */
	uint32_t partition;
	uint64_t expect;		/* the object behind the last one that was read */
	uint64_t hold;			/* objects before it are not: there was a fault */
	uint32_t streak;
	struct place next;		/* to be planned; without its offset */
	size_t size;			/* of the next piece */
	uint64_t page_no;
	struct index_page page;		/* so that the head's own stays where it is */
};

static void forget(struct ahead *a)
{
	for (int i = 0; i < PIECES; i++)
		a->piece[i].n = 0;
	a->page_no = NO_PAGE;
	a->next = (struct place){ 0 };
	a->hold = 0;
	a->streak = 0;
	a->size = FIRST;
}

static bool settle(struct ahead *a, bool wait)
{
	if (a->at_work && a->thread->done(a->thread, wait))
		a->at_work = NULL;
	return !a->at_work;
}

void ahead_drop(struct cart *c)
{
	if (!c->ahead)
		return;
	settle(c->ahead, true);
	forget(c->ahead);
}

static void release(struct ahead *a)
{
	settle(a, true);
	for (int i = 0; i < PIECES; i++)
		free(a->piece[i].bytes);
	codec_work_free(a->codec);
	free(a);
}

void ahead_share(struct cart *c)
{
	if (!c->ahead)
		return;
	ahead_drop(c);
	codec_work_free(c->ahead->codec);
	c->ahead->codec = NULL;
}

void ahead_end(struct cart *c)
{
	if (c->ahead)
		release(c->ahead);
	c->ahead = NULL;
}

void cart_set_read_ahead(struct cart *c, size_t bytes, struct cart_background *thread)
{
	const size_t room = thread ? bytes / PIECES : bytes < ALONE ? bytes : ALONE;

	ahead_end(c);
	if (!bytes)
		return;
	c->ahead = calloc(1, sizeof(*c->ahead));
	if (!c->ahead)
		return;
	c->ahead->thread = thread;
	c->ahead->room = room;
	c->ahead->expect = c->head.object;
	c->ahead->partition = c->current;
	forget(c->ahead);
}

/* ---- What is worth it ---- */

/* Without a thread, large blocks that are stored as they are go straight to who reads them. */
static bool worth(const struct ahead *a, const struct index_entry *e)
{
	const struct codec_row *row = codec_find(e->kind >> 4);
	const uint32_t stored = le24_get(e->stored);
	const size_t plain = a->thread && row ? le24_get(e->logical) : 0;

	if (index_entry_type(e) != RECORD_DATA ||
	    (e->flags & ~(row ? RECORD_IN_PARTS : 0)) || le16_get(e->extension) ||
	    (!row && e->kind >> 4 != CODEC_NONE) || record_size(stored, 0) + plain > a->room)
		return false;
	return plain || a->thread || stored <= RECORD_BATCH_BLOCK;
}

/* NULL: it cannot be had, and who gets there will be told why. */
static const struct index_page *page_of(struct cart *c, struct part *p, uint64_t no)
{
	struct ahead *a = c->ahead;

	if (no == p->tail_no)
		return &p->tail;
	if (no == p->cache_no)
		return &p->cache;
	if (no == a->page_no)
		return &a->page;
	a->page_no = NO_PAGE;
	if (index_page_read(c, p, no, &a->page) || le32_get(a->page.count) != INDEX_ENTRIES)
		return NULL;
	a->page_no = no;
	return &a->page;
}

/* One more record in the piece, if there is room and it lies behind the others. */
static bool add(struct ahead *a, struct piece *b, const struct index_entry *e)
{
	const uint64_t off = index_entry_offset(e), end = off + index_entry_size(e);
	const uint64_t gap = off - b->off - b->len;
	const uint32_t plain = a->thread && e->kind >> 4 ? le24_get(e->logical) : 0;

	if (b->n == RECORDS || (b->n && b->used >= a->size) || off < b->off + b->len ||
	    gap > a->room || b->used + (end - b->off - b->len) + plain > a->room)
		return false;
	b->record[b->n++] = (struct ahead_record){
		.e = *e, .at = (uint32_t)(off - b->off), .plain = plain,
	};
	b->used += (uint32_t)(end - b->off - b->len) + plain;
	b->len = (uint32_t)(end - b->off);
	return true;
}

/* What was fetched comes first, then what is made of it. */
static void place_plain(struct piece *b)
{
	uint32_t at = b->len;

	for (uint32_t i = 0; i < b->n; i++) {
		const uint32_t len = b->record[i].plain;

		b->record[i].plain = at;
		at += len;
	}
}

/* From next on, within one page of the index; what is not worth it is left out. */
static void plan(struct cart *c, struct part *p, struct piece *b)
{
	struct ahead *a = c->ahead;
	const struct index_page *page = page_of(c, p, a->next.object / INDEX_ENTRIES);
	uint32_t i = (uint32_t)(a->next.object % INDEX_ENTRIES);
	const uint32_t count = page ? le32_get(page->count) : 0;

	b->n = b->len = b->used = b->fetched = 0;
	atomic_store(&b->passed, 0);
	if (!page)
		a->hold = (a->next.object / INDEX_ENTRIES + 1) * INDEX_ENTRIES;
	for (; i < count && !worth(a, &page->entry[i]); i++, a->next.object++)
		a->next.filemarks += index_entry_is_mark(&page->entry[i]);
	b->object = a->next.object;
	b->off = i < count ? index_entry_offset(&page->entry[i]) : 0;
	while (i < count && worth(a, &page->entry[i]) && add(a, b, &page->entry[i]))
		i++;
	a->next.object += b->n;
	place_plain(b);
	if (!a->thread && b->n < 2)	/* nothing would be saved */
		b->n = 0;
	a->size = a->size < ENOUGH ? a->size * 2 : a->size;
}

/* ---- The work; with a thread, on it ---- */

static void fetch(struct piece *b)
{
	const ssize_t got = b->io->pread(b->ctx, b->handle, b->bytes, b->len, b->off);

	b->fetched = got < 0 ? 0 : (uint32_t)got;
}

static struct record_header *header_of(const struct piece *b, const struct ahead_record *r)
{
	return (struct record_header *)(b->bytes + r->at);
}

/* The payload is what the header says; decompressed in to, if it was compressed. */
static bool payload_holds(const struct piece *b, const struct ahead_record *r, void *to)
{
	const struct codec_row *row = codec_find(r->e.kind >> 4);
	const struct codec_form form = { r->e.kind >> 4, r->e.flags };
	const uint32_t stored = le24_get(r->e.stored), len = le24_get(r->e.logical);
	const struct record_header *h = header_of(b, r);

	if (r->at + sizeof(*h) + stored > b->fetched ||
	    crc32c(0, h + 1, stored) != le32_get(h->crc_stored))
		return false;
	return !row || (codec_unpack(b->codec, &form, h + 1, stored, to, len) &&
			crc32c(0, to, len) == le32_get(h->crc_logical));
}

static void run(struct cart_job *job)
{
	struct piece *b = container_of(job, struct piece, job);

	fetch(b);
	for (uint32_t i = b->n; i-- > atomic_load(&b->passed);)
		b->record[i].good = payload_holds(b, &b->record[i],
						  b->bytes + b->record[i].plain);
}

/* ---- The reader ---- */

static bool has_memory(struct cart *c, struct part *p, struct piece *b)
{
	struct ahead *a = c->ahead;

	if (!a->codec) {
		a->codec = codec_work_new();
		if (a->codec)	/* without memory it works alone */
			codec_share(a->codec, c->pool);
	}
	if (!b->bytes)
		b->bytes = malloc(a->room);
	b->io = c->io;
	b->ctx = c->ctx;
	b->handle = p->data;
	b->codec = a->codec;
	b->job.run = run;
	return a->codec && b->bytes;
}

static struct piece *free_piece(struct ahead *a, uint64_t head)
{
	for (struct piece *b = a->piece; b < a->piece + (a->thread ? PIECES : 1); b++)
		if (!b->n || head >= b->object + b->n)
			return b;
	return NULL;
}

static void begin(struct ahead *a, struct piece *b)
{
	if (!a->thread) {
		fetch(b);
	} else if (a->thread->submit(a->thread, &b->job)) {
		a->at_work = b;
	} else {
		b->n = 0;
	}
}

static void go_ahead(struct cart *c, struct part *p)
{
	struct ahead *a = c->ahead;
	struct piece *b = free_piece(a, c->head.object);

	if (!b || a->streak < STREAK || c->head.object < a->hold || !settle(a, false))
		return;
	if (a->next.object < c->head.object)
		a->next = c->head;
	if (a->next.object - c->head.object >= INDEX_ENTRIES ||
	    a->next.object >= p->end.object || !has_memory(c, p, b))
		return;
	plan(c, p, b);
	if (b->n)
		begin(a, b);
}

static struct piece *piece_with(struct ahead *a, uint64_t object)
{
	for (struct piece *b = a->piece; b < a->piece + PIECES; b++)
		if (object >= b->object && object - b->object < b->n)
			return b;
	return NULL;
}

/* Into buf; false: not all of it holds. */
static bool hand_over(const struct ahead *a, const struct piece *b, const struct ahead_record *r,
		      void *buf, uint32_t cap)
{
	const uint32_t len = le24_get(r->e.logical);
	const bool packed = r->e.kind >> 4;
	const void *from = packed ? b->bytes + r->plain : (const uint8_t *)(header_of(b, r) + 1);

	if (a->thread ? !r->good : !payload_holds(b, r, buf))
		return false;
	if (cap && (a->thread || !packed))
		memcpy(buf, from, len < cap ? len : cap);
	return true;
}

bool ahead_take(struct cart *c, struct part *p, void *buf, uint32_t cap, struct index_entry *ret)
{
	struct ahead *a = c->ahead;
	const struct ahead_record *r;
	struct piece *b;
	uint64_t hold;
	uint32_t i;

	if (!a)
		return false;
	if (a->partition != c->current || a->expect != c->head.object)
		ahead_drop(c);
	if (!a->thread)
		go_ahead(c, p);
	b = piece_with(a, c->head.object);
	if (!b)
		return false;
	i = (uint32_t)(c->head.object - b->object);
	if (b == a->at_work && !settle(a, false)) {
		atomic_store(&b->passed, i + 1);
		return false;
	}
	r = &b->record[i];
	if (!a->thread && r->e.kind >> 4 && cap < le24_get(r->e.logical))
		return false;		/* no room to decompress in */
	if (b->fetched >= r->at + sizeof(struct record_header) &&
	    record_is_at(p, &c->head, &r->e, header_of(b, r)) && hand_over(a, b, r, buf, cap)) {
		c->m.counters.stored_read += le24_get(r->e.stored);
		*ret = r->e;
		return true;
	}
	hold = b->object + b->n;
	ahead_drop(c);
	a->hold = hold;
	return false;
}

void ahead_follow(struct cart *c, struct part *p)
{
	struct ahead *a = c->ahead;

	if (!a)
		return;
	a->partition = c->current;
	a->expect = c->head.object;
	a->streak++;
	if (a->thread)
		go_ahead(c, p);
}
