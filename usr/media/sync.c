// SPDX-License-Identifier: GPL-2.0-only
/* What makes things durable, in which order, and the space that they need. */
#include <errno.h>
#include <string.h>

#include "base/macros.h"
#include "media/internal.h"

int sync_handle(struct cart *c, int handle)
{
	return c->sync_mode == CART_SYNC_NONE ? 0 : c->io->sync(c->ctx, handle);
}

static void run_sync(struct cart_job *job)
{
	struct sync_job *s = container_of(job, struct sync_job, job);

	for (uint32_t i = 0; i < s->n && s->err >= 0; i++)
		if (s->handle[i] >= 0)
			s->err = s->io->sync(s->ctx, s->handle[i]);
}

bool sync_start(struct cart *c)
{
	bool any = false;

	sync_settle(c, false);
	c->sync_again = c->syncing;
	if (c->syncing)
		return true;
	if (!c->background || c->frozen || c->look || c->sync_mode == CART_SYNC_NONE)
		return false;
	c->sync = (struct sync_job){ .job.run = run_sync, .io = c->io, .ctx = c->ctx,
				     .n = c->m.partitions };
	for (uint32_t i = 0; i < c->m.partitions; i++) {
		c->sync.handle[i] = c->part[i].data_unsynced ? c->part[i].data : -1;
		c->sync.upto[i] = c->part[i].end.off;
		any |= c->part[i].data_unsynced;
	}
	c->syncing = any && c->background->submit(c->background, &c->sync.job);
	return c->syncing;
}

/* Nothing moved an end back meanwhile: whoever does, waits for this first. */
static void take_proof(struct cart *c, struct part *p, uint64_t upto)
{
	if (upto > p->synced_end) {
		p->synced_end = upto;
		p->tail_changed = true;
	}
	if (upto == p->end.off)
		p->data_unsynced = false;
	if (!c->frozen)
		index_tail_write(c, p);
}

void sync_settle(struct cart *c, bool wait)
{
	if (!c->syncing || !c->background->done(c->background, wait))
		return;
	c->syncing = false;
	if (c->sync.err < 0) {
		c->sync_failed = c->deferred = true;
		cart_freeze(c, CART_WRITE_FAILED, "data: sync in the background: %s",
			    strerror(-c->sync.err));
		return;
	}
	for (uint32_t i = 0; i < c->sync.n; i++)
		if (c->sync.handle[i] >= 0)
			take_proof(c, &c->part[i], c->sync.upto[i]);
	if (!c->sync_again)
		return;
	c->sync_again = false;
	if (!wait)
		sync_start(c);
}

enum cart_rc sync_prove(struct cart *c, struct part *p)
{
	enum cart_rc rc = sync_data(c, p);

	if (rc == CART_OK && !c->frozen && !c->look)
		index_tail_write(c, p);
	return rc;
}

/* In the background where that is possible, and there not more than one piece behind. */
enum cart_rc sync_pace(struct cart *c, struct part *p)
{
	sync_settle(c, false);
	if (p->end.off - p->synced_end < SYNC_EVERY)
		return CART_OK;
	if (p->end.off - p->synced_end < 2 * SYNC_EVERY && (c->syncing || sync_start(c)))
		return CART_OK;
	return sync_prove(c, p);
}

enum cart_rc sync_data(struct cart *c, struct part *p)
{
	int err;

	sync_settle(c, true);
	if (!p->data_unsynced)
		return CART_OK;
	err = c->sync_failed ? -EIO : sync_handle(c, p->data);
	c->sync_failed |= err < 0;
	c->deferred &= err >= 0;	/* then it is told now */
	if (err < 0)	/* a second sync would lie: the pages are no longer dirty */
		return cart_freeze(c, CART_WRITE_FAILED, "data of partition %u: sync: %s",
				   p->number, strerror(-err));
	p->data_unsynced = false;
	p->tail_changed |= p->synced_end != p->end.off;
	p->synced_end = p->end.off;
	return CART_OK;
}

static enum cart_rc sync_index(struct cart *c, struct part *p)
{
	enum cart_rc rc = index_tail_write(c, p);
	int err;

	/* Without room for the page its last version is there, or none: data has the rest. */
	if (rc == CART_FULL)
		rc = CART_OK;
	if (rc || !p->indx_unsynced)
		return rc;
	err = sync_handle(c, p->indx);
	if (err < 0)
		return cart_freeze(c, CART_WRITE_FAILED, "indx of partition %u: sync: %s",
				   p->number, strerror(-err));
	p->indx_unsynced = false;
	return CART_OK;
}

enum cart_rc sync_all(struct cart *c)
{
	for (struct part *p = c->part; p < c->part + c->m.partitions; p++) {
		enum cart_rc rc = sync_data(c, p);

		if (rc == CART_OK)
			rc = sync_index(c, p);
		if (rc)
			return rc;
	}
	return CART_OK;
}

