// SPDX-License-Identifier: GPL-2.0-only
/* "delay": what an operator makes slow takes that long, and ends with its host or its daemon. */
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "fake/house.h"

enum { DRIVE = HOUSE_DRIVE, NOT_READY = 2 };

static int bad;			/* of this program's tests */
static uint64_t now;		/* ms; the loop's clock */
static unsigned int answers;

static void answered(struct scsi_cmd *cmd)
{
	(void)cmd;
	answers++;
}

static void pass(struct house *h, uint64_t ms)
{
	now += ms;
	loop_step(&h->loop, 0);
}

/* It begins by the real clock, for it waits for a library. */
static void start(struct house *h)
{
	h->loop.clock = NULL;
	house_start_tape(h);
	now = loop_now_ms();
	h->loop.clock = &now;
}

static struct house *with_tape(void)
{
	struct house *h = house_new(NULL, NULL);

	start(h);
	house_ask(h, DRIVE, "load E00001L8");
	house_command(h, &h->drive, "write", "\x10\0\0\0\3\0\0\0\0\0\0", 0, 0);
	return h;
}

/* As the transport brings it. */
static struct scsi_cmd command(struct house *h, const char *cdb)
{
	struct scsi_cmd cmd = { .lu = &h->tape.drive.unit.lu, .done = answered };

	memcpy(cmd.cdb, cdb, 12);
	return cmd;
}

static void run(struct house *h, struct scsi_cmd *cmd)
{
	tape_comes(&h->tape, cmd);
	scsi_dispatch(cmd);
}

static const struct move_row {
	const char *what, *cdb;
	uint64_t seconds;		/* with rewind 3, position 4 */
	uint8_t sense;
} moves[] = {
	{ "REWIND", "\x01\0\0\0\0\0\0\0\0\0\0", 3, 0 },
	{ "REWIND, IMMED", "\x01\1\0\0\0\0\0\0\0\0\0", 0, 0 },
	{ "SPACE(6) of filemarks", "\x11\1\0\0\2\0\0\0\0\0\0", 4, 0 },
	{ "SPACE(6) beyond the end", "\x11\1\0\0\x63\0\0\0\0\0\0", 0, 8 },
	{ "LOCATE(10)", "\x2b\0\0\0\0\0\1\0\0\0\0", 4, 0 },
	{ "LOCATE(10), IMMED", "\x2b\1\0\0\0\0\1\0\0\0\0", 0, 0 },
	{ "LOCATE(16)", "\x92\0\0\0\0\0\0\0\0\0\0", 4, 0 },
	{ "READ POSITION", "\x34\0\0\0\0\0\0\0\0\0\0", 0, 0 },
	{ "TEST UNIT READY", "\0\0\0\0\0\0\0\0\0\0\0", 0, 0 },
};

static void test_move(struct house *h, const struct move_row *row)
{
	struct scsi_cmd cmd = command(h, row->cdb), test = command(h, moves[8].cdb);

	answers = 0;
	run(h, &cmd);
	HOUSE_IS(h, answers, !row->seconds, row->what);
	HOUSE_IS(h, cmd.sense_len ? cmd.sense[2] & 0x0f : 0, row->sense, row->what);
	if (!row->seconds)
		return;
	run(h, &test);
	HOUSE_IS(h, answers, 1, "another command overtakes it");
	pass(h, row->seconds * 1000 - 1);
	HOUSE_IS(h, answers, 1, "not a moment too early");
	pass(h, 1);
	HOUSE_IS(h, answers, 2, "in time");
	pass(h, 60000);
	HOUSE_IS(h, answers, 2, "and once");
}

static void test_moves(void)
{
	struct house *h = with_tape();
	struct scsi_cmd first = command(h, moves[0].cdb), second = first, third = first;

	for (size_t i = 0; i < ARRAY_SIZE(moves); i++)
		if (!moves[i].sense) {
			const struct move_row fast = { moves[i].what, moves[i].cdb, 0, 0 };

			test_move(h, &fast);
		}
	house_ask(h, DRIVE, "delay rewind 3");
	house_ask(h, DRIVE, "delay position 4");
	for (size_t i = 0; i < ARRAY_SIZE(moves); i++)
		test_move(h, &moves[i]);
	answers = 0;
	run(h, &first);
	run(h, &second);
	HOUSE_IS(h, answers, 1, "one that comes behind it shows that it was given up");
	tape_reset(&h->tape);
	HOUSE_IS(h, answers, 2, "a reset ends the wait");
	scsi_attention_take(&h->tape.drive.unit.lu, 0);
	house_ask(h, DRIVE, "delay rewind 0");
	run(h, &third);
	HOUSE_IS(h, answers, 3, "fast again");
	house_ask(h, DRIVE, "delay rewind 30");
	run(h, &third);
	HOUSE_IS(h, answers, 3, "and slow");
	house_stop_tape(h, true);
	HOUSE_IS(h, answers, 4, "the daemon's end ends the wait");
	bad += house_end(h);
}

/* Asks the drive, and lets the worker end. */
static void ask_slow(struct house *h, const char *text)
{
	h->post.has_last = false;
	post_ask(&h->post, DRIVE, text);
	for (int n = 0; n < 5000 && !h->tape.delays.job.armed; n++) {
		post_deliver(&h->post);
		loop_step(&h->loop, 1);
	}
	HOUSE_IS(h, h->tape.delays.job.armed, true, text);
}

#define TUR "\0\0\0\0\0\0\0\0\0\0\0"

static void test_loads(void)
{
	struct house *h = with_tape();

	house_ask(h, DRIVE, "delay load 2");
	house_ask(h, DRIVE, "delay thread 1");
	house_ask(h, DRIVE, "delay unload 5");
	ask_slow(h, "unload");
	HOUSE_IS(h, h->tape.drive.state, SSC_UNLOADING, "it is on its way out");
	pass(h, 4999);
	HOUSE_IS(h, h->post.has_last, false, "for five seconds");
	pass(h, 1);
	house_settle(h);
	HOUSE_IS(h, h->post.last.code, CTL_DONE, "and out");
	HOUSE_IS(h, h->tape.drive.state, SSC_EMPTY, "of the drive");
	house_ask(h, DRIVE, "load NOSUCH01");
	HOUSE_IS(h, h->post.last.code, CTL_REFUSED, "a refusal is not delayed");
	ask_slow(h, "load E00002L8");
	house_command(h, &h->drive, "the drive becomes ready", TUR, NOT_READY, 0x0401);
	pass(h, 2999);
	HOUSE_IS(h, h->tape.drive.state, SSC_LOADING, "loading and threading take three seconds");
	pass(h, 1);
	house_settle(h);
	HOUSE_IS(h, h->tape.drive.state, SSC_READY, "then it is ready");
	house_command(h, &h->drive, "and says so", TUR, 0, 0);
	ask_slow(h, "unload");
	house_stop_tape(h, true);
	start(h);
	house_ask(h, DRIVE, "delay load 20");
	ask_slow(h, "load E00002L8");
	house_stop_tape(h, true);
	HOUSE_IS(h, h->tape.drive.cart == NULL, true, "the daemon's end leaves nothing open");
	bad += house_end(h);
}

int main(void)
{
	test_moves();
	test_loads();
	return bad != 0;
}
