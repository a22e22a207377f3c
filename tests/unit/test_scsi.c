// SPDX-License-Identifier: GPL-2.0-only
/* Dispatch, data lengths, sense data, attentions and cursors, on a unit of a few odd commands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/script.h"
#include "scsi/cursor.h"

static int failed;

static void want(bool ok, const char *what)
{
	printf("%s - %s%s\n", ok ? "ok" : "not ok", what, ok ? "" : ": no");
	failed += !ok;
}

static struct scsi_cmd *parked;

static enum sts nothing(struct scsi_cmd *cmd)
{
	(void)cmd;
	return STS_GOOD;
}

static enum sts hello(struct scsi_cmd *cmd)
{
	scsi_reply(cmd, "hel", 3);
	scsi_reply(cmd, "lo", 2);
	return STS_GOOD;
}

static enum sts park(struct scsi_cmd *cmd)
{
	parked = cmd;
	return STS_PENDING;
}

/* CDB byte 2: which outcome; byte 3: what details go with it. */
static enum sts outcome(struct scsi_cmd *cmd)
{
	scsi_reply(cmd, "data", 4);
	cmd->extra.has_info = cmd->cdb[3] & 0x01;
	cmd->extra.info = cmd->cdb[3] & 0x02 ? -3072 : 5;
	if (cmd->cdb[3] & 0x04)
		cmd->extra.info = (int64_t)1 << 40;
	cmd->extra.eom = cmd->cdb[3] & 0x08;
	cmd->extra.progress = cmd->cdb[3] & 0x10 ? 0x8000 : 0;
	cmd->extra.deferred = cmd->cdb[3] & 0x20;
	if (cmd->cdb[3] & 0x40)
		return bad_param(cmd, 300, 3);
	return (enum sts)cmd->cdb[2];
}

static enum sts refuse_marked(struct scsi_cmd *cmd, const struct scsi_op *op)
{
	(void)cmd;
	return op->flags & OPF_MEDIUM ? STS_NO_MEDIUM : STS_GOOD;
}

static scsi_gate *const toy_gates[] = { refuse_marked, NULL };

#define NO_DATA { DATA_NONE, 0, 0 }
#define SKIP    OPF_SKIP_UA

static const struct scsi_op toy_ops[] = {
	{ "NOTHING", 0x00, NO_SA, 0, NO_DATA, { 0, 0, 0, 0, 0, 0x04 }, nothing, 0 },
	{ "MEDIUM", 0x01, NO_SA, OPF_MEDIUM | OPF_OVERTAKE, NO_DATA, { 0, 0xff }, nothing, 0 },
	{ "PARK", 0x02, NO_SA, SKIP | OPF_OVERTAKE, NO_DATA, { 0 }, park, 0 },
	{ "HELLO EXACT", 0x08, NO_SA, SKIP, { DATA_IN, 2, 3 },
	  { 0, 0, 255, 255, 255, 0 }, hello, 0 },
	{ "HELLO", 0x12, NO_SA, SKIP, { DATA_IN_CUT, 4, 1 }, { 0, 0, 0, 0, 255, 0 }, hello, 0 },
	{ "TAKE", 0x15, NO_SA, SKIP, { DATA_OUT, 4, 1 }, { 0, 0, 0, 0, 255, 0 }, nothing, 0 },
	{ "UNITS", 0x16, NO_SA, SKIP, { DATA_IN_UNITS, 4, 1 }, { 0, 0, 0, 0, 255, 0 }, hello, 0 },
	{ "VARIABLE", 0x7f, 0x0102, SKIP, NO_DATA, { 0, 0x04, 0, 0, 0, 0, 0, 255, 255, 255 },
	  nothing, 0 },
	{ "SECOND", 0xa3, 0x02, SKIP, NO_DATA, { 0, 0x1f }, nothing, 0 },
	{ "OUTCOME", 0xa4, NO_SA, SKIP | OPF_OVERTAKE, { DATA_IN_UNITS, 0, 0 },
	  { 0, 0, 255, 255 }, outcome, 0 },
	{ 0 },
};

