/* SPDX-License-Identifier: GPL-2.0-only */
/* A cartridge in the making: it appears whole, or not at all.  All say themselves what is wrong. */
#ifndef VTL_TOOLS_MAKING_H
#define VTL_TOOLS_MAKING_H

#include "tools/cartridge.h"
#include "tools/staged.h"
#include "tools/vtlcart.h"

struct making {
	const char *program;
	char home[CONF_PATH_SIZE];
	struct staged staged;
	struct cartridge c;		/* open; NULL in it before making_open() */
};

/* What -d, -s and -t say of a cartridge of that barcode, which else speaks for itself. */
bool making_spec(const struct vtlcart *v, const char *barcode, struct cart_spec *ret);
/* The folder, empty. */
bool making_begin(struct making *m, const char *program, const char *home, const char *name);
/* An empty cartridge in it, open. */
bool making_create(struct making *m, const struct cart_spec *spec);
/* The one that is in it now, open. */
bool making_open(struct making *m);
/* Put away, on disk, and under its name; else as making_discard(). */
bool making_commit(struct making *m);
void making_discard(struct making *m);	/* nothing is left */

/* Says what to do with a full one, or NULL: it all went well. */
const char *making_failure(enum cart_rc rc);

#endif
