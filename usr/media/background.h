/* SPDX-License-Identifier: GPL-2.0-only */
/* A thread that works for a cartridge: the daemon's, or none, or a test's idea of one. */
#ifndef VTL_MEDIA_BACKGROUND_H
#define VTL_MEDIA_BACKGROUND_H

#include <stdbool.h>

struct cart_job {
	void (*run)(struct cart_job *job);
};

/* One job at a time: submit, then done until it is true.  The job stays its owner's. */
struct cart_background {
	/* Runs it elsewhere, now or later; false: cannot, it is not run. */
	bool (*submit)(struct cart_background *b, struct cart_job *job);
	/* Has it run?  What it wrote can be read then.  With wait always true. */
	bool (*done)(struct cart_background *b, bool wait);
};

#endif
