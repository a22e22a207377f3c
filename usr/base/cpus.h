/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VTL_BASE_CPUS_H
#define VTL_BASE_CPUS_H

#include <stdint.h>

/* How many CPUs this process may run on, by its affinity; 1 where that cannot be told. */
uint32_t cpus_usable(void);

#endif
