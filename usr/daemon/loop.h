/* SPDX-License-Identifier: GPL-2.0-only */
/* The event loop of the one thread that owns a unit: descriptors and timers. */
#ifndef VTL_DAEMON_LOOP_H
#define VTL_DAEMON_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop_source {
	int fd;
	void (*ready)(void *ctx);	/* is readable, or has hung up */
	void *ctx;
};

struct loop_timer {
	void (*due)(void *ctx);
	void *ctx;
	uint64_t at_ms;			/* CLOCK_MONOTONIC */
	bool armed;
	struct loop_timer *next;
};

struct loop {
	int epoll;
	bool stopped;
	int status;			/* what loop_run() returns */
	struct loop_timer *timers;	/* earliest first */
	const uint64_t *clock;		/* a test's, ms; NULL: CLOCK_MONOTONIC */
	void (*after)(void *ctx);	/* when all that was ready has been seen to; may be NULL */
	void *after_ctx;
	/*
	 * Sleeps instead of the loop and sees to something of its own, or returns true: descriptor
	 * epoll is readable.  At most ms, -1: for ever.  NULL: the loop sleeps itself.
	 */
	bool (*sleep)(void *ctx, int epoll, int ms);
	void *sleep_ctx;
};

int loop_init(struct loop *l);		/* 0 or -errno */
void loop_release(struct loop *l);
int loop_add(struct loop *l, struct loop_source *s);	/* s stays the caller's */
void loop_remove(struct loop *l, struct loop_source *s);
void loop_timer_start(struct loop *l, struct loop_timer *t, uint64_t ms);	/* anew, if armed */
void loop_timer_stop(struct loop *l, struct loop_timer *t);
/* Waits at most max_ms (-1: for ever) for something, and sees to it. */
void loop_step(struct loop *l, int max_ms);
int loop_run(struct loop *l);		/* until loop_stop(); its status */
void loop_stop(struct loop *l, int status);
uint64_t loop_now_ms(void);		/* CLOCK_MONOTONIC */

#endif
