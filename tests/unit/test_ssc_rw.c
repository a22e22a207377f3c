// SPDX-License-Identifier: GPL-2.0-only
/* READ, WRITE, WRITE FILEMARKS, VERIFY: what of a block, a filemark or an end a host hears. */
#include <string.h>

#include "fake/rig.h"

#define READ(flags, n)   { 0x08, flags, (n) >> 16 & 0xff, (n) >> 8 & 0xff, (n) & 0xff }
#define WRITE(flags, n)  { 0x0a, flags, (n) >> 16 & 0xff, (n) >> 8 & 0xff, (n) & 0xff }
#define MARKS(n)         { 0x10, 0, 0, 0, n }
#define VERIFY(flags, n) { 0x13, flags, 0, 0, n }
#define REWIND           { 0x01 }
/* MODE SELECT(6): header and block descriptor with a block length. */
#define SETBLK(len)      { 0x15, 0x10, 0, 0, 12 }, .out = BYTES("\0\0\x10\x08\0\0\0\0\0" len)

#define INFO(n)    .has_info = true, .info = (n)
#define FM         .sense = 0x80, .asc = 0x0001
#define ILI        .sense = 0x20, .asc = 0x0000
#define END        .sense = 0x08, .asc = 0x0005
#define BAD(f)     .sense = 0x05, .asc = 0x2400, .field = (f)

static const struct step variable[] = {
	{ "a block", WRITE(0, 5), .out = BYTES("hello") },
	{ "nothing is nothing", WRITE(0, 0) },
	{ "a filemark", MARKS(1) },
	{ "no filemark", MARKS(0) },
	{ "another block", WRITE(0, 3), .out = BYTES("bye") },
	{ "reading at the end", READ(0, 9), END, INFO(9) },
	{ "rewind", REWIND },
	{ "reading nothing does not move", READ(0, 0) },
	{ "as long as it is", READ(0, 5), .in = BYTES("hello") },
	{ "the filemark", READ(0, 5), FM, INFO(5) },
	{ "shorter than wanted", READ(0, 9), .in = BYTES("bye"), ILI, INFO(6) },
	{ "end of data", READ(0, 9), END, INFO(9) },
	{ "and again", READ(0, 9), END, INFO(9) },
	{ "rewind", REWIND },
	{ "longer than wanted", READ(0, 2), .in = BYTES("he"), ILI, INFO(-3) },
	{ "the position is behind it", READ(0, 2), FM, INFO(2) },
	{ "SILI: shorter is no error", READ(2, 9), .in = BYTES("bye") },
	{ "rewind", REWIND },
	{ "SILI: longer is none with block length 0", READ(2, 2), .in = BYTES("he") },
	{ "rewind", REWIND },
	{ "SILI with FIXED", READ(3, 1), BAD(IN_CDB(1, 1)) },
	{ "FIXED without a block length, read", READ(1, 1), BAD(IN_CDB(1, 0)) },
	{ "FIXED without a block length, write", WRITE(1, 1),
	  .out = BYTES("x"), BAD(IN_CDB(1, 0)) },
	{ "FIXED of nothing, without a block length", READ(1, 0), BAD(IN_CDB(1, 0)) },
	{ "no room for it at the host", READ(0, 300), BAD(IN_CDB(2, 7)) },
	{ "1 byte is not 1000", WRITE(0, 1000), .out = BYTES("1"), BAD(IN_CDB(2, 7)) },
	{ "more than the drive takes", READ(0, 0x800001), BAD(IN_CDB(2, 7)) },
	{ "WSMK is gone", { 0x10, 2, 0, 0, 1 }, BAD(IN_CDB(1, 1)) },
	{ "nothing of this has moved the tape", READ(0, 5), .in = BYTES("hello") },
	{ "overwriting cuts the rest", WRITE(0, 2), .out = BYTES("ab") },
	{ "it ends here", READ(0, 2), END },
	{ 0 },
};

