/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands for a unit, from an input: a byte that is initiator and event, a byte of data lengths,
 * the CDB of the opcode's length, and data.
 */
#ifndef VTL_FUZZ_COMMANDS_H
#define VTL_FUZZ_COMMANDS_H

#include "fake/script.h"
#include "fuzz/fuzz.h"

enum {
	COMMANDS_MAX = 64,		/* of one input */
	COMMAND_INITIATOR = 0x03,
	COMMAND_EVENT = 0xf0,		/* 0 none; before the command */
};

/* False: no more.  *ret_event: 0 to 15. */
bool fuzz_command(struct fuzz_input *in, struct step *ret, unsigned int *ret_event);
/* An answer that is one. */
void fuzz_answered(const struct step *row, const struct script_answer *a);

#endif
