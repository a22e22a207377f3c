/* SPDX-License-Identifier: GPL-2.0-only */
/* Threads that share the work on one block: the daemon's, or none, or a test's idea of them. */
#ifndef VTL_MEDIA_POOL_H
#define VTL_MEDIA_POOL_H

#include <stdint.h>

enum { CART_POOL_MAX = 16 };		/* threads, the caller's among them */

/* One of the calls that make up the work; who: the thread, 0 the caller's. */
typedef void cart_pool_job(void *ctx, uint32_t i, uint32_t who);

struct cart_pool {
	uint32_t threads;		/* 1 to CART_POOL_MAX */
	uint32_t worth;			/* bytes of a block that are worth a thread, at least 128 */
	/*
	 * Calls job once for each i < n, and returns when all these calls have.  Those at the same
	 * time have different who, below threads.  Any thread may call it: while the others work
	 * for another caller, it does all by itself.
	 */
	void (*run)(struct cart_pool *p, cart_pool_job *job, void *ctx, uint32_t n);
};

#endif
