// SPDX-License-Identifier: GPL-2.0-only
/* The conformance tables of drives, in this process. */
#include <stdlib.h>

#include "conform/ssc_steps.h"
#include "fake/rig.h"

int main(void)
{
	struct rig *r = calloc(1, sizeof(*r));
	int failed;

	rig_init(r, "ULT3580-TD8");
	rig_make(r, "E01001L8", "LTO8", CART_DATA_TAPE, 0);
	rig_insert(r, "E01001L8");
	for (const struct conform_table *t = ssc_conform; t->rows; t++)
		rig_play(r, t->name, t->rows);
	failed = r->failed;
	rig_release(r);
	free(r);
	return failed != 0;
}
