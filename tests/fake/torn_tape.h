/* SPDX-License-Identifier: GPL-2.0-only */
/* A tape of two partitions to be damaged, and what check, repair and a reader find of it. */
#ifndef VTL_FAKE_TORN_TAPE_H
#define VTL_FAKE_TORN_TAPE_H

#include "fake/text_tape.h"
#include "media/check.h"

enum { TORN_PARTS = 2, TORN_RECORD = 72, TORN_MARK = 64 };	/* bytes of a block, a filemark */

enum torn_how { TORN_PUT_AWAY, TORN_SYNCED };

/* What the partitions hold, as text_tape.h has it. */
extern const char *const torn_text[TORN_PARTS];

struct mem_io *torn_new(enum torn_how how);
/* Object by object, each located; the first readings of lost ones are '*', of damaged ones '!'. */
const char *torn_read(struct cart *c, uint32_t partition, char text[TEXT_MAX]);
/* The offset of that object in data; of one behind the last: the end. */
uint64_t torn_offset(uint32_t partition, size_t object);

struct torn_found {
	enum cart_rc rc;
	int all, damage;
	unsigned int faults;		/* 1 << enum cart_fault */
	struct cart_finding first;	/* of damage; file points to file_name */
	char file_name[16];
	uint64_t progress, total;	/* the last that was said */
};

struct torn_found torn_check(struct mem_io *io, int flags);
struct torn_found torn_repair(struct mem_io *io, struct cart_repaired *ret);

void torn_spoil(struct mem_io *io, const char *file, uint64_t from, uint64_t to);
void torn_flip(struct mem_io *io, const char *file, uint64_t bit);

enum torn_harm { TORN_SPOILT, TORN_CUT, TORN_REMOVED, TORN_FLIPPED, TORN_GROWN };

/*
 * A stretch of a file that is damaged.  TORN_REMOVED: all of it; TORN_CUT: from there on;
 * TORN_GROWN: there is more, up to there.
 */
struct torn_hurt {
	const char *file;		/* NULL: none */
	enum torn_harm how;
	uint64_t from, to;		/* bytes */
};

void torn_inflict(struct mem_io *io, const struct torn_hurt *h);
/* Objects of the partition that a stretch of its data touches are lost, and no others. */
void torn_expect(const struct torn_hurt *h, uint32_t partition, char text[TEXT_MAX]);
/*
 * After a repair it loads, has what is right, is damaged no more but for what is lost, is not
 * repaired again, and can be written unless protect.  files: they begin where they did.  NULL, or
 * what is wrong.
 */
const char *torn_verify(struct mem_io *io, const char *const right[TORN_PARTS], bool files,
			bool protect);

#endif
