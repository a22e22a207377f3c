/* SPDX-License-Identifier: GPL-2.0-only */
/* Root is needed to register the unit and to open its node, and for nothing else. */
#ifndef VTL_DAEMON_PRIVILEGES_H
#define VTL_DAEMON_PRIVILEGES_H

#include <stdbool.h>

#define PRIVILEGES_USER "vtl"

/*
 * Started as root: becomes user, with its groups, for good.  Else nothing.  0; -ENOENT: there is
 * no such user, and nothing has changed; -errno.  Before there are threads.
 */
int privileges_drop(const char *user);

#endif
