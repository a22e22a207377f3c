// SPDX-License-Identifier: GPL-2.0-only
#include "conform/ssc_steps.h"

#define REWIND		 { 0x01 }
#define READ(n)		 { 0x08, 0, 0, 0, n }
#define READ_SHORT(n)	 { 0x08, 0x02, 0, 0, n }	/* SILI */
#define READ_FIXED(n)	 { 0x08, 0x01, 0, 0, n }
#define WRITE(n)	 { 0x0a, 0, 0, 0, n }
#define WRITE_FIXED(n)	 { 0x0a, 0x01, 0, 0, n }
#define FILEMARKS(n)	 { 0x10, 0, 0, 0, n }
#define SPACE(what, n)	 { 0x11, what, (uint8_t)((n) >> 16), (uint8_t)((n) >> 8), (uint8_t)(n) }
#define LOCATE(n)	 { 0x2b, 0, 0, 0, 0, 0, n }
#define POSITION	 { 0x34 }
#define BLOCK_LENGTH(n)	 { 0x15, 0x10, 0, 0, 12 }, .out = BYTES("\0\0\x10\x08\0\0\0\0\0\0\0" n)

enum { BLOCKS = 0, MARKS = 1, END = 3 };	/* SPACE */

#define INFO(n)	   .has_info = true, .info = (n)
#define FILEMARK   .sense = 0x80, .asc = 0x0001
#define ILI	   .sense = 0x20, .asc = 0x0000
#define END_OF_DATA .sense = 0x08, .asc = 0x0005
#define REFUSED    .sense = 0x05, .asc = 0x2400

/* READ POSITION, short form: flags, block number twice. */
#define AT(flags, block)						\
	.in = BYTES(flags "\0\0\0" "\0\0\0" block "\0\0\0" block "\0\0\0\0\0\0\0\0")

static const struct step identity[] = {
	{ "it is a tape drive", { 0x12, 0, 0, 0, 5 }, .in = BYTES("\x01\x80"), .begins = true },
	{ "pages in ascending order from 00h", { 0x12, 1, 0, 0, 6 }, .in = BYTES("\x01\0"),
	  .begins = true },
	{ "serial number", { 0x12, 1, 0x80, 0, 96 }, .in = BYTES("\x01\x80\0"), .begins = true },
	{ "no page E7h", { 0x12, 1, 0xe7, 0, 96 }, REFUSED, .field = IN_CDB(2, 7) },
	{ "ready", { 0x00 } },
	{ "block limits", { 0x05 }, .in = BLANK(6) },
	{ "density", { 0x1a, 0, 0, 0, 12 }, .in = BYTES("\x0b\0\x10\x08\x5e\0\0\0\0\0\0\0"),
	  .mask = "\xff\0\xff\xff\xff\0\0\0\0\xff\xff\xff" },
	{ "opcodes", { 0xa3, 0x0c, 0, 0, 0, 0, 0, 0, 0, 4 }, .in = BLANK(4) },
	{ "no such command", { 0xa5 }, .sense = 5, .asc = 0x2000 },
	{ "a reserved bit", { 0x00, 0, 0, 1 }, REFUSED, .field = IN_CDB(3, 0) },
	{ 0 },
};

static const struct step blocks[] = {
	{ "variable blocks", BLOCK_LENGTH("\0") },
	{ "rewind", REWIND },
	{ "at the beginning", POSITION, AT("\x80", "\0"),
	  .mask = "\xc8\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\0" },
	{ "write", WRITE(5), .out = BYTES("hello") },
	{ "another length", WRITE(3), .out = BYTES("bye") },
	{ "a filemark", FILEMARKS(1) },
	{ "write behind it", WRITE(4), .out = BYTES("last") },
	{ "two filemarks", FILEMARKS(2) },
	{ "position", POSITION, AT("\0", "\x06"),
	  .mask = "\xc8\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\0" },
	{ "nothing behind", READ(5), END_OF_DATA, INFO(5) },
	{ "rewind", REWIND },
	{ "as it was written", READ(5), .in = BYTES("hello") },
	{ "shorter than asked for", READ(9), .in = BYTES("bye"), ILI, INFO(6) },
	{ "the filemark", READ(9), FILEMARK, INFO(9) },
	{ "shorter, and that is all right", READ_SHORT(9), .in = BYTES("last") },
	{ "the next filemark", READ(9), FILEMARK },
	{ "and the next", READ(9), FILEMARK },
	{ "the end", READ(9), END_OF_DATA },
	{ "rewind", REWIND },
	{ "longer than asked for", READ(2), .in = BYTES("he"), ILI, INFO(-3) },
	{ "the rest of it is passed", READ(3), .in = BYTES("bye") },
	{ 0 },
};

static const struct step positions[] = {
	{ "to block 4", LOCATE(3) },
	{ "it is the one behind the filemark", READ(4), .in = BYTES("last") },
	{ "back by one", SPACE(BLOCKS, -1) },
	{ "the same again", READ(4), .in = BYTES("last") },
	{ "back over filemarks", SPACE(MARKS, -1) },
	{ "which is then read", READ(4), FILEMARK },
	{ "on over the two", SPACE(MARKS, 2) },
	{ "one more than there are", SPACE(MARKS, 1), END_OF_DATA, INFO(1) },
	{ "back to the beginning and beyond", SPACE(BLOCKS, -100), .sense = 0x80, .asc = 0x0001 },
	{ "rewind", REWIND },
	{ "before the beginning", SPACE(BLOCKS, -1), .sense = 0x40, .asc = 0x0004, INFO(1) },
	{ "blocks end at a filemark", SPACE(BLOCKS, 5), FILEMARK, INFO(3) },
	{ "end of data", SPACE(END, 0) },
	{ "position", POSITION, AT("\0", "\x06"),
	  .mask = "\xc8\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\0" },
	{ "beyond it", LOCATE(9), END_OF_DATA },
	{ "rewind", REWIND },
	{ 0 },
};

static const struct step fixed[] = {
	{ "rewind", REWIND },
	{ "fixed needs a length", READ_FIXED(1), REFUSED },
	{ "blocks of 4", BLOCK_LENGTH("\x04") },
	{ "three at once", WRITE_FIXED(3), .out = BYTES("AAAABBBBCCCC") },
	{ "a filemark", FILEMARKS(1) },
	{ "rewind", REWIND },
	{ "two at once", READ_FIXED(2), .in = BYTES("AAAABBBB") },
	{ "two, but there is one", READ_FIXED(2), .in = BYTES("CCCC"), FILEMARK, INFO(1) },
	{ "rewind", REWIND },
	{ "one, by its bytes", READ(4), .in = BYTES("AAAA") },
	{ "blocks of 2", BLOCK_LENGTH("\x02") },
	{ "are not what is there", READ_FIXED(2), ILI, INFO(2), .in = ANY },
	{ "variable blocks", BLOCK_LENGTH("\0") },
	{ "rewind", REWIND },
	{ "erase", { 0x19 } },
	{ "blank", READ(4), END_OF_DATA },
	{ 0 },
};

const struct conform_table ssc_conform[] = {
	{ "drive identity", identity },
	{ "blocks", blocks },
	{ "positions", positions },
	{ "fixed blocks", fixed },
	{ NULL, NULL },
};
