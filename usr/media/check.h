/* SPDX-License-Identifier: GPL-2.0-only */
/* Is a cartridge whole, and what can be done if it is not.  For tools; nothing is printed. */
#ifndef VTL_MEDIA_CHECK_H
#define VTL_MEDIA_CHECK_H

#include "media/cart.h"

enum cart_fault {
	FAULT_META_LOST,	/* no slot holds */
	FAULT_META_SLOT,	/* one does not */
	FAULT_META_SEQUENCE,	/* both have the same sequence: nobody knows which counts */
	FAULT_META_OLD,		/* data or indx is newer than meta */
	FAULT_TOO_NEW,		/* features, codecs or records that this program does not know */
	FAULT_NOT_PUT_AWAY,	/* in use, or left by a crash: checked up to the proven point */
	FAULT_IN_USE,		/* changed while it was looked at */
	FAULT_MISSING,		/* no such file */
	FAULT_UNREADABLE,	/* the disk does not give it */
	FAULT_SHORT,		/* a file ends before what meta says */
	FAULT_LONG,		/* there is something behind that */
	FAULT_INDEX_HEADER,
	FAULT_INDEX_PAGE,	/* does not hold */
	FAULT_INDEX_ORDER,	/* holds, and contradicts its neighbours, or meta */
	FAULT_RECORD,		/* does not hold */
	FAULT_LOST,		/* objects that a repair could not save: unreadable */
	FAULT_NO_LOG_ID,	/* meta and indx are both lost: nothing can be proven */
	FAULT_CUT,		/* by repair: bytes behind the last record that holds */
};

struct cart_finding {
	enum cart_fault fault;
	bool damage;			/* else a remark */
	const char *file;		/* "indx.1", during the call */
	uint64_t offset;		/* bytes, in that file */
	uint32_t partition;
	uint64_t object, count;		/* those that it is about; count 0: about none */
	uint64_t bytes;			/* the same of bytes */
};

struct cart_watch {
	void (*finding)(void *arg, const struct cart_finding *f);
	/* Now and then; bytes of data and index.  Both may be NULL. */
	void (*progress)(void *arg, uint64_t done, uint64_t total);
	void *arg;
};

enum { CART_CHECK_DATA = 1 };

/*
 * Changes nothing and takes no lock.  Without CART_CHECK_DATA: both slots of meta, the files and
 * their sizes, every page of the index.  With it also every record, all its bytes, decompressed.
 * Of a cartridge in use that what is proven.  CART_OK: whole; CART_DAMAGED; CART_READ_FAILED:
 * the disk failed; CART_NOT_FOUND, CART_NO_MEMORY.
 */
enum cart_rc cart_check(const struct cart_io *io, void *ctx, int flags,
			const struct cart_watch *w);

struct cart_repaired {
	bool changed;			/* else it was whole */
	bool meta_made;			/* anew: write protected, until somebody has looked at it */
	uint32_t saved;			/* what was changed is in meta.saved.N and so on */
	uint64_t lost;			/* objects lost with this repair */
	uint64_t cut;			/* bytes cut off behind the end */
};

/*
 * Makes a cartridge whole that is not: index and end from the data, objects that are lost
 * unreadable under their numbers, what is changed saved first.  It may be cut short anywhere and
 * be started again.  lost: what cannot be found in a meta of which no slot holds; its UUID is made
 * anew.  Where nothing was wrong nothing is changed.
 * CART_BUSY: loaded.  CART_FOREIGN: too new, or beyond repair.  CART_READ_FAILED: an I/O error is
 * not taken for damage; copy it to a good disk first.
 */
enum cart_rc cart_repair(const struct cart_io *io, void *ctx, const struct cart_spec *lost,
			 const struct cart_watch *w, struct cart_repaired *ret);

#endif
