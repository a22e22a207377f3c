// SPDX-License-Identifier: GPL-2.0-only
/*
 * soak SECONDS [SEED]: random lives of cartridges, one seed after the other.  With 0 seconds the
 * life of that seed alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "fake/crash_search.h"

int main(int argc, char **argv)
{
	const time_t end = time(NULL) + (argc > 1 ? atol(argv[1]) : 60);
	uint32_t seed = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 0) : (uint32_t)time(NULL);
	const uint32_t first = seed;
	struct crash_counts n = { 0 };
	static char why[CRASH_WHY];

	do {
		if (crash_search(seed, &n, why)) {
			printf("not ok - soak: seed %u: %s\n", seed, why);
			printf("Again: make soak SECONDS=0 SEED=%u\n", seed);
			return 1;
		}
		seed++;
	} while (time(NULL) < end);
	printf("ok - soak: seeds %u to %u: %llu operations, %llu crashes, %llu objects lost that "
	       "were not durable\n", first, seed - 1, (unsigned long long)n.operations,
	       (unsigned long long)n.crashes, (unsigned long long)n.lost);
	return 0;
}
