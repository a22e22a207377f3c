// SPDX-License-Identifier: GPL-2.0-only
/* Records in data: appended with one call, read with one, and checked whole. */
#include <errno.h>
#include <string.h>

#include "base/macros.h"
#include "media/internal.h"

static_assert(SCRATCH >= INDEX_ENTRIES * sizeof(struct record_header), "filemarks in one write");

static uint32_t header_crc(const struct part *p, const struct record_header *h)
{
	struct record_header without = *h;

	without.crc = (le32){ { 0 } };
	return crc32c(p->seed, &without, sizeof(without));
}

void record_seal(const struct part *p, struct record_header *h)
{
	h->crc = le32_of(header_crc(p, h));
}

static struct record_header make_header(const struct part *p, enum record_type type)
{
	return (struct record_header){
		.magic = le32_of(RECORD_MAGIC),
		.type = (uint8_t)type,
		.object = le64_of(p->end.object),
		.filemarks = le64_of(p->end.filemarks),
		.generation = le32_of(p->generation),
	};
}

static enum cart_rc put(struct cart *c, struct part *p, const struct iovec *iov, int n, size_t len)
{
	ssize_t done;

	p->data_unsynced = true;
	done = c->io->pwritev(c->ctx, p->data, iov, n, p->end.off);
	if (done >= 0 && (size_t)done == len)
		return CART_OK;
	return done == -ENOSPC || done == -EDQUOT || done == -EFBIG ? CART_FULL : CART_WRITE_FAILED;
}

static void *unconst(const void *from)
{
	const union { const void *from; void *to; } u = { .from = from };

	return u.to;
}

/* What becomes of a block: the payload, and the header but for its place. */
static const void *pack(struct cart *c, const void *buf, uint32_t len, struct record_header *h)
{
	const bool discard = c->m.spec.type == CART_NULL_TAPE;
	struct codec_form form = { CODEC_NONE, discard ? RECORD_DISCARDED : 0 };
	uint32_t stored = discard ? 0 : len;
	const void *payload = buf;
	size_t packed = 0;

	if (!discard)
		packed = codec_pack(c->codec, buf, len, &payload, &form);
	if (packed)
		stored = (uint32_t)packed;
	h->codec = form.codec;
	h->flags = le16_of(form.flags);
	h->logical = le32_of(len);
	h->stored = le32_of(stored);
	h->crc_stored = le32_of(crc32c(0, payload, stored));
	h->crc_logical = packed ? le32_of(crc32c(0, buf, len)) : h->crc_stored;
	return payload;
}

enum cart_rc record_put_block(struct cart *c, struct part *p, const void *buf, uint32_t len)
{
	struct record_header h = make_header(p, RECORD_DATA);
	const void *payload = pack(c, buf, len, &h);
	const uint32_t stored = le32_get(h.stored);
	const uint64_t size = record_size(stored, 0);
	uint8_t zero[RECORD_ALIGN] = { 0 };
	const struct iovec iov[] = {
		{ &h, sizeof(h) },
		{ unconst(payload), stored },
		{ zero, size - sizeof(h) - stored },
	};
	enum cart_rc rc;

	h.crc = le32_of(header_crc(p, &h));
	rc = put(c, p, iov, ARRAY_SIZE(iov), size);
	if (rc)
		return rc;
	index_append(p, p->end.off, &h);
	p->end.object++;
	p->end.off += size;
	c->m.counters.stored_written += stored;
	return CART_OK;
}

enum cart_rc record_put_blocks(struct cart *c, struct part *p, const uint8_t *buf, uint32_t len,
			       uint32_t n)
{
	struct record_header *h = (void *)c->scratch;
	const uint64_t size = record_size(len, 0);
	uint8_t zero[RECORD_ALIGN] = { 0 };
	struct iovec iov[3 * RECORD_BATCH] = { { 0 } };
	enum cart_rc rc;

	for (uint32_t i = 0; i < n; i++, buf += len) {
		h[i] = make_header(p, RECORD_DATA);
		h[i].object = le64_of(p->end.object + i);
		h[i].logical = h[i].stored = le32_of(len);
		h[i].crc_stored = h[i].crc_logical = le32_of(crc32c(0, buf, len));
		h[i].crc = le32_of(header_crc(p, &h[i]));
		iov[3 * i] = (struct iovec){ &h[i], sizeof(h[i]) };
		iov[3 * i + 1] = (struct iovec){ unconst(buf), len };
		iov[3 * i + 2] = (struct iovec){ zero, size - sizeof(h[i]) - len };
	}
	rc = put(c, p, iov, (int)(3 * n), n * size);
	if (rc)
		return rc;
	for (uint32_t i = 0; i < n; i++, p->end.off += size)
		index_append(p, p->end.off, &h[i]);
	p->end.object += n;
	c->m.counters.stored_written += (uint64_t)n * len;
	return CART_OK;
}

enum cart_rc record_put_filemarks(struct cart *c, struct part *p, uint32_t count)
{
	struct record_header *h = (void *)c->scratch;
	const struct iovec iov = { h, count * sizeof(*h) };
	struct place to = p->end;
	enum cart_rc rc;

