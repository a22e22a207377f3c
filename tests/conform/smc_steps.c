// SPDX-License-Identifier: GPL-2.0-only
#include "conform/smc_steps.h"

#define BLANKS24 "                        "	/* after a barcode of 8 */
#define TAG_END	 "\0\0\0\0"			/* reserved, sequence number 0 */
#define NO_ID	 "\0\0\0\0"
#define NO_TAG	 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" TAG_END
#define ZEROS10	 "\0\0\0\0\0\0\0\0\0\0"
#define ZEROS26	 ZEROS10 ZEROS10 "\0\0\0\0\0\0"
#define ZEROS36	 ZEROS26 ZEROS10

#define PAGE_02 "\x02\x0e\x32\x32\0\0\0\0\0\0\x04\0\0\0\0\0"
#define PAGE_0A_01 "\x4a\x01\0\x1c" ZEROS26 "\0\0"
#define PAGE_1A "\x1a\x24" ZEROS36
#define PAGE_1C "\x1c\x0a\x08\x03\0\0\0\0\0\0\0\0"
#define PAGE_1D "\x1d\x12\0\x01\0\x01\x03\xe8\0\x27\0\x0a\0\x04\x01\xf4\0\x04\0\0"
#define PAGE_1E "\x1e\x02\0\0"
#define PAGE_1F "\x1f\x12\x0f\x07\x0f\x0f\x0f\x0f\0\0\0\0\0\0\0\0\0\0\0\0"

