/* SPDX-License-Identifier: GPL-2.0-only */
/* A drive's daemon: the drive, its cartridges, and who asks it for what. */
#ifndef VTL_DAEMON_TAPE_H
#define VTL_DAEMON_TAPE_H

#include "daemon/cart_thread.h"
#include "daemon/channel.h"
#include "daemon/crew.h"
#include "daemon/fifo.h"
#include "daemon/pipeline.h"
#include "daemon/program.h"
#include "daemon/unit.h"
#include "daemon/worker.h"
#include "media/cart.h"
#include "media/io.h"
#include "ssc/ssc.h"

enum { TAPE_OWNER_MAX = 41, TAPE_WAIT_MS = 1000, TAPE_SAVE_MS = 60000 };

/* A cartridge to be opened or put away; the worker's while it is under way. */
struct tape;

struct tape_job {
	struct job job;
	struct tape *tape;
	char path[CONF_PATH_SIZE + CART_BARCODE_MAX + 2];
	char owner[TAPE_OWNER_MAX];
	bool put;			/* away; else open */
	struct cart_folder *folder;
	struct cart *cart;
	enum cart_rc rc;
	char why[CART_WHY_MAX];
};

/* What an operator can make slow, as a real drive is: "delay". */
struct tape_delays {
	uint64_t seconds[CTL_STEPS];
	struct loop_timer job;		/* armed while the end of a job is held back */
	struct loop_timer answer;	/* ... and that of held */
	struct scsi_cmd *held;		/* done but for its answer; NULL: none */
	void (*done)(struct scsi_cmd *cmd);	/* its transport's */
};

enum tape_phase {
	TAPE_ASKING,			/* the library what is in the drive; not attached yet */
	TAPE_ATTACHED,
	TAPE_ENDING,
};

struct tape {
	struct log *log;
	struct loop *loop;
	struct worker *worker;
	struct channel *channel;
	const struct fifo *fifo;
	const struct conf_drive *conf;
	char home[CONF_PATH_SIZE];	/* of cartridges */

	struct ssc_drive drive;
	struct ssc_loader loader;
	struct cart_folder *folder;	/* of drive.cart */
	struct cart_thread syncer, reader;	/* of drive.cart */
	struct crew crew;		/* of drive.cart */
	struct pipeline pipeline;
	struct loop_timer save;		/* armed while its counters are not saved */
	struct tape_job job;
	bool working;			/* job is the worker's */
	enum tape_phase phase;

	/* What is in the drive when it begins. */
	char first_barcode[CART_BARCODE_MAX + 1];
	struct cart *first_cart;
	struct loop_timer patience;
	void (*begin)(struct tape *t);	/* asked enough: attach */

	struct tape_delays delays;

	bool registered;
	uint32_t library;		/* gets the events, if registered */
	char outside[CART_BARCODE_MAX + 1];	/* unloaded by an operator, not taken away */
	struct ctl_message request;	/* LOAD or UNLOAD in hand, if has_request */
	bool has_request;
};

/* 0 or -errno.  What it is given must outlive it; begin is called once, from the loop. */
struct tape_parts {
	struct log *log;
	struct loop *loop;
	struct worker *worker;
	struct channel *channel;
	const struct fifo *fifo;
	const struct conf_drive *conf;
	const char *home;		/* of cartridges */
	uint32_t max_transfer;		/* of the unit, bytes; 0: as the model */
	void (*begin)(struct tape *t);
};
int tape_init(struct tape *t, const struct tape_parts *parts);
/* Says hello to the library, and waits for what belongs into the drive, but not for long. */
void tape_ask(struct tape *t);
/* The unit begins; unclean as ssc_drive_start() has it. */
void tape_start(struct tape *t, bool unclean);
/*
 * Puts the cartridge away.  The worker has stopped.  False: it could not be put away clean, or the
 * host has it elsewhere than at its beginning, where the next daemon would write over it.
 */
bool tape_stop(struct tape *t);
void tape_release(struct tape *t);

/* How the cartridge is to be read and synced, once it is open. */
void tape_equip(struct tape *t, struct cart *cart);

/* tape_loader.c: a cartridge for the beginning, answered by tape_first_opened(). */
void tape_loader_init(struct tape *t);
void tape_open(struct tape *t, const char *barcode);
/* At once; flags, *ret and why as cart_open() has them.  *ret_folder: NULL without *ret. */
enum cart_rc tape_open_folder(const char *path, int flags, const char *owner,
			      struct cart_folder **ret_folder, struct cart **ret, char *why);
void tape_first_opened(struct tape *t, enum cart_rc rc, const char *why);

void tape_job_end(void *tape);	/* the end that is held back, now */

/* tape_delay.c: steps that take longer than they would. */
void tape_delays_init(struct tape *t);
void tape_hold_job(struct tape *t, bool put);	/* tape_job_end() when its time is over */
/* Nothing waits any more: the host gave up, or the daemon ends. */
void tape_end_delays(struct tape *t);

/* tape_control.c: what the message queue brings, and "empty", "loaded X", "unloaded X". */
void tape_received(void *tape, const struct ctl_message *m);
void tape_state(const struct tape *t, char *buf, size_t cap);
void tape_answer(struct tape *t, enum ctl_code code, const char *text);	/* the one in hand */
void tape_tell(struct tape *t, const char *event, const char *barcode);

/* tape_kept.c: what the last daemon left, see ssc_kept_write().  -ECANCELED: it cannot be
 * written now, the line is said. */
int tape_kept(void *tape, const uint8_t *note, const uint8_t *data, uint32_t len);

/* For struct unit_events. */
uint64_t tape_on_file(void *tape, uint64_t at_least);
void tape_unheard(void *tape, const struct scsi_op *op);
void tape_reset(void *tape);
void tape_seen_to(void *tape);
void tape_comes(void *tape, struct scsi_cmd *cmd);

#endif