	for (uint32_t i = 0; i < count; i++, to.object++, to.filemarks++) {
		h[i] = make_header(p, RECORD_FILEMARK);
		h[i].object = le64_of(to.object);
		h[i].filemarks = le64_of(to.filemarks);
		h[i].crc = le32_of(header_crc(p, &h[i]));
	}
	rc = put(c, p, &iov, 1, iov.iov_len);
	if (rc)
		return rc;
	for (uint32_t i = 0; i < count; i++, p->end.off += sizeof(*h))
		index_append(p, p->end.off, &h[i]);
	p->end.object = to.object;
	p->end.filemarks = to.filemarks;
	return CART_OK;
}

enum cart_rc record_crc(struct cart *c, struct part *p, uint64_t off, uint64_t len, uint32_t *crc)
{
	for (size_t n; len; len -= n, off += n) {
		ssize_t got;

		n = len < SCRATCH ? (size_t)len : SCRATCH;
		got = c->io->pread(c->ctx, p->data, c->scratch, n, off);
		if (got < 0)
			return CART_READ_FAILED;
		if ((size_t)got < n)
			return CART_DAMAGED;
		*crc = crc32c(*crc, c->scratch, n);
	}
	return CART_OK;
}

bool record_header_holds(const struct part *p, const struct record_header *h)
{
	return le32_get(h->magic) == RECORD_MAGIC && le32_get(h->crc) == header_crc(p, h) &&
	       le32_get(h->logical) <= CART_BLOCK_MAX && le32_get(h->stored) <= CART_BLOCK_MAX &&
	       le32_get(h->extension) <= UINT16_MAX &&
	       (h->type != RECORD_DATA || le32_get(h->logical));
}

static bool header_in_place(const struct part *p, const struct record_header *h,
			    const struct place *at)
{
	const uint32_t generation = le32_get(h->generation);

	return le64_get(h->object) == at->object && le64_get(h->filemarks) == at->filemarks &&
	       (at->object < p->start ? generation <= p->generation : generation == p->generation);
}

static bool header_matches(const struct record_header *h, const struct index_entry *e)
{
	return h->type == index_entry_type(e) && h->codec == e->kind >> 4 &&
	       le32_get(h->logical) == le24_get(e->logical) &&
	       le32_get(h->stored) == le24_get(e->stored) &&
	       le32_get(h->extension) == le16_get(e->extension) &&
	       (uint8_t)le16_get(h->flags) == e->flags;
}

static bool header_is(const struct part *p, const struct place *at, const struct index_entry *e,
		      const struct record_header *h)
{
	return record_header_holds(p, h) && le32_get(h->generation) <= p->generation &&
	       header_in_place(p, h, at) && header_matches(h, e);
}

bool record_is_at(const struct part *p, const struct place *at, const struct index_entry *e,
		  const struct record_header *h)
{
	return header_is(p, at, e, h) && !(le16_get(h->flags) & ~RECORD_IN_PARTS);
}

bool record_begins(struct cart *c, struct part *p, const struct place *at,
		   const struct index_entry *e)
{
	struct record_header h;

	return c->io->pread(c->ctx, p->data, &h, sizeof(h), at->off) == (ssize_t)sizeof(h) &&
	       header_is(p, at, e, &h);
}

/* Plain blocks of one length, one behind the other. */
static uint32_t count_alike(const struct index_entry *e, uint32_t n, uint32_t len)
{
	uint64_t off = index_entry_offset(e);
	uint32_t i;

	for (i = 0; i < n && i < RECORD_BATCH; i++, e++, off += record_size(len, 0))
		if (e->kind != RECORD_DATA || e->flags || le16_get(e->extension) ||
		    le24_get(e->logical) != len || le24_get(e->stored) != len ||
		    index_entry_offset(e) != off)
			break;
	return i;
}

uint32_t record_get_blocks(struct cart *c, struct part *p, const struct index_entry *e, uint32_t n,
			   uint8_t *buf, uint32_t len)
{
	struct record_header *h = (void *)c->scratch;
	const uint64_t size = record_size(len, 0);
	struct place at = c->head;
	struct iovec iov[3 * RECORD_BATCH] = { { 0 } };
	uint8_t pad[RECORD_ALIGN];
	uint32_t i;

	n = count_alike(e, n, len);
	for (i = 0; i < n; i++) {
		iov[3 * i] = (struct iovec){ &h[i], sizeof(h[i]) };
		iov[3 * i + 1] = (struct iovec){ buf + (size_t)i * len, len };
		iov[3 * i + 2] = (struct iovec){ pad, size - sizeof(h[i]) - len };
	}
	at.off = index_entry_offset(e);
	if (n < 2 ||
	    c->io->preadv(c->ctx, p->data, iov, (int)(3 * n), at.off) != (ssize_t)(n * size))
		return 0;
	for (i = 0; i < n; i++, at.object++)
		if (!record_is_at(p, &at, &e[i], &h[i]) ||
		    crc32c(0, buf + (size_t)i * len, len) != le32_get(h[i].crc_stored))
			break;
	c->m.counters.stored_read += (uint64_t)i * len;
	return i;
}

