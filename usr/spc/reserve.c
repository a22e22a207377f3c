// SPDX-License-Identifier: GPL-2.0-only
/* Who may do what: the gate for both kinds of reservation, and RESERVE and RELEASE of SPC-2. */
#include "base/bytes.h"
#include "spc/internal.h"

struct spc_registrant *spc_pr_registrant(struct spc_reservation *r, uint64_t initiator)
{
	for (int i = 0; i < SPC_REGISTRANTS; i++)
		if (r->registrants[i].used && r->registrants[i].initiator == initiator)
			return &r->registrants[i];
	return NULL;
}

bool spc_pr_holds(struct spc_reservation *r, const struct spc_registrant *who)
{
	if (!r->type || !who)
		return false;
	return spc_pr_all_hold(r) || r->holder == who->initiator;
}

/* Beside a Write Exclusive one of somebody else, what reads may go on (SSC-5, reservations). */
static bool reads_only(const struct scsi_op *op)
{
	return (op->flags & OPF_MEDIUM) && !(op->flags & OPF_WRITE);
}

static bool persistent_conflict(struct spc_reservation *r, const struct scsi_cmd *cmd,
				const struct scsi_op *op)
{
	const struct spc_registrant *who =
		r->type == PR_NONE ? NULL : spc_pr_registrant(r, cmd->initiator);

	switch ((enum spc_pr_type)r->type) {
	case PR_NONE:
		return false;
	case PR_WRITE_EXCLUSIVE:
		return !spc_pr_holds(r, who) && !reads_only(op);
	case PR_EXCLUSIVE_ACCESS:
		return !spc_pr_holds(r, who);
	case PR_WRITE_EXCLUSIVE_RO:
	case PR_WRITE_EXCLUSIVE_AR:
		return !who && !reads_only(op);
	case PR_EXCLUSIVE_ACCESS_RO:
	case PR_EXCLUSIVE_ACCESS_AR:
		return !who;
	}
	return true;
}

/* Allowing removal is always allowed. */
static bool harmless(const struct scsi_cmd *cmd, const struct scsi_op *op)
{
	if (op->flags & OPF_RESERVED)
		return true;
	return op->run == spc_prevent_allow && !(cmd->cdb[4] & 0x03);
}

enum sts spc_gate_reservation(struct scsi_cmd *cmd, const struct scsi_op *op)
{
	struct spc_reservation *r = &spc_unit_of(cmd)->pr;

	if (harmless(cmd, op))
		return STS_GOOD;
	if (r->reserved && r->reserver != cmd->initiator)
		return STS_CONFLICT;
	return persistent_conflict(r, cmd, op) ? STS_CONFLICT : STS_GOOD;
}

/* Third parties and extents are of SCSI-2 and gone; the list of (10) was for them. */
static enum sts check_form(struct scsi_cmd *cmd)
{
	if (cmd->cdb[1] & 0x1f)
		return bad_cdb(cmd, 1, 4);
	if (cmd->cdb[0] >= 0x20 && be_get(&cmd->cdb[7], 2))
		return bad_cdb(cmd, 7, 7);
	return STS_GOOD;
}

static bool any_registered(const struct spc_reservation *r)
{
	for (int i = 0; i < SPC_REGISTRANTS; i++)
		if (r->registrants[i].used)
			return true;
	return false;
}

/* SPC-2 5.5.1: the two kinds exclude each other. */
enum sts spc_reserve(struct scsi_cmd *cmd)
{
	struct spc_reservation *r = &spc_unit_of(cmd)->pr;
	const enum sts sts = check_form(cmd);

	if (sts != STS_GOOD)
		return sts;
	if (any_registered(r) || (r->reserved && r->reserver != cmd->initiator))
		return STS_CONFLICT;
	r->reserved = true;
	r->reserver = cmd->initiator;
	return STS_GOOD;
}

/* SPC-2, RELEASE: who holds nothing releases nothing, and that is no error. */
enum sts spc_release(struct scsi_cmd *cmd)
{
	struct spc_reservation *r = &spc_unit_of(cmd)->pr;
	const enum sts sts = check_form(cmd);

	if (sts != STS_GOOD)
		return sts;
	if (any_registered(r))
		return STS_CONFLICT;
	if (r->reserved && r->reserver == cmd->initiator)
		r->reserved = false;
	return STS_GOOD;
}
