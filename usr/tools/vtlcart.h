/* SPDX-License-Identifier: GPL-2.0-only */
/* The words of vtlcart: a row each in vtlcart.c, a file each of their own. */
#ifndef VTL_TOOLS_VTLCART_H
#define VTL_TOOLS_VTLCART_H

#include "tools/cartridge.h"

enum { VTLCART_DONE, VTLCART_FAILED, VTLCART_USAGE };	/* exit status */

struct vtlcart {
	struct cartridge_where where;	/* program is "vtlcart" */
	bool json, verbose;
	bool data;			/* --data */
	bool from_mhvtl;		/* --from-mhvtl */
	bool accept_bad;		/* --accept-bad */
	const char *partition;		/* -p: decimal, checked; NULL: not said */
	const char *size, *type, *density;	/* -s -t -d, as mktape has them; or NULL */
	int n;				/* operands, checked against the row */
	char **operand;
};

/* Says itself what is wrong; returns the exit status. */
typedef int vtlcart_run(const struct vtlcart *v);

struct vtlcart_command {
	const char *name;		/* NULL ends the table */
	const char *usage;		/* the operands */
	const char *what;		/* a line of help */
	const char *options;		/* letters of those it takes, beside C, H, l, v, h, V */
	int min, max;			/* operands */
	vtlcart_run *run;
};

vtlcart_run vtlcart_info, vtlcart_export, vtlcart_import, vtlcart_clone, vtlcart_snapshot;
vtlcart_run vtlcart_check, vtlcart_repair;
/* What vtlcart_import() does with --from-mhvtl. */
vtlcart_run vtlcart_import_mhvtl;

#endif
