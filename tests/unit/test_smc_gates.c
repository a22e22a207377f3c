// SPDX-License-Identifier: GPL-2.0-only
/* Every row of the changer's table: an answer that is GOOD, and one from each gate that refuses. */
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "conform/smc_steps.h"
#include "fake/library.h"

#define KEY "\0\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0\1" "\0\0\0\0\0\0\0\0"
#define OLD "\0\0\0\0\0\0\0\1" "\0\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0\0"
#define MAY_CONFLICT .status = SAM_CONFLICT

enum { OTHER = 1 };	/* initiator that holds what is reserved */

/*
 * One for each row, in the table's order, which this initiator may send as they come.  What needs
 * to be registered first lies behind the row that does it.
 */
static const struct step good[] = {
	{ "TEST UNIT READY", { 0x00 } },
	{ "REZERO UNIT", { 0x01 } },
	{ "REQUEST SENSE", { 0x03, 0, 0, 0, 18 }, .in = ANY },
	{ "INITIALIZE ELEMENT STATUS", { 0x07 } },
	{ "INQUIRY", { 0x12, 0, 0, 0, 36 }, .in = ANY },
	{ "MODE SELECT(6)", { 0x15, 0x10, 0, 0, 4 }, .out = BLANK(4) },
	{ "RESERVE(6)", { 0x16 } },
	{ "RELEASE(6)", { 0x17 } },
	{ "MODE SENSE(6)", { 0x1a, 0, 0x3f, 0, 255 }, .in = ANY },
	{ "OPEN/CLOSE", { 0x1b, 0, WORD(MAIL), 1 } },
	{ "RECEIVE DIAGNOSTIC", { 0x1c, 1, 0, 0, 64 }, .in = ANY },
	{ "SEND DIAGNOSTIC", { 0x1d, 0x04 } },
	{ "PREVENT ALLOW", { 0x1e, 0, 0, 0, 1 } },
	{ "POSITION TO ELEMENT", { 0x2b, 0, WORD(ARM), WORD(SLOT) } },
	{ "INITIALIZE WITH RANGE", { 0x37, 1, WORD(SLOT), 0, 0, WORD(1) } },
	{ "WRITE BUFFER", { 0x3b, 0x0a, 0, 0, 0, 0, 0, 0, 4 }, .out = BYTES("echo") },
	{ "READ BUFFER", { 0x3c, 0x0b, 0, 0, 0, 0, 0, 0, 4 }, .in = ANY },
	{ "LOG SELECT", { 0x4c, 2, 0x40 } },
	{ "LOG SENSE", { 0x4d, 0, 0x40, 0, 0, 0, 0, 0, 64 }, .in = ANY },
	{ "MODE SELECT(10)", { 0x55, 0x10, 0, 0, 0, 0, 0, 0, 8 }, .out = BLANK(8) },
	{ "RESERVE(10)", { 0x56 } },
	{ "RELEASE(10)", { 0x57 } },
	{ "MODE SENSE(10)", { 0x5a, 0, 0x3f, 0, 0, 0, 0, 0, 255 }, .in = ANY },
	{ "READ KEYS", { 0x5e, 0, 0, 0, 0, 0, 0, 0, 64 }, .in = ANY },
	{ "READ RESERVATION", { 0x5e, 1, 0, 0, 0, 0, 0, 0, 64 }, .in = ANY },
	{ "REPORT CAPABILITIES", { 0x5e, 2, 0, 0, 0, 0, 0, 0, 64 }, .in = ANY },
	{ "READ FULL STATUS", { 0x5e, 3, 0, 0, 0, 0, 0, 0, 64 }, .in = ANY },
	{ "REGISTER", { 0x5f, 0, 0, 0, 0, 0, 0, 0, 24 }, .out = BYTES(KEY) },
	{ "RESERVE", { 0x5f, 1, 1, 0, 0, 0, 0, 0, 24 }, .out = BYTES(OLD) },
	{ "RELEASE", { 0x5f, 2, 1, 0, 0, 0, 0, 0, 24 }, .out = BYTES(OLD) },
	{ "CLEAR", { 0x5f, 3, 0, 0, 0, 0, 0, 0, 24 }, .out = BYTES(OLD) },
	{ "PREEMPT", { 0x5f, 4, 1, 0, 0, 0, 0, 0, 24 }, .out = BYTES(OLD), MAY_CONFLICT },
	{ "PREEMPT AND ABORT", { 0x5f, 5, 1, 0, 0, 0, 0, 0, 24 }, .out = BYTES(OLD), MAY_CONFLICT },
	{ "REGISTER AND IGNORE", { 0x5f, 6, 0, 0, 0, 0, 0, 0, 24 }, .out = BLANK(24) },
	{ "REPORT LUNS", { 0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 64 }, .in = ANY },
	{ "REPORT OPCODES", { 0xa3, 0x0c, 0, 0, 0, 0, 0, 0, 0, 64 }, .in = ANY },
	{ "REPORT FUNCTIONS", { 0xa3, 0x0d, 0, 0, 0, 0, 0, 0, 0, 64 }, .in = ANY },
	{ "REPORT TIMESTAMP", { 0xa3, 0x0f, 0, 0, 0, 0, 0, 0, 0, 64 }, .in = ANY },
	{ "SET TIMESTAMP", { 0xa4, 0x0f, 0, 0, 0, 0, 0, 0, 0, 12 }, .out = BLANK(12) },
	{ "MOVE MEDIUM", MOVE(SLOT, EMPTY_SLOT) },
	{ "EXCHANGE MEDIUM", EXCHANGE(EMPTY_SLOT, SLOT + 1, SLOT) },
	{ "REQUEST ADDRESS", { 0xb5, 0, 0, 0, WORD(1), 0, 0, 0, 64 }, .in = ANY },
	{ "SEND VOLUME TAG", { 0xb6, 0, 0, 0, 0, 5, 0, 0, 0, 40 }, .out = BLANK(40) },
	{ "READ ELEMENT STATUS", STATUS(0, 0, 0xffff, 0, 64), .in = ANY },
	{ "INITIALIZE, vendor's", { 0xe7, 1 } },
	{ 0 },
};

