// SPDX-License-Identifier: GPL-2.0-only
/* Data that are answered first: kept, released, left to the next owner.  Unit 70. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab.h"

#define UNIT	70
#define LEN	(24 * KIB)
#define ASIDE	0x0b		/* an opcode that overtakes */
#define WINDOW	(VTL_ASIDE_LEN + 64 * KIB)	/* for two of them, and a half */

struct keep {
	int fd, sg;
	uint8_t *window;
	struct vtl_lu_op op;
	uint8_t data[VTL_KEPT_MAX + 1][LEN];
	struct io io;
	struct bg *bg;
};

static int op(struct keep *k, uint32_t ops)
{
	k->op.ops = ops;
	k->op.ops_done = UINT32_MAX;
	return ioctl(k->fd, VTL_IOC_LU_OP, &k->op);
}

static int attach_as(int fd, uint64_t features)
{
	struct vtl_attach a = { .version = VTL_ABI_VERSION, .features = features };

	a.overtake[ASIDE / 8] = 1 << ASIDE % 8;
	return ioctl(fd, VTL_IOC_ATTACH, &a);
}

static bool kept_is(unsigned int n)
{
	char want[16];

	snprintf(want, sizeof(want), "%u", n);
	return attr_is(UNIT, "kept", want);
}

static unsigned int module_users(void)
{
	unsigned int n = 0;
	FILE *f = fopen("/sys/module/mhvtl/refcnt", "re");

	if (f && fscanf(f, "%u", &n) != 1)
		n = 0;
	if (f)
		fclose(f);
	return n;
}

/* The host writes len bytes of this value. */
static void host_writes(struct keep *k, uint8_t value, uint32_t len)
{
	uint8_t *data = k->data[value % (VTL_KEPT_MAX + 1)];

	memset(data, value, len);
	k->io = (struct io){ .fd = k->sg, .cdb = { TOY_WRITE, value }, .out = true, .data = data,
			     .len = len };
	k->bg = bg_start(&k->io);
}

/* udev asks what the unit is, at any time: it gets no answer that it would believe. */
static bool stranger(struct keep *k)
{
	const uint8_t opcode = k->op.fetch.cdb[0];

	if (k->op.fetch.type != VTL_CMD || opcode == TOY_WRITE || opcode == TOY_READ ||
	    opcode == ASIDE)
		return false;
	k->op.commit = (struct vtl_commit){
		.cookie = k->op.fetch.cookie, .status = CHECK, .sense_len = 18,
		.sense = { 0x70, 0, 0x0b },
	};
	op(k, VTL_OP_COMMIT);
	return true;
}

static bool fetch(struct keep *k, uint32_t type)
{
	const uint64_t end = now_ms() + 10000;

	do {
		k->op.fetch = (struct vtl_fetch){ .wait_us = type ? 10000 : 0 };
		if (op(k, VTL_OP_FETCH))
			return false;
	} while ((stranger(k) || (type && k->op.fetch.type == VTL_NONE)) && now_ms() < end);
	return k->op.fetch.type == type;
}

static int answer(struct keep *k, uint64_t number, uint8_t status)
{
	struct vtl_commit *c = &k->op.commit;

	*c = (struct vtl_commit){
		.cookie = k->op.fetch.cookie, .data_len = k->op.fetch.data_len, .status = status,
		.keep = number,
	};
	if (number)
		memset(c->note, (int)number, sizeof(c->note));
	if (status == CHECK) {
		c->sense[0] = 0x70;
		c->sense_len = 18;
	}
	return op(k, VTL_OP_COMMIT);
}

static void host_has(struct keep *k, uint8_t status, const char *what)
{
	bg_end(k->bg);
	ok(!k->io.err && k->io.status == status && !k->io.host_status, "%s", what);
}

/* Written by the host, kept under this number. */
static bool keep(struct keep *k, uint64_t number, uint32_t len)
{
	bool kept;

	host_writes(k, (uint8_t)number, len);
	kept = fetch(k, VTL_CMD) && !answer(k, number, GOOD);
	bg_end(k->bg);
	return kept && !k->io.err && k->io.status == GOOD;
}

