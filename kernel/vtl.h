/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host (vtl_host.c) and its table of units (vtl_table.c); a unit's life (vtl_lu.c), node
 * (vtl_node.c), commands (vtl_queue.c, vtl_wait.c, vtl_cmd.c, vtl_keep.c, vtl_eh.c) and the answers
 * of the module itself (vtl_self.c).
 */
#ifndef VTL_H
#define VTL_H

#include <linux/cdev.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "compat.h"
#include "uapi/mhvtl.h"

#define VTL_NAME	"mhvtl"
#define VTL_QUEUE_DEPTH	16
#define VTL_SLOTS	(VTL_QUEUE_DEPTH + 4)	/* two orphans, the error handler's, spare */
#define VTL_EXTENSIONS	8		/* how often a slow command's timeout is added */
#define VTL_MAX_CHANNEL	31
#define VTL_INITIATOR	1		/* the only nexus there is */

/* All units and the host that shows them; lives in the host's private area. */
struct vtl {
	struct Scsi_Host *host;
	struct class *class;
	dev_t first;
	struct miscdevice ctl;
	struct workqueue_struct *work;	/* scans and removals */
	struct mutex change;		/* adding, and the start of a removal */
	spinlock_t lock;		/* units; never with a unit's lock */
	struct vtl_lu *units[VTL_MAX_UNITS];
};

enum slot_state { SLOT_FREE, SLOT_QUEUED, SLOT_FETCHED, SLOT_ORPHAN };

struct vtl_slot {
	struct scsi_cmnd *scmd;	/* NULL when FREE or ORPHAN */
	u64 queued_ns;
	u32 generation;		/* upper half of the cookie, and place in the queue */
	enum slot_state state;
	bool aside;		/* overtakes: its data lie at the start of the window */
	u32 data_off;		/* where they lie, when FETCHED */
	bool kept;		/* has waited for a next owner; it does so once */
	bool told;		/* ORPHAN: the daemon knows */
};

/* Data-out that its host believes written: accepted, not yet on file. */
struct vtl_kept {
	u64 number;
	u32 off, len;		/* in the window */
	u8 note[VTL_NOTE_LEN];
};

struct vtl_counters { u64 queued, fetched, committed, aborted; };

/*
 * Three locks, owning outside copy outside lock.  lock: what queuecommand touches.  copy: held by
 * whoever takes an scmd out of a slot, or copies its data, until scsi_done() has returned.  So an
 * scmd seen under copy stays ours until copy is dropped.  The error handler sleeps for copy: no
 * user memory under it, page tables included; mmap() takes owning, the error handler never.
 */
struct vtl_lu {
	struct device dev;		/* its release frees all this, nothing else does */
	struct cdev cdev;
	struct vtl *vtl;
	u32 number, channel, target, type, max_transfer;	/* const, and so are these two */
	u64 lun;
	struct vtl_identity identity;

	struct mutex owning;
	struct mutex copy;
	spinlock_t lock;
	wait_queue_head_t wait;
	struct work_struct scan;	/* shows the unit to the host, after ATTACH */
	struct work_struct removal;
	struct completion gone;		/* removal is over */
	struct delayed_work grace;
	unsigned int grace_ms;

	void *window;			/* owning and copy to write; NULL until RESIZE */
	size_t window_len;
	fl_owner_t owner_files;		/* owning; to compare, never followed */
	struct file *owner;		/* owning, copy and lock to write; to compare */
	struct pid *owner_pid;		/* owning and lock to write; counted */
	enum vtl_last_owner last;	/* copy; how the last one left */
	struct vtl_kept kept[VTL_KEPT_MAX];	/* copy; a ring */
	u32 kept_first;			/* copy; where the oldest is */
	u32 kept_n;			/* copy and lock to write, either to read */
	u32 untold;			/* likewise; of which no FETCH has told, the newest */
	bool inherited;			/* copy; what is kept is a former owner's */
	bool pipeline;			/* copy; the owner takes the feature */
	enum vtl_state state;		/* copy and lock to write, either to read */

	u32 stirred;			/* lock, and all below; changes with each wake-up */
	bool bereft;			/* in grace: a tape whose position died with its owner */
	bool reset_told;		/* a unit attention was answered since mark_reset() */
	bool late;			/* VTL_LATE is to be told */
	u32 reset;			/* enum vtl_reset that are to be told */
	u32 generation;			/* last one given */
	u8 overtake[32], slow[32];
	struct vtl_counters count;
	atomic64_t copied_out, copied_in;	/* bytes; no lock */
	struct vtl_slot slots[VTL_SLOTS];
};

