// SPDX-License-Identifier: GPL-2.0-only
/* FORMAT MEDIUM, SET CAPACITY, ERASE, append-only mode, and what densities there are. */
#include <string.h>

#include "fake/rig.h"

#define WRITE(n)    { 0x0a, 0, 0, 0, n }
#define READ(n)     { 0x08, 0, 0, 0, n }
#define MARKS(n)    { 0x10, 0, 0, 0, n }
#define REWIND      { 0x01 }
#define FORMAT(how) { 0x04, 0, how }
#define SPACE(n)    { 0x11, 0, (n) >> 16 & 0xff, (n) >> 8 & 0xff, (n) & 0xff }
#define END         .sense = 0x08, .asc = 0x0005
#define BAD(f)      .sense = 0x05, .asc = 0x2400, .field = (f)
#define BAD_LIST(f) .sense = 0x05, .asc = 0x2600, .field = (f)

/* Page 11h: additional partitions, flags, exponent, four sizes. */
#define PARTITIONS(more, flags, exponent, sizes) { 0x15, 0x10, 0, 0, 20 }, \
	.out = BYTES("\0\0\x10\0\x11\x0e\3" more flags "\3" exponent "\0" sizes)

static const struct step erasing[] = {
	{ "write", WRITE(2), .out = BYTES("b0") },
	{ "write", WRITE(2), .out = BYTES("b1") },
	{ "write", WRITE(2), .out = BYTES("b2") },
	{ "back", SPACE(-1) },
	{ "short", { 0x19 } },
	{ "it ends here", READ(2), END },
	{ "the rest is there", SPACE(-1) },
	{ "there", READ(2), .in = BYTES("b1") },
	{ "rewind", REWIND },
	{ "long, at once", { 0x19, 3 } },
	{ "blank", READ(2), END },
	{ 0 },
};

static const struct step formatting[] = {
	{ "write", WRITE(2), .out = BYTES("b0") },
	{ "not here", FORMAT(0), .sense = 0x05, .asc = 0x3b0c },
	{ "rewind", REWIND },
	{ "format 3", FORMAT(3), BAD(IN_CDB(2, 3)) },
	{ "format 15", FORMAT(15), BAD(IN_CDB(2, 3)) },
	{ "the data is there", READ(2), .in = BYTES("b0") },
	{ "rewind", REWIND },
	{ "one partition", FORMAT(0) },
	{ "blank", READ(2), END },
	{ "too many partitions", PARTITIONS("\4", "\x3c", "\6", "\0\1\0\1\0\1\0\1"),
	  BAD_LIST(IN_LIST(7, 7)) },
	{ "IDP with SDP", PARTITIONS("\1", "\x7c", "\6", "\0\1\0\1\0\0\0\0"), BAD_LIST(IN_LIST(8,
	  7)) },
	{ "units beyond reason", PARTITIONS("\1", "\x3c", "\x0f", "\0\1\0\1\0\0\0\0"),
	  BAD_LIST(IN_LIST(10, 7)) },
	{ "a partition of no size", PARTITIONS("\1", "\x3c", "\6", "\0\1\0\0\0\0\0\0"),
	  BAD_LIST(IN_LIST(14, 7)) },
	{ "two remainders", PARTITIONS("\1", "\x3c", "\6", "\xff\xff\xff\xff\0\0\0\0"),
	  BAD_LIST(IN_LIST(14, 7)) },
	{ "more than there is", PARTITIONS("\1", "\x3c", "\6", "\0\x40\0\x40\0\0\0\0"),
	  BAD_LIST(IN_LIST(12, 7)) },
	{ "a small one and the remainder", PARTITIONS("\1", "\x3c", "\6", "\xff\xff\0\7\0\0\0\0") },
	{ "which are shown as asked for", { 0x1a, 8, 0x11, 0, 20 },
	  .in = BYTES("\x13\x88\x10\0\x11\x0e\3\1\x3c\3\6\0\xff\xff\0\7\0\0\0\0") },
	{ "format 0 makes one all the same", FORMAT(0) },
	{ "one", { 0x8c, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4 }, .in = BYTES("\0\2\0\1") },
	{ "again", PARTITIONS("\1", "\x3c", "\6", "\xff\xff\0\7\0\0\0\0") },
	{ "format 1 makes two", FORMAT(1) },
	{ "two", { 0x8c, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4 }, .in = BYTES("\0\2\0\2") },
	{ "as they are, in MB", { 0x1a, 8, 0x11, 0, 20 },
	  .in = BYTES("\x13\x88\x10\0\x11\x0e\3\1\x1c\3\6\0\0\x3c\0\7\0\0\0\0") },
	{ "four of the same size", PARTITIONS("\3", "\x5c", "\6", "\0\0\0\0\0\0\0\0") },
	{ "format 2", FORMAT(2) },
	{ "as they are, in MB", { 0x1a, 8, 0x11, 0, 20 },
	  .in = BYTES("\x13\x88\x10\0\x11\x0e\3\3\x1c\3\6\0\0\x10\0\x10\0\x10\0\x10") },
	{ "without being asked, one", FORMAT(1) },
	{ "one", { 0x8c, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4 }, .in = BYTES("\0\2\0\1") },
	{ "half of the capacity", { 0x0b, 0, 0, 0x80, 0 } },
	{ "is what there is", { 0x8c, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 17 },
	  .begins = true, .in = BYTES("\0\0"), .room = 17 },
	{ "as MAM has it", { 0x1a, 8, 0x11, 0, 14 }, .begins = true,
	  .in = BYTES("\x13\x88\x10\0\x11\x0e\3\0\x1c\3\6\0\0\x21") },
	{ "all of it", { 0x0b, 0, 0, 0xff, 0xff } },
	{ "is back", { 0x1a, 8, 0x11, 0, 14 }, .begins = true,
	  .in = BYTES("\x13\x88\x10\0\x11\x0e\3\0\x1c\3\6\0\0\x43") },
	{ 0 },
};

