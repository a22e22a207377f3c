// SPDX-License-Identifier: GPL-2.0-only
/* Mode pages of drives: true when they are shown, kept or refused when a host sets them. */
#include <string.h>

#include "fake/rig.h"

#define SENSE(page, n)    { 0x1a, 8, page, 0, n }
#define SUB(page, sub, n) { 0x1a, 8, page, sub, n }
#define SELECT(n)         { 0x15, 0x10, 0, 0, n }
#define HEADER            "\0\0\x10\0"
#define BAD(f)            .sense = 0x05, .asc = 0x2600, .field = (f)

static const struct step empty[] = {
	{ "header without a cartridge", { 0x1a, 0, 0, 0, 12 },
	  .in = BYTES("\x0b\0\x10\x08\x5e\0\0\0\0\0\0\0") },
	{ "three partitions more, at most", SENSE(0x11, 20), .begins = true,
	  .in = BYTES("\x13\0\x10\0\x11\x0e\3\0") },
	{ "none can be asked for", SELECT(20), .out = BYTES(HEADER
	  "\x11\x0e\3\1\x3c\3\x09\0\0\1\xff\xff\0\0\0\0"), .sense = 0x02, .asc = 0x3a00 },
	{ 0 },
};

static const struct step pages[] = {
	{ "header", { 0x1a, 0, 0, 0, 12 }, .in = BYTES("\x0b\x88\x10\x08\x5e\0\0\0\0\0\0\0") },
	{ "compression is off, and can be had", SENSE(0x0f, 20),
	  .in = BYTES("\x13\x88\x10\0\x0f\x0e\x40\x80\0\0\0\1\0\0\0\1\0\0\0\0") },
	{ "what may change of it", SENSE(0x4f, 20),
	  .in = BYTES("\x13\x88\x10\0\x0f\x0e\x80\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0") },
	{ "compression on", SELECT(20), .out = BYTES(HEADER
	  "\x0f\x0e\xc0\x80\0\0\0\1\0\0\0\1\0\0\0\0") },
	{ "is on", SENSE(0x0f, 20), .begins = true, .in = BYTES("\x13\x88\x10\0\x0f\x0e\xc0") },
	{ "in the other page, too", SENSE(0x10, 20),
	  .in = BYTES("\x13\x88\x10\0\x10\x0e\0\0\0\0\0\x64\x40\0\x18\0\0\0\1\x80") },
	{ "others hear of it", { 0x00 }, .initiator = 1, .sense = 0x06, .asc = 0x2a01 },
	{ "off, as st(4) does it", SELECT(20), .out = BYTES(HEADER
	  "\x0f\x0e\x40\x80\0\0\0\0\0\0\0\1\0\0\0\0") },
	{ "is off", SENSE(0x10, 20), .begins = true,
	  .in = BYTES("\x13\x88\x10\0\x10\x0e\0\0\0\0\0\x64\x40\0\x18\0\0\0\0\x80") },
	{ "an algorithm that is not there", SELECT(20), .out = BYTES(HEADER
	  "\x0f\x0e\x40\x80\0\0\0\x10\0\0\0\1\0\0\0\0"), BAD(IN_LIST(8, 7)) },
	{ "nor in the other page", SELECT(20), .out = BYTES(HEADER
	  "\x10\x0e\0\0\0\0\0\x64\x40\0\x18\0\0\0\2\x80"), BAD(IN_LIST(18, 7)) },
	{ "on by the other page", SELECT(20), .out = BYTES(HEADER
	  "\x10\x0e\0\0\0\0\0\x64\x40\0\x18\0\0\0\1\x80") },
	{ "is on", SENSE(0x0f, 20), .begins = true, .in = BYTES("\x13\x88\x10\0\x0f\x0e\xc0") },
	{ "what is not the host's", SELECT(20), .out = BYTES(HEADER
	  "\x10\x0e\0\0\0\0\0\x65\x40\0\x18\0\0\0\1\x80"), BAD(IN_LIST(11, 0)) },
	{ "subpages have SPF and their length", SUB(0x10, 1, 8),
	  .in = BYTES("\x23\x88\x10\0\x50\1\0\x1c") },
	{ "so has protection", SUB(0x0a, 0xf0, 8), .in = BYTES("\x23\x88\x10\0\x4a\xf0\0\x1c") },
	{ "and control extension", SUB(0x0a, 1, 8), .in = BYTES("\x23\x88\x10\0\x4a\1\0\x1c") },
	{ "IBM's encryption mode", SUB(0x30, 0x20, 16),
	  .in = BYTES("\x0c\x88\x10\0\x70\x20\0\5\0\3\1\1\0") },
	{ "power condition is 40 bytes", SENSE(0x1a, 6), .in = BYTES("\x2b\x88\x10\0\x1a\x26") },
	{ "no WORM", SENSE(0x1d, 10), .in = BYTES("\x23\x88\x10\0\x1d\x1e\0\0\1\2") },
	{ "no protection method yet", SELECT(36), .out = BYTES(HEADER "\x4a\xf0\0\x1c\2\4\xc0\0"
	  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), .sense = 0x05, .asc = 0x2600 },
	{ "descriptor sense", SELECT(16), .out = BYTES(HEADER "\x0a\x0a\4\0\0\0\0\0\0\0\0\0") },
	{ "comes as such", { 0x11, 0, 0, 0, 1 }, .sense = 0x08, .asc = 0x0005, .has_info = true,
	  .info = 1 },
	{ "fixed again", SELECT(16), .out = BYTES(HEADER "\x0a\x0a\0\0\0\0\0\0\0\0\0\0") },
	{ "SP", { 0x15, 0x11 }, .sense = 0x05, .asc = 0x2400, .field = IN_CDB(1, 0) },
	{ 0 },
};

