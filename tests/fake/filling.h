/* SPDX-License-Identifier: GPL-2.0-only */
/* What blocks are filled with that are to compress well, or not at all. */
#ifndef VTL_FAKE_FILLING_H
#define VTL_FAKE_FILLING_H

#include <stddef.h>
#include <stdint.h>

enum filling { FILL_ZEROS, FILL_TEXT, FILL_NOISE, FILL_HALF };	/* HALF: text, then noise */

/* The next of a sequence that seed begins; 0 to 65535. */
uint32_t filling_draw(uint32_t *seed);
/* len bytes in to, the same each time for the same seed. */
void fill(uint8_t *to, size_t len, enum filling what, uint32_t seed);

#endif
