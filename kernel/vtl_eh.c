// SPDX-License-Identifier: GPL-2.0-only
/*
 * What ends commands without the daemon: aborts, resets, its death, the unit's removal.  After an
 * abort the midlayer uses the scmd again.  Under copy nobody copies its data, nor has taken it out
 * of its slot and still to call scsi_done(): that call would complete a stranger.
 */
#include "vtl.h"
#include "vtl_trace.h"

/* The command leaves its slot; a daemon that has it in hand is to be told. */
static struct scsi_cmnd *orphan(struct vtl_lu *lu, struct vtl_slot *s)
{
	const bool fetched = s->state == SLOT_FETCHED;
	struct scsi_cmnd *scmd = vtl_cmd_empty(s);

	trace_vtl_abort(lu->number, vtl_cmd_cookie(lu, s), scmd);
	if (fetched)
		s->state = SLOT_ORPHAN;
	lu->count.aborted++;
	return scmd;
}

static struct vtl_slot *slot_with(struct vtl_lu *lu, const struct scsi_cmnd *scmd)
{
	struct vtl_slot *s;

	for_each_slot(lu, s)
		if (s->scmd == scmd)
			return s;
	return NULL;
}

int vtl_eh_abort(struct scsi_cmnd *scmd)
{
	struct vtl_lu *lu = scmd->device->hostdata;
	struct vtl_slot *s;

	if (!lu)
		return SUCCESS;
	mutex_lock(&lu->copy);
	spin_lock_irq(&lu->lock);
	s = slot_with(lu, scmd);
	if (s)
		orphan(lu, s);
	else if (lu->state == VTL_STATE_ONLINE)
		lu->late = true;	/* scsi_done() came after the timer, in vain */
	lu->stirred++;
	spin_unlock_irq(&lu->lock);
	scsi_set_resid(scmd, scsi_bufflen(scmd));
	mutex_unlock(&lu->copy);
	wake_up(&lu->wait);
	return SUCCESS;
}

/*
 * A reset by ioctl ends commands that nobody has given up on: they are completed here.  For those
 * that the error handler holds already scsi_done() does nothing.  Not DID_RESET: with that the
 * midlayer gives those without data, WRITE FILEMARKS for one, once more.
 */
static void reset_lu(struct vtl_lu *lu, enum vtl_reset how)
{
	struct scsi_cmnd *ended[VTL_SLOTS];
	struct vtl_slot *s;
	int n = 0;

	mutex_lock(&lu->copy);
	spin_lock_irq(&lu->lock);
	for_each_slot(lu, s)
		if (s->scmd)
			ended[n++] = orphan(lu, s);
	if (lu->state == VTL_STATE_ONLINE)
		lu->reset |= how;
	lu->stirred++;
	spin_unlock_irq(&lu->lock);
	while (n--) {
		scsi_set_resid(ended[n], scsi_bufflen(ended[n]));
		set_host_byte(ended[n], DID_ABORT);
		scsi_done(ended[n]);
	}
	mutex_unlock(&lu->copy);
	wake_up(&lu->wait);
}

int vtl_eh_reset_device(struct scsi_cmnd *scmd)
{
	if (scmd->device->hostdata)
		reset_lu(scmd->device->hostdata, VTL_RESET_DEVICE);
	return SUCCESS;
}

/* of: what is reset has its channel and target; NULL: all. */
static int reset_many(struct vtl *vtl, const struct scsi_device *of, enum vtl_reset how)
{
	struct vtl_lu *lu;
	u32 i;

	for (i = 0; (lu = vtl_table_next(vtl, i)); put_device(&lu->dev)) {
		i = lu->number + 1;
		if (!of || (lu->channel == of->channel && lu->target == of->id))
			reset_lu(lu, how);
	}
	return SUCCESS;
}

int vtl_eh_reset_target(struct scsi_cmnd *scmd)
{
	return reset_many(shost_priv(scmd->device->host), scmd->device, VTL_RESET_TARGET);
}

int vtl_eh_reset_host(struct scsi_cmnd *scmd)
{
	return reset_many(shost_priv(scmd->device->host), NULL, VTL_RESET_HOST);
}

static bool waits_for_next_owner(const struct vtl_slot *s)
{
	return !s->kept && vtl_self_is_question(s->scmd->cmnd[0]);
}

/* Tells st of 5.10 and 6.1 that the position is unknown. */
static void mark_reset(struct vtl_lu *lu)
{
	struct scsi_device *sdev;

	shost_for_each_device(sdev, lu->vtl->host)
		if (sdev->hostdata == lu)
			sdev->was_reset = 1;
}

/* To a state without daemon: all is ended but what may wait through the grace period. */
void vtl_eh_end_all(struct vtl_lu *lu, enum vtl_state state)
{
	struct scsi_cmnd *ended[VTL_SLOTS];
	struct vtl_slot *s;
	int n = 0;

	lockdep_assert_held(&lu->copy);
	spin_lock_irq(&lu->lock);
	lu->state = state;
	lu->late = false;
	lu->reset = 0;
	lu->reset_told = false;
	lu->stirred++;
	for_each_slot(lu, s) {
		if (state == VTL_STATE_GRACE && s->scmd && waits_for_next_owner(s)) {
			s->state = SLOT_QUEUED;
			s->kept = true;
			continue;
		}
		if (s->scmd) {
			trace_vtl_abort(lu->number, vtl_cmd_cookie(lu, s), s->scmd);
			ended[n++] = s->scmd;
		}
		vtl_cmd_empty(s);
	}
	spin_unlock_irq(&lu->lock);
	mark_reset(lu);
	while (n--)
		vtl_self_answer(lu, ended[n], state);
	wake_up_all(&lu->wait);
}
