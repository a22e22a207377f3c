// SPDX-License-Identifier: GPL-2.0-only
#include "fake/filling.h"

#include "base/macros.h"

uint32_t filling_draw(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static const char *word(uint32_t *seed)
{
	static const char *const words[] = { "the tape ", "is ", "wound ", "back\n", "forth, " };

	return words[filling_draw(seed) % ARRAY_SIZE(words)];
}

void fill(uint8_t *to, size_t len, enum filling what, uint32_t seed)
{
	const size_t text = what == FILL_TEXT ? len : what == FILL_HALF ? len / 2 : 0;
	const char *w = "";

	for (size_t i = 0; i < len; i++) {
		if (i < text && !*w)
			w = word(&seed);
		to[i] = i < text ? (uint8_t)*w++ :
			what == FILL_ZEROS ? 0 : (uint8_t)filling_draw(&seed);
	}
}
