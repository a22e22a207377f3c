// SPDX-License-Identifier: GPL-2.0-only
/* The payload of meta: tags to struct cart and back. */
#include <stdlib.h>
#include <string.h>

#include "media/internal.h"

struct out {
	uint8_t *to;
	size_t len;
	bool full;
};

static void put_bytes(struct out *o, const void *from, size_t len)
{
	if (o->full || len > META_PAYLOAD - o->len) {
		o->full = true;
		return;
	}
	if (len)
		memcpy(o->to + o->len, from, len);
	o->len += len;
}

static void put_tag(struct out *o, uint16_t type, const void *value, size_t len)
{
	const struct tag t = { .type = le16_of(type), .len = le32_of((uint32_t)len) };

	put_bytes(o, &t, sizeof(t));
	put_bytes(o, value, len);
}

static void put_volume(struct out *o, const struct cart_spec *s)
{
	struct tag_volume v = {
		.capacity = le64_of(s->capacity),
		.type = (uint8_t)s->type,
		.density = s->density,
		.flags = (uint8_t)((s->write_protect ? VOLUME_WRITE_PROTECT : 0) |
				   (s->append_only ? VOLUME_APPEND_ONLY : 0)),
	};

	memcpy(v.uuid, s->uuid, sizeof(v.uuid));
	memcpy(v.barcode, s->barcode, sizeof(v.barcode));
	memcpy(v.medium, s->medium, sizeof(v.medium));
	put_tag(o, TAG_VOLUME, &v, sizeof(v));
}

static void put_state(struct out *o, const struct meta *m)
{
	struct tag_state s = { .time = le64_of(m->time), .clean = m->clean };

	memcpy(s.owner, m->owner, sizeof(s.owner));
	put_tag(o, TAG_STATE, &s, sizeof(s));
}

static void put_counters(struct out *o, const struct cart_counters *n)
{
	struct tag_counters t = {
		.loads = le64_of(n->loads),
		.written = le64_of(n->written),
		.read = le64_of(n->read),
		.written_last = le64_of(n->written_last),
		.read_last = le64_of(n->read_last),
		.cleanings = le32_of(n->cleanings),
		.initializations = le32_of(n->initializations),
		.change_reference = le32_of(n->change_reference),
	};

	for (int i = 0; i < 4; i++)
		memcpy(t.drives[i], n->drives[i], sizeof(t.drives[i]));
	put_tag(o, TAG_COUNTERS, &t, sizeof(t));
}

static void put_partition(struct out *o, const struct part *p)
{
	struct tag_partition t = {
		.number = le32_of(p->number),
		.generation = le32_of(p->generation),
		.capacity = le64_of(p->capacity),
		.start = le64_of(p->start),
		.objects = le64_of(p->end.object),
		.filemarks = le64_of(p->end.filemarks),
		.size = le64_of(p->end.off),
	};

	memcpy(t.log_id, p->log_id, sizeof(t.log_id));
	put_tag(o, TAG_PARTITION, &t, sizeof(t));
}

size_t tags_encode(const struct cart *c, uint8_t *to)
{
	struct out o = { .to = to };

	put_volume(&o, &c->m.spec);
	put_state(&o, &c->m);
	put_counters(&o, &c->m.counters);
	for (uint32_t i = 0; i < c->m.partitions; i++)
		put_partition(&o, &c->part[i]);
	put_bytes(&o, c->m.attributes, c->m.attributes_len);
	put_bytes(&o, c->m.unknown, c->m.unknown_len);
	return o.full ? 0 : o.len;
}

static bool get_volume(struct cart *c, const uint8_t *from, size_t len)
{
	struct cart_spec *s = &c->m.spec;
	struct tag_volume v;

	if (len != sizeof(v))
		return false;
	memcpy(&v, from, sizeof(v));
	if (v.type > CART_NULL_TAPE)
		return false;
	*s = (struct cart_spec){
		.type = (enum cart_type)v.type,
		.density = v.density,
		.write_protect = v.flags & VOLUME_WRITE_PROTECT,
		.append_only = v.flags & VOLUME_APPEND_ONLY,
		.capacity = le64_get(v.capacity),
	};
	memcpy(s->uuid, v.uuid, sizeof(s->uuid));
	memcpy(s->barcode, v.barcode, CART_BARCODE_MAX);
	memcpy(s->medium, v.medium, CART_NAME_MAX);
	return true;
}

