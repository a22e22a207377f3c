// SPDX-License-Identifier: GPL-2.0-only
/* A unit's node: who owns it, ATTACH, the window, and calls that are refused.  Unit 11. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab.h"

static short polled(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) < 0 ? -1 : p.revents;
}

static int open_elsewhere(uint32_t number)
{
	int status = -1;
	const pid_t pid = fork();

	if (!pid) {
		const int fd = open_unit(number);

		_exit(fd < 0 ? errno : 0);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static int child_closes(int fd)
{
	int status = -1;
	const pid_t pid = fork();

	if (!pid)
		_exit(close(fd));
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

enum { V = VTL_ABI_VERSION };

static void bad_attach(int fd)
{
	const struct { const char *what; struct vtl_attach a; int err; } rows[] = {
		{ "ATTACH: version 0",		{ .version = 0 },			EPROTO },
		{ "ATTACH: next version",	{ .version = V + 1 },			EPROTO },
		{ "ATTACH: reserved",		{ .version = V, .reserved = 1 },	EINVAL },
		{ "ATTACH: feature 1",		{ .version = V, .features = 2 },	EINVAL },
		{ "ATTACH: feature 63",		{ .version = V, .features = 1ULL << 63 }, EINVAL },
		{ "ATTACH: reserved2",		{ .version = V, .reserved2 = { 1 } },	EINVAL },
		{ "ATTACH: reserved2, last",	{ .version = V, .reserved2 = { 0, 1 } }, EINVAL },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		want_errno(ioctl(fd, VTL_IOC_ATTACH, &rows[i].a), rows[i].err, rows[i].what);
	want_errno(ioctl(fd, VTL_IOC_ATTACH, NULL), EFAULT, "ATTACH: no argument");
}

static void bad_ops(int fd)
{
	const struct { const char *what; struct vtl_lu_op op; int err; } rows[] = {
		{ "LU_OP: nothing to do",	{ .ops = 0 },				EINVAL },
		{ "LU_OP: unknown op",		{ .ops = 16 },				EINVAL },
		{ "LU_OP: DETACH and FETCH",	{ .ops = 6 },				EINVAL },
		{ "LU_OP: FETCH, reserved",	{ 4, .fetch.reserved = 1 },		EINVAL },
		{ "COMMIT: cookie 0",		{ .ops = 1 },				ESTALE },
		{ "COMMIT: slot beyond all",	{ 1, .commit.cookie = 0x100000063 },	ESTALE },
		{ "COMMIT: slot -1",		{ 1, .commit.cookie = 0x1ffffffff },	ESTALE },
		{ "COMMIT: reserved",		{ 1, .commit.reserved = { 1 } },	EINVAL },
		{ "COMMIT: reserved 5",		{ 1, .commit.reserved = { [5] = 1 } },	EINVAL },
		{ "COMMIT: reserved2",		{ 1, .commit.reserved2 = { 1 } },	EINVAL },
		{ "COMMIT: reserved2 1",	{ 1, .commit.reserved2 = { 0, 1 } },	EINVAL },
		{ "COMMIT: 97 bytes of sense",	{ 1, .commit.sense_len = 97 },		EINVAL },
		{ "COMMIT: no sense",		{ 1, .commit.status = 2 },		EINVAL },
		{ "COMMIT: 7 bytes of sense",
		  { 1, .commit = { .status = 2, .sense_len = 7, .sense = { 0x70 } } },	EINVAL },
		{ "COMMIT: sense code 60h",
		  { 1, .commit = { .status = 2, .sense_len = 18, .sense = { 0x60 } } },	EINVAL },
		{ "COMMIT: sense code 74h",
		  { 1, .commit = { .status = 2, .sense_len = 18, .sense = { 0x74 } } },	EINVAL },
		{ "COMMIT: sense code F0h",
		  { 1, .commit = { .status = 2, .sense_len = 18, .sense = { 0xf0 } } },	ESTALE },
		{ "COMMIT: sense code 73h",
		  { 1, .commit = { .status = 2, .sense_len = 8, .sense = { 0x73 } } },	ESTALE },
		{ "COMMIT: status 55h",		{ 1, .commit.status = 0x55 },		EINVAL },
		{ "COMMIT: status 04h",		{ 1, .commit.status = 0x04 },		EINVAL },
		{ "COMMIT: BUSY",		{ 1, .commit.status = 0x08 },		ESTALE },
		{ "COMMIT: conflict",		{ 1, .commit.status = 0x18 },		ESTALE },
		{ "COMMIT: TASK SET FULL",	{ 1, .commit.status = 0x28 },		ESTALE },
		{ "COMMIT: status 40h",		{ 1, .commit.status = 0x40 },		EINVAL },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct vtl_lu_op op = rows[i].op;

		want_errno(ioctl(fd, VTL_IOC_LU_OP, &op), rows[i].err, rows[i].what);
	}
	want_errno(ioctl(fd, VTL_IOC_LU_OP, NULL), EFAULT, "LU_OP: no argument");
	want_errno(ioctl(fd, VTL_IOC_VERSION, &i), ENOTTY, "a control call on a unit's node");
}

static void window(int fd)
{
	static const uint64_t bad[] = { 0, 1, 4095, VTL_WINDOW_MAX + 4096, 1ULL << 40, UINT64_MAX };
	const uint64_t len = 4 * 4096, all = VTL_WINDOW_MAX;
	uint8_t *map, *map2;
	size_t i;

	map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	ok(map == MAP_FAILED && errno == EINVAL, "no window before RESIZE");
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		want_errno(ioctl(fd, VTL_IOC_RESIZE, &bad[i]), EINVAL, "RESIZE: bad length");
	want_errno(ioctl(fd, VTL_IOC_RESIZE, &len), 0, "RESIZE to four pages");
	map = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	ok(map == MAP_FAILED && errno == EINVAL, "no private mapping");
	map = mmap(NULL, len + 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ok(map == MAP_FAILED && errno == EINVAL, "no mapping beyond the end");
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)len);
	ok(map == MAP_FAILED && errno == EINVAL, "no mapping after the end");
	map = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (!ok(map != MAP_FAILED, "a mapping"))
		return;
	ok(!map[0] && !map[len - 1], "all zero");
	map[len - 1] = 0x5a;
	want_errno(ioctl(fd, VTL_IOC_RESIZE, &all), 0, "RESIZE to the most, the old one mapped");
	map2 = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (!ok(map2 != MAP_FAILED, "the new one mapped"))
		return;
	ok(map[len - 1] == 0x5a && !map2[len - 1], "two windows, each its own pages");
	munmap(map, len);
	munmap(map2, all);
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void waiting(int fd)
{
	struct vtl_lu_op op = { .ops = VTL_OP_FETCH, .fetch.wait_us = 200000 };
	const struct itimerval soon = { .it_value.tv_usec = 50000 };
	const struct sigaction act = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	uint64_t start = now_ms();

	want_errno(ioctl(fd, VTL_IOC_LU_OP, &op), 0, "FETCH that waits");
	ok(op.fetch.type == VTL_NONE && op.ops_done == VTL_OP_FETCH && now_ms() - start >= 200,
	   "nothing comes in 200 ms");
	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	op = (struct vtl_lu_op){ .ops = VTL_OP_FETCH, .fetch.wait_us = 5000000 };
	start = now_ms();
	want_errno(ioctl(fd, VTL_IOC_LU_OP, &op), 0, "FETCH and a signal");
	ok(op.fetch.type == VTL_NONE && op.ops_done == VTL_OP_FETCH && now_ms() - start < 2000,
	   "the signal ends the wait, without an error");
}

/* The scan after the first ATTACH is the first command: it must not be lost. */
static void first_command(int fd)
{
	struct vtl_lu_op op = { .ops = VTL_OP_FETCH, .fetch.wait_us = 5000000 };
	struct vtl_fetch *f = &op.fetch;

	ok(!ioctl(fd, VTL_IOC_LU_OP, &op) && f->type == VTL_NEEDS, "the scan's INQUIRY needs room");
	ok(f->data_len == 36 && f->data_off == VTL_ASIDE_LEN, "36 bytes at the second part");
	ok(polled(fd) == POLLIN, "poll() says that it waits");
	ok(attr_is(11, "in_flight", "1"), "one in flight");
}

