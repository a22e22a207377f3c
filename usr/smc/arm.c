// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arm: it does one command at a time, of one or two legs, in the order in which they came.
 *
 * The robot is asked stage by stage and leg by leg: the operator's hook, unload what is in source
 * drives, load destination drives; then the inventory changes and is saved, and only then is the
 * command GOOD.  Until that moment everything can be taken back, and is when a stage fails.
 */
#include <stdlib.h>

#include "smc/inner.h"

enum { LEGS_MAX = 2 };

enum stage { STAGE_CHECK, STAGE_HOOK, STAGE_UNLOAD, STAGE_LOAD, STAGE_COMMIT,
	     STAGE_UNDO_LOAD, STAGE_UNDO_UNLOAD, STAGE_END };

/* Addresses, for elements move in memory when slots are added. */
struct leg {
	uint16_t from, to;
	bool unloaded, loaded;			/* the drive of from, of to: to be taken back */
	struct smc_element was_from, was_to;	/* before the commit */
};

struct smc_move {
	struct smc_move *next;
	struct scsi_cmd *cmd;
	struct leg legs[LEGS_MAX];
	unsigned int leg_count, leg;
	enum stage stage;
	bool asked;		/* the robot, for this leg */
	bool waiting;		/* ... and it has not answered */
	enum robot_rc answer;
	enum sts sts;		/* why it is being undone */
};

static struct smc_element *from_of(struct smc_changer *c, const struct leg *leg)
{
	return smc_element_at(c, leg->from);
}

static struct smc_element *to_of(struct smc_changer *c, const struct leg *leg)
{
	return smc_element_at(c, leg->to);
}

static bool is_source(const struct smc_move *m, uint16_t address)
{
	for (unsigned int i = 0; m->leg_count > 1 && i < m->leg_count; i++)
		if (m->legs[i].from == address)
			return true;
	return false;
}

/* When its turn has come: the moves before it may have changed everything. */
static enum sts check_contents(struct smc_changer *c, const struct smc_move *m)
{
	for (unsigned int i = m->leg_count; i--;) {
		const struct smc_element *from = from_of(c, &m->legs[i]);
		const struct smc_element *to = to_of(c, &m->legs[i]);

		if (!from->full)
			return STS_SOURCE_EMPTY;
		if (to->full && !is_source(m, m->legs[i].to))
			return STS_DEST_FULL;
		if (c->map_open && (from->type == SMC_MAP || to->type == SMC_MAP))
			return STS_MAP_OPEN;
	}
	return STS_GOOD;
}

/* Stages.  ask_x: true, the robot was asked; false, the leg needs nothing. */

static bool ask_hook(struct smc_changer *c, struct leg *leg)
{
	return c->robot->hook && c->robot->hook(c->robot_ctx, from_of(c, leg), to_of(c, leg));
}

static bool ask_unload(struct smc_changer *c, struct leg *leg)
{
	const struct smc_element *from = from_of(c, leg);

	if (from->type != SMC_DRIVE)
		return false;
	c->robot->unload(c->robot_ctx, from->unit);
	return true;
}

static bool ask_load(struct smc_changer *c, struct leg *leg)
{
	const struct smc_element *to = to_of(c, leg);

	if (to->type != SMC_DRIVE)
		return false;
	c->robot->load(c->robot_ctx, to->unit, from_of(c, leg)->barcode);
	return true;
}

static bool ask_undo_load(struct smc_changer *c, struct leg *leg)
{
	if (!leg->loaded)
		return false;
	c->robot->unload(c->robot_ctx, to_of(c, leg)->unit);
	return true;
}

static bool ask_undo_unload(struct smc_changer *c, struct leg *leg)
{
	const struct smc_element *from = from_of(c, leg);

	if (!leg->unloaded)
		return false;
	c->robot->load(c->robot_ctx, from->unit, from->barcode);
	return true;
}

static enum sts from_robot(enum robot_rc rc)
{
	switch (rc) {
	case ROBOT_DONE:      return STS_GOOD;
	case ROBOT_REFUSED:   return STS_LOAD_FAILED;
	case ROBOT_PREVENTED: return STS_REMOVAL_PREVENTED;
	case ROBOT_FULL:      return STS_DEST_FULL;
	case ROBOT_NO_ANSWER: return STS_LOAD_FAILED;
	}
	return STS_LOAD_FAILED;
}

/* A drive that does not answer is shown as such till it does. */
static void mark_drive(struct smc_element *drive, enum robot_rc rc)
{
	drive->except = rc == ROBOT_NO_ANSWER;
	drive->asc = drive->except ? 0x0403 : 0;
}

static enum sts hook_answered(struct smc_changer *c, struct leg *leg, enum robot_rc rc)
{
	(void)c;
	(void)leg;
	return rc == ROBOT_DONE ? STS_GOOD : STS_MANUAL_HELP;
}

