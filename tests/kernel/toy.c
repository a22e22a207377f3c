// SPDX-License-Identifier: GPL-2.0-only
/* A daemon of few commands. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab.h"

struct loop {
	struct toy *t;
	int fd, late_fd;
	uint8_t *window;
	uint64_t held;		/* cookie; 0: none */
	char late_was[32];
};

struct toy *toy_new(uint32_t number)
{
	struct toy *t = mmap(NULL, sizeof(*t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			     -1, 0);

	if (t == MAP_FAILED)
		abort();
	t->number = number;
	return t;
}

static void set(uint8_t *map, uint8_t opcode)
{
	map[opcode / 8] |= (uint8_t)(1 << opcode % 8);
}

static void fail(struct vtl_commit *c, uint8_t key, uint8_t asc)
{
	const uint8_t sense[18] = { 0x70, 0, key, [7] = 10, [12] = asc };

	c->status = CHECK;
	c->sense_len = sizeof(sense);
	memcpy(c->sense, sense, sizeof(sense));
}

static void give(struct loop *l, const struct vtl_fetch *f, struct vtl_commit *c,
		 const void *data, uint32_t len)
{
	c->data_off = f->data_off;
	c->data_len = len < f->data_len ? len : f->data_len;
	memcpy(l->window + f->data_off, data, c->data_len);
}

static bool holds(const struct toy *t, uint8_t opcode)
{
	return opcode == TOY_HOLD || opcode == TOY_SLOW || (!opcode && t->hold_tur);
}

static void answer(struct loop *l, const struct vtl_fetch *f, struct vtl_commit *c)
{
	static const uint8_t inquiry[36] = "\x01\x80\x05\x02\x1f\0\0\0ME      TOY             0001";
	static const uint8_t no_sense[18] = { 0x70, [7] = 10 };
	struct toy *t = l->t;

	switch (f->cdb[0]) {
	case 0x00:
		t->tur++;
		break;
	case 0x03:
		give(l, f, c, no_sense, sizeof(no_sense));
		break;
	case 0x12:
		if (f->cdb[1] & 1)
			fail(c, 5, 0x24);
		else
			give(l, f, c, inquiry, sizeof(inquiry));
		break;
	case TOY_WRITE:
		memcpy(t->store, l->window + f->data_off, f->data_len);
		t->stored = c->data_len = f->data_len;
		break;
	case TOY_READ:
		give(l, f, c, t->store, t->stored);
		break;
	case TOY_FAIL:
		t->fails++;
		fail(c, 3, 0x11);
		break;
	default:
		fail(c, 5, 0x20);
	}
}

static void grow(struct loop *l, const struct vtl_fetch *f)
{
	const uint64_t page = 4096, len = (f->data_off + f->data_len + page - 1) / page * page;

	l->t->needs++;
	if (ioctl(l->fd, VTL_IOC_RESIZE, &len))
		_exit(3);
	l->window = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, l->fd, 0);
	if (l->window == MAP_FAILED)
		_exit(4);
}

static void on_fetch(struct loop *l, struct vtl_lu_op *op)
{
	const struct vtl_fetch *f = &op->fetch;
	struct toy *t = l->t;

	op->commit = (struct vtl_commit){ .cookie = f->cookie };
	if (f->type == VTL_CMD && holds(t, f->cdb[0])) {
		l->held = f->cookie;
		t->held++;
	} else if (f->type == VTL_CMD) {
		answer(l, f, &op->commit);
		op->ops |= VTL_OP_COMMIT;
	} else if (f->type == VTL_NEEDS) {
		grow(l, f);
	} else if (f->type == VTL_ABORTED) {
		t->aborted++;
		l->held = 0;
		op->ops |= VTL_OP_COMMIT;
	} else if (f->type == VTL_LATE) {
		t->late++;
	} else if (f->type == VTL_RESET) {
		t->resets++;
		t->reset_mask |= f->reset;
	}
}

/* The midlayer counts a timeout a moment before it aborts: in between a COMMIT comes late. */
static bool too_late(struct loop *l)
{
	char is[sizeof(l->late_was)] = "";

	if (l->late_fd < 0 || pread(l->late_fd, is, sizeof(is) - 1, 0) <= 0)
		return false;
	if (!l->late_was[0])
		strcpy(l->late_was, is);
	return strcmp(is, l->late_was);
}

static void idle(struct loop *l, struct vtl_lu_op *op)
{
	op->fetch.wait_us = l->late_fd < 0 ? 20000 : 0;
	if (!l->held || !(l->t->release || too_late(l)))
		return;
	op->commit = (struct vtl_commit){ .cookie = l->held };
	op->ops |= VTL_OP_COMMIT;
	l->held = 0;
	if (l->late_fd >= 0)
		close(l->late_fd);
	l->late_fd = -1;
}

static void serve(struct loop *l)
{
	struct vtl_lu_op op = { 0 };

	while (!l->t->stop) {
		op.ops = (op.ops & VTL_OP_COMMIT) | VTL_OP_FETCH;
		op.fetch.spin_us = 20;
		if (!(op.ops & VTL_OP_COMMIT))
			idle(l, &op);
		if (!ioctl(l->fd, VTL_IOC_LU_OP, &op)) {
			op.ops = 0;
			on_fetch(l, &op);
			continue;
		}
		if (errno != ESTALE)
			_exit(errno == ESHUTDOWN ? 0 : 5);
		l->t->stale++;
		op.ops = 0;
	}
	op = (struct vtl_lu_op){ .ops = VTL_OP_DETACH };
	_exit(ioctl(l->fd, VTL_IOC_LU_OP, &op) ? 6 : 0);
}

static void toy_main(struct toy *t)
{
	struct loop l = { .t = t, .fd = open_unit(t->number), .late_fd = -1 };
	struct vtl_attach a = { .version = VTL_ABI_VERSION };

	set(a.overtake, 0x00);
	set(a.overtake, 0x03);
	set(a.overtake, 0x12);
	set(a.slow, TOY_SLOW);
	if (t->late_path[0])
		l.late_fd = open(t->late_path, O_RDONLY | O_CLOEXEC);
	if (l.fd < 0)
		_exit(1);
	t->last = ioctl(l.fd, VTL_IOC_ATTACH, &a);
	if (t->last < 0)
		_exit(2);
	t->ready = true;
	serve(&l);
}

static bool is_ready(void *t)
{
	return ((struct toy *)t)->ready;
}

static bool start(struct toy *t, bool hold_tur)
{
	pid_t pid;

	t->ready = t->stop = t->release = false;
	t->hold_tur = hold_tur;
	t->held = t->aborted = t->late = t->resets = t->reset_mask = t->stale = 0;
	t->needs = t->tur = t->fails = 0;
	pid = fork();
	if (!pid)
		toy_main(t);
	t->pid = pid;
	return pid > 0 && within(5000, is_ready, t);
}

bool toy_start(struct toy *t)
{
	return start(t, false);
}

bool toy_start_holding(struct toy *t)
{
	return start(t, true);
}

void toy_stop(struct toy *t)
{
	int status = -1;

	t->stop = true;
	waitpid(t->pid, &status, 0);
	if (status)
		ok(false, "daemon of unit %u: exit %x", t->number, (unsigned int)status);
}

void toy_kill(struct toy *t)
{
	kill(t->pid, SIGKILL);
	waitpid(t->pid, NULL, 0);
}

bool toy_held(void *t)
{
	return ((struct toy *)t)->held;
}
