// SPDX-License-Identifier: GPL-2.0-only
/* /sys/class/mhvtl/mhvtl<N>: for looking, but for the grace time. */
#include <linux/kernel.h>
#include <linux/pid.h>
#include <linux/sysfs.h>

#include "vtl.h"

static struct vtl_lu *to_lu(struct device *dev)
{
	return container_of(dev, struct vtl_lu, dev);
}

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	static const char *const names[] = {
		[VTL_STATE_ONLINE] = "online",
		[VTL_STATE_GRACE] = "grace",
		[VTL_STATE_OFFLINE] = "offline",
		[VTL_STATE_REMOVED] = "removed",
	};

	return sysfs_emit(buf, "%s\n", names[READ_ONCE(to_lu(dev)->state)]);
}
static DEVICE_ATTR_RO(state);

static ssize_t owner_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vtl_lu *lu = to_lu(dev);
	pid_t pid;

	spin_lock_irq(&lu->lock);
	pid = pid_vnr(lu->owner_pid);
	spin_unlock_irq(&lu->lock);
	return sysfs_emit(buf, "%d\n", pid);
}
static DEVICE_ATTR_RO(owner);

static ssize_t address_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vtl_lu *lu = to_lu(dev);

	return sysfs_emit(buf, "%u:%u:%u:%llu\n", lu->vtl->host->host_no, lu->channel, lu->target,
			  lu->lun);
}
static DEVICE_ATTR_RO(address);

static ssize_t in_flight_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", vtl_cmd_in_flight(to_lu(dev)));
}
static DEVICE_ATTR_RO(in_flight);

/* Writes that are answered and not yet on file. */
static ssize_t kept_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_lu(dev)->kept_n));
}
static DEVICE_ATTR_RO(kept);

static ssize_t max_transfer_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", to_lu(dev)->max_transfer);
}
static DEVICE_ATTR_RO(max_transfer);

/* The unit's counters, in one look. */
static ssize_t counters_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vtl_lu *lu = to_lu(dev);
	struct vtl_counters c;

	spin_lock_irq(&lu->lock);
	c = lu->count;
	spin_unlock_irq(&lu->lock);
	return sysfs_emit(buf, "queued %llu\nfetched %llu\ncommitted %llu\naborted %llu\n",
			  c.queued, c.fetched, c.committed, c.aborted);
}
static DEVICE_ATTR_RO(counters);

/* Bytes between the host's buffers and the window, each counted as often as it was copied. */
static ssize_t copied_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vtl_lu *lu = to_lu(dev);

	return sysfs_emit(buf, "out %lld\nin %lld\n", (long long)atomic64_read(&lu->copied_out),
			  (long long)atomic64_read(&lu->copied_in));
}
static DEVICE_ATTR_RO(copied);

static ssize_t grace_ms_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_lu(dev)->grace_ms));
}

static ssize_t grace_ms_store(struct device *dev, struct device_attribute *attr, const char *buf,
			      size_t len)
{
	unsigned int ms;
	int err = kstrtouint(buf, 0, &ms);

	if (err)
		return err;
	WRITE_ONCE(to_lu(dev)->grace_ms, ms);	/* from the next grace on */
	return len;
}
static DEVICE_ATTR_RW(grace_ms);

static struct attribute *vtl_attrs[] = {
	&dev_attr_state.attr,
	&dev_attr_owner.attr,
	&dev_attr_address.attr,
	&dev_attr_in_flight.attr,
	&dev_attr_kept.attr,
	&dev_attr_max_transfer.attr,
	&dev_attr_counters.attr,
	&dev_attr_copied.attr,
	&dev_attr_grace_ms.attr,
	NULL,
};
ATTRIBUTE_GROUPS(vtl);

const struct attribute_group **vtl_sysfs_get_groups(void)
{
	return vtl_groups;
}
