/* SPDX-License-Identifier: GPL-2.0-only */
/* The thread that puts a stream of WRITEs on the tape; made when it is first needed. */
#ifndef VTL_DAEMON_PIPELINE_H
#define VTL_DAEMON_PIPELINE_H

#include <pthread.h>

#include "ssc/ssc.h"

enum { PIPELINE_DEPTH = 32 };		/* more than a transport keeps */

struct pipeline {
	struct ssc_pipeline base;	/* for ssc_stream.pipeline */
	pthread_t thread;
	bool started;
	pthread_mutex_t lock;		/* over what follows */
	pthread_cond_t wake, ended;
	struct ssc_blocks todo[PIPELINE_DEPTH];
	uint64_t put;			/* WRITEs, in all */
	_Atomic uint64_t finished;	/* of them; written under lock */
	enum cart_rc rc;		/* of the first that failed: nothing is tried behind it */
	uint64_t lost;			/* blocks */
	bool stopping;
};

void pipeline_init(struct pipeline *p, bool raw);
void pipeline_release(struct pipeline *p);	/* nothing is under way */

#endif
