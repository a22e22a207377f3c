// SPDX-License-Identifier: GPL-2.0-only
/* Commands of the host: into a slot, or answered at once. */
#include <linux/ktime.h>

#include "vtl.h"
#include "vtl_trace.h"

static bool park(struct vtl_lu *lu, struct scsi_cmnd *scmd) __must_hold(&lu->lock)
{
	struct vtl_slot *s;

	lockdep_assert_held(&lu->lock);
	for_each_slot(lu, s) {
		if (s->state != SLOT_FREE)
			continue;
		if (!++lu->generation)	/* no cookie is 0 */
			lu->generation = 1;
		*s = (struct vtl_slot){
			.scmd = scmd,
			.queued_ns = ktime_get_ns(),
			.generation = lu->generation,
			.state = SLOT_QUEUED,
		};
		lu->count.queued++;
		trace_vtl_queue(lu->number, vtl_cmd_cookie(lu, s), scmd);
		lu->stirred++;
		return true;
	}
	return false;
}

/*
 * For the daemon, or in grace for the next one.  Not what would read, write or move a tape whose
 * daemon has died: it could only be refused later, and who streams is to be told at once.
 */
static bool may_wait(const struct vtl_lu *lu, u8 op)
{
	if (lu->state > VTL_STATE_GRACE || op == REPORT_LUNS)
		return false;
	return lu->state == VTL_STATE_ONLINE || !lu->bereft || vtl_self_is_question(op);
}

/*
 * st that has begun anew at the attention does not take the flag back, and would forget its place
 * again at the next filemark.  It has looked by now.
 */
static void clear_reset(struct vtl_lu *lu, struct scsi_device *sdev)
{
	if (lu->reset_told)
		sdev->was_reset = 0;
	lu->reset_told = false;
}

/*
 * A slow command is not a lost one while its daemon lives.  Its time is added here, not when it is
 * over: for a timer that eh_timed_out() resets the block layer may only look again when that of
 * another command of the unit ends, st's after a quarter of an hour.
 */
static void extend(const struct vtl_lu *lu, struct scsi_cmnd *scmd) __must_hold(&lu->lock)
{
	struct request *rq = scsi_cmd_to_rq(scmd);
	const u8 op = scmd->cmnd[0];

	if (lu->slow[op / 8] & 1 << op % 8)
		WRITE_ONCE(rq->deadline, rq->deadline + VTL_EXTENSIONS * (u64)rq->timeout);
}

vtl_qc_status vtl_queue_command(struct Scsi_Host *host, struct scsi_cmnd *scmd)
{
	struct vtl_lu *lu = scmd->device->hostdata;
	bool waits, parked;
	enum vtl_state state;
	unsigned long flags;

	if (!lu) {
		vtl_self_no_lun(scmd);
		return 0;
	}
	spin_lock_irqsave(&lu->lock, flags);
	state = lu->state;
	clear_reset(lu, scmd->device);
	waits = may_wait(lu, scmd->cmnd[0]);
	parked = waits && park(lu, scmd);
	if (parked)
		extend(lu, scmd);
	spin_unlock_irqrestore(&lu->lock, flags);

	if (parked)
		wake_up(&lu->wait);
	else if (waits)
		return SCSI_MLQUEUE_DEVICE_BUSY;
	else
		vtl_self_answer(lu, scmd, state);
	return 0;
}
