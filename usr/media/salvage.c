// SPDX-License-Identifier: GPL-2.0-only
/* Finds what holds in a damaged log, and how what is lost between can be stepped over. */
#include <stdlib.h>
#include <string.h>

#include "media/salvage.h"

enum {
	WINDOW = 64 << 10,
	HEADER = sizeof(struct record_header),
	/* As much as one record takes, and still room for another header behind it. */
	MOST = (CART_BLOCK_MAX - HEADER) / RECORD_ALIGN * RECORD_ALIGN,
};

/* A record that holds, all of it.  CART_DAMAGED: none there. */
static enum cart_rc probe(struct cart *c, struct part *p, const struct salvage *s, uint64_t off,
			  struct record_header *h)
{
	uint32_t crc = 0;
	uint64_t payload;
	enum cart_rc rc;
	ssize_t got;

	if (off > s->size || s->size - off < HEADER)
		return CART_DAMAGED;
	got = c->io->pread(c->ctx, p->data, h, HEADER, off);
	if (got < 0)
		return CART_READ_FAILED;
	if (got < HEADER || !record_header_holds(p, h))
		return CART_DAMAGED;
	if (!h->type || h->type > RECORD_UNREADABLE)
		return CART_FOREIGN;
	payload = (uint64_t)le32_get(h->stored) + le32_get(h->extension);
	if (record_size(le32_get(h->stored), le32_get(h->extension)) > s->size - off)
		return CART_DAMAGED;
	rc = record_crc(c, p, off + HEADER, payload, &crc);
	return rc == CART_OK && crc != le32_get(h->crc_stored) ? CART_DAMAGED : rc;
}

/* The entry of that object, where its page holds. */
static enum cart_rc hint(struct cart *c, struct part *p, uint64_t object, struct index_entry *ret)
{
	const uint64_t no = object / INDEX_ENTRIES;
	enum cart_rc rc = CART_OK;

	if (no != p->cache_no) {
		p->cache_no = NO_PAGE;
		rc = index_page_read(c, p, no, &p->cache);
		if (rc)
			return rc;
		p->cache_no = no;
	}
	if (object % INDEX_ENTRIES >= le32_get(p->cache.count))
		return CART_DAMAGED;
	*ret = p->cache.entry[object % INDEX_ENTRIES];
	return CART_OK;
}

/* What of that page was on disk once: the last object of it that is promised. */
static void promise(struct salvage *s, const struct index_page *page, uint64_t no)
{
	struct place to = { no * INDEX_ENTRIES, le64_get(page->filemarks), 0 };
	const uint64_t proven = le64_get(page->synced_end);

	for (uint32_t i = 0; i < le32_get(page->count); i++) {
		const struct index_entry *e = &page->entry[i];

		to.off = index_entry_offset(e) + index_entry_size(e);
		if (to.off > proven)
			break;
		to.object++;
		to.filemarks += index_entry_is_mark(e);
		if (to.object > s->promised.object)
			s->promised = to;
	}
}

/* The last page that holds, unless it is older than what meta says anyway. */
static enum cart_rc read_promise(struct cart *c, struct part *p, struct salvage *s)
{
	const int64_t size = c->io->size(c->ctx, p->indx);
	enum cart_rc rc = CART_DAMAGED;

	if (size < 0)
		return CART_READ_FAILED;
	p->cache_no = NO_PAGE;
	for (uint64_t no = (uint64_t)size / INDEX_PAGE; no-- > 1 && rc == CART_DAMAGED;) {
		if (no * INDEX_ENTRIES <= s->promised.object)
			break;
		rc = index_page_read(c, p, no - 1, &p->cache);
		if (rc == CART_OK)
			promise(s, &p->cache, no - 1);
	}
	return rc == CART_READ_FAILED ? rc : CART_OK;
}

/* The lost ones leave room for a header each, and what is over can be in a record, too. */
static bool fits(uint64_t bytes, uint64_t objects, uint64_t marks)
{
	const uint64_t rest = bytes - objects * HEADER;

	return objects <= bytes / HEADER && (!rest || objects > marks || rest >= HEADER);
}

