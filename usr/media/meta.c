// SPDX-License-Identifier: GPL-2.0-only
/* The two slots of meta: a commit writes the older one, so a torn commit never happened. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "media/internal.h"

/* Of a header page and the payload behind it. */
static uint32_t slot_crc(const uint8_t *slot, size_t len)
{
	const size_t at = offsetof(struct meta_header, crc);
	const le32 zero = { { 0 } };
	uint32_t crc = crc32c(0, slot, at);

	crc = crc32c(crc, &zero, sizeof(zero));
	return crc32c(crc, slot + at + sizeof(zero), META_HEADER + len - at - sizeof(zero));
}

static ssize_t read_at(struct cart *c, void *buf, size_t len, uint64_t off)
{
	return c->io->pread(c->ctx, c->handle, buf, len, off);
}

enum cart_rc meta_slot(struct cart *c, uint64_t n, uint64_t *ret)
{
	uint8_t *to = c->scratch + n * META_SLOT;
	struct meta_header *h = (void *)to;
	ssize_t got = read_at(c, to, META_HEADER, n * META_SLOT);
	uint32_t len;

	if (got < 0)
		return CART_READ_FAILED;
	if ((size_t)got < META_HEADER || le32_get(h->magic) != META_MAGIC)
		return CART_FOREIGN;
	len = le32_get(h->len);
	if (len > META_PAYLOAD)
		return CART_DAMAGED;
	got = read_at(c, to + META_HEADER, len, n * META_SLOT + META_HEADER);
	if (got < 0)
		return CART_READ_FAILED;
	if ((size_t)got < len || slot_crc(to, len) != le32_get(h->crc))
		return CART_DAMAGED;
	*ret = le64_get(h->sequence);
	return *ret > INT64_MAX ? CART_DAMAGED : CART_OK;
}

static enum cart_rc check_features(struct cart *c, const struct meta_header *h)
{
	struct meta *m = &c->m;

	m->minor = le16_get(h->minor);
	m->compatible = le32_get(h->compatible);
	m->read_only = le32_get(h->read_only);
	m->incompatible = le32_get(h->incompatible);
	m->sequence = le64_get(h->sequence);
	if (le16_get(h->major) != FORMAT_MAJOR ||
	    (m->incompatible & ~(uint32_t)FEATURES_INCOMPATIBLE))
		return cart_freeze(c, CART_FOREIGN, "meta: format %u, features %x: too new",
				   le16_get(h->major), m->incompatible);
	if (m->read_only & ~(uint32_t)FEATURES_READ_ONLY)
		cart_freeze(c, CART_OK, "meta: features %x may only be read", m->read_only);
	return CART_OK;
}

enum cart_rc meta_take(struct cart *c, uint64_t n)
{
	const uint8_t *from = c->scratch + n * META_SLOT;
	const struct meta_header *h = (const void *)from;
	const uint32_t len = le32_get(h->len);
	enum cart_rc rc;

	meta_free(&c->m);
	c->m.partitions = 0;
	c->slot = n;
	rc = check_features(c, h);
	if (rc == CART_OK)
		rc = len > META_PAYLOAD ? CART_FOREIGN : tags_decode(c, from + META_HEADER, len);
	return rc;
}

enum cart_rc meta_read(struct cart *c)
{
	uint64_t sequence[2] = { 0 };
	enum cart_rc rc[2];

	for (uint64_t i = 0; i < 2; i++) {
		rc[i] = meta_slot(c, i, &sequence[i]);
		if (rc[i] == CART_READ_FAILED)
			return cart_freeze(c, CART_READ_FAILED, "meta: cannot be read");
	}
	if (rc[0] && rc[1])
		return cart_freeze(c, rc[0] == CART_DAMAGED ? rc[0] : rc[1], "meta: no slot holds");

	c->slot_lost = rc[0] || rc[1];
	rc[0] = meta_take(c, rc[0] || (!rc[1] && sequence[1] > sequence[0]));
	if (rc[0])
		return cart_freeze(c, rc[0], "meta: not understood");
	if (sequence[0] == sequence[1])
		cart_freeze(c, CART_DAMAGED, "meta: both slots have sequence %llu",
			    (unsigned long long)sequence[0]);
	return CART_OK;
}

enum cart_rc meta_write(struct cart *c)
{
	struct meta_header *h = (void *)c->scratch;
	size_t len;
	int err;

	if (c->m.sequence == INT64_MAX)
		return cart_freeze(c, CART_WRITE_FAILED, "meta: sequence 2^63 - 1 is the last");
	memset(c->scratch, 0, META_SLOT);
	len = tags_encode(c, c->scratch + META_HEADER);
	if (!len)
		return CART_FULL;
	*h = (struct meta_header){
		.magic = le32_of(META_MAGIC),
		.major = le16_of(FORMAT_MAJOR),
		.minor = le16_of(c->m.minor),
		.compatible = le32_of(c->m.compatible),
		.read_only = le32_of(c->m.read_only),
		.incompatible = le32_of(c->m.incompatible),
		.len = le32_of((uint32_t)len),
		.sequence = le64_of(c->m.sequence + 1),
	};
	h->crc = le32_of(slot_crc(c->scratch, len));

	const struct iovec iov = { c->scratch, (META_HEADER + len + 4095) / 4096 * 4096 };
	ssize_t put = c->io->pwritev(c->ctx, c->handle, &iov, 1, !c->slot * (uint64_t)META_SLOT);

	err = put < 0 ? (int)put : (size_t)put < iov.iov_len ? -EIO :
	      sync_handle(c, c->handle);
	if (err < 0)	/* nobody knows which slot counts until it is loaded again */
		return cart_freeze(c, CART_WRITE_FAILED, "meta: %s", strerror(-err));
	c->slot = !c->slot;
	c->m.sequence++;
	c->saved_written = c->m.counters.written;
	c->saved_read = c->m.counters.read;
	return CART_OK;
}

void meta_free(struct meta *m)
{
	free(m->attributes);
	free(m->unknown);
	m->attributes = m->unknown = NULL;
	m->attributes_len = m->unknown_len = 0;
}