static const struct step fixed[] = {
	{ "rewind", REWIND },
	{ "block length 4", SETBLK("\0\0\4") },
	{ "which is told", { 0x1a, 0, 0, 0, 12 },
	  .in = BYTES("\x0b\x88\x10\x08\x5e\0\0\0\0\0\0\4") },
	{ "four blocks", WRITE(1, 4), .out = BYTES("AAAABBBBCCCCDDDD") },
	{ "a filemark", MARKS(1) },
	{ "two blocks", WRITE(1, 2), .out = BYTES("EEEEFFFF") },
	{ "one of another length", WRITE(0, 3), .out = BYTES("odd") },
	{ "and one more", WRITE(1, 1), .out = BYTES("GGGG") },
	{ "rewind", REWIND },
	{ "each is its own", READ(1, 3), .in = BYTES("AAAABBBBCCCC") },
	{ "a filemark in the middle", READ(1, 5), .in = BYTES("DDDD"), FM, INFO(4) },
	{ "a wrong length in the middle", READ(1, 4), .in = BYTES("EEEEFFFF"), ILI, INFO(2) },
	{ "the position is behind it", READ(1, 1), .in = BYTES("GGGG") },
	{ "end of data", READ(1, 7), END, INFO(7) },
	{ "rewind", REWIND },
	{ "end of data behind some", READ(0, 4), .in = BYTES("AAAA") },
	{ "variable, SILI, longer, block length not 0", READ(2, 2),
	  .in = BYTES("BB"), ILI, INFO(-2) },
	{ "count over the host's room", READ(1, 100), .room = 399, BAD(IN_CDB(2, 7)) },
	{ "count over what was sent", WRITE(1, 3), .out = BYTES("AAAABBBBCCC"), BAD(IN_CDB(2, 7)) },
	{ "a count that overflows 32 bits", READ(1, 0xffffff), BAD(IN_CDB(2, 7)) },
	{ "FIXED of nothing", READ(1, 0) },
	{ "too long a block", SETBLK("\x80\0\1"), .sense = 0x05, .asc = 0x2600,
	  .field = IN_LIST(9, 7) },
	{ "block length 0 again", SETBLK("\0\0\0") },
	{ 0 },
};

static const struct step verifying[] = {
	{ "rewind", REWIND },
	{ "a block", WRITE(0, 4), .out = BYTES("AAAA") },
	{ "a block", WRITE(0, 4), .out = BYTES("BBBB") },
	{ "a filemark", MARKS(1) },
	{ "rewind", REWIND },
	{ "moves no data", VERIFY(0, 4), .in = BYTES("") },
	{ "shorter than said", VERIFY(0, 9), ILI, INFO(5) },
	{ "the filemark", VERIFY(0, 4), FM, INFO(4) },
	{ "end of data", VERIFY(0, 4), END, INFO(4) },
	{ "nothing", VERIFY(0, 0) },
	{ "rewind", REWIND },
	{ "compares", VERIFY(2, 4), .out = BYTES("AAAA") },
	{ "and finds differences", VERIFY(2, 4), .out = BYTES("BBBC"), .sense = 0x0e,
	  .asc = 0x1d00 },
	{ "with all the data", VERIFY(2, 4), .out = BYTES("BBB"), BAD(IN_CDB(2, 7)) },
	{ "rewind", REWIND },
	{ "FIXED without a block length", VERIFY(1, 1), BAD(IN_CDB(1, 0)) },
	{ "by filemarks", VERIFY(8, 1) },
	{ "and no further", VERIFY(8, 2), END, INFO(2) },
	{ "filemarks cannot be compared", VERIFY(0x0a, 1), .out = BYTES("x"), BAD(IN_CDB(1, 3)) },
	{ "VTE", VERIFY(0x20, 1), BAD(IN_CDB(1, 5)) },
	{ "rewind", REWIND },
	{ "block length 4", SETBLK("\0\0\4") },
	{ "fixed", VERIFY(1, 2) },
	{ "rewind", REWIND },
	{ "fixed, compared", VERIFY(3, 2), .out = BYTES("AAAABBBB") },
	{ "rewind", REWIND },
	{ "fixed, the second differs", VERIFY(3, 2), .out = BYTES("AAAAABBB"), .sense = 0x0e,
	  .asc = 0x1d00, INFO(1) },
	{ "block length 0 again", SETBLK("\0\0\0") },
	{ 0 },
};

