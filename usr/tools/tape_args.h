/* SPDX-License-Identifier: GPL-2.0-only */
/* Options of the tools that take one cartridge, by letter. */
#ifndef VTL_TOOLS_TAPE_ARGS_H
#define VTL_TOOLS_TAPE_ARGS_H

#include <getopt.h>

#include "tools/cartridge.h"

enum { TAPE_DONE, TAPE_USAGE, TAPE_FAILED };	/* exit status */

struct tape_tool {
	const char *name;
	const char *letters;		/* as getopt(3) has them; longs give letters, too */
	const struct option *longs;
	void (*help)(void);
};

struct tape_args {
	const char *value[128];		/* of an option's letter; "" where it takes none */
	unsigned int count[128];
	struct cartridge_where where;	/* of -C, -H and -l */
};

/* -h and -V are answered, operands are refused.  0: go on; else *ret_status is to end with. */
int tape_args_parse(const struct tape_tool *t, int argc, char **argv, struct tape_args *ret,
		    int *ret_status);
/* The folder of -m, or of -f where the tool has it.  Says itself what is wrong. */
bool tape_args_find(const struct tape_args *a, char *ret);

/* Of every such tool, to go into its longs. */
#define TAPE_LONGS						\
	{ "barcode", required_argument, NULL, 'm' },		\
	{ "library", required_argument, NULL, 'l' },		\
	{ "config-dir", required_argument, NULL, 'C' },		\
	{ "home-dir", required_argument, NULL, 'H' },		\
	{ "json", no_argument, NULL, 'j' },			\
	{ "verbose", no_argument, NULL, 'v' },			\
	{ "version", no_argument, NULL, 'V' },			\
	{ "help", no_argument, NULL, 'h' }

#endif
