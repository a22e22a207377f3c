// SPDX-License-Identifier: GPL-2.0-only
/* How a daemon waits for work. */
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>

#include "vtl.h"

/* In a stream the next command comes at once: a look or two costs less than to sleep and wake. */
static void spin(struct vtl_lu *lu, const struct file *file, u32 us)
{
	const u32 stirred = READ_ONCE(lu->stirred);
	const u64 end = ktime_get_ns() + min_t(u64, us, VTL_SPIN_MAX) * NSEC_PER_USEC;

	if (!us || num_online_cpus() == 1 || vtl_cmd_ready(lu, file))
		return;
	while (READ_ONCE(lu->stirred) == stirred && ktime_get_ns() < end && !need_resched() &&
	       !signal_pending(current))
		cpu_relax();
}

/* Until one of q's files stirs; true: the time is over, or a signal came. */
static bool sleep_until(struct poll_wqueues *q, ktime_t *end)
{
	bool over = false;

	set_current_state(TASK_INTERRUPTIBLE);
	if (!q->triggered)
		over = !schedule_hrtimeout_range(end, 0, HRTIMER_MODE_ABS);
	__set_current_state(TASK_RUNNING);
	smp_store_mb(q->triggered, 0);
	return over || signal_pending(current);
}

/* As poll(2) of the node and of watch; true: watch is readable. */
static bool watch_both(struct vtl_lu *lu, struct file *file, struct file *watch, u32 us)
{
	ktime_t end = ktime_add_us(ktime_get(), us);
	struct poll_wqueues q;
	poll_table *enqueue = &q.pt;
	bool over = !us, watched;

	poll_initwait(&q);
	poll_wait(file, &lu->wait, enqueue);
	for (;;) {
		watched = vfs_poll(watch, enqueue) & (EPOLLIN | EPOLLERR | EPOLLHUP);
		if (watched || over || q.error || vtl_cmd_ready(lu, file))
			break;
		over = sleep_until(&q, &end);
		enqueue = NULL;		/* both know of q by now */
	}
	poll_freewait(&q);
	return watched;
}

/* A signal ends the wait as time does: an error would make the daemon COMMIT again. */
bool vtl_wait(struct vtl_lu *lu, struct file *file, struct file *watch,
	      const struct vtl_lu_op *op)
{
	const u32 us = op->fetch.wait_us;

	if (op->ops_done & VTL_OP_COMMIT)
		spin(lu, file, op->fetch.spin_us);
	if (watch)
		return watch_both(lu, file, watch, us);
	if (us)
		wait_event_interruptible_hrtimeout(lu->wait, vtl_cmd_ready(lu, file),
						   ns_to_ktime(us * 1000ULL));
	return false;
}
