// SPDX-License-Identifier: GPL-2.0-only
/* The small ones: removal, timestamps, diagnostics, buffers, and the unit's own life. */
#include <stdio.h>
#include <string.h>

#include "fake/toy_unit.h"

#define ILLEGAL(f)   .sense = 0x05, .asc = 0x2400, .field = (f)
#define BAD_LIST(f)  .sense = 0x05, .asc = 0x2600, .field = (f)
#define LIST_LENGTH  .sense = 0x05, .asc = 0x1a00

static int want(bool ok, const char *what)
{
	printf("%s - %s%s\n", ok ? "ok" : "not ok", what, ok ? "" : ": no");
	return !ok;
}

static bool prevented(struct script *s, uint8_t initiator, uint8_t prevent)
{
	const struct step row = { "prevent", { 0x1e, 0, 0, 0, prevent }, .initiator = initiator };
	const struct toy *t = s->ctx;

	return script_send(s, &row) && s->answer.status == SAM_GOOD &&
	       spc_removal_prevented(&t->unit);
}

static int removal(struct script *s)
{
	static const struct step obsolete[] = {
		{ "obsolete values", { 0x1e, 0, 0, 0, 2 }, ILLEGAL(IN_CDB(4, 1)) },
		{ 0 },
	};
	struct toy *t = s->ctx;
	int failed = 0;

	failed += want(!prevented(s, 0, 0), "removal: allowed");
	failed += want(prevented(s, 0, 1) && prevented(s, 0, 1), "removal: prevented, twice");
	failed += want(prevented(s, 1, 1) && prevented(s, 0, 0), "removal: by another still");
	failed += want(!prevented(s, 1, 0), "removal: by none");
	failed += want(t->removal_changes == 2, "removal: the class hears of changes alone");
	failed += script_run(s, "removal", obsolete);
	for (uint8_t i = 0; i < LU_INITIATORS; i++) {
		scsi_attention_take(&t->unit.lu, i);
		prevented(s, i, 1);
	}
	scsi_attention_take(&t->unit.lu, LU_INITIATORS);
	failed += script_run(s, "removal", (const struct step[]){
		{ "more initiators than places", { 0x1e, 0, 0, 0, 1 }, .initiator = LU_INITIATORS,
		  .sense = 0x05, .asc = 0x5504 },
		{ "as new", .event = toy_again }, { 0 } });
	prevented(s, 0, 1);
	spc_unit_reset(&t->unit, STS_UA_RESET);
	failed += want(!spc_removal_prevented(&t->unit) && t->removal_changes == 2,
		       "removal: allowed by a reset");
	toy_again(t);
	return failed;
}

static void later(void *toy)
{
	((struct toy *)toy)->clock += 0x55;
}

#define REPORT  { 0xa3, 0x0f, 0, 0, 0, 0, 0, 0, 0, 64 }
#define SET(n)  { 0xa4, 0x0f, 0, 0, 0, 0, 0, 0, 0, n }

static const struct step stamps[] = {
	{ "the machine's clock", REPORT,
	  .in = BYTES("\0\x0a\3\0" "\x01\x23\x45\x67\x89\xab" "\0\0") },
	{ "set", SET(12), .out = BYTES("\0\0\0\0" "\x01\x88\x01\x23\x45\x67" "\0\0") },
	{ "reported", REPORT, .in = BYTES("\0\x0a\2\0" "\x01\x88\x01\x23\x45\x67" "\0\0") },
	{ "others hear of it", { 0x00 }, .initiator = 1, .sense = 0x06, .asc = 0x2a10 },
	{ "time goes on", .event = later },
	{ "from there", REPORT, .in = BYTES("\0\x0a\2\0" "\x01\x88\x01\x23\x45\xbc" "\0\0") },
	{ "back to the first day", SET(12), .out = BYTES("\0\0\0\0" "\0\0\0\0\0\0" "\0\0") },
	{ "reported too", REPORT, .in = BYTES("\0\x0a\2\0" "\0\0\0\0\0\0" "\0\0") },
	{ "an empty list sets nothing", SET(0) },
	{ "a short list", SET(11), .out = BLANK(11), LIST_LENGTH },
	{ "a long list", SET(13), .out = BLANK(13), LIST_LENGTH },
	{ 0 },
};

#define SEND(how, n) { 0x1d, how, 0, 0, n }

static const struct step diagnostics[] = {
	{ "self-test", SEND(0x04, 0) },
	{ "foreground self-test", SEND(0xa0, 0) },
	{ "extended one", SEND(0xc0, 0) },
	{ "in the background", SEND(0x20, 0), ILLEGAL(IN_CDB(1, 7)) },
	{ "two at once", SEND(0xa4, 0), ILLEGAL(IN_CDB(1, 7)) },
	{ "nothing", SEND(0x10, 0) },
	{ "self-test with a list", SEND(0x14, 4), .out = BLANK(4), ILLEGAL(IN_CDB(3, 7)) },
	{ "list without page format", SEND(0x00, 4), .out = BLANK(4), ILLEGAL(IN_CDB(1, 4)) },
	{ "page list", SEND(0x10, 4), .out = BLANK(4) },
	{ "is told", { 0x1c, 0, 0, 0, 64 }, .in = BYTES("\0\0\0\1\0") },
	{ "by name too", { 0x1c, 1, 0, 0, 64 }, .in = BYTES("\0\0\0\1\0") },
	{ "others are not", { 0x1c, 1, 0x40, 0, 64 }, ILLEGAL(IN_CDB(2, 7)) },
	{ "another page", SEND(0x10, 4), .out = BYTES("\x40\0\0\0"), BAD_LIST(IN_LIST(0, 7)) },
	{ "page list with content", SEND(0x10, 5), .out = BYTES("\0\0\0\1\0"),
	  BAD_LIST(IN_LIST(2, 7)) },
	{ "half a page", SEND(0x10, 3), .out = BLANK(3), LIST_LENGTH },
	{ "more than a page", SEND(0x10, 5), .out = BLANK(5), LIST_LENGTH },
	{ 0 },
};

