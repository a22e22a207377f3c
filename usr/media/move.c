// SPDX-License-Identifier: GPL-2.0-only
/* Moving the head without reading: one index page for an object, a search for a filemark. */
#include "media/internal.h"

static struct part *here(struct cart *c)
{
	return &c->part[c->current];
}

/* Takes the head there; the index may not tell where that is. */
static enum cart_rc go(struct cart *c, uint64_t object)
{
	return index_place(c, here(c), object, &c->head);
}

static enum cart_rc go_to_end(struct cart *c)
{
	c->head = here(c)->end;
	return cart_part_at_end(here(c));
}

static void go_to_start(struct cart *c)
{
	c->head = (struct place){ 0 };
}

/* Before filemark n, or, with past, behind it. */
static enum cart_rc go_to_filemark(struct cart *c, uint64_t n, bool past)
{
	struct place at;
	enum cart_rc rc = index_find_filemark(c, here(c), n, &at);

	if (rc)
		return rc;
	c->head = at;
	if (past) {
		c->head.object++;
		c->head.filemarks++;
		c->head.off += sizeof(struct record_header);
	}
	return CART_OK;
}

static enum cart_rc go_to_file(struct cart *c, uint64_t file)
{
	if (file > here(c)->end.filemarks)
		return go_to_end(c);
	if (file)
		return go_to_filemark(c, file - 1, true);
	go_to_start(c);
	return CART_OK;
}

/* In that partition, or where it was if that did not work. */
static enum cart_rc in_partition(struct cart *c, uint32_t partition,
				 enum cart_rc (*move)(struct cart *, uint64_t), uint64_t arg)
{
	const uint32_t before = c->current;
	const struct place head = c->head;
	enum cart_rc rc;

	if (partition >= c->m.partitions)
		return CART_NOT_FOUND;
	c->current = partition;
	rc = move(c, arg);
	if (rc == CART_OK || rc == CART_EOD)
		return rc;
	c->current = before;
	c->head = head;
	return rc;
}

static enum cart_rc go_or_end(struct cart *c, uint64_t object)
{
	return object > here(c)->end.object ? go_to_end(c) : go(c, object);
}

static enum cart_rc end_of_data(struct cart *c, uint64_t unused)
{
	(void)unused;
	return go_to_end(c) == CART_EOD ? CART_OK : CART_DAMAGED;
}

enum cart_rc cart_locate(struct cart *c, uint32_t partition, uint64_t object)
{
	return in_partition(c, partition, go_or_end, object);
}

enum cart_rc cart_locate_file(struct cart *c, uint32_t partition, uint64_t file)
{
	return in_partition(c, partition, go_to_file, file);
}

enum cart_rc cart_locate_end(struct cart *c, uint32_t partition)
{
	return in_partition(c, partition, end_of_data, 0);
}

/* What fails leaves the head, and all to do. */
static enum cart_rc all_done(enum cart_rc rc, uint64_t *ret_left)
{
	if (rc == CART_OK)
		*ret_left = 0;
	return rc;
}

static enum cart_rc blocks_forward(struct cart *c, uint64_t count, uint64_t *ret_left)
{
	const struct part *p = here(c);
	const uint64_t from = c->head.object;
	struct place mark = p->end;
	enum cart_rc rc = CART_OK;

	if (c->head.filemarks < p->end.filemarks)
		rc = index_find_filemark(c, here(c), c->head.filemarks, &mark);
	if (rc)
		return rc;
	if (count <= mark.object - from)
		return all_done(go(c, from + count), ret_left);
	if (mark.object != p->end.object)
		rc = go_to_filemark(c, c->head.filemarks, true);
	if (rc)
		return rc;
	*ret_left = count - (mark.object - from);
	return mark.object == p->end.object ? go_to_end(c) : CART_FILEMARK;
}

static enum cart_rc blocks_back(struct cart *c, uint64_t count, uint64_t *ret_left)
{
	const uint64_t from = c->head.object;
	struct place mark;
	uint64_t first = 0;		/* object that blocks reach back to */
	enum cart_rc rc;

	if (c->head.filemarks) {
		rc = index_find_filemark(c, here(c), c->head.filemarks - 1, &mark);
		if (rc)
			return rc;
		first = mark.object + 1;
	}
	if (count <= from - first)
		return all_done(go(c, from - count), ret_left);
	*ret_left = count - (from - first);
	if (!first) {
		go_to_start(c);
		return CART_BOP;
	}
	c->head = mark;
	return CART_FILEMARK;
}

static uint64_t magnitude(int64_t count)
{
	return count < 0 ? 0 - (uint64_t)count : (uint64_t)count;
}

enum cart_rc cart_space_blocks(struct cart *c, int64_t count, uint64_t *ret_left)
{
	*ret_left = magnitude(count);
	return !count ? CART_OK : count > 0 ? blocks_forward(c, magnitude(count), ret_left) :
	       blocks_back(c, magnitude(count), ret_left);
}

enum cart_rc cart_space_filemarks(struct cart *c, int64_t count, uint64_t *ret_left)
{
	const uint64_t n = magnitude(count), before = c->head.filemarks;
	const uint64_t behind = here(c)->end.filemarks - before;

	*ret_left = n;
	if (count > 0 && n > behind) {
		*ret_left = n - behind;
		return go_to_end(c);
	}
	if (count < 0 && n > before) {
		*ret_left = n - before;
		go_to_start(c);
		return CART_BOP;
	}
	if (!count)
		return CART_OK;
	return all_done(count > 0 ? go_to_filemark(c, before + n - 1, true) :
			go_to_filemark(c, before - n, false), ret_left);
}

/* Filemarks first .. first + n - 1 are a run if no block is between them. */
static enum cart_rc is_run(struct cart *c, uint64_t first, uint64_t n, bool *ret)
{
	struct place a, b;
	enum cart_rc rc = index_find_filemark(c, here(c), first, &a);

	if (rc == CART_OK)
		rc = index_find_filemark(c, here(c), first + n - 1, &b);
	if (rc == CART_OK)
		*ret = b.object - a.object == n - 1;
	return rc;
}

enum cart_rc cart_space_sequential(struct cart *c, int64_t count, uint64_t *ret_left)
{
	const uint64_t n = magnitude(count), before = c->head.filemarks;
	const uint64_t marks = count > 0 ? here(c)->end.filemarks - before : before;

	*ret_left = n;
	for (uint64_t i = 0; n && n <= marks && i <= marks - n; i++) {
		const uint64_t first = count > 0 ? before + i : before - n - i;
		bool run;
		enum cart_rc rc = is_run(c, first, n, &run);

		if (rc)
			return rc;
		if (!run)
			continue;
		return all_done(go_to_filemark(c, count > 0 ? first + n - 1 : first, count > 0),
				ret_left);
	}
	if (!count)
		return CART_OK;
	if (count > 0)
		return go_to_end(c);
	go_to_start(c);
	return CART_BOP;
}
