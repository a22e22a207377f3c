/* SPDX-License-Identifier: GPL-2.0-only */
/* What the programs here measure with. */
#ifndef VTL_BENCH_CLOCK_H
#define VTL_BENCH_CLOCK_H

#include <time.h>

/* Seconds that the clock shows. */
static inline double clock_seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The same, of CLOCK_MONOTONIC. */
static inline double now(void)
{
	return clock_seconds(CLOCK_MONOTONIC);
}

static inline double now_us(void)
{
	return now() * 1e6;
}

#endif
