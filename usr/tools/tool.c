// SPDX-License-Identifier: GPL-2.0-only
/* What the tools have in common: messages, and the configuration. */
#include <stdarg.h>
#include <stdio.h>

#include "tools/tool.h"

int tool_fail(const char *program, int status, const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", program);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	putc('\n', stderr);
	return status;
}

bool tool_load(const char *program, const char *dir, struct conf_site *ret_site,
	       struct conf_devices **ret_devices)
{
	struct conf_report report = { 0 };

	if (!conf_load_site(dir, ret_site, &report) &&
	    !conf_load_devices(ret_site->dir, ret_devices, &report))
		return true;
	tool_fail(program, 1, "%s", report.error);
	return false;
}
