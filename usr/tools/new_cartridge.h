/* SPDX-License-Identifier: GPL-2.0-only */
/* An empty cartridge's folder: all of it or nothing. */
#ifndef VTL_TOOLS_NEW_CARTRIDGE_H
#define VTL_TOOLS_NEW_CARTRIDGE_H

#include "media/cart.h"

enum { NEW_CARTRIDGE_WHY = 1024 };

enum new_cartridge {
	NEW_CARTRIDGE_MADE,	/* why: a warning, or "" */
	NEW_CARTRIDGE_EXISTS,	/* home/barcode was there, and is as it was */
	NEW_CARTRIDGE_FAILED,	/* why says what; nothing is left behind */
};

/*
 * home/barcode, mode 02770, its files 0660.  Made by root they belong to user and group vtl, if
 * there are such.  why has NEW_CARTRIDGE_WHY bytes.
 */
enum new_cartridge new_cartridge(const char *home, const struct cart_spec *spec, char *why);

#endif
