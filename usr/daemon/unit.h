/* SPDX-License-Identifier: GPL-2.0-only */
/* A unit and the module: registered, owned, attached, ready. */
#ifndef VTL_DAEMON_UNIT_H
#define VTL_DAEMON_UNIT_H

#include "base/log.h"
#include "conf/conf.h"
#include "daemon/loop.h"
#include "daemon/notify.h"
#include "spc/spc.h"
#include "transport/kernel.h"

/* What the kind of unit does when the host did not hear an answer, or reset the unit. */
struct unit_events {
	void (*unheard)(void *ctx, const struct scsi_op *op);
	void (*reset)(void *ctx);
	/* Attached, and its nodes are there (why NULL, names say which), or they do not come. */
	void (*ready)(void *ctx, const char *names, const char *why);
	void (*seen_to)(void *ctx);	/* whatever came, before the loop sleeps; may be NULL */
	void (*comes)(void *ctx, struct scsi_cmd *cmd);	/* before it is run; may be NULL */
	/* As in struct transport_client; NULL: the unit keeps nothing, and has never. */
	uint64_t (*on_file)(void *ctx, uint64_t at_least);
	int (*kept)(void *ctx, const uint8_t *note, const uint8_t *data, uint32_t len);
};

/* The module's nodes, or a test's. */
struct unit_kernel {
	const struct kernel_calls *calls;
	void *ctx;			/* of calls */
};
extern const struct unit_kernel unit_real_kernel;

struct unit {
	const struct log *log;
	struct loop *loop;
	struct transport *transport;	/* of kernel; or a test's */
	struct kernel_transport kernel;
	struct loop_source source;
	const struct unit_events *events;
	void *ctx;
	struct notify_place place;
	uint32_t number, max_transfer;	/* bytes */
	struct loop_timer look;		/* for the nodes */
	struct notify_wait wait;
	bool attached;
};

enum { UNIT_FAILED = 1, UNIT_OWNED = 2, UNIT_NO_MODULE = 5 };	/* exit statuses */

/*
 * Tells the module of the unit, unless it knows it, and opens its node.  0, or an exit status:
 * then one line has said why.
 */
int unit_open(struct unit *u, const struct unit_kernel *k, const struct log *log,
	      struct loop *loop, const struct conf_unit *conf, uint8_t type,
	      const struct unit_model *model);
/* Commands come from now on.  Returns an enum vtl_last_owner, or -1: the line is said. */
int unit_attach(struct unit *u, struct lu *lu, const struct unit_events *events, void *ctx);
/* The same for a transport that is attached already; for tests. */
void unit_use(struct unit *u, struct transport *t, const struct unit_events *events, void *ctx);
/* What has come so far; else the loop does that.  -ECANCELED of kept(): why is said already. */
void unit_serve(void *unit);
/* Gives what is answered to the host. */
void unit_flush(void *unit);
void unit_close(struct unit *u, bool clean);	/* clean: in good order, if it was attached */

/*
 * Takes all units from the module that nobody owns, or will own in wait_s seconds; discard: also
 * those that keep data, which are lost.  0 or an exit status.
 */
int unit_remove_all(const struct unit_kernel *k, const struct log *log, unsigned int wait_s,
		    bool discard);

/* What the unit says of itself: the configuration's words over the model's. */
void unit_identity(const struct conf_unit *conf, struct spc_identity *ret);

#endif
