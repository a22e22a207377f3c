/* SPDX-License-Identifier: GPL-2.0-only */
/* A unit of no kind: all common commands, a few pages, hooks that can be watched. */
#ifndef VTL_FAKE_TOY_UNIT_H
#define VTL_FAKE_TOY_UNIT_H

#include "fake/script.h"
#include "spc/spc.h"

struct toy {
	struct spc_unit unit;
	uint8_t block[8];		/* descriptor; bytes 1 to 3 not 0 are refused */
	uint8_t specific;		/* of the mode header */
	uint8_t refreshed;		/* byte 3 of page 01h, not the host's to change */
	enum sts state;			/* for REQUEST SENSE */
	uint64_t clock;
	int applied, removal_changes, log_resets;
	uint8_t last_reset;
};

extern const struct unit_model toy_model;
extern const struct spc_class toy_class, toy_changer_class;	/* the latter without hooks */
extern const struct scsi_op toy_unit_ops[];
extern scsi_gate *const toy_unit_gates[];

/* Initiators 0 to 2 have heard of power on already. */
void toy_init(struct toy *t, const struct spc_class *class);
void toy_release(struct toy *t);
/* For event rows: as new, but for what it costs to make. */
void toy_again(void *toy);

#endif
