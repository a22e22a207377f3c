// SPDX-License-Identifier: GPL-2.0-only
/* Moves whose robot is slow, says no, or says nothing; what waits behind them; what is undone. */
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "conform/smc_steps.h"
#include "fake/library.h"

#define PENDING .status = SCRIPT_PENDING
#define ANSWERED .event = fake_answer, .status = SCRIPT_ANSWER
#define TURN	 .event = fake_answer		/* the robot is done with a part of it */

#define E01 "E01001L8"
#define E02 "E01002L8"

/* What an element holds: a READ ELEMENT STATUS of 36 bytes that ends with the barcode. */
#define HOLDS(name, type, at, code, bits, medium, source, barcode)				\
	{ name, STATUS(0x10 | (type), at, 1, 0, 36),						\
	  .in = BYTES(code "\0\1\0\0\0\x3c" "\0\x80\0\x34\0\0\0\x34" code bits "\0\0\0\0\0\0"	\
		      medium source barcode), .mask =						\
	  "\xff\xff\xff\xff\xff\xff\xff\xff\0\xff\xff\xff\xff\xff\xff\xff"			\
	  "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" }
#define NOTHING "\0\0\0\0\0\0\0\0"

static void set_later(void *ctx)	{ ((struct fake_library *)ctx)->later = true; }
static void set_hook(void *ctx)		{ ((struct fake_library *)ctx)->has_hook = true; }
static void fail_hook(void *ctx)	{ ((struct fake_library *)ctx)->hook_refuses = true; }
static void mend_hook(void *ctx)	{ ((struct fake_library *)ctx)->hook_refuses = false; }
static void fail_load(void *ctx)	{ ((struct fake_library *)ctx)->fail_load = 1; }
static void fail_unload(void *ctx)	{ ((struct fake_library *)ctx)->fail_unload = 1; }
static void fail_save(void *ctx)	{ ((struct fake_library *)ctx)->fail_save = 1; }
static void reset(void *ctx)		{ smc_reset(&((struct fake_library *)ctx)->c); }
static void host_unloads(void *ctx)
{
	smc_drive_unloaded(&((struct fake_library *)ctx)->c, FAKE_FIRST_UNIT);
}

static void refuse(void *ctx)
{
	struct fake_library *l = ctx;

	l->fail_as = ROBOT_REFUSED;
}

static void prevent(void *ctx)
{
	struct fake_library *l = ctx;

	l->fail_as = ROBOT_PREVENTED;
	l->fail_unload = 1;
}

static void fall_silent(void *ctx)
{
	struct fake_library *l = ctx;

	l->fail_as = ROBOT_NO_ANSWER;
	l->fail_load = 1;
}


static void put_stranger(void *ctx)
{
	struct fake_library *l = ctx;

	snprintf(l->in_drive[0], sizeof(l->in_drive[0]), "STRANGER");
}

static void remove_stranger(void *ctx)
{
	((struct fake_library *)ctx)->in_drive[0][0] = '\0';
}

static const struct step slow[] = {
	{ "a robot that takes its time", .event = set_later },
	{ "slots need none", MOVE(SLOT, EMPTY_SLOT) },
	{ "back", MOVE(EMPTY_SLOT, SLOT) },
	{ "load", MOVE(SLOT, DRIVE), PENDING },
	{ "meanwhile it is ready", { 0x00 } },
	HOLDS("the cartridge is in its slot", 2, SLOT, "\x03\xe8", "\x09", "\x81", "\x03\xfc", E01),
	{ "inquiry", { 0x12, 0, 0, 0, 5 }, .in = ANY },
	{ "a second move waits", MOVE(SLOT + 1, SLOT + 20), PENDING },
	{ "and a third", MOVE(SLOT + 20, SLOT + 1), PENDING },
	{ 0 },
};

/* What is in the queue is judged when its turn comes. */
static const struct step queue[] = {
	{ "a robot that takes its time", .event = set_later },
	{ "load", MOVE(SLOT, DRIVE), PENDING },
	{ "a wrong address is told at once", MOVE(SLOT, 9), .sense = 5, .asc = 0x2101 },
	{ "load the same drive", MOVE(SLOT + 1, DRIVE), PENDING },
	{ 0 },
};