static const struct scsi_op *row_of(struct fake_library *l, const struct step *s)
{
	return scsi_op_find(l->c.unit.lu.ops, s->cdb);
}

static int fail(const char *what, const char *why)
{
	printf("not ok - gates: %s: %s\n", what, why);
	return 1;
}

/* The rows above are the rows of the table, none is missing. */
static int check_complete(struct fake_library *l)
{
	const struct scsi_op *op = l->c.unit.lu.ops;

	for (const struct step *s = good; s->what; s++, op++)
		if (!op->run || row_of(l, s) != op)
			return fail(s->what, "is not the table's next row");
	if (op->run)
		return fail(op->name, "has no case here");
	printf("ok - gates: a case for each row\n");
	return 0;
}

static void fresh(struct fake_library *l)
{
	fake_library_init(l);
	fake_take_attention(l, 0);
	fake_take_attention(l, OTHER);
}

static int play_one(struct fake_library *l, const char *table, const struct step *s)
{
	const struct step rows[] = { *s, { 0 } };

	return fake_play(l, table, rows);
}

static struct step refused(const struct step *s, uint8_t sense, uint16_t asc)
{
	struct step r = *s;

	r.in = (struct script_bytes){ NULL, 0 };
	r.sense = sense;
	r.asc = asc;
	r.status = 0;
	return r;
}

static int check_attention(void)
{
	struct fake_library l;
	int failed = 0;

	for (const struct step *s = good; s->what; s++) {
		struct step r = refused(s, 6, 0x2900);

		fake_library_init(&l);
		if (!(row_of(&l, s)->flags & OPF_SKIP_UA))
			failed += play_one(&l, "attention comes first", &r);
		fake_library_release(&l);
	}
	return failed;
}

static int check_offline(void)
{
	struct fake_library l;
	int failed = 0;

	for (const struct step *s = good; s->what; s++) {
		struct step r = refused(s, 2, 0x0412);

		fresh(&l);
		smc_operator_online(&l.c, false);
		if (row_of(&l, s)->flags & OPF_ONLINE)
			failed += play_one(&l, "offline", &r);
		fake_library_release(&l);
	}
	return failed;
}

