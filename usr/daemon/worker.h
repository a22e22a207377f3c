/* SPDX-License-Identifier: GPL-2.0-only */
/* One thread for what takes long: jobs go in, and come back through the loop, in order. */
#ifndef VTL_DAEMON_WORKER_H
#define VTL_DAEMON_WORKER_H

#include <pthread.h>
#include <stdbool.h>

#include "daemon/loop.h"

/* Nobody but the worker touches a job between worker_submit() and done(). */
struct job {
	void (*run)(struct job *job, int cancel_fd);	/* readable: end soon.  On the worker */
	void (*done)(struct job *job);			/* on the loop's thread; may free it */
	struct job *next;
};

struct worker {
	pthread_t thread;
	pthread_mutex_t lock;		/* over what follows, down to stopping */
	pthread_cond_t wake;
	struct job *todo, *finished;	/* oldest first */
	bool stopping;
	int results, cancel;		/* eventfds */
	struct loop *loop;
	struct loop_source source;
	bool running;
};

int worker_start(struct worker *w, struct loop *loop);	/* 0 or -errno */
void worker_submit(struct worker *w, struct job *job);
/*
 * Jobs not begun come back done without having run; the one at work is waited for up to ms.
 * False: it is still at work, and the program can only _exit().  A worker not started is fine.
 */
bool worker_stop(struct worker *w, unsigned int ms);

#endif