static const struct step identity[] = {
	/* Revision (bytes 32 to 35) is the configuration's. */
	{ "standard data", { 0x12, 0, 0, 0, 96 },
	  .in = BYTES("\x08\x80\x05\x02\x3b\0\x01\x20" "STK     L700            ????"
		      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x03\0\x09\x60\x02\0"),
	  .mask = "\xff\xff\xff\xff\xff\xff\xff\xff" "\xff\xff\xff\xff\xff\xff\xff\xff"
		  "\xff\xff\xff\xff\xff\xff\xff\xff" "\xff\xff\xff\xff\xff\xff\xff\xff"
		  "\0\0\0\0\xff\xff\xff\xff" "\xff\xff\xff\xff\xff\xff\xff\xff"
		  "\xff\xff\xff\xff\xff\xff\xff\xff" "\xff\xff\xff\xff\xff\xff\xff\xff" },
	{ "cut at 5 bytes", { 0x12, 0, 0, 0, 5 }, .in = BYTES("\x08\x80\x05\x02\x3b") },
	{ "vital product data pages", { 0x12, 1, 0, 0, 96 }, .in = BYTES("\x08\0\0\x02\0\x80") },
	{ "serial number", { 0x12, 1, 0x80, 0, 96 },
	  .in = BYTES("\x08\x80\0\x12" "XYZZY_A     " "\0\0\0\0\0\0") },
	{ "no page 83h, for udev takes the serial then", { 0x12, 1, 0x83, 0, 96 },
	  .sense = 5, .asc = 0x2400, .field = IN_CDB(2, 7) },
	{ "no page B0h", { 0x12, 1, 0xb0, 0, 96 }, .sense = 5, .asc = 0x2400 },
	{ "page 03h is not page 83h", { 0x12, 1, 0x03, 0, 96 }, .sense = 5, .asc = 0x2400 },
	{ "a page without EVPD", { 0x12, 0, 0x80, 0, 96 }, .sense = 5, .asc = 0x2400 },
	{ "command support data are gone", { 0x12, 2, 0, 0, 96 }, .sense = 5, .asc = 0x2400 },
	{ "ready", { 0x00 } },
	{ "nothing to sense", { 0x03, 0, 0, 0, 18 }, .in = BYTES("\x70\0\0\0\0\0\0\x0a"),
	  .begins = true },
	{ "no such command", { 0x08 }, .sense = 5, .asc = 0x2000 },
	{ "no such service action", { 0xa3, 0x1f }, .sense = 5, .asc = 0x2400 },
	{ 0 },
};

static const struct step modes[] = {
	{ "all pages, no block descriptor", { 0x1a, 0, 0x3f, 0, 255 },
	  .in = BYTES("\x71\0\0\0" PAGE_02 PAGE_1A PAGE_1C PAGE_1D PAGE_1E PAGE_1F) },
	{ "DBD is the same", { 0x1a, 8, 0x3f, 0, 255 },
	  .in = BYTES("\x71\0\0\0" PAGE_02 PAGE_1A PAGE_1C PAGE_1D PAGE_1E PAGE_1F) },
	{ "with subpages", { 0x1a, 0, 0x3f, 0xff, 255 },
	  .in = BYTES("\x91\0\0\0" PAGE_02 PAGE_0A_01 PAGE_1A PAGE_1C PAGE_1D PAGE_1E PAGE_1F) },
	{ "element addresses", { 0x1a, 8, 0x1d, 0, 255 }, .in = BYTES("\x17\0\0\0" PAGE_1D) },
	{ "the same, by 10 bytes", { 0x5a, 8, 0x1d, 0, 0, 0, 0, 0, 255 },
	  .in = BYTES("\0\x1a\0\0\0\0\0\0" PAGE_1D) },
	{ "capabilities", { 0x1a, 8, 0x1f, 0, 255 }, .in = BYTES("\x17\0\0\0" PAGE_1F) },
	{ "nothing is changeable", { 0x1a, 8, 0x5f, 0, 255 },
	  .in = BYTES("\x17\0\0\0\x1f\x12" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
	{ "default is current", { 0x1a, 8, 0x9f, 0, 255 }, .in = BYTES("\x17\0\0\0" PAGE_1F) },
	{ "so are the addresses'", { 0x1a, 8, 0x9d, 0, 255 }, .in = BYTES("\x17\0\0\0" PAGE_1D) },
	{ "nothing is saved", { 0x1a, 8, 0xdd, 0, 255 }, .sense = 5, .asc = 0x3900 },
	{ "no such page", { 0x1a, 8, 0x0f, 0, 255 }, .sense = 5, .asc = 0x2400 },
	{ "select what is", { 0x15, 0x10, 0, 0, 24 }, .out = BYTES("\0\0\0\0" PAGE_1F) },
	{ "change what is not to be changed", { 0x15, 0x10, 0, 0, 8 },
	  .out = BYTES("\0\0\0\0" "\x1e\x02\0\x01"), .sense = 5, .asc = 0x2600 },
	{ 0 },
};

static const struct step logs[] = {
	{ "pages", { 0x4d, 0, 0x40, 0, 0, 0, 0, 0, 255 }, .in = BYTES("\0\0\0\x03\0\x0d\x2e") },
	{ "temperature", { 0x4d, 0, 0x4d, 0, 0, 0, 0, 0, 255 },
	  .in = BYTES("\x0d\0\0\x06"), .begins = true },
	{ "TapeAlert", { 0x4d, 0, 0x6e, 0, 0, 0, 0, 1, 0x44 }, .in = BLANK(0x144), .room = 0x144 },
	{ "no such page", { 0x4d, 0, 0x42, 0, 0, 0, 0, 0, 255 }, .sense = 5, .asc = 0x2400 },
	{ 0 },
};

static const struct step status[] = {
	{ "two slots, cut between them", STATUS(0x12, SLOT, 2, 0, 68),
	  .in = BYTES("\x03\xe8\0\x02\0\0\0\x70" "\x02\x80\0\x34\0\0\0\x68"
		      "\x03\xe8\x09\0\0\0\0\0\0\x01\0\0" "E01001L8" BLANKS24 TAG_END NO_ID) },
	{ "an empty one", STATUS(0x12, EMPTY_SLOT, 1, 0, 255),
	  .in = BYTES("\x03\xfc\0\x01\0\0\0\x3c" "\x02\x80\0\x34\0\0\0\x34"
		      "\x03\xfc\x08\0\0\0\0\0\0\0\0\0" NO_TAG NO_ID) },
	{ "a cleaning cartridge", STATUS(0x12, CLEANER_SLOT, 1, 0, 255),
	  .in = BYTES("\x03\xfd\0\x01\0\0\0\x3c" "\x02\x80\0\x34\0\0\0\x34"
		      "\x03\xfd\x09\0\0\0\0\0\0\x02\0\0" "CLN101L8" BLANKS24 TAG_END NO_ID) },
	{ "mail slots: in and out, accessible", STATUS(3, MAIL, 2, 0, 255),
	  .in = BYTES("\0\x0a\0\x02\0\0\0\x28" "\x03\0\0\x10\0\0\0\x20"
		      "\0\x0a\x38\0\0\0\0\0\0\0\0\0" NO_ID "\0\x0b\x38\0\0\0\0\0\0\0\0\0" NO_ID),
	  .mask = "\xff\xff\xff\xff\xff\xff\xff\xff" "\xff\xff\xff\xff\xff\xff\xff\xff"
		  "\xff\xff\xfd\xff\xff\xff\xff\xff\xff\xff\xff\xff" "\xff\xff\xff\xff"
		  "\xff\xff\xfd\xff\xff\xff\xff\xff\xff\xff\xff\xff" "\xff\xff\xff\xff" },
	{ "a drive, with who it is", STATUS(0x14, DRIVE, 1, 1, 255),
	  .in = BYTES("\x01\xf4\0\x01\0\0\0\x5e" "\x04\x80\0\x56\0\0\0\x56"
		      "\x01\xf4\x08\0\0\0\0\0\0\0\0\0" NO_TAG "\x02\x01\0\x22"
		      "IBM     ULT3580-TD8     XYZZY_A1  ") },
	{ "a drive, without a tag", STATUS(4, DRIVE, 1, 1, 255),
	  .in = BYTES("\x01\xf4\0\x01\0\0\0\x3a" "\x04\0\0\x32\0\0\0\x32"
		      "\x01\xf4\x08\0\0\0\0\0\0\0\0\0" "\x02\x01\0\x22"
		      "IBM     ULT3580-TD8     XYZZY_A1  ") },
	{ "the arm", STATUS(1, 0, 0xffff, 0, 255),
	  .in = BYTES("\0\x01\0\x01\0\0\0\x18" "\x01\0\0\x10\0\0\0\x10"
		      "\0\x01\0\0\0\0\0\0\0\0\0\0" NO_ID) },
	{ "all: how much it would be", STATUS(0, 0, 0xffff, 0, 8),
	  .in = BYTES("\0\x01\0\x30\0\0\x03\x20") },
	{ "number counts over types", STATUS(0, 0, 2, 0, 255),
	  .in = BYTES("\0\x01\0\x02\0\0\0\x30" "\x01\0\0\x10\0\0\0\x10"
		      "\0\x01\0\0\0\0\0\0\0\0\0\0" NO_ID "\x03\0\0\x10\0\0\0\x10"
		      "\0\x0a\x38\0\0\0\0\0\0\0\0\0" NO_ID),
	  .mask = "\xff\xff\xff\xff\xff\xff\xff\xff" "\xff\xff\xff\xff\xff\xff\xff\xff"
		  "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" "\xff\xff\xff\xff"
		  "\xff\xff\xff\xff\xff\xff\xff\xff"
		  "\xff\xff\xfd\xff\xff\xff\xff\xff\xff\xff\xff\xff" "\xff\xff\xff\xff" },
	{ "none wanted, none told", STATUS(0, 0, 0, 0, 255), .in = BYTES("\0\0\0\0\0\0\0\0") },
	{ "current data are no other", STATUS(1, 0, 1, 2, 8),
	  .in = BYTES("\0\x01\0\x01\0\0\0\x18") },
	{ "beyond the last element", STATUS(0, SLOT + SLOTS, 1, 0, 255), .sense = 5, .asc = 0x2400,
	  .field = IN_CDB(2, 7) },
	{ "no such type", STATUS(5, 0, 1, 0, 255), .sense = 5, .asc = 0x2400,
	  .field = IN_CDB(1, 3) },
	{ "CONTROL is refused", { 0xb8, 0, 0, 0, 0, 1, 0, 0, 0, 255, 0, 1 }, .sense = 5,
	  .asc = 0x2400, .field = IN_CDB(11, 0) },
	{ 0 },
};

static const struct step refused[] = {
	{ "empty source", MOVE(EMPTY_SLOT, SLOT + 23), .sense = 5, .asc = 0x3b0e },
	{ "full destination", MOVE(SLOT, SLOT + 1), .sense = 5, .asc = 0x3b0d },
	{ "where it is", MOVE(SLOT, SLOT), .sense = 5, .asc = 0x3b0d },
	{ "no such source", MOVE(9, EMPTY_SLOT), .sense = 5, .asc = 0x2101,
	  .field = IN_CDB(4, 7) },
	{ "no such destination", MOVE(SLOT, SLOT + SLOTS), .sense = 5, .asc = 0x2101,
	  .field = IN_CDB(6, 7) },
	{ "no such drive", MOVE(SLOT, DRIVE + 4), .sense = 5, .asc = 0x2101,
	  .field = IN_CDB(6, 7) },
	{ "no such arm", MOVE_BY(2, SLOT, EMPTY_SLOT), .sense = 5, .asc = 0x2101,
	  .field = IN_CDB(2, 7) },
	{ "a slot is no arm", MOVE_BY(SLOT, SLOT, EMPTY_SLOT), .sense = 5, .asc = 0x2101,
	  .field = IN_CDB(2, 7) },
	{ "an arm is no destination", MOVE(SLOT, ARM), .sense = 5, .asc = 0x2101,
	  .field = IN_CDB(6, 7) },
	{ "nor, empty, a source", MOVE(ARM, EMPTY_SLOT), .sense = 5, .asc = 0x2101,
	  .field = IN_CDB(4, 7) },
	{ "inverted", { 0xa5, 0, WORD(0), WORD(SLOT), WORD(EMPTY_SLOT), 0, 0, 1 }, .sense = 5,
	  .asc = 0x2400, .field = IN_CDB(10, 0) },
	{ "with CONTROL 01h", { 0xa5, 0, WORD(0), WORD(SLOT), WORD(EMPTY_SLOT), 0, 0, 0, 0x01 },
	  .sense = 5, .asc = 0x2400, .field = IN_CDB(11, 0) },
	{ "with CONTROL C0h", { 0xa5, 0, WORD(0), WORD(SLOT), WORD(EMPTY_SLOT), 0, 0, 0, 0xc0 },
	  .sense = 5, .asc = 0x2400, .field = IN_CDB(11, 7) },
	{ "exchange with nothing", EXCHANGE(SLOT, EMPTY_SLOT, SLOT + 23), .sense = 5,
	  .asc = 0x3b0e },
	{ "exchange of one", EXCHANGE(SLOT, SLOT, EMPTY_SLOT), .sense = 5, .asc = 0x2101,
	  .field = IN_CDB(6, 7) },
	{ "exchange to a full one", EXCHANGE(SLOT, SLOT + 1, SLOT + 2), .sense = 5,
	  .asc = 0x3b0d },
	{ "position by no arm", { 0x2b, 0, WORD(2), WORD(SLOT) }, .sense = 5, .asc = 0x2101,
	  .field = IN_CDB(2, 7) },
	{ "position to nothing", { 0x2b, 0, WORD(1), WORD(9) }, .sense = 5, .asc = 0x2101,
	  .field = IN_CDB(4, 7) },
	{ "open what is no mail slot", { 0x1b, 0, WORD(SLOT) }, .sense = 5, .asc = 0x2101,
	  .field = IN_CDB(2, 7) },
	{ "neither open nor close", { 0x1b, 0, WORD(MAIL), 2 }, .sense = 5, .asc = 0x2400,
	  .field = IN_CDB(4, 4) },
	{ "and nothing has moved", STATUS(0x12, SLOT, 1, 0, 255),
	  .in = BYTES("\x03\xe8\0\x01\0\0\0\x3c" "\x02\x80\0\x34\0\0\0\x34"
		      "\x03\xe8\x09\0\0\0\0\0\0\x01\0\0" "E01001L8" BLANKS24 TAG_END NO_ID) },
	{ 0 },
};

static const struct step moves[] = {
	{ "slot to slot", MOVE(SLOT, EMPTY_SLOT) },
	{ "it is there, and where it was", STATUS(0x12, EMPTY_SLOT, 1, 0, 255),
	  .in = BYTES("\x03\xfc\0\x01\0\0\0\x3c" "\x02\x80\0\x34\0\0\0\x34"
		      "\x03\xfc\x09\0\0\0\0\0\0\x81\x03\xe8" "E01001L8" BLANKS24 TAG_END NO_ID) },
	{ "by the arm's own address", MOVE_BY(ARM, EMPTY_SLOT, SLOT) },
	{ "to a mail slot", MOVE(SLOT, MAIL) },
	{ "not by the operator", STATUS(0x13, MAIL, 1, 0, 255),
	  .in = BYTES("\0\x0a\0\x01\0\0\0\x3c" "\x03\x80\0\x34\0\0\0\x34"
		      "\0\x0a\x39\0\0\0\0\0\0\x81\x03\xe8" "E01001L8" BLANKS24 TAG_END NO_ID) },
	{ "open the mail slots", { 0x1b, 0, WORD(MAIL), 0 } },
	{ "now the arm cannot reach it", MOVE(MAIL, SLOT), .sense = 2, .asc = 0x3a02 },
	{ "nor put something there", MOVE(SLOT + 1, MAIL + 1), .sense = 2, .asc = 0x3a02 },
	{ "which the element says", STATUS(3, MAIL, 1, 0, 20),
	  .in = BYTES("\0\x0a\0\x01\0\0\0\x18" "\x03\0\0\x10\0\0\0\x10" "\0\x0a\x31\0") },
	{ "close them", { 0x1b, 0, WORD(MAIL), 1 } },
	{ "prevent removal", { 0x1e, 0, 0, 0, 1 } },
	{ "then they stay closed", { 0x1b, 0, WORD(MAIL), 0 }, .sense = 5, .asc = 0x5302 },
	{ "allow removal", { 0x1e } },
	{ "back from the mail slot", MOVE(MAIL, SLOT) },
	{ "change places", EXCHANGE(SLOT, SLOT + 1, SLOT) },
	{ "it did", STATUS(0x12, SLOT, 1, 0, 36),
	  .in = BYTES("\x03\xe8\0\x01\0\0\0\x3c" "\x02\x80\0\x34\0\0\0\x34"
		      "\x03\xe8\x09\0\0\0\0\0\0\x81\x03\xe9" "E01002L8") },
	{ "and again", EXCHANGE(SLOT, SLOT + 1, SLOT) },
	{ "in a ring", EXCHANGE(SLOT, SLOT + 1, EMPTY_SLOT) },
	{ "one step on", MOVE(SLOT + 1, SLOT) },
	{ "and home", MOVE(EMPTY_SLOT, SLOT + 1) },
	{ "position to a slot", { 0x2b, 0, WORD(ARM), WORD(SLOT) } },
	{ "take inventory", { 0x07 } },
	{ "of a range", { 0x37, 1, WORD(SLOT), 0, 0, WORD(10) } },
	{ "in the older way", { 0xe7, 1, WORD(SLOT), 0, 0, WORD(10) } },
	{ "rezero", { 0x01 } },
	{ 0 },
};

static const struct step drives[] = {
	{ "load", MOVE(SLOT, DRIVE) },
	{ "the drive shows whence", STATUS(0x14, DRIVE, 1, 0, 36),
	  .in = BYTES("\x01\xf4\0\x01\0\0\0\x3c" "\x04\x80\0\x34\0\0\0\x34"
		      "\x01\xf4\x01\0\0\0\0\0\0\x81\x03\xe8" "E01001L8") },
	{ "and the slot is empty", STATUS(2, SLOT, 1, 0, 20),
	  .in = BYTES("\x03\xe8\0\x01\0\0\0\x18" "\x02\0\0\x10\0\0\0\x10" "\x03\xe8\x08\0") },
	{ "the drive is full", MOVE(SLOT + 1, DRIVE), .sense = 5, .asc = 0x3b0d },
	{ "even to itself", MOVE(DRIVE, DRIVE), .sense = 5, .asc = 0x3b0d },
	{ "to another drive", MOVE(DRIVE, DRIVE + 1) },
	{ "the source stays the slot", STATUS(0x14, DRIVE + 1, 1, 0, 36),
	  .in = BYTES("\x01\xf5\0\x01\0\0\0\x3c" "\x04\x80\0\x34\0\0\0\x34"
		      "\x01\xf5\x01\0\0\0\0\0\0\x81\x03\xe8" "E01001L8") },
	{ "the first one is empty", MOVE(DRIVE, EMPTY_SLOT), .sense = 5, .asc = 0x3b0e },
	{ "exchange in the drive", EXCHANGE(SLOT + 1, DRIVE + 1, SLOT) },
	{ "the second is in it", STATUS(0x14, DRIVE + 1, 1, 0, 36),
	  .in = BYTES("\x01\xf5\0\x01\0\0\0\x3c" "\x04\x80\0\x34\0\0\0\x34"
		      "\x01\xf5\x01\0\0\0\0\0\0\x81\x03\xe9" "E01002L8") },
	{ "unload", MOVE(DRIVE + 1, SLOT + 1) },
	{ "all drives are empty", STATUS(4, DRIVE, 2, 0, 40),
	  .in = BYTES("\x01\xf4\0\x02\0\0\0\x28" "\x04\0\0\x10\0\0\0\x20"
		      "\x01\xf4\x08\0\0\0\0\0\0\0\0\0" NO_ID "\x01\xf5\x08\0\0\0\0\0") },
	{ 0 },
};

#define LIST(barcode, blanks) BYTES(barcode blanks "\0\0\0\0\0\0\0\0")

static const struct step search[] = {
	{ "look for cleaning cartridges", { 0xb6, 0, 0, 0, 0, 5, 0, 0, 0, 40 },
	  .out = LIST("CLN*    ", BLANKS24) },
	{ "there are two", { 0xb5, 0x10, 0, 0, WORD(10), 0, 0, 0, 124 },
	  .in = BYTES("\x03\xfd\0\x02\x05\0\0\x70" "\x02\x80\0\x34\0\0\0\x68"
		      "\x03\xfd\x09\0\0\0\0\0\0\x02\0\0" "CLN101L8" BLANKS24 TAG_END NO_ID
		      "\x03\xfe\x09\0\0\0\0\0\0\x02\0\0" "CLN102L6" BLANKS24 TAG_END NO_ID) },
	{ "one of them is enough", { 0xb5, 0, 0, 0, WORD(1), 0, 0, 0, 8 },
	  .in = BYTES("\x03\xfd\0\x01\x05\0\0\x18") },
	{ "not in drives", { 0xb5, 4, 0, 0, WORD(10), 0, 0, 0, 8 },
	  .in = BYTES("\0\0\0\0\x05\0\0\0") },
	{ "a character in the middle", { 0xb6, 2, 0, 0, 0, 1, 0, 0, 0, 40 },
	  .out = LIST("E010?1L8", BLANKS24) },
	{ "01 and 11", { 0xb5, 0, 0, 0, WORD(10), 0, 0, 0, 8 },
	  .in = BYTES("\x03\xe8\0\x02\x01\0\0\x28") },
	{ "from slot 5 on", { 0xb6, 2, WORD(SLOT + 4), 0, 5, 0, 0, 0, 40 },
	  .out = LIST("E010?1L8", BLANKS24) },
	{ "11 alone", { 0xb5, 0, 0, 0, WORD(10), 0, 0, 0, 8 },
	  .in = BYTES("\x03\xf2\0\x01\x05\0\0\x18") },
	{ "with sequence numbers from 1 on", { 0xb6, 0, 0, 0, 0, 1, 0, 0, 0, 40 },
	  .out = BYTES("CLN*    " BLANKS24 "\0\0\0\1\0\0\0\2") },
	{ "there is none", { 0xb5, 0, 0, 0, WORD(10), 0, 0, 0, 8 },
	  .in = BYTES("\0\0\0\0\x01\0\0\0") },
	{ "a short list", { 0xb6, 0, 0, 0, 0, 5, 0, 0, 0, 4 }, .out = BYTES("CLN*"),
	  .sense = 5, .asc = 0x1a00 },
	{ "labels are not ours to change", { 0xb6, 0, 0, 0, 0, 8, 0, 0, 0, 40 },
	  .out = LIST("CLN*    ", BLANKS24), .sense = 5, .asc = 0x2400, .field = IN_CDB(5, 4) },
	{ 0 },
};

const struct conform_table smc_conform[] = {
	{ "changer identity", identity },
	{ "changer modes", modes },
	{ "changer logs", logs },
	{ "element status", status },
	{ "moves refused", refused },
	{ "moves", moves },
	{ "moves and drives", drives },
	{ "search", search },
	{ NULL, NULL },
};
