/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A drive's pipeline that works when it is told to, and the module beside it: what was answered
 * early is kept, note and data, until it is on file.
 */
#ifndef VTL_FAKE_BEHIND_H
#define VTL_FAKE_BEHIND_H

#include "fake/rig.h"

enum { BEHIND_MAX = 64 };

struct behind_kept {
	uint64_t keep;
	uint32_t len;
	uint8_t *data;			/* heap; gone when it is on file, for ASan to see */
	uint8_t note[SCSI_NOTE_LEN];
};

struct behind {
	struct ssc_pipeline base;
	struct ssc_blocks todo[BEHIND_MAX];
	uint64_t put, done;
	uint64_t fail_at;		/* that WRITE of all that were put fails; 0: none */
	enum cart_rc fail_rc;
	bool refuse;			/* as without a thread */
	enum cart_rc rc;
	uint64_t lost;
	struct ssc_drive *drive;
	bool may_keep;			/* what WRITEs are told */
	struct behind_kept kept[BEHIND_MAX];
	unsigned int n_kept;
	/* The last answer. */
	uint8_t status;
	uint8_t sense_code;		/* response code; 0: no sense */
	struct script_sense sense;
	uint64_t keep;
};

void behind_init(struct behind *b, struct ssc_drive *d);	/* and plugs it in; raw pays */
void behind_release(struct behind *b);
void behind_work(struct behind *b, uint64_t n);		/* so many of what waits */
void behind_forget(struct behind *b);			/* what is on file is kept no more */
/* WRITE(6) of len, of bytes or, fixed, blocks, with so many bytes from the host. */
void behind_send(struct behind *b, const void *data, uint32_t bytes, uint32_t len, bool fixed);
/* WRITE(6) of so many bytes, count 0: one variable block, else as many of the drive's length. */
void behind_write(struct behind *b, const void *data, uint32_t len, uint32_t count);

/* A drive with its pipeline, and E01001L8, an LTO8, in it. */
struct bed {
	struct rig r;
	struct behind b;
	unsigned int runs;		/* for handlers of a test: how many ran, */
	bool at_rest;			/* and what each of them found */
};

struct bed *bed_new(const char *product, enum cart_type type, uint64_t capacity);
void bed_send(struct bed *bed, const struct step *row);
void bed_rewind(struct bed *bed);
/* A block of zeros.  The first of a tape has no space yet: a stream begins behind it. */
enum { BED_LEN = 1000 };
void bed_write(struct bed *bed);
bool bed_is_early(const struct bed *bed);	/* the last one: GOOD, and kept */
bool bed_is_plain(const struct bed *bed);	/* GOOD, and on file */
uint64_t bed_objects(const struct bed *bed);	/* of the partition that the head is in */
int bed_end(struct bed *bed);		/* returns how much has failed */

#endif
