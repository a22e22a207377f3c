/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be saved of a partition: a plan, made by reading alone, and its execution. */
#ifndef VTL_MEDIA_SALVAGE_H
#define VTL_MEDIA_SALVAGE_H

#include "media/check.h"
#include "media/internal.h"

/* Between two places of data nothing holds. */
struct gap {
	struct place from;
	uint64_t to;			/* bytes: where it goes on, or where the end will be */
	uint64_t objects, marks;	/* lost; of them filemarks */
	uint64_t last_block;		/* the last that is none, if any: it gets the bytes */
	uint32_t generation;
	bool by_index;			/* which are filemarks is known; else the last ones */
};

struct salvage {
	const struct cart_watch *w;
	uint64_t *done, total;		/* bytes read, of all partitions */
	uint64_t size;			/* of data as it is */
	bool trusted;			/* meta's generation and end are the last ones */
	struct place promised;		/* what meta and index say was there */
	uint32_t last_generation;
	uint8_t *window;
	struct gap *gap;
	size_t gaps, room;
	struct place end;		/* as it will be */
	uint64_t kept;			/* as it is: what is behind is cut off */
};

/*
 * Reads all of data.  meta_holds: p is as meta has it; else only its log_id, and generation, start
 * and end are found here.  CART_FOREIGN: there is what this program does not know.
 * CART_READ_FAILED, CART_NO_MEMORY.  salvage_free() in any case.
 */
enum cart_rc salvage_plan(struct cart *c, struct part *p, struct salvage *s);
void salvage_free(struct salvage *s);

/* Gets each header that closes a gap, and where it goes.  The first error ends it. */
typedef enum cart_rc salvage_put(struct cart *c, struct part *p, uint64_t off,
				 const struct record_header *h, void *arg);
enum cart_rc salvage_fill(struct cart *c, struct part *p, const struct salvage *s,
			  salvage_put *put, void *arg);

#endif
