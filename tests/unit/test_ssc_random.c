// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands as nobody sends them: rows of the table with random bits, lengths and data, robots and
 * resets in between.  Each is answered once, with a status and sense data that are ones, and the
 * drive stays what it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/rig.h"
#include "ssc/internal.h"

enum { COMMANDS = 30000, DATA_MAX = 600, ROUND = 500 };

struct dice {
	uint64_t x;
};

static uint32_t roll(struct dice *d, uint32_t sides)
{
	d->x ^= d->x << 13;
	d->x ^= d->x >> 7;
	d->x ^= d->x << 17;
	return (uint32_t)(d->x >> 32) % sides;
}

/* Mostly what the row allows; a large count of filemarks only takes time. */
static void make_cdb(struct dice *d, const struct scsi_op *op, uint8_t *cdb)
{
	cdb[0] = op->opcode;
	for (unsigned int i = 1; i < scsi_cdb_length(op->opcode); i++) {
		const uint8_t bits = roll(d, 3) ? (uint8_t)roll(d, 256) : 0;

		cdb[i] = roll(d, 200) ? bits & op->usage[i] : bits;
	}
	if (op->action != NO_SA)
		cdb[1] = (uint8_t)op->action;
	if (op->opcode == 0x10)
		cdb[2] = 0;
	for (unsigned int i = 0; i + 1 < op->data.width && roll(d, 8); i++)
		cdb[op->data.at + i] = 0;
}

static bool sound(const struct rig *r, const struct step *row, const struct script_answer *a)
{
	struct script_sense sense;

	if (!a->came || a->in_len > (row->room == SCRIPT_NO_ROOM ? 0 : row->room))
		return false;
	if (a->status == SAM_CHECK)
		return script_sense_parse(a->sense, a->sense_len, &sense);
	return (a->status == SAM_GOOD || a->status == SAM_CONFLICT) && !a->sense_len &&
	       (r->drive.state == SSC_READY) == (r->drive.cart != NULL);
}

static void say(const struct step *row)
{
	printf("not ok - random:");
	for (unsigned int i = 0; i < scsi_cdb_length(row->cdb[0]); i++)
		printf(" %02x", row->cdb[i]);
	printf(", %u bytes out\n", row->out.n);
}

static void send_one(struct rig *r, struct dice *d, size_t rows)
{
	const struct scsi_op *op = &r->drive.unit.lu.ops[roll(d, (uint32_t)rows)];
	struct step row = { "random", .room = 1 + roll(d, DATA_MAX) };
	char data[DATA_MAX];

	make_cdb(d, op, row.cdb);
	row.initiator = (uint8_t)roll(d, 4);
	if (op->data.kind == DATA_OUT || op->data.kind == DATA_OUT_UNITS)
		row.out.n = roll(d, DATA_MAX);
	for (uint32_t i = 0; i < row.out.n; i++)
		data[i] = (char)(roll(d, 2) ? 0 : roll(d, 256));
	row.out.p = data;
	script_send(&r->script, &row);
	if (sound(r, &row, &r->script.answer))
		return;
	say(&row);
	r->failed++;
}

/* What happens to a drive besides commands. */
static void disturb(struct rig *r, struct dice *d)
{
	switch (roll(d, 6)) {
	case 0:
		ssc_reset(&r->drive);
		break;
	case 1:
		ssc_eject(&r->drive);
		break;
	case 2:
		ssc_position_lost(&r->drive);
		break;
	case 3:
		ssc_insert(&r->drive, roll(d, 2) ? "W01001LY" : "CLN101L8");
		break;
	default:
		ssc_insert(&r->drive, "E01001L8");
	}
	memset(&r->drive.unit.pr, 0, sizeof(r->drive.unit.pr));
	memset(r->drive.unit.prevented, 0, sizeof(r->drive.unit.prevented));
	rig_hear(r);
}

static int play(const char *product, uint64_t seed)
{
	struct dice d = { seed };
	struct rig r;
	size_t rows = 0;

	rig_init(&r, product);
	rig_make(&r, "E01001L8", "LTO8", CART_DATA_TAPE, 1 << 20);
	rig_make(&r, "W01001LY", "LTO8", CART_WORM_TAPE, 1 << 20);
	rig_make(&r, "CLN101L8", "LTO8", CART_CLEANING_TAPE, 1 << 20);
	rig_insert(&r, "E01001L8");
	while (r.drive.unit.lu.ops[rows].run)
		rows++;
	for (int i = 0; i < COMMANDS && !r.failed; i++) {
		send_one(&r, &d, rows);
		if (i % ROUND == ROUND - 1 || !roll(&d, 50))
			disturb(&r, &d);
	}
	rig_release(&r);
	if (!r.failed)
		printf("ok - random: %s, %d commands, seed %llx\n", product, (int)COMMANDS,
		       (unsigned long long)seed);
	return r.failed;
}

int main(int argc, char **argv)
{
	const uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 16) : 0x9e3779b97f4a7c15;

	return play("ULT3580-TD8", seed) || play("FLOPTICAL", seed + 2);
}