static enum cart_rc damaged(struct cart *c, struct part *p, const char *what)
{
	return cart_freeze(c, CART_DAMAGED, "data of partition %u, offset %llu: object %llu: %s",
			   p->number, (unsigned long long)c->head.off,
			   (unsigned long long)c->head.object, what);
}

/* Header and payload, of which n bytes in buf, are what e says. */
static enum cart_rc get_stored(struct cart *c, struct part *p, const struct index_entry *e,
			       void *buf, uint32_t n, struct record_header *ret)
{
	const uint64_t all = (uint64_t)le24_get(e->stored) + le16_get(e->extension);
	struct record_header h;
	const struct iovec iov[] = { { &h, sizeof(h) }, { buf, n } };
	enum cart_rc rc;
	uint32_t crc;
	ssize_t got;

	got = c->io->preadv(c->ctx, p->data, iov, n ? 2 : 1, index_entry_offset(e));
	if (got < 0)
		return CART_READ_FAILED;
	if ((size_t)got < sizeof(h) + n || !record_header_holds(p, &h))
		return damaged(c, p, "no record");
	if (le32_get(h.generation) > p->generation)
		return damaged(c, p, "newer than meta");
	if (!header_in_place(p, &h, &c->head) || !header_matches(&h, e))
		return damaged(c, p, "another record");
	crc = crc32c(0, buf, n);
	rc = record_crc(c, p, index_entry_offset(e) + sizeof(h) + n, all - n, &crc);
	if (rc == CART_DAMAGED || (rc == CART_OK && crc != le32_get(h.crc_stored)))
		return damaged(c, p, "checksum");
	*ret = h;
	return rc;
}

static enum cart_rc unpack(struct cart *c, struct part *p, const struct record_header *h,
			   const void *packed, void *buf, uint32_t cap)
{
	const struct codec_form form = { h->codec, le16_get(h->flags) };
	const uint32_t len = le32_get(h->logical);
	void *to = cap < len ? codec_plain(c->codec, len) : buf;

	if (!to)
		return CART_NO_MEMORY;
	if (!codec_unpack(c->codec, &form, packed, le32_get(h->stored), to, len))
		return damaged(c, p, "does not decompress");
	if (crc32c(0, to, len) != le32_get(h->crc_logical))
		return damaged(c, p, "checksum of what was decompressed");
	if (cap < len && cap)
		memcpy(buf, to, cap);
	return CART_OK;
}

enum cart_rc record_get(struct cart *c, struct part *p, const struct index_entry *e, void *buf,
			uint32_t cap)
{
	const struct codec_row *row = codec_find(e->kind >> 4);
	const uint32_t stored = le24_get(e->stored);
	void *to = row ? codec_packed(c->codec, stored) : buf;
	struct record_header h = { .magic = le32_of(0) };
	enum cart_rc rc;

	if (index_entry_type(e) == RECORD_UNREADABLE)
		return CART_READ_FAILED;
	if (row && !to)
		return CART_NO_MEMORY;
	rc = get_stored(c, p, e, to, row || stored < cap ? stored : cap, &h);
	if (rc)
		return rc;
	if (le32_get(h.extension) || (!row && h.codec != CODEC_NONE) ||
	    (le16_get(h.flags) & ~(RECORD_DISCARDED | (row ? RECORD_IN_PARTS : 0))))
		return CART_FOREIGN;
	if (le16_get(h.flags) & RECORD_DISCARDED)
		return CART_READ_FAILED;
	c->m.counters.stored_read += stored;
	return row ? unpack(c, p, &h, to, buf, cap) : CART_OK;
}

enum walk record_walk(struct cart *c, struct part *p, const struct place *at, uint64_t size,
		      struct record_header *ret)
{
	struct record_header h;
	uint32_t crc = 0;
	enum cart_rc rc;
	ssize_t got;

	if (at->off > size || size - at->off < sizeof(h))
		return WALK_END;
	got = c->io->pread(c->ctx, p->data, &h, sizeof(h), at->off);
	if (got < 0)
		return WALK_ERROR;
	if ((size_t)got < sizeof(h) || !record_header_holds(p, &h))
		return WALK_END;
	/* Then it is meta that is old, or the program: nothing may be cut. */
	if (le32_get(h.generation) > p->generation || !h.type || h.type > RECORD_UNREADABLE)
		return WALK_NEWER;
	if (!header_in_place(p, &h, at) ||
	    record_size(le32_get(h.stored), le32_get(h.extension)) > size - at->off)
		return WALK_END;
	rc = record_crc(c, p, at->off + sizeof(h),
		    (uint64_t)le32_get(h.stored) + le32_get(h.extension), &crc);
	if (rc == CART_READ_FAILED)
		return WALK_ERROR;
	if (rc || crc != le32_get(h.crc_stored))
		return WALK_END;
	*ret = h;
	return WALK_RECORD;
}
