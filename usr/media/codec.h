/* SPDX-License-Identifier: GPL-2.0-only */
/* Compressed payloads: a row for each codec of the format, and the memory that they work in. */
#ifndef VTL_MEDIA_CODEC_H
#define VTL_MEDIA_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/format.h"
#include "media/pool.h"

enum { CODEC_LEVEL_MAX = 9 };

struct codec_work;

struct codec_row {
	const char *name;
	enum record_codec id;
	bool (*prepare)(struct codec_work *w, int level);	/* to compress; false: no memory */
	/* Bytes in to, which has room for bound(len); 0: does not compress, or not into max. */
	size_t (*compress)(struct codec_work *w, const void *from, size_t len, void *to,
			   size_t max);
	/* Exactly len bytes in to, or false.  Never touches what is behind them. */
	bool (*decompress)(struct codec_work *w, const void *from, size_t stored, void *to,
			   size_t len);
	size_t (*bound)(size_t len);
};

/* NULL: none, or not known here. */
const struct codec_row *codec_find(uint8_t id);

/* How a payload is stored: fields of its record's header. */
struct codec_form {
	uint8_t codec;			/* enum record_codec */
	uint16_t flags;			/* RECORD_IN_PARTS */
};

/* One caller's; what it holds grows with the largest block and the codecs in use.  NULL: no
 * memory. */
struct codec_work *codec_work_new(void);
void codec_work_free(struct codec_work *w);		/* NULL is fine */
/* From now on codec_pack() uses this one; CODEC_NONE: none.  False: no memory, no change. */
bool codec_use(struct codec_work *w, enum record_codec id, int level);
/*
 * From now on large blocks are packed in parts, and parts unpacked, on these threads; the pool
 * outlives w, or this is called again.  NULL, as at first: none.  False: no memory, then none.
 */
bool codec_share(struct codec_work *w, struct cart_pool *pool);
/*
 * The block compressed, at *ret until the next call, and its length.  0: it is to be stored raw,
 * for less than 1/32 would be saved, or blocks like it did not compress just before.
 */
size_t codec_pack(struct codec_work *w, const void *from, size_t len, const void **ret,
		  struct codec_form *ret_form);
/* Exactly len bytes in to, or false.  Never touches what is behind them. */
bool codec_unpack(struct codec_work *w, const struct codec_form *form, const void *from,
		  size_t stored, void *to, size_t len);
bool codec_in_use(const struct codec_work *w);
/* Calls job for each i < n, several at a time if there is a pool, each with a work of its own. */
void codec_share_out(struct codec_work *w,
		     void (*job)(void *ctx, uint32_t i, struct codec_work *w), void *ctx,
		     uint32_t n);
/* Memory for a stored payload, and for a block that its reader has no room for.  NULL: none. */
void *codec_packed(struct codec_work *w, size_t len);
void *codec_plain(struct codec_work *w, size_t len);

#endif
