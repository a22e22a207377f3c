// SPDX-License-Identifier: GPL-2.0-only
/* MODE SENSE and MODE SELECT. */
#include <stdio.h>
#include <string.h>

#include "fake/toy_unit.h"

#define ILLEGAL(f)   .sense = 0x05, .asc = 0x2400, .field = (f)
#define BAD_LIST(f)  .sense = 0x05, .asc = 0x2600, .field = (f)
#define LIST_LENGTH  .sense = 0x05, .asc = 0x1a00

#define SENSE6(page)      { 0x1a, 0, page, 0, 255 }
#define SENSE10(page, sub) { 0x5a, 0, page, sub, 0, 0, 0, 1, 0 }
#define BLOCK             "\0\0\0\0\0\0\0\0"
#define RECOVERY          "\x01\x06\x10\x00\x20\0\0\0"
#define CONTROL           "\x0a\x0a\0\0\0\0\0\0\0\0\0\0"
#define EXTENSION         "\x4a\x01\0\x02\x07\0"
#define EXCEPTIONS        "\x1c\x0a\x08\x03\0\0\0\0\0\0\0\0"

static const struct step sensing[] = {
	{ "header and descriptor, as st asks", { 0x1a, 0, 0, 0, 12 },
	  .in = BYTES("\x0b\x18\x10\x08" BLOCK) },
	{ "header alone", { 0x1a, 8, 0, 0, 12 }, .in = BYTES("\x03\x18\x10\x00") },
	{ "a page", SENSE6(0x01), .in = BYTES("\x13\x18\x10\x08" BLOCK RECOVERY) },
	{ "a page without descriptor", { 0x1a, 8, 1, 0, 255 },
	  .in = BYTES("\x0b\x18\x10\x00" RECOVERY) },
	{ "a page, 10", SENSE10(0x01, 0),
	  .in = BYTES("\0\x16\x18\x10\0\0\0\x08" BLOCK RECOVERY) },
	{ "a page, 10, LLBAA", { 0x5a, 0x10, 1, 0, 0, 0, 0, 1, 0 },
	  .in = BYTES("\0\x16\x18\x10\0\0\0\x08" BLOCK RECOVERY) },
	{ "a page, 10, without descriptor", { 0x5a, 8, 1, 0, 0, 0, 0, 1, 0 },
	  .in = BYTES("\0\x0e\x18\x10\0\0\0\0" RECOVERY) },
	{ "what may be changed", { 0x1a, 8, 0x41, 0, 255 },
	  .in = BYTES("\x0b\x18\x10\x00" "\x01\x06\x0f\0\xff\0\0\0") },
	{ "nothing of this one", { 0x1a, 8, 0x5c, 0, 255 },
	  .in = BYTES("\x0f\x18\x10\x00" "\x1c\x0a\0\0\0\0\0\0\0\0\0\0") },
	{ "of a subpage", { 0x1a, 8, 0x4a, 1, 255 },
	  .in = BYTES("\x09\x18\x10\x00" "\x4a\x01\0\x02\0\xff") },
	{ "defaults", { 0x1a, 8, 0x81, 0, 255 }, .in = BYTES("\x0b\x18\x10\x00" RECOVERY) },
	{ "saved ones there are none", { 0x1a, 8, 0xc1, 0, 255 }, .sense = 0x05, .asc = 0x3900 },
	{ "a subpage", { 0x1a, 8, 0x0a, 1, 255 }, .in = BYTES("\x09\x18\x10\x00" EXTENSION) },
	{ "all subpages of a page", { 0x1a, 8, 0x0a, 0xff, 255 },
	  .in = BYTES("\x15\x18\x10\x00" CONTROL EXTENSION) },
	{ "all pages", { 0x1a, 8, 0x3f, 0, 255 },
	  .in = BYTES("\x23\x18\x10\x00" RECOVERY CONTROL EXCEPTIONS) },
	{ "all pages and subpages", SENSE10(0x3f, 0xff),
	  .in = BYTES("\0\x34\x18\x10\0\0\0\x08" BLOCK RECOVERY CONTROL EXTENSION EXCEPTIONS) },
	{ "all pages, an odd subpage", SENSE10(0x3f, 0x01), ILLEGAL(IN_CDB(3, 7)) },
	{ "unknown page", SENSE6(0x11), ILLEGAL(IN_CDB(2, 5)) },
	{ "unknown page, all subpages", SENSE10(0x11, 0xff), ILLEGAL(IN_CDB(2, 5)) },
	{ "unknown subpage", SENSE10(0x0a, 0x02), ILLEGAL(IN_CDB(3, 7)) },
	{ "page 0 has no subpages", SENSE10(0x00, 0x01), ILLEGAL(IN_CDB(2, 5)) },
	{ 0 },
};

