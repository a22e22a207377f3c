/* SPDX-License-Identifier: GPL-2.0-only */
/* A payload in parts (RECORD_IN_PARTS): its table, and each part a stream of its own. */
#ifndef VTL_MEDIA_PARTS_H
#define VTL_MEDIA_PARTS_H

#include "media/codec.h"

/* A block of len bytes in n parts, 2 to PARTS_MAX; len >= n * n * PARTS_ALIGN. */
size_t parts_bound(const struct codec_row *row, size_t len, uint32_t n);
/* Bytes in to, which has room for parts_bound(); 0: does not compress. */
size_t parts_pack(struct codec_work *w, const struct codec_row *row, const void *from, size_t len,
		  uint32_t n, void *to);
/* Exactly len bytes in to, or false.  Believes nothing; never touches what is behind them. */
bool parts_unpack(struct codec_work *w, const struct codec_row *row, const void *from,
		  size_t stored, void *to, size_t len);

#endif
