/* SPDX-License-Identifier: GPL-2.0-only */
/* A pool without threads: the calls come last to first, each by another hand. */
#ifndef VTL_FAKE_POOL_H
#define VTL_FAKE_POOL_H

#include "media/pool.h"

struct fake_pool {
	struct cart_pool base;
	uint64_t calls;
};

struct fake_pool fake_pool(uint32_t threads, uint32_t worth);

#endif
