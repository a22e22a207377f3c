// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "fake/script.h"

static bool parse_fixed(const uint8_t *s, uint8_t len, struct script_sense *r)
{
	if (len < 18 || s[7] != len - 8)
		return false;
	r->byte2 = s[2];
	r->asc = (uint16_t)be_get(&s[12], 2);
	r->has_info = s[0] & 0x80;
	r->info = (int32_t)be_get(&s[3], 4);
	if (!(s[15] & 0x80))
		return true;
	if ((s[2] & 0x0f) != 0x05) {
		r->progress = (uint16_t)be_get(&s[16], 2);
		return true;
	}
	r->has_field = true;
	r->in_list = !(s[15] & 0x40);
	r->bit = s[15] & 0x08 ? s[15] & 0x07 : 0;
	r->byte = (uint16_t)be_get(&s[16], 2);
	return true;
}

static void parse_descriptor(const uint8_t *d, struct script_sense *r)
{
	if (d[0] == 0x00) {
		r->has_info = d[2] & 0x80;
		r->info = (int64_t)((uint64_t)be_get(&d[4], 4) << 32 | be_get(&d[8], 4));
	} else if (d[0] == 0x02 && (r->byte2 & 0x0f) == 0x05) {
		r->has_field = d[4] & 0x80;
		r->in_list = !(d[4] & 0x40);
		r->bit = d[4] & 0x08 ? d[4] & 0x07 : 0;
		r->byte = (uint16_t)be_get(&d[5], 2);
	} else if (d[0] == 0x02) {
		r->progress = (uint16_t)be_get(&d[5], 2);
	} else if (d[0] == 0x04) {
		r->byte2 |= d[3] & 0xe0;
	}
}

static bool parse_descriptors(const uint8_t *s, uint8_t len, struct script_sense *r)
{
	if (len < 8 || s[7] != len - 8)
		return false;
	r->byte2 = s[1] & 0x0f;
	r->asc = (uint16_t)be_get(&s[2], 2);
	for (unsigned int at = 8; at < len; at += 2u + s[at + 1]) {
		if (at + 2u > len || at + 2u + s[at + 1] > len)
			return false;
		parse_descriptor(&s[at], r);
	}
	return true;
}

bool script_sense_parse(const uint8_t *sense, uint8_t len, struct script_sense *ret)
{
	const uint8_t code = len ? sense[0] & 0x7f : 0;

	*ret = (struct script_sense){ .deferred = code & 1 };
	if (code == 0x70 || code == 0x71)
		return parse_fixed(sense, len, ret);
	if (code == 0x72 || code == 0x73)
		return parse_descriptors(sense, len, ret);
	return false;
}

__attribute__((format(printf, 3, 4)))
static int failure(const char *table, const struct step *row, const char *why, ...)
{
	va_list ap;

	printf("not ok - %s: %s: ", table, row->what);
	va_start(ap, why);
	vprintf(why, ap);
	va_end(ap);
	putchar('\n');
	return 1;
}

static uint8_t wanted_status(const struct step *row)
{
	if (row->status && row->status != SCRIPT_ANSWER)
		return row->status;
	return row->sense || row->asc ? SAM_CHECK : SAM_GOOD;
}

static int check_sense(const char *table, const struct step *row, const struct script_answer *a)
{
	struct script_sense s = { 0 };
	uint32_t field;

	if (a->status != SAM_CHECK)
		return a->sense_len ? failure(table, row, "sense data beside GOOD") : 0;
	if (!script_sense_parse(a->sense, a->sense_len, &s))
		return failure(table, row, "malformed sense data");
	if (s.byte2 != row->sense || s.asc != row->asc)
		return failure(table, row, "sense %02x/%04x, not %02x/%04x", s.byte2, s.asc,
			       row->sense, row->asc);
	if (s.deferred != row->deferred)
		return failure(table, row, "response code %02x", a->sense[0]);
	if (row->has_info && (!s.has_info || s.info != row->info))
		return failure(table, row, "information %s%" PRId64 ", not %" PRId64,
			       s.has_info ? "" : "(not valid) ", s.info, row->info);
	if (row->no_info && s.has_info)
		return failure(table, row, "information %" PRId64 " is valid", s.info);
	field = s.in_list ? IN_LIST(s.byte, s.bit) : IN_CDB(s.byte, s.bit);
	if (row->field && (!s.has_field || field != row->field))
		return failure(table, row, "field pointer %s%05x, not %05x",
			       s.has_field ? "" : "(none) ", field, row->field);
	return 0;
}

static int check_data(const char *table, const struct step *row, const struct script_answer *a)
{
	if (row->in.n == SCRIPT_ANY)
		return 0;
	if (row->begins ? a->in_len < row->in.n : a->in_len != row->in.n)
		return failure(table, row, "%u bytes, not %u", a->in_len, row->in.n);
	for (uint32_t i = 0; row->in.p && i < row->in.n; i++) {
		const uint8_t want = (uint8_t)row->in.p[i];
		const uint8_t mask = row->mask ? (uint8_t)row->mask[i] : 0xff;

		if ((a->in[i] ^ want) & mask)
			return failure(table, row, "byte %u is %02x, not %02x", i, a->in[i], want);
	}
	return 0;
}