static void finish(void *ctx)
{
	(void)ctx;
	scsi_complete(parked, STS_REMOVAL_PREVENTED);
}

static void change(void *ctx)
{
	scsi_attention_raise(ctx, STS_UA_READY);
	scsi_attention_raise(ctx, STS_UA_READY);
	scsi_attention_raise_others(ctx, 1, STS_UA_MODE_CHANGED);
}

static void restart(void *ctx)
{
	scsi_attention_restart(ctx, STS_UA_INTERNAL_RESET);
}

static void descriptors(void *ctx)
{
	struct lu *lu = ctx;

	lu->descriptor_sense = !lu->descriptor_sense;
}

static const struct step dispatching[] = {
	{ "a new initiator is told of power on", { 0x00 }, .sense = 0x06, .asc = 0x2900 },
	{ "once", { 0x00 } },
	{ "each of them", { 0x00 }, .sense = 0x06, .asc = 0x2900, .initiator = 1 },
	{ "some commands do not care", { 0x12, 0, 0, 0, 5 }, .in = BYTES("hello"), .initiator = 2 },
	{ "and leave it to others", { 0x00 }, .sense = 0x06, .asc = 0x2900, .initiator = 2 },
	{ "unknown opcode", { 0x03 }, .sense = 0x05, .asc = 0x2000 },
	{ "unknown service action", { 0xa3, 0x01 }, .sense = 0x05, .asc = 0x2400,
	  .field = IN_CDB(1, 4) },
	{ "known service action", { 0xa3, 0x02 } },
	{ "known variable length", { 0x7f, 0, 0, 0, 0, 0, 0, 0x18, 1, 2 } },
	{ "unknown variable length", { 0x7f, 0, 0, 0, 0, 0, 0, 0x18, 1, 3 }, .sense = 0x05,
	  .asc = 0x2400, .field = IN_CDB(8, 7) },
	{ "NACA of variable length", { 0x7f, 4, 0, 0, 0, 0, 0, 0x18, 1, 2 }, .sense = 0x05,
	  .asc = 0x2400, .field = IN_CDB(1, 2) },
	{ "NACA, even where a row allows it", { 0x00, 0, 0, 0, 0, 4 }, .sense = 0x05,
	  .asc = 0x2400, .field = IN_CDB(5, 2) },
	{ "a reserved bit, the highest", { 0x00, 0, 0, 0x21 }, .sense = 0x05, .asc = 0x2400,
	  .field = IN_CDB(3, 5) },
	{ "the unit's own gate", { 0x01 }, .sense = 0x02, .asc = 0x3a00 },
	{ "comes after reserved bits", { 0x01, 0, 1 }, .sense = 0x05, .asc = 0x2400 },
	{ "exact length", { 0x08, 0, 0, 0, 5 }, .in = BYTES("hello") },
	{ "shorter cuts", { 0x08, 0, 0, 0, 4 }, .in = BYTES("hell") },
	{ "more than the host takes", { 0x08, 0, 0, 1, 1 }, .sense = 0x05, .asc = 0x2400,
	  .field = IN_CDB(2, 7) },
	{ "nothing", { 0x08 } },
	{ "allocation length above the host's", { 0x12, 0, 0, 0, 200 }, .in = BYTES("he"),
	  .room = 2 },
	{ "allocation length without room", { 0x12, 0, 0, 0, 200 }, .room = SCRIPT_NO_ROOM },
	{ "data-out as said", { 0x15, 0, 0, 0, 3 }, .out = BYTES("abc") },
	{ "data-out, less than sent", { 0x15, 0, 0, 0, 2 }, .out = BYTES("abc") },
	{ "data-out, more than sent", { 0x15, 0, 0, 0, 4 }, .out = BYTES("abc"), .sense = 0x05,
	  .asc = 0x2400, .field = IN_CDB(4, 7) },
	{ "units have all the room", { 0x16, 0, 0, 0, 1 }, .in = BYTES("hello") },
	{ "a pending command is not answered", { 0x02 }, .status = SCRIPT_PENDING },
	{ "its event answers it", .event = finish, .status = SCRIPT_ANSWER, .sense = 0x05,
	  .asc = 0x5302 },
	{ 0 },
};