static bool holds(const struct keep *k, uint32_t off, uint8_t value, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len; i++)
		if (k->window[off + i] != value)
			return false;
	return true;
}

static void map(struct keep *k)
{
	k->window = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_SHARED, k->fd, 0);
	ok(k->window != MAP_FAILED, "the window is mapped");
}

static void resize(struct keep *k)
{
	const uint64_t len = WINDOW;

	want_errno(ioctl(k->fd, VTL_IOC_RESIZE, &len), 0, "RESIZE");
	map(k);
}

static void first_ones(struct keep *k)
{
	const unsigned int users = module_users();

	host_writes(k, 5, LEN);
	ok(fetch(k, VTL_NEEDS), "the first one needs a window");
	resize(k);
	ok(fetch(k, VTL_CMD) && k->op.fetch.data_off == VTL_ASIDE_LEN, "it comes to its beginning");
	want_errno(answer(k, 5, GOOD), 0, "COMMIT that keeps it");
	host_has(k, GOOD, "the host has GOOD");
	ok(kept_is(1) && attr_is(UNIT, "in_flight", "0"), "one is kept, none in flight");
	ok(module_users() == users + 1, "the module stays");

	host_writes(k, 6, LEN);
	ok(fetch(k, VTL_CMD) && k->op.fetch.data_off == VTL_ASIDE_LEN + LEN, "the next: behind");
	ok(holds(k, VTL_ASIDE_LEN, 5, LEN), "what is kept is untouched");
}

/* Its data lie where the next one that overtakes has its own. */
static void overtaken(struct keep *k)
{
	const struct vtl_lu_op first = k->op;
	uint8_t data[512] = { 0 };
	struct io io = { .fd = k->sg, .cdb = { ASIDE }, .out = true, .data = data, .len = 512 };
	struct bg *bg = bg_start(&io);

	ok(fetch(k, VTL_CMD) && !k->op.fetch.data_off, "a command overtakes it");
	want_errno(answer(k, 6, GOOD), EINVAL, "that one cannot be kept");
	want_errno(answer(k, 0, GOOD), 0, "but answered");
	bg_end(bg);
	ok(!io.err && io.status == GOOD, "and the host has it");
	k->op = first;
}

/* A command for 6 is in hand. */
static void refuse(struct keep *k)
{
	const uint64_t len = WINDOW;

	want_errno(answer(k, 5, GOOD), EINVAL, "a number that is not higher");
	want_errno(answer(k, 6, CHECK), EINVAL, "an error, and kept");
	want_errno((answer(k, 0, 0x55), k->op.commit.note[3] = 1, k->op.commit.status = GOOD,
		    op(k, VTL_OP_COMMIT)), EINVAL, "a note, and not kept");
	want_errno(ioctl(k->fd, VTL_IOC_RESIZE, &len), EBUSY, "RESIZE while something is kept");
	want_errno(remove_lu(UNIT), ENOTEMPTY, "its owner removes it");
	overtaken(k);
	ok(kept_is(1) && attr_is(UNIT, "in_flight", "1"), "nothing has changed");
	want_errno(answer(k, 6, GOOD), 0, "COMMIT as it should be");
	host_has(k, GOOD, "and the host has it");

	k->io = (struct io){ .fd = k->sg, .cdb = { TOY_READ }, .data = k->data[0], .len = 512 };
	k->bg = bg_start(&k->io);
	ok(fetch(k, VTL_CMD), "a READ comes beside them");
	want_errno(answer(k, 7, GOOD), EINVAL, "it cannot be kept");
	want_errno(answer(k, 0, GOOD), 0, "it can be answered");
	host_has(k, GOOD, "and the host has it");
}