static void unit_changes(void *toy)
{
	((struct toy *)toy)->refreshed = 0x77;
}

#define SELECT6(flags, n)  { 0x15, flags, 0, 0, n }
#define SELECT10(n)        { 0x55, 0x10, 0, 0, 0, 0, 0, 0, n }
#define HEADER             "\0\0\x10\0"
#define HEADER10           "\0\0\0\x10\0\0\0\0"

static const struct step selecting[] = {
	{ "nothing is nothing", SELECT6(0x10, 0) },
	{ "a page", SELECT6(0x10, 12), .out = BYTES(HEADER "\x01\x06\x1f\x00\x21\0\0\0") },
	{ "is current", { 0x1a, 8, 0x01, 0, 255 },
	  .in = BYTES("\x0b\x18\x10\x00" "\x01\x06\x1f\x00\x21\0\0\0") },
	{ "the default stays", { 0x1a, 8, 0x81, 0, 255 },
	  .in = BYTES("\x0b\x18\x10\x00" RECOVERY) },
	{ "others hear of it", { 0x00 }, .initiator = 1, .sense = 0x06, .asc = 0x2a01 },
	{ "once", { 0x00 }, .initiator = 1 },
	{ "all others", { 0x00 }, .initiator = 2, .sense = 0x06, .asc = 0x2a01 },
	{ "who did it does not", { 0x00 } },
	{ "the same again changes nothing", SELECT6(0x10, 12),
	  .out = BYTES(HEADER "\x01\x06\x1f\x00\x21\0\0\0") },
	{ "and nobody hears", { 0x00 }, .initiator = 1 },
	{ "a list as it was read, PS and length set", SELECT6(0x10, 12),
	  .out = BYTES("\x0b\x18\x10\x00" "\x81\x06\x1f\x00\x20\0\0\0") },
	{ "10", SELECT10(16), .out = BYTES(HEADER10 "\x01\x06\x1e\x00\x20\0\0\0") },
	{ "a subpage", SELECT6(0x10, 10), .out = BYTES(HEADER "\x4a\x01\0\x02\x07\x55") },
	{ "is current too", { 0x1a, 8, 0x0a, 1, 255 },
	  .in = BYTES("\x09\x18\x10\x00" "\x4a\x01\0\x02\x07\x55") },
	{ "the descriptor", SELECT6(0x10, 12),
	  .out = BYTES("\0\0\x10\x08" "\x58\0\0\0\0\0\x02\0") },
	{ "is taken, by st without PF too", SELECT6(0, 12),
	  .out = BYTES("\0\0\x10\x08" "\x58\0\0\0\0\0\x04\0") },
	{ "and told", { 0x1a, 0, 0, 0, 12 },
	  .in = BYTES("\x0b\x18\x10\x08" "\x58\0\0\0\0\0\x04\0") },
	{ "what others hear", { 0x00 }, .initiator = 1, .sense = 0x06, .asc = 0x2a01 },
	{ "the header's byte", SELECT6(0x10, 4), .out = BYTES("\0\0\0\0") },
	{ "is told", { 0x1a, 8, 0, 0, 12 }, .in = BYTES("\x03\x18\x00\x00") },
	{ "to others too", { 0x00 }, .initiator = 1, .sense = 0x06, .asc = 0x2a01 },
	{ "10 has it elsewhere", SELECT10(8), .out = BYTES(HEADER10) },
	{ "and is told", { 0x1a, 8, 0, 0, 12 }, .in = BYTES("\x03\x18\x10\x00") },
	{ "a byte that the unit refuses", SELECT6(0x10, 4), .out = BYTES("\0\0\x11\0"),
	  BAD_LIST(IN_LIST(2, 3)) },
	{ "follows the unit", .event = unit_changes },
	{ "in its own bits", { 0x1a, 8, 0x01, 0, 255 },
	  .in = BYTES("\x0b\x18\x10\x00" "\x01\x06\x1e\x77\x20\0\0\0") },
	{ "which may be sent back", SELECT6(0x10, 12),
	  .out = BYTES(HEADER "\x01\x06\x1e\x77\x20\0\0\0") },
	{ "but not changed", SELECT6(0x10, 12), .out = BYTES(HEADER "\x01\x06\x1e\x75\x20\0\0\0"),
	  BAD_LIST(IN_LIST(7, 1)) },
	{ 0 },
};

