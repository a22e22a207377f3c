// SPDX-License-Identifier: GPL-2.0-only
/* The conformance tables of changers, in this process. */
#include "conform/smc_steps.h"
#include "fake/library.h"

int main(void)
{
	struct fake_library l;
	int failed = 0;

	fake_library_init(&l);
	fake_take_attention(&l, 0);
	for (const struct conform_table *t = smc_conform; t->rows; t++)
		failed += fake_play(&l, t->name, t->rows);
	fake_library_release(&l);
	return failed != 0;
}
