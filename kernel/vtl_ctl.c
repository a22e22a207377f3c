// SPDX-License-Identifier: GPL-2.0-only
/* The control node: which units there are. */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "vtl.h"

static int report_version(struct vtl *vtl, void __user *arg)
{
	const struct vtl_version v = {
		.version = VTL_ABI_VERSION,
		.host = vtl->host->host_no,
		.features = VTL_FEATURE_PIPELINE,
		.max_channel = vtl->host->max_channel,
		.max_target = vtl->host->max_id - 1,
		.max_lun = vtl->host->max_lun - 1,
	};

	return copy_to_user(arg, &v, sizeof(v)) ? -EFAULT : 0;
}

static int check_add(const struct vtl *vtl, const struct vtl_add_lu *a)
{
	if (a->abi != VTL_ABI_VERSION)
		return -EPROTO;
	if (memchr_inv(a->reserved, 0, sizeof(a->reserved)) ||
	    memchr_inv(a->identity.reserved, 0, sizeof(a->identity.reserved)) ||
	    (a->type != TYPE_TAPE && a->type != TYPE_MEDIUM_CHANGER) ||
	    a->max_transfer > VTL_MAX_TRANSFER || a->max_transfer % 512)
		return -EINVAL;
	if (a->number >= VTL_MAX_UNITS || a->channel > vtl->host->max_channel ||
	    a->target >= vtl->host->max_id || a->lun >= vtl->host->max_lun)
		return -ERANGE;
	return 0;
}

static int add_lu(struct vtl *vtl, const void __user *arg)
{
	struct vtl_add_lu a;
	int err;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	err = check_add(vtl, &a);
	if (err)
		return err;
	mutex_lock(&vtl->change);
	err = vtl_lu_create(vtl, &a);
	mutex_unlock(&vtl->change);
	return err;
}

/* By a work item: the caller may be killed, or own the unit that the removal waits for. */
static int start_removal(struct vtl *vtl, struct vtl_lu *lu, bool discard)
{
	int err;

	mutex_lock(&vtl->change);
	err = vtl_lu_retire(lu, current->files, discard);
	if (!err)
		queue_work(vtl->work, &lu->removal);
	mutex_unlock(&vtl->change);
	return err == -EALREADY ? 0 : err;
}

static int remove_lu(struct vtl *vtl, const void __user *arg)
{
	struct vtl_remove_lu r;
	struct vtl_lu *lu;
	int err;

	if (copy_from_user(&r, arg, sizeof(r)))
		return -EFAULT;
	if (r.flags & ~VTL_REMOVE_DISCARD)
		return -EINVAL;
	lu = r.number < VTL_MAX_UNITS ? vtl_table_get(vtl, r.number) : NULL;
	if (!lu)
		return -ENOENT;
	err = start_removal(vtl, lu, r.flags & VTL_REMOVE_DISCARD);
	if (!err && wait_for_completion_killable(&lu->gone))
		err = -EINTR;
	put_device(&lu->dev);
	return err;
}

static void describe(struct vtl_lu *lu, struct vtl_unit *u)
{
	*u = (struct vtl_unit){
		.number = lu->number,
		.host = lu->vtl->host->host_no,
		.channel = lu->channel,
		.target = lu->target,
		.lun = lu->lun,
		.type = lu->type,
		.max_transfer = lu->max_transfer,
		.in_flight = vtl_cmd_in_flight(lu),
		.grace_ms = READ_ONCE(lu->grace_ms),
		.identity = lu->identity,
	};
	spin_lock_irq(&lu->lock);
	u->state = lu->state;
	u->owner = pid_vnr(lu->owner_pid);
	spin_unlock_irq(&lu->lock);
}

static int report_unit(struct vtl *vtl, void __user *arg)
{
	struct vtl_unit u;
	struct vtl_lu *lu;

	if (copy_from_user(&u, arg, sizeof(u)))
		return -EFAULT;
	lu = u.number < VTL_MAX_UNITS ? vtl_table_get(vtl, u.number) : NULL;
	if (!lu)
		return -ENOENT;
	describe(lu, &u);
	put_device(&lu->dev);
	return copy_to_user(arg, &u, sizeof(u)) ? -EFAULT : 0;
}

static int report_all(struct vtl *vtl, struct vtl_list *list)
{
	struct vtl_unit __user *to = u64_to_user_ptr(list->units);
	const u32 room = list->count;
	struct vtl_unit u;
	struct vtl_lu *lu;
	u32 i;

	list->count = 0;
	list->total = 0;
	for (i = list->first; (lu = vtl_table_next(vtl, i)); i = u.number + 1) {
		describe(lu, &u);
		put_device(&lu->dev);
		if (list->total++ >= room)
			continue;
		if (copy_to_user(&to[list->count++], &u, sizeof(u)))
			return -EFAULT;
	}
	return 0;
}

static int report_list(struct vtl *vtl, void __user *arg)
{
	struct vtl_list list;
	int err;

	if (copy_from_user(&list, arg, sizeof(list)))
		return -EFAULT;
	if (list.reserved)
		return -EINVAL;
	err = report_all(vtl, &list);
	if (err)
		return err;
	return copy_to_user(arg, &list, sizeof(list)) ? -EFAULT : 0;
}

static long ctl_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct vtl *vtl = container_of(file->private_data, struct vtl, ctl);
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case VTL_IOC_VERSION:
		return report_version(vtl, user);
	case VTL_IOC_ADD_LU:
		return add_lu(vtl, user);
	case VTL_IOC_REMOVE_LU:
		return remove_lu(vtl, user);
	case VTL_IOC_UNIT:
		return report_unit(vtl, user);
	case VTL_IOC_LIST:
		return report_list(vtl, user);
	}
	return -ENOTTY;
}

const struct file_operations vtl_ctl_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = ctl_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};
