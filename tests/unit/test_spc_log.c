// SPDX-License-Identifier: GPL-2.0-only
/* LOG SENSE and LOG SELECT. */
#include <stdio.h>
#include <string.h>

#include "fake/toy_unit.h"

#define ILLEGAL(f)   .sense = 0x05, .asc = 0x2400, .field = (f)
#define BAD_LIST(f)  .sense = 0x05, .asc = 0x2600, .field = (f)

#define SENSE(page)             { 0x4d, 0, page, 0, 0, 0, 0, 0x10, 0 }
#define SENSE_SUB(page, sub)    { 0x4d, 0, page, sub, 0, 0, 0, 0x10, 0 }
#define SENSE_FROM(page, first) { 0x4d, 0, page, 0, 0, (first) >> 8, (first) & 255, 0x10, 0 }
#define ROOM                    .room = 4096

#define FIRST  "\0\1\2\4\1\2\3\4"
#define SECOND "\0\5\0\x08\1\2\3\4\5\6\7\x08"
#define THIRD  "\x80\0\1\3" "abc"

static const struct step sensing[] = {
	{ "pages", SENSE(0x40), .in = BYTES("\0\0\0\5" "\x00\x02\x0d\x2e\x3e"), ROOM },
	{ "pages and subpages", SENSE_SUB(0x40, 0xff), ROOM,
	  .in = BYTES("\x40\xff\0\x0c" "\0\0\0\xff\x02\0\x0d\0\x2e\0\x3e\0") },
	{ "subpages of a page", SENSE_SUB(0x42, 0xff), ROOM,
	  .in = BYTES("\x42\xff\0\4" "\x02\0\x02\xff") },
	{ "a page", SENSE(0x42), .in = BYTES("\x02\0\0\x1b" FIRST SECOND THIRD), ROOM },
	{ "threshold values", SENSE(0x02), .in = BYTES("\x02\0\0\x1b" FIRST SECOND THIRD), ROOM },
	{ "default values: counters are 0", SENSE(0xc2), ROOM, .in = BYTES("\x02\0\0\x1b"
	  "\0\1\2\4\0\0\0\0" "\0\5\0\x08\0\0\0\0\0\0\0\0" THIRD) },
	{ "from a parameter on", SENSE_FROM(0x42, 5), ROOM,
	  .in = BYTES("\x02\0\0\x13" SECOND THIRD) },
	{ "from one that is not there", SENSE_FROM(0x42, 6), ROOM,
	  .in = BYTES("\x02\0\0\7" THIRD) },
	{ "past the last", SENSE_FROM(0x42, 0x8001), ILLEGAL(IN_CDB(5, 7)), ROOM },
	{ "the list has no parameters", SENSE_FROM(0x40, 1), ILLEGAL(IN_CDB(5, 7)), ROOM },
	{ "temperature: unknown", SENSE(0x4d), .in = BYTES("\x0d\0\0\6" "\0\0\1\2\0\xff"), ROOM },
	{ "a page of the model that the class lacks", SENSE(0x7e), ILLEGAL(IN_CDB(2, 5)), ROOM },
	{ "unknown page", SENSE(0x43), ILLEGAL(IN_CDB(2, 5)), ROOM },
	{ "unknown subpage", SENSE_SUB(0x42, 1), ILLEGAL(IN_CDB(3, 7)), ROOM },
	{ "saving", { 0x4d, 1, 0x42, 0, 0, 0, 0, 1, 0 }, ILLEGAL(IN_CDB(1, 0)) },
	{ "changed parameters alone", { 0x4d, 2, 0x42, 0, 0, 0, 0, 1, 0 }, ILLEGAL(IN_CDB(1, 1)) },
	{ 0 },
};

static void alerts(void *toy)
{
	struct spc_unit *u = &((struct toy *)toy)->unit;

	spc_alert(u, 1);
	spc_alert(u, 3);
	spc_alert(u, 64);
	spc_alert(u, 0);		/* these are none */
	spc_alert(u, 65);
}

#define FLAG(n, v) "\0" n "\x40\1" v