static enum sts unload_answered(struct smc_changer *c, struct leg *leg, enum robot_rc rc)
{
	mark_drive(from_of(c, leg), rc);
	leg->unloaded = rc == ROBOT_DONE;
	return from_robot(rc);
}

static enum sts load_answered(struct smc_changer *c, struct leg *leg, enum robot_rc rc)
{
	mark_drive(to_of(c, leg), rc);
	leg->loaded = rc == ROBOT_DONE;
	return from_robot(rc);
}

static void saved(struct smc_changer *c, const struct smc_element *to)
{
	if (inventory_save(c))
		smc_log(c, "%s is in element %u now: that could not be saved", to->barcode,
			to->address);
}

static bool carry(struct smc_changer *c, struct leg *leg, struct smc_element *to)
{
	struct smc_element *from = from_of(c, leg);
	const struct smc_element was = *from;

	if (!to || to->full)
		return false;
	inventory_lift(from);
	inventory_place(c, to, &was);
	saved(c, to);
	return true;
}

static struct smc_element *free_slot(struct smc_changer *c, uint16_t preferred)
{
	struct smc_element *e = smc_element_at(c, preferred);

	if (e && e->type == SMC_SLOT && !e->full)
		return e;
	for (uint32_t n = 1; (e = smc_element_nth(c, SMC_SLOT, n)); n++)
		if (!e->full)
			return e;
	return NULL;
}

/* Of an exchange: what was in the drive is in the arm's hand, and its place is taken. */
static void find_another_place(struct smc_changer *c, uint16_t taken)
{
	for (unsigned int i = 0; i < c->move->leg_count; i++) {
		struct leg *leg = &c->move->legs[i];

		if (leg->from == taken && leg->unloaded)
			leg->unloaded = !carry(c, leg, free_slot(c, from_of(c, leg)->source));
	}
}

/* The inventory follows what is: the cartridge is in the drive and does not come out. */
static enum sts undo_load_answered(struct smc_changer *c, struct leg *leg, enum robot_rc rc)
{
	struct smc_element *from = from_of(c, leg), *to = to_of(c, leg);
	const struct smc_element was = *from;

	mark_drive(to, rc);
	leg->loaded = false;
	if (rc == ROBOT_DONE)
		return STS_GOOD;
	smc_log(c, "%s stays in drive element %u", was.barcode, leg->to);
	inventory_lift(from);		/* its place may be the only one that is free then */
	find_another_place(c, leg->to);
	if (to->full) {
		inventory_restore(c, from, &was);
		return STS_GOOD;
	}
	inventory_place(c, to, &was);
	saved(c, to);
	leg->unloaded = false;
	return STS_GOOD;
}

/* Back into the drive that it came from; when that takes it no more, home. */
static enum sts undo_unload_answered(struct smc_changer *c, struct leg *leg, enum robot_rc rc)
{
	struct smc_element *from = from_of(c, leg);

	mark_drive(from, rc);
	leg->unloaded = false;
	from->access = rc != ROBOT_DONE;
	if (rc == ROBOT_DONE)
		return STS_GOOD;
	smc_log(c, "%s does not go back into drive element %u", from->barcode, leg->from);
	if (!carry(c, leg, free_slot(c, from->source))) {
		from->except = true;
		from->asc = 0x5300;
	}
	return STS_GOOD;
}

static const struct stage_row {
	bool (*ask)(struct smc_changer *c, struct leg *leg);
	enum sts (*answered)(struct smc_changer *c, struct leg *leg, enum robot_rc rc);
} stages[STAGE_END] = {
	[STAGE_HOOK]        = { ask_hook, hook_answered },
	[STAGE_UNLOAD]      = { ask_unload, unload_answered },
	[STAGE_LOAD]        = { ask_load, load_answered },
	[STAGE_UNDO_LOAD]   = { ask_undo_load, undo_load_answered },
	[STAGE_UNDO_UNLOAD] = { ask_undo_unload, undo_unload_answered },
};

static void go_to(struct smc_move *m, enum stage stage)
{
	m->stage = stage;
	m->leg = 0;
}

static void undo(struct smc_move *m, enum sts why)
{
	m->sts = why;
	go_to(m, STAGE_UNDO_LOAD);
}

static void revert(struct smc_changer *c, const struct smc_move *m)
{
	for (unsigned int i = 0; i < m->leg_count; i++)
		inventory_lift(to_of(c, &m->legs[i]));
	for (unsigned int i = 0; i < m->leg_count; i++) {
		const struct leg *leg = &m->legs[i];

		inventory_restore(c, from_of(c, leg), &leg->was_from);
		if (!leg->was_to.full)
			inventory_restore(c, to_of(c, leg), &leg->was_to);
	}
}

/* All are lifted before the first is put down: places may be exchanged. */
static enum sts commit(struct smc_changer *c, struct smc_move *m)
{
	int err;

