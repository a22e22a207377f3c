// SPDX-License-Identifier: GPL-2.0-only
/*
 * A drive made as slow as a real one, for those who try how a program waits.  What takes long has
 * been done at once; its end is held back.
 */
#include "base/macros.h"
#include "daemon/tape.h"

/* Commands that move the tape; immed: the bit of byte 1 that asks for an answer before that. */
static const struct move {
	uint8_t opcode, immed;
	enum ctl_step step;
} moves[] = {
	{ 0x01, 0x01, CTL_STEP_REWIND },
	{ 0x11, 0x00, CTL_STEP_POSITION },		/* SPACE(6), (16): the bit is CODE's */
	{ 0x91, 0x00, CTL_STEP_POSITION },
	{ 0x2b, 0x01, CTL_STEP_POSITION },		/* LOCATE(10), (16) */
	{ 0x92, 0x01, CTL_STEP_POSITION },
};

static uint64_t seconds_of(const struct tape *t, const struct scsi_cmd *cmd)
{
	for (size_t i = 0; i < ARRAY_SIZE(moves); i++)
		if (moves[i].opcode == cmd->cdb[0] && !(moves[i].immed & cmd->cdb[1]))
			return t->delays.seconds[moves[i].step];
	return 0;
}

static void answer(void *tape)
{
	struct tape *t = tape;
	struct scsi_cmd *cmd = t->delays.held;

	t->delays.held = NULL;
	cmd->done(cmd);
}

static void let_go(struct tape *t)
{
	if (!t->delays.held)
		return;
	loop_timer_stop(t->loop, &t->delays.answer);
	answer(t);
}

/* A second one comes when the host has given the first one up. */
static void done(struct scsi_cmd *cmd)
{
	struct tape *t = container_of(cmd->lu, struct tape, drive.unit.lu);
	const uint64_t seconds = cmd->status == SAM_GOOD ? seconds_of(t, cmd) : 0;

	cmd->done = t->delays.done;
	if (!seconds) {
		cmd->done(cmd);
		return;
	}
	let_go(t);
	t->delays.held = cmd;
	loop_timer_start(t->loop, &t->delays.answer, seconds * 1000);
}

void tape_comes(void *tape, struct scsi_cmd *cmd)
{
	struct tape *t = tape;

	if (!t->delays.seconds[CTL_STEP_REWIND] && !t->delays.seconds[CTL_STEP_POSITION])
		return;
	t->delays.done = cmd->done;
	cmd->done = done;
}

void tape_hold_job(struct tape *t, bool put)
{
	const uint64_t *s = t->delays.seconds;
	const uint64_t load = t->job.cart ? s[CTL_STEP_LOAD] + s[CTL_STEP_THREAD] : 0;
	const uint64_t seconds = put ? s[CTL_STEP_UNLOAD] : load;

	if (seconds && t->phase == TAPE_ATTACHED)
		loop_timer_start(t->loop, &t->delays.job, seconds * 1000);
	else
		tape_job_end(t);
}

void tape_end_delays(struct tape *t)
{
	let_go(t);
	if (!t->delays.job.armed)
		return;
	loop_timer_stop(t->loop, &t->delays.job);
	tape_job_end(t);
}

void tape_delays_init(struct tape *t)
{
	t->delays.job = (struct loop_timer){ .due = tape_job_end, .ctx = t };
	t->delays.answer = (struct loop_timer){ .due = answer, .ctx = t };
}
