/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of repair share. */
#ifndef VTL_MEDIA_REPAIR_H
#define VTL_MEDIA_REPAIR_H

#include "media/salvage.h"

struct repair {
	struct cart *c;
	const struct cart_watch *w;
	const struct cart_spec *lost;	/* for a meta that is lost */
	struct cart_repaired *ret;
	bool meta_changes;		/* a slot is lost, or does not say that it is put away */
	bool meta_lost;			/* no slot holds */
	unsigned int n_made;
	char made[1 + 2 * CART_PARTITIONS][16];	/* files that were missing, empty now */
	uint64_t done;
	struct salvage salvage[CART_PARTITIONS];
	bool changes[CART_PARTITIONS], index_changes[CART_PARTITIONS];
};

/* ---- repair_meta.c ---- */
/* struct meta and partitions, from a slot or from what is left; and the files, open. */
enum cart_rc repair_meta(struct repair *r);
void repair_tell(const struct repair *r, enum cart_fault fault, const char *file);

/* ---- saved.c ---- */
/* Copies what will be changed to new files, on disk when it returns; their number in ret. */
enum cart_rc saved_make(struct repair *r);

#endif
