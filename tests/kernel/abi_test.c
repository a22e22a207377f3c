// SPDX-License-Identifier: GPL-2.0-only
/* The module's contract, from outside: as root, in a guest, with the module and sg loaded. */
#include <stdio.h>
#include <string.h>

#include "lab.h"

static const struct { const char *name; void (*run)(void); } groups[] = {
	{ "control", test_control },
	{ "node", test_node },
	{ "hand", test_hand },
	{ "io", test_io },
	{ "errors", test_errors },
	{ "death", test_death },
	{ "life", test_life },
	{ "stress", test_stress },
};

int main(void)
{
	size_t i;

	if (ctl() < 0) {
		perror("/dev/mhvtl-ctl");
		return 2;
	}
	for (i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		printf("# %s\n", groups[i].name);
		groups[i].run();
	}
	return tally() ? 1 : 0;
}