enum cart_rc sync_commit(struct cart *c)
{
	enum cart_rc rc = sync_all(c);

	return rc ? rc : meta_write(c);
}

/* The page that the end will be in, as it will be. */
static enum cart_rc make_tail(struct cart *c, struct part *p, struct place end,
			      struct index_page *tail)
{
	const uint64_t no = end.object / INDEX_ENTRIES;
	const uint32_t count = (uint32_t)(end.object % INDEX_ENTRIES);
	enum cart_rc rc;

	index_page_begin(tail, end.filemarks);
	if (!count)
		return CART_OK;
	if (no == p->tail_no)
		*tail = p->tail;
	else if (no == p->cache_no)
		*tail = p->cache;
	else if ((rc = index_page_read(c, p, no, tail)) != CART_OK)
		return rc == CART_DAMAGED ?
		       cart_freeze(c, rc, "indx of partition %u: page does not hold", p->number) :
		       rc;
	memset(&tail->entry[count], 0, (INDEX_ENTRIES - count) * sizeof(tail->entry[0]));
	tail->count = le32_of(count);
	return CART_OK;
}

static enum cart_rc cut_files(struct cart *c, struct part *p)
{
	int err = c->io->truncate(c->ctx, p->data, p->end.off);

	p->data_space = p->data_space == UINT64_MAX ? UINT64_MAX : p->end.off;
	if (err >= 0)
		err = c->io->truncate(c->ctx, p->indx, index_page_offset(p->tail_no));
	p->indx_space = p->indx_space == UINT64_MAX ? UINT64_MAX : index_page_offset(p->tail_no);
	/* The next commit of meta must not find the old length again if it is torn. */
	p->data_unsynced = p->indx_unsynced = true;
	if (err < 0)
		return cart_freeze(c, CART_WRITE_FAILED, "partition %u: cut: %s", p->number,
				   strerror(-err));
	return CART_OK;
}

enum cart_rc sync_cut(struct cart *c, struct part *p, struct place end)
{
	const struct place old_end = p->end;
	const uint64_t old_start = p->start;
	struct index_page tail;
	enum cart_rc rc = make_tail(c, p, end, &tail);

	ahead_drop(c);
	if (p->generation == UINT32_MAX)	/* what was there would count again */
		return cart_freeze(c, CART_WRITE_FAILED, "partition %u: it has been cut "
				   "4294967295 times, and cannot be once more", p->number);
	if (rc == CART_OK)
		rc = sync_all(c);
	if (rc)
		return rc;
	p->generation++;
	p->start = end.object;
	p->end = end;
	rc = meta_write(c);
	if (rc) {
		p->generation--;
		p->start = old_start;
		p->end = old_end;
		return rc;
	}
	p->tail = tail;
	p->tail_no = end.object / INDEX_ENTRIES;
	p->tail_changed = end.object % INDEX_ENTRIES != 0;
	p->cache_no = NO_PAGE;
	p->synced_end = end.off;
	return cut_files(c, p);
}

static bool no_space(int err)
{
	return err == -ENOSPC || err == -EDQUOT || err == -EFBIG;
}

/* Takes space up to need, and a step ahead while the disk gives it. */
static enum cart_rc take(struct cart *c, int handle, uint64_t *have, uint64_t need, uint64_t step,
			 uint64_t most)
{
	uint64_t want = need + step;
	int err;

	want = want < most ? want : most > need ? most : need;
	if (*have >= need + step / 2 || *have >= want)
		return CART_OK;
	err = c->io->allocate(c->ctx, handle, *have, want - *have);
	if (no_space(err)) {
		c->disk_low = true;
		if (*have >= need)
			return CART_OK;
		want = need;
		err = c->io->allocate(c->ctx, handle, *have, want - *have);
		if (no_space(err))
			return CART_FULL;
	} else {
		c->disk_low = false;
	}
	*have = err < 0 ? UINT64_MAX : want;	/* the write itself will tell */
	return CART_OK;
}

uint64_t sync_data_step(uint64_t end, uint64_t bytes)
{
	const uint64_t step = end / 8 > 8 * bytes ? end / 8 : 8 * bytes;

	return step < DATA_STEP_MIN ? DATA_STEP_MIN : step > DATA_STEP_MAX ? DATA_STEP_MAX : step;
}

enum cart_rc sync_reserve(struct cart *c, struct part *p, uint64_t bytes, uint64_t keep)
{
	const uint64_t pages = p->tail_no + (keep ? 3 : 2);
	enum cart_rc rc = take(c, p->data, &p->data_space, p->end.off + bytes + keep,
			       sync_data_step(p->end.off, bytes), p->capacity);

	if (rc == CART_OK) {
		const bool data_low = c->disk_low;

		rc = take(c, p->indx, &p->indx_space, index_page_offset(pages), INDX_STEP,
			  UINT64_MAX);
		c->disk_low |= data_low;
	}
	return rc;
}