int script_check(const char *table, const struct step *row, const struct script_answer *a)
{
	const uint8_t want = wanted_status(row);
	const bool answer = row->event ? row->status == SCRIPT_ANSWER : want != SCRIPT_PENDING;
	struct script_sense s = { 0 };

	if (a->came != answer)
		return failure(table, row, answer ? "no answer" : "an answer too early");
	if (answer && a->status != want) {
		script_sense_parse(a->sense, a->sense_len, &s);
		return failure(table, row, "status %02x, not %02x; sense %02x/%04x", a->status,
			       want, s.byte2, s.asc);
	}
	if (answer && (check_sense(table, row, a) || check_data(table, row, a)))
		return 1;
	printf("ok - %s: %s\n", table, row->what);
	return 0;
}

static void take_answer(struct script *s, const struct scsi_cmd *cmd)
{
	struct script_answer *a = &s->answer;

	s->answers++;
	free(a->in);
	*a = (struct script_answer){
		.came = true, .status = cmd->status, .sense_len = cmd->sense_len,
		.in_len = cmd->in_len, .in = malloc(cmd->in_len ? cmd->in_len : 1),
	};
	if (cmd->in_len)
		memcpy(a->in, cmd->data, cmd->in_len);
	memcpy(a->sense, cmd->sense, sizeof(a->sense));
}

static void script_done(struct scsi_cmd *cmd)
{
	take_answer(cmd->owner, cmd);
	free(cmd->data);
	free(cmd);
}

static struct scsi_cmd *new_cmd(struct script *s, const struct step *row)
{
	const uint32_t room = row->room ? row->room : SCRIPT_ROOM;
	struct scsi_cmd *cmd = calloc(1, sizeof(*cmd));

	memcpy(cmd->cdb, row->cdb, sizeof(cmd->cdb));
	cmd->lu = s->lu;
	cmd->initiator = row->initiator;
	cmd->out_len = row->out.n;
	cmd->in_cap = row->out.n || room == SCRIPT_NO_ROOM ? 0 : room;
	cmd->data = calloc(1, cmd->out_len + cmd->in_cap);
	if (row->out.p)
		memcpy(cmd->data, row->out.p, row->out.n);
	else
		memset(cmd->data, row->out.n ? 0 : 0xee, cmd->out_len + cmd->in_cap);
	cmd->done = script_done;
	cmd->owner = s;
	return cmd;
}

static void forget_answer(struct script *s)
{
	free(s->answer.in);
	s->answer = (struct script_answer){ 0 };
	s->answers = 0;
}

bool script_send(struct script *s, const struct step *row)
{
	forget_answer(s);
	if (s->port)
		s->passed_over = !s->port(s, row);
	else if (row->event)
		row->event(s->ctx);
	else
		scsi_dispatch(new_cmd(s, row));
	return s->answer.came;
}

int script_run(struct script *s, const char *table, const struct step *rows)
{
	int failed = 0;

	for (; rows->what; rows++) {
		script_send(s, rows);
		if (s->passed_over)
			continue;
		if (s->answers > 1)
			failed += failure(table, rows, "%u answers", s->answers);
		else
			failed += script_check(table, rows, &s->answer);
	}
	forget_answer(s);
	return failed;
}

int script_cut(struct script *s, const char *table, const struct step *row, unsigned int at,
	       unsigned int width)
{
	const uint32_t room = row->room ? row->room : SCRIPT_ROOM;
	const uint32_t most = width == 1 && room > 255 ? 255 : room;
	struct step r = *row;
	struct script_answer full;
	int failed = 0;

	be_put(&r.cdb[at], width, most);
	script_send(s, &r);
	full = s->answer;
	s->answer.in = NULL;
	if (!full.came || full.status != SAM_GOOD || !full.in_len)
		failed = failure(table, row, "no whole answer to cut");
	for (uint32_t n = 0; !failed && n <= most; n++) {
		const uint32_t want = n < full.in_len ? n : full.in_len;

		r.room = n ? n : SCRIPT_NO_ROOM;
		be_put(&r.cdb[at], width, n);
		if (!script_send(s, &r) || s->answer.status != SAM_GOOD)
			failed = failure(table, row, "cut at %u: status %02x", n, s->answer.status);
		else if (s->answer.in_len != want)
			failed = failure(table, row, "cut at %u: %u bytes", n, s->answer.in_len);
		else if (memcmp(s->answer.in, full.in, want))
			failed = failure(table, row, "cut at %u: other bytes", n);
	}
	free(full.in);
	forget_answer(s);
	if (!failed)
		printf("ok - %s: %s: cut at every length\n", table, row->what);
	return failed;
}

