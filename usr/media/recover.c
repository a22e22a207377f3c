// SPDX-License-Identifier: GPL-2.0-only
/* Where the data of a partition ends: as it was put away, or found again after a crash. */
#include <string.h>

#include "media/internal.h"

static uint64_t page_end(const struct index_page *page)
{
	const struct index_entry *e = &page->entry[le32_get(page->count) - 1];

	return index_entry_offset(e) + index_entry_size(e);
}

static enum cart_rc torn(struct cart *c, struct part *p, const char *why)
{
	p->torn = true;
	return cart_freeze(c, CART_DAMAGED, "data of partition %u, offset %llu: object %llu: %s",
			   p->number, (unsigned long long)p->end.off,
			   (unsigned long long)p->end.object, why);
}

/*
 * The index was believed so far: is data that which it speaks of?  The last object tells, and so
 * what is another file is not cut to the length that this one had.
 */
static bool last_holds(struct cart *c, struct part *p)
{
	struct place at = { p->end.object - 1, p->end.filemarks, 0 };
	struct index_entry e;

	if (!p->end.object)
		return true;
	if (index_entry_get(c, p, at.object, &e))
		return false;
	at.filemarks -= index_entry_is_mark(&e);
	at.off = index_entry_offset(&e);
	if (record_begins(c, p, &at, &e))
		return true;
	cart_freeze(c, CART_DAMAGED, "data of partition %u, offset %llu: object %llu: is not there",
		    p->number, (unsigned long long)at.off, (unsigned long long)at.object);
	return false;
}

/* Sizes and last page agree with meta: nothing else needs a look. */
static bool put_away(struct cart *c, struct part *p, uint64_t size, uint64_t indx_size)
{
	const uint64_t pages = (p->end.object + INDEX_ENTRIES - 1) / INDEX_ENTRIES;

	if (!c->m.clean || size != p->end.off || indx_size != index_page_offset(pages))
		return false;
	p->synced_end = p->end.off;
	p->tail_no = pages ? pages - 1 : 0;
	index_page_begin(&p->tail, 0);
	if (!pages)
		return !size && !p->end.filemarks;
	if (index_page_read(c, p, p->tail_no, &p->tail))
		return false;
	return p->tail_no * INDEX_ENTRIES + le32_get(p->tail.count) == p->end.object &&
	       page_end(&p->tail) == p->end.off &&
	       le64_get(p->tail.filemarks) +
	       index_page_filemarks(&p->tail, le32_get(p->tail.count)) == p->end.filemarks;
}

static enum page_state read_page(struct cart *c, struct part *p, uint64_t no)
{
	ssize_t n = c->io->pread(c->ctx, p->indx, &p->cache, INDEX_PAGE, index_page_offset(no));

	return n == INDEX_PAGE ? index_page_check(p, &p->cache, no) : PAGE_BAD;
}

/*
 * synced_end only grows, so that the last page that holds has it.  Pages before meta's end say
 * nothing that meta does not.
 */
uint64_t recover_proven(struct cart *c, struct part *p, uint64_t pages, bool *newer)
{
	const uint64_t first = p->end.object / INDEX_ENTRIES;

	for (uint64_t no = pages; no-- > first;) {
		const enum page_state s = read_page(c, p, no);

		*newer |= s == PAGE_NEWER;
		if (s != PAGE_GOOD)
			continue;
		return le64_get(p->cache.synced_end) > p->end.off ?
		       le64_get(p->cache.synced_end) : p->end.off;
	}
	return p->end.off;
}

/* Where to begin: the last page before meta's end that holds, for indx was synced then. */
static void find_base(struct cart *c, struct part *p, uint64_t pages, bool *newer)
{
	uint64_t no = p->end.object / INDEX_ENTRIES + 1;

	for (no = no < pages ? no : pages; no-- > 0;) {
		const enum page_state s = read_page(c, p, no);

		*newer |= s == PAGE_NEWER;
		if (s != PAGE_GOOD || index_entry_offset(&p->cache.entry[0]) > p->end.off ||
		    le64_get(p->cache.filemarks) > p->end.filemarks)
			continue;
		p->end = (struct place){ no * INDEX_ENTRIES, le64_get(p->cache.filemarks),
					 index_entry_offset(&p->cache.entry[0]) };
		p->tail_no = no;
		index_page_begin(&p->tail, p->end.filemarks);
		return;
	}
	p->end = (struct place){ 0 };
	p->tail_no = 0;
	index_page_begin(&p->tail, 0);
}

