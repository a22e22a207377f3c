/* SPDX-License-Identifier: GPL-2.0-only */
/* What vtltape and vtllibrary take on their command lines. */
#ifndef VTL_DAEMON_OPTIONS_H
#define VTL_DAEMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options {
	uint32_t unit;
	bool has_unit;
	int verbose;			/* 0 to 9; -1: as mhvtl.conf says */
	bool foreground;
	const char *fifo;		/* NULL: as device.conf says */
	const char *config_dir;		/* NULL: the usual */
	bool help, version;
	bool remove_all;		/* take all units from the module ... */
	unsigned int remove_wait_s;	/* ... and wait so long for those in use */
	bool discard;			/* ... with the data that it keeps for them */
};

/* 0, or -EINVAL: why says what is wrong. */
int options_parse(int argc, char **argv, struct options *ret, char *why, size_t cap);
/* Lines for --help. */
extern const char options_help[];

#endif
