// SPDX-License-Identifier: GPL-2.0-only
/* PERSISTENT RESERVE OUT (SPC-5, and there: Reservations). */
#include "base/bytes.h"
#include "base/macros.h"
#include "spc/internal.h"

enum {
	REGISTER, RESERVE, RELEASE, CLEAR, PREEMPT, PREEMPT_ABORT, REGISTER_IGNORE,
	LIST_LEN = 24, LIST_FLAGS = 20, APTPL = 0x01, SPEC_I_PT = 0x08,
};

/* One command, decoded. */
struct request {
	struct scsi_cmd *cmd;
	struct spc_unit *u;
	struct spc_reservation *r;
	struct spc_registrant *self;	/* NULL: not registered */
	uint64_t key, action_key;
	uint8_t scope, type;
};

static bool type_valid(uint8_t type)
{
	return type == PR_WRITE_EXCLUSIVE || type == PR_EXCLUSIVE_ACCESS ||
	       (type >= PR_WRITE_EXCLUSIVE_RO && type <= PR_EXCLUSIVE_ACCESS_AR);
}

static bool registrants_share(uint8_t type)
{
	return type >= PR_WRITE_EXCLUSIVE_RO;
}

static void raise_registrants(struct request *q, enum sts ua)
{
	for (int i = 0; i < SPC_REGISTRANTS; i++) {
		const struct spc_registrant *who = &q->r->registrants[i];

		if (who->used && who->initiator != q->cmd->initiator)
			scsi_attention_raise_for(&q->u->lu, who->initiator, ua);
	}
}

/* The reservation ends; those who shared its rights hear of it. */
static void end_reservation(struct request *q)
{
	if (registrants_share(q->r->type))
		raise_registrants(q, STS_UA_RELEASED);
	q->r->type = PR_NONE;
}

static bool any_registrant(const struct spc_reservation *r)
{
	for (int i = 0; i < SPC_REGISTRANTS; i++)
		if (r->registrants[i].used)
			return true;
	return false;
}

/* Ends the reservation with its holder, and for all registrants with the last of them. */
static void unregister_self(struct request *q)
{
	const bool held = spc_pr_holds(q->r, q->self);

	q->self->used = false;
	if (held && (!spc_pr_all_hold(q->r) || !any_registrant(q->r)))
		end_reservation(q);
	q->r->generation++;
}

static enum sts register_new(struct request *q)
{
	for (int i = 0; i < SPC_REGISTRANTS; i++) {
		if (q->r->registrants[i].used)
			continue;
		q->r->registrants[i] = (struct spc_registrant){
			.used = true, .initiator = q->cmd->initiator, .key = q->action_key,
		};
		q->r->generation++;
		return STS_GOOD;
	}
	return STS_NO_RESOURCES;
}

static enum sts register_or_ignore(struct request *q)
{
	if (!q->self)
		return q->action_key ? register_new(q) : STS_GOOD;
	if (!q->action_key) {
		unregister_self(q);
		return STS_GOOD;
	}
	q->self->key = q->action_key;
	q->r->generation++;
	return STS_GOOD;
}

static enum sts register_key(struct request *q)
{
	if (q->key != (q->self ? q->self->key : 0))
		return STS_CONFLICT;
	return register_or_ignore(q);
}

static enum sts check_scope_type(struct request *q)
{
	if (q->scope)
		return bad_cdb(q->cmd, 2, 7);
	return type_valid(q->type) ? STS_GOOD : bad_cdb(q->cmd, 2, 3);
}

static void begin_reservation(struct request *q)
{
	q->r->type = q->type;
	q->r->holder = q->cmd->initiator;
}

static enum sts reserve(struct request *q)
{
	const enum sts sts = check_scope_type(q);

	if (sts != STS_GOOD)
		return sts;
	if (q->r->type && (!spc_pr_holds(q->r, q->self) || q->r->type != q->type))
		return STS_CONFLICT;
	if (!q->r->type)
		begin_reservation(q);
	return STS_GOOD;
}

static enum sts release(struct request *q)
{
	if (!spc_pr_holds(q->r, q->self))
		return STS_GOOD;
	if (q->scope || q->type != q->r->type)
		return STS_BAD_RELEASE;
	end_reservation(q);
	return STS_GOOD;
}

