// SPDX-License-Identifier: GPL-2.0-only
/* The random search for crashes that hurt, in its short form; make soak goes on. */
#include <stdio.h>

#include "fake/crash_search.h"

enum { LIVES = 60 };

int main(void)
{
	static char why[CRASH_WHY];
	struct crash_counts n = { 0 };

	for (uint32_t seed = 1; seed <= LIVES; seed++) {
		if (!crash_search(seed, &n, why))
			continue;
		printf("not ok - crashes at random: seed %u: %s\n", seed, why);
		return 1;
	}
	/* A search that loses nothing that was not durable has no power failures in it. */
	if (!n.lost) {
		printf("not ok - crashes at random: nothing was lost\n");
		return 1;
	}
	printf("ok - crashes at random: %llu crashes, %llu operations\n",
	       (unsigned long long)n.crashes, (unsigned long long)n.operations);
	return 0;
}
