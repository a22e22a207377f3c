// SPDX-License-Identifier: GPL-2.0-only
/*
 * Without memory: each allocation of a call fails in its turn.  Needs a kernel that fails on
 * demand; what a call that failed left behind is for the kernel's search of lost memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lab.h"

enum { TARGET = 4, NUMBER = 20, WINDOW = 1 << 20, MOST = 500 };

static int nth = -1;

/* The n-th allocation of this task fails; 0: none does, and true if one has. */
static bool fail_nth(int n)
{
	char text[16] = "";

	if (n) {
		snprintf(text, sizeof(text), "%d", n);
		return write(nth, text, strlen(text)) > 0;
	}
	if (pread(nth, text, sizeof(text) - 1, 0) <= 0)
		return false;
	n = atoi(text);
	return write(nth, "0", 1) > 0 && !n;
}

static bool set_knob(const char *which, const char *value)
{
	char path[128];
	bool done;
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s", which);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	done = fd >= 0 && write(fd, value, strlen(value)) > 0;
	if (fd >= 0)
		close(fd);
	return done;
}

/* One call under test.  run: 0 or -1 with errno; undo: after success. */
struct scene {
	const char *what;
	int (*run)(void);
	void (*undo)(void);
	int errnos[3];		/* that want of memory may show as */
	int least;		/* places that there are, at least */
};

static int unit = -1, sg = -1;

static int scene_add(void)
{
	return add_lu(NUMBER, 1, TARGET, 0);
}

static void undo_add(void)
{
	remove_lu(NUMBER);
}

static int scene_open(void)
{
	unit = open_unit(NUMBER);
	return unit < 0 ? -1 : 0;
}

static void undo_open(void)
{
	close(unit);
}

static int scene_attach(void)
{
	return attach(unit) < 0 ? -1 : 0;
}

static void undo_attach(void)
{
	struct vtl_lu_op op = { .ops = VTL_OP_DETACH };

	ioctl(unit, VTL_IOC_LU_OP, &op);
}

static int scene_resize(void)
{
	const uint64_t len = WINDOW;

	return ioctl(unit, VTL_IOC_RESIZE, &len);
}

static void nothing(void)
{
}

static void *map;

static int scene_mmap(void)
{
	map = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_SHARED, unit, 0);
	return map == MAP_FAILED ? -1 : 0;
}

static void undo_mmap(void)
{
	munmap(map, WINDOW);
}

static int scene_queue(void)
{
	struct io io = io_of(sg, 0x00, NULL, 0);

	errno = io.err;
	return io.err ? -1 : 0;
}

static int scene_data(void)
{
	static uint8_t data[256 * KIB];
	struct io io = { .fd = sg, .cdb = { TOY_WRITE }, .out = true, .data = data,
			 .len = sizeof(data) };

	sg_io(&io);
	errno = io.err;
	return io.err ? -1 : 0;
}

/* The module answers it, with memory of its own. */
static int scene_luns(void)
{
	uint8_t data[64];
	struct io io = io_of(sg, 0xa0, data, sizeof(data));

	errno = io.err;
	return io.err || io.status != GOOD ? -1 : 0;
}

static int scene_unit(void)
{
	return unit_of(NUMBER).state == UINT32_MAX ? -1 : 0;
}

static void play(const struct scene *s)
{
	int n, ret, err, wrong = 0, last = 0;
	bool hit = true;

	for (n = 1; hit && n < MOST; n++) {
		errno = 0;
		fail_nth(n);
		ret = s->run();
		err = errno;
		hit = fail_nth(0);
		if (!ret)
			s->undo();
		else if (!hit || (err != s->errnos[0] && err != s->errnos[1] &&
				  err != s->errnos[2]))
			wrong++, last = err;
	}
	ok(!wrong && n < MOST && n - 2 >= s->least, "%s without memory, at each of %d places%s%s",
	   s->what, n - 2, wrong ? ": " : "", wrong ? strerror(last) : "");
	ret = s->run();
	want_errno(ret, 0, "then with");
	if (!ret)
		s->undo();
}

static const struct scene alone = { "ADD_LU", scene_add, undo_add, { ENOMEM }, 5 };
static const struct scene of_node[] = {
	{ "open()",         scene_open,   undo_open,   { ENOMEM, ENFILE }, 1 },
};
static const struct scene of_owner[] = {
	{ "RESIZE",         scene_resize, nothing,     { ENOMEM },         1 },
	{ "mmap()",         scene_mmap,   undo_mmap,   { ENOMEM, EAGAIN }, 1 },
	{ "ATTACH, DETACH", scene_attach, undo_attach, { ENOMEM },         0 },
	{ "VTL_IOC_UNIT",   scene_unit,   nothing,     { ENOMEM },         0 },
};
static const struct scene of_host[] = {
	{ "a command",      scene_queue,  nothing, { ENOMEM, EAGAIN, EWOULDBLOCK }, 0 },
	{ "REPORT LUNS",    scene_luns,   nothing, { ENOMEM, EAGAIN, EWOULDBLOCK }, 2 },
	{ "one with data",  scene_data,   nothing, { ENOMEM, EAGAIN, EDOM },        1 },
};

static void play_all(const struct scene *s, size_t n)
{
	while (n--)
		play(s++);
}

static void with_daemon(void)
{
	struct toy *t = toy_new(NUMBER);
	struct io io;

	ok(toy_start(t), "a daemon");
	sg = open_sg(TARGET, 0);
	io = io_of(sg, 0x00, NULL, 0);
	ok(!io.err && io.status == GOOD, "its unit");
	play_all(of_host, sizeof(of_host) / sizeof(*of_host));
	close(sg);
	toy_stop(t);
}

void test_memory(void)
{
	nth = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth < 0 || !set_knob("failslab/ignore-gfp-wait", "N")) {
		skip("no memory", "this kernel has no fault injection");
		return;
	}
	set_knob("failslab/verbose", "0");
	set_knob("fail_page_alloc/verbose", "0");
	set_knob("fail_page_alloc/ignore-gfp-wait", "N");
	set_knob("fail_page_alloc/min-order", "0");
	play(&alone);
	want_errno(add_lu(NUMBER, 1, TARGET, 0), 0, "a unit");
	play_all(of_node, sizeof(of_node) / sizeof(*of_node));
	unit = open_unit(NUMBER);
	play_all(of_owner, sizeof(of_owner) / sizeof(*of_owner));
	close(unit);
	with_daemon();
	want_errno(remove_lu(NUMBER), 0, "and without the unit");
	close(nth);
}
