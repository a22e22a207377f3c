// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whoever is free takes the next call, the caller too: a thread that wakes up late finds its work
 * done, and has delayed nothing.  After its work a thread looks out for more for a moment before it
 * sleeps, as blocks come one after the other, and waking up takes as long as compressing a few KiB.
 */
#include <time.h>

#include "base/cpus.h"
#include "base/macros.h"
#include "daemon/crew.h"

enum { LOOK_OUT_NS = 50000, LOOKS = 64 };

static struct crew *of(struct cart_pool *p)
{
	return container_of(p, struct crew, base);
}

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
}

/* Until *value is another one, or for as long as is worth it. */
static void look_out(atomic_uint *value, unsigned int old)
{
	const int64_t end = now_ns() + LOOK_OUT_NS;

	while (now_ns() < end)
		for (int i = 0; i < LOOKS; i++) {
			if (atomic_load_explicit(value, memory_order_relaxed) != old)
				return;
			relax();
		}
}

/* With the lock held, but for the calls. */
static void take_calls(struct crew *c, uint32_t who)
{
	while (c->next < c->n) {
		cart_pool_job *job = c->job;
		void *ctx = c->ctx;
		const uint32_t i = c->next++;

		pthread_mutex_unlock(&c->lock);
		job(ctx, i, who);
		pthread_mutex_lock(&c->lock);
		if (atomic_fetch_sub(&c->left, 1) == 1)
			pthread_cond_signal(&c->ready);
	}
}

static void *work(void *arg)
{
	const struct crew_hand *h = arg;
	struct crew *c = h->crew;

	pthread_mutex_lock(&c->lock);
	while (!c->stopping) {
		const unsigned int seen = c->posted;

		take_calls(c, h->who);
		if (c->posted != seen || c->stopping)
			continue;
		pthread_mutex_unlock(&c->lock);
		look_out(&c->posted, seen);
		pthread_mutex_lock(&c->lock);
		while (c->posted == seen && !c->stopping)
			pthread_cond_wait(&c->wake, &c->lock);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static void hire(struct crew *c)
{
	while (!c->failed && c->hands + 1 < c->base.threads) {
		struct crew_hand *h = &c->hand[c->hands + 1];

		h->crew = c;
		h->who = c->hands + 1;
		c->failed = pthread_create(&h->thread, NULL, work, h);
		c->hands += !c->failed;
	}
}

/* False: the others work for somebody else. */
static bool post(struct crew *c, cart_pool_job *job, void *ctx, uint32_t n)
{
	if (c->busy)
		return false;
	hire(c);
	c->busy = true;
	c->job = job;
	c->ctx = ctx;
	c->n = n;
	c->next = 0;
	c->left = n;
	c->posted++;
	for (uint32_t i = 1; i < n && i <= c->hands; i++)
		pthread_cond_signal(&c->wake);
	return true;
}

static void await(struct crew *c)
{
	while (c->left) {
		const unsigned int left = c->left;

		pthread_mutex_unlock(&c->lock);
		look_out(&c->left, left);
		pthread_mutex_lock(&c->lock);
		if (c->left == left)
			pthread_cond_wait(&c->ready, &c->lock);
	}
}

static void run(struct cart_pool *p, cart_pool_job *job, void *ctx, uint32_t n)
{
	struct crew *c = of(p);
	bool alone;

	pthread_mutex_lock(&c->lock);
	alone = n < 2 || !post(c, job, ctx, n);
	if (!alone) {
		take_calls(c, 0);
		await(c);
		c->busy = false;
	}
	pthread_mutex_unlock(&c->lock);
	for (uint32_t i = 0; alone && i < n; i++)
		job(ctx, i, 0);
}

void crew_init(struct crew *c, uint32_t threads)
{
	const uint32_t n = cpus_usable();

	*c = (struct crew){
		.base = {
			threads ? threads : n < CREW_DEFAULT_MAX ? n : CREW_DEFAULT_MAX,
			CREW_WORTH, run,
		},
		.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER,
		.ready = PTHREAD_COND_INITIALIZER,
	};
}

void crew_rest(struct crew *c)
{
	pthread_mutex_lock(&c->lock);
	c->stopping = true;
	pthread_cond_broadcast(&c->wake);
	pthread_mutex_unlock(&c->lock);
	for (; c->hands; c->hands--)
		pthread_join(c->hand[c->hands].thread, NULL);
	c->stopping = c->failed = false;
}
