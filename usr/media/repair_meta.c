// SPDX-License-Identifier: GPL-2.0-only
/* What a cartridge is, if its meta says so in part or not at all. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "media/repair.h"

void repair_tell(const struct repair *r, enum cart_fault fault, const char *file)
{
	const struct cart_finding f = { .fault = fault, .damage = true, .file = file };

	if (r->w->finding)
		r->w->finding(r->w->arg, &f);
}

/* A file of the cartridge, made if it is lost. */
static enum cart_rc open_file(struct repair *r, const char *what, uint32_t number, int *handle)
{
	char name[16] = "";
	int err = load_file(r->c, what, number, false, handle);

	if (err == -ENOENT) {
		repair_tell(r, FAULT_MISSING, load_name(name, what, number));
		err = load_file(r->c, what, number, true, handle);
		if (err < 0)
			return CART_WRITE_FAILED;
		memcpy(r->made[r->n_made++], name, sizeof(name));
		return CART_OK;
	}
	if (err >= 0)
		return CART_OK;
	repair_tell(r, FAULT_UNREADABLE, load_name(name, what, number));
	return err == -EROFS ? CART_READ_ONLY : CART_READ_FAILED;
}

static enum cart_rc open_part(struct repair *r, struct part *p, uint32_t number)
{
	enum cart_rc rc = CART_OK;

	if (p->data < 0)
		rc = open_file(r, "data", number, &p->data);
	if (rc == CART_OK && p->indx < 0)
		rc = open_file(r, "indx", number, &p->indx);
	return rc;
}

static bool there(const struct repair *r, const char *what, uint32_t number)
{
	int handle, err = load_file(r->c, what, number, false, &handle);

	if (err >= 0)
		r->c->io->close(r->c->ctx, handle);
	return err != -ENOENT;
}

static enum cart_rc open_meta(struct repair *r)
{
	struct cart *c = r->c;
	enum cart_rc rc;
	int err;

	if (!there(r, "meta", 0) && !there(r, "data", 0) && !there(r, "indx", 0))
		return CART_NOT_FOUND;
	rc = open_file(r, "meta", 0, &c->handle);
	if (rc)
		return rc;
	err = c->io->lock(c->ctx, c->handle);
	return err == -EAGAIN ? CART_BUSY : err < 0 ? CART_READ_FAILED : CART_OK;
}

/* Of two slots with one sequence the one that is further. */
static uint64_t which(struct cart *c, const enum cart_rc rc[2], const uint64_t sequence[2])
{
	uint64_t generations[2] = { 0 }, sizes[2] = { 0 };

	if (rc[0] || rc[1] || sequence[0] != sequence[1])
		return rc[0] || (!rc[1] && sequence[1] > sequence[0]);
	for (uint64_t i = 0; i < 2; i++) {
		if (meta_take(c, i))
			continue;
		for (uint32_t n = 0; n < c->m.partitions; n++) {
			generations[i] += c->part[n].generation;
			sizes[i] += c->part[n].end.off;
		}
	}
	return generations[1] > generations[0] ||
	       (generations[1] == generations[0] && sizes[1] > sizes[0]);
}

/* The log_id that the header page of indx has. */
static enum cart_rc id_of_index(struct cart *c, struct part *p)
{
	struct index_header *h = (void *)c->scratch;
	ssize_t got = c->io->pread(c->ctx, p->indx, h, sizeof(*h), 0);
	le32 crc;

	if (got < 0)
		return CART_READ_FAILED;
	if ((size_t)got < sizeof(*h) || le32_get(h->magic) != INDEX_MAGIC ||
	    le16_get(h->major) != FORMAT_MAJOR || le32_get(h->partition) != p->number)
		return CART_FOREIGN;
	crc = h->crc;
	h->crc = le32_of(0);
	if (le32_get(crc) != crc32c(0, h, sizeof(*h)))
		return CART_FOREIGN;
	memcpy(p->log_id, h->log_id, sizeof(p->log_id));
	return CART_OK;
}

/* Does any record hold under that log_id?  CART_FOREIGN: none. */
static enum cart_rc id_holds(struct cart *c, struct part *p)
{
	struct record_header h;
	ssize_t got;
	size_t i;

	p->seed = tags_seed(p);
	for (uint64_t off = 0;; off += SCRATCH - sizeof(h)) {
		got = c->io->pread(c->ctx, p->data, c->scratch, SCRATCH, off);
		if (got < 0)
			return CART_READ_FAILED;
		for (i = 0; i + sizeof(h) <= (size_t)got; i += RECORD_ALIGN) {
			memcpy(&h, c->scratch + i, sizeof(h));
			if (record_header_holds(p, &h))
				return CART_OK;
		}
		if (got < SCRATCH)
			return CART_FOREIGN;
	}
}