#define BLOCK(density, length) SELECT(12), .out = BYTES("\0\0\x10\x08" density "\0\0\0\0" length)

static const struct step descriptor[] = {
	{ "default density", BLOCK("\0", "\0\0\0") },
	{ "the same density", BLOCK("\x7f", "\0\0\0") },
	{ "its own density", BLOCK("\x5e", "\0\0\0") },
	{ "an older one that it writes", BLOCK("\x5c", "\0\0\0") },
	{ "one that it does not know", BLOCK("\x46", "\0\0\0"), BAD(IN_LIST(4, 7)) },
	{ "the longest block", BLOCK("\0", "\x80\0\0") },
	{ "is told", { 0x1a, 0, 0, 0, 12 }, .in = BYTES("\x0b\x88\x10\x08\x5e\0\0\0\0\x80\0\0") },
	{ "a longer one", BLOCK("\0", "\x80\0\1"), BAD(IN_LIST(9, 7)) },
	{ "a bad page behind it", SELECT(32), .out = BYTES("\0\0\x10\x08\0\0\0\0\0\0\2\0"
	  "\x10\x0e\0\0\0\0\0\x64\x40\0\x18\0\0\0\2\x80\0\0\0\0"), .sense = 0x05, .asc = 0x2600 },
	{ "leaves all as it was", { 0x1a, 0, 0, 0, 12 },
	  .in = BYTES("\x0b\x88\x10\x08\x5e\0\0\0\0\x80\0\0") },
	{ "variable again", BLOCK("\0", "\0\0\0") },
	{ "read limits", { 0x05 }, .in = BYTES("\0\x80\0\0\0\1") },
	{ "read limits, MLOI", { 0x05, 1 }, .in = BYTES("\0\0\0\0\0\0\0\0\0\0\0\0"
	  "\xff\xff\xff\xff\xff\xff\xff\xff") },
	{ 0 },
};

