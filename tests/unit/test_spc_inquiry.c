// SPDX-License-Identifier: GPL-2.0-only
/* INQUIRY, REQUEST SENSE, REPORT LUNS, opcodes and functions: what a unit says of itself. */
#include <stdio.h>
#include <string.h>

#include "fake/toy_unit.h"

#define ILLEGAL(f) .sense = 0x05, .asc = 0x2400, .field = (f)

static const struct step inquiry[] = {
	{ "standard data", { 0x12, 0, 0, 0, 60 }, .in = BYTES("\x01\x80\x06\x02\x37\0\0\0"
	  "ACME    " "TOY             " "0001" "\0\0" "XYZZY_A1    " "\0\0\0\0\0\0\0\0\0\0") },
	{ "of 36 bytes", { 0x12, 0, 0, 0, 36 }, .in = BYTES("\x01\x80\x06\x02\x37\0\0\0"
	  "ACME    " "TOY             " "0001") },
	{ "page list", { 0x12, 1, 0x00, 0, 255 }, .in = BYTES("\x01\0\0\x04\x00\x80\x83\xc0") },
	{ "serial, padded", { 0x12, 1, 0x80, 0, 255 },
	  .in = BYTES("\x01\x80\0\x0a" "XYZZY_A1  ") },
	{ "identifiers", { 0x12, 1, 0x83, 0, 255 }, .in = BYTES("\x01\x83\0\x3a"
	  "\x02\x01\0\x22" "ACME    " "TOY             " "XYZZY_A1  "
	  "\x01\x03\0\x08\x50\x22\x33\x44\xab\x00\x01\x00" "\x01\x14\0\x04\0\0\0\x01") },
	{ "fixed, with the serial in it", { 0x12, 1, 0xc0, 0, 255 },
	  .in = BYTES("\x01\xc0\0\x0a\xca\xfe" "XYZZY_" "\xbe\xef") },
	{ "unknown page", { 0x12, 1, 0xb0, 0, 255 }, ILLEGAL(IN_CDB(2, 7)) },
	{ "no alias below 80h", { 0x12, 1, 0x03, 0, 255 }, ILLEGAL(IN_CDB(2, 7)) },
	{ "page code without EVPD", { 0x12, 0, 0x80, 0, 255 }, ILLEGAL(IN_CDB(2, 7)) },
	{ "CmdDt", { 0x12, 2, 0x12, 0, 255 }, ILLEGAL(IN_CDB(1, 1)) },
	{ "EVPD and CmdDt", { 0x12, 3, 0x80, 0, 255 }, ILLEGAL(IN_CDB(1, 1)) },
	{ "never a unit attention", { 0x12, 1, 0x00, 0, 255 }, .initiator = 9,
	  .in = BYTES("\x01\0\0\x04\x00\x80\x83\xc0") },
	{ 0 },
};

static const struct step changer[] = {
	{ "the class has the type", { 0x12, 1, 0x00, 0, 255 },
	  .in = BYTES("\x08\0\0\x04\x00\x80\x83\xc0") },
	{ "no state, no sense", { 0x03, 0, 0, 0, 18 },
	  .in = BYTES("\x70\0\0\0\0\0\0\x0a\0\0\0\0\0\0\0\0\0\0") },
	{ 0 },
};

static void readying(void *toy)
{
	((struct toy *)toy)->state = STS_BECOMING_READY;
}

static const struct step sensing[] = {
	{ "nothing to say", { 0x03, 0, 0, 0, 255 },
	  .in = BYTES("\x70\0\0\0\0\0\0\x0a\0\0\0\0\0\0\0\0\0\0") },
	{ "in descriptors", { 0x03, 1, 0, 0, 255 }, .in = BYTES("\x72\0\0\0\0\0\0\0") },
	{ "an error brings its own sense data", { 0x12, 0, 0x80 }, ILLEGAL(IN_CDB(2, 7)) },
	{ "which is not told twice", { 0x03, 0, 0, 0, 18 },
	  .in = BYTES("\x70\0\0\0\0\0\0\x0a\0\0\0\0\0\0\0\0\0\0") },
	{ "the unit is getting ready", .event = readying },
	{ "with progress", { 0x03, 0, 0, 0, 18 },
	  .in = BYTES("\x70\0\x02\0\0\0\0\x0a\0\0\0\0\x04\x01\0\x80\x40\0") },
	{ "attention comes first", { 0x03, 0, 0, 0, 14 }, .initiator = 4,
	  .in = BYTES("\x70\0\x06\0\0\0\0\x0a\0\0\0\0\x29\0") },
	{ "and is taken", { 0x00 }, .initiator = 4 },
	{ 0 },
};

static const struct step luns[] = {
	{ "this unit", { 0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 64 },
	  .in = BYTES("\0\0\0\x08\0\0\0\0" "\0\0\0\0\0\0\0\0") },
	{ "well known ones", { 0xa0, 0, 1, 0, 0, 0, 0, 0, 0, 64 },
	  .in = BYTES("\0\0\0\0\0\0\0\0") },
	{ "all", { 0xa0, 0, 2, 0, 0, 0, 0, 0, 0, 64 },
	  .in = BYTES("\0\0\0\x08\0\0\0\0" "\0\0\0\0\0\0\0\0") },
	{ "unknown selection", { 0xa0, 0, 0x11, 0, 0, 0, 0, 0, 0, 64 }, ILLEGAL(IN_CDB(2, 7)) },
	{ 0 },
};

#define OPCODES(opt, op, sa) { 0xa3, 0x0c, opt, op, 0, sa, 0, 0, 4, 0 }