static void ownership(void)
{
	struct vtl_lu_op op = { .ops = VTL_OP_DETACH };
	int fd = open_unit(11);

	ok(fd >= 0, "open");
	ok(unit_of(11).owner == getpid(), "UNIT: the owner");
	want_errno(open_unit(11), EBUSY, "open a second time");
	ok(open_elsewhere(11) == EBUSY, "open by another process");
	want_errno(ioctl(fd, VTL_IOC_LU_OP, &op), ESHUTDOWN, "LU_OP before ATTACH");
	ok(polled(fd) & POLLHUP, "poll() before ATTACH says HUP");
	bad_attach(fd);
	ok(attach(fd) == VTL_FIRST, "ATTACH: FIRST");
	want_errno(attach(fd), EBUSY, "ATTACH twice");
	ok(attr_is(11, "state", "online"), "online");
	bad_ops(fd);
	first_command(fd);
	ok(!child_closes(fd) && unit_of(11).owner == getpid(),
	   "a child's close() is not the owner's");
	want_errno(ioctl(fd, VTL_IOC_LU_OP, &op), 0, "DETACH");
	want_errno(ioctl(fd, VTL_IOC_LU_OP, &op), ESHUTDOWN, "DETACH twice");
	ok(attr_is(11, "state", "grace"), "grace");
	ok(attach(fd) == VTL_CLEAN, "ATTACH: CLEAN");
	close(fd);
	ok(!unit_of(11).owner && attr_is(11, "state", "grace"), "close(): nobody's, in grace");
	fd = open_unit(11);
	ok(attach(fd) == VTL_UNCLEAN, "ATTACH: UNCLEAN");
	close(dup(fd));
	want_errno(ioctl(fd, VTL_IOC_LU_OP, &op), ESHUTDOWN, "closing a dup ends ownership");
	ok(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED && errno == ESHUTDOWN,
	   "no mapping for who owns nothing");
	close(fd);
}

void test_node(void)
{
	struct toy *t = toy_new(11);
	int fd;

	ownership();
	ok(toy_start(t) && t->last == VTL_UNCLEAN, "a daemon takes over");
	fd = open_sg(1, 0);
	ok(fd >= 0, "the drive is there");
	/* On a slow machine its commands would come where a test expects none. */
	ok(udev_is_done(), "udev knows the drive");
	close(fd);
	toy_stop(t);
	fd = open_unit(11);
	ok(attach(fd) == VTL_CLEAN, "the daemon left cleanly");
	ok(!polled(fd), "poll(): nothing waits");
	window(fd);
	waiting(fd);
	close(fd);
}
