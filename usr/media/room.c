// SPDX-License-Identifier: GPL-2.0-only
/* How much room there is: on the tape, and on the disk under it. */
#include "media/internal.h"

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

void cart_set_warning(struct cart *c, uint64_t warning, uint64_t pew)
{
	c->warning = warning;
	c->pew = pew;
}

enum cart_zone cart_zone(const struct cart *c)
{
	const struct part *p = &c->part[c->current];
	const uint64_t left = less(p->capacity, c->head.off);

	if (left <= c->warning || (c->disk_low && c->head.object == p->end.object))
		return CART_EARLY_WARNING;
	return left <= c->pew ? CART_PROGRAMMABLE_WARNING : CART_ROOM;
}

uint64_t cart_block_size(uint32_t len)
{
	return record_size(len, 0);
}

/* Behind it more is asked of the disk, which may refuse: that is a warning. */
static uint64_t disk_room(const struct part *p, uint64_t most)
{
	const uint64_t step = sync_data_step(p->data_space, most);
	const uint64_t keep = MARK_ROOM + (p->data_space < p->capacity ? step / 2 : 0);

	return less(less(p->data_space, keep), p->end.off);
}

static uint32_t index_room(const struct part *p)
{
	const uint64_t need = index_page_offset(p->tail_no + 3) + INDX_STEP / 2;
	const uint64_t pages = min_u64(less(p->indx_space, need) / INDEX_PAGE, INDX_STEP);

	if (p->indx_space < need)
		return 0;
	return (uint32_t)pages * INDEX_ENTRIES + INDEX_ENTRIES - le32_get(p->tail.count);
}

struct cart_room cart_sure_room(const struct cart *c, uint64_t most)
{
	const struct part *p = &c->part[c->current];
	const uint64_t zone = c->warning > c->pew ? c->warning : c->pew;
	const uint64_t keep = zone + 1 > MARK_ROOM ? zone + 1 : MARK_ROOM;
	const uint64_t tape = less(less(p->capacity, keep), p->end.off);
	struct cart_room room = { .most = most };

	if (cart_read_only(c) || c->disk_low || p->torn || c->head.object != p->end.object ||
	    p->data_space == UINT64_MAX || p->indx_space == UINT64_MAX)
		return room;
	if (room.most < DATA_STEP_MIN / 8)	/* they would not change the step */
		room.most = DATA_STEP_MIN / 8;
	room.bytes = min_u64(tape, disk_room(p, room.most));
	room.blocks = index_room(p);
	return room;
}