static const struct step reset_while_moving[] = {
	{ "a robot that takes its time", .event = set_later },
	{ "load", MOVE(SLOT, DRIVE), PENDING },
	{ "a second move waits", MOVE(SLOT + 1, EMPTY_SLOT), PENDING },
	{ "reset: what waits is over", .event = reset, .status = SCRIPT_ANSWER, .sense = 2,
	  .asc = 0x0400 },
	{ "which is told", { 0x00 }, .sense = 6, .asc = 0x2903 },
	{ "what the arm holds arrives", ANSWERED },
	HOLDS("in the drive", 4, DRIVE, "\x01\xf4", "\x01", "\x81", "\x03\xe8", E01),
	HOLDS("the other stayed", 2, SLOT + 1, "\x03\xe9", "\x09", "\x01", "\0\0", E02),
	{ 0 },
};

static const struct step failures[] = {
	{ "loads fail", .event = fail_load },
	{ "the drive refuses", MOVE(SLOT, DRIVE), .sense = 4, .asc = 0x5300 },
	HOLDS("the slot has it", 2, SLOT, "\x03\xe8", "\x09", "\x01", "\0\0", E01),
	HOLDS("the drive has not", 4, DRIVE, "\x01\xf4", "\x08", "\0", "\0\0", NOTHING),
	{ "the drive falls silent", .event = fall_silent },
	{ "no answer", MOVE(SLOT, DRIVE), .sense = 4, .asc = 0x5300 },
	{ "the drive is marked", STATUS(4, DRIVE, 1, 0, 24),
	  .in = BYTES("\x01\xf4\0\1\0\0\0\x18" "\4\0\0\x10\0\0\0\x10"
		      "\x01\xf4\x0c\0\x04\x03\0\0") },
	{ "look again", { 0x07 } },
	{ "the mark is gone", STATUS(4, DRIVE, 1, 0, 24),
	  .in = BYTES("\x01\xf4\0\1\0\0\0\x18" "\4\0\0\x10\0\0\0\x10" "\x01\xf4\x08\0\0\0\0\0") },
	{ "somebody's cartridge is in the drive", .event = put_stranger },
	{ "the drive is full", MOVE(SLOT, DRIVE), .sense = 5, .asc = 0x3b0d },
	{ "it is taken away", .event = remove_stranger },
	{ "load", MOVE(SLOT, DRIVE) },
	{ "removal is prevented", .event = prevent },
	{ "and the move refused", MOVE(DRIVE, SLOT), .sense = 5, .asc = 0x5302 },
	HOLDS("the drive has it", 4, DRIVE, "\x01\xf4", "\x01", "\x81", "\x03\xe8", E01),
	{ "the drive refuses", .event = refuse },
	{ "to unload", .event = fail_unload },
	{ "so the move fails", MOVE(DRIVE, SLOT), .sense = 4, .asc = 0x5300 },
	{ "loads fail", .event = fail_load },
	{ "the other drive refuses", MOVE(DRIVE, DRIVE + 1), .sense = 4, .asc = 0x5300 },
	HOLDS("it is back in the first", 4, DRIVE, "\x01\xf4", "\x01", "\x81", "\x03\xe8", E01),
	HOLDS("and not in the second", 4, DRIVE + 1, "\x01\xf5", "\x08", "\0", "\0\0", NOTHING),
	{ "the host unloads", .event = host_unloads },
	HOLDS("now the arm can reach it", 4, DRIVE, "\x01\xf4", "\x09", "\x81", "\x03\xe8", E01),
	{ "loads fail", .event = fail_load },
	{ "the other drive refuses", MOVE(DRIVE, DRIVE + 1), .sense = 4, .asc = 0x5300 },
	HOLDS("the first has loaded it", 4, DRIVE, "\x01\xf4", "\x01", "\x81", "\x03\xe8", E01),
	{ "unload", MOVE(DRIVE, SLOT) },
	{ 0 },
};

