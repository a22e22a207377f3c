/* SPDX-License-Identifier: GPL-2.0-only */
/* A named pipe that is told what the unit does.  Nobody has to read it. */
#ifndef VTL_DAEMON_FIFO_H
#define VTL_DAEMON_FIFO_H

#include <stdint.h>

struct fifo {
	int fd;				/* -1: none */
	uint32_t unit;
};

/* Makes it where it is missing.  path "" or NULL: none.  0 or -errno; -EEXIST: no pipe. */
int fifo_open(struct fifo *f, uint32_t unit, const char *path);
/* A line with date and unit; dropped when the pipe is full. */
void fifo_tell(const struct fifo *f, const char *text);
void fifo_close(struct fifo *f);

#endif
