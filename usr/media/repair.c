// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes a damaged cartridge whole.  Reads all, and plans; saves what will change; then in this
 * order, each step on disk before the next: headers over the gaps in data, the index, both slots of
 * meta, and the cut.  Each step leaves what a plan made again comes to the same with.
 */
#include <errno.h>
#include <string.h>

#include "media/repair.h"

static enum cart_rc from_error(int err)
{
	return err >= 0 ? CART_OK : err == -ENOSPC || err == -EDQUOT ? CART_FULL :
	       CART_WRITE_FAILED;
}

static uint64_t index_size(const struct place *end)
{
	return index_page_offset((end->object + INDEX_ENTRIES - 1) / INDEX_ENTRIES);
}

static bool same_page(const struct index_page *a, const struct index_page *b, uint64_t end)
{
	const uint32_t n = le32_get(a->count);

	return n == le32_get(b->count) && le64_get(a->filemarks) == le64_get(b->filemarks) &&
	       le64_get(b->synced_end) <= end &&
	       !memcmp(a->entry, b->entry, n * sizeof(a->entry[0]));
}

/* The tail page is full, or the last: does indx have it so?  If not it is written, or counted. */
static enum cart_rc end_page(struct cart *c, struct part *p, const struct place *end, bool write,
			     bool *differs)
{
	enum cart_rc rc;

	if (!le32_get(p->tail.count))
		return CART_OK;
	rc = index_page_read(c, p, p->tail_no, &p->cache);
	if (rc == CART_READ_FAILED)
		return rc;
	if (rc || !same_page(&p->tail, &p->cache, end->off)) {
		*differs = p->tail_changed = true;
		rc = write ? index_tail_write(c, p) : CART_OK;
	}
	p->tail_no++;
	return rc;
}

/* The index that data tells, from the headers alone: they are known to hold. */
static enum cart_rc build_index(struct cart *c, struct part *p, const struct place *end,
				bool write, bool *differs)
{
	struct place at = { 0 };
	struct record_header h;
	enum cart_rc rc = CART_OK;

	p->cache_no = NO_PAGE;
	p->tail_no = 0;
	index_page_begin(&p->tail, 0);
	while (rc == CART_OK && at.off < end->off) {
		ssize_t got = c->io->pread(c->ctx, p->data, &h, sizeof(h), at.off);

		if (got < (ssize_t)sizeof(h) || !record_header_holds(p, &h))
			return CART_READ_FAILED;
		if (h.type != RECORD_PAD && le32_get(p->tail.count) == INDEX_ENTRIES) {
			rc = end_page(c, p, end, write, differs);
			index_page_begin(&p->tail, at.filemarks);
		}
		if (h.type != RECORD_PAD)
			index_append(p, at.off, &h);
		at.filemarks += record_is_mark(&h);
		at.off += record_size(le32_get(h.stored), le32_get(h.extension));
	}
	return rc ? rc : end_page(c, p, end, write, differs);
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->object == b->object && a->filemarks == b->filemarks && a->off == b->off;
}

static void tell_gaps(struct repair *r, const struct part *p, const struct salvage *s)
{
	char name[16];
	struct cart_finding f = { .damage = true, .partition = p->number,
				  .file = load_name(name, "data", p->number) };

	/* By number: without a gap there is no address to add to. */
	for (size_t i = 0; i < s->gaps; i++) {
		const struct gap *g = &s->gap[i];

		f.fault = FAULT_RECORD;
		f.offset = g->from.off;
		f.object = g->from.object;
		f.count = g->objects;
		f.bytes = g->to - g->from.off;
		r->ret->lost += g->objects;
		if (r->w->finding)
			r->w->finding(r->w->arg, &f);
	}
	if (s->size <= s->kept)
		return;
	f = (struct cart_finding){ .fault = FAULT_CUT, .damage = true, .file = name,
				   .partition = p->number, .offset = s->kept,
				   .object = s->end.object, .bytes = s->size - s->kept };
	r->ret->cut += f.bytes;
	if (r->w->finding)
		r->w->finding(r->w->arg, &f);
}

static enum cart_rc plan_part(struct repair *r, struct part *p)
{
	struct salvage *s = &r->salvage[p->number];
	const struct place before = p->end;
	const uint32_t generation = p->generation;
	int64_t indx = r->c->io->size(r->c->ctx, p->indx);
	bool differs = false;
	enum cart_rc rc = salvage_plan(r->c, p, s);

	if (rc == CART_OK && !s->gaps)
		rc = build_index(r->c, p, &s->end, false, &differs);
	if (rc || indx < 0)
		return rc ? rc : CART_READ_FAILED;
	r->index_changes[p->number] = differs || s->gaps || !index_header_holds(r->c, p) ||
				      (uint64_t)indx != index_size(&s->end);
	r->changes[p->number] = r->meta_lost || r->index_changes[p->number] ||
				generation != p->generation || s->size != s->end.off ||
				!same_place(&before, &s->end);
	tell_gaps(r, p, s);
	return CART_OK;
}

static enum cart_rc plan(struct repair *r)
{
	struct cart *c = r->c;
	enum cart_rc rc = CART_OK;
	uint64_t total = 0;

	for (uint32_t i = 0; i < c->m.partitions; i++) {
		const int64_t size = c->io->size(c->ctx, c->part[i].data);

		if (size < 0)
			return CART_READ_FAILED;
		r->salvage[i].size = (uint64_t)size;
		total += (uint64_t)size;
	}
	for (uint32_t i = 0; rc == CART_OK && i < c->m.partitions; i++) {
		r->salvage[i].w = r->w;
		r->salvage[i].done = &r->done;
		r->salvage[i].total = total;
		rc = plan_part(r, &c->part[i]);
	}
	return rc;
}