#define READ_BUFFER(mode, n)  { 0x3c, mode, 0, 0, 0, 0, 0, 0, n }
#define WRITE_BUFFER(mode, n) { 0x3b, mode, 0, 0, 0, 0, 0, 0, n }

static const struct step buffers[] = {
	{ "no echo yet", READ_BUFFER(0x0a, 64), .sense = 0x05, .asc = 0x2c00 },
	{ "size of the echo", READ_BUFFER(0x0b, 64), .in = BYTES("\0\0\2\0") },
	{ "no other buffer", READ_BUFFER(0x03, 64), .in = BYTES("\0\0\0\0") },
	{ "shout", WRITE_BUFFER(0x0a, 5), .out = BYTES("hello") },
	{ "echo", READ_BUFFER(0x0a, 64), .in = BYTES("hello") },
	{ "again", READ_BUFFER(0x0a, 2), .in = BYTES("he") },
	{ "all there is room for", { 0x3b, 0x0a, 0, 0, 0, 0, 0, 2, 0 }, .out = BLANK(512) },
	{ "comes back", { 0x3c, 0x0a, 0, 0, 0, 0, 0, 4, 0 }, .in = BLANK(512), .room = 1024 },
	{ "more than there is room for", { 0x3b, 0x0a, 0, 0, 0, 0, 0, 2, 1 }, .out = BLANK(513),
	  ILLEGAL(IN_CDB(6, 7)) },
	{ "other modes", READ_BUFFER(0x02, 64), ILLEGAL(IN_CDB(1, 4)) },
	{ "new firmware", WRITE_BUFFER(0x05, 4), .out = BLANK(4), ILLEGAL(IN_CDB(1, 4)) },
	{ "another buffer", { 0x3c, 0x0b, 1, 0, 0, 0, 0, 0, 4 }, ILLEGAL(IN_CDB(2, 7)) },
	{ "an offset", { 0x3b, 0x0a, 0, 0, 0, 1, 0, 0, 4 }, .out = BLANK(4),
	  ILLEGAL(IN_CDB(3, 7)) },
	{ "mode specific bits", { 0x3c, 0x2b, 0, 0, 0, 0, 0, 0, 4 }, ILLEGAL(IN_CDB(1, 7)) },
	{ 0 },
};

/* Without a clock of its own a unit has the machine's. */
static int own_clock(void)
{
	struct spc_unit u;
	int failed;

	if (spc_unit_init(&u, &toy_class, toy_unit_ops, toy_unit_gates, &toy_model,
			  &(struct spc_identity){ .product = "OTHER" }))
		return 1;
	failed = want(spc_now(&u) > 1500000000000, "unit: the machine's clock");
	failed += want(!strcmp(u.id.vendor, "ACME") && !strcmp(u.id.product, "OTHER") &&
		       !strcmp(u.id.revision, "0001"), "unit: the model fills what is empty");
	failed += want(spc_mode_page(&u, 0x01, 0)[2] == 0x10 && !spc_mode_page(&u, 0x33, 0) &&
		       !spc_mode_page_edit(&u, 0x01, 1), "unit: mode pages by code");
	spc_mode_page_edit(&u, 0x0a, 1)[5] = 0x12;
	failed += want(spc_mode_page(&u, 0x0a, 1)[5] == 0x12, "unit: mode pages can be edited");
	spc_unit_release(&u);
	spc_unit_release(&u);
	return failed;
}

int main(void)
{
	static struct toy t;
	struct script s = { .lu = &t.unit.lu, .ctx = &t };
	int failed = 0;

	toy_init(&t, &toy_class);
	failed += removal(&s);
	failed += script_run(&s, "timestamp", stamps);
	failed += script_cut(&s, "timestamp", &stamps[0], 6, 4);
	failed += script_hostile(&s, "timestamp", &stamps[1], 6, 4, toy_again);
	failed += script_run(&s, "diagnostic", diagnostics);
	failed += script_cut(&s, "diagnostic", &diagnostics[9], 3, 2);
	failed += script_hostile(&s, "diagnostic", &diagnostics[13], 3, 2, toy_again);
	failed += script_run(&s, "buffer", buffers);
	failed += script_cut(&s, "buffer", &buffers[1], 6, 3);
	toy_again(&t);
	failed += script_storm(&s, "all commands", 20000, NULL);
	toy_release(&t);
	script_run(&s, "end", &(const struct step){ 0 });
	return failed + own_clock() != 0;
}
