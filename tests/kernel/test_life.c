// SPDX-License-Identifier: GPL-2.0-only
/* Units and their SCSI devices come and go.  Units 10 to 14. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lab.h"

static uint32_t luns_of(uint32_t target, uint64_t lun, uint8_t select, uint8_t *d)
{
	struct io io = { .cdb = { 0xa0, 0, select, [9] = 64 }, .data = d, .len = 64 };

	memset(d, 0, 64);
	io.fd = open_sg(target, lun);
	sg_io(&io);
	close(io.fd);
	return io.status == GOOD ? d[3] / 8U : UINT32_MAX;
}

static bool gone_2_3(void *unused)
{
	(void)unused;
	return !sdev_exists(2, 3);
}

static void report_luns(struct toy *t)
{
	uint8_t d[64];

	ok(toy_start(t), "a daemon at LUN 3");
	ok(luns_of(2, 3, 0, d) == 1 && d[9] == 3, "REPORT LUNS: 3 alone");
	want_errno(add_lu(14, 1, 2, 5), 0, "add LUN 5");
	ok(luns_of(2, 3, 0, d) == 2 && d[9] + d[17] == 8, "REPORT LUNS: 3 and 5");
	ok(luns_of(2, 3, 2, d) == 2, "all units");
	ok(luns_of(2, 3, 1, d) == 0, "no well-known ones");
	ok(luns_of(2, 3, 3, d) == UINT32_MAX, "no report 3");
	ok(!sdev_exists(2, 5), "LUN 5 is not there yet");
	ok(scan_target(2) && sdev_exists(2, 5), "a scan of the target finds it");
	ok(!sdev_exists(2, 0), "but no LUN 0");
	ok(sdev_set(2, 3, "delete", "1") && within(5000, gone_2_3, NULL), "LUN 3 is deleted");
	ok(scan_target(2) && sdev_exists(2, 3), "the scan finds it again");
	want_errno(remove_lu(14), 0, "remove LUN 5");
	ok(!sdev_exists(2, 5), "it is gone");
	ok(luns_of(2, 3, 0, d) == 1, "REPORT LUNS: 3 alone");
	toy_stop(t);
}

static bool gone_1_0(void *unused)
{
	(void)unused;
	return !sdev_exists(1, 0);
}

/* sysfs delete under a living daemon; the next one brings the device back. */
static void deleted(struct toy *t)
{
	int i, back = 0, fd;
	struct io io;

	for (i = 0; i < 10; i++) {
		if (!toy_start(t))
			break;
		fd = open_sg(1, 0);
		sdev_set(1, 0, "delete", "1");
		within(5000, gone_1_0, NULL);
		io = io_of(fd, 0x00, NULL, 0);
		close(fd);
		toy_stop(t);
		back += io.err != 0;
	}
	ok(back == 10, "ten times deleted, and there again with the next daemon");
	toy_start(t);
	fd = open_sg(1, 0);
	io = io_of(fd, 0x00, NULL, 0);
	ok(io.status == GOOD && !io.err, "it works");
	close(fd);
}

static void remove_open(struct toy *t, int fd)
{
	struct io io = { .fd = fd, .cdb = { TOY_HOLD } };
	struct bg *bg;

	want_errno(remove_lu(11), EBUSY, "REMOVE_LU of a unit that another process owns");
	bg = bg_start(&io);
	within(5000, toy_held, t);
	want_errno(remove_lu(11), EBUSY, "also with a command in hand");
	t->release = true;
	bg_end(bg);
	ok(io.status == GOOD, "which goes on");
}

/* Commands wait for a next daemon, and the unit is removed. */
static void remove_waiting(struct toy *t, int fd)
{
	struct io io = { .fd = fd };
	struct bg *bg;
	int again;

	toy_kill(t);
	bg = bg_start(&io);
	sleep_ms(100);
	want_errno(remove_lu(11), 0, "REMOVE_LU with a command that waits");
	bg_end(bg);
	ok(io.err || io.host_status == DID_NO_CONNECT, "the command ends");
	ok(!sdev_exists(1, 0), "the SCSI device is gone");
	ok(open_unit(11) < 0 && errno == ENOENT, "the node is gone");
	want_errno(remove_lu(11), ENOENT, "it is unknown");
	io = io_of(fd, 0x00, NULL, 0);
	ok(io.err == ENODEV, "its open sg node says so");
	want_errno(add_lu(11, 1, 1, 0), 0, "add it again at the same address");
	ok(toy_start(t) && t->last == VTL_FIRST, "its daemon is the first");
	again = open_sg(1, 0);
	io = io_of(again, 0x00, NULL, 0);
	ok(!io.err && io.status == GOOD, "it works, the old node still open");
	close(again);
	toy_stop(t);
}

static void remove_own(void)
{
	struct vtl_lu_op op = { .ops = VTL_OP_FETCH };
	const int fd = open_unit(11);
	struct pollfd p = { .fd = fd, .events = POLLIN };

	ok(attach(fd) >= 0, "own it");
	want_errno(remove_lu(11), 0, "REMOVE_LU by the owner");
	want_errno(ioctl(fd, VTL_IOC_LU_OP, &op), ESHUTDOWN, "then LU_OP");
	want_errno(attach(fd), ESHUTDOWN, "and ATTACH");
	ok(poll(&p, 1, 0) == 1 && p.revents & POLLHUP, "poll() says HUP");
	want_errno(add_lu(11, 1, 1, 0), 0, "its number is free, its file still open");
	ok(open_unit(11) >= 0, "the new one can be opened");	/* and is left so */
	close(fd);
}

static void cycles(struct toy *t)
{
	struct io io;
	int i, good = 0, fd;

	for (i = 0; i < 20; i++) {
		if (add_lu(13, 1, 3, 0) || !toy_start(t))
			break;
		fd = open_sg(3, 0);
		io = io_of(fd, 0x00, NULL, 0);
		close(fd);
		if (i & 1)
			toy_kill(t);
		else
			toy_stop(t);
		good += io.status == GOOD && !io.err && !remove_lu(13);
	}
	ok(good == 20, "twenty times added, used and removed: %d", good);
}

/* The daemon is gone before the scan that its ATTACH began is over. */
static void hasty(void)
{
	int i, fd, good = 0;

	for (i = 0; i < 20; i++) {
		if (add_lu(13, 1, 3, 0))
			break;
		fd = open_unit(13);
		good += attach(fd) == VTL_FIRST;
		if (i & 1)
			sleep_ms(10);
		close(fd);
		good += !remove_lu(13);
	}
	ok(good == 40, "attached and removed at once, twenty times");
}

void test_life(void)
{
	struct toy *t = toy_new(11), *lun3 = toy_new(12), *t13 = toy_new(13);
	int fd;

	report_luns(lun3);
	deleted(t);
	fd = open_sg(1, 0);
	remove_open(t, fd);
	remove_waiting(t, fd);
	close(fd);
	remove_own();
	cycles(t13);
	hasty();
}