#define OUTCOME(sts, how) { 0xa4, 0, STS_##sts, how }

static const struct step sensing[] = {
	{ "good", OUTCOME(GOOD, 0), .in = BYTES("data") },
	{ "conflict is a status, without data or sense", OUTCOME(CONFLICT, 1),
	  .status = SAM_CONFLICT },
	{ "a filemark keeps data", OUTCOME(FILEMARK, 1), .in = BYTES("data"), .sense = 0x80,
	  .asc = 0x0001, .has_info = true, .info = 5 },
	{ "a negative residue", OUTCOME(BAD_LENGTH, 3), .in = BYTES("data"), .sense = 0x20,
	  .has_info = true, .info = -3072 },
	{ "EOM beside ILI", OUTCOME(BAD_LENGTH, 8), .in = BYTES("data"), .sense = 0x60,
	  .no_info = true },
	{ "end of data keeps data", OUTCOME(EOD, 1), .in = BYTES("data"), .sense = 0x08,
	  .asc = 0x0005, .has_info = true, .info = 5 },
	{ "a medium error keeps data", OUTCOME(READ_ERROR, 0), .in = BYTES("data"), .sense = 0x03,
	  .asc = 0x1100, .no_info = true },
	{ "volume overflow has EOM", OUTCOME(VOLUME_OVERFLOW, 1), .sense = 0x4d, .asc = 0x0002,
	  .has_info = true, .info = 5 },
	{ "not ready has no data", OUTCOME(NO_MEDIUM, 0), .sense = 0x02, .asc = 0x3a00 },
	{ "field in the list", OUTCOME(GOOD, 0x40), .sense = 0x05, .asc = 0x2600,
	  .field = IN_LIST(300, 3) },
	{ 0 },
};

/* Answers of either format, byte for byte. */
static void sense_bytes(void)
{
	static const struct {
		const char *what;
		struct scsi_cmd cmd;
		enum sts sts;
		bool descriptor;
		struct script_bytes bytes;
	} rows[] = {
		{ "no sense, fixed", { 0 }, STS_GOOD, false,
		  BYTES("\x70\0\0\0\0\0\0\x0a\0\0\0\0\0\0\0\0\0\0") },
		{ "no sense, descriptors", { 0 }, STS_GOOD, true, BYTES("\x72\0\0\0\0\0\0\0") },
		{ "a deferred write error", { .extra = { .deferred = true } }, STS_WRITE_ERROR,
		  false, BYTES("\x71\0\x03\0\0\0\0\x0a\0\0\0\0\x0c\0\0\0\0\0") },
		{ "deferred, descriptors", { .extra = { .deferred = true } }, STS_WRITE_ERROR,
		  true, BYTES("\x73\x03\x0c\0\0\0\0\0") },
		{ "64 bits do not fit fixed", { .extra = { .has_info = true,
		  .info = (int64_t)1 << 40 } }, STS_FILEMARK, false,
		  BYTES("\x70\0\x80\0\0\0\0\x0a\0\0\0\0\0\x01\0\0\0\0") },
		{ "but descriptors", { .extra = { .has_info = true, .info = (int64_t)1 << 40 } },
		  STS_FILEMARK, true, BYTES("\x72\0\0\x01\0\0\0\x10" "\0\x0a\x80\0\0\0\1\0\0\0\0\0"
		  "\x04\x02\0\x80") },
		{ "field, bit and BPV", { .extra = { .has_field = true, .byte = 2, .bit = 5 } },
		  STS_BAD_CDB, false,
		  BYTES("\x70\0\x05\0\0\0\0\x0a\0\0\0\0\x24\0\0\xcd\0\x02") },
		{ "field as descriptor", { .extra = { .has_field = true, .byte = 2, .bit = 5 } },
		  STS_BAD_CDB, true, BYTES("\x72\x05\x24\0\0\0\0\x08" "\x02\x06\0\0\xcd\0\x02\0") },
		{ "progress", { .extra = { .progress = 0x8000 } }, STS_BECOMING_READY, false,
		  BYTES("\x70\0\x02\0\0\0\0\x0a\0\0\0\0\x04\x01\0\x80\x80\0") },
		{ "progress as descriptor", { .extra = { .progress = 0x8000 } },
		  STS_BECOMING_READY, true,
		  BYTES("\x72\x02\x04\x01\0\0\0\x08" "\x02\x06\0\0\x80\x80\0\0") },
		{ "no progress with a medium error", { .extra = { .progress = 1 } },
		  STS_READ_ERROR, false, BYTES("\x70\0\x03\0\0\0\0\x0a\0\0\0\0\x11\0\0\0\0\0") },
	};
	uint8_t buf[SENSE_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const uint8_t n = scsi_sense_build(&rows[i].cmd, rows[i].sts,
						   rows[i].descriptor, buf);

		want(n == rows[i].bytes.n && !memcmp(buf, rows[i].bytes.p, n), rows[i].what);
	}
}

