/* SPDX-License-Identifier: GPL-2.0-only */
/* The message queue in memory: units of one process talk to each other. */
#ifndef VTL_FAKE_POST_H
#define VTL_FAKE_POST_H

#include "daemon/channel.h"

enum { POST_MAX = 64, POST_UNITS = 4 };

struct post;

struct post_unit {
	struct channel channel;
	struct post *post;
	uint32_t address;		/* 0: nobody */
	bool deaf;			/* what is for it waits, for ever */
	struct exchange *waiting;
};

struct post {
	struct {
		uint32_t to;
		struct ctl_message m;
	} bag[POST_MAX];
	unsigned int n;
	uint64_t identity;
	struct post_unit units[POST_UNITS];
	struct ctl_message last;	/* reply to a tool */
	bool has_last;
};

enum { POST_TOOL = CTL_TOOL + 1 };

struct channel *post_join(struct post *p, uint32_t address);
struct post_unit *post_unit(struct post *p, uint32_t address);
/* Delivers what is there; true: something was. */
bool post_deliver(struct post *p);
/* From a tool. */
void post_ask(struct post *p, uint32_t to, const char *text);
/* Ends the exchanges that wait, as their time-outs would. */
void post_time_passes(struct post *p);

#endif
