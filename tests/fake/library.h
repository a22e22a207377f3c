/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A library in this process: the changer, and a robot that knows what really is in the drives.
 * It answers at once, when told to, or never; it does what is asked, or says no.
 */
#ifndef VTL_FAKE_LIBRARY_H
#define VTL_FAKE_LIBRARY_H

#include "fake/script.h"
#include "smc/smc.h"

enum { FAKE_DRIVES = 8, FAKE_FIRST_UNIT = 11 };

struct fake_library {
	struct smc_changer c;
	char in_drive[FAKE_DRIVES][SMC_BARCODE_MAX + 1];	/* the truth */
	bool later;			/* answers wait for fake_answer() */
	bool has_hook, hook_refuses;
	/* The n-th call from now on fails so, 1 is the next; 0 none does. */
	unsigned int fail_load, fail_unload, fail_save;
	enum robot_rc fail_as;
	unsigned int loads, unloads, hooks, saves, logs;
	enum { ASKED_NOTHING, ASKED_HOOK, ASKED_ROBOT } asked;
	enum robot_rc answer;		/* to be given */
	char last_log[200];
	struct script script;
};

/* The default library 10 of conform/smc_steps.h, filled; aborts when it cannot be made. */
void fake_library_init(struct fake_library *l);
/* Any other: model by vendor and product, empty.  All drives are installed. */
void fake_library_make(struct fake_library *l, const char *vendor, const char *product,
		       const uint32_t counts[SMC_TYPES]);
void fake_library_release(struct fake_library *l);

/* Events of scripts; ctx is the library. */
void fake_answer(void *ctx);

/* Takes the power-on attention of an initiator. */
void fake_take_attention(struct fake_library *l, uint8_t initiator);
/* Plays the table; returns the number of failures. */
int fake_play(struct fake_library *l, const char *name, const struct step *rows);
/* Inventory and drives agree, barcodes are found where they are; prints and returns 1 if not. */
int fake_check(struct fake_library *l, const char *when);

#endif
