// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "media/parts.h"

struct span {
	const uint8_t *from;
	uint8_t *to;
	size_t len, room;		/* bytes there; what to has room for, or must get */
	size_t done;			/* bytes in to; 0: failed */
};

struct work {
	const struct codec_row *row;
	struct span span[PARTS_MAX];
};

static size_t step_of(size_t len, uint32_t n)
{
	return ((len + n - 1) / n + PARTS_ALIGN - 1) / PARTS_ALIGN * PARTS_ALIGN;
}

static size_t table_size(uint32_t n)
{
	return offsetof(struct parts_table, stored[n]);
}

/* How long part i of n is; 0: there would be nothing in it. */
static size_t length_of(size_t len, uint32_t n, uint32_t i)
{
	const size_t step = step_of(len, n), from = i * step;

	return from >= len ? 0 : len - from < step ? len - from : step;
}

size_t parts_bound(const struct codec_row *row, size_t len, uint32_t n)
{
	return table_size(n) + n * row->bound(step_of(len, n));
}

static void pack_one(void *ctx, uint32_t i, struct codec_work *w)
{
	struct work *job = ctx;
	struct span *s = &job->span[i];

	s->done = job->row->compress(w, s->from, s->len, s->to, s->room);
}

size_t parts_pack(struct codec_work *w, const struct codec_row *row, const void *from, size_t len,
		  uint32_t n, void *to)
{
	const size_t step = step_of(len, n), room = row->bound(step);
	struct parts_table *table = to;
	struct work job = { .row = row };
	uint8_t *end = (uint8_t *)to + table_size(n);

	for (uint32_t i = 0; i < n; i++)
		job.span[i] = (struct span){
			.from = (const uint8_t *)from + i * step, .len = length_of(len, n, i),
			.to = end + i * room, .room = room,
		};
	codec_share_out(w, pack_one, &job, n);
	table->count = le32_of(n);
	for (uint32_t i = 0; i < n; i++) {
		const struct span *s = &job.span[i];

		if (!s->done)
			return 0;
		table->stored[i] = le32_of((uint32_t)s->done);
		if (i)
			memmove(end, s->to, s->done);
		end += s->done;
	}
	return (size_t)(end - (uint8_t *)to);
}

static void unpack_one(void *ctx, uint32_t i, struct codec_work *w)
{
	struct work *job = ctx;
	struct span *s = &job->span[i];

	s->done = job->row->decompress(w, s->from, s->len, s->to, s->room) ? s->room : 0;
}

/* Where the parts are, and where they belong; false: the table is not of such a block. */
static bool take_table(struct work *job, const uint8_t *from, size_t stored, uint8_t *to,
		       size_t len, uint32_t n)
{
	const struct parts_table *table = (const void *)from;
	size_t at = table_size(n);

	if (n < 2 || n > PARTS_MAX || at > stored)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		const size_t part = le32_get(table->stored[i]), room = length_of(len, n, i);

		if (!part || part > stored - at || !room)
			return false;
		job->span[i] = (struct span){
			.from = from + at, .len = part,
			.to = to + i * step_of(len, n), .room = room,
		};
		at += part;
	}
	return at == stored;
}

bool parts_unpack(struct codec_work *w, const struct codec_row *row, const void *from,
		  size_t stored, void *to, size_t len)
{
	const struct parts_table *table = from;
	const uint32_t n = stored < table_size(0) ? 0 : le32_get(table->count);
	struct work job = { .row = row };

	if (!take_table(&job, from, stored, to, len, n))
		return false;
	codec_share_out(w, unpack_one, &job, n);
	for (uint32_t i = 0; i < n; i++)
		if (!job.span[i].done)
			return false;
	return true;
}
