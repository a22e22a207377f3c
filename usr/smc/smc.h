/* SPDX-License-Identifier: GPL-2.0-only */
/* A medium changer: its elements, what is in them, and the robot that moves it. */
#ifndef VTL_SMC_SMC_H
#define VTL_SMC_SMC_H

#include "model/model.h"
#include "spc/spc.h"

enum { SMC_BARCODE_MAX = 32 };

enum smc_type { SMC_ANY, SMC_PICKER, SMC_SLOT, SMC_MAP, SMC_DRIVE, SMC_TYPES };	/* SMC-3 codes */

/* What a cartridge is, for READ ELEMENT STATUS; the daemon reads it from the cartridge. */
struct volume_info {
	enum { VOLUME_UNKNOWN, VOLUME_DATA, VOLUME_CLEANING, VOLUME_DIAGNOSTIC, VOLUME_WORM } kind;
};

/* full and barcode are the inventory's: smc_element_fill() and moves change them, nobody else. */
struct smc_element {
	enum smc_type type;
	uint16_t address;
	bool full;
	bool access;		/* the robot may take it, in a drive: it is out of the deck */
	bool by_operator;	/* of a mail slot: ImpExp */
	bool except;		/* with asc: READ ELEMENT STATUS shows it */
	uint16_t asc;
	bool has_source;
	uint16_t source;	/* the last slot or mail slot that it was in: a drive's is a slot */
	char barcode[SMC_BARCODE_MAX + 1];
	struct volume_info volume;
	/* Of a drive: */
	bool installed;		/* device.conf has one for this element */
	uint32_t unit;		/* its number in device.conf */
	char vendor[9], product[17], serial[33];
};

enum robot_rc { ROBOT_DONE, ROBOT_REFUSED, ROBOT_PREVENTED, ROBOT_FULL, ROBOT_NO_ANSWER };

/*
 * The arm.  load and unload of a drive, by its number in device.conf, are answered later and from
 * the loop, or at once and from inside, by smc_robot_done(); one is under way at a time.  unload
 * takes the cartridge out, wherever the drive has it.  hook: the operator's movecommand; true:
 * smc_hook_done() will answer, false: there is none.  save: the inventory has changed; -errno
 * refuses the move.  volume and log may be NULL, and hook; elements are valid during the call.
 */
struct robot_ops {
	void (*load)(void *ctx, uint32_t unit, const char *barcode);
	void (*unload)(void *ctx, uint32_t unit);
	bool (*hook)(void *ctx, const struct smc_element *from, const struct smc_element *to);
	int (*save)(void *ctx);
	void (*volume)(void *ctx, const char *barcode, struct volume_info *ret_info);
	void (*log)(void *ctx, const char *text);
};

struct smc_move;		/* what is under way, and what waits behind it */
struct smc_tag;			/* a barcode and where it is */

/* SEND VOLUME TAG: what was looked for, and by whom. */
struct smc_search {
	bool valid;
	uint64_t initiator;
	uint8_t action, type;
	uint16_t start, least_sequence;
	char pattern[SMC_BARCODE_MAX + 1];
};

struct smc_changer {
	struct spc_unit unit;
	const struct library_model *model;
	const struct robot_ops *robot;
	void *robot_ctx;
	struct smc_element *elements;	/* sorted by address */
	uint32_t count;
	bool online;			/* false: the operator took it offline, 2/04/12 */
	bool map_open;
	struct smc_move *move;		/* NULL: the arm is idle */
	bool arm_runs;			/* in its loop: an answer that comes now waits for it */
	uint32_t counts[SMC_TYPES], first[SMC_TYPES];	/* of a type, and its first's index */
	struct smc_tag *tags;		/* sorted by barcode */
	uint32_t tag_count;
	struct smc_search search;	/* the last one */
};

/* 0 or -errno: -ENOMEM, -EINVAL address ranges overlap (why says which). */
int smc_changer_init(struct smc_changer *c, const struct library_model *model,
		     const struct spc_identity *id, const struct robot_ops *robot, void *ctx);
/*
 * Numbers of elements by enum smc_type; addresses follow from the model.  All are empty then, and
 * no drive is installed: the caller fills in the drives' part.  Pointers to elements are good until
 * smc_operator_add_slot().
 */
int smc_changer_elements(struct smc_changer *c, const uint32_t counts[SMC_TYPES], char *why,
			 size_t cap);
void smc_changer_release(struct smc_changer *c);

struct smc_element *smc_element_at(struct smc_changer *c, uint16_t address);
/* n-th of its type, from 1; NULL: there is none. */
struct smc_element *smc_element_nth(struct smc_changer *c, enum smc_type type, uint32_t n);
struct smc_element *smc_element_with(struct smc_changer *c, const char *barcode);
/*
 * From the inventory files, before the unit begins.  -EEXIST: the barcode is in another one, or
 * the element is full; -EINVAL: it is empty or longer than SMC_BARCODE_MAX.
 */
int smc_element_fill(struct smc_changer *c, struct smc_element *e, const char *barcode);
/* A drive has said where the cartridge of from really is: in to, which is empty. */
void smc_element_correct(struct smc_changer *c, struct smc_element *from, struct smc_element *to);

void smc_robot_done(struct smc_changer *c, enum robot_rc rc, const char *why);
void smc_hook_done(struct smc_changer *c, bool ok);
void smc_drive_unloaded(struct smc_changer *c, uint32_t unit);	/* by its host: access */
void smc_reset(struct smc_changer *c);

/* The operator.  Each returns NULL when it is done, else the reason in words (const). */
/* Into a mail slot. */
const char *smc_operator_load(struct smc_changer *c, const char *barcode);
const char *smc_operator_empty(struct smc_changer *c);
const char *smc_operator_open(struct smc_changer *c, bool open);
void smc_operator_list(struct smc_changer *c, char *buf, size_t cap);
const char *smc_operator_add_slot(struct smc_changer *c, uint32_t *ret_number);
void smc_operator_online(struct smc_changer *c, bool online);

#endif
