// SPDX-License-Identifier: GPL-2.0-only
/* New cartridges, and new partitions on old ones. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "media/internal.h"

static enum cart_rc make_random(uint8_t to[16])
{
	return getrandom(to, 16, 0) == 16 ? CART_OK : CART_READ_FAILED;
}

static enum cart_rc make_empty(struct part *p, uint32_t number, uint64_t capacity)
{
	p->number = number;
	p->generation = 1;
	p->start = 0;
	p->capacity = capacity;
	p->end = (struct place){ 0 };
	p->synced_end = p->tail_no = 0;
	p->data_space = p->indx_space = 0;
	p->data_unsynced = p->tail_changed = p->torn = p->recovered = false;
	p->indx_unsynced = true;
	p->cache_no = NO_PAGE;
	index_page_begin(&p->tail, 0);
	if (make_random(p->log_id))
		return CART_READ_FAILED;
	p->seed = tags_seed(p);
	return CART_OK;
}

static bool bad_text(const char *s, size_t room)
{
	if (!*s || memchr(s, 0, room) == NULL)
		return true;
	for (; *s; s++)
		if (*s <= ' ' || *s > '~' || *s == '/')
			return true;
	return *s != 0;
}

bool make_bad_spec(const struct cart_spec *s)
{
	return bad_text(s->barcode, sizeof(s->barcode)) || bad_text(s->medium, sizeof(s->medium)) ||
	       (unsigned int)s->type > CART_NULL_TAPE ||
	       (!s->capacity && s->type != CART_CLEANING_TAPE);
}

/* An empty file is what an interrupted creation leaves: nothing is lost with it. */
static bool something_there(struct cart *c, const char *what)
{
	int handle;
	int64_t size;
	int err = load_file(c, what, 0, false, &handle);

	if (err < 0)
		return err != -ENOENT;
	size = c->io->size(c->ctx, handle);
	c->io->close(c->ctx, handle);
	return size != 0;
}

static enum cart_rc from_errno(int err)
{
	return err >= 0 ? CART_OK : err == -ENOSPC || err == -EDQUOT ? CART_FULL :
	       CART_WRITE_FAILED;
}

/* data and indx of a partition that nobody knows yet, emptied. */
static int make_files(struct cart *c, struct part *p, uint32_t number)
{
	int err = load_file(c, "data", number, true, &p->data);

	if (err >= 0)
		err = load_file(c, "indx", number, true, &p->indx);
	if (err >= 0)
		err = c->io->truncate(c->ctx, p->data, 0);
	if (err >= 0)
		err = c->io->truncate(c->ctx, p->indx, 0);
	return err;
}

/* Both slots: each must tell the truth from now on. */
static enum cart_rc make_meta(struct cart *c)
{
	int err = load_file(c, "meta", 0, true, &c->handle);
	enum cart_rc rc;

	if (err >= 0)
		err = c->io->lock(c->ctx, c->handle);
	if (err == -EAGAIN)
		return CART_BUSY;
	if (err >= 0)
		err = c->io->sync_folder(c->ctx);
	if (err < 0)
		return from_errno(err);
	c->slot = 1;
	rc = meta_write(c);
	if (rc == CART_OK)
		rc = meta_write(c);
	return rc ? rc : from_errno(c->io->truncate(c->ctx, c->handle, 2 * META_SLOT));
}

enum cart_rc cart_create(const struct cart_io *io, void *ctx, const struct cart_spec *spec)
{
	struct cart *c;
	enum cart_rc rc = make_bad_spec(spec) ? CART_INVALID : load_new(io, ctx, &c);

	if (rc)
		return rc;
	if (something_there(c, "meta") || something_there(c, "data")) {
		cart_drop(c);
		return CART_FOREIGN;
	}
	c->m.spec = *spec;
	c->m.clean = true;
	c->m.partitions = 1;
	c->m.counters.initializations = 1;
	rc = make_random(c->m.spec.uuid);
	if (rc == CART_OK)
		rc = make_empty(&c->part[0], 0, spec->capacity);
	if (rc == CART_OK)
		rc = from_errno(make_files(c, &c->part[0], 0));
	if (rc == CART_OK)
		rc = index_header_write(c, &c->part[0]);
	if (rc == CART_OK)
		rc = sync_all(c);
	if (rc == CART_OK)
		rc = make_meta(c);
	cart_drop(c);
	return rc;
}

