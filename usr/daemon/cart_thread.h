/* SPDX-License-Identifier: GPL-2.0-only */
/* A thread that works for a cartridge in the background; made when it is first needed. */
#ifndef VTL_DAEMON_CART_THREAD_H
#define VTL_DAEMON_CART_THREAD_H

#include <pthread.h>

#include "daemon/loop.h"
#include "media/background.h"

struct cart_thread {
	struct cart_background base;	/* for cart_set_background() */
	pthread_t thread;
	bool started;
	pthread_mutex_t lock;		/* over what follows, down to stopping */
	pthread_cond_t changed;
	struct cart_job *job;		/* to be run, or at work */
	bool stopping;
	int finished;			/* eventfd: a job is done; -1: nobody wants to know */
	struct loop *loop;
	struct loop_source source;
	void (*done)(void *ctx);	/* on the loop's thread, some time after a job; or NULL */
	void *ctx;
};

/* 0 or -errno.  done may be NULL. */
int cart_thread_init(struct cart_thread *t, struct loop *loop, void (*done)(void *ctx), void *ctx);
void cart_thread_release(struct cart_thread *t);	/* no cartridge uses it any more */

#endif
