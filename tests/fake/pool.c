// SPDX-License-Identifier: GPL-2.0-only
#include "base/macros.h"
#include "fake/pool.h"

static void run(struct cart_pool *p, cart_pool_job *job, void *ctx, uint32_t n)
{
	struct fake_pool *f = container_of(p, struct fake_pool, base);

	f->calls += n;
	for (uint32_t i = n; i--;)
		job(ctx, i, i % p->threads);
}

struct fake_pool fake_pool(uint32_t threads, uint32_t worth)
{
	return (struct fake_pool){ .base = { threads, worth, run } };
}
