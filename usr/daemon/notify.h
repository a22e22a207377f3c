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

#endif
