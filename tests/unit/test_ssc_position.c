// SPDX-License-Identifier: GPL-2.0-only
/* REWIND, SPACE, LOCATE, READ POSITION: where the tape is, and what a host hears on the way. */
#include "fake/rig.h"

#define WRITE(n)         { 0x0a, 0, 0, 0, n }
#define READ(n)          { 0x08, 0, 0, 0, n }
#define MARKS(n)         { 0x10, 0, 0, 0, n }
#define REWIND           { 0x01 }
#define SPACE(code, n)   { 0x11, code, (n) >> 16 & 0xff, (n) >> 8 & 0xff, (n) & 0xff }
#define SPACE16(code, n) { 0x91, code, 0, 0, (n) < 0 ? 0xff : 0, (n) < 0 ? 0xff : 0, \
			   (n) < 0 ? 0xff : 0, (n) < 0 ? 0xff : 0, (n) >> 24 & 0xff, \
			   (n) >> 16 & 0xff, (n) >> 8 & 0xff, (n) & 0xff }
#define LOCATE(flags, n, part)   { 0x2b, flags, 0, 0, 0, 0, n, 0, part }
#define LOCATE16(flags, n, part) { 0x92, flags, 0, part, 0, 0, 0, 0, 0, 0, 0, n }
/* READ POSITION, short: flags, partition and object. */
#define AT(flags, object) { 0x34 }, \
	.in = BYTES(flags "\0\0\0\0\0\0" object "\0\0\0" object "\0\0\0\0\0\0\0\0")
#define AT_LONG(flags, part, object, marks) { 0x34, 6 }, \
	.in = BYTES(flags "\0\0\0\0\0\0" part "\0\0\0\0\0\0\0" object "\0\0\0\0\0\0\0" marks \
		    "\0\0\0\0\0\0\0\0")

#define INFO(n)  .has_info = true, .info = (n)
#define FM       .sense = 0x80, .asc = 0x0001
#define BOP      .sense = 0x40, .asc = 0x0004
#define END      .sense = 0x08, .asc = 0x0005
#define BAD(f)   .sense = 0x05, .asc = 0x2400, .field = (f)

/* Objects: 0 1 2 blocks, 3 filemark, 4 5 blocks, 6 7 filemarks, 8 block. */
static const struct step fill[] = {
	{ "blank: BOP", AT("\x80", "\0") },
	{ "blank: nothing to space over", SPACE(0, 3), END, INFO(3) },
	{ "blank: nothing to go back over", SPACE(0, -3), BOP, INFO(3) },
	{ "blank: object 0 is there", LOCATE(0, 0, 0) },
	{ "blank: 1 is not", LOCATE(0, 1, 0), END },
	{ "write", WRITE(2), .out = BYTES("b0") },
	{ "block 1 is not BOP", AT("\0", "\1") },
	{ "write", WRITE(2), .out = BYTES("b1") },
	{ "write", WRITE(2), .out = BYTES("b2") },
	{ "mark", MARKS(1) },
	{ "write", WRITE(2), .out = BYTES("b4") },
	{ "write", WRITE(2), .out = BYTES("b5") },
	{ "marks", MARKS(2) },
	{ "write", WRITE(2), .out = BYTES("b8") },
	{ 0 },
};

static const struct step spacing[] = {
	{ "rewind", REWIND },
	{ "two blocks", SPACE(0, 2) },
	{ "are two", AT("\0", "\2") },
	{ "seven, but for the filemark", SPACE(0, 7), FM, INFO(6) },
	{ "the position is past it", AT("\0", "\4") },
	{ "back over it", SPACE(0, -3), FM, INFO(3) },
	{ "and past it, on the other side", AT("\0", "\3") },
	{ "back over blocks", SPACE(0, -2) },
	{ "are two", AT("\0", "\1") },
	{ "back past the beginning", SPACE(0, -100), BOP, INFO(99) },
	{ "is the beginning", AT("\x80", "\0") },
	{ "nothing", SPACE(0, 0) },
	{ "filemarks", SPACE(1, 2) },
	{ "the second's far side", AT("\0", "\7") },
	{ "more than there are", SPACE(1, 5), END, INFO(4) },
	{ "is the end", AT("\0", "\x09") },
	{ "one back", SPACE(1, -1) },
	{ "its near side", AT("\0", "\7") },
	{ "more back than there are", SPACE(1, -9), BOP, INFO(7) },
	{ "is the beginning", AT("\x80", "\0") },
	{ "two filemarks in a row", SPACE(2, 2) },
	{ "past them", AT("\0", "\x08") },
	{ "there are no more", SPACE(2, 2), END },
	{ "back to them", SPACE(2, -2) },
	{ "before them", AT("\0", "\6") },
	{ "to the end", SPACE(3, 0) },
	{ "is the end", AT("\0", "\x09") },
	{ "its count means nothing", SPACE(3, 77) },
	{ "code 4", SPACE(4, 1), BAD(IN_CDB(1, 2)) },
	{ "code 7", SPACE(7, 1), BAD(IN_CDB(1, 2)) },
	{ "16: two blocks back", SPACE16(0, -1) },
	{ "is one", AT("\0", "\x08") },
	{ "16: far back", SPACE16(0, -1000), FM, INFO(1000) },
	{ "16: over filemarks", SPACE16(1, -9), BOP, INFO(7) },
	{ "16: as far as 64 bits go", { 0x91, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	  0xff },
	  FM, .no_info = true },
	{ "16: and back", { 0x91, 1, 0, 0, 0x80 }, BOP, .no_info = true },
	{ "16: to the end", SPACE16(3, 0) },
	{ "is the end", AT("\0", "\x09") },
	{ "16: code 5", SPACE16(5, 1), BAD(IN_CDB(1, 3)) },
	{ 0 },
};

