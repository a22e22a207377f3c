/* SPDX-License-Identifier: GPL-2.0-only */
/* A tape as text: a letter is a block full of it, a capital a longer one, | a filemark. */
#ifndef VTL_FAKE_TEXT_TAPE_H
#define VTL_FAKE_TEXT_TAPE_H

#include "fake/mem_io.h"
#include "media/cart.h"

enum { TEXT_BLOCK = 5, TEXT_LONG = 300, TEXT_MAX = 2000 };

struct cart_spec text_spec(enum cart_type type, uint64_t capacity);
/* A new cartridge of 1 MB, in a folder of its own. */
struct mem_io *text_new(void);
/* Loads it; NULL if there is nothing to hold.  *ret_rc may be NULL. */
struct cart *text_load(struct mem_io *m, enum cart_rc *ret_rc);
/* Writes text at the head; filemarks are not synced, a space is a sync. */
enum cart_rc text_write(struct cart *c, const char *text);
/* From the head on; . end of data, ! damage, * not readable, ? what nobody wrote. */
const char *text_read(struct cart *c, char text[TEXT_MAX]);
/* The whole of partition 0 after a load of its own. */
const char *text_play(struct mem_io *m, char text[TEXT_MAX]);

#endif