/* May h at off be what comes after at, however much is lost between? */
static bool follows(const struct part *p, const struct salvage *s, const struct place *at,
		    uint64_t off, const struct record_header *h)
{
	const uint64_t object = le64_get(h->object), filemarks = le64_get(h->filemarks);
	const uint32_t generation = le32_get(h->generation);

	if (object < at->object || filemarks < at->filemarks ||
	    filemarks - at->filemarks > object - at->object ||
	    !fits(off - at->off, object - at->object, filemarks - at->filemarks))
		return false;
	if (generation < s->last_generation)
		return false;
	return generation >= p->generation || object < p->start;
}

/* Of a later generation: the end moved back to it, or before it, and meta does not know. */
static enum cart_rc take_generation(struct cart *c, struct part *p, struct salvage *s,
				    const struct record_header *h)
{
	const uint32_t generation = le32_get(h->generation);

	s->last_generation = generation;
	if (generation <= p->generation)
		return CART_OK;
	s->trusted = false;
	p->generation = generation;
	p->start = le64_get(h->object);
	if (s->promised.object > p->start)
		s->promised = (struct place){ p->start, le64_get(h->filemarks), 0 };
	return read_promise(c, p, s);
}

/*
 * A record that holds by itself may also be payload that is a copy of a tape: it is at the right
 * offset, if the index knows that.  What repair made the index need not know.
 */
static enum cart_rc candidate(struct cart *c, struct part *p, const struct salvage *s,
			      const struct place *at, uint64_t off, struct record_header *h)
{
	enum cart_rc rc = probe(c, p, s, off, h);
	struct index_entry e;

	if (rc)
		return rc;
	if (!follows(p, s, at, off, h))
		return CART_DAMAGED;
	if (h->type == RECORD_UNREADABLE || h->type == RECORD_PAD)
		return CART_OK;
	rc = hint(c, p, le64_get(h->object), &e);
	if (rc == CART_OK)
		return index_entry_offset(&e) == off ? CART_OK : CART_DAMAGED;
	return rc == CART_DAMAGED ? CART_OK : rc;
}

/* Where the index says that records are.  *from: so far nothing holds. */
static enum cart_rc by_index(struct cart *c, struct part *p, const struct salvage *s,
			     const struct place *at, uint64_t *from, struct record_header *h)
{
	struct index_entry e;
	enum cart_rc rc = CART_OK;

	for (uint64_t object = at->object; rc == CART_OK; object++) {
		rc = hint(c, p, object, &e);
		if (rc)
			return rc;
		if (index_entry_offset(&e) < *from)
			continue;
		rc = candidate(c, p, s, at, index_entry_offset(&e), h);
		if (rc == CART_OK) {
			*from = index_entry_offset(&e);
			return rc;
		}
		*from = index_entry_offset(&e) + RECORD_ALIGN;
		if (rc == CART_DAMAGED)
			rc = CART_OK;
	}
	return rc;
}

static void progress(const struct salvage *s, uint64_t bytes)
{
	*s->done += bytes;
	if (s->w->progress)
		s->w->progress(s->w->arg, *s->done, s->total > *s->done ? s->total : *s->done);
}

static enum cart_rc scan_window(struct cart *c, struct part *p, const struct salvage *s,
				const struct place *at, uint64_t *from, size_t len,
				struct record_header *h)
{
	const uint64_t begin = *from;
	enum cart_rc rc = CART_DAMAGED;
	le32 magic;

	for (size_t i = 0; i + HEADER <= len && rc == CART_DAMAGED; i += RECORD_ALIGN) {
		memcpy(&magic, s->window + i, sizeof(magic));
		*from = begin + i;
		if (le32_get(magic) == RECORD_MAGIC)
			rc = candidate(c, p, s, at, *from, h);
	}
	return rc;
}

