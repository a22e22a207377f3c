// SPDX-License-Identifier: GPL-2.0-only
/* Is a cartridge whole?  Looks at everything, changes nothing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "media/check.h"
#include "media/internal.h"

enum {
	TRIES = 3,		/* a page that its owner writes meanwhile may be read by half */
	BLOCK = 256 << 10,	/* bytes; of a longer one the rest is checked all the same */
};

struct check {
	struct cart *c;
	const struct cart_watch *w;
	bool data;
	bool damaged, read_failed;
	bool moved;			/* its owner commits: what does not fit is no damage */
	uint64_t sequence;		/* of meta, as it was read */
	uint64_t done, total;		/* bytes */
	bool no_memory;
	uint8_t *block;			/* BLOCK bytes; NULL unless data is checked */
	struct cart_finding lost;	/* a run of them that may go on */
};

/* Where the index is in a partition, page by page. */
struct at {
	struct part *p;
	struct place place;
	bool known;			/* the page before held */
	const char *data, *indx;	/* names of files */
};

static bool has_moved(struct check *k)
{
	uint64_t sequence;

	for (uint64_t i = 0; i < 2 && !k->moved; i++)
		k->moved = meta_slot(k->c, i, &sequence) == CART_OK && sequence > k->sequence;
	return k->moved;
}

static void tell(struct check *k, const struct cart_finding *f)
{
	if (k->w->finding)
		k->w->finding(k->w->arg, f);
}

static void remark(struct check *k, enum cart_fault fault, const char *file)
{
	const struct cart_finding f = { .fault = fault, .file = file };

	tell(k, &f);
}

static void found(struct check *k, const struct cart_finding *f)
{
	const bool before = k->moved;
	struct cart_finding out = *f;

	if (has_moved(k)) {
		if (!before)
			remark(k, FAULT_IN_USE, "meta");
		return;
	}
	out.damage = true;
	k->damaged = true;
	k->read_failed |= f->fault == FAULT_UNREADABLE;
	tell(k, &out);
}

#define FOUND(k, ...) found(k, &(const struct cart_finding){ __VA_ARGS__ })

static void progress(struct check *k, uint64_t bytes)
{
	k->done += bytes;
	if (k->w->progress)
		k->w->progress(k->w->arg, k->done, k->total > k->done ? k->total : k->done);
}

static enum cart_rc try_slot(struct check *k, uint64_t n, uint64_t *sequence)
{
	enum cart_rc rc = CART_DAMAGED;

	for (int i = 0; i < TRIES && rc; i++)
		rc = meta_slot(k->c, n, sequence);
	return rc;
}

static enum cart_rc check_meta(struct check *k)
{
	struct cart *c = k->c;
	uint64_t sequence[2] = { 0 };
	enum cart_rc rc[2];

	for (uint64_t i = 0; i < 2; i++)
		rc[i] = try_slot(k, i, &sequence[i]);
	k->sequence = sequence[0] > sequence[1] ? sequence[0] : sequence[1];
	for (uint64_t i = 0; i < 2; i++)
		if (rc[i])
			FOUND(k, .fault = rc[i] == CART_READ_FAILED ? FAULT_UNREADABLE :
			      FAULT_META_SLOT, .file = "meta", .offset = i * META_SLOT);
	if (rc[0] && rc[1]) {
		FOUND(k, .fault = FAULT_META_LOST, .file = "meta");
		return CART_DAMAGED;
	}
	if (!rc[0] && !rc[1] && sequence[0] == sequence[1])
		FOUND(k, .fault = FAULT_META_SEQUENCE, .file = "meta");
	if (meta_take(c, rc[0] || (!rc[1] && sequence[1] > sequence[0])) || c->frozen) {
		FOUND(k, .fault = FAULT_TOO_NEW, .file = "meta",
		      .offset = c->slot * META_SLOT);
		return CART_FOREIGN;
	}
	if (!c->m.clean)
		remark(k, FAULT_NOT_PUT_AWAY, "meta");
	return CART_OK;
}

/* A finding if it is not there; its size in *ret_size. */
static bool open_file(struct check *k, const char *what, uint32_t number, int *handle,
		      uint64_t *ret_size)
{
	int err = load_file(k->c, what, number, false, handle);
	int64_t size = err < 0 ? err : k->c->io->size(k->c->ctx, *handle);
	char name[16];

	if (size < 0)
		FOUND(k, .fault = err == -ENOENT ? FAULT_MISSING : FAULT_UNREADABLE,
		      .file = load_name(name, what, number), .partition = number);
	else
		*ret_size = (uint64_t)size;
	return size >= 0;
}

static void check_size(struct check *k, const char *file, uint64_t size, uint64_t right)
{
	if (size < right)
		FOUND(k, .fault = FAULT_SHORT, .file = file, .offset = size, .bytes = right - size);
	if (size > right && k->c->m.clean)
		FOUND(k, .fault = FAULT_LONG, .file = file, .offset = right, .bytes = size - right);
}

