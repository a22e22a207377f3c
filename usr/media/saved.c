// SPDX-License-Identifier: GPL-2.0-only
/* Copies of what a repair is going to change. */
#include <errno.h>
#include <stdio.h>

#include "media/repair.h"

enum { NAME = 32 };	/* "data.1.saved.99" and more */

static char *name_of(char to[NAME], const char *what, uint32_t number, uint32_t n)
{
	char name[16];

	snprintf(to, NAME, "%s.saved.%u", load_name(name, what, number), n);
	return to;
}

static bool taken(struct cart *c, const char *what, uint32_t number, uint32_t n)
{
	char name[NAME];
	int handle = c->io->open(c->ctx, name_of(name, what, number, n), false, false);

	if (handle >= 0)
		c->io->close(c->ctx, handle);
	return handle != -ENOENT;
}

static bool is_free(struct cart *c, uint32_t n)
{
	bool any = taken(c, "meta", 0, n);

	for (uint32_t i = 0; i < CART_PARTITIONS && !any; i++)
		any = taken(c, "data", i, n) || taken(c, "indx", i, n);
	return !any;
}

static enum cart_rc from_error(int64_t err)
{
	return err == -ENOSPC || err == -EDQUOT || err == -EFBIG ? CART_FULL : CART_WRITE_FAILED;
}

/* To the same offsets, so that dd(1) can put it back. */
static enum cart_rc copy(struct cart *c, int from, int to, uint64_t off, uint64_t end)
{
	for (uint64_t n; off < end; off += n) {
		const size_t most = end - off < SCRATCH ? (size_t)(end - off) : SCRATCH;
		ssize_t got = c->io->pread(c->ctx, from, c->scratch, most, off), put;
		const struct iovec iov = { c->scratch, got > 0 ? (size_t)got : 0 };

		if (got < 0)
			return CART_READ_FAILED;
		if (!got)
			break;
		put = c->io->pwritev(c->ctx, to, &iov, 1, off);
		if (put != got)
			return from_error(put);
		n = (uint64_t)got;
	}
	return CART_OK;
}

static enum cart_rc save_header(struct cart *c, struct part *p, uint64_t off,
				const struct record_header *h, void *arg)
{
	const int *to = arg;

	return copy(c, p->data, *to, off, off + sizeof(*h));
}

static enum cart_rc save_data(struct repair *r, uint32_t number, int to)
{
	const struct salvage *s = &r->salvage[number];
	struct part *p = &r->c->part[number];
	enum cart_rc rc = salvage_fill(r->c, p, s, save_header, &to);

	return rc ? rc : copy(r->c, p->data, to, s->kept, s->size);
}

static enum cart_rc save_file(struct repair *r, const char *what, uint32_t number, int from)
{
	struct cart *c = r->c;
	char name[NAME];
	const int to = c->io->open(c->ctx, name_of(name, what, number, r->ret->saved), true, true);
	enum cart_rc rc;
	int err;

	if (to < 0)
		return from_error(to);
	rc = from < 0 ? save_data(r, number, to) : copy(c, from, to, 0, UINT64_MAX);
	if (rc == CART_OK) {
		err = c->io->sync(c->ctx, to);
		rc = err < 0 ? from_error(err) : CART_OK;
	}
	c->io->close(c->ctx, to);
	return rc;
}

enum cart_rc saved_make(struct repair *r)
{
	struct cart *c = r->c;
	enum cart_rc rc;
	uint32_t n = 1;
	int err;

	while (!is_free(c, n))
		n++;
	r->ret->saved = n;
	rc = save_file(r, "meta", 0, c->handle);
	for (uint32_t i = 0; rc == CART_OK && i < c->m.partitions; i++) {
		const struct salvage *s = &r->salvage[i];

		if (s->gaps || s->kept < s->size)
			rc = save_file(r, "data", i, -1);
		if (rc == CART_OK && r->index_changes[i])
			rc = save_file(r, "indx", i, c->part[i].indx);
	}
	if (rc)
		return rc;
	err = c->io->sync_folder(c->ctx);
	return err < 0 ? from_error(err) : CART_OK;
}
