// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE		/* sched_getaffinity() */
#include <sched.h>

#include "base/cpus.h"

uint32_t cpus_usable(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ? 1 : (uint32_t)CPU_COUNT(&set);
}
