/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A random life of a cartridge against a plain model, with a failing disk, a kill or a power
 * failure every so often: what was promised must be there, and it goes on from there.
 */
#ifndef VTL_FAKE_CRASH_SEARCH_H
#define VTL_FAKE_CRASH_SEARCH_H

#include <stdint.h>

struct crash_counts {
	uint64_t operations, crashes;
	uint64_t lost;			/* objects that were not durable yet, and are gone */
};

enum { CRASH_WHY = 2200 };

/* One life, the same for the same seed; adds to *counts.  NULL, or what is wrong: in why. */
const char *crash_search(uint32_t seed, struct crash_counts *counts, char why[CRASH_WHY]);

#endif
