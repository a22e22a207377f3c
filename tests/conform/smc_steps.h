/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a changer must answer, for the default library 10 as it is after its media were made: an
 * STK L700 with 1 picker (1), 4 mail slots (10 on), 4 drives (500 on), 39 slots (1000 on).  Each
 * table leaves the library as it was; unit attentions have been taken before.
 */
#ifndef VTL_CONFORM_SMC_STEPS_H
#define VTL_CONFORM_SMC_STEPS_H

#include "conform/table.h"

#define WORD(n) (uint8_t)((n) >> 8), (uint8_t)(n)

#define MOVE(from, to)		    { 0xa5, 0, WORD(0), WORD(from), WORD(to) }
#define MOVE_BY(arm, from, to)	    { 0xa5, 0, WORD(arm), WORD(from), WORD(to) }
#define EXCHANGE(from, first, then) { 0xa6, 0, WORD(0), WORD(from), WORD(first), WORD(then) }
/* READ ELEMENT STATUS: type with VOLTAG (10h), first address, number, DVCID (1), room. */
#define STATUS(type, first, number, ids, room) \
	{ 0xb8, type, WORD(first), WORD(number), ids, 0, WORD(room) }

enum { ARM = 1, MAIL = 10, DRIVE = 500, SLOT = 1000 };		/* first addresses */
enum { SLOTS = 39, EMPTY_SLOT = SLOT + 20, CLEANER_SLOT = SLOT + 21 };

extern const struct conform_table smc_conform[];	/* ends with .rows == NULL */

#endif
