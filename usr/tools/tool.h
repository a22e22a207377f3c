/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tools have in common. */
#ifndef VTL_TOOLS_TOOL_H
#define VTL_TOOLS_TOOL_H

#include <stdint.h>

#include "conf/conf.h"

/* One line to stderr, "program: ..."; returns status. */
int tool_fail(const char *program, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Site and device.conf.  dir as conf_load_site() takes it.  Says itself what is wrong; false then.
 * Free *ret_devices.
 */
bool tool_load(const char *program, const char *dir, struct conf_site *ret_site,
	       struct conf_devices **ret_devices);

#endif