/* 1 MiB of tape: early warning 20971 bytes before its end. */
static const struct step small_tape[] = {
	{ "the first block is far from it", WRITE(0, 0x80000), .out = BLANK(0x80000) },
	{ "still room", WRITE(0, 0x70000), .out = BLANK(0x70000) },
	{ "no zone yet", { 0x34 }, .in = BYTES("\0\0\0\0\0\0\0\2\0\0\0\2\0\0\0\0\0\0\0\0") },
	{ "early warning, all of it written", WRITE(0, 0xc000), .out = BLANK(0xc000), .sense = 0x40,
	  .asc = 0x0002, INFO(0) },
	{ "room after it, told each time", WRITE(0, 0x400), .out = BLANK(0x400), .sense = 0x40,
	  .asc = 0x0002, INFO(0) },
	{ "a filemark, too", MARKS(1), .sense = 0x40, .asc = 0x0002, INFO(0) },
	{ "the zone is told: EOP and BPEW", { 0x34 }, .begins = true, .in = BYTES("\x41") },
	{ "no room for that", WRITE(0, 0x10000), .out = BLANK(0x10000), .sense = 0x4d,
	  .asc = 0x0002, INFO(0x10000) },
	{ "nothing of it is there, and EOM says where", READ(0, 9), .sense = 0x48, .asc = 0x0005 },
	{ "filemarks beyond the end", MARKS(2), .sense = 0x40, .asc = 0x0002 },
	{ "block length 512", SETBLK("\0\2\0") },
	{ "fixed: the blocks that did not fit are counted", WRITE(1, 100), .out = BLANK(51200),
	  .sense = 0x4d, .asc = 0x0002 },
	{ "rewind", REWIND },
	{ "the beginning is in no zone", { 0x34 }, .begins = true, .in = BYTES("\x80") },
	{ "fixed: early warning inside of a command", WRITE(1, 1800), .out = BLANK(1800 * 512),
	  .sense = 0x40, .asc = 0x0002, INFO(0) },
	{ "all of it is there", READ(0, 1), .in = BYTES(""), .sense = 0x48, .asc = 0x0005 },
	{ "block length 0 again", SETBLK("\0\0\0") },
	{ 0 },
};

#define PEWS(n) { 0x15, 0x10, 0, 0, 36 }, .out = BYTES("\0\0\x10\0\x50\1\0\x1c\0\x02\0" n \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")

static const struct step programmable[] = {
	{ "rewind", REWIND },
	{ "warn 1 MB before early warning", PEWS("\1") },
	{ "room", WRITE(0, 0x100000), .out = BLANK(0x100000) },
	{ "room", WRITE(0, 0x100000), .out = BLANK(0x100000) },
	{ "room", WRITE(0, 0xe0000), .out = BLANK(0xe0000) },
	{ "told on entry", WRITE(0, 0x40000), .out = BLANK(0x40000), .sense = 0x40, .asc = 0x0007 },
	{ "once", WRITE(0, 0x1000), .out = BLANK(0x1000) },
	{ "BPEW", { 0x34 }, .begins = true, .in = BYTES("\1") },
	{ "then early warning", WRITE(0, 0xd0000), .out = BLANK(0xd0000), .sense = 0x40,
	  .asc = 0x0002 },
	{ "rewind", REWIND },
	{ "room", WRITE(0, 0x100000), .out = BLANK(0x100000) },
	{ "room", WRITE(0, 0x1c0000), .out = BLANK(0x1c0000) },
	{ "told on entry again", WRITE(0, 0x60000), .out = BLANK(0x60000), .sense = 0x40,
	  .asc = 0x0007 },
	{ "off", PEWS("\0") },
	{ 0 },
};

static const struct step protected[] = {
	{ "WRITE", WRITE(0, 1), .out = BYTES("x"), .sense = 0x07, .asc = 0x2700 },
	{ "filemarks", MARKS(1), .sense = 0x07, .asc = 0x2700 },
	{ "even none", MARKS(0), .sense = 0x07, .asc = 0x2700 },
	{ "erasing", { 0x19, 1 }, .sense = 0x07, .asc = 0x2700 },
	{ "formatting", { 0x04 }, .sense = 0x07, .asc = 0x2700 },
	{ "its capacity", { 0x0b, 0, 0, 0xff, 0xff }, .sense = 0x07, .asc = 0x2700 },
	{ "reading is fine", READ(0, 9), END },
	{ "mode header says it", { 0x1a, 8, 0, 0, 4 }, .in = BYTES("\3\x58\x90\0") },
	{ 0 },
};

