// SPDX-License-Identifier: GPL-2.0-only
/* A disk that fails: what a host is told at once, what later, and where it is then. */
#include <stdio.h>

#include "base/macros.h"
#include "fake/late.h"
#include "fake/rig.h"

#define WRITE(byte)  { 0x0a, 0, 0, 0, 1 }, .out = BYTES(byte)
#define MARK         { 0x10, 0, 0, 0, 1 }
#define MARK_IMMED   { 0x10, 1, 0, 0, 1 }
#define READ(byte)   { 0x08, 0, 0, 0, 1 }, .in = BYTES(byte)
#define READ_MARK    { 0x08, 0, 0, 0, 1 }, .sense = 0x80, .asc = 0x0001
#define READ_END     { 0x08, 0, 0, 0, 1 }, .sense = 0x08, .asc = 0x0005
#define REWIND       { 0x01 }
#define UNLOAD       { 0x1b }
#define READY        { 0x00 }
#define AT(object)   { 0x34 }, .begins = true, .in = BYTES("\0\0\0\0\0\0\0" object), \
		     .mask = "\x06\xff\0\0\xff\xff\xff\xff"
#define WRITE_ERROR  .sense = 0x03, .asc = 0x0c00
#define PROTECTED    .sense = 0x07, .asc = 0x2700

struct bed {
	struct rig r;			/* first: events get it */
	struct late late;
};

static struct mem_io *disk(void *rig)
{
	return rig_cartridge(rig, "E01001L8");
}

static void work(void *rig)
{
	late_work(&((struct bed *)rig)->late);
}

static void sync_fails(void *rig)
{
	disk(rig)->fail_syncs = true;
	work(rig);
	disk(rig)->fail_syncs = false;
}

static void syncs_fail(void *rig)
{
	disk(rig)->fail_syncs = true;
}

static void disk_is_well(void *rig)
{
	disk(rig)->fail_syncs = false;
	disk(rig)->fail_to = 0;
}

/* One write: what undoes it is done. */
static void write_fails(void *rig)
{
	disk(rig)->fail_from = disk(rig)->changes + 1;
	disk(rig)->fail_to = disk(rig)->fail_from + 1;
}

static void insert(void *rig)
{
	rig_eject(rig);
	rig_insert(rig, "E01001L8");
}

#define BEGINS \
	{ "a block", WRITE("a") }, \
	{ "another", WRITE("b") }, \
	{ "a filemark with IMMED is GOOD at once", MARK_IMMED }, \
	{ "so is a block behind it", WRITE("c") }

#define ALL_THERE \
	{ "rewind", REWIND }, \
	{ "the first block is there", READ("a") }, \
	{ "the second", READ("b") }, \
	{ "the filemark", READ_MARK }, \
	{ "the block behind it", READ("c") }, \
	{ "and no more", READ_END }

static const struct step later[] = {
	BEGINS,
	{ "the sync fails", .event = sync_fails },
	{ "the next write is told of it", WRITE("d"), WRITE_ERROR, .deferred = true,
	  .no_info = true },
	{ "and is not done", AT("\4") },
	{ "once is enough", READY },
	{ "nothing is written any more", WRITE("d"), PROTECTED },
	{ "no filemark", MARK, PROTECTED },
	{ "nothing is erased", { 0x19 }, PROTECTED },
	{ "a sync does not say that all is well", { 0x10 }, PROTECTED },
	{ "which moves nothing", AT("\4") },
	ALL_THERE,
	{ "also for who goes back and forth", { 0x11, 1, 0xff, 0xff, 0xff } },
	{ "to the filemark", READ_MARK },
	{ "UNLOAD tells it, too", UNLOAD, WRITE_ERROR },
	{ "loaded again, it is read with care", .event = insert },
	ALL_THERE,
	{ "and written", WRITE("d") },
	{ "with a filemark", MARK },
	{ 0 },
};

/* Whatever comes first is told, and not done. */
static const struct step reader[] = {
	BEGINS,
	{ "back", { 0x11, 0, 0xff, 0xff, 0xff } },
	{ "the sync fails", .event = sync_fails },
	{ "a reader is told", { 0x08, 0, 0, 0, 1 }, WRITE_ERROR, .deferred = true, .in = BLANK(0) },
	{ "and finds what it wanted", READ("c") },
	{ 0 },
};

static const struct step mover[] = {
	BEGINS,
	{ "the sync fails", .event = sync_fails },
	{ "REWIND is told", REWIND, WRITE_ERROR, .deferred = true },
	{ "and not done", AT("\4") },
	ALL_THERE,
	{ 0 },
};

static const struct step unloader[] = {
	BEGINS,
	{ "the sync fails", .event = sync_fails },
	{ "UNLOAD is told", UNLOAD, WRITE_ERROR },
	{ "the tape is unloaded", READY, .sense = 0x02, .asc = 0x3a00 },
	{ "loaded again", .event = insert },
	ALL_THERE,
	{ 0 },
};

static const struct step in_time[] = {
	BEGINS,
	{ "the sync is done", .event = work },
	{ "nobody is told of anything", WRITE("d") },
	{ "at the right place", AT("\5") },
	{ 0 },
};

/* Its own error, not a deferred one. */
static const struct step own[] = {
	{ "a block", WRITE("a") },
	{ "another", WRITE("b") },
	{ "syncs fail", .event = syncs_fail },
	{ "a filemark is not durable", MARK, WRITE_ERROR, .has_info = true, .info = 1 },
	{ "and the position is what it was", AT("\2") },
	{ "the disk is well again", .event = disk_is_well },
	{ "but what it holds is not known", MARK, PROTECTED },
	{ "rewind", REWIND },
	{ "what was acknowledged is there", READ("a") },
	{ "all of it", READ("b") },
	{ 0 },
};

static const struct step rewinder[] = {
	{ "a block", WRITE("a") },
	{ "syncs fail", .event = syncs_fail },
	{ "REWIND makes durable, and is told", REWIND, WRITE_ERROR },
	{ "and not done", AT("\1") },
	{ "the next one is", REWIND },
	{ "to the beginning", AT("\0") },
	{ "where the block is", READ("a") },
	{ 0 },
};

static const struct step undone[] = {
	{ "a block", WRITE("a") },
	{ "a write fails", .event = write_fails },
	{ "which is told", WRITE("b"), WRITE_ERROR, .has_info = true, .info = 1 },
	{ "and the position is what it was", AT("\1") },
	{ "the disk is well again", .event = disk_is_well },
	{ "the next block takes its place", WRITE("c") },
	{ "with a filemark", MARK },
	{ "rewind", REWIND },
	{ "the first", READ("a") },
	{ "then that", READ("c") },
	{ "and the filemark", READ_MARK },
	{ 0 },
};

static const struct {
	const char *what;
	const struct step *rows;
} tables[] = {
	{ "told later", later },
	{ "a reader is told", reader },
	{ "REWIND is told", mover },
	{ "UNLOAD is told", unloader },
	{ "nothing to tell", in_time },
	{ "a synced filemark", own },
	{ "a sync of REWIND", rewinder },
	{ "a write", undone },
};

int main(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		static struct bed b;

		rig_init(&b.r, "ULT3580-TD8");
		rig_make(&b.r, "E01001L8", "LTO8", CART_DATA_TAPE, 0);
		rig_insert(&b.r, "E01001L8");
		b.late = late_new(false);
		cart_set_background(b.r.drive.cart, &b.late.base);
		rig_play(&b.r, tables[i].what, tables[i].rows);
		rig_release(&b.r);
		failed |= b.r.failed;
	}
	return failed != 0;
}
