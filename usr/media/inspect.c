// SPDX-License-Identifier: GPL-2.0-only
/* What tools see of a cartridge that a drive does not, and what they may change. */
#include <string.h>

#include "media/codec.h"
#include "media/inspect.h"
#include "media/internal.h"

void cart_meta(const struct cart *c, struct cart_meta *ret)
{
	*ret = (struct cart_meta){
		.minor = c->m.minor,
		.compatible = c->m.compatible,
		.read_only = c->m.read_only,
		.incompatible = c->m.incompatible,
		.sequence = c->m.sequence,
		.time = c->m.time,
		.clean = c->m.clean,
		.damaged = c->damaged,
	};
	memcpy(ret->owner, c->m.owner, sizeof(ret->owner));
	for (uint32_t i = 0; i < c->m.partitions; i++) {
		const struct part *p = &c->part[i];
		struct cart_log *log = &ret->log[i];

		memcpy(log->log_id, p->log_id, sizeof(log->log_id));
		log->generation = p->generation;
		log->start = p->start;
		log->proven = p->synced_end;
	}
}

static enum cart_object_kind kind_of(const struct index_entry *e)
{
	switch (index_entry_type(e)) {
	case RECORD_DATA:
		return CART_BLOCK;
	case RECORD_FILEMARK:
		return CART_MARK;
	}
	return CART_LOST;
}

enum cart_rc cart_object(struct cart *c, struct cart_object *ret)
{
	struct part *p = &c->part[c->current];
	struct index_entry e;
	enum cart_rc rc;
	const struct codec_row *codec;

	if (c->head.object == p->end.object)
		return cart_part_at_end(p);
	rc = index_entry_get(c, p, c->head.object, &e);
	if (rc)
		return rc;
	codec = codec_find(e.kind >> 4);
	*ret = (struct cart_object){
		.kind = kind_of(&e),
		.offset = index_entry_offset(&e),
		.len = le24_get(e.logical),
		.stored = le24_get(e.stored),
		.codec = codec ? codec->name : e.kind >> 4 ? "unknown" : "none",
		.discarded = e.flags & RECORD_DISCARDED,
	};
	return CART_OK;
}

static bool may_have(const struct cart *c, const struct cart_spec *s)
{
	if (make_bad_spec(s))
		return false;
	if (s->capacity == c->m.spec.capacity)
		return true;
	return c->m.partitions == 1 && s->capacity >= c->part[0].end.off;
}

enum cart_rc cart_set_spec(struct cart *c, const struct cart_spec *spec)
{
	const struct cart_spec before = c->m.spec;
	const uint64_t capacity = c->part[0].capacity;
	enum cart_rc rc;

	if (c->look || c->frozen)
		return CART_READ_ONLY;
	if (!may_have(c, spec))
		return CART_INVALID;
	c->m.spec = *spec;
	if (spec->capacity != before.capacity)
		c->part[0].capacity = spec->capacity;
	rc = sync_commit(c);
	if (rc) {
		c->m.spec = before;
		c->part[0].capacity = capacity;
	}
	return rc;
}

enum cart_rc cart_set_counters(struct cart *c, const struct cart_counters *n)
{
	const struct cart_counters before = c->m.counters;
	enum cart_rc rc;

	if (c->look || c->frozen)
		return CART_READ_ONLY;
	c->m.counters = *n;
	rc = sync_commit(c);
	if (rc)
		c->m.counters = before;
	return rc;
}
