// SPDX-License-Identifier: GPL-2.0-only
#include <lzo/lzo1x.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/macros.h"
#include "media/codec.h"
#include "media/parts.h"

enum {
	SAVE       = 32,		/* at least one part of so many */
	SKIP_MAX   = 16,		/* blocks not tried after some that did not compress */
	SKIP_BYTES = 8 << 20,		/* and so many bytes of them */
	STEP       = 64 << 10,		/* buffers grow so, or double */
};

struct buffer {
	void *at;
	size_t len;
};

struct codec_work {
	const struct codec_row *row;	/* of codec_pack(); NULL: stores raw */
	int level;
	void *lzo;
	z_stream deflate, inflate;
	bool has_deflate, has_inflate;
	int deflate_level;
	ZSTD_CCtx *zstd;
	ZSTD_DCtx *unzstd;
	struct buffer packed, plain;
	uint32_t skip, streak;		/* blocks to store raw; how many are, next time */
	struct cart_pool *pool;
	struct codec_work *other[CART_POOL_MAX];	/* of that thread, from 1 */
};

static bool lzo_prepare(struct codec_work *w, int level)
{
	(void)level;
	if (!w->lzo)
		w->lzo = malloc(LZO1X_1_MEM_COMPRESS);
	return w->lzo;
}

static size_t lzo_compress(struct codec_work *w, const void *from, size_t len, void *to,
			   size_t max)
{
	lzo_uint n;

	return lzo1x_1_compress(from, len, to, &n, w->lzo) == LZO_E_OK && n <= max ? n : 0;
}

static bool lzo_decompress(struct codec_work *w, const void *from, size_t stored, void *to,
			   size_t len)
{
	lzo_uint n = len;

	(void)w;
	return lzo1x_decompress_safe(from, stored, to, &n, NULL) == LZO_E_OK && n == len;
}

static size_t lzo_bound(size_t len)
{
	return len + len / 16 + 64 + 3;
}

static bool zlib_prepare(struct codec_work *w, int level)
{
	if (w->has_deflate && w->deflate_level == level)
		return true;
	if (w->has_deflate)
		deflateEnd(&w->deflate);
	w->has_deflate = deflateInit(&w->deflate, level) == Z_OK;
	w->deflate_level = level;
	return w->has_deflate;
}

/* The library takes its input without const and does not change it. */
static Bytef *bytes_of(const void *from)
{
	const union { const void *from; Bytef *to; } u = { .from = from };

	return u.to;
}

static size_t zlib_compress(struct codec_work *w, const void *from, size_t len, void *to,
			    size_t max)
{
	z_stream *z = &w->deflate;

	if (deflateReset(z) != Z_OK)
		return 0;
	z->next_in = bytes_of(from);
	z->avail_in = (uInt)len;
	z->next_out = to;
	z->avail_out = (uInt)max;
	return deflate(z, Z_FINISH) == Z_STREAM_END ? max - z->avail_out : 0;
}

static bool zlib_decompress(struct codec_work *w, const void *from, size_t stored, void *to,
			    size_t len)
{
	z_stream *z = &w->inflate;

	if (!w->has_inflate)
		w->has_inflate = inflateInit(z) == Z_OK;
	if (!w->has_inflate || inflateReset(z) != Z_OK)
		return false;
	z->next_in = bytes_of(from);
	z->avail_in = (uInt)stored;
	z->next_out = to;
	z->avail_out = (uInt)len;
	return inflate(z, Z_FINISH) == Z_STREAM_END && !z->avail_out && !z->avail_in;
}

static size_t zlib_bound(size_t len)
{
	return compressBound(len);
}

static bool zstd_prepare(struct codec_work *w, int level)
{
	if (!w->zstd)
		w->zstd = ZSTD_createCCtx();
	return w->zstd && !ZSTD_isError(ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_compressionLevel,
							       level));
}

static size_t zstd_compress(struct codec_work *w, const void *from, size_t len, void *to,
			    size_t max)
{
	const size_t n = ZSTD_compress2(w->zstd, to, max, from, len);

	return ZSTD_isError(n) ? 0 : n;
}

static bool zstd_decompress(struct codec_work *w, const void *from, size_t stored, void *to,
			    size_t len)
{
	if (!w->unzstd)
		w->unzstd = ZSTD_createDCtx();
	return w->unzstd && ZSTD_decompressDCtx(w->unzstd, to, len, from, stored) == len;
}

static size_t zstd_bound(size_t len)
{
	return ZSTD_compressBound(len);
}

static const struct codec_row rows[] = {
	{ "lzo",  CODEC_LZO,  lzo_prepare,  lzo_compress,  lzo_decompress,  lzo_bound },
	{ "zlib", CODEC_ZLIB, zlib_prepare, zlib_compress, zlib_decompress, zlib_bound },
	{ "zstd", CODEC_ZSTD, zstd_prepare, zstd_compress, zstd_decompress, zstd_bound },
};

const struct codec_row *codec_find(uint8_t id)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].id == id)
			return &rows[i];
	return NULL;
}

struct codec_work *codec_work_new(void)
{
	return calloc(1, sizeof(struct codec_work));
}

static void end_sharing(struct codec_work *w)
{
	for (uint32_t i = 1; w->pool && i < w->pool->threads; i++) {
		codec_work_free(w->other[i]);
		w->other[i] = NULL;
	}
	w->pool = NULL;
}

