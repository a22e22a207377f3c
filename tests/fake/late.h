/* SPDX-License-Identifier: GPL-2.0-only */
/* A cartridge's background that works when the test says so, or when somebody waits for it. */
#ifndef VTL_FAKE_LATE_H
#define VTL_FAKE_LATE_H

#include "media/background.h"

struct late {
	struct cart_background base;	/* for cart_set_background() */
	struct cart_job *job;		/* to be done */
	bool at_once, refuse;
	int submitted, waited;		/* calls, for those who count */
};

struct late late_new(bool at_once);
void late_work(struct late *l);

#endif