/* Every multiple of RECORD_ALIGN from *from on.  CART_DAMAGED: nothing more holds. */
static enum cart_rc by_magic(struct cart *c, struct part *p, const struct salvage *s,
			     const struct place *at, uint64_t *from, struct record_header *h)
{
	enum cart_rc rc = CART_DAMAGED;
	uint64_t begin;
	ssize_t got;

	for (begin = *from; rc == CART_DAMAGED; begin = *from + RECORD_ALIGN) {
		got = c->io->pread(c->ctx, p->data, s->window, WINDOW, begin);
		if (got < 0)
			return CART_READ_FAILED;
		if (got < HEADER)
			return CART_DAMAGED;
		*from = begin;
		rc = scan_window(c, p, s, at, from, (size_t)got, h);
	}
	return rc;
}

/* Filemarks among the lost, if the index knows all; the last that is no filemark in any case. */
static enum cart_rc name_lost(struct cart *c, struct part *p, struct gap *g)
{
	uint64_t marks = 0, last = 0;
	enum cart_rc rc = CART_OK;
	struct index_entry e;

	for (uint64_t i = 0; i < g->objects && rc == CART_OK; i++) {
		rc = hint(c, p, g->from.object + i, &e);
		if (rc == CART_OK && index_entry_is_mark(&e))
			marks++;
		else if (rc == CART_OK)
			last = g->from.object + i;
	}
	g->by_index = rc == CART_OK && marks == g->marks;
	g->last_block = g->by_index ? last : g->from.object + g->objects - g->marks - 1;
	return rc == CART_READ_FAILED ? rc : CART_OK;
}

static enum cart_rc add_gap(struct cart *c, struct part *p, struct salvage *s, struct gap g)
{
	enum cart_rc rc = name_lost(c, p, &g);

	if (rc)
		return rc;
	if (s->gaps == s->room) {
		const size_t room = s->room ? s->room * 2 : 16;
		struct gap *more = realloc(s->gap, room * sizeof(*more));

		if (!more)
			return CART_NO_MEMORY;
		s->gap = more;
		s->room = room;
	}
	s->gap[s->gaps++] = g;
	return CART_OK;
}

/* Nothing holds at *at: to where it goes on, with a gap.  CART_EOD: nowhere. */
static enum cart_rc step_over(struct cart *c, struct part *p, struct salvage *s,
			      struct place *at, struct record_header *h)
{
	uint64_t to = at->off;
	enum cart_rc rc;
	struct gap g;

	/* What was never promised ends where it first does not hold, as when it is loaded. */
	if (s->trusted && at->object >= s->promised.object)
		return CART_EOD;
	rc = by_index(c, p, s, at, &to, h);
	if (rc == CART_DAMAGED)
		rc = by_magic(c, p, s, at, &to, h);
	if (rc)
		return rc == CART_DAMAGED ? CART_EOD : rc;
	g = (struct gap){
		.from = *at, .to = to, .generation = le32_get(h->generation),
		.objects = le64_get(h->object) - at->object,
		.marks = le64_get(h->filemarks) - at->filemarks,
	};
	*at = (struct place){ le64_get(h->object), le64_get(h->filemarks), to };
	return add_gap(c, p, s, g);
}

/*
 * What is missing at the end is as lost as in the middle.  Padding with nothing behind it, from
 * last to at, would be of the generation before, and end the tape before it the next time.
 */
static enum cart_rc find_end(struct cart *c, struct part *p, struct salvage *s,
			     const struct place *at, const struct place *last)
{
	struct gap g = { .from = *at, .generation = p->generation };

	s->kept = last->off;
	s->end = *last;
	if (s->promised.object <= at->object)
		return CART_OK;
	s->kept = at->off;
	g.objects = s->promised.object - at->object;
	if (s->promised.filemarks > at->filemarks)
		g.marks = s->promised.filemarks - at->filemarks;
	if (g.marks > g.objects)
		g.marks = g.objects;
	g.to = at->off + g.objects * HEADER;
	s->end = (struct place){ s->promised.object, at->filemarks + g.marks, g.to };
	return add_gap(c, p, s, g);
}

enum cart_rc salvage_plan(struct cart *c, struct part *p, struct salvage *s)
{
	struct place at = { 0 }, last = { 0 };	/* last: behind the last object */
	struct record_header h;
	enum cart_rc rc;