/* An answer that is one: a known status, and sense data exactly where they belong. */
static int check_form(const char *table, const struct step *row, const struct script_answer *a)
{
	struct script_sense sense;

	if (a->status != SAM_GOOD && a->status != SAM_CHECK && a->status != SAM_CONFLICT)
		return failure(table, row, "hostile: status %02x", a->status);
	if (a->status == SAM_CHECK && !script_sense_parse(a->sense, a->sense_len, &sense))
		return failure(table, row, "hostile: malformed sense data");
	if (a->status != SAM_CHECK && a->sense_len)
		return failure(table, row, "hostile: sense data beside status %02x", a->status);
	return 0;
}

static int send_hostile(struct script *s, const char *table, const struct step *row,
			void (*restore)(void *ctx))
{
	int failed;

	if (script_send(s, row))
		failed = check_form(table, row, &s->answer);
	else
		failed = failure(table, row, "hostile: no answer");
	if (restore)
		restore(s->ctx);
	return failed;
}

static int send_shorter(struct script *s, const char *table, const struct step *row,
			unsigned int at, unsigned int width, void (*restore)(void *ctx))
{
	int failed = 0;

	for (uint32_t n = 0; n < row->out.n; n++) {
		struct step r = *row;
		uint8_t *list = malloc(n ? n : 1);

		memcpy(list, row->out.p, n);
		r.out = (struct script_bytes){ (const char *)list, n };
		r.room = SCRIPT_NO_ROOM;
		failed += send_hostile(s, table, &r, restore);	/* the CDB tells of more */
		be_put(&r.cdb[at], width, n);
		failed += send_hostile(s, table, &r, restore);
		free(list);
	}
	return failed;
}

int script_hostile(struct script *s, const char *table, const struct step *row, unsigned int at,
		   unsigned int width, void (*restore)(void *ctx))
{
	static const uint8_t flips[] = { 0x01, 0x02, 0x10, 0x40, 0x80, 0xff };
	struct step r = *row;
	int failed = send_shorter(s, table, row, at, width, restore);
	char *list = malloc(row->out.n);

	memcpy(list, row->out.p, row->out.n);
	r.out.p = list;
	for (uint32_t i = 0; i < row->out.n * sizeof(flips); i++) {
		char *byte = &list[i / sizeof(flips)];

		*byte = (char)(*byte ^ flips[i % sizeof(flips)]);
		failed += send_hostile(s, table, &r, restore);
		*byte = (char)(*byte ^ flips[i % sizeof(flips)]);
	}
	free(list);
	forget_answer(s);
	if (!failed)
		printf("ok - %s: %s: hostile lists\n", table, row->what);
	return failed;
}

/* xorshift64: random enough, and the same everywhere. */
static uint32_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)(*state >> 32);
}

/* Mostly small numbers, for fields that are wide; bytes of FFh now and then. */
static uint8_t random_byte(uint64_t *state)
{
	const uint32_t r = next_random(state);

	if (r % 4 == 0)
		return (uint8_t)(r >> 8);
	return r % 4 == 1 ? 0xff : r % 4 == 2 ? (uint8_t)(r >> 8 & 0x1f) : 0;
}

static void random_row(struct step *row, const struct scsi_op *op, uint8_t *list, uint64_t *state)
{
	*row = (struct step){ .what = op->name, .initiator = (uint8_t)(next_random(state) % 3) };
	row->cdb[0] = op->opcode;
	for (size_t i = 1; i < sizeof(row->cdb); i++)
		row->cdb[i] = random_byte(state) & op->usage[i];
	if (op->action != NO_SA)
		row->cdb[1] = (uint8_t)((row->cdb[1] & 0xe0) | op->action);
	if (op->data.kind != DATA_OUT && op->data.kind != DATA_OUT_UNITS) {
		row->room = 1 + next_random(state) % 600;
		return;
	}
	row->room = SCRIPT_NO_ROOM;
	row->out = (struct script_bytes){ (const char *)list, next_random(state) % 80 };
	for (uint32_t i = 0; i < row->out.n; i++)
		list[i] = random_byte(state);
	if (op->data.width && next_random(state) % 4)
		be_put(&row->cdb[op->data.at], op->data.width, row->out.n);
}

int script_storm(struct script *s, const char *table, unsigned int rounds,
		 void (*restore)(void *ctx))
{
	const struct scsi_op *ops = s->lu->ops;
	uint64_t state = 0x9e3779b97f4a7c15;
	struct step row;
	uint8_t list[80];
	uint32_t count = 0;
	int failed = 0;

	while (ops[count].run)
		count++;
	for (unsigned int i = 0; i < rounds; i++) {
		random_row(&row, &ops[next_random(&state) % count], list, &state);
		if (!script_send(s, &row) && !restore)
			failed += failure(table, &row, "storm: no answer");
		if (restore)
			restore(s->ctx);
		if (s->answer.came)
			failed += check_form(table, &row, &s->answer);
	}
	forget_answer(s);
	if (!failed)
		printf("ok - %s: a storm of %u commands\n", table, rounds);
	return failed;
}
