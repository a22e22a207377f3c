// SPDX-License-Identifier: GPL-2.0-only
/* Loading a cartridge, and putting it away. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/internal.h"

char *load_name(char name[16], const char *what, uint32_t number)
{
	if (number)
		snprintf(name, 16, "%s.%u", what, number);
	else
		snprintf(name, 16, "%s", what);
	return name;
}

int load_file(struct cart *c, const char *what, uint32_t number, bool create, int *ret)
{
	char name[16];
	int handle = c->io->open(c->ctx, load_name(name, what, number), create, !c->look);

	if (handle < 0)
		return handle;
	*ret = handle;
	return 0;
}

void load_close_part(struct cart *c, struct part *p)
{
	if (p->data >= 0)
		c->io->close(c->ctx, p->data);
	if (p->indx >= 0)
		c->io->close(c->ctx, p->indx);
	p->data = p->indx = -1;
}

enum cart_rc load_new(const struct cart_io *io, void *ctx, struct cart **ret)
{
	struct cart *c = calloc(1, sizeof(*c));

	if (!c)
		return CART_NO_MEMORY;
	c->io = io;
	c->ctx = ctx;
	c->handle = -1;
	for (uint32_t i = 0; i < CART_PARTITIONS; i++)
		c->part[i].data = c->part[i].indx = -1;
	c->scratch = malloc(SCRATCH);
	c->codec = codec_work_new();
	if (!c->scratch || !c->codec) {
		cart_drop(c);
		return CART_NO_MEMORY;
	}
	*ret = c;
	return CART_OK;
}

void cart_drop(struct cart *c)
{
	if (!c)
		return;
	if (c->syncing)
		c->background->done(c->background, true);
	ahead_end(c);
	for (struct part *p = c->part; p < c->part + CART_PARTITIONS; p++)
		load_close_part(c, p);
	if (c->handle >= 0)
		c->io->close(c->ctx, c->handle);
	meta_free(&c->m);
	codec_work_free(c->codec);
	free(c->scratch);
	free(c);
}

/* indx can be made again from data, so a missing one is begun. */
static enum cart_rc open_part(struct cart *c, struct part *p)
{
	char name[16];
	int err = load_file(c, "data", p->number, false, &p->data);

	if (err < 0)
		return cart_freeze(c, err == -ENOENT ? CART_DAMAGED : CART_READ_FAILED, "%s: %s",
				   load_name(name, "data", p->number), strerror(-err));
	err = load_file(c, "indx", p->number, !c->look && !c->frozen, &p->indx);
	if (err < 0)
		return cart_freeze(c, err == -ENOENT ? CART_DAMAGED : CART_READ_FAILED, "%s: %s",
				   load_name(name, "indx", p->number), strerror(-err));
	return CART_OK;
}

static enum cart_rc open_files(struct cart *c)
{
	enum cart_rc rc;
	int err = load_file(c, "meta", 0, false, &c->handle);

	if (err < 0)
		return cart_freeze(c, err == -ENOENT ? CART_NOT_FOUND : CART_READ_FAILED,
				   "meta: %s", strerror(-err));
	if (!c->look) {
		err = c->io->lock(c->ctx, c->handle);
		if (err < 0)
			return cart_freeze(c, err == -EAGAIN ? CART_BUSY : CART_READ_FAILED,
					   "meta: lock: %s", strerror(-err));
	}
	rc = meta_read(c);
	for (uint32_t i = 0; rc == CART_OK && i < c->m.partitions; i++)
		rc = open_part(c, &c->part[i]);
	return rc;
}

static void count_load(struct cart *c, const char *owner, uint64_t now)
{
	struct cart_counters *n = &c->m.counters;

	n->loads++;
	n->written_last = n->read_last = 0;
	memmove(n->drives[1], n->drives[0], sizeof(n->drives) - sizeof(n->drives[0]));
	snprintf(n->drives[0], sizeof(n->drives[0]), "%.40s", owner);
	memset(c->m.owner, 0, sizeof(c->m.owner));
	snprintf(c->m.owner, sizeof(c->m.owner), "%.40s", owner);
	c->m.time = now;
}

/* The recovered end is one that moved: committed before anything is appended. */
static enum cart_rc commit_recovered(struct cart *c, struct part *p)
{
	const int64_t size = c->io->size(c->ctx, p->data);

	snprintf(c->why, sizeof(c->why),
		 "data of partition %u not put away: %llu objects found, %lld bytes cut at %llu",
		 p->number, (unsigned long long)p->end.object,
		 (long long)size - (long long)p->end.off, (unsigned long long)p->end.off);
	p->data_unsynced = p->indx_unsynced = true;
	if (index_header_write(c, p))
		return cart_freeze(c, CART_WRITE_FAILED, "indx of partition %u: write", p->number);
	return sync_cut(c, p, p->end);
}

static enum cart_rc commit_load(struct cart *c)
{
	enum cart_rc rc = CART_OK;
	bool any = false;

	for (uint32_t i = 0; i < c->m.partitions; i++) {
		if (!c->part[i].recovered)
			continue;
		any = true;
		rc = commit_recovered(c, &c->part[i]);
		if (rc)
			return rc;
	}
	return any ? rc : sync_commit(c);
}

enum cart_rc cart_open(const struct cart_io *io, void *ctx, int flags, const char *owner,
		       uint64_t now, struct cart **ret, char *why)
{
	struct cart *c;
	enum cart_rc rc = load_new(io, ctx, &c);

	*ret = NULL;
	*why = 0;
	if (rc)
		return rc;
	c->look = flags & CART_LOOK;
	rc = open_files(c);
	if (rc) {
		memcpy(why, c->why, CART_WHY_MAX);
		cart_drop(c);
		return rc;
	}
	for (uint32_t i = 0; i < c->m.partitions; i++)
		recover_part(c, &c->part[i]);
	if (!c->frozen && !c->look) {
		c->m.clean = false;
		if (!(flags & CART_TOOL))
			count_load(c, owner, now);
		if (commit_load(c))
			cart_freeze(c, CART_WRITE_FAILED, "cannot be marked as loaded");
	}
	memcpy(why, c->why, CART_WHY_MAX);
	*ret = c;
	return c->damaged ? CART_DAMAGED : CART_OK;
}

/* What was allocated ahead goes back to the disk. */
static void give_back(struct cart *c, struct part *p)
{
	int err = 0;

	if (p->data_space && p->data_space != UINT64_MAX)
		err = c->io->truncate(c->ctx, p->data, p->end.off);
	if (err >= 0 && p->indx_space && p->indx_space != UINT64_MAX)
		err = c->io->truncate(c->ctx, p->indx, index_page_offset(
			(p->end.object + INDEX_ENTRIES - 1) / INDEX_ENTRIES));
	if (err < 0)
		cart_freeze(c, CART_WRITE_FAILED, "partition %u: %s", p->number, strerror(-err));
}

enum cart_rc cart_close(struct cart *c)
{
	enum cart_rc rc = CART_OK;

	for (uint32_t i = 0; !c->frozen && !c->look && i < c->m.partitions; i++)
		if (index_tail_write(c, &c->part[i]) == CART_OK)
			give_back(c, &c->part[i]);
	if (c->look || c->frozen) {
		rc = cart_save(c);
	} else {
		c->m.clean = true;
		rc = sync_commit(c);
	}
	cart_drop(c);
	return rc;
}
