// SPDX-License-Identifier: GPL-2.0-only
/*
 * abi_test [GROUP...]: the module's contract, from outside: as root, in a guest, with the module
 * and sg loaded.
 */
#include <stdio.h>
#include <string.h>

#include "lab.h"

static const struct { const char *name; void (*run)(void); } groups[] = {
	{ "control", test_control },
	{ "node", test_node },
	{ "hand", test_hand },
	{ "watch", test_watch },
	{ "keep", test_keep },
	{ "io", test_io },
	{ "errors", test_errors },
	{ "trace", test_trace },
	{ "death", test_death },
	{ "life", test_life },
	{ "memory", test_memory },
	{ "storm", test_storm },
	{ "fuzz", test_fuzz },
	{ "stress", test_stress },
};

static bool wanted(const char *name, char **names)
{
	if (!*names)
		return true;
	while (*names && strcmp(*names, name))
		names++;
	return *names;
}

int main(int argc, char **argv)
{
	size_t i;

	(void)argc;
	if (ctl() < 0) {
		perror("/dev/mhvtl-ctl");
		return 2;
	}
	for (i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		if (!wanted(groups[i].name, argv + 1))
			continue;
		printf("# %s\n", groups[i].name);
		groups[i].run();
	}
	return tally() ? 1 : 0;
}