/* A reservation of another initiator: what its row does not allow conflicts. */
static int check_reserved(void)
{
	static const struct step reserve[] = {
		{ "registered", { 0x5f, 0, 0, 0, 0, 0, 0, 0, 24 }, .out = BYTES(KEY),
		  .initiator = OTHER },
		{ "and reserved", { 0x5f, 1, 3, 0, 0, 0, 0, 0, 24 }, .out = BYTES(OLD),
		  .initiator = OTHER },
		{ 0 },
	};
	struct fake_library l;
	int failed = 0;

	for (const struct step *s = good; s->what; s++) {
		struct step r = refused(s, 0, 0);

		r.status = SAM_CONFLICT;
		fresh(&l);
		failed += script_run(&l.script, "reserved by another", reserve);
		if (!(row_of(&l, s)->flags & OPF_RESERVED))
			failed += play_one(&l, "reserved by another", &r);
		fake_library_release(&l);
	}
	return failed;
}

/* Every bit that a row does not allow, one at a time, and the sense data point to it. */
static int check_bits(void)
{
	struct fake_library l;
	const struct script_answer *a = &l.script.answer;
	int failed = 0, tried = 0;

	fresh(&l);
	for (const struct step *s = good; s->what; s++) {
		const struct scsi_op *op = row_of(&l, s);
		const unsigned int from = op->action == NO_SA ? 8 : 16;

		for (unsigned int n = from; n < scsi_cdb_length(op->opcode) * 8; n++) {
			struct step r = refused(s, 5, 0x2400);
			struct script_sense sense = { 0 };

			if (op->usage[n / 8] & 1 << n % 8)
				continue;
			tried++;
			memcpy(r.cdb, s->cdb, sizeof(r.cdb));
			r.cdb[n / 8] |= (uint8_t)(1 << n % 8);
			script_send(&l.script, &r);
			script_sense_parse(a->sense, a->sense_len, &sense);
			if (sense.byte2 != 5 || sense.asc != 0x2400 || sense.byte != n / 8 ||
			    sense.bit != n % 8)
				failed += fail(s->what, "a reserved bit was let through");
		}
	}
	failed += fake_check(&l, "reserved bits");
	fake_library_release(&l);
	if (!failed)
		printf("ok - gates: %d reserved bits, each refused and pointed to\n", tried);
	return failed;
}

/* More data than the host sent: the CDB's length against the transport's. */
static int check_lengths(void)
{
	struct fake_library l;
	int failed = 0;

	for (const struct step *s = good; s->what; s++) {
		struct step r = refused(s, 5, 0x2400);

		fresh(&l);
		r.out.n = s->out.n ? s->out.n - 1 : 0;
		r.out.p = NULL;
		r.room = SCRIPT_NO_ROOM;
		if (s->out.n)
			failed += play_one(&l, "less data than the CDB says", &r);
		fake_library_release(&l);
	}
	return failed;
}

static int check_rows(struct fake_library *l)
{
	int failed = 0;

	for (const struct scsi_op *op = l->c.unit.lu.ops; op->run; op++) {
		const struct scsi_op *next = op + 1;
		const unsigned int len = scsi_cdb_length(op->opcode);

		if (next->run && (next->opcode < op->opcode || (next->opcode == op->opcode &&
				  next->action <= op->action)))
			failed += fail(op->name, "is not in order");
		if (op->usage[0] || (op->action != NO_SA && op->usage[1] != 0x1f))
			failed += fail(op->name, "mask of opcode and action");
		for (unsigned int i = len; i < sizeof(op->usage); i++)
			if (op->usage[i])
				failed += fail(op->name, "mask beyond the CDB");
		for (unsigned int i = 0; i < op->data.width; i++)
			if (op->usage[op->data.at + i] != 0xff)
				failed += fail(op->name, "mask of the length");
	}
	if (!failed)
		printf("ok - gates: rows without contradiction\n");
	return failed;
}

int main(void)
{
	struct fake_library l;
	int failed;

	fresh(&l);
	failed = check_complete(&l) + check_rows(&l) + fake_play(&l, "each row is good", good);
	fake_library_release(&l);
	if (failed)
		return 1;
	failed += check_attention() + check_offline() + check_reserved();
	failed += check_bits() + check_lengths();
	return failed != 0;
}
