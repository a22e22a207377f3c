/* SPDX-License-Identifier: GPL-2.0-only */
/* When a unit is ready: its nodes are there; and telling systemd. */
#ifndef VTL_DAEMON_NOTIFY_H
#define VTL_DAEMON_NOTIFY_H

#include <stddef.h>
#include <stdint.h>

/* A line of sd_notify(3); nothing where nobody has asked for it. */
void notify_systemd(const char *state);

/* Where the host shows a unit, as in lsscsi; sysfs and dev are "/sys" and "/dev", or a test's. */
struct notify_place {
	const char *sysfs, *dev;
	uint32_t host, channel, target;
	uint64_t lun;
	uint8_t type;			/* 1: st, 8: sch */
};

/*
 * NULL: sg and st or sch nodes are there, their names in names ("sg3 st1").  Else what is missing,
 * in words (const).
 */
const char *notify_missing_node(const struct notify_place *p, char *names, size_t cap);

/* Waiting for them; all zero before the first look but begin_ms. */
struct notify_wait {
	uint64_t begin_ms, since_ms;	/* of loop_now_ms(): all of it, and since something came */
	const char *missing;		/* at the last look; of notify_missing_node() */
};

/*
 * Milliseconds to the next look, after one that found this missing; 0: it is time to give up.  The
 * longer the wait, the rarer the looks: hundreds of units that start at once are scanned one by
 * one, and those that look would take the CPU from the scan that they wait for.
 */
unsigned int notify_again(struct notify_wait *w, uint64_t now_ms, const char *missing);

#endif
