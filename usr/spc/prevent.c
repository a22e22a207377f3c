// SPDX-License-Identifier: GPL-2.0-only
/* PREVENT ALLOW MEDIUM REMOVAL: prevented while any initiator says so (SPC-4). */
#include "base/macros.h"
#include "spc/internal.h"

bool spc_removal_prevented(const struct spc_unit *u)
{
	for (size_t i = 0; i < ARRAY_SIZE(u->prevented); i++)
		if (u->prevented[i])
			return true;
	return false;
}

static void tell(struct spc_unit *u, bool before)
{
	if (before != spc_removal_prevented(u) && u->class->reserved_changed)
		u->class->reserved_changed(u);
}

/* The place that holds mark; 0 finds a free one. */
static uint64_t *place_of(struct spc_unit *u, uint64_t mark)
{
	for (size_t i = 0; i < ARRAY_SIZE(u->prevented); i++)
		if (u->prevented[i] == mark)
			return &u->prevented[i];
	return NULL;
}

void spc_prevent_forget(struct spc_unit *u, uint64_t initiator)
{
	const bool before = spc_removal_prevented(u);
	uint64_t *place = place_of(u, initiator + 1);

	if (place)
		*place = 0;
	tell(u, before);
}

void spc_prevent_forget_all(struct spc_unit *u)
{
	const bool before = spc_removal_prevented(u);

	for (size_t i = 0; i < ARRAY_SIZE(u->prevented); i++)
		u->prevented[i] = 0;
	tell(u, before);
}

enum sts spc_prevent_allow(struct scsi_cmd *cmd)
{
	struct spc_unit *u = spc_unit_of(cmd);
	const bool before = spc_removal_prevented(u);
	uint64_t *place = place_of(u, cmd->initiator + 1);

	if (cmd->cdb[4] & 0x02)		/* obsolete values, of attached changers */
		return bad_cdb(cmd, 4, 1);
	if (!(cmd->cdb[4] & 0x01)) {
		spc_prevent_forget(u, cmd->initiator);
		return STS_GOOD;
	}
	if (!place)
		place = place_of(u, 0);
	if (!place)
		return STS_NO_RESOURCES;
	*place = cmd->initiator + 1;
	tell(u, before);
	return STS_GOOD;
}
