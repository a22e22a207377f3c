// SPDX-License-Identifier: GPL-2.0-only
/* Attributes: the drive's are true, hosts' are kept, and what may not be written is not. */
#include <string.h>

#include "fake/rig.h"

#define READ(id)      { 0x8c, 0, 0, 0, 0, 0, 0, 0, (id) >> 8, (id) & 0xff, 0, 0, 0, 255 }
#define ONE(id, n)    { 0x8c, 0, 0, 0, 0, 0, 0, 0, (id) >> 8, (id) & 0xff, 0, 0, 0, 9 + (n) }
/* The first attribute of the answer, whatever follows. */
#define IS(id, head, value) ONE(id, sizeof(value) - 1), .begins = true, \
	.in = BYTES("\0\0\0\0" head value), .mask = "\0\0\0\0" FULL FULL FULL
#define FULL "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
#define SET(n)        { 0x8d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n }
#define BAD(f)        .sense = 0x05, .asc = 0x2400, .field = (f)
#define BAD_LIST(f)   .sense = 0x05, .asc = 0x2600, .field = (f)
#define LENGTH        .sense = 0x05, .asc = 0x1a00

static const struct step device[] = {
	{ "remaining capacity, MiB", IS(0x0000, "\0\0\x80\0\x08", "\0\0\0\0\0\0\0\x40") },
	{ "maximum capacity, MiB", IS(0x0001, "\0\1\x80\0\x08", "\0\0\0\0\0\0\0\x40") },
	{ "no alerts", IS(0x0002, "\0\2\x80\0\x08", "\0\0\0\0\0\0\0\0") },
	{ "loads", IS(0x0003, "\0\3\x80\0\x08", "\0\0\0\0\0\0\0\1") },
	{ "room in the memory", IS(0x0004, "\0\4\x80\0\x08", "\0\0\0\0\0\0\x20\0") },
	{ "organization", IS(0x0005, "\0\5\x81\0\x08", "LTO-CVE ") },
	{ "density", IS(0x0006, "\0\6\x80\0\1", "\x5e") },
	{ "change reference", IS(0x0009, "\0\x09\x80\0\4", "\0\0\0\0") },
	{ "who loaded it", IS(0x020a, "\2\x0a\x81\0\x28", "IBM     XYZZY_A1") },
	{ "MiB written", IS(0x0220, "\2\x20\x80\0\x08", "\0\0\0\0\0\0\0\0") },
	{ "maker", IS(0x0400, "\4\0\x81\0\x08", "VTL     ") },
	{ "serial number", IS(0x0401, "\4\1\x81\0\x20", "E01001L8_") },
	{ "length, m", IS(0x0402, "\4\2\x80\0\4", "\0\0\3\xc0") },
	{ "width, 0.1 mm", IS(0x0403, "\4\3\x80\0\4", "\0\0\0\x7f") },
	{ "its density", IS(0x0405, "\4\5\x80\0\1", "\x5e") },
	{ "a day", IS(0x0406, "\4\6\x81\0\x08", "20") },
	{ "its memory", IS(0x0407, "\4\7\x80\0\x08", "\0\0\0\0\0\0\x20\0") },
	{ "a data tape", IS(0x0408, "\4\x08\x80\0\1", "\0") },
	{ "no cleanings", IS(0x0409, "\4\x09\x80\0\2", "\0\0") },
	{ "barcode", IS(0x0806, "\x08\x06\1\0\x20", "E01001L8        ") },
	{ "the next one, where there is none", IS(0x0410, "\x08\x06\1\0\x20", "E01001L8") },
	{ "none behind the last", READ(0x0807), BAD(IN_CDB(8, 7)) },
	{ "no second partition", { 0x8c, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 255 }, BAD(IN_CDB(7,
	  7)) },
	{ "no second volume", { 0x8c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 255 }, BAD(IN_CDB(5,
	  7)) },
	{ "service action 4", { 0x8c, 4 }, BAD(IN_CDB(1, 4)) },
	{ "list: first and length", { 0x8c, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8 },
	  .in = BYTES("\0\0\0\x38\0\0\0\1") },
	{ 0 },
};

#define VENDOR "\x08\0\1\0\x08" "VTLTESTS"
#define LABEL  "\x08\5\0\0\1\7"

