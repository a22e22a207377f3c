// SPDX-License-Identifier: GPL-2.0-only
/* The index: pages of entries, so that any object is one page away. */
#include <errno.h>
#include <string.h>

#include "media/internal.h"

uint64_t index_page_offset(uint64_t no)
{
	return (no + 1) * INDEX_PAGE;
}

uint64_t index_entry_size(const struct index_entry *e)
{
	return record_size(le24_get(e->stored), le16_get(e->extension));
}

static uint32_t page_crc(const struct part *p, const struct index_page *page, uint64_t no)
{
	const le64 number = le64_of(no);
	const le32 zero = { { 0 } };
	uint32_t crc = crc32c(p->seed, &number, sizeof(number));

	crc = crc32c(crc, &zero, sizeof(zero));
	return crc32c(crc, &page->generation, sizeof(*page) - sizeof(page->crc));
}

enum page_state index_page_check(const struct part *p, const struct index_page *page, uint64_t no)
{
	const uint32_t generation = le32_get(page->generation), count = le32_get(page->count);

	if (le32_get(page->crc) != page_crc(p, page, no) || count > INDEX_ENTRIES || !count)
		return PAGE_BAD;
	if (le64_get(page->filemarks) > no * INDEX_ENTRIES)	/* they are objects, too */
		return PAGE_BAD;
	if (generation > p->generation)
		return PAGE_NEWER;
	/* What reaches beyond start was written by this generation, or was cut off. */
	if (no * INDEX_ENTRIES + count > p->start && generation != p->generation)
		return PAGE_BAD;
	return PAGE_GOOD;
}

void index_page_begin(struct index_page *page, uint64_t filemarks)
{
	memset(page, 0, sizeof(*page));
	page->filemarks = le64_of(filemarks);
}

uint32_t index_page_filemarks(const struct index_page *page, uint32_t count)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++)
		n += index_entry_is_mark(&page->entry[i]);
	return n;
}

/* CART_DAMAGED: it does not hold; nothing else is concluded from that here. */
enum cart_rc index_page_read(struct cart *c, struct part *p, uint64_t no, struct index_page *page)
{
	ssize_t n = c->io->pread(c->ctx, p->indx, page, sizeof(*page), index_page_offset(no));

	if (n < 0)
		return CART_READ_FAILED;
	return (size_t)n == sizeof(*page) && index_page_check(p, page, no) == PAGE_GOOD ?
	       CART_OK : CART_DAMAGED;
}

static enum cart_rc get_page(struct cart *c, struct part *p, uint64_t no,
			     const struct index_page **ret)
{
	enum cart_rc rc;

	*ret = &p->tail;
	if (no == p->tail_no)
		return CART_OK;
	*ret = &p->cache;
	if (no == p->cache_no)
		return CART_OK;
	p->cache_no = NO_PAGE;
	rc = index_page_read(c, p, no, &p->cache);
	if (rc == CART_OK && le32_get(p->cache.count) != INDEX_ENTRIES)
		rc = CART_DAMAGED;
	if (rc == CART_DAMAGED)
		return cart_freeze(c, rc, "indx of partition %u, offset %llu: page does not hold",
				   p->number, (unsigned long long)index_page_offset(no));
	if (rc == CART_OK)
		p->cache_no = no;
	return rc;
}

static enum cart_rc write_page(struct cart *c, struct part *p, const void *page, uint64_t off)
{
	const union { const void *from; void *to; } u = { .from = page };
	const struct iovec iov = { u.to, INDEX_PAGE };
	ssize_t n;

	p->indx_unsynced = true;
	n = c->io->pwritev(c->ctx, p->indx, &iov, 1, off);
	if (n == INDEX_PAGE)
		return CART_OK;
	return n == -ENOSPC || n == -EDQUOT ? CART_FULL : CART_WRITE_FAILED;
}

static void make_header(const struct part *p, struct index_header *h)
{
	memset(h, 0, sizeof(*h));
	h->magic = le32_of(INDEX_MAGIC);
	h->major = le16_of(FORMAT_MAJOR);
	h->minor = le16_of(FORMAT_MINOR);
	h->partition = le32_of(p->number);
	memcpy(h->log_id, p->log_id, sizeof(h->log_id));
	h->crc = le32_of(crc32c(0, h, sizeof(*h)));
}

enum cart_rc index_header_write(struct cart *c, struct part *p)
{
	struct index_header *h = (void *)c->scratch;

	make_header(p, h);
	return write_page(c, p, h, 0);
}

bool index_header_holds(struct cart *c, const struct part *p)
{
	struct index_header *h = (void *)c->scratch, *there = h + 1;
	ssize_t got = c->io->pread(c->ctx, p->indx, there, sizeof(*there), 0);

	make_header(p, h);
	return got == sizeof(*there) && !memcmp(h, there, sizeof(*h));
}

enum cart_rc index_tail_write(struct cart *c, struct part *p)
{
	enum cart_rc rc;