#define for_each_slot(lu, s) \
	for ((s) = (lu)->slots; (s) < (lu)->slots + VTL_SLOTS; (s)++)

/* vtl_host.c */
unsigned int vtl_host_grace_ms(void);	/* of a new unit */

/* vtl_table.c: units by number and by address.  What is returned is counted: put_device(). */
struct vtl_lu *vtl_table_get(struct vtl *vtl, u32 number);
struct vtl_lu *vtl_table_next(struct vtl *vtl, u32 number);	/* lowest from number on */
struct vtl_lu *vtl_table_at(struct vtl *vtl, u32 channel, u32 target, u64 lun);
bool vtl_table_has_target(struct vtl *vtl, u32 channel, u32 target);
u32 vtl_table_luns(struct vtl *vtl, u32 channel, u32 target, u64 *luns);	/* room for all */
void vtl_table_set(struct vtl *vtl, u32 number, struct vtl_lu *lu);

/* vtl_lu.c */
int vtl_lu_create(struct vtl *vtl, const struct vtl_add_lu *add);	/* under change */
/* caller NULL: any.  -EBUSY, -EALREADY; -ENOTEMPTY: it keeps something, and not discard. */
int vtl_lu_retire(struct vtl_lu *lu, fl_owner_t caller, bool discard);
void vtl_lu_delete(struct vtl_lu *lu);	/* after retire: node, table, the caller's count */
void vtl_lu_begin_grace(struct vtl_lu *lu, enum vtl_last_owner how);	/* under copy */
void vtl_lu_disown(struct vtl_lu *lu);	/* under owning and copy */

/* vtl_node.c */
extern const struct file_operations vtl_node_fops;

/* vtl_ctl.c */
extern const struct file_operations vtl_ctl_fops;

/* vtl_queue.c */
vtl_qc_status vtl_queue_command(struct Scsi_Host *host, struct scsi_cmnd *scmd);

/* vtl_cmd.c */
bool vtl_cmd_ready(struct vtl_lu *lu, const struct file *file);	/* LU_OP would not sleep */
bool vtl_cmd_owned(struct vtl_lu *lu, const struct file *file);	/* and attached */
long vtl_cmd_lu_op(struct vtl_lu *lu, struct file *file, struct vtl_lu_op __user *arg);
struct scsi_cmnd *vtl_cmd_empty(struct vtl_slot *s);	/* under lock */
u64 vtl_cmd_cookie(const struct vtl_lu *lu, const struct vtl_slot *s);	/* under lock */
u32 vtl_cmd_in_flight(struct vtl_lu *lu);

/* vtl_wait.c: until a FETCH finds something, at most its wait_us; true: watch is readable. */
bool vtl_wait(struct vtl_lu *lu, struct file *file, struct file *watch,
	      const struct vtl_lu_op *op);

/* vtl_keep.c: what is accepted and not yet on file.  All under copy. */
u32 vtl_keep_place(const struct vtl_lu *lu, u32 len);	/* in the window; 0: no room */
bool vtl_keep_may(const struct vtl_lu *lu, const struct vtl_slot *s, const struct vtl_commit *c);
void vtl_keep_add(struct vtl_lu *lu, u32 off, u32 len, const struct vtl_commit *c);
void vtl_keep_release(struct vtl_lu *lu, u64 number);	/* up to it, of what was told */
bool vtl_keep_tell(struct vtl_lu *lu, struct vtl_fetch *f);
void vtl_keep_untell(struct vtl_lu *lu);	/* the last one told was not heard */
void vtl_keep_bequeath(struct vtl_lu *lu);	/* its owner is gone */
void vtl_keep_discard(struct vtl_lu *lu);

/* vtl_self.c: what the module says.  Each ends the command. */
bool vtl_self_is_question(u8 op);	/* what asks for the unit, not for its medium */
void vtl_self_no_lun(struct scsi_cmnd *scmd);	/* LUN 0 is absent, the target is there */
void vtl_self_answer(struct vtl_lu *lu, struct scsi_cmnd *scmd, enum vtl_state why);

/* vtl_eh.c: what ends commands without a daemon; the handlers never return FAILED. */
int vtl_eh_abort(struct scsi_cmnd *scmd);
int vtl_eh_reset_device(struct scsi_cmnd *scmd);
int vtl_eh_reset_target(struct scsi_cmnd *scmd);
int vtl_eh_reset_host(struct scsi_cmnd *scmd);
void vtl_eh_end_all(struct vtl_lu *lu, enum vtl_state state);	/* under copy */

/* vtl_sysfs.c */
const struct attribute_group **vtl_sysfs_get_groups(void);

#endif
