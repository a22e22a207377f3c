/* SPDX-License-Identifier: GPL-2.0-only */
/* Threads that share the work on a cartridge's blocks; made when they are first needed. */
#ifndef VTL_DAEMON_CREW_H
#define VTL_DAEMON_CREW_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "media/pool.h"

/* Below 32 KiB a part saves little time, and each costs some of what compression saves. */
enum { CREW_DEFAULT_MAX = 4, CREW_WORTH = 32 << 10 };

struct crew_hand {
	struct crew *crew;
	pthread_t thread;
	uint32_t who;			/* from 1 */
};

struct crew {
	struct cart_pool base;		/* for cart_set_pool() */
	struct crew_hand hand[CART_POOL_MAX];	/* the caller's own is not used */
	uint32_t hands;			/* threads that there are */
	bool failed;			/* no more of them can be made */
	pthread_mutex_t lock;		/* over what follows */
	pthread_cond_t wake, ready;
	cart_pool_job *job;
	void *ctx;
	uint32_t n, next;		/* calls of it; the first that nobody has taken */
	bool busy, stopping;
	atomic_uint left;		/* calls not done; written under lock */
	atomic_uint posted;		/* how often there was work; written under lock */
};

/* threads: with the caller's own; 0: as many as there are CPUs, at most CREW_DEFAULT_MAX. */
void crew_init(struct crew *c, uint32_t threads);
/* Ends the threads until they are needed again; nobody runs anything. */
void crew_rest(struct crew *c);

#endif
