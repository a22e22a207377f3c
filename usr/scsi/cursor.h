/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads a parameter list from front to back.  A read past its end gives zero and sets .bad, which
 * stays: decode all, then ask once.
 */
#ifndef VTL_SCSI_CURSOR_H
#define VTL_SCSI_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

struct cursor {
	const uint8_t *p;
	uint32_t len, at;	/* at: bytes read; for field pointers too */
	bool bad;
};

static inline struct cursor cursor_of(const void *p, uint32_t len)
{
	return (struct cursor){ .p = p, .len = len };
}

static inline uint32_t cursor_left(const struct cursor *c)
{
	return c->len - c->at;
}

/* n bytes in place, or NULL. */
static inline const uint8_t *cursor_bytes(struct cursor *c, uint32_t n)
{
	const uint8_t *p = c->p + c->at;

	if (c->bad || n > cursor_left(c)) {
		c->bad = true;
		return NULL;
	}
	c->at += n;
	return p;
}

static inline uint32_t cursor_number(struct cursor *c, unsigned int width)
{
	const uint8_t *p = cursor_bytes(c, width);

	return p ? be_get(p, width) : 0;
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	return (uint8_t)cursor_number(c, 1);
}

static inline uint16_t cursor_u16(struct cursor *c)
{
	return (uint16_t)cursor_number(c, 2);
}

static inline uint32_t cursor_u24(struct cursor *c)
{
	return cursor_number(c, 3);
}

static inline uint32_t cursor_u32(struct cursor *c)
{
	return cursor_number(c, 4);
}

static inline uint64_t cursor_u64(struct cursor *c)
{
	const uint64_t high = cursor_number(c, 4);

	return high << 32 | cursor_number(c, 4);
}

#endif