	s->promised = p->end;
	s->window = malloc(WINDOW);
	if (!s->window)
		return CART_NO_MEMORY;
	rc = read_promise(c, p, s);
	while (rc == CART_OK) {
		rc = probe(c, p, s, at.off, &h);
		if (rc == CART_DAMAGED || (rc == CART_OK &&
					   (le64_get(h.object) != at.object ||
					    !follows(p, s, &at, at.off, &h))))
			rc = step_over(c, p, s, &at, &h);
		if (rc == CART_OK)
			rc = take_generation(c, p, s, &h);
		if (rc)
			break;
		if (at.object > last.object)
			last = at;
		at.object += h.type != RECORD_PAD;
		at.filemarks += record_is_mark(&h);
		at.off += record_size(le32_get(h.stored), le32_get(h.extension));
		progress(s, record_size(le32_get(h.stored), le32_get(h.extension)));
		if (at.object > last.object)
			last = at;
	}
	return rc == CART_EOD ? find_end(c, p, s, &at, &last) : rc;
}

void salvage_free(struct salvage *s)
{
	free(s->window);
	free(s->gap);
	s->window = NULL;
	s->gap = NULL;
	s->gaps = s->room = 0;
}

struct fill {
	struct cart *c;
	struct part *p;
	const struct gap *g;
	struct place at;
	salvage_put *put;
	void *arg;
};

static enum cart_rc put_one(struct fill *f, enum record_type type, uint16_t flags,
			    uint64_t stored)
{
	struct record_header h = {
		.magic = le32_of(RECORD_MAGIC),
		.type = (uint8_t)type,
		.flags = le16_of(flags),
		.object = le64_of(f->at.object),
		.filemarks = le64_of(f->at.filemarks),
		.generation = le32_of(f->g->generation),
		.stored = le32_of((uint32_t)stored),
	};
	uint32_t crc = 0;
	enum cart_rc rc = record_crc(f->c, f->p, f->at.off + HEADER, stored, &crc);
	const uint64_t off = f->at.off;

	if (rc)
		return rc;
	h.crc_stored = le32_of(crc);
	record_seal(f->p, &h);
	f->at.object += type != RECORD_PAD;
	f->at.filemarks += record_is_mark(&h);
	f->at.off += HEADER + stored;
	return f->put(f->c, f->p, off, &h, f->arg);
}

static enum cart_rc is_mark(const struct fill *f, uint64_t object, bool *ret)
{
	struct index_entry e;
	enum cart_rc rc;

	*ret = object >= f->g->from.object + f->g->objects - f->g->marks;
	if (!f->g->by_index)
		return CART_OK;
	rc = hint(f->c, f->p, object, &e);
	if (rc == CART_OK)
		*ret = index_entry_is_mark(&e);
	return rc;
}

/*
 * A header for each object that is lost; what is over of the bytes stays what it is, as payload of
 * the last lost block and of padding, so that the log has no hole.
 */
static enum cart_rc fill_gap(struct fill *f)
{
	const struct gap *g = f->g;
	uint64_t rest = g->to - g->from.off - g->objects * HEADER;
	enum cart_rc rc = CART_OK;
	bool mark;

	for (uint64_t i = 0; i < g->objects && rc == CART_OK; i++) {
		const uint64_t object = g->from.object + i;
		uint64_t stored = 0;

		rc = is_mark(f, object, &mark);
		if (rc == CART_OK && !mark && object == g->last_block)
			stored = rest < MOST ? rest : MOST - HEADER;
		if (rc == CART_OK)
			rc = put_one(f, RECORD_UNREADABLE, mark ? RECORD_WAS_MARK : 0, stored);
		rest -= stored;
	}
	while (rest && rc == CART_OK) {
		const uint64_t n = rest < MOST ? rest : MOST - HEADER;

		rc = put_one(f, RECORD_PAD, 0, n - HEADER);
		rest -= n;
	}
	return rc;
}

enum cart_rc salvage_fill(struct cart *c, struct part *p, const struct salvage *s,
			  salvage_put *put, void *arg)
{
	enum cart_rc rc = CART_OK;

	for (size_t i = 0; i < s->gaps && rc == CART_OK; i++) {
		struct fill f = { c, p, &s->gap[i], s->gap[i].from, put, arg };

		rc = fill_gap(&f);
	}
	return rc;
}
