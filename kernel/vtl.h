/* SPDX-License-Identifier: GPL-2.0-only */
/* A unit: its node (vtl_lu.c), its commands (vtl_cmd.c), the host that shows it (vtl_host.c). */
#ifndef VTL_H
#define VTL_H

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "compat.h"
#include "uapi/mhvtl.h"

#define VTL_MAX_LUS	1024
#define VTL_QUEUE_DEPTH	16
#define VTL_SLOTS	(VTL_QUEUE_DEPTH + 4)	/* two orphans, the error handler's, spare */

enum slot_state { SLOT_FREE, SLOT_QUEUED, SLOT_FETCHED, SLOT_ORPHAN };

struct vtl_slot {
	struct scsi_cmnd *scmd;	/* NULL when FREE or ORPHAN */
	u32 generation;		/* upper half of the cookie, and place in the queue */
	enum slot_state state;
	bool aside;		/* overtakes: its data lie at the start of the window */
	bool kept;		/* has waited for a next owner; it does so once */
	bool told;		/* ORPHAN: the daemon knows */
};

/* Who answers: the daemon, the next one, the module.  Also why a command ends: refuse(). */
enum lu_state { LU_ONLINE, LU_GRACE, LU_OFFLINE, LU_REMOVED };

/*
 * Two locks, copy outside lock.  lock: what queuecommand touches.  copy: held by whoever takes an
 * scmd out of a slot, or copies its data, until scsi_done() has returned.  So an scmd seen under
 * copy stays ours until copy is dropped.  eh_abort sleeps for copy: no user memory under it.
 */
struct vtl_lu {
	struct device dev;		/* its release frees all this, nothing else does */
	struct cdev cdev;
	struct Scsi_Host *host;
	struct mutex copy;
	spinlock_t lock;
	wait_queue_head_t wait;
	struct work_struct scan;	/* shows the unit to the host, after ATTACH */
	struct delayed_work grace;

	void *window;			/* copy; NULL until RESIZE */
	size_t window_len;		/* copy */
	struct file *owner;		/* copy; to compare, never followed */
	fl_owner_t owner_files;		/* copy */
	enum vtl_last_owner last;	/* copy; how the last one left */
	enum lu_state state;		/* copy and lock to write, either to read */

	bool late;			/* lock, and all below; VTL_LATE is to be told */
	u32 generation;			/* last one given */
	u8 overtake[32];
	struct vtl_slot slots[VTL_SLOTS];
};

/* vtl_lu.c */
struct vtl_lu *vtl_lu_create(struct class *class, dev_t first, struct Scsi_Host *host);
void vtl_lu_remove(struct vtl_lu *lu);	/* nobody has the node open; removes the host's devices */
void vtl_lu_begin_grace(struct vtl_lu *lu, enum vtl_last_owner how);	/* under copy */

/* vtl_cmd.c */
int vtl_cmd_queue(struct Scsi_Host *host, struct scsi_cmnd *scmd);	/* queuecommand */
int vtl_cmd_abort(struct scsi_cmnd *scmd);				/* eh_abort_handler */
void vtl_cmd_end_all(struct vtl_lu *lu, enum lu_state state);	/* under copy */
bool vtl_cmd_ready(struct vtl_lu *lu);				/* LU_OP would not sleep */
long vtl_cmd_lu_op(struct vtl_lu *lu, struct file *file, struct vtl_lu_op __user *arg);

#endif
