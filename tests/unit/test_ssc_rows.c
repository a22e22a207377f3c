// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every row of the drive's table: one case that is GOOD, and one for each gate that must refuse it.
 * What must refuse follows from the row itself; a row without a case, or a case without a row, is a
 * failure.
 */
#include <stdio.h>
#include <string.h>

#include "fake/rig.h"
#include "ssc/internal.h"

/* Played on a fresh drive with a tape of a block, a filemark and a block, at its beginning. */
static const struct step good[] = {
	{ "TEST UNIT READY", { 0x00 } },
	{ "REWIND", { 0x01 } },
	{ "REQUEST SENSE", { 0x03, 0, 0, 0, 18 }, .begins = true, .in = BYTES("\x70\0\0") },
	{ "FORMAT MEDIUM", { 0x04 } },
	{ "READ BLOCK LIMITS", { 0x05 }, .in = BYTES("\0\x20\0\0\0\1") },
	{ "LOAD DISPLAY", { 0x06, 0, 0, 0, 17 }, .out = BYTES("\0HELLO   WORLD   ") },
	{ "READ(6)", { 0x08, 0, 0, 0, 5 }, .in = BYTES("hello") },
	{ "WRITE(6)", { 0x0a, 0, 0, 0, 2 }, .out = BYTES("hi") },
	{ "SET CAPACITY", { 0x0b, 0, 0, 0x80, 0 } },
	{ "WRITE FILEMARKS(6)", { 0x10, 0, 0, 0, 1 } },
	{ "SPACE(6)", { 0x11, 0, 0, 0, 1 } },
	{ "INQUIRY", { 0x12, 0, 0, 0, 36 }, .begins = true, .in = BYTES("\x01\x80\x05") },
	{ "VERIFY(6)", { 0x13, 0, 0, 0, 5 } },
	{ "MODE SELECT(6)", { 0x15, 0x10, 0, 0, 12 },
	  .out = BYTES("\0\0\x10\x08\0\0\0\0\0\0\x10\0") },
	{ "RESERVE(6)", { 0x16 } },
	{ "RELEASE(6)", { 0x17 } },
	{ "ERASE(6)", { 0x19, 1 } },
	{ "MODE SENSE(6)", { 0x1a, 8, 0x0f, 0, 255 }, .begins = true,
	  .in = BYTES("\x13\0\x10\0\x0f\x0e") },
	{ "LOAD UNLOAD", { 0x1b, 0, 0, 0, 1 } },
	{ "RECEIVE DIAGNOSTIC RESULTS", { 0x1c, 1, 0, 0, 255 }, .in = BYTES("\0\0\0\1\0") },
	{ "SEND DIAGNOSTIC", { 0x1d, 4 } },
	{ "PREVENT ALLOW MEDIUM REMOVAL", { 0x1e, 0, 0, 0, 1 } },
	{ "LOCATE(10)", { 0x2b, 0, 0, 0, 0, 0, 2 } },
	{ "READ POSITION, SHORT", { 0x34, 0 },
	  .in = BYTES("\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
	{ "READ POSITION, SHORT, VENDOR'S", { 0x34, 1 },
	  .in = BYTES("\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
	{ "READ POSITION, LONG", { 0x34, 6 }, .in = BYTES("\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
	{ "READ POSITION, EXTENDED", { 0x34, 8, 0, 0, 0, 0, 0, 0, 32 },
	  .in = BYTES("\x80\0\0\x1c\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
	{ "WRITE BUFFER", { 0x3b, 0x0a, 0, 0, 0, 0, 0, 0, 2 }, .out = BYTES("hi") },
	{ "READ BUFFER", { 0x3c, 0x0b, 0, 0, 0, 0, 0, 0, 4 }, .in = BYTES("\0\0\2\0") },
	{ "REPORT DENSITY SUPPORT", { 0x44, 1, 0, 0, 0, 0, 0, 0, 255 }, .begins = true,
	  .in = BYTES("\0\x36\0\0\x4b\x4b\xa0") },
	{ "LOG SELECT", { 0x4c, 2, 0x40 } },
	{ "LOG SENSE", { 0x4d, 0, 0x6e, 0, 0, 0, 0, 0, 8 }, .in = BYTES("\x2e\0\1\x40\0\1\x00\x01"),
	  .mask = "\xff\xff\xff\xff\xff\xff\x00\xff" },
	{ "MODE SELECT(10)", { 0x55, 0x10, 0, 0, 0, 0, 0, 0, 16 },
	  .out = BYTES("\0\0\0\x10\0\0\0\x08\0\0\0\0\0\0\x10\0") },
	{ "RESERVE(10)", { 0x56 } },
	{ "RELEASE(10)", { 0x57 } },
	{ "MODE SENSE(10)", { 0x5a, 8, 0x0f, 0, 0, 0, 0, 0, 255 }, .begins = true,
	  .in = BYTES("\0\x16\0\x10\0\0\0\0\x0f\x0e") },
	{ "PERSISTENT RESERVE IN, READ KEYS", { 0x5e, 0, 0, 0, 0, 0, 0, 0, 255 }, .begins = true,
	  .in = BYTES("") },
	{ "PERSISTENT RESERVE IN, READ RESERVATION", { 0x5e, 1, 0, 0, 0, 0, 0, 0, 255 },
	  .begins = true, .in = BYTES("") },
	{ "PERSISTENT RESERVE IN, REPORT CAPABILITIES", { 0x5e, 2, 0, 0, 0, 0, 0, 0, 8 },
	  .begins = true, .in = BYTES("\0\x08") },
	{ "PERSISTENT RESERVE IN, READ FULL STATUS", { 0x5e, 3, 0, 0, 0, 0, 0, 0, 255 },
	  .begins = true, .in = BYTES("") },
#define KEYS(self, action) "\0\0\0\0\0\0\0" self "\0\0\0\0\0\0\0" action "\0\0\0\0\0\0\0\0"
	{ "PERSISTENT RESERVE OUT, REGISTER", { 0x5f, 0, 0, 0, 0, 0, 0, 0, 24 },
	  .out = BYTES(KEYS("\0", "\7")) },
	{ "PERSISTENT RESERVE OUT, REGISTER AND IGNORE", { 0x5f, 6, 0, 0, 0, 0, 0, 0, 24 },
	  .out = BYTES(KEYS("\0", "\7")) },
	/* Those need a key: without one they conflict, and that is their handler speaking. */
	{ "PERSISTENT RESERVE OUT, RESERVE", { 0x5f, 1, 3, 0, 0, 0, 0, 0, 24 },
	  .out = BYTES(KEYS("\7", "\0")), .status = SAM_CONFLICT },
	{ "PERSISTENT RESERVE OUT, RELEASE", { 0x5f, 2, 3, 0, 0, 0, 0, 0, 24 },
	  .out = BYTES(KEYS("\7", "\0")), .status = SAM_CONFLICT },
	{ "PERSISTENT RESERVE OUT, CLEAR", { 0x5f, 3, 0, 0, 0, 0, 0, 0, 24 },
	  .out = BYTES(KEYS("\7", "\0")), .status = SAM_CONFLICT },
	{ "PERSISTENT RESERVE OUT, PREEMPT", { 0x5f, 4, 3, 0, 0, 0, 0, 0, 24 },
	  .out = BYTES(KEYS("\7", "\1")), .status = SAM_CONFLICT },
	{ "PERSISTENT RESERVE OUT, PREEMPT AND ABORT", { 0x5f, 5, 3, 0, 0, 0, 0, 0, 24 },
	  .out = BYTES(KEYS("\7", "\1")), .status = SAM_CONFLICT },
	{ "ALLOW OVERWRITE", { 0x82, 0, 1 } },
	{ "READ ATTRIBUTE, VALUES", { 0x8c, 0, 0, 0, 0, 0, 0, 0, 4, 8, 0, 0, 0, 255 },
	  .begins = true, .in = BYTES("\0\0\0\x32\4\x08\x80\0\1\0\4\x09") },
	{ "READ ATTRIBUTE, LIST", { 0x8c, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255 },
	  .begins = true, .in = BYTES("\0\0\0\x38\0\0\0\1") },
	{ "READ ATTRIBUTE, VOLUMES", { 0x8c, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255 },
	  .in = BYTES("\0\2\0\1") },
	{ "READ ATTRIBUTE, PARTITIONS", { 0x8c, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255 },
	  .in = BYTES("\0\2\0\1") },
	{ "READ ATTRIBUTE, SUPPORTED", { 0x8c, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255 },
	  .begins = true, .in = BYTES("\0\0\0") },
	{ "WRITE ATTRIBUTE", { 0x8d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10 },
	  .out = BYTES("\0\0\0\6\x08\x05\0\0\1\x7f") },
	{ "SPACE(16)", { 0x91, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 } },
	{ "LOCATE(16)", { 0x92, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 } },
	{ "REPORT LUNS", { 0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 255 }, .begins = true,
	  .in = BYTES("\0\0\0") },
	{ "REPORT SUPPORTED OPERATION CODES", { 0xa3, 0x0c, 0, 0, 0, 0, 0, 0, 0, 4 },
	  .begins = true,
	  .in = BYTES("\0\0") },
	{ "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", { 0xa3, 0x0d, 0, 0, 0, 0, 0, 0, 0, 4 },
	  .begins = true, .in = BYTES("") },
	{ "REPORT TIMESTAMP", { 0xa3, 0x0f, 0, 0, 0, 0, 0, 0, 0, 12 },
	  .in = BYTES("\0\x0a\3\0\x01\x97\x74\x20\xdc\0\0\0") },
	{ "SET TIMESTAMP", { 0xa4, 0x0f, 0, 0, 0, 0, 0, 0, 0, 12 },
	  .out = BYTES("\0\0\0\0\x01\x97\x74\x20\xdc\0\0\0") },
	{ "READ MEDIA SERIAL NUMBER", { 0xab, 0x01, 0, 0, 0, 0, 0, 0, 0, 255 }, .begins = true,
	  .in = BYTES("\0\0\0\x20G03001TB_") },
	{ 0 },
};

static const struct step fill[] = {
	{ "a block", { 0x0a, 0, 0, 0, 5 }, .out = BYTES("hello") },
	{ "a filemark", { 0x10, 0, 0, 0, 1 } },
	{ "a block", { 0x0a, 0, 0, 0, 5 }, .out = BYTES("world") },
	{ "rewind", { 0x01 } },
	{ 0 },
};

enum state { S_READY, S_EMPTY, S_LOADING, S_MOUTH, S_CLEANING, S_LOST, S_READ_ONLY };

/* A fresh drive in that state. */
static void make(struct rig *r, enum state state)
{
	const struct step *row = fill;

	rig_init(r, "T10000B");
	rig_make(r, "G03001TB", "T10KB", CART_DATA_TAPE, 0);
	rig_make(r, "CLN303TA", "T10KA", CART_CLEANING_TAPE, 0);
	if (state == S_EMPTY)
		return;
	r->hold = state == S_LOADING;
	rig_insert(r, state == S_CLEANING ? "CLN303TA" : "G03001TB");
	if (state == S_CLEANING || state == S_LOADING)
		return;
	for (; row->what; row++)
		script_send(&r->script, row);
	if (state == S_LOST)
		ssc_position_lost(&r->drive);
	if (state == S_READ_ONLY)
		cart_set_protect(r->drive.cart, true);
	if (state == S_MOUTH)
		script_send(&r->script, &(struct step){ "", { 0x1b } });
	rig_hear(r);
}

static int check(const char *why, struct step row, enum state state)
{
	struct rig r;
	int failed;

	make(&r, state);
	script_send(&r.script, &row);
	failed = script_check(why, &row, &r.script.answer);
	rig_release(&r);
	return failed;
}

static struct step refused(const struct step *row, uint8_t sense, uint16_t asc)
{
	struct step s = *row;

	s.sense = sense;
	s.asc = asc;
	s.status = 0;
	s.in = (struct script_bytes){ NULL, 0 };
	s.begins = false;
	return s;
}

static int check_medium_gates(const struct scsi_op *op, const struct step *row)
{
	int failed = 0;

	if (op->flags & OPF_MEDIUM) {
		failed += check("no medium", refused(row, 0x02, 0x3a00), S_EMPTY);
		failed += check("in the mouth", refused(row, 0x02, 0x3a00), S_MOUTH);
		failed += check("loading", refused(row, 0x02, 0x0401), S_LOADING);
		failed += check("cleaning cartridge", refused(row, 0x02, 0x3003), S_CLEANING);
	}
	if ((op->flags & OPF_MOVES) && !(op->flags & OPF_POSITION))
		failed += check("position lost", refused(row, 0x03, 0x3b00), S_LOST);
	if (op->flags & OPF_WRITE)
		failed += check("write protected", refused(row, 0x07, 0x2700), S_READ_ONLY);
	return failed;
}

/* Each bit that the row does not allow, on top of the good CDB. */
static int check_reserved_bits(struct rig *r, const struct scsi_op *op, const struct step *row)
{
	int failed = 0;

	for (unsigned int i = 1; i < scsi_cdb_length(op->opcode); i++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			struct step s = refused(row, 0x05, 0x2400);

			if (op->usage[i] >> bit & 1)
				continue;
			s.cdb[i] |= (uint8_t)(1 << bit);
			s.field = IN_CDB(i, bit);
			if (op->action != NO_SA && i == 1)
				s.field = 0;		/* it is another service action then */
			script_send(&r->script, &s);
			failed += script_check("reserved bit", &s, &r->script.answer);
		}
	}
	return failed;
}

static int check_attention(struct rig *r, const struct scsi_op *op, const struct step *row)
{
	const struct step s = refused(row, 0x06, 0x2a10);
	enum sts left;

	scsi_attention_raise(&r->drive.unit.lu, STS_UA_TIMESTAMP);
	script_send(&r->script, &s);
	if (!(op->flags & OPF_SKIP_UA))
		return script_check("attention", &s, &r->script.answer);
	left = scsi_attention_take(&r->drive.unit.lu, 0);
	return row->cdb[0] != 0x03 && left != STS_UA_TIMESTAMP ?
	       printf("not ok - attention: %s: it has gone\n", row->what) : 0;
}

static int check_reservation(struct rig *r, const struct scsi_op *op, const struct step *row)
{
	struct spc_reservation *pr = &r->drive.unit.pr;
	struct step s = refused(row, 0, 0);

	rig_hear(r);
	pr->registrants[0] = (struct spc_registrant){ true, 2, 9 };
	pr->type = 3;
	pr->holder = 2;
	s.status = SAM_CONFLICT;
	script_send(&r->script, &s);
	if (!(op->flags & OPF_RESERVED))
		return script_check("reservation", &s, &r->script.answer);
	return op->opcode != 0x5f && op->opcode != 0x17 && op->opcode != 0x57 &&
	       r->script.answer.status == SAM_CONFLICT ?
	       printf("not ok - reservation: %s: refused\n", row->what) : 0;
}

static int check_length(struct rig *r, const struct scsi_op *op, const struct step *row)
{
	struct step s = refused(row, 0x05, 0x2400);

	if (op->data.kind != DATA_OUT || row->out.n == 0)
		return 0;
	s.cdb[op->data.at + op->data.width - 1]++;
	s.field = IN_CDB(op->data.at, 7);
	script_send(&r->script, &s);
	return script_check("more than was sent", &s, &r->script.answer);
}

static int check_row(const struct scsi_op *op, const struct step *row)
{
	int failed = check("good", *row, S_READY);
	struct rig r;

	make(&r, S_READY);
	failed += check_reserved_bits(&r, op, row);
	failed += check_length(&r, op, row);
	failed += check_attention(&r, op, row);
	failed += check_reservation(&r, op, row);
	rig_release(&r);
	return failed + check_medium_gates(op, row);
}

static const struct step *case_of(const struct scsi_op *op)
{
	for (const struct step *row = good; row->what; row++)
		if (!strcmp(row->what, op->name))
			return row;
	return NULL;
}

/* What a model lacks is not there at all, neither to run nor to report. */
static int check_capabilities(void)
{
	static const struct step lacks[] = {
		{ "LOAD DISPLAY", { 0x06 }, .sense = 0x05, .asc = 0x2000 },
		{ "SECURITY PROTOCOL IN", { 0xa2 }, .sense = 0x05, .asc = 0x2000 },
		{ "READ REVERSE", { 0x0f }, .sense = 0x05, .asc = 0x2000 },
		{ "unknown service action", { 0x34, 0x02 }, .sense = 0x05, .asc = 0x2400,
		  .field = IN_CDB(1, 4) },
		{ "is not reported", { 0xa3, 0x0c, 1, 0x06, 0, 0, 0, 0, 0, 4 }, .begins = true,
		  .in = BYTES("\0\1") },
		{ 0 },
	};
	static const struct step unknown[] = {
		{ "PERSISTENT RESERVE IN", { 0x5e }, .sense = 0x05, .asc = 0x2000 },
		{ 0 },
	};
	struct rig lto, plain;

	rig_init(&lto, "ULT3580-TD8");
	rig_play(&lto, "LTO", lacks);
	rig_release(&lto);
	rig_init(&plain, "FLOPTICAL");
	rig_play(&plain, "unknown drive", unknown);
	rig_release(&plain);
	return lto.failed + plain.failed;
}

int main(void)
{
	int failed = check_capabilities();
	size_t rows = 0, cases = 0;

	for (const struct ssc_row *r = ssc_rows; r->op.run; r++, rows++) {
		const struct step *row = case_of(&r->op);

		failed += row ? check_row(&r->op, row) :
			  printf("not ok - %s: no case\n", r->op.name);
	}
	while (good[cases].what)
		cases++;
	if (cases != rows)
		failed += printf("not ok - %zu cases for %zu rows\n", cases, rows);
	return failed != 0;
}
