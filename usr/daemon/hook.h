/* SPDX-License-Identifier: GPL-2.0-only */
/* The operator's program that is told of each move, and may refuse it. */
#ifndef VTL_DAEMON_HOOK_H
#define VTL_DAEMON_HOOK_H

#include <stdint.h>

enum { HOOK_ARGS = 5 };

/*
 * Runs command, the shell's language, with args as its last words, which the shell does not look
 * into.  Ends it after seconds, or when cancel_fd is readable, with all that it has started.
 * NULL: it ended with status 0.  Else why not, in words (const).  Blocks.
 */
const char *hook_run(const char *command, const char *const args[HOOK_ARGS], uint32_t seconds,
		     int cancel_fd);

#endif
