// SPDX-License-Identifier: GPL-2.0-only
/* Stored MAM attributes: a sorted list of tags, replaced as a whole. */
#include <stdlib.h>
#include <string.h>

#include "media/internal.h"

struct item {
	struct tag tag;
	struct tag_attribute a;
};
static_assert(sizeof(struct item) == sizeof(struct tag) + sizeof(struct tag_attribute), "packed");

/* The item at that byte of the list, and its length with tag and value. */
static size_t item_at(const uint8_t *list, size_t at, struct item *ret)
{
	memcpy(ret, list + at, sizeof(*ret));
	return sizeof(struct tag) + le32_get(ret->tag.len);
}

static uint32_t key_of(uint32_t partition, uint32_t id)
{
	return partition << 16 | id;
}

static uint32_t item_key(const struct item *i)
{
	return key_of(i->a.partition, le16_get(i->a.id));
}

enum cart_rc cart_attribute_next(const struct cart *c, uint32_t partition, uint16_t from,
				 struct cart_attribute *ret)
{
	struct item i;

	if (partition >= c->m.partitions)
		return CART_NOT_FOUND;
	for (size_t at = 0, n; at < c->m.attributes_len; at += n) {
		n = item_at(c->m.attributes, at, &i);
		if (i.a.partition != partition || le16_get(i.a.id) < from)
			continue;
		*ret = (struct cart_attribute){
			.id = le16_get(i.a.id),
			.len = (uint16_t)(n - sizeof(i)),
			.format = i.a.format,
			.value = c->m.attributes + at + sizeof(i),
		};
		return CART_OK;
	}
	return CART_NOT_FOUND;
}

/* Writes a, and its value, to where an item belongs; its length. */
static size_t put_item(uint8_t *to, uint32_t partition, const struct cart_attribute *a)
{
	const struct item i = {
		.tag = { .type = le16_of(TAG_ATTRIBUTE),
			 .len = le32_of((uint32_t)sizeof(struct tag_attribute) + a->len) },
		.a = { .partition = (uint8_t)partition, .format = a->format, .id = le16_of(a->id) },
	};

	memcpy(to, &i, sizeof(i));
	memcpy(to + sizeof(i), a->value, a->len);
	return sizeof(i) + a->len;
}

/* A copy of the list with that attribute changed, malloc; NULL without memory. */
static uint8_t *with(const uint8_t *list, size_t len, uint32_t partition,
		     const struct cart_attribute *a, size_t *ret_len)
{
	const uint32_t key = key_of(partition, a->id);
	uint8_t *to = malloc(len + sizeof(struct item) + a->len);
	size_t before = 0, after, n;
	struct item i;

	if (!to)
		return NULL;
	for (; before < len; before += n) {
		n = item_at(list, before, &i);
		if (item_key(&i) >= key)
			break;
	}
	after = before < len && item_key(&i) == key ? before + n : before;
	if (before)
		memcpy(to, list, before);
	n = before + (a->len ? put_item(to + before, partition, a) : 0);
	if (len > after)
		memcpy(to + n, list + after, len - after);
	*ret_len = n + len - after;
	return to;
}

static enum cart_rc check(const struct cart *c, uint32_t partition, const struct cart_attribute *a,
			  size_t n)
{
	if (c->look || c->frozen)
		return CART_READ_ONLY;
	if (partition >= c->m.partitions)
		return CART_NOT_FOUND;
	for (size_t i = 0; i < n; i++)
		if (a[i].len > CART_MAM_MAX || a[i].format > 2 || (a[i].len && !a[i].value))
			return CART_INVALID;
	return CART_OK;
}

enum cart_rc cart_attribute_set(struct cart *c, uint32_t partition,
				const struct cart_attribute *a, size_t n)
{
	uint8_t *const old = c->m.attributes;
	const size_t old_len = c->m.attributes_len;
	enum cart_rc rc = check(c, partition, a, n);

	for (size_t i = 0; rc == CART_OK && i < n; i++) {
		uint8_t *list = with(c->m.attributes, c->m.attributes_len, partition, &a[i],
				     &c->m.attributes_len);

		if (i)
			free(c->m.attributes);
		c->m.attributes = list;
		rc = list ? CART_OK : CART_NO_MEMORY;
	}
	if (rc == CART_OK && n)
		rc = sync_commit(c);
	if (c->m.attributes == old)
		return rc;
	free(rc ? c->m.attributes : old);
	if (rc) {
		c->m.attributes = old;
		c->m.attributes_len = old_len;
	}
	return rc;
}

void attribute_forget(struct meta *m)
{
	size_t kept = 0;
	struct item i;

	for (size_t at = 0, n; at < m->attributes_len; at += n) {
		n = item_at(m->attributes, at, &i);
		if (i.a.partition >= m->partitions)
			continue;
		memmove(m->attributes + kept, m->attributes + at, n);
		kept += n;
	}
	m->attributes_len = kept;
}