	for (unsigned int i = 0; i < m->leg_count; i++) {
		m->legs[i].was_from = *from_of(c, &m->legs[i]);
		m->legs[i].was_to = *to_of(c, &m->legs[i]);
	}
	for (unsigned int i = 0; i < m->leg_count; i++)
		inventory_lift(from_of(c, &m->legs[i]));
	for (unsigned int i = 0; i < m->leg_count; i++)
		inventory_place(c, to_of(c, &m->legs[i]), &m->legs[i].was_from);
	err = inventory_save(c);
	if (!err)
		return STS_GOOD;
	smc_log(c, "move of %s refused: the inventory could not be saved, error %d",
		m->legs[0].was_from.barcode, -err);
	revert(c, m);
	return STS_NO_MEMORY;
}

static void finish(struct smc_changer *c, enum sts sts)
{
	struct smc_move *m = c->move;
	struct scsi_cmd *cmd = m->cmd;

	c->move = m->next;
	free(m);
	scsi_complete(cmd, sts);
}

static void take_answer(struct smc_changer *c, struct smc_move *m)
{
	const enum sts sts = stages[m->stage].answered(c, &m->legs[m->leg], m->answer);

	m->asked = false;
	m->leg++;
	if (sts != STS_GOOD)
		undo(m, sts);
}

static void ask_or_go_on(struct smc_changer *c, struct smc_move *m)
{
	if (m->leg == m->leg_count) {
		go_to(m, m->stage + 1);
		return;
	}
	m->waiting = true;
	m->asked = stages[m->stage].ask(c, &m->legs[m->leg]);
	if (m->asked)
		return;
	m->waiting = false;
	m->leg++;
}

static void step(struct smc_changer *c, struct smc_move *m)
{
	enum sts sts;

	if (m->asked) {
		take_answer(c, m);
	} else if (m->stage == STAGE_CHECK) {
		sts = check_contents(c, m);
		if (sts == STS_GOOD)
			go_to(m, STAGE_HOOK);
		else
			finish(c, sts);
	} else if (m->stage == STAGE_COMMIT) {
		sts = commit(c, m);
		if (sts == STS_GOOD)
			finish(c, sts);
		else
			undo(m, sts);
	} else if (m->stage == STAGE_END) {
		finish(c, m->sts);
	} else {
		ask_or_go_on(c, m);
	}
}

/* The loop, not recursion: a robot may answer from inside the question. */
static void run_arm(struct smc_changer *c)
{
	if (c->arm_runs)
		return;
	c->arm_runs = true;
	while (c->move && !c->move->waiting)
		step(c, c->move);
	c->arm_runs = false;
}

static void answer(struct smc_changer *c, enum robot_rc rc)
{
	c->move->answer = rc;
	c->move->waiting = false;
	run_arm(c);
}

void smc_robot_done(struct smc_changer *c, enum robot_rc rc, const char *why)
{
	const struct smc_move *m = c->move;
	const struct leg *leg = m ? &m->legs[m->leg] : NULL;

	if (!m || !m->waiting || m->stage == STAGE_HOOK)
		return;
	if (rc != ROBOT_DONE)
		smc_log(c, "%s, element %u to %u: %s", from_of(c, leg)->barcode, leg->from, leg->to,
			why && *why ? why : "the drive gives no reason");
	answer(c, rc);
}

void smc_hook_done(struct smc_changer *c, bool ok)
{
	if (c->move && c->move->waiting && c->move->stage == STAGE_HOOK)
		answer(c, ok ? ROBOT_DONE : ROBOT_REFUSED);
}

enum sts smc_arm_move(struct smc_changer *c, struct scsi_cmd *cmd, const struct smc_route *routes,
		      unsigned int n)
{
	struct smc_move *m = calloc(1, sizeof(*m)), **end = &c->move;

	if (!m)
		return STS_NO_MEMORY;
	m->cmd = cmd;
	m->leg_count = n;
	for (unsigned int i = 0; i < n; i++)
		m->legs[i] = (struct leg){ .from = routes[i].from, .to = routes[i].to };
	while (*end)
		end = &(*end)->next;
	*end = m;
	run_arm(c);
	return STS_PENDING;
}

bool smc_arm_concerns(struct smc_changer *c, enum smc_type type)
{
	for (unsigned int i = 0; c->move && i < c->move->leg_count; i++)
		if (from_of(c, &c->move->legs[i])->type == type ||
		    to_of(c, &c->move->legs[i])->type == type)
			return true;
	return false;
}

void smc_arm_drop(struct smc_changer *c)
{
	struct smc_move *m = c->move ? c->move->next : NULL, *next;

	if (c->move)
		c->move->next = NULL;
	for (; m; m = next) {
		struct scsi_cmd *cmd = m->cmd;

		next = m->next;
		free(m);
		scsi_complete(cmd, STS_NOT_READY);
	}
}

void smc_arm_release(struct smc_changer *c)
{
	while (c->move) {
		struct smc_move *next = c->move->next;

		free(c->move);
		c->move = next;
	}
}
