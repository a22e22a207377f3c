/* SPDX-License-Identifier: GPL-2.0-only */
/* Compressed payloads: a row for each codec of the format, and the memory that they work in. */
#ifndef VTL_MEDIA_CODEC_H
#define VTL_MEDIA_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/format.h"

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

/* One thread's; what it holds grows with the largest block and the codecs in use.  NULL: no
 * memory. */
struct codec_work *codec_work_new(void);
void codec_work_free(struct codec_work *w);		/* NULL is fine */
/* From now on codec_pack() uses this one; CODEC_NONE: none.  False: no memory, no change. */
bool codec_use(struct codec_work *w, enum record_codec id, int level);
/*
 * The block compressed, at *ret until the next call, and its length.  0: it is to be stored raw,
 * for less than 1/32 would be saved, or blocks like it did not compress just before.
 */
size_t codec_pack(struct codec_work *w, const void *from, size_t len, const void **ret,
		  enum record_codec *ret_id);
bool codec_in_use(const struct codec_work *w);
/* Memory for a stored payload, and for a block that its reader has no room for.  NULL: none. */
void *codec_packed(struct codec_work *w, size_t len);
void *codec_plain(struct codec_work *w, size_t len);

#endif