static const struct step attentions[] = {
	{ "a change, told twice by the unit", .event = change },
	{ "is heard once", { 0x00 }, .sense = 0x06, .asc = 0x2800 },
	{ "then the next, oldest first", { 0x00 }, .sense = 0x06, .asc = 0x2a01 },
	{ "then none", { 0x00 } },
	{ "whoever caused the second", { 0x00 }, .sense = 0x06, .asc = 0x2800, .initiator = 1 },
	{ "does not hear of it", { 0x00 }, .initiator = 1 },
	{ "a change before a reset", .event = change },
	{ "a reset", .event = restart },
	{ "voids what was pending", { 0x00 }, .sense = 0x06, .asc = 0x2904 },
	{ "and is all", { 0x00 } },
	{ "for new ones too", { 0x00 }, .sense = 0x06, .asc = 0x2904, .initiator = 77 },
	{ 0 },
};

/* Every outcome can be told, in both formats, and is what its row says. */
static void every_outcome(struct script *s)
{
	bool good = true;

	for (unsigned int i = 0; i < 2 * STS_COUNT; i++) {
		const struct step row = { "outcome", { 0xa4, 0, (uint8_t)(i / 2), 0x01 } };
		struct script_sense sense = { 0 };

		s->lu->descriptor_sense = i & 1;
		good &= script_send(s, &row);
		if (s->answer.status == SAM_CHECK)
			good &= script_sense_parse(s->answer.sense, s->answer.sense_len, &sense) &&
				sense.has_info && sense.info == 5;
		good &= scsi_sts_text((enum sts)(i / 2))[0] != 0;
	}
	s->lu->descriptor_sense = false;
	want(good, "every outcome in both formats");
	want(!strcmp(scsi_sts_text(STS_PENDING), "pending"), "pending has a text");
}

/* More initiators than places: the one that was silent for longest is new again. */
static void many_initiators(void)
{
	struct lu lu = { .ops = toy_ops };
	bool fresh = true, known = true;

	for (uint64_t i = 0; i < LU_INITIATORS; i++)
		fresh &= scsi_attention_take(&lu, i << 40) == STS_UA_POWER_ON;
	for (uint64_t i = 0; i < LU_INITIATORS; i++)
		known &= scsi_attention_take(&lu, i << 40) == STS_GOOD;
	want(fresh && known, "as many initiators as there are places");
	scsi_attention_take(&lu, 0);		/* 0 speaks, 1 is silent for longest now */
	want(scsi_attention_take(&lu, 99) == STS_UA_POWER_ON, "one more finds a place");
	want(scsi_attention_take(&lu, 0) == STS_GOOD, "the latest to speak keep theirs");
	want(scsi_attention_take(&lu, (uint64_t)1 << 40) == STS_UA_POWER_ON,
	     "the silent one is new again");
}