static bool get_state(struct cart *c, const uint8_t *from, size_t len)
{
	struct tag_state s;

	if (len != sizeof(s))
		return false;
	memcpy(&s, from, sizeof(s));
	c->m.time = le64_get(s.time);
	c->m.clean = s.clean == 1;
	memcpy(c->m.owner, s.owner, sizeof(s.owner));
	return true;
}

static bool get_counters(struct cart *c, const uint8_t *from, size_t len)
{
	struct cart_counters *n = &c->m.counters;
	struct tag_counters t;

	if (len != sizeof(t))
		return false;
	memcpy(&t, from, sizeof(t));
	*n = (struct cart_counters){
		.loads = le64_get(t.loads),
		.written = le64_get(t.written),
		.read = le64_get(t.read),
		.written_last = le64_get(t.written_last),
		.read_last = le64_get(t.read_last),
		.cleanings = le32_get(t.cleanings),
		.initializations = le32_get(t.initializations),
		.change_reference = le32_get(t.change_reference),
	};
	for (int i = 0; i < 4; i++)
		memcpy(n->drives[i], t.drives[i], sizeof(t.drives[i]));
	return true;
}

uint32_t tags_seed(const struct part *p)
{
	const le32 number = le32_of(p->number);

	return crc32c(crc32c(0, p->log_id, sizeof(p->log_id)), &number, sizeof(number));
}

static bool get_partition(struct cart *c, const uint8_t *from, size_t len)
{
	struct tag_partition t;
	struct part *p;

	if (len != sizeof(t) || c->m.partitions == CART_PARTITIONS)
		return false;
	memcpy(&t, from, sizeof(t));
	p = &c->part[c->m.partitions];
	p->number = le32_get(t.number);
	p->generation = le32_get(t.generation);
	p->capacity = le64_get(t.capacity);
	p->start = le64_get(t.start);
	p->end.object = le64_get(t.objects);
	p->end.filemarks = le64_get(t.filemarks);
	p->end.off = le64_get(t.size);
	memcpy(p->log_id, t.log_id, sizeof(p->log_id));
	p->seed = tags_seed(p);
	/* Each object takes a header: what promises more would keep a repair busy for ever. */
	return p->number == c->m.partitions++ && p->end.off <= RECORD_FARTHEST &&
	       p->end.filemarks <= p->end.object &&
	       p->end.object <= p->end.off / sizeof(struct record_header);
}

/* Appends the tag, head and all, to a list that is kept as it is. */
static bool keep(uint8_t **list, size_t *list_len, const uint8_t *from, size_t len)
{
	uint8_t *longer = realloc(*list, *list_len + len);

	if (!longer)
		return false;
	memcpy(longer + *list_len, from, len);
	*list = longer;
	*list_len += len;
	return true;
}

static bool get_tag(struct cart *c, uint16_t type, const uint8_t *tag, size_t len)
{
	const uint8_t *value = tag + sizeof(struct tag);

	switch (type) {
	case TAG_VOLUME:
		return get_volume(c, value, len);
	case TAG_STATE:
		return get_state(c, value, len);
	case TAG_COUNTERS:
		return get_counters(c, value, len);
	case TAG_PARTITION:
		return get_partition(c, value, len);
	case TAG_ATTRIBUTE:
		return len > sizeof(struct tag_attribute) &&
		       len <= sizeof(struct tag_attribute) + CART_MAM_MAX &&
		       keep(&c->m.attributes, &c->m.attributes_len, tag, sizeof(struct tag) + len);
	default:
		return keep(&c->m.unknown, &c->m.unknown_len, tag, sizeof(struct tag) + len);
	}
}

/* Its CRC holds: what does not make sense was made by somebody else. */
enum cart_rc tags_decode(struct cart *c, const uint8_t *from, size_t len)
{
	unsigned int seen = 0;
	struct tag t;

	for (size_t n; len; from += n, len -= n) {
		if (len < sizeof(t))
			return CART_FOREIGN;
		memcpy(&t, from, sizeof(t));
		if (le32_get(t.len) > len - sizeof(t))
			return CART_FOREIGN;
		n = sizeof(t) + le32_get(t.len);
		if (!get_tag(c, le16_get(t.type), from, le32_get(t.len)))
			return CART_FOREIGN;
		if (le16_get(t.type) <= TAG_PARTITION)
			seen |= 1u << le16_get(t.type);
	}
	return (seen & 0x1e) == 0x1e ? CART_OK : CART_FOREIGN;
}
