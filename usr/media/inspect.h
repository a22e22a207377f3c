/* SPDX-License-Identifier: GPL-2.0-only */
/* What tools want to know of a cartridge, and change on it; a drive does neither. */
#ifndef VTL_MEDIA_INSPECT_H
#define VTL_MEDIA_INSPECT_H

#include "media/cart.h"

/* What meta says, but for what cart_spec() and its like tell. */
struct cart_meta {
	uint16_t minor;				/* of the format */
	uint32_t compatible, read_only, incompatible;	/* feature bits */
	uint64_t sequence;			/* commits so far */
	uint64_t time;				/* seconds since 1970, of the last load */
	char owner[41];				/* that drive: vendor and serial */
	bool clean;				/* it was put away */
	bool damaged;
	struct cart_log {
		uint8_t log_id[16];
		uint32_t generation;
		uint64_t start;			/* first object of that generation */
		uint64_t proven;		/* bytes of data known to be on disk */
	} log[CART_PARTITIONS];
};

void cart_meta(const struct cart *c, struct cart_meta *ret);

/* An object as the index has it: nothing of data is read, or checked. */
struct cart_object {
	enum cart_object_kind { CART_BLOCK, CART_MARK, CART_LOST } kind;
	uint64_t offset;			/* of its record in data */
	uint32_t len, stored;			/* bytes: of the block, and as it is in data */
	const char *codec;			/* "none", "lzo", ... or "unknown" */
	bool discarded;				/* a null tape's block: its length alone */
};

/* The object at the head, which stays there.  CART_EOD, CART_DAMAGED as cart_read(). */
enum cart_rc cart_object(struct cart *c, struct cart_object *ret);

/*
 * All of spec, UUID and barcode too, in one commit.  CART_INVALID: a bad spec, a capacity below
 * what is used, or another one on more than one partition.  Write protection does not hinder it.
 */
enum cart_rc cart_set_spec(struct cart *c, const struct cart_spec *spec);
/* For cartridges that come from elsewhere. */
enum cart_rc cart_set_counters(struct cart *c, const struct cart_counters *n);

#endif