static const struct step locating[] = {
	{ "object 4", LOCATE(0, 4, 0) },
	{ "is there", READ(2), .in = BYTES("b4") },
	{ "with BT, as st(4) does", LOCATE(4, 1, 0) },
	{ "is the same", READ(2), .in = BYTES("b1") },
	{ "the end is a place", LOCATE(0, 9, 0) },
	{ "it is", READ(2), END },
	{ "past the end", LOCATE(0, 10, 0), END },
	{ "stops there", AT("\0", "\x09") },
	{ "a partition that is not there", LOCATE(2, 0, 1), BAD(IN_CDB(8, 7)) },
	{ "partition 0 by name", LOCATE(2, 5, 0) },
	{ "without CP, its number is nothing", LOCATE(0, 5, 7) },
	{ "nothing has moved by the wrong one", AT("\0", "\5") },
	{ "16: object", LOCATE16(0, 8, 0) },
	{ "is there", READ(2), .in = BYTES("b8") },
	{ "16: file 1", LOCATE16(0x08, 1, 0) },
	{ "begins there", AT_LONG("\0", "\0", "\4", "\1") },
	{ "16: file 0", LOCATE16(0x08, 0, 0) },
	{ "begins there", AT_LONG("\x80", "\0", "\0", "\0") },
	{ "16: file 3", LOCATE16(0x08, 3, 0) },
	{ "begins there", AT_LONG("\0", "\0", "\x08", "\3") },
	{ "16: file 4", LOCATE16(0x08, 4, 0), END },
	{ "16: beginning", LOCATE16(0, 0, 0) },
	{ "16: end of data", LOCATE16(0x18, 0, 0) },
	{ "is there", AT_LONG("\0", "\0", "\x09", "\3") },
	{ "16: past the end", LOCATE16(0, 10, 0), END },
	{ "16: 64 bits past the end", { 0x92, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	  0xff },
	  END },
	{ "16: a partition that is not there", LOCATE16(2, 0, 1), BAD(IN_CDB(3, 7)) },
	{ "16: the largest", LOCATE16(2, 0, 255), BAD(IN_CDB(3, 7)) },
	{ "16: destination 2", LOCATE16(0x10, 0, 0), BAD(IN_CDB(1, 5)) },
	{ "16: destination 7", LOCATE16(0x38, 0, 0), BAD(IN_CDB(1, 5)) },
	{ "extended", { 0x34, 8, 0, 0, 0, 0, 0, 0, 32 }, .in = BYTES("\0\0\0\x1c\0\0\0\0"
	  "\0\0\0\0\0\0\0\x09" "\0\0\0\0\0\0\0\x09" "\0\0\0\0\0\0\0\0") },
	{ "extended, cut", { 0x34, 8, 0, 0, 0, 0, 0, 0, 4 }, .in = BYTES("\0\0\0\x1c") },
	{ "short has no allocation length", { 0x34, 0, 0, 0, 0, 0, 0, 0, 20 }, BAD(IN_CDB(8, 4)) },
	{ 0 },
};