/* The page that begins at the end so far, if it holds, fits, and speaks of proven data alone. */
static bool take_page(struct cart *c, struct part *p, uint64_t proven)
{
	uint32_t count;

	if (le32_get(p->tail.count) || read_page(c, p, p->tail_no) != PAGE_GOOD ||
	    le64_get(p->cache.filemarks) != p->end.filemarks ||
	    index_entry_offset(&p->cache.entry[0]) != p->end.off || page_end(&p->cache) > proven)
		return false;
	count = le32_get(p->cache.count);
	p->tail = p->cache;
	p->end.object += count;
	p->end.filemarks += index_page_filemarks(&p->tail, count);
	p->end.off = page_end(&p->tail);
	return true;
}

static void take_record(struct part *p, const struct record_header *h)
{
	if (h->type != RECORD_PAD) {
		index_append(p, p->end.off, h);
		p->end.object++;
		p->end.filemarks += record_is_mark(h);
	}
	p->end.off += record_size(le32_get(h->stored), le32_get(h->extension));
}

/* Goes on from the end so far, page by page where pages hold, else record by record. */
static enum walk walk_on(struct cart *c, struct part *p, uint64_t size, uint64_t proven)
{
	enum walk w = WALK_RECORD;
	struct record_header h;

	while (w == WALK_RECORD) {
		if (le32_get(p->tail.count) == INDEX_ENTRIES && p->tail_changed &&
		    (c->look || c->frozen))
			return WALK_END;
		p->synced_end = proven < p->end.off ? proven : p->end.off;
		if (index_make_room(c, p))
			return WALK_ERROR;
		if (take_page(c, p, proven))
			continue;
		w = record_walk(c, p, &p->end, size, &h);
		if (w == WALK_RECORD)
			take_record(p, &h);
	}
	return w;
}

static enum cart_rc found(struct cart *c, struct part *p, enum walk w, uint64_t size,
			  uint64_t proven)
{
	if (w == WALK_NEWER)
		return torn(c, p, "newer than meta");
	if (w == WALK_ERROR)
		return torn(c, p, "index cannot be rebuilt: I/O error");
	if (c->look && !c->m.clean)	/* its owner may be writing */
		return CART_OK;
	if (p->end.off < proven)
		return torn(c, p, "does not hold, and was on disk once");
	if (size < proven)
		return cart_freeze(c, CART_DAMAGED, "data of partition %u: %llu bytes, were %llu",
				   p->number, (unsigned long long)size, (unsigned long long)proven);
	if (!last_holds(c, p))
		return CART_DAMAGED;
	/* Only a repair leaves more behind a clean end, and that has written the header. */
	if (size > p->end.off && c->m.clean && !index_header_holds(c, p))
		return torn(c, p, "meta or indx is of another cartridge");
	/* A commit of meta syncs data first: nothing to cut could be there if it was torn. */
	if (size > p->end.off && c->slot_lost)
		return torn(c, p, "does not hold, and a slot of meta is lost");
	p->recovered = true;
	return CART_OK;
}

enum cart_rc recover_part(struct cart *c, struct part *p)
{
	const int64_t size = c->io->size(c->ctx, p->data), indx = c->io->size(c->ctx, p->indx);
	uint64_t pages, proven;
	bool newer = false;
	enum walk w;

	p->cache_no = NO_PAGE;
	if (size < 0 || indx < 0) {
		p->end = (struct place){ 0 };
		return torn(c, p, "sizes of files unknown");
	}
	if (put_away(c, p, (uint64_t)size, (uint64_t)indx))
		return last_holds(c, p) ? CART_OK : CART_DAMAGED;
	pages = (uint64_t)indx / INDEX_PAGE;
	pages -= pages > 0;
	proven = recover_proven(c, p, pages, &newer);
	find_base(c, p, pages, &newer);
	if (newer)
		cart_freeze(c, CART_DAMAGED, "indx of partition %u: newer than meta", p->number);
	w = walk_on(c, p, (uint64_t)size, proven);
	p->cache_no = NO_PAGE;
	return found(c, p, newer ? WALK_NEWER : w, (uint64_t)size, proven);
}