/* 5 and 6 are kept. */
static void round_the_ring(struct keep *k)
{
	host_writes(k, 7, LEN);
	ok(fetch(k, VTL_FULL), "no room for a third");
	ok(fetch(k, VTL_FULL), "none later either");
	k->op.release = 4;
	k->op.fetch = (struct vtl_fetch){ 0 };
	ok(!op(k, VTL_OP_RELEASE | VTL_OP_FETCH) && k->op.fetch.type == VTL_FULL && kept_is(2),
	   "RELEASE of one that was long ago changes nothing");
	k->op.release = 5;
	k->op.fetch = (struct vtl_fetch){ 0 };
	ok(!op(k, VTL_OP_RELEASE | VTL_OP_FETCH) && k->op.fetch.type == VTL_CMD && kept_is(1),
	   "RELEASE of the first, and FETCH");
	ok(k->op.ops_done == (VTL_OP_RELEASE | VTL_OP_FETCH), "both were done");
	ok(k->op.fetch.data_off == VTL_ASIDE_LEN, "it comes to the place of the first");
	ok(holds(k, VTL_ASIDE_LEN, 7, LEN) && holds(k, VTL_ASIDE_LEN + LEN, 6, LEN),
	   "and leaves the second alone");
	want_errno(answer(k, 7, GOOD), 0, "COMMIT");
	host_has(k, GOOD, "and the host has it");
	ok(kept_is(2), "two are kept");
}

/* The host gives up before the answer: nothing is kept. */
static void aborted(struct keep *k)
{
	k->op.release = 6;
	ok(!op(k, VTL_OP_RELEASE) && kept_is(1), "RELEASE of another one");
	memset(k->data[0], 1, 512);
	k->io = (struct io){ .fd = k->sg, .cdb = { TOY_WRITE }, .out = true, .data = k->data[0],
			     .len = 512, .timeout_ms = 300 };
	k->bg = bg_start(&k->io);
	ok(fetch(k, VTL_CMD), "a WRITE that the host gives up");
	bg_end(k->bg);
	want_errno(answer(k, 8, GOOD), ESTALE, "COMMIT that comes too late");
	ok(kept_is(1), "it is not kept");
	ok(fetch(k, VTL_NONE) && keep(k, 9, LEN), "the next one is");
}

/* A child has the old mapping; what is kept is not his any more. */
static void die(struct keep *k)
{
	int pipes[2], status = 0;
	pid_t child;
	char go = 0;

	ok(!pipe(pipes), "pipe");
	child = fork();
	if (!child) {
		signal(SIGBUS, SIG_DFL);
		if (read(pipes[0], &go, 1) != 1)
			_exit(2);
		k->window[VTL_ASIDE_LEN] = 0xff;
		_exit(1);
	}
	close(k->fd);
	ok(write(pipes[1], &go, 1) == 1 && waitpid(child, &status, 0) == child &&
	   WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS, "a child that writes there dies");
	close(pipes[0]);
	close(pipes[1]);
	munmap(k->window, WINDOW);
	ok(kept_is(2) && attr_is(UNIT, "state", "grace"), "both are kept beyond their owner");
	want_errno(remove_lu(UNIT), ENOTEMPTY, "REMOVE_LU");
	k->fd = open_unit(UNIT);
	want_errno(attach_as(k->fd, 0), EOPNOTSUPP, "an owner that would not look at them");
	want_errno(attach_as(k->fd, VTL_FEATURE_PIPELINE << 1), EINVAL, "an unknown feature");
	ok(attach_as(k->fd, VTL_FEATURE_PIPELINE) == VTL_UNCLEAN, "one that does");
}

static bool is_told(struct keep *k, uint8_t number, uint32_t off)
{
	const struct vtl_fetch *f = &k->op.fetch;

	return fetch(k, VTL_KEPT) && f->cookie == number && f->data_off == off &&
	       f->data_len == LEN && f->note[0] == number && f->note[VTL_NOTE_LEN - 1] == number &&
	       holds(k, off, number, LEN);
}

/* What could not be written to the owner has not been told. */
static void told_in_vain(struct keep *k)
{
	struct vtl_lu_op *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	page->ops = VTL_OP_FETCH;
	mprotect(page, 4096, PROT_READ);
	want_errno(ioctl(k->fd, VTL_IOC_LU_OP, page), EFAULT, "a FETCH that cannot be told");
	munmap(page, 4096);
}

static bool readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1 && p.revents == POLLIN;
}

