/* SPDX-License-Identifier: GPL-2.0-only */
/* A drive with cartridges in memory and a loader that waits only when it is told to. */
#ifndef VTL_FAKE_RIG_H
#define VTL_FAKE_RIG_H

#include "fake/mem_io.h"
#include "fake/script.h"
#include "ssc/ssc.h"

enum { RIG_SHELF = 12 };

struct rig {
	struct ssc_drive drive;
	struct ssc_loader loader;
	struct script script;
	struct { char barcode[CART_BARCODE_MAX + 1]; struct mem_io *io; } shelf[RIG_SHELF];
	bool hold;			/* the loader works at rig_work() alone */
	enum { RIG_IDLE, RIG_LOADS, RIG_UNLOADS } busy;
	char wanted[CART_BARCODE_MAX + 1];
	struct cart *leaving;
	int inserted, refused, ejected, kept, host_unloads;	/* calls so far */
	char why[CART_WHY_MAX], logged[CART_WHY_MAX];		/* of the last one */
	uint64_t now;			/* ms since 1970 */
	int failed;
};

/* Initiators 0 to 2 have heard of power on.  The drive is empty, the shelf too. */
void rig_init(struct rig *r, const char *product);
void rig_release(struct rig *r);
/* An empty cartridge for the shelf: medium by name, capacity in bytes, 0 for 64 MiB. */
struct mem_io *rig_make(struct rig *r, const char *barcode, const char *medium,
			enum cart_type type, uint64_t capacity);
struct mem_io *rig_cartridge(struct rig *r, const char *barcode);
/* Robot: puts it in, or takes it out; all three initiators hear what there is to hear. */
void rig_insert(struct rig *r, const char *barcode);
void rig_eject(struct rig *r);
void rig_hear(struct rig *r);
void rig_play(struct rig *r, const char *table, const struct step *rows);
/* Counts a failure unless ok. */
void rig_want(struct rig *r, bool ok, const char *what);

/* Events for rows; ctx is the rig. */
void rig_work(void *rig);		/* the loader does what it has to */
void rig_position_lost(void *rig);

#endif