static const struct step unsaved[] = {
	{ "the disk is full", .event = fail_save },
	{ "slot to slot", MOVE(SLOT, EMPTY_SLOT), .sense = 4, .asc = 0x4400 },
	HOLDS("nothing has moved", 2, SLOT, "\x03\xe8", "\x09", "\x01", "\0\0", E01),
	{ "the disk is full", .event = fail_save },
	{ "load", MOVE(SLOT, DRIVE), .sense = 4, .asc = 0x4400 },
	HOLDS("it is out of the drive again", 2, SLOT, "\x03\xe8", "\x09", "\x01", "\0\0", E01),
	{ "load", MOVE(SLOT, DRIVE) },
	{ "the disk is full", .event = fail_save },
	{ "unload", MOVE(DRIVE, SLOT), .sense = 4, .asc = 0x4400 },
	HOLDS("it is in the drive again", 4, DRIVE, "\x01\xf4", "\x01", "\x81", "\x03\xe8", E01),
	{ "the disk is full", .event = fail_save },
	{ "exchange", EXCHANGE(SLOT + 1, DRIVE, SLOT), .sense = 4, .asc = 0x4400 },
	HOLDS("the drive has what it had", 4, DRIVE, "\x01\xf4", "\x01", "\x81", "\x03\xe8", E01),
	HOLDS("and so has the slot", 2, SLOT + 1, "\x03\xe9", "\x09", "\x01", "\0\0", E02),
	{ "the disk is full", .event = fail_save },
	{ "change places", EXCHANGE(SLOT + 1, DRIVE, SLOT + 1), .sense = 4, .asc = 0x4400 },
	HOLDS("the drive has what it had", 4, DRIVE, "\x01\xf4", "\x01", "\x81", "\x03\xe8", E01),
	{ "change places", EXCHANGE(SLOT + 1, DRIVE, SLOT + 1) },
	HOLDS("the drive has the other", 4, DRIVE, "\x01\xf4", "\x01", "\x81", "\x03\xe9", E02),
	{ "unload", MOVE(DRIVE, SLOT) },
	{ 0 },
};

static const struct step hooks[] = {
	{ "there is a hook", .event = set_hook },
	{ "it runs", MOVE(SLOT, EMPTY_SLOT) },
	{ "it fails", .event = fail_hook },
	{ "and so does the move", MOVE(EMPTY_SLOT, SLOT), .sense = 2, .asc = 0x0403 },
	{ "a load", MOVE(EMPTY_SLOT, DRIVE), .sense = 2, .asc = 0x0403 },
	{ "it works again", .event = mend_hook },
	{ "a robot that takes its time", .event = set_later },
	{ "load", MOVE(EMPTY_SLOT, DRIVE), PENDING },
	{ "the hook is done", TURN },
	{ "then the drive", ANSWERED },
	{ "exchange", EXCHANGE(SLOT + 1, DRIVE, SLOT), PENDING },
	{ "hook of the first leg", TURN },
	{ "hook of the second leg", TURN },
	{ "the drive is unloaded", TURN },
	{ "and loaded", ANSWERED },
	HOLDS("as wanted", 4, DRIVE, "\x01\xf4", "\x01", "\x81", "\x03\xe9", E02),
	HOLDS("both of it", 2, SLOT, "\x03\xe8", "\x09", "\x81", "\x03\xfc", E01),
	{ 0 },
};

static const struct {
	const char *name;
	const struct step *rows;
} tables[] = {
	{ "reset", reset_while_moving }, { "failures", failures }, { "unsaved", unsaved },
	{ "hook", hooks },
};

static int want(bool ok, const char *what, const char *why)
{
	if (ok)
		printf("ok - %s\n", what);
	else
		printf("not ok - %s: %s\n", what, why);
	return !ok;
}

static void fresh(struct fake_library *l)
{
	fake_library_init(l);
	fake_take_attention(l, 0);
}

/* Answers come in the order of the commands: script counts them, this counts the moves. */
static int test_slow(void)
{
	struct fake_library l;
	int failed;

	fresh(&l);
	failed = script_run(&l.script, "slow", slow);
	fake_answer(&l);
	failed += want(l.script.answers == 3 && !l.c.move, "slow: one answer, and the queue runs",
		       "the moves behind it did not follow");
	failed += fake_check(&l, "slow");
	fake_library_release(&l);
	return failed;
}

static int test_queue(void)
{
	struct fake_library l;
	int failed;

	fresh(&l);
	failed = script_run(&l.script, "queue", queue);
	fake_answer(&l);
	failed += want(l.script.answers == 2 && l.script.answer.sense[2] == 5 &&
		       l.script.answer.sense[13] == 0x0d && l.loads == 1,
		       "queue: the second load finds the drive full", "it did not");
	failed += fake_check(&l, "queue");
	fake_library_release(&l);
	return failed;
}

/* A drive that gives its cartridge and takes it back no more: it goes to its slot. */
static int test_rescue(void)
{
	static const struct step load[] = { { "load", MOVE(SLOT, DRIVE) }, { 0 } };
	static const struct step over = {
		"to the other drive, which refuses, as does the first", MOVE(DRIVE, DRIVE + 1),
	};
	static const struct step home[] = {
		HOLDS("the cartridge is at home", 2, SLOT, "\x03\xe8", "\x09", "\x81", "\x03\xe8",
		      E01),
		HOLDS("the drive is empty", 4, DRIVE, "\x01\xf4", "\x08", "\0", "\0\0", NOTHING),
		{ 0 },
	};
	struct fake_library l;
	int failed;

	fresh(&l);
	failed = script_run(&l.script, "rescue", load);
	l.later = true;
	script_send(&l.script, &over);
	l.fail_load = 1;
	fake_answer(&l);	/* unloaded; the load is asked for and will fail */
	l.fail_load = 1;
	fake_answer(&l);	/* failed; so will the way back */
	fake_answer(&l);
	l.later = false;
	failed += want(l.script.answers == 1 && l.script.answer.sense[2] == 4 && l.loads == 3,
		       "rescue: the move fails once", "not as it should");
	failed += script_run(&l.script, "rescue", home) + fake_check(&l, "rescue");
	fake_library_release(&l);
	return failed;
}