static const struct step worm[] = {
	{ "a block", WRITE(0, 3), .out = BYTES("one") },
	{ "filemark", MARKS(1) },
	{ "rewind", REWIND },
	{ "no overwriting", WRITE(0, 3), .out = BYTES("two"), .sense = 0x07, .asc = 0x300c },
	{ "no filemark there", MARKS(1), .sense = 0x07, .asc = 0x300c },
	{ "no erasing", { 0x19, 1 }, .sense = 0x07, .asc = 0x300c },
	{ "no formatting", { 0x04 }, .sense = 0x07, .asc = 0x300c },
	{ "no new capacity", { 0x0b, 0, 0, 0xff, 0xff }, .sense = 0x07, .asc = 0x300c },
	{ "it is all there", READ(0, 3), .in = BYTES("one") },
	{ "filemark", READ(0, 3), FM },
	{ "appending is fine", WRITE(0, 3), .out = BYTES("two") },
	{ 0 },
};

static void disk_fails(void *rig)
{
	struct mem_io *io = rig_cartridge(rig, "E01001L8");

	io->fail_from = io->changes;
	io->fail_to = io->changes + 1000000;
	io->fail_reads = true;
}

static void disk_works(void *rig)
{
	struct mem_io *io = rig_cartridge(rig, "E01001L8");

	io->fail_from = 0;
	io->fail_to = 0;
	io->fail_reads = false;
}

static const struct step broken_disk[] = {
	{ "rewind", REWIND },
	{ "a block", WRITE(0, 3), .out = BYTES("one") },
	{ "rewind", REWIND },
	{ "the disk fails", .event = disk_fails },
	{ "read error", READ(0, 3), .sense = 0x03, .asc = 0x1100, INFO(3) },
	{ "the disk works", .event = disk_works },
	{ "the block is there", READ(0, 3), .in = BYTES("one") },
	{ "the disk fails", .event = disk_fails },
	{ "write error", WRITE(0, 3), .out = BYTES("two"), .sense = 0x03, .asc = 0x0c00, INFO(3) },
	{ "the disk works", .event = disk_works },
	{ 0 },
};

static void play_on(struct rig *r, const char *barcode, const char *table, const struct step *rows)
{
	rig_insert(r, barcode);
	rig_play(r, table, rows);
	rig_eject(r);
}

static int older_generation(void)
{
	static struct rig r;

	rig_init(&r, "ULT3580-TD7");
	rig_make(&r, "E01001L5", "LTO5", CART_DATA_TAPE, 0);
	rig_insert(&r, "E01001L5");
	rig_play(&r, "a generation to be read", protected);
	rig_want(&r, r.drive.unit.alerts & 1 << 8, "alert 9 tells of writing to it");
	rig_release(&r);
	return r.failed;
}

int main(void)
{
	static struct rig r;

	rig_init(&r, "ULT3580-TD8");
	rig_make(&r, "E01001L8", "LTO8", CART_DATA_TAPE, 0);
	rig_make(&r, "SMALL1L8", "LTO8", CART_DATA_TAPE, 1 << 20);
	rig_make(&r, "SMALL4L8", "LTO8", CART_DATA_TAPE, 4 << 20);
	rig_make(&r, "W01001LY", "LTO8", CART_WORM_TAPE, 0);
	rig_insert(&r, "E01001L8");
	rig_play(&r, "variable", variable);
	rig_play(&r, "fixed", fixed);
	rig_play(&r, "verify", verifying);
	rig_eject(&r);
	play_on(&r, "SMALL1L8", "small tape", small_tape);
	play_on(&r, "SMALL4L8", "programmable early warning", programmable);
	play_on(&r, "W01001LY", "WORM", worm);
	play_on(&r, "E01001L8", "broken disk", broken_disk);
	rig_want(&r, r.drive.unit.alerts == 0x34, "alerts 3, 5 and 6 tell of it");
	rig_release(&r);
	return r.failed || older_generation();
}