static void check_header(struct check *k, const struct at *a)
{
	const struct part *p = a->p;
	struct cart *c = k->c;

	if (!index_header_holds(c, p))
		FOUND(k, .fault = FAULT_INDEX_HEADER, .file = a->indx, .partition = p->number);
}

static void flush_lost(struct check *k)
{
	if (k->lost.count)
		found(k, &k->lost);
	k->lost.count = 0;
}

static void count_lost(struct check *k, const struct at *a, const struct index_entry *e)
{
	if (index_entry_type(e) != RECORD_UNREADABLE) {
		flush_lost(k);
		return;
	}
	if (!k->lost.count)
		k->lost = (struct cart_finding){ .fault = FAULT_LOST, .file = a->data,
						 .offset = index_entry_offset(e),
						 .partition = a->p->number,
						 .object = a->place.object };
	k->lost.count++;
}

static void check_record(struct check *k, const struct at *a, const struct index_entry *e)
{
	struct cart *c = k->c;
	enum cart_fault fault = FAULT_RECORD;

	c->current = a->p->number;
	c->head = a->place;
	switch (record_get(c, a->p, e, k->block, BLOCK)) {
	case CART_OK:
		return;
	case CART_FOREIGN:
		remark(k, FAULT_TOO_NEW, a->data);
		return;
	case CART_READ_FAILED:
		if (e->flags & RECORD_DISCARDED)	/* a null tape has no more to give */
			return;
		fault = FAULT_UNREADABLE;
		break;
	case CART_NO_MEMORY:
		k->no_memory = true;
		return;
	case CART_DAMAGED: case CART_FILEMARK: case CART_EOD: case CART_BOP: case CART_FULL:
	case CART_WRITE_FAILED: case CART_READ_ONLY: case CART_WORM: case CART_NOT_FOUND:
	case CART_BUSY: case CART_INVALID:
		break;
	}
	FOUND(k, .fault = fault, .file = a->data, .offset = a->place.off,
	      .partition = a->p->number, .object = a->place.object, .count = 1);
}

/* Between two records is padding, or nothing. */
static bool padded(struct check *k, struct at *a, uint64_t to)
{
	struct place at = a->place;
	struct record_header h;

	while (at.off < to) {
		if (record_walk(k->c, a->p, &at, to, &h) != WALK_RECORD || h.type != RECORD_PAD)
			return false;
		at.off += record_size(le32_get(h.stored), le32_get(h.extension));
	}
	return at.off == to;
}

static bool entry_fits(struct check *k, struct at *a, const struct index_entry *e)
{
	const uint8_t type = index_entry_type(e);
	const uint64_t off = index_entry_offset(e);

	return (type == RECORD_DATA || type == RECORD_FILEMARK || type == RECORD_UNREADABLE) &&
	       off + index_entry_size(e) <= a->p->end.off && padded(k, a, off);
}

/* One finding a page: what contradicts once goes on contradicting. */
static void check_entries(struct check *k, struct at *a, const struct index_page *page,
			  uint64_t no)
{
	bool fits = le64_get(page->filemarks) == a->place.filemarks;

	for (uint32_t i = 0; i < le32_get(page->count); i++) {
		const struct index_entry *e = &page->entry[i];

		fits = fits && entry_fits(k, a, e);
		a->place.off = index_entry_offset(e);
		count_lost(k, a, e);
		if (k->data && index_entry_type(e) != RECORD_UNREADABLE)
			check_record(k, a, e);
		a->place.object++;
		a->place.filemarks += index_entry_is_mark(e);
		a->place.off += index_entry_size(e);
		if (k->data)
			progress(k, index_entry_size(e));
	}
	if (!fits)
		FOUND(k, .fault = FAULT_INDEX_ORDER, .file = a->indx,
		      .offset = index_page_offset(no), .partition = a->p->number,
		      .object = no * INDEX_ENTRIES, .count = le32_get(page->count));
}

static enum cart_rc read_page(struct check *k, struct part *p, uint64_t no)
{
	const uint64_t left = p->end.object - no * INDEX_ENTRIES;
	enum cart_rc rc = CART_DAMAGED;

	if (!k->c->m.clean && no == p->tail_no) {	/* as recovery made it */
		p->cache = p->tail;
		return CART_OK;
	}
	for (int i = 0; i < TRIES && rc; i++)
		rc = index_page_read(k->c, p, no, &p->cache);
	if (rc == CART_OK && le32_get(p->cache.count) != (left < INDEX_ENTRIES ? left :
							  INDEX_ENTRIES))
		rc = CART_DAMAGED;
	return rc;
}

static void check_page(struct check *k, struct at *a, uint64_t no)
{
	struct part *p = a->p;
	enum cart_rc rc = read_page(k, p, no);

	progress(k, INDEX_PAGE);
	if (rc) {
		FOUND(k, .fault = rc == CART_DAMAGED ? FAULT_INDEX_PAGE : FAULT_UNREADABLE,
		      .file = a->indx, .offset = index_page_offset(no), .partition = p->number,
		      .object = no * INDEX_ENTRIES, .count = INDEX_ENTRIES);
	} else {
		a->place.object = no * INDEX_ENTRIES;
		if (!a->known) {
			a->place.filemarks = le64_get(p->cache.filemarks);
			a->place.off = index_entry_offset(&p->cache.entry[0]);
		}
		check_entries(k, a, &p->cache, no);
	}
	a->known = !rc;
}