#define WRITE_MODE(mode) { 0x15, 0x10, 0, 0, 36 }, .out = BYTES("\0\0\x10\0\x50\1\0\x1c\0" mode \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")
#define ALLOW(mode, object) { 0x82, 0, mode, 0, 0, 0, 0, 0, 0, 0, 0, object }
#define WORM .sense = 0x07, .asc = 0x300c

static const struct step append_only[] = {
	{ "append-only", WRITE_MODE("\x12") },
	{ "a write mode that is not there", WRITE_MODE("\x22"), BAD_LIST(IN_LIST(9, 7)) },
	{ "appending", WRITE(2), .out = BYTES("b0") },
	{ "appending", WRITE(2), .out = BYTES("b1") },
	{ "appending", MARKS(1) },
	{ "not in the middle of it", WRITE_MODE("\2"), BAD_LIST(IN_LIST(9, 7)) },
	{ "rewind", REWIND },
	{ "no overwriting", WRITE(2), .out = BYTES("c0"), WORM },
	{ "no filemark", MARKS(1), WORM },
	{ "nothing to make durable is no writing", MARKS(0) },
	{ "no erasing", { 0x19 }, WORM },
	{ "no formatting", FORMAT(0), WORM },
	{ "it is all there", READ(2), .in = BYTES("b0") },
	{ "allow it, but elsewhere", ALLOW(1, 2), .sense = 0x05, .asc = 0x3b00 },
	{ "a mode that is not there", ALLOW(3, 1), BAD(IN_CDB(2, 3)) },
	{ "a partition that is not there", { 0x82, 0, 1, 1 }, BAD(IN_CDB(3, 7)) },
	{ "allow it here", ALLOW(1, 1) },
	{ "but not there", REWIND },
	{ "no", WRITE(2), .out = BYTES("c0"), WORM },
	{ "here", SPACE(1) },
	{ "yes", WRITE(2), .out = BYTES("c1") },
	{ "appending goes on", WRITE(2), .out = BYTES("c2") },
	{ "back", SPACE(-2) },
	{ "once", WRITE(2), .out = BYTES("d1"), WORM },
	{ "allow it", ALLOW(1, 1) },
	{ "or not", ALLOW(0, 0) },
	{ "no", WRITE(2), .out = BYTES("d1"), WORM },
	{ "rewind", REWIND },
	{ "allow formatting", ALLOW(2, 0) },
	{ "is not overwriting", WRITE(2), .out = BYTES("e0"), WORM },
	{ "format", FORMAT(0) },
	{ "blank", READ(2), END },
	{ "at the beginning it can be left", WRITE_MODE("\2") },
	{ "write", WRITE(2), .out = BYTES("f0") },
	{ "rewind", REWIND },
	{ "and overwrite", WRITE(2), .out = BYTES("f1") },
	{ 0 },
};

static const struct step densities[] = {
	{ "of the drive, LTO7", { 0x44, 0, 0, 0, 0, 0, 0, 0, 56 }, .in = BYTES("\0\x9e\0\0"
	  "\x5c\x5c\x80\0\0\0\x4a\xa3\0\x7f\x0e\0\0\x5b\x8d\x80"
	  "LTO-CVE U-732   Ultrium 7/32T       ") },
	{ "of the medium", { 0x44, 1, 0, 0, 0, 0, 0, 0, 255 }, .in = BYTES("\0\x36\0\0"
	  "\x5e\x5e\xa0\0\0\0\x50\xbd\0\x7f\x1a\0\0\xb7\x1b\0"
	  "LTO-CVE U-832   Ultrium 8/32T       ") },
	{ "medium types are not told", { 0x44, 2 }, BAD(IN_CDB(1, 1)) },
	{ 0 },
};

static const struct step no_medium[] = {
	{ "of the drive", { 0x44, 0, 0, 0, 0, 0, 0, 0, 6 }, .in = BYTES("\0\x9e\0\0\x5c\x5c") },
	{ "of no medium", { 0x44, 1, 0, 0, 0, 0, 0, 0, 6 }, .sense = 0x02, .asc = 0x3a00 },
	{ 0 },
};

static const struct step plain[] = {
	{ "a drive without partitions", FORMAT(1), BAD(IN_CDB(2, 3)) },
	{ "cannot be asked for them", PARTITIONS("\1", "\x3c", "\6", "\0\1\0\1\0\0\0\0"),
	  .sense = 0x05, .asc = 0x2600 },
	{ "formats", FORMAT(0) },
	{ 0 },
};

int main(void)
{
	static struct rig r, t;

	rig_init(&r, "ULT3580-TD8");
	rig_make(&r, "E01001L8", "LTO8", CART_DATA_TAPE, 0);
	rig_play(&r, "densities", no_medium);
	rig_insert(&r, "E01001L8");
	rig_play(&r, "densities", densities);
	r.failed += script_cut(&r.script, "densities", &(struct step){ "REPORT DENSITY SUPPORT",
			       { 0x44 } }, 7, 2);
	rig_play(&r, "ERASE", erasing);
	rig_play(&r, "FORMAT MEDIUM", formatting);
	rig_play(&r, "append-only", append_only);
	rig_want(&r, cart_counters(r.drive.cart)->change_reference > 0, "a change is counted");
	rig_release(&r);

	rig_init(&t, "T10000B");
	rig_make(&t, "G03001TB", "T10KB", CART_DATA_TAPE, 0);
	rig_insert(&t, "G03001TB");
	rig_play(&t, "T10000B", plain);
	rig_release(&t);
	return r.failed + t.failed != 0;
}