static enum cart_rc write_header(struct cart *c, struct part *p, uint64_t off,
				 const struct record_header *h, void *unused)
{
	struct record_header copy = *h;
	const struct iovec iov = { &copy, sizeof(copy) };
	ssize_t put = c->io->pwritev(c->ctx, p->data, &iov, 1, off);

	(void)unused;
	return put == sizeof(copy) ? CART_OK : from_error(put < 0 ? (int)put : -EIO);
}

/* Data, then the index: what is on disk of it holds under the old meta, too. */
static enum cart_rc write_part(struct repair *r, struct part *p)
{
	const struct salvage *s = &r->salvage[p->number];
	struct cart *c = r->c;
	bool differs = false;
	enum cart_rc rc = salvage_fill(c, p, s, write_header, NULL);

	if (rc == CART_OK)
		rc = from_error(c->io->sync(c->ctx, p->data));
	p->synced_end = s->end.off;
	if (rc || !r->index_changes[p->number])
		return rc;
	if (!index_header_holds(c, p))
		rc = index_header_write(c, p);
	if (rc == CART_OK)
		rc = build_index(c, p, &s->end, true, &differs);
	return rc ? rc : from_error(c->io->sync(c->ctx, p->indx));
}

/* The next generation: nothing behind the end counts, whatever a crash leaves there. */
static enum cart_rc write_meta(struct repair *r)
{
	struct cart *c = r->c;
	enum cart_rc rc;

	for (uint32_t i = 0; i < c->m.partitions; i++) {
		struct part *p = &c->part[i];

		p->end = r->salvage[i].end;
		if (!r->changes[i])
			continue;
		p->generation += p->generation < UINT32_MAX;
		p->start = p->end.object;
	}
	c->m.clean = true;
	rc = meta_write(c);
	if (rc == CART_OK)
		rc = meta_write(c);
	if (rc || c->io->size(c->ctx, c->handle) == 2 * META_SLOT)
		return rc;
	rc = from_error(c->io->truncate(c->ctx, c->handle, 2 * META_SLOT));
	return rc ? rc : from_error(c->io->sync(c->ctx, c->handle));
}

static enum cart_rc cut_part(struct repair *r, struct part *p)
{
	const struct cart_io *io = r->c->io;
	void *ctx = r->c->ctx;
	int err = io->truncate(ctx, p->data, p->end.off);

	if (err >= 0)
		err = io->truncate(ctx, p->indx, index_size(&p->end));
	if (err >= 0)
		err = io->sync(ctx, p->data);
	if (err >= 0)
		err = io->sync(ctx, p->indx);
	return from_error(err);
}

/* Of a file that becomes longer; what a refusal leaves of it goes back to the disk. */
static enum cart_rc take_space(struct cart *c, int handle, uint64_t to)
{
	const int64_t size = c->io->size(c->ctx, handle);
	int err;

	if (size < 0)
		return CART_READ_FAILED;
	if ((uint64_t)size >= to)
		return CART_OK;
	err = c->io->allocate(c->ctx, handle, (uint64_t)size, to - (uint64_t)size);
	if (err != -ENOSPC && err != -EDQUOT && err != -EFBIG)
		return CART_OK;		/* the writes will tell */
	c->io->truncate(c->ctx, handle, (uint64_t)size);
	return CART_FULL;
}

/* Before the first change: the objects that meta promises may be more than the disk holds. */
static enum cart_rc reserve(struct repair *r)
{
	enum cart_rc rc = CART_OK;

	for (uint32_t i = 0; rc == CART_OK && i < r->c->m.partitions; i++) {
		const struct place *end = &r->salvage[i].end;

		rc = take_space(r->c, r->c->part[i].data, end->off);
		if (rc == CART_OK && r->index_changes[i])
			rc = take_space(r->c, r->c->part[i].indx, index_size(end));
	}
	return rc;
}

static enum cart_rc carry_out(struct repair *r)
{
	struct cart *c = r->c;
	enum cart_rc rc = reserve(r);

	if (rc == CART_OK)
		rc = saved_make(r);
	for (uint32_t i = 0; rc == CART_OK && i < c->m.partitions; i++)
		if (r->changes[i])
			rc = write_part(r, &c->part[i]);
	if (rc == CART_OK)
		rc = write_meta(r);
	for (uint32_t i = 0; rc == CART_OK && i < c->m.partitions; i++)
		if (r->changes[i])
			rc = cut_part(r, &c->part[i]);
	return rc;
}

static enum cart_rc repair(struct repair *r)
{
	struct cart *c = r->c;
	bool changes;
	enum cart_rc rc = repair_meta(r);

	if (rc == CART_OK)
		rc = plan(r);
	if (rc) {
		for (unsigned int i = 0; i < r->n_made; i++)
			c->io->unlink(c->ctx, r->made[i]);
		return rc;
	}
	changes = r->meta_changes || r->n_made || !c->m.clean;
	for (uint32_t i = 0; i < c->m.partitions; i++)
		changes |= r->changes[i];
	r->ret->changed = changes;
	return changes ? carry_out(r) : CART_OK;
}

enum cart_rc cart_repair(const struct cart_io *io, void *ctx, const struct cart_spec *lost,
			 const struct cart_watch *w, struct cart_repaired *ret)
{
	struct repair r = { .w = w, .lost = lost, .ret = ret };
	enum cart_rc rc = load_new(io, ctx, &r.c);

	*ret = (struct cart_repaired){ 0 };
	if (rc)
		return rc;
	rc = repair(&r);
	for (uint32_t i = 0; i < CART_PARTITIONS; i++)
		salvage_free(&r.salvage[i]);
	cart_drop(r.c);
	return rc;
}
