// SPDX-License-Identifier: GPL-2.0-only
/* What the host's error handling makes of a daemon that does not answer.  Units 10, 11. */
#include <scsi/sg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lab.h"

#ifndef SG_SCSI_RESET_TARGET	/* the C library's header is older */
#define SG_SCSI_RESET_TARGET 4
#endif

static bool told_abort(void *t)
{
	return ((struct toy *)t)->aborted && ((struct toy *)t)->stale;
}

static bool told_reset(void *t)
{
	return ((struct toy *)t)->resets;
}

static bool told_late(void *t)
{
	return ((struct toy *)t)->late;
}

static bool two_in_flight(void *t)
{
	return attr_is(((struct toy *)t)->number, "in_flight", "2");
}

static void still_works(int fd)
{
	struct io io = io_of(fd, 0x00, NULL, 0);

	ok(!io.err && !io.host_status && io.status == GOOD && io.took_ms < 5000, "the unit works");
}

static void clear(struct toy *t)
{
	t->held = t->aborted = t->late = t->resets = t->reset_mask = t->stale = 0;
	t->release = false;
}

static void abort_in_hand(struct toy *t, int fd)
{
	struct io io = { .fd = fd, .cdb = { TOY_HOLD }, .timeout_ms = 1000 };

	clear(t);
	sg_io(&io);
	ok(!io.err && io.host_status == DID_TIME_OUT && io.took_ms < 10000,
	   "host gives up in %u ms", io.took_ms);
	ok(within(5000, told_abort, t), "ABORTED, and its COMMIT is ESTALE");
	ok(t->aborted == 1 && t->stale == 1 && !t->late && !t->resets, "once each, nothing else");
	still_works(fd);
}

/* Nobody is told of a command that nobody has. */
static void abort_queued(struct toy *t, int fd)
{
	struct io hold = { .fd = fd, .cdb = { TOY_HOLD } };
	struct io io = { .fd = fd, .cdb = { TOY_READ }, .timeout_ms = 1000 };
	struct bg *bg;

	clear(t);
	bg = bg_start(&hold);
	within(5000, toy_held, t);
	sg_io(&io);
	ok(io.host_status == DID_TIME_OUT, "a command in the queue ends");
	t->release = true;
	bg_end(bg);
	ok(hold.status == GOOD && !hold.host_status, "the one in hand goes on");
	still_works(fd);
	ok(!t->aborted && !t->stale && !t->late, "the daemon is told nothing");
}

static void slow(struct toy *t, int fd)
{
	struct io io = { .fd = fd, .cdb = { TOY_SLOW }, .timeout_ms = 1000 };
	struct bg *bg;

	clear(t);
	bg = bg_start(&io);
	sleep_ms(4000);
	t->release = true;
	bg_end(bg);
	ok(!io.host_status && io.status == GOOD, "a slow opcode gets more time: %u ms", io.took_ms);
	ok(!t->aborted, "it was not aborted");
}

/* The other's longer timeout is not to become the slow one's. */
static void slow_before_another(struct toy *t, int fd)
{
	struct io io = { .fd = fd, .cdb = { TOY_SLOW }, .timeout_ms = 1000 };
	struct io other = { .fd = fd, .cdb = { TOY_READ }, .timeout_ms = 120000 };
	struct bg *bg, *bg2;

	clear(t);
	bg = bg_start(&io);
	within(5000, toy_held, t);
	bg2 = bg_start(&other);
	bg_end(bg);
	ok(io.host_status == DID_TIME_OUT && io.took_ms < 60000, "but not for ever: %u ms",
	   io.took_ms);
	ok(within(5000, told_abort, t), "then it is aborted");
	bg_end(bg2);
	ok(!other.host_status && other.status == GOOD, "and the one behind it is done");
	still_works(fd);
}

static void reset(struct toy *t, struct toy *other, int fd, int how, uint32_t mask)
{
	struct io hold = { .fd = fd, .cdb = { TOY_HOLD } };
	struct io queued = { .fd = fd, .cdb = { TOY_READ } };
	struct bg *bg, *bg2;

	clear(t);
	clear(other);
	bg = bg_start(&hold);
	within(5000, toy_held, t);
	bg2 = bg_start(&queued);
	within(5000, two_in_flight, t);
	ok(!ioctl(fd, SG_SCSI_RESET, &how), "reset %d", how);
	bg_end(bg);
	bg_end(bg2);
	ok(hold.host_status && hold.took_ms < 5000, "what was in hand ends");
	ok(queued.host_status && queued.took_ms < 5000, "what waited ends");
	ok(within(5000, told_reset, t) && t->resets == 1 && t->reset_mask == mask,
	   "RESET event, %u", t->reset_mask);
	ok(t->aborted == 1 && t->stale == 1, "one ABORTED before it");
	sleep_ms(100);
	ok(other->resets == (mask == VTL_RESET_HOST), "the other unit: %u", other->resets);
	still_works(fd);
}

static void late(struct toy *t)
{
	const long before = sdev_hex(1, 0, "iotmo_cnt");
	struct vtl_version v = { 0 };
	struct io io = { .cdb = { TOY_HOLD }, .timeout_ms = 5000 };	/* to be fetched in */

	if (before < 0) {
		skip("LATE", "this kernel does not count timeouts");
		return;
	}
	ioctl(ctl(), VTL_IOC_VERSION, &v);
	snprintf(t->late_path, sizeof(t->late_path),
		 "/sys/class/scsi_device/%u:0:1:0/device/iotmo_cnt", v.host);
	ok(toy_start(t), "a daemon that answers a moment too late");
	io.fd = open_sg(1, 0);
	sg_io(&io);
	ok(io.host_status == DID_TIME_OUT, "the host gives up");
	ok(within(5000, told_late, t) || t->aborted, "LATE");
	ok(t->late == !t->aborted, "%u late, %u aborted", t->late, t->aborted);
	t->late_path[0] = 0;
	still_works(io.fd);
	close(io.fd);
	toy_stop(t);
}

void test_errors(void)
{
	struct toy *changer = toy_new(10), *drive = toy_new(11);
	int fd;

	if (!ok(toy_start(changer) && toy_start(drive), "two daemons"))
		return;
	fd = open_sg(1, 0);
	abort_in_hand(drive, fd);
	abort_queued(drive, fd);
	slow(drive, fd);
	slow_before_another(drive, fd);
	reset(drive, changer, fd, SG_SCSI_RESET_DEVICE, VTL_RESET_DEVICE);
	reset(drive, changer, fd, SG_SCSI_RESET_TARGET, VTL_RESET_TARGET);
	reset(drive, changer, fd, SG_SCSI_RESET_HOST, VTL_RESET_HOST);
	close(fd);
	toy_stop(drive);
	late(drive);
	toy_stop(changer);
}