/* The generation of the last page, whoever wrote it: p->generation is 0 still. */
static enum cart_rc last_generation(struct cart *c, struct part *p)
{
	const int64_t size = c->io->size(c->ctx, p->indx);
	uint32_t last = 0;

	p->start = UINT64_MAX;
	p->generation = UINT32_MAX;	/* any will do */
	for (uint64_t no = 0; size > 0 && index_page_offset(no) < (uint64_t)size; no++) {
		enum cart_rc rc = index_page_read(c, p, no, &p->cache);

		if (rc == CART_READ_FAILED)
			return rc;
		if (rc == CART_OK && le32_get(p->cache.generation) > last)
			last = le32_get(p->cache.generation);
	}
	p->generation = last;
	return size < 0 ? CART_READ_FAILED : CART_OK;
}

/* What only meta knew of a partition, from what else there is. */
static enum cart_rc guess_part(struct repair *r, uint32_t number, bool hinted)
{
	struct part *p = &r->c->part[number];
	char name[16];
	enum cart_rc rc;

	p->number = number;
	rc = id_of_index(r->c, p);
	if (rc == CART_FOREIGN && hinted)
		rc = id_holds(r->c, p);
	if (rc) {
		if (rc == CART_FOREIGN)
			repair_tell(r, FAULT_NO_LOG_ID, load_name(name, "indx", number));
		return rc;
	}
	p->seed = tags_seed(p);
	p->end = (struct place){ 0 };
	if (!hinted)
		p->capacity = r->lost->capacity / r->c->m.partitions;
	return last_generation(r->c, p);
}

/*
 * What a slot says that does not hold is believed as far as it makes sense: which tape this is.
 * Where its data ends it does not say.
 */
static enum cart_rc guess_what(struct repair *r)
{
	struct cart *c = r->c;
	bool ours = true;

	for (uint64_t i = 0; i < 2; i++) {
		const struct meta_header *h =
			(const void *)(c->scratch + i * META_SLOT);
		const bool magic = le32_get(h->magic) == META_MAGIC;

		if (magic && le16_get(h->major) != FORMAT_MAJOR)
			ours = false;
		if (!magic || meta_take(c, i) || c->frozen || !c->m.partitions ||
		    make_bad_spec(&c->m.spec))
			continue;
		return CART_OK;
	}
	if (!ours)
		return CART_FOREIGN;
	meta_free(&c->m);
	c->m = (struct meta){ .spec = *r->lost };
	if (make_bad_spec(r->lost))
		return CART_INVALID;
	return getrandom(c->m.spec.uuid, 16, 0) == 16 ? CART_OK : CART_READ_FAILED;
}

/* So many have files; an interrupted format may leave empty ones, but without an indx. */
static uint32_t count_parts(const struct repair *r)
{
	uint32_t n = 1;

	while (n < CART_PARTITIONS && there(r, "data", n) && there(r, "indx", n))
		n++;
	return n;
}

static enum cart_rc guess_meta(struct repair *r)
{
	struct cart *c = r->c;
	enum cart_rc rc = guess_what(r);
	const uint32_t hinted = rc ? 0 : c->m.partitions;

	if (rc)
		return rc;
	c->frozen = c->damaged = false;
	c->m.sequence = 0;
	c->m.spec.write_protect = true;	/* until somebody has looked at it */
	c->m.partitions = hinted ? hinted : count_parts(r);
	r->meta_lost = r->ret->meta_made = true;
	repair_tell(r, FAULT_META_LOST, "meta");
	for (uint32_t i = 0; rc == CART_OK && i < c->m.partitions; i++) {
		rc = open_part(r, &c->part[i], i);
		if (rc == CART_OK)
			rc = guess_part(r, i, hinted);
	}
	return rc;
}

enum cart_rc repair_meta(struct repair *r)
{
	struct cart *c = r->c;
	uint64_t sequence[2] = { 0 };
	enum cart_rc slot[2], rc = open_meta(r);

	if (rc)
		return rc;
	memset(c->scratch, 0, SCRATCH);
	for (uint64_t i = 0; i < 2; i++) {
		slot[i] = meta_slot(c, i, &sequence[i]);
		if (slot[i] == CART_READ_FAILED)
			return CART_READ_FAILED;
		if (slot[i])
			repair_tell(r, FAULT_META_SLOT, "meta");
	}
	r->meta_changes = slot[0] || slot[1] || sequence[0] == sequence[1];
	if (slot[0] && slot[1])
		return guess_meta(r);
	if (meta_take(c, which(c, slot, sequence)) || c->frozen)
		return CART_FOREIGN;
	for (uint32_t i = 0; rc == CART_OK && i < c->m.partitions; i++) {
		rc = open_part(r, &c->part[i], i);
		r->salvage[i].trusted = !r->meta_changes;
	}
	return rc;
}
