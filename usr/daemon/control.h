/* SPDX-License-Identifier: GPL-2.0-only */
/* The channel over the message queue, which cannot be polled: a thread of its own waits there. */
#ifndef VTL_DAEMON_CONTROL_H
#define VTL_DAEMON_CONTROL_H

#include <pthread.h>

#include "base/log.h"
#include "daemon/channel.h"

struct control {
	struct channel channel;
	struct ctl *ctl;
	struct loop *loop;
	const struct log *log;
	struct loop_source source;
	struct exchange *waiting;
	pthread_t thread;
	int ours, threads;		/* the two ends of the socket pair */
	bool running;
};

/* Joins the queue as unit self.  0 or -errno, as ctl_open(). */
int control_start(struct control *c, uint32_t self, struct loop *loop, const struct log *log);
void control_stop(struct control *c);	/* exchanges that wait are forgotten */

#endif