/* Of the pages that meta promises, which may be any number, those that the file reaches. */
static uint64_t pages_there(const struct check *k, uint64_t pages, uint64_t size)
{
	const uint64_t there = size > INDEX_PAGE ? (size - 1) / INDEX_PAGE : 0;

	return k->c->m.clean && there < pages ? there : pages;
}

static void check_index(struct check *k, struct at *a, uint64_t size)
{
	const struct part *p = a->p;
	const uint64_t pages = (p->end.object + INDEX_ENTRIES - 1) / INDEX_ENTRIES;
	const uint64_t there = pages_there(k, pages, size);

	a->known = true;
	for (uint64_t no = 0; no < there && !k->moved; no++)
		check_page(k, a, no);
	flush_lost(k);
	if (there < pages) {
		a->known = false;
		FOUND(k, .fault = FAULT_INDEX_PAGE, .file = a->indx,
		      .offset = index_page_offset(there), .partition = p->number,
		      .object = there * INDEX_ENTRIES,
		      .count = p->end.object - there * INDEX_ENTRIES);
	}
	if (a->known && (a->place.filemarks != p->end.filemarks ||
			 !padded(k, a, p->end.off)))
		FOUND(k, .fault = FAULT_INDEX_ORDER, .file = "meta", .partition = p->number,
		      .object = p->end.object);
}

/* As far as it is proven the data must hold, whoever has the cartridge. */
static void check_unclean(struct check *k, struct at *a, uint64_t data, uint64_t indx)
{
	struct part *p = a->p;
	bool newer = false;
	uint64_t proven;

	p->cache_no = NO_PAGE;
	proven = recover_proven(k->c, p, indx > INDEX_PAGE ? indx / INDEX_PAGE - 1 : 0, &newer);
	recover_part(k->c, p);
	if (data < proven)
		FOUND(k, .fault = FAULT_SHORT, .file = a->data, .offset = data,
		      .partition = p->number, .bytes = proven - data);
	if (newer)
		FOUND(k, .fault = FAULT_META_OLD, .file = a->indx, .partition = p->number);
	if (p->torn || p->end.off < proven)
		FOUND(k, .fault = FAULT_RECORD, .file = a->data, .offset = p->end.off,
		      .partition = p->number, .object = p->end.object, .count = 1);
}

static void check_part(struct check *k, struct part *p)
{
	char data_name[16], indx_name[16];
	struct at a = { .p = p, .data = load_name(data_name, "data", p->number),
			.indx = load_name(indx_name, "indx", p->number) };
	const uint64_t pages = (p->end.object + INDEX_ENTRIES - 1) / INDEX_ENTRIES;
	uint64_t data, indx;
	const bool there = open_file(k, "data", p->number, &p->data, &data);

	if (!open_file(k, "indx", p->number, &p->indx, &indx) || !there)
		return;
	p->tail_no = p->cache_no = NO_PAGE;
	k->total += index_page_offset(pages) + (k->data ? p->end.off : 0);
	check_size(k, a.data, data, p->end.off);
	if (k->c->m.clean)
		check_size(k, a.indx, indx, index_page_offset(pages));
	check_header(k, &a);
	if (!k->c->m.clean)
		check_unclean(k, &a, data, indx);
	check_index(k, &a, indx);
}

static enum cart_rc check_all(struct check *k)
{
	struct cart *c = k->c;
	int err = load_file(c, "meta", 0, false, &c->handle);
	enum cart_rc rc;

	if (err == -ENOENT)
		return CART_NOT_FOUND;
	if (err < 0) {
		FOUND(k, .fault = FAULT_UNREADABLE, .file = "meta");
		return CART_READ_FAILED;
	}
	rc = check_meta(k);
	if (rc)
		return rc;
	for (uint32_t i = 0; i < c->m.partitions && !k->moved; i++)
		check_part(k, &c->part[i]);
	return CART_OK;
}

enum cart_rc cart_check(const struct cart_io *io, void *ctx, int flags, const struct cart_watch *w)
{
	struct check k = { .w = w, .data = flags & CART_CHECK_DATA };
	enum cart_rc rc = load_new(io, ctx, &k.c);

	if (rc)
		return rc;
	k.c->look = true;
	k.block = k.data ? malloc(BLOCK) : NULL;
	rc = k.data && !k.block ? CART_NO_MEMORY : check_all(&k);
	free(k.block);
	cart_drop(k.c);
	if (k.read_failed)
		return CART_READ_FAILED;
	if (k.no_memory)
		return CART_NO_MEMORY;
	return rc ? rc : k.damaged ? CART_DAMAGED : CART_OK;
}
