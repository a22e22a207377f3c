/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tools have in common. */
#ifndef VTL_TOOLS_TOOL_H
#define VTL_TOOLS_TOOL_H

#include <stdint.h>
#include <stdio.h>

#include "conf/conf.h"
#include "media/cart.h"

/* One line to stderr, "program: ..."; returns status. */
int tool_fail(const char *program, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Site and device.conf.  dir as conf_load_site() takes it.  Says itself what is wrong; false then.
 * Free *ret_devices.
 */
bool tool_load(const char *program, const char *dir, struct conf_site *ret_site,
	       struct conf_devices **ret_devices);

/* What hinders, in a few words. */
const char *tool_cart_error(enum cart_rc rc);
const char *tool_type_name(enum cart_type type);	/* as mktape -t takes it */
bool tool_type_find(const char *name, enum cart_type *ret);

/* What is on stdout has arrived; else it says so, and returns status. */
int tool_flush(const char *program, int status);

/* A line at a terminal that is written again and again; nothing elsewhere. */
struct tool_progress {
	bool on;
	const char *what;
	uint64_t total;			/* bytes; 0 is not known */
	int64_t shown;			/* seconds, monotonic, when it was written last */
};

void tool_progress_begin(struct tool_progress *p, const char *what, uint64_t total);
void tool_progress(struct tool_progress *p, uint64_t objects, uint64_t bytes);
void tool_progress_end(struct tool_progress *p);

#endif