static const struct step hosts[] = {
	{ "nothing is nothing", SET(0) },
	{ "no attributes", SET(4), .out = BYTES("\0\0\0\0") },
	{ "one", SET(17), .out = BYTES("\0\0\0\x0d" VENDOR) },
	{ "is there", IS(0x0800, "\x08\0\1\0\x08", "VTLTESTS") },
	{ "it takes room", IS(0x0004, "\0\4\x80\0\x08", "\0\0\0\0\0\0\x1f\xf3") },
	{ "two", SET(23), .out = BYTES("\0\0\0\x13" VENDOR LABEL) },
	{ "is there", IS(0x0805, "\x08\5\0\0\1", "\7") },
	{ "another barcode", SET(41), .out = BYTES("\0\0\0\x25\x08\6\1\0\x20"
	  "ABCDEF                          ") },
	{ "is the one", IS(0x0806, "\x08\6\1\0\x20", "ABCDEF  ") },
	{ "coherency, of any length", SET(32), .out = BYTES("\0\0\0\x1c\x08\x0c\0\0\x17"
	  "\4\0\0\0\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\3\0\0") },
	{ "is there", IS(0x080c, "\x08\x0c\0\0\x17", "\4\0\0\0\1\0\0\0\0\0\0\0\2") },
	{ "a vendor's own", SET(10), .out = BYTES("\0\0\0\6\x16\x23\0\0\1\3") },
	{ "is there", IS(0x1623, "\x16\x23\0\0\1", "\3") },
	{ "deleting", SET(9), .out = BYTES("\0\0\0\5\x08\5\0\0\0") },
	{ "is gone", IS(0x0805, "\x08\6\1\0\x20", "ABCDEF") },
	{ "deleting what is not there", SET(9), .out = BYTES("\0\0\0\5\x08\5\0\0\0") },
	{ "the drive's are not the host's", SET(17), .out = BYTES("\0\0\0\x0d\0\3\0\0\x08"
	  "\0\0\0\0\0\0\0\0"), BAD_LIST(IN_LIST(4, 7)) },
	{ "nor is the type of medium", SET(10), .out = BYTES("\0\0\0\6\4\x08\0\0\1\x80"),
	  BAD_LIST(IN_LIST(4, 7)) },
	{ "an unknown one", SET(10), .out = BYTES("\0\0\0\6\x0a\0\0\0\1\x80"),
	  BAD_LIST(IN_LIST(4, 7)) },
	{ "the wrong length", SET(16), .out = BYTES("\0\0\0\x0c\x08\0\1\0\x07" "VTLTEST"),
	  BAD_LIST(IN_LIST(4, 7)) },
	{ "the wrong format", SET(17), .out = BYTES("\0\0\0\x0d\x08\0\0\0\x08" "VTLTESTS"),
	  BAD_LIST(IN_LIST(4, 7)) },
	{ "a good and a bad one", SET(23), .out = BYTES("\0\0\0\x13\x08\5\0\0\1\x09"
	  "\x08\0\0\0\x08" "OTHERS  "), BAD_LIST(IN_LIST(10, 7)) },
	{ "change nothing", IS(0x0805, "\x08\6\1\0\x20", "ABCDEF") },
	{ "cut in a value", SET(16), .out = BYTES("\0\0\0\x0c\x08\0\1\0\x08" "VTLTEST"), LENGTH },
	{ "cut in a header", SET(8), .out = BYTES("\0\0\0\4\x08\0\1\0"), LENGTH },
	{ "cut before the list", SET(3), .out = BYTES("\0\0\0"), LENGTH },
	{ "a list longer than what came", SET(17), .out = BYTES("\0\0\0\x0e" VENDOR), LENGTH },
	{ "a length of 32 bits", SET(17), .out = BYTES("\xff\xff\xff\xff" VENDOR), LENGTH },
	{ "what is behind the list is nothing", SET(18), .out = BYTES("\0\0\0\x0d" VENDOR "x") },
	{ 0 },
};

static const struct step after[] = {
	{ "hosts' survive", IS(0x0800, "\x08\0\1\0\x08", "VTLTESTS") },
	{ "loads", IS(0x0003, "\0\3\x80\0\x08", "\0\0\0\0\0\0\0\2") },
	{ "an alert", IS(0x0002, "\0\2\x80\0\x08", "\0\0\0\0\0\x20\0\0"), },
	{ 0 },
};

static const struct step changing[] = {
	{ "two blocks", { 0x0a, 0, 0, 0, 2 }, .out = BYTES("b0") },
	{ "in a load", { 0x10, 0, 0, 0, 1 } },
	{ "are one change", IS(0x0009, "\0\x09\x80\0\4", "\0\0\0\1") },
	{ "rewind", { 0x01 } },
	{ "format", { 0x04 } },
	{ "is counted, the first was when it was made", IS(0x0007, "\0\7\x80\0\2", "\0\2") },
	{ 0 },
};

static const struct step worm[] = {
	{ "a WORM tape", IS(0x0408, "\4\x08\x80\0\1", "\x80") },
	{ 0 },
};

static const struct step hostile = {
	"WRITE ATTRIBUTE", SET(23), .out = BYTES("\0\0\0\x13" VENDOR LABEL),
};

static void raise_alert(void *rig)
{
	spc_alert(&((struct rig *)rig)->drive.unit, 43);
}

static const struct step alert[] = {
	{ "alert 43", .event = raise_alert },
	{ 0 },
};

int main(void)
{
	static struct rig r;

	rig_init(&r, "ULT3580-TD8");
	rig_make(&r, "E01001L8", "LTO8", CART_DATA_TAPE, 0);
	rig_make(&r, "W01001LY", "LTO8", CART_WORM_TAPE, 0);
	rig_insert(&r, "E01001L8");
	rig_play(&r, "device", device);
	rig_play(&r, "hosts", hosts);
	r.failed += script_cut(&r.script, "values", &(struct step){ "READ ATTRIBUTE", { 0x8c },
			       .room = 1024 }, 10, 4);
	r.failed += script_cut(&r.script, "supported", &(struct step){ "READ ATTRIBUTE",
			       { 0x8c, 5 } }, 10, 4);
	rig_eject(&r);
	rig_insert(&r, "E01001L8");
	rig_play(&r, "alert", alert);
	rig_play(&r, "after another load", after);
	rig_play(&r, "changes", changing);
	r.failed += script_hostile(&r.script, "hostile", &hostile, 10, 4, NULL);
	rig_eject(&r);
	rig_insert(&r, "W01001LY");
	rig_play(&r, "WORM", worm);
	rig_release(&r);
	return r.failed != 0;
}
