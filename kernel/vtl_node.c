// SPDX-License-Identifier: GPL-2.0-only
/* The node of a unit: its one owner, and the window. */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "vtl.h"

static int own(struct vtl_lu *lu, struct file *file)
{
	lockdep_assert_held(&lu->owning);
	if (lu->state == VTL_STATE_REMOVED)
		return -ENODEV;
	if (lu->owner)
		return -EBUSY;
	file->private_data = lu;
	lu->owner_files = current->files;
	spin_lock_irq(&lu->lock);
	lu->owner = file;
	lu->owner_pid = get_pid(task_tgid(current));
	spin_unlock_irq(&lu->lock);
	return 0;
}

static int node_open(struct inode *inode, struct file *file)
{
	struct vtl_lu *lu = container_of(inode->i_cdev, struct vtl_lu, cdev);
	int err;

	mutex_lock(&lu->owning);
	mutex_lock(&lu->copy);
	err = own(lu, file);
	mutex_unlock(&lu->copy);
	mutex_unlock(&lu->owning);
	return err;
}

/*
 * Each close() of a descriptor comes here, also a child's: the opener's ends its ownership, so that
 * no child and no mapping keeps the unit.  A file that lives on gets ESHUTDOWN.
 */
static int node_flush(struct file *file, fl_owner_t files)
{
	struct vtl_lu *lu = file->private_data;
	bool passed_on = false;

	mutex_lock(&lu->owning);
	mutex_lock(&lu->copy);
	if (lu->owner == file && lu->owner_files == files) {
		if (lu->state == VTL_STATE_ONLINE)
			vtl_lu_begin_grace(lu, VTL_UNCLEAN);
		vtl_lu_disown(lu);
		passed_on = lu->window;
	}
	mutex_unlock(&lu->copy);
	if (passed_on)		/* with what is kept: nobody else may write there */
		unmap_mapping_range(file->f_mapping, 0, 0, 1);
	mutex_unlock(&lu->owning);
	return 0;
}

static int node_release(struct inode *inode, struct file *file)
{
	struct vtl_lu *lu = file->private_data;

	return node_flush(file, lu->owner_files);
}

static int node_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct vtl_lu *lu = file->private_data;
	int err = -ESHUTDOWN;

	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	mutex_lock(&lu->owning);
	if (lu->owner == file)
		err = lu->window ? remap_vmalloc_range(vma, lu->window, vma->vm_pgoff) : -EINVAL;
	mutex_unlock(&lu->owning);
	return err;
}

static __poll_t node_poll(struct file *file, poll_table *wait)
{
	struct vtl_lu *lu = file->private_data;

	poll_wait(file, &lu->wait, wait);
	if (!vtl_cmd_owned(lu, file))
		return EPOLLIN | EPOLLRDNORM | EPOLLHUP;
	return vtl_cmd_ready(lu, file) ? EPOLLIN | EPOLLRDNORM : 0;
}

/* Under copy and lock. */
static int go_online(struct vtl_lu *lu, const struct file *file, const struct vtl_attach *a)
{
	if (lu->owner != file || lu->state == VTL_STATE_REMOVED)
		return -ESHUTDOWN;
	if (lu->state == VTL_STATE_ONLINE)
		return -EBUSY;
	if (lu->kept_n && !(a->features & VTL_FEATURE_PIPELINE))
		return -EOPNOTSUPP;
	lu->state = VTL_STATE_ONLINE;
	lu->pipeline = a->features & VTL_FEATURE_PIPELINE;
	memcpy(lu->overtake, a->overtake, sizeof(lu->overtake));
	memcpy(lu->slow, a->slow, sizeof(lu->slow));
	cancel_delayed_work(&lu->grace);
	queue_work(lu->vtl->work, &lu->scan);
	return lu->last;
}

static int attach(struct vtl_lu *lu, struct file *file, const struct vtl_attach __user *arg)
{
	struct vtl_attach a;
	int ret;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if (a.version != VTL_ABI_VERSION)
		return -EPROTO;
	if (a.reserved || a.features & ~VTL_FEATURE_PIPELINE ||
	    memchr_inv(a.reserved2, 0, sizeof(a.reserved2)))
		return -EINVAL;
	mutex_lock(&lu->copy);
	spin_lock_irq(&lu->lock);
	ret = go_online(lu, file, &a);
	spin_unlock_irq(&lu->lock);
	mutex_unlock(&lu->copy);
	return ret;
}

static int swap_window(struct vtl_lu *lu, struct file *file, void **window, size_t len)
{
	int err = 0;

	if (lu->owner != file)
		return -ESHUTDOWN;
	mutex_lock(&lu->copy);
	if (lu->kept_n) {
		err = -EBUSY;
	} else {
		swap(lu->window, *window);
		lu->window_len = len;
	}
	mutex_unlock(&lu->copy);
	return err;
}

static int resize(struct vtl_lu *lu, struct file *file, const u64 __user *arg)
{
	void *window;
	u64 len;
	int err;

	if (copy_from_user(&len, arg, sizeof(len)))
		return -EFAULT;
	if (!PAGE_ALIGNED(len) || !len || len > VTL_WINDOW_MAX)
		return -EINVAL;
	window = vmalloc_user(len);
	if (!window)
		return -ENOMEM;
	mutex_lock(&lu->owning);
	err = swap_window(lu, file, &window, len);
	mutex_unlock(&lu->owning);
	vfree(window);		/* its pages live on where they are still mapped */
	return err;
}

static long node_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct vtl_lu *lu = file->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case VTL_IOC_LU_OP:
		return vtl_cmd_lu_op(lu, file, user);
	case VTL_IOC_ATTACH:
		return attach(lu, file, user);
	case VTL_IOC_RESIZE:
		return resize(lu, file, user);
	}
	return -ENOTTY;
}

const struct file_operations vtl_node_fops = {
	.owner = THIS_MODULE,
	.open = node_open,
	.flush = node_flush,
	.release = node_release,
	.mmap = node_mmap,
	.poll = node_poll,
	.unlocked_ioctl = node_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};