static enum cart_rc may_format(const struct cart *c, uint32_t n, const uint64_t *sizes)
{
	uint64_t left = c->m.spec.capacity;

	if (!n || n > CART_PARTITIONS || (!sizes && n > 1))
		return CART_INVALID;
	for (uint32_t i = 0; sizes && i < n; left -= sizes[i++])
		if (!sizes[i] || sizes[i] > left)
			return CART_INVALID;
	if (cart_read_only(c) || c->m.spec.type == CART_CLEANING_TAPE)
		return CART_READ_ONLY;
	if (c->m.spec.type != CART_WORM_TAPE && !c->m.spec.append_only)
		return CART_OK;
	for (uint32_t i = 0; i < c->m.partitions; i++)
		if (c->part[i].end.object)
			return CART_WORM;
	return CART_OK;
}

/* Files first, and their names on disk: never a meta that names what is not there. */
static enum cart_rc add_files(struct cart *c, uint32_t n)
{
	int err = 0;

	for (uint32_t i = c->m.partitions; err >= 0 && i < n; i++)
		err = make_files(c, &c->part[i], i);
	if (err >= 0)
		err = c->io->sync_folder(c->ctx);
	for (uint32_t i = c->m.partitions; err < 0 && i < n; i++)
		load_close_part(c, &c->part[i]);
	return from_errno(err);
}

/* What is in the files now is nobody's: its log_id is gone. */
static enum cart_rc empty_files(struct cart *c, uint32_t old)
{
	char name[16];

	for (uint32_t i = 0; i < c->m.partitions; i++) {
		struct part *p = &c->part[i];
		int err = c->io->truncate(c->ctx, p->data, 0);

		p->data_unsynced = true;
		if (err >= 0)
			err = c->io->truncate(c->ctx, p->indx, 0);
		if (err < 0 || index_header_write(c, p))
			return cart_freeze(c, CART_WRITE_FAILED, "partition %u: cannot be emptied",
					   i);
	}
	for (uint32_t i = c->m.partitions; i < old; i++) {
		load_close_part(c, &c->part[i]);
		c->io->unlink(c->ctx, load_name(name, "data", i));
		c->io->unlink(c->ctx, load_name(name, "indx", i));
	}
	return CART_OK;
}

static enum cart_rc commit_format(struct cart *c, uint32_t n, const uint64_t *sizes,
				  uint8_t density)
{
	struct part old_part[CART_PARTITIONS];
	const struct meta old = c->m;
	enum cart_rc rc = CART_OK;

	memcpy(old_part, c->part, sizeof(old_part));
	for (uint32_t i = 0; rc == CART_OK && i < n; i++)
		rc = make_empty(&c->part[i], i, sizes ? sizes[i] : c->m.spec.capacity);
	c->m.partitions = n;
	c->m.spec.density = density;
	c->m.counters.initializations++;
	if (rc == CART_OK)
		rc = meta_write(c);
	if (rc) {
		c->m = old;
		memcpy(c->part, old_part, sizeof(old_part));
		for (uint32_t i = old.partitions; i < n; i++)
			load_close_part(c, &c->part[i]);
		return rc;
	}
	c->current = 0;
	c->head = (struct place){ 0 };
	attribute_forget(&c->m);
	rc = empty_files(c, old.partitions);
	/* Again, after the cut: the older slot must not bring back what is gone. */
	return rc ? rc : sync_commit(c);
}

enum cart_rc cart_format(struct cart *c, uint32_t partitions, const uint64_t *sizes,
			 uint8_t density)
{
	enum cart_rc rc = may_format(c, partitions, sizes);

	ahead_drop(c);
	if (rc == CART_OK)
		rc = sync_all(c);
	if (rc == CART_OK)
		rc = add_files(c, partitions);
	return rc ? rc : commit_format(c, partitions, sizes, density);
}