/* Two partitions: page 11h, IDP, one unit and the remainder. */
static const struct step partitions[] = {
	{ "to the beginning", REWIND },
	{ "ask for two", { 0x15, 0x10, 0, 0, 20 }, .out = BYTES("\0\0\x10\0"
	  "\x11\x0e\3\1\x3c\3\x09\0\0\1\xff\xff\0\0\0\0") },
	{ "make them", { 0x04, 0, 2 } },
	{ "partition 1", LOCATE(2, 0, 1) },
	{ "is where the tape is", AT_LONG("\x80", "\1", "\0", "\0") },
	{ "write", WRITE(2), .out = BYTES("p1") },
	{ "partition 0 is blank", LOCATE16(2, 0, 0) },
	{ "and blank", READ(2), END },
	{ "write", WRITE(2), .out = BYTES("p0") },
	{ "the end of 1", LOCATE16(0x1a, 0, 1) },
	{ "is behind one", AT_LONG("\0", "\1", "\1", "\0") },
	{ "rewind stays in the partition", REWIND },
	{ "there", READ(2), .in = BYTES("p1") },
	{ "the other one", LOCATE(2, 0, 0) },
	{ "there", READ(2), .in = BYTES("p0") },
	{ "no third one", LOCATE(2, 0, 2), BAD(IN_CDB(8, 7)) },
	{ "page 10h tells the active one", LOCATE(2, 0, 1) },
	{ "as byte 3", { 0x1a, 8, 0x10, 0, 8 }, .in = BYTES("\x13\x88\x10\0\x10\x0e\0\1") },
	{ "formatting is for partition 0", { 0x04 }, .sense = 0x05, .asc = 0x3b0c },
	{ "go there", LOCATE(2, 1, 0) },
	{ "and for its beginning", { 0x04 }, .sense = 0x05, .asc = 0x3b0c },
	{ "as setting capacity is", { 0x0b, 0, 0, 0xff, 0xff }, .sense = 0x05, .asc = 0x3b0c },
	{ "at its beginning", REWIND },
	{ "one again", { 0x04 } },
	{ "partition 1 is gone", LOCATE(2, 0, 1), BAD(IN_CDB(8, 7)) },
	{ 0 },
};

static const struct step lost[] = {
	{ "write", WRITE(2), .out = BYTES("ab") },
	{ "an abort cut it off", .event = rig_position_lost },
	{ "no writing", WRITE(2), .out = BYTES("cd"), .sense = 0x03, .asc = 0x3b00 },
	{ "no filemark", MARKS(1), .sense = 0x03, .asc = 0x3b00 },
	{ "no reading", READ(2), .sense = 0x03, .asc = 0x3b00 },
	{ "no spacing", SPACE(0, 1), .sense = 0x03, .asc = 0x3b00 },
	{ "no spacing, 16", SPACE16(1, 1), .sense = 0x03, .asc = 0x3b00 },
	{ "no allowance", { 0x82, 0, 1 }, .sense = 0x03, .asc = 0x3b00 },
	{ "it is ready all the same", { 0x00 } },
	{ "and says that it does not know", { 0x34 }, .begins = true, .in = BYTES("\4") },
	{ "in the long form, too", { 0x34, 6 }, .begins = true, .in = BYTES("\x0c") },
	{ "a place that is not there does not help", LOCATE(2, 0, 1), BAD(IN_CDB(8, 7)) },
	{ "no reading yet", READ(2), .sense = 0x03, .asc = 0x3b00 },
	{ "the end does", SPACE(3, 0) },
	{ "writing", WRITE(2), .out = BYTES("cd") },
	{ "lost again", .event = rig_position_lost },
	{ "LOCATE does", LOCATE(0, 0, 0) },
	{ "reading", READ(2), .in = BYTES("ab") },
	{ "lost again", .event = rig_position_lost },
	{ "REWIND does", REWIND },
	{ "reading", READ(2), .in = BYTES("ab") },
	{ "lost again", .event = rig_position_lost },
	{ "LOAD does", { 0x1b, 0, 0, 0, 1 } },
	{ "reading", READ(2), .in = BYTES("ab") },
	{ 0 },
};

int main(void)
{
	static struct rig r;

	rig_init(&r, "ULT3580-TD8");
	rig_make(&r, "E01001L8", "LTO8", CART_DATA_TAPE, 0);
	rig_position_lost(&r);
	rig_want(&r, !r.drive.position_lost, "an empty drive has no position to lose");
	rig_insert(&r, "E01001L8");
	rig_play(&r, "writing", fill);
	rig_play(&r, "SPACE", spacing);
	rig_play(&r, "LOCATE", locating);
	rig_play(&r, "partitions", partitions);
	rig_play(&r, "position lost", lost);
	rig_release(&r);
	return r.failed != 0;
}