static void overflow(void)
{
	struct lu lu = { .ops = toy_ops };

	scsi_attention_take(&lu, 7);
	for (int i = 0; i < LU_ATTENTIONS + 1; i++)
		scsi_attention_raise_for(&lu, 7, (enum sts)(STS_UA_READY + i));
	want(scsi_attention_take(&lu, 7) == STS_UA_POWER_ON, "too many at once: power on");
	want(scsi_attention_take(&lu, 7) == STS_GOOD, "instead of all of them");
	scsi_attention_raise_for(&lu, 8, STS_UA_READY);
	want(scsi_attention_take(&lu, 8) == STS_UA_POWER_ON &&
	     scsi_attention_take(&lu, 8) == STS_UA_READY, "for a stranger: after power on");
}

static void rows(void)
{
	uint8_t map[32];

	memset(map, 0xff, sizeof(map));
	scsi_overtake_map(toy_ops, map);
	want(map[0] == 0x06 && map[0xa4 / 8] == 0x10 && !map[1], "map of what may overtake");
	want(scsi_cdb_length(0x00) == 6 && scsi_cdb_length(0x3f) == 10 &&
	     scsi_cdb_length(0x5f) == 10 && scsi_cdb_length(0x92) == 16 &&
	     scsi_cdb_length(0xbf) == 12 && scsi_cdb_length(0xe7) == 10, "lengths of CDBs");
	want(!scsi_op_find(toy_ops, (const uint8_t[]){ 0xa3, 0x03 }) &&
	     scsi_op_find(toy_ops, (const uint8_t[]){ 0xa3, 0xe2 })->action == 2,
	     "rows by service action, five bits");
}

static void cursors(void)
{
	uint8_t *bytes = malloc(11);
	struct cursor c = cursor_of(bytes, 11);

	for (uint8_t i = 0; i < 11; i++)
		bytes[i] = (uint8_t)(i + 1);
	want(cursor_u8(&c) == 1 && cursor_u16(&c) == 0x0203 && cursor_u24(&c) == 0x040506 &&
	     cursor_u32(&c) == 0x0708090a && c.at == 10 && !c.bad, "a list is read in order");
	want(cursor_u16(&c) == 0 && c.bad && cursor_u8(&c) == 0 && c.at == 10,
	     "past its end there is nothing, and that stays");
	c = cursor_of(bytes, 11);
	want(cursor_u64(&c) == 0x0102030405060708 && cursor_left(&c) == 3, "64 bits");
	want(!cursor_bytes(&c, UINT32_MAX) && c.bad, "lengths do not wrap");
	c = cursor_of(bytes, 11);
	want(cursor_bytes(&c, 11) == bytes && !cursor_left(&c) && !c.bad, "bytes in place");
	free(bytes);
}

int main(void)
{
	static struct lu lu = { .ops = toy_ops, .gates = toy_gates };
	static const struct step to_descriptors[] = {
		{ "descriptor sense", .event = descriptors }, { 0 } };
	struct script s = { .lu = &lu, .ctx = &lu };

	failed += script_run(&s, "dispatch", dispatching);
	failed += script_run(&s, "fixed sense", sensing);
	failed += script_run(&s, "sense", to_descriptors);
	failed += script_run(&s, "descriptor sense", sensing);
	failed += script_run(&s, "sense", to_descriptors);
	failed += script_run(&s, "attention", attentions);
	sense_bytes();
	every_outcome(&s);
	many_initiators();
	overflow();
	rows();
	cursors();
	script_run(&s, "end", &(const struct step){ 0 });
	return failed != 0;
}