static const struct step opcodes[] = {
	{ "all of them", OPCODES(0, 0, 0), .room = 1024, .begins = true,
	  .in = BYTES("\0\0\0\xd8" "\0\0\0\0\0\0\0\6" "\3\0\0\0\0\0\0\6") },
	{ "all, with timeouts", OPCODES(0x80, 0, 0), .room = 1024, .begins = true,
	  .in = BYTES("\0\0\2\x1c" "\0\0\0\0\0\2\0\6" "\0\x0a\0\0\0\0\0\0\0\0\0\5") },
	{ "one", OPCODES(1, 0x12, 0), .in = BYTES("\0\3\0\6" "\x12\xff\xff\xff\xff\0") },
	{ "one, whatever its service action", OPCODES(1, 0x12, 9),
	  .in = BYTES("\0\3\0\6" "\x12\xff\xff\xff\xff\0") },
	{ "one, with timeouts", OPCODES(0x81, 0x12, 0), .in = BYTES("\0\x83\0\6"
	  "\x12\xff\xff\xff\xff\0" "\0\x0a\0\0\0\0\0\0\0\0\0\x3c") },
	{ "an unknown one", OPCODES(1, 0x13, 0), .in = BYTES("\0\1\0\0") },
	{ "an unknown one has no timeouts", OPCODES(0x81, 0x13, 0), .in = BYTES("\0\1\0\0") },
	{ "one that has service actions", OPCODES(1, 0xa3, 0), ILLEGAL(IN_CDB(2, 2)) },
	{ "a service action", OPCODES(2, 0xa3, 0x0f), .in = BYTES("\0\3\0\x0c"
	  "\xa3\xef\xff\xff\xff\xff\xff\xff\xff\xff\xff\0") },
	{ "an unknown service action", OPCODES(2, 0xa3, 0x0e), .in = BYTES("\0\1\0\0") },
	{ "a service action of what has none", OPCODES(2, 0x12, 0), ILLEGAL(IN_CDB(2, 2)) },
	{ "either, with", OPCODES(3, 0xa4, 0x0f), .begins = true,
	  .in = BYTES("\0\3\0\x0c\xa4\xef") },
	{ "either, without", OPCODES(3, 0x00, 0), .in = BYTES("\0\3\0\6\0\0\0\0\0\0") },
	{ "either, with one too many", OPCODES(3, 0x00, 1), .in = BYTES("\0\1\0\0") },
	{ "an unknown option", OPCODES(4, 0, 0), ILLEGAL(IN_CDB(2, 2)) },
	{ "functions", { 0xa3, 0x0d, 0, 0, 0, 0, 0, 0, 0, 64 }, .in = BYTES("\x88\0\0\0") },
	{ "functions, all of it", { 0xa3, 0x0d, 0x80, 0, 0, 0, 0, 0, 0, 64 },
	  .in = BYTES("\x88\0\0\x0c\0\0\0\0\0\0\0\0\0\0\0\0") },
	{ 0 },
};

/* Configured texts of full length, and a serial longer than the page's least width. */
static int long_identity(void)
{
	static const struct step rows[] = {
		{ "texts of full length", { 0x12, 0, 0, 0, 50 }, .in = BYTES(
		  "\x01\x80\x06\x02\x37\0\0\0" "VENDOR_8" "PRODUCT_OF_16_ch" "REV4" "\0\0"
		  "123456789012") },
		{ "long serial", { 0x12, 1, 0x80, 0, 255 }, .in = BYTES("\x01\x80\0\x20"
		  "12345678901234567890123456789012") },
		{ "no NAA", { 0x12, 1, 0x83, 0, 255 }, .in = BYTES("\x01\x83\0\x44"
		  "\x02\x01\0\x38" "VENDOR_8" "PRODUCT_OF_16_ch"
		  "12345678901234567890123456789012" "\x01\x14\0\x04\0\0\0\x01") },
		{ 0 },
	};
	static const struct spc_identity id = {
		"VENDOR_8", "PRODUCT_OF_16_ch", "REV4", "12345678901234567890123456789012",
		false, { 0 },
	};
	struct spc_unit u;
	struct script s = { .lu = &u.lu };
	int failed;

	if (spc_unit_init(&u, &toy_class, toy_unit_ops, toy_unit_gates, &toy_model, &id))
		return 1;
	failed = script_run(&s, "long identity", rows);
	spc_unit_release(&u);
	return failed;
}

int main(void)
{
	static struct toy t;
	struct script s = { .lu = &t.unit.lu, .ctx = &t };
	int failed = 0;

	toy_init(&t, &toy_class);
	failed += script_run(&s, "inquiry", inquiry);
	failed += script_cut(&s, "inquiry", &inquiry[0], 3, 2);
	for (int i = 2; i <= 5; i++)
		failed += script_cut(&s, "inquiry", &inquiry[i], 3, 2);
	failed += script_run(&s, "request sense", sensing);
	failed += script_cut(&s, "request sense", &sensing[0], 4, 1);
	failed += script_run(&s, "report luns", luns);
	failed += script_cut(&s, "report luns", &luns[0], 6, 4);
	failed += script_run(&s, "report opcodes", opcodes);
	for (int i = 0; i < 4; i++)
		failed += script_cut(&s, "report opcodes", &opcodes[i], 6, 4);
	toy_release(&t);
	toy_init(&t, &toy_changer_class);
	failed += script_run(&s, "changer", changer);
	toy_release(&t);
	script_run(&s, "end", &(const struct step){ 0 });
	return failed + long_identity() != 0;
}
