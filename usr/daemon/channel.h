/* SPDX-License-Identifier: GPL-2.0-only */
/* How a unit talks to others: over the message queue, or in a test over memory. */
#ifndef VTL_DAEMON_CHANNEL_H
#define VTL_DAEMON_CHANNEL_H

#include "ctl/ctl.h"
#include "daemon/loop.h"

/* A request of ours that waits for its reply.  Its memory is the caller's until then. */
struct exchange {
	/* Called once; reply is NULL when none came in time.  x may be used again in it. */
	void (*ended)(struct exchange *x, const struct ctl_message *reply);
	void *ctx;			/* the caller's */
	uint64_t identity;		/* channel's, as is all that follows */
	bool waiting;
	struct loop_timer timer;
	struct channel *channel;
	struct exchange *next;
};

struct channel {
	/* x->ended is called later, from the loop; also when it could not be sent. */
	void (*request)(struct channel *c, struct exchange *x, uint32_t to, const char *text,
			unsigned int timeout_ms);
	void (*reply)(struct channel *c, const struct ctl_message *request, enum ctl_code code,
		      const char *text);
	void (*event)(struct channel *c, uint32_t to, const char *text);
	/* The unit's: a request or an event has come. */
	void (*received)(void *ctx, const struct ctl_message *m);
	void *ctx;
};

#endif