static const struct step alerting[] = {
	{ "flags go up", .event = alerts },
	{ "all are told", SENSE(0x6e), ROOM, .begins = true, .in = BYTES("\x2e\0\1\x40"
	  FLAG("\1", "\1") FLAG("\2", "\0") FLAG("\3", "\1") FLAG("\4", "\0")) },
	{ "once", SENSE(0x6e), ROOM, .begins = true, .in = BYTES("\x2e\0\1\x40"
	  FLAG("\1", "\0") FLAG("\2", "\0") FLAG("\3", "\0") FLAG("\4", "\0")) },
	{ "flags go up again", .event = alerts },
	{ "less than a header takes none", { 0x4d, 0, 0x6e, 0, 0, 0, 0, 0, 3 },
	  .in = BYTES("\x2e\0\1") },
	{ "a header takes none", { 0x4d, 0, 0x6e, 0, 0, 0, 0, 0, 8 }, .in = BYTES(
	  "\x2e\0\1\x40\0\1\x40\1") },
	{ "a part takes what it holds", { 0x4d, 0, 0x6e, 0, 0, 0, 0, 0, 9 }, .in = BYTES(
	  "\x2e\0\1\x40" FLAG("\1", "\1")) },
	{ "default values take none", SENSE(0xae), ROOM, .begins = true,
	  .in = BYTES("\x2e\0\1\x40" FLAG("\1", "\0") FLAG("\2", "\0") FLAG("\3", "\0")) },
	{ "cumulative ones neither", SENSE(0xee), ROOM, .begins = true,
	  .in = BYTES("\x2e\0\1\x40" FLAG("\1", "\0") FLAG("\2", "\0") FLAG("\3", "\0")) },
	{ "the rest is there, from flag 3 on", SENSE_FROM(0x6e, 3), ROOM, .begins = true,
	  .in = BYTES("\x2e\0\1\x36" FLAG("\3", "\1")) },
	{ "and gone", SENSE_FROM(0x6e, 63), ROOM,
	  .in = BYTES("\x2e\0\0\x0a" FLAG("\x3f", "\0") FLAG("\x40", "\0")) },
	{ "past flag 64", SENSE_FROM(0x6e, 65), ILLEGAL(IN_CDB(5, 7)), ROOM },
	{ "flags for a reset", .event = alerts },
	{ "of something else", { 0x4c, 2, 0x42 } },
	{ "they stay", SENSE_FROM(0x6e, 64), ROOM, .in = BYTES("\x2e\0\0\5" FLAG("\x40", "\1")) },
	{ "which clears them", { 0x4c, 2, 0x6e } },
	{ "all", SENSE_FROM(0x6e, 64), ROOM, .in = BYTES("\x2e\0\0\5" FLAG("\x40", "\0")) },
	{ 0 },
};

#define SELECT(flags, page, n) { 0x4c, flags, page, 0, 0, 0, 0, 0, n }

static const struct step selecting[] = {
	{ "as new", .event = toy_again },
	{ "reset of a page", SELECT(2, 0x42, 0) },
	{ "others hear of it", { 0x00 }, .initiator = 1, .sense = 0x06, .asc = 0x2a02 },
	{ "who did it does not", { 0x00 } },
	{ "reset of all", SELECT(2, 0xc0, 0) },
	{ "to defaults without PCR", SELECT(0, 0xc0, 0) },
	{ "thresholds are not counters", SELECT(2, 0x02, 0) },
	{ "nothing asked, nothing done", SELECT(0, 0x42, 0) },
	{ "reset with a list", SELECT(2, 0x42, 4), .out = BYTES("\x02\0\0\0"),
	  ILLEGAL(IN_CDB(7, 7)) },
	{ "saving", SELECT(1, 0x42, 0), ILLEGAL(IN_CDB(1, 0)) },
	{ "unknown page", SELECT(2, 0x43, 0), ILLEGAL(IN_CDB(2, 5)) },
	{ "subpages", { 0x4c, 2, 0x42, 0xff }, ILLEGAL(IN_CDB(3, 7)) },
	{ "a parameter", SELECT(0, 0x40, 12), .out = BYTES("\x02\0\0\x08" FIRST),
	  BAD_LIST(IN_LIST(4, 7)) },
	{ "no parameter", SELECT(0, 0x40, 4), .out = BYTES("\x02\0\0\0") },
	{ "of an unknown page", SELECT(0, 0x40, 4), .out = BYTES("\x03\0\0\0"),
	  BAD_LIST(IN_LIST(0, 5)) },
	{ "half a list", SELECT(0, 0x40, 11), .out = BYTES("\x02\0\0\x08\0\1\2\4\1\2\3"),
	  .sense = 0x05, .asc = 0x1a00 },
	{ 0 },
};

static int want(bool ok, const char *what)
{
	printf("%s - %s%s\n", ok ? "ok" : "not ok", what, ok ? "" : ": no");
	return !ok;
}

/* Parameters never pass the end of the buffer, and numbers fit. */
static int parameters(void)
{
	uint8_t p[12];
	int failed = 0;

	failed += want(spc_log_number(p, 12, 0x0102, 0x03, 0x1122334455667788, 8) == 12 &&
		       !memcmp(p, "\1\2\3\x08\x11\x22\x33\x44\x55\x66\x77\x88", 12), "8 bytes");
	failed += want(spc_log_number(p, 11, 1, 0, 1, 8) == 0, "no room for 8 bytes");
	failed += want(spc_log_number(p, 12, 1, 0, 1, 9) == 0, "no number has 9 bytes");
	failed += want(spc_log_number(p, 12, 1, 0, 0x123456, 3) == 7 &&
		       !memcmp(&p[4], "\x12\x34\x56", 3), "3 bytes");
	return failed;
}

int main(void)
{
	static const struct step list = { "a list", SELECT(0, 0x40, 12),
		.out = BYTES("\x02\0\0\x08" FIRST) };
	static struct toy t;
	struct script s = { .lu = &t.unit.lu, .ctx = &t };
	int failed = 0;

	toy_init(&t, &toy_class);
	failed += script_run(&s, "log sense", sensing);
	for (int i = 0; i < 4; i++)
		failed += script_cut(&s, "log sense", &(struct step){ sensing[i].what,
				     .cdb = { 0x4d, 0, sensing[i].cdb[2], sensing[i].cdb[3] },
				     .room = 64 }, 7, 2);
	failed += script_run(&s, "tape alert", alerting);
	failed += script_run(&s, "log select", selecting);
	failed += want(t.log_resets == 3 && t.last_reset == 0xff, "log select: who was reset");
	failed += script_hostile(&s, "log select", &list, 7, 2, toy_again);
	toy_release(&t);
	script_run(&s, "end", &(const struct step){ 0 });
	return failed + parameters() != 0;
}
