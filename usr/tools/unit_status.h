/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel module says of a unit, for people. */
#ifndef VTL_TOOLS_UNIT_STATUS_H
#define VTL_TOOLS_UNIT_STATUS_H

#include <stdbool.h>
#include <stdio.h>

#define UNIT_STATUS_CLASS "/sys/class/mhvtl"

/* Two lines, or that the module has no such unit (false).  class: the folder of the units. */
bool unit_status_print(FILE *to, const char *class, unsigned int unit);

#endif
