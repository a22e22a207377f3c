// SPDX-License-Identifier: GPL-2.0-only
#include "base/crc.h"

#include <isa-l/crc.h>

enum { CHUNK = 1 << 30 };	/* the library counts in int */

uint32_t crc32c(uint32_t crc, const void *buf, size_t len)
{
	/* It takes its buffer without const and does not change it. */
	union { const void *from; unsigned char *to; } p = { .from = buf };

	crc = ~crc;
	for (size_t n; len; len -= n, p.to += n) {
		n = len < CHUNK ? len : CHUNK;
		crc = crc32_iscsi(p.to, (int)n, crc);
	}
	return ~crc;
}