void codec_work_free(struct codec_work *w)
{
	if (!w)
		return;
	end_sharing(w);
	free(w->lzo);
	if (w->has_deflate)
		deflateEnd(&w->deflate);
	if (w->has_inflate)
		inflateEnd(&w->inflate);
	ZSTD_freeCCtx(w->zstd);
	ZSTD_freeDCtx(w->unzstd);
	free(w->packed.at);
	free(w->plain.at);
	free(w);
}

static void *grown(struct buffer *b, size_t len)
{
	size_t want = b->len * 2 > STEP ? b->len * 2 : STEP;
	const size_t most = lzo_bound((size_t)1 << 24);

	if (b->at && len <= b->len)
		return b->at;
	want = want < most ? want : most;
	want = want > len ? want : len;
	free(b->at);
	b->at = malloc(want);
	b->len = b->at ? want : 0;
	return b->at;
}

void *codec_packed(struct codec_work *w, size_t len)
{
	return grown(&w->packed, len);
}

void *codec_plain(struct codec_work *w, size_t len)
{
	return grown(&w->plain, len);
}

static bool prepare(struct codec_work *w, const struct codec_row *row, int level)
{
	bool ready = row->prepare(w, level);

	for (uint32_t i = 1; ready && w->pool && i < w->pool->threads; i++)
		ready = row->prepare(w->other[i], level);
	return ready;
}

bool codec_use(struct codec_work *w, enum record_codec id, int level)
{
	const struct codec_row *row = codec_find((uint8_t)id);

	if (row == w->row && level == w->level)
		return true;
	if (row && !prepare(w, row, level))
		return false;
	w->row = row;
	w->level = level;
	w->skip = w->streak = 0;
	return true;
}

bool codec_share(struct codec_work *w, struct cart_pool *pool)
{
	bool ready = true;

	end_sharing(w);
	if (!pool || pool->threads < 2)
		return true;
	w->pool = pool;
	for (uint32_t i = 1; ready && i < pool->threads; i++) {
		w->other[i] = codec_work_new();
		ready = w->other[i];
	}
	ready = ready && (!w->row || prepare(w, w->row, w->level));
	if (!ready)
		end_sharing(w);
	return ready;
}

struct errand {
	struct codec_work *w;
	void (*job)(void *ctx, uint32_t i, struct codec_work *w);
	void *ctx;
};

static void run_errand(void *ctx, uint32_t i, uint32_t who)
{
	const struct errand *e = ctx;

	e->job(e->ctx, i, who ? e->w->other[who] : e->w);
}

void codec_share_out(struct codec_work *w,
		     void (*job)(void *ctx, uint32_t i, struct codec_work *w), void *ctx,
		     uint32_t n)
{
	struct errand e = { w, job, ctx };

	if (w->pool)
		w->pool->run(w->pool, run_errand, &e, n);
	else
		for (uint32_t i = 0; i < n; i++)
			job(ctx, i, w);
}

bool codec_in_use(const struct codec_work *w)
{
	return w->row;
}

/* Data that does not compress comes in long runs: the longer the run, the rarer another try. */
static void back_off(struct codec_work *w, size_t len)
{
	w->streak = w->streak ? w->streak * 2 : 1;
	w->streak = w->streak < SKIP_MAX ? w->streak : SKIP_MAX;
	w->skip = w->streak < SKIP_BYTES / len ? w->streak : (uint32_t)(SKIP_BYTES / len);
}

static uint32_t parts_of(const struct codec_work *w, size_t len)
{
	const size_t worth = w->pool ? len / w->pool->worth : 1;

	return worth < 2 || worth < w->pool->threads ? (uint32_t)worth : w->pool->threads;
}

/* Its length, at *ret; 0: less than 1/SAVE is saved. */
static size_t pack(struct codec_work *w, const void *from, size_t len, const void **ret,
		   uint32_t parts)
{
	const size_t max = len - (len + SAVE - 1) / SAVE;
	const struct codec_row *row = w->row;
	void *to = codec_packed(w, parts > 1 ? parts_bound(row, len, parts) : row->bound(len));
	size_t n;

	if (!to)
		return 0;
	n = parts > 1 ? parts_pack(w, row, from, len, parts, to) :
	    row->compress(w, from, len, to, max);
	if (!n || n > max)
		return 0;
	*ret = to;
	return n;
}

size_t codec_pack(struct codec_work *w, const void *from, size_t len, const void **ret,
		  struct codec_form *ret_form)
{
	const uint32_t parts = parts_of(w, len);
	size_t n;

	if (!w->row)
		return 0;
	if (w->skip) {
		w->skip--;
		return 0;
	}
	n = pack(w, from, len, ret, parts);
	if (!n) {
		back_off(w, len);
		return 0;
	}
	w->streak = 0;
	*ret_form = (struct codec_form){ (uint8_t)w->row->id, parts > 1 ? RECORD_IN_PARTS : 0 };
	return n;
}

bool codec_unpack(struct codec_work *w, const struct codec_form *form, const void *from,
		  size_t stored, void *to, size_t len)
{
	const struct codec_row *row = codec_find(form->codec);

	if (!row)
		return false;
	return form->flags & RECORD_IN_PARTS ? parts_unpack(w, row, from, stored, to, len) :
	       row->decompress(w, from, stored, to, len);
}