static const struct step write_protect[] = {
	{ "SWP", SELECT(20), .out = BYTES(HEADER "\x10\x0e\0\0\0\0\0\x64\x40\0\x1c\0\0\0\1\x80") },
	{ "the header says so", { 0x1a, 8, 0, 0, 4 }, .in = BYTES("\3\x88\x90\0") },
	{ "no writing", { 0x0a, 0, 0, 0, 1 }, .out = BYTES("x"), .sense = 0x07, .asc = 0x2700 },
	{ "off", SELECT(20), .out = BYTES(HEADER "\x10\x0e\0\0\0\0\0\x64\x40\0\x18\0\0\0\1\x80") },
	{ "writing", { 0x0a, 0, 0, 0, 1 }, .out = BYTES("x") },
	{ 0 },
};

static const struct step worm[] = {
	{ "WORM has its medium type", { 0x1a, 8, 0, 0, 4 }, .in = BYTES("\3\x8c\x10\0") },
	{ "and WORMM", SENSE(0x1d, 10), .in = BYTES("\x23\x8c\x10\0\x1d\x1e\1\0\1\2") },
	{ 0 },
};

/* What was sensed can be sent back as it is: pages in order, PS clear, all subpages too. */
static void send_back(struct rig *r, const char *what)
{
	struct step sense = { "all of it", { 0x5a, 0, 0x3f, 0xff, 0, 0, 0, 4, 0 }, .room = 1024 };
	struct step select = { what, { 0x55, 0x10 } };
	uint8_t list[1024] = { 0 };
	uint32_t n;

	script_send(&r->script, &sense);
	n = r->script.answer.in_len;
	rig_want(r, n > 100 && n == 2u + (uint32_t)(r->script.answer.in[0] << 8 |
		 r->script.answer.in[1]), "all pages with their length");
	memcpy(list, r->script.answer.in, n);
	select.cdb[7] = (uint8_t)(n >> 8);
	select.cdb[8] = (uint8_t)n;
	select.out = (struct script_bytes){ (const char *)list, n };
	script_send(&r->script, &select);
	r->failed += script_check("mode", &select, &r->script.answer);
}

static const struct step hostile = {
	"descriptor and pages", SELECT(60), .out = BYTES("\0\0\x10\x08\0\0\0\0\0\0\2\0"
	"\x11\x0e\3\1\x3c\3\x09\0\0\1\xff\xff\0\0\0\0"
	"\x0f\x0e\xc0\x80\0\0\0\1\0\0\0\1\0\0\0\0"
	"\x10\x0e\0\0\0\0\0\x64\x40\0\x18\0\0\0\1\x80"),
};

static void as_before(void *rig)
{
	struct rig *r = rig;

	r->drive.block_length = 0;
	r->drive.partition_chosen = false;
	rig_hear(r);
}

static int test_other_drives(void)
{
	static const char *const products[] = { "ULT3580-TD5", "ULT3580-TD6", "ULT3580-TD7",
		"ULT3580-TD9", "T10000A", "T10000B", "T10000C", "some other" };

	int failed = 0;

	for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
		struct rig r;

		rig_init(&r, products[i]);
		send_back(&r, products[i]);
		rig_release(&r);
		failed += r.failed;
	}
	return failed;
}

int main(void)
{
	static struct rig r;

	rig_init(&r, "ULT3580-TD8");
	rig_make(&r, "E01001L8", "LTO8", CART_DATA_TAPE, 0);
	rig_make(&r, "W01001LY", "LTO8", CART_WORM_TAPE, 0);
	rig_play(&r, "empty", empty);
	rig_insert(&r, "E01001L8");
	rig_play(&r, "pages", pages);
	rig_hear(&r);
	rig_play(&r, "descriptor", descriptor);
	rig_hear(&r);
	rig_play(&r, "software write protect", write_protect);
	send_back(&r, "what was sensed can be selected");
	rig_hear(&r);
	r.failed += script_hostile(&r.script, "hostile", &hostile, 4, 1, as_before);
	rig_eject(&r);
	rig_insert(&r, "W01001LY");
	rig_play(&r, "WORM", worm);
	r.failed += test_other_drives();
	rig_release(&r);
	return r.failed != 0;
}