	if (!p->tail_changed || !le32_get(p->tail.count)) {
		p->tail_changed = false;
		return CART_OK;
	}
	p->tail.generation = le32_of(p->generation);
	p->tail.synced_end = le64_of(p->synced_end);
	p->tail.crc = le32_of(page_crc(p, &p->tail, p->tail_no));
	rc = write_page(c, p, &p->tail, index_page_offset(p->tail_no));
	p->tail_changed = rc;
	return rc;
}

enum cart_rc index_make_room(struct cart *c, struct part *p)
{
	enum cart_rc rc;

	if (le32_get(p->tail.count) < INDEX_ENTRIES)
		return CART_OK;
	rc = index_tail_write(c, p);
	if (rc)
		return rc;
	p->cache = p->tail;
	p->cache_no = p->tail_no++;
	index_page_begin(&p->tail, p->end.filemarks);
	return CART_OK;
}

void index_append(struct part *p, uint64_t off, const struct record_header *h)
{
	uint32_t n = le32_get(p->tail.count);

	p->tail.entry[n] = (struct index_entry){
		.offset = le48_of(off / RECORD_ALIGN),
		.logical = le24_of(le32_get(h->logical)),
		.stored = le24_of(le32_get(h->stored)),
		.kind = (uint8_t)(h->type | h->codec << 4),
		.flags = (uint8_t)le16_get(h->flags),
		.extension = le16_of((uint16_t)le32_get(h->extension)),
	};
	p->tail.count = le32_of(n + 1);
	p->tail_changed = true;
}

enum cart_rc index_entry_get(struct cart *c, struct part *p, uint64_t object,
			     struct index_entry *ret)
{
	const struct index_page *page;
	enum cart_rc rc = get_page(c, p, object / INDEX_ENTRIES, &page);

	if (rc == CART_OK)
		*ret = page->entry[object % INDEX_ENTRIES];
	return rc;
}

enum cart_rc index_entries(struct cart *c, struct part *p, uint64_t object,
			   const struct index_entry **ret, uint32_t *ret_n)
{
	const uint32_t at = (uint32_t)(object % INDEX_ENTRIES);
	const struct index_page *page;
	enum cart_rc rc = get_page(c, p, object / INDEX_ENTRIES, &page);

	if (rc)
		return rc;
	*ret = &page->entry[at];
	*ret_n = le32_get(page->count) > at ? le32_get(page->count) - at : 0;
	return CART_OK;
}

enum cart_rc index_place(struct cart *c, struct part *p, uint64_t object, struct place *ret)
{
	const uint32_t n = (uint32_t)(object % INDEX_ENTRIES);
	const struct index_page *page;
	enum cart_rc rc;

	if (object == p->end.object) {
		*ret = p->end;
		return CART_OK;
	}
	rc = get_page(c, p, object / INDEX_ENTRIES, &page);
	if (rc)
		return rc;
	ret->object = object;
	ret->filemarks = le64_get(page->filemarks) + index_page_filemarks(page, n);
	ret->off = index_entry_offset(&page->entry[n]);
	return CART_OK;
}

/* The last page with at most n filemarks before it; the cached one is the first guess. */
static enum cart_rc find_page(struct cart *c, struct part *p, uint64_t n, uint64_t *ret,
			      const struct index_page **page)
{
	uint64_t lo = 0, hi = p->tail_no;
	enum cart_rc rc;

	if (p->cache_no != NO_PAGE && le64_get(p->cache.filemarks) > n) {
		hi = p->cache_no - 1;	/* page 0 has none before it */
	} else if (p->cache_no != NO_PAGE) {
		const uint32_t in = index_page_filemarks(&p->cache, INDEX_ENTRIES);

		lo = p->cache_no;
		if (n - le64_get(p->cache.filemarks) < in)
			hi = lo;
	}
	while (lo < hi) {
		const uint64_t mid = lo + (hi - lo + 1) / 2;

		rc = get_page(c, p, mid, page);
		if (rc)
			return rc;
		if (le64_get((*page)->filemarks) <= n)
			lo = mid;
		else
			hi = mid - 1;
	}
	*ret = lo;
	return get_page(c, p, lo, page);
}

enum cart_rc index_find_filemark(struct cart *c, struct part *p, uint64_t n, struct place *ret)
{
	const struct index_page *page;
	uint64_t no, seen;
	enum cart_rc rc = find_page(c, p, n, &no, &page);

	if (rc)
		return rc;
	seen = le64_get(page->filemarks);
	for (uint32_t i = 0; i < le32_get(page->count); i++) {
		if (!index_entry_is_mark(&page->entry[i]) || seen++ != n)
			continue;
		*ret = (struct place){ .object = no * INDEX_ENTRIES + i, .filemarks = n,
				       .off = index_entry_offset(&page->entry[i]) };
		return CART_OK;
	}
	return cart_freeze(c, CART_DAMAGED, "indx of partition %u: filemark %llu is missing",
			   p->number, (unsigned long long)n);
}
