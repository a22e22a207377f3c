// SPDX-License-Identifier: GPL-2.0-only
/* Which units there are.  One that is being removed keeps number and address to the end. */
#include "vtl.h"

static bool is_at(const struct vtl_lu *lu, u32 channel, u32 target)
{
	return lu && lu->channel == channel && lu->target == target;
}

struct vtl_lu *vtl_table_next(struct vtl *vtl, u32 number)
{
	struct vtl_lu *lu = NULL;
	unsigned long flags;

	spin_lock_irqsave(&vtl->lock, flags);
	for (; !lu && number < VTL_MAX_UNITS; number++)
		lu = vtl->units[number];
	if (lu)
		get_device(&lu->dev);
	spin_unlock_irqrestore(&vtl->lock, flags);
	return lu;
}

struct vtl_lu *vtl_table_get(struct vtl *vtl, u32 number)
{
	struct vtl_lu *lu = vtl_table_next(vtl, number);

	if (!lu || lu->number == number)
		return lu;
	put_device(&lu->dev);
	return NULL;
}

struct vtl_lu *vtl_table_at(struct vtl *vtl, u32 channel, u32 target, u64 lun)
{
	struct vtl_lu *lu, *found = NULL;
	unsigned long flags;
	u32 i;

	spin_lock_irqsave(&vtl->lock, flags);
	for (i = 0; i < VTL_MAX_UNITS && !found; i++) {
		lu = vtl->units[i];
		if (is_at(lu, channel, target) && lu->lun == lun)
			found = lu;
	}
	if (found)
		get_device(&found->dev);
	spin_unlock_irqrestore(&vtl->lock, flags);
	return found;
}

u32 vtl_table_luns(struct vtl *vtl, u32 channel, u32 target, u64 *luns)
{
	unsigned long flags;
	u32 i, n = 0;

	spin_lock_irqsave(&vtl->lock, flags);
	for (i = 0; i < VTL_MAX_UNITS; i++) {
		if (!is_at(vtl->units[i], channel, target) ||
		    READ_ONCE(vtl->units[i]->state) == VTL_STATE_REMOVED)
			continue;
		if (luns)
			luns[n] = vtl->units[i]->lun;
		n++;
	}
	spin_unlock_irqrestore(&vtl->lock, flags);
	return n;
}

bool vtl_table_has_target(struct vtl *vtl, u32 channel, u32 target)
{
	return vtl_table_luns(vtl, channel, target, NULL);
}

void vtl_table_set(struct vtl *vtl, u32 number, struct vtl_lu *lu)
{
	unsigned long flags;

	spin_lock_irqsave(&vtl->lock, flags);
	vtl->units[number] = lu;
	spin_unlock_irqrestore(&vtl->lock, flags);
}
