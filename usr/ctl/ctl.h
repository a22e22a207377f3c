/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The message queue between library, drives and tools.
 *
 * An address is a unit's id, or a tool's own (above CTL_TOOL).  Each request has an identity, which
 * its reply repeats; every wait has an end.  Nothing here blocks but ctl_receive() and ctl_call().
 * One struct ctl may be used by several threads, one of them in ctl_receive().  All return 0 or
 * -errno; besides those named: -EACCES, -EPERM (the queue is another user's), -ENOSPC (no queue
 * left).
 */
#ifndef VTL_CTL_CTL_H
#define VTL_CTL_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CTL_KEY     0x4d61726b		/* unless the environment has MHVTL_QUEUE_KEY */
#define CTL_KEY_ENV "MHVTL_QUEUE_KEY"
#define CTL_OWNER   "vtl"		/* user and group of the queue */

enum {
	CTL_VERSION   = 1,
	CTL_TEXT_MAX  = 1000,		/* characters */
	CTL_UNIT_MAX  = 1023,
	CTL_TOOL      = 1 << 24,	/* addresses of tools: this + process id */
	CTL_STALE_MS  = 10000,		/* a request older than this is dropped by its receiver */
	CTL_SEND_MS   = 500,		/* how long a send tries while the queue is full */
};

enum ctl_kind { CTL_REQUEST = 1, CTL_REPLY, CTL_EVENT };

/* In a reply.  vtlcmd exits with the first three, and with 1 for what follows them. */
enum ctl_code {
	CTL_DONE    = 0,		/* text: what there is to say, or "" */
	CTL_REFUSED = 1,		/* text: why; nothing has changed */
	CTL_USAGE   = 2,		/* text: what was expected */
	CTL_PREVENTED = 3,		/* a host has prevented the removal of the medium */
	CTL_FULL      = 4,		/* the drive holds a cartridge already */
};

/* As in the queue, behind its type. */
struct ctl_message {
	uint32_t version;		/* CTL_VERSION; others are dropped */
	uint32_t kind;			/* enum ctl_kind */
	uint64_t identity;		/* of the request; of an event its own */
	uint64_t time_ms;		/* CLOCK_BOOTTIME when sent */
	uint32_t sender;		/* its address */
	uint32_t code;			/* enum ctl_code, in a reply */
	char text[CTL_TEXT_MAX + 1];	/* NUL-terminated, always */
};

struct ctl;

/* Joins the queue, or makes it.  self: a unit's id, or CTL_TOOL: an address of its own. */
int ctl_open(uint32_t self, struct ctl **ret);
void ctl_close(struct ctl *c);		/* takes away what is addressed to a tool; NULL is fine */
uint32_t ctl_self(const struct ctl *c);
static inline bool ctl_from_unit(const struct ctl_message *m)
{
	return m->sender <= CTL_UNIT_MAX;
}

/*
 * Each tries for CTL_SEND_MS while the queue is full, having thrown out what is stale.
 * -ETIMEDOUT: full of what is not.  -EMSGSIZE: text too long.
 */
int ctl_request(struct ctl *c, uint32_t to, const char *text, uint64_t *ret_identity);
int ctl_event(struct ctl *c, uint32_t to, const char *text);
/* A reply to a tool that is gone is dropped, with 0. */
int ctl_reply(struct ctl *c, const struct ctl_message *request, enum ctl_code code,
	      const char *text);

/*
 * The next message for self; stale requests and what is not a message are dropped.  A queue that
 * was removed is made again.  block false: -EAGAIN if there is none.  -EINTR: a signal.
 * -ECANCELED: ctl_wake() was called.
 */
int ctl_receive(struct ctl *c, bool block, struct ctl_message *ret);
/* Ends one ctl_receive() of another thread. */
int ctl_wake(struct ctl *c);

/*
 * Request and reply in one, for tools (the messages to self of a daemon go to its own thread).
 * -ETIMEDOUT: no reply in time; then the request is withdrawn.
 */
int ctl_call(struct ctl *c, uint32_t to, const char *text, unsigned int timeout_ms,
	     struct ctl_message *ret);

/*
 * Words.  A request's text is a verb and its arguments, with one blank between; ctl_parse() knows
 * them all, so that vtlcmd refuses what no daemon knows, and daemons switch over the verb.
 */
enum ctl_verb {
	/* To both. */
	CTL_VERBOSE,		/* [0-9]: none cycles 3, 2, 1, 0 */
	CTL_DEBUG,
	CTL_EXIT,
	CTL_TAPE_ALERT,		/* 64 bits in hexadecimal, bit 0 is flag 1; a drive adds them */
	CTL_INQUIRY_CHANGE,	/* unit attention 3F/03 */
	CTL_ONLINE, CTL_OFFLINE,
	CTL_STATUS,		/* reply: lines for people */
	/* To a library. */
	CTL_ADD_SLOT,		/* reply: slot=N */
	CTL_OPEN_MAP, CTL_CLOSE_MAP, CTL_EMPTY_MAP,
	CTL_LIST_MAP,		/* reply: barcodes, a line each */
	CTL_LOAD_MAP,		/* BARCODE */
	/* To a drive.  From its library they are the robot's hand, from a tool an operator's. */
	CTL_LOAD,		/* BARCODE.  Done: ready at BOT */
	CTL_UNLOAD,		/* [BARCODE].  From the library: and the cartridge is taken away */
	CTL_COMPRESSION,	/* lzo, zlib, zstd */
	CTL_APPEND_ONLY,	/* yes, no */
	CTL_DELAY,		/* load, unload, rewind, position, thread; blank; seconds */
	CTL_DUMP,
	/*
	 * From the library to a drive.  Register: "you are my drive"; its sender gets the events.
	 * Both are replied to with "empty", "loaded BARCODE", or "unloaded BARCODE" (in its mouth).
	 */
	CTL_REGISTER, CTL_STATE,
};

/* Events from a drive to its library; the library need not have registered for the first. */
#define CTL_EVENT_HELLO    "hello"	/* the drive's daemon has started: register */
#define CTL_EVENT_UNLOADED "unloaded "	/* BARCODE: a host or operator unloaded it */
#define CTL_EVENT_LOADED   "loaded "	/* BARCODE: a host or operator loaded it from the mouth */

/* What a drive can be slow at. */
enum ctl_step {
	CTL_STEP_LOAD, CTL_STEP_UNLOAD, CTL_STEP_REWIND, CTL_STEP_POSITION, CTL_STEP_THREAD,
	CTL_STEPS,
};

enum ctl_takes { CTL_TO_LIBRARY = 1, CTL_TO_DRIVE = 2, CTL_FROM_TOOL = 4 };

struct ctl_command {
	enum ctl_verb verb;
	char argument[64];	/* in the one form that the comments above give; "" none */
	uint64_t number;	/* of TapeAlert, verbose, and delay (seconds) */
	enum ctl_step step;	/* of delay */
};

/*
 * takes: CTL_TO_LIBRARY or CTL_TO_DRIVE, whatever the receiver is; CTL_FROM_TOOL to refuse what
 * only a library says.  Verbs and fixed words in any case.  -EINVAL: why[CTL_TEXT_MAX + 1] says
 * what was expected.
 */
int ctl_parse(const char *text, unsigned int takes, struct ctl_command *ret, char *why);
/* The n-th line of help on the words that takes (as above) allows; false: no more. */
bool ctl_usage(unsigned int takes, unsigned int n, char *line, size_t size);

#endif