static enum sts clear(struct request *q)
{
	raise_registrants(q, STS_UA_PREEMPTED);
	for (int i = 0; i < SPC_REGISTRANTS; i++)
		q->r->registrants[i].used = false;
	q->r->type = PR_NONE;
	q->r->generation++;
	return STS_GOOD;
}

/* Whose registration a PREEMPT removes: all with the key, or with key 0 everybody. */
static unsigned int remove_registrants(struct request *q, uint64_t key, bool spare_self, bool abort)
{
	unsigned int n = 0;

	for (int i = 0; i < SPC_REGISTRANTS; i++) {
		struct spc_registrant *who = &q->r->registrants[i];

		if (!who->used || (key && who->key != key) || (spare_self && who == q->self))
			continue;
		n++;
		who->used = false;
		if (abort)
			spc_prevent_forget(q->u, who->initiator);
		if (who != q->self)
			scsi_attention_raise_for(&q->u->lu, who->initiator, STS_UA_UNREGISTERED);
	}
	return n;
}

/* Takes the reservation over. */
static enum sts preempt_reservation(struct request *q, bool abort)
{
	const uint8_t old = q->r->type;
	const enum sts sts = check_scope_type(q);

	if (sts != STS_GOOD)
		return sts;
	remove_registrants(q, q->action_key, true, abort);
	begin_reservation(q);
	if (old != q->type && registrants_share(old))
		raise_registrants(q, STS_UA_RELEASED);
	q->r->generation++;
	return STS_GOOD;
}

/* Removes registrations; the reservation stays, while anybody holds it. */
static enum sts preempt_registrations(struct request *q, bool abort)
{
	if (!q->action_key)
		return bad_param(q->cmd, 8, 7);
	if (!remove_registrants(q, q->action_key, false, abort))
		return STS_CONFLICT;
	if (spc_pr_all_hold(q->r) && !any_registrant(q->r))
		q->r->type = PR_NONE;
	q->r->generation++;
	return STS_GOOD;
}

static enum sts preempt(struct request *q, bool abort)
{
	const struct spc_registrant *holder = spc_pr_registrant(q->r, q->r->holder);

	if (spc_pr_all_hold(q->r))
		return q->action_key ? preempt_registrations(q, abort)
				     : preempt_reservation(q, abort);
	if (q->r->type && holder && holder->key == q->action_key)
		return preempt_reservation(q, abort);
	return preempt_registrations(q, abort);
}

static enum sts run(struct request *q, uint8_t action)
{
	if (action == REGISTER)
		return register_key(q);
	if (action == REGISTER_IGNORE)
		return register_or_ignore(q);
	if (!q->self || q->key != q->self->key)
		return STS_CONFLICT;
	switch (action) {
	case RESERVE:		return reserve(q);
	case RELEASE:		return release(q);
	case CLEAR:		return clear(q);
	case PREEMPT:		return preempt(q, false);
	default:		return preempt(q, true);
	}
}

static enum sts check_list(struct scsi_cmd *cmd, uint8_t action)
{
	if (action > REGISTER_IGNORE)
		return bad_cdb(cmd, 1, 4);
	if (cmd->len != LIST_LEN)
		return STS_LIST_LENGTH;
	if (cmd->data[LIST_FLAGS] & SPEC_I_PT)
		return bad_param(cmd, LIST_FLAGS, 3);
	if ((action == REGISTER || action == REGISTER_IGNORE) && (cmd->data[LIST_FLAGS] & APTPL))
		return bad_param(cmd, LIST_FLAGS, 0);
	return STS_GOOD;
}

enum sts spc_pr_out(struct scsi_cmd *cmd)
{
	const uint8_t action = cmd->cdb[1] & 0x1f;
	struct spc_unit *u = spc_unit_of(cmd);
	struct request q = {
		.cmd = cmd, .u = u, .r = &u->pr,
		.self = spc_pr_registrant(&u->pr, cmd->initiator),
		.scope = cmd->cdb[2] >> 4, .type = cmd->cdb[2] & 0x0f,
	};
	const enum sts sts = check_list(cmd, action);

	if (sts != STS_GOOD)
		return sts;
	if (q.r->reserved)			/* SPC-2 5.5.1 */
		return STS_CONFLICT;
	q.key = be_get64(&cmd->data[0], 8);
	q.action_key = be_get64(&cmd->data[8], 8);
	return run(&q, action);
}