static const struct step refusing[] = {
	{ "as new", .event = toy_again },
	{ "saving", SELECT6(0x11, 12), .out = BYTES(HEADER RECOVERY), ILLEGAL(IN_CDB(1, 0)) },
	{ "reverting", SELECT6(0x12, 0), ILLEGAL(IN_CDB(1, 1)) },
	{ "pages without PF", SELECT6(0, 12), .out = BYTES(HEADER RECOVERY),
	  ILLEGAL(IN_CDB(1, 4)) },
	{ "a short header", SELECT6(0x10, 3), .out = BYTES("\0\0\0"), LIST_LENGTH },
	{ "a short header, 10", SELECT10(7), .out = BYTES("\0\0\0\0\0\0\0"), LIST_LENGTH },
	{ "a descriptor of another length", SELECT6(0x10, 20),
	  .out = BYTES("\0\0\0\x10" BLOCK BLOCK), BAD_LIST(IN_LIST(3, 7)) },
	{ "the same, 10", SELECT10(16), .out = BYTES("\0\0\0\0\0\0\1\x08" BLOCK),
	  BAD_LIST(IN_LIST(6, 7)) },
	{ "long descriptors", SELECT10(16), .out = BYTES("\0\0\0\0\1\0\0\x08" BLOCK),
	  BAD_LIST(IN_LIST(4, 0)) },
	{ "half a descriptor", SELECT6(0x10, 8), .out = BYTES("\0\0\0\x08\0\0\0\0"), LIST_LENGTH },
	{ "a descriptor that the unit refuses", SELECT6(0x10, 12),
	  .out = BYTES("\0\0\x10\x08" "\0\0\0\1\0\0\0\0"), BAD_LIST(IN_LIST(5, 7)) },
	{ "an unknown page", SELECT6(0x10, 8), .out = BYTES(HEADER "\x11\x02\0\0"),
	  BAD_LIST(IN_LIST(4, 5)) },
	{ "a subpage without SPF", SELECT6(0x10, 10), .out = BYTES(HEADER "\x0a\x01\0\x02\x07\0"),
	  BAD_LIST(IN_LIST(5, 7)) },
	{ "SPF with subpage 0", SELECT6(0x10, 16),
	  .out = BYTES(HEADER "\x41\0\0\x04\0\0\0\0\0\0\0\0"), BAD_LIST(IN_LIST(4, 6)) },
	{ "a page of another length", SELECT6(0x10, 11), .out = BYTES(HEADER "\x01\x05\0\0\0\0\0"),
	  BAD_LIST(IN_LIST(5, 7)) },
	{ "a subpage of another length", SELECT6(0x10, 11),
	  .out = BYTES(HEADER "\x4a\x01\0\x03\x07\0\0"), BAD_LIST(IN_LIST(6, 7)) },
	{ "half a page", SELECT6(0x10, 10), .out = BYTES(HEADER "\x01\x06\x10\0\x20\0"),
	  LIST_LENGTH },
	{ "half a page header", SELECT6(0x10, 5), .out = BYTES(HEADER "\x01"), LIST_LENGTH },
	{ "a bit that is not the host's", SELECT6(0x10, 12),
	  .out = BYTES(HEADER "\x01\x06\x30\x00\x20\0\0\0"), BAD_LIST(IN_LIST(6, 5)) },
	{ "a value that the unit refuses", SELECT6(0x10, 12),
	  .out = BYTES(HEADER "\x01\x06\x10\x00\xee\0\0\0"), BAD_LIST(IN_LIST(8, 7)) },
	{ "a good page before a bad one", SELECT6(0x10, 16),
	  .out = BYTES(HEADER "\x01\x06\x1f\x00\x22\0\0\0" "\x11\x02\0\0"),
	  BAD_LIST(IN_LIST(12, 5)) },
	{ "a good descriptor before a bad page", SELECT6(0x10, 16),
	  .out = BYTES("\0\0\x10\x08" "\x58\0\0\0\0\0\x02\0" "\x11\x02\0\0"),
	  BAD_LIST(IN_LIST(12, 5)) },
	{ "after all that nothing has changed", SENSE10(0x3f, 0xff),
	  .in = BYTES("\0\x34\x18\x10\0\0\0\x08" BLOCK RECOVERY CONTROL EXTENSION EXCEPTIONS) },
	{ "and nobody was told", { 0x00 }, .initiator = 1 },
	{ 0 },
};

static void reset(void *toy)
{
	spc_unit_reset(&((struct toy *)toy)->unit, STS_UA_RESET);
}

/* A sensed copy of everything comes back, all of its pages at once. */
static const struct step whole[] = {
	{ "as new", .event = toy_again },
	{ "all that was read is taken", SELECT10(54), .out = BYTES("\0\x34\x18\x10\0\0\0\x08" BLOCK
	  RECOVERY CONTROL EXTENSION EXCEPTIONS) },
	{ "D_SENSE", SELECT6(0x10, 16), .out = BYTES(HEADER "\x0a\x0a\x04\0\0\0\0\0\0\0\0\0") },
	{ "is heeded, field and all", SENSE6(0x11), ILLEGAL(IN_CDB(2, 5)) },
	{ "a reset", .event = reset },
	{ "is told", { 0x00 }, .sense = 0x06, .asc = 0x2903 },
	{ "and brings the defaults", { 0x1a, 8, 0x0a, 0, 255 },
	  .in = BYTES("\x0f\x18\x10\0" CONTROL) },
	{ 0 },
};