static void inherit(struct keep *k)
{
	const uint64_t len = WINDOW;

	map(k);
	host_writes(k, 9, LEN);
	told_in_vain(k);
	ok(is_told(k, 7, VTL_ASIDE_LEN), "the oldest first, with its note and data");
	k->op.release = UINT64_MAX;
	ok(!op(k, VTL_OP_RELEASE) && kept_is(1), "RELEASE takes what was told, no more");
	ok(is_told(k, 9, VTL_ASIDE_LEN + LEN), "then the other one");
	want_errno(ioctl(k->fd, VTL_IOC_RESIZE, &len), EBUSY, "RESIZE");
	close(k->fd);
	k->fd = open_unit(UNIT);
	host_has(k, CHECK, "the WRITE ends when that owner ends, too");
	munmap(k->window, WINDOW);
	ok(attach_as(k->fd, VTL_FEATURE_PIPELINE) == VTL_UNCLEAN, "a third owner");
	ok(readable(k->fd), "has something to fetch");
	map(k);
	ok(is_told(k, 9, VTL_ASIDE_LEN + LEN), "is told of what the second one did not release");
	k->op.release = 9;
	ok(!op(k, VTL_OP_RELEASE) && kept_is(0), "RELEASE");
	munmap(k->window, WINDOW);
	host_writes(k, 9, LEN);
	ok(fetch(k, VTL_NEEDS), "the next command needs a window of this owner");
	resize(k);
	ok(fetch(k, VTL_CMD) && !answer(k, 0, GOOD), "and then all is as ever");
	host_has(k, GOOD, "and the host has it");
}

static void most(struct keep *k)
{
	uint32_t n;

	for (n = 0; n < VTL_KEPT_MAX; n++)
		if (!keep(k, 100 + n, 512))
			break;
	ok(n == VTL_KEPT_MAX && kept_is(VTL_KEPT_MAX), "%u small ones are kept", n);
	host_writes(k, 200, 512);
	ok(fetch(k, VTL_FULL), "no more of them");
	k->op.release = 100 + VTL_KEPT_MAX - 1;
	ok(!op(k, VTL_OP_RELEASE) && kept_is(0), "RELEASE of all");
	ok(fetch(k, VTL_CMD) && !answer(k, 1, GOOD), "numbers may begin anew then");
	host_has(k, GOOD, "and the host has it");
	ok(!op(k, VTL_OP_DETACH) && kept_is(1), "DETACH leaves it");
	close(k->fd);
	munmap(k->window, WINDOW);
}

static void discard(void)
{
	const unsigned int users = module_users();
	struct vtl_remove_lu r = { .number = UNIT, .flags = 2 };

	want_errno(ioctl(ctl(), VTL_IOC_REMOVE_LU, &r), EINVAL, "REMOVE_LU with an unknown flag");
	r.flags = 0;
	want_errno(ioctl(ctl(), VTL_IOC_REMOVE_LU, &r), ENOTEMPTY, "REMOVE_LU of what is kept");
	r.flags = VTL_REMOVE_DISCARD;
	want_errno(ioctl(ctl(), VTL_IOC_REMOVE_LU, &r), 0, "REMOVE_LU, whatever is kept");
	ok(module_users() < users, "nothing holds the module for it");
}

/* A daemon of its own lets the host find the unit. */
static bool begin(struct keep *k)
{
	struct vtl_version v = { 0 };
	struct toy *toy = toy_new(UNIT);

	ok(!ioctl(ctl(), VTL_IOC_VERSION, &v) && v.features == VTL_FEATURE_PIPELINE, "offered");
	want_errno(add_lu(UNIT, 1, UNIT, 0), 0, "ADD_LU");
	ok(toy_start(toy), "a daemon");
	k->sg = open_sg(UNIT, 0);
	ok(udev_is_done(), "udev knows the unit");
	toy_stop(toy);
	k->fd = open_unit(UNIT);
	return ok(k->sg >= 0 && attach_as(k->fd, VTL_FEATURE_PIPELINE) == VTL_CLEAN,
		  "ATTACH with the feature");
}

void test_keep(void)
{
	struct keep *k = calloc(1, sizeof(*k));

	if (begin(k)) {
		first_ones(k);
		refuse(k);
		round_the_ring(k);
		aborted(k);
		die(k);
		inherit(k);
		most(k);
		discard();
	}
	close(k->sg);
	free(k);
}
