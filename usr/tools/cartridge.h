/* SPDX-License-Identifier: GPL-2.0-only */
/* Cartridges that users name: where they are, and opening them. */
#ifndef VTL_TOOLS_CARTRIDGE_H
#define VTL_TOOLS_CARTRIDGE_H

#include "conf/conf.h"
#include "media/cart.h"
#include "media/io.h"

/* What the options say; NULL: nothing. */
struct cartridge_where {
	const char *program;		/* for messages */
	const char *dir;		/* -C: of device.conf */
	const char *home;		/* -H: where cartridges are, whatever device.conf says */
	const char *library;		/* -l */
};

enum { CARTRIDGE_PATH = CONF_PATH_SIZE + 64 };

/*
 * The folder of a cartridge that is there: name with a slash in it is that folder, else a barcode
 * in the homes of the libraries, of which one must have it.  Says itself what is wrong.
 */
bool cartridge_find(const struct cartridge_where *w, const char *name, char *ret);
/*
 * Where a new one goes, home and barcode.  A bare barcode goes to the one home there is, or to
 * that of near, a cartridge's folder, unless that is NULL.
 */
bool cartridge_place(const struct cartridge_where *w, const char *name, const char *near,
		     char *ret_home, char *ret_barcode);

struct cartridge {
	struct cart_folder *folder;
	struct cart *cart;
	char why[CART_WHY_MAX];		/* as cart_open() gives it */
	enum cart_rc rc;		/* CART_OK or CART_DAMAGED */
};

/* The folder at path alone, to be closed.  Says itself what is wrong; false then. */
bool cartridge_folder(const char *program, const char *path, struct cart_folder **ret);
/*
 * flags: CART_LOOK or CART_TOOL.  Says itself what is wrong; false then.  A damaged one is opened
 * as far as cart_open() does.
 */
bool cartridge_open(const char *program, const char *path, int flags, struct cartridge *ret);
/* cartridge_find(), and what it found opened with CART_LOOK. */
bool cartridge_look(const struct cartridge_where *w, const char *name, char *ret_path,
		    struct cartridge *ret);
/* Says what is damaged, for who goes on with the rest. */
void cartridge_warn(const char *program, const char *path, const struct cartridge *c);
/* Puts it away; says itself what is wrong, false then.  Not opened is fine. */
bool cartridge_close(const char *program, struct cartridge *c);
/* The same without writing. */
void cartridge_drop(struct cartridge *c);

/* Somebody has it open to change it.  Also false for what is no cartridge. */
bool cartridge_busy(const char *path);

#endif