static const struct step changer[] = {
	{ "no descriptor, asked for or not", SENSE6(0x01), .in = BYTES("\x0b\0\0\0" RECOVERY) },
	{ "none is taken", SELECT6(0x10, 12), .out = BYTES("\0\0\x10\x08" BLOCK),
	  BAD_LIST(IN_LIST(3, 7)) },
	{ "a page is", SELECT6(0x10, 12), .out = BYTES(HEADER "\x01\x06\x1f\x00\xee\0\0\0") },
	{ 0 },
};

/* D_SENSE shows in the format of the answer. */
static int check_format(struct script *s)
{
	static const struct step on = { "D_SENSE on", SELECT6(0x10, 16),
		.out = BYTES(HEADER "\x0a\x0a\x04\0\0\0\0\0\0\0\0\0") };
	static const struct step bad = { "an error", SENSE6(0x11), ILLEGAL(IN_CDB(2, 5)) };
	bool good = script_send(s, &bad) && s->answer.sense[0] == 0x70;

	good &= script_send(s, &on) && script_send(s, &bad) && s->answer.sense[0] == 0x72;
	toy_again(s->ctx);
	printf("%s - mode: D_SENSE chooses the format%s\n", good ? "ok" : "not ok",
	       good ? "" : ": it does not");
	return !good;
}

/* Many long pages: what does not fit the one length byte of (6) is left out whole. */
static int overlong(void)
{
	static const uint8_t page[200] = { 0x01, 198 }, other[200] = { 0x02, 198 };
	static const uint8_t third[20] = { 0x03, 18 };
	static const struct mode_page rows[] = {
		{ page, NULL, 1, 0, 200 }, { other, NULL, 2, 0, 200 }, { third, NULL, 3, 0, 20 },
		{ 0 },
	};
	static const struct step steps[] = {
		{ "more than 255 bytes", { 0x1a, 0, 0x3f, 0, 255 }, .begins = true,
		  .in = BYTES("\xdf\0\0\0\x01\xc6") },
		{ "all of it in 10", { 0x5a, 0, 0x3f, 0, 0, 0, 0, 4, 0 }, .room = 1024,
		  .begins = true, .in = BYTES("\x01\xaa\0\0\0\0\0\0\x01\xc6") },
		{ 0 },
	};
	struct unit_model model = toy_model;
	struct spc_unit u;
	struct script s = { .lu = &u.lu };
	int failed;

	model.mode = rows;
	if (spc_unit_init(&u, &toy_changer_class, toy_unit_ops, toy_unit_gates, &model,
			  &(struct spc_identity){ 0 }))
		return 1;
	scsi_attention_take(&u.lu, 0);
	failed = script_run(&s, "overlong mode", steps);
	spc_unit_release(&u);
	return failed;
}

int main(void)
{
	static const struct step list6 = { "every page, 6", SELECT6(0x10, 50), .out = BYTES(
		"\0\0\x10\x08" BLOCK RECOVERY CONTROL EXTENSION EXCEPTIONS) };
	static const struct step list10 = { "every page, 10", SELECT10(54), .out = BYTES(
		"\0\0\0\0\0\0\0\x08" BLOCK RECOVERY CONTROL EXTENSION EXCEPTIONS) };
	static struct toy t;
	struct script s = { .lu = &t.unit.lu, .ctx = &t };
	int failed = 0;

	toy_init(&t, &toy_class);
	failed += script_run(&s, "mode sense", sensing);
	failed += script_cut(&s, "mode sense", &sensing[2], 4, 1);
	failed += script_cut(&s, "mode sense", &sensing[15], 7, 2);
	failed += script_run(&s, "mode select", selecting);
	failed += script_run(&s, "mode select refuses", refusing);
	failed += script_run(&s, "mode select", whole);
	failed += check_format(&s);
	failed += script_hostile(&s, "mode select", &list6, 4, 1, toy_again);
	failed += script_hostile(&s, "mode select", &list10, 7, 2, toy_again);
	toy_release(&t);
	toy_init(&t, &toy_changer_class);
	failed += script_run(&s, "changer", changer);
	failed += script_hostile(&s, "changer", &list6, 4, 1, toy_again);
	toy_release(&t);
	script_run(&s, "end", &(const struct step){ 0 });
	return failed + overlong() != 0;
}