/* A disk that is full, and then a drive that does not give back what it was given. */
static int test_stuck(void)
{
	static const struct step load[] = { { "load", MOVE(SLOT, DRIVE) }, { 0 } };
	static const struct step single[] = {
		{ "load", MOVE(SLOT + 1, DRIVE + 1), .sense = 4, .asc = 0x4400 },
		HOLDS("the drive keeps it", 4, DRIVE + 1, "\x01\xf5", "\x01", "\x81", "\x03\xe9",
		      E02),
		{ 0 },
	};
	static const struct step both[] = {
		{ "exchange", EXCHANGE(SLOT + 2, DRIVE, SLOT + 28), .sense = 4, .asc = 0x4400 },
		HOLDS("the drive keeps it", 4, DRIVE, "\x01\xf4", "\x01", "\x81", "\x03\xea",
		      "E01003L8"),
		HOLDS("the other is at home", 2, SLOT, "\x03\xe8", "\x09", "\x81", "\x03\xe8", E01),
		{ 0 },
	};
	struct fake_library l;
	int failed;

	fresh(&l);
	l.fail_save = l.fail_unload = 1;
	failed = fake_play(&l, "stuck", single) + fake_play(&l, "stuck", load);
	l.fail_save = 1;
	l.fail_unload = 2;
	failed += fake_play(&l, "stuck in an exchange", both);
	failed += want(strstr(l.last_log, "E01003L8") != NULL, "which is logged", l.last_log);
	fake_library_release(&l);
	return failed;
}

/* Answers that nobody waits for are nobody's. */
static int test_late_answers(void)
{
	struct fake_library l;
	int failed;

	fresh(&l);
	smc_robot_done(&l.c, ROBOT_DONE, "");
	smc_hook_done(&l.c, true);
	failed = want(!l.c.move && !l.saves, "late answers are thrown away", "something happened");
	l.later = true;
	script_send(&l.script, &(const struct step){ "load", MOVE(SLOT, DRIVE) });
	smc_hook_done(&l.c, false);
	failed += want(l.c.move != NULL, "a hook's answer is not the drive's", "it was taken");
	fake_answer(&l);
	failed += want(l.script.answers == 1 && l.script.answer.status == SAM_GOOD,
		       "then the drive's counts", "it did not");
	l.has_hook = true;
	script_send(&l.script, &(const struct step){ "unload", MOVE(DRIVE, SLOT) });
	smc_robot_done(&l.c, ROBOT_DONE, "");
	failed += want(l.c.move && !l.unloads, "a drive's answer is not the hook's",
		       "it was taken");
	fake_answer(&l);
	fake_answer(&l);
	failed += fake_check(&l, "late answers");
	fake_library_release(&l);
	return failed;
}

/* The device capabilities page forbids what its library cannot do: this one has no mail slots. */
static int test_capabilities(void)
{
	static const uint32_t counts[SMC_TYPES] = { 0, 1, 10, 1, 2 };
	static const struct step rows[] = {
		{ "to a mail slot", MOVE(1, 99), .sense = 5, .asc = 0x2101,
		  .field = IN_CDB(6, 7) },
		{ "to a drive", MOVE(1, 31) },
		{ "and back", MOVE(31, 2) },
		{ 0 },
	};
	struct fake_library l;
	int failed;

	fake_library_make(&l, "SPECTRA", "215", counts);
	fake_take_attention(&l, 0);
	smc_element_fill(&l.c, smc_element_nth(&l.c, SMC_SLOT, 1), E01);
	failed = fake_play(&l, "capabilities", rows);
	fake_library_release(&l);
	return failed;
}

int main(void)
{
	int failed = test_slow() + test_queue() + test_rescue() + test_late_answers() +
		     test_capabilities() + test_stuck();

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		struct fake_library l;

		fresh(&l);
		failed += fake_play(&l, tables[i].name, tables[i].rows);
		fake_library_release(&l);
	}
	return failed != 0;
}
