// SPDX-License-Identifier: GPL-2.0-only
/* One command by hand: each step of FETCH and COMMIT.  Unit 11. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lab.h"

#define LEN	(8 * KIB)

struct hand {
	int fd, sg;
	uint8_t *window;
	struct vtl_lu_op op;
};

static int op(struct hand *h, uint32_t ops)
{
	h->op.ops = ops;
	h->op.ops_done = UINT32_MAX;
	return ioctl(h->fd, VTL_IOC_LU_OP, &h->op);
}

static bool readable(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) == 1 && p.revents == POLLIN;
}

static void map(struct hand *h)
{
	const uint64_t len = VTL_ASIDE_LEN + LEN;

	want_errno(ioctl(h->fd, VTL_IOC_RESIZE, &len), 0, "RESIZE to what it needs");
	h->window = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, h->fd, 0);
	ok(h->window != MAP_FAILED, "and map");
}

static void see(struct hand *h)
{
	const struct vtl_fetch *f = &h->op.fetch;

	ok(readable(h->fd, 5000), "poll() wakes up");
	ok(!op(h, VTL_OP_FETCH) && f->type == VTL_NEEDS, "it needs a window");
	ok(f->data_off == VTL_ASIDE_LEN && f->data_len == LEN, "of this size");
	map(h);
	ok(!op(h, VTL_OP_FETCH) && f->type == VTL_CMD, "FETCH");
	ok(h->op.ops_done == VTL_OP_FETCH, "ops_done");
	ok(f->cookie && f->initiator == 1, "cookie and initiator");
	ok(f->dir == VTL_DIR_IN && f->data_len == LEN, "data-in, by the length of the buffer");
	ok(f->cdb_len == 6 && f->cdb[0] == TOY_READ && f->cdb[4] == 7, "CDB");
	ok(f->timeout_ms == 30000 && f->left_ms <= 30000 && f->left_ms > 20000, "%u of %u ms left",
	   f->left_ms, f->timeout_ms);
	ok(now_ms() - f->queued_ns / 1000000 < 10000, "queued a moment ago");
	ok(!readable(h->fd, 0), "nothing else waits");
}

static struct vtl_commit data_in(uint64_t cookie, uint32_t off, uint32_t len)
{
	return (struct vtl_commit){ .cookie = cookie, .data_off = off, .data_len = len };
}

static void answer_badly(struct hand *h)
{
	static const struct { const char *what; uint32_t off, len; } rows[] = {
		{ "data begin after the window",	VTL_ASIDE_LEN + LEN + 1,	0 },
		{ "data end after the window",		VTL_ASIDE_LEN,		LEN + 1 },
		{ "offset of 4 GiB",			UINT32_MAX,		LEN },
		{ "length of 4 GiB",			1,		UINT32_MAX },
	};
	const uint64_t cookie = h->op.fetch.cookie;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		h->op.commit = data_in(cookie, rows[i].off, rows[i].len);
		want_errno(op(h, VTL_OP_COMMIT), EINVAL, rows[i].what);
	}
	h->op.commit = (struct vtl_commit){ .cookie = cookie + (1ULL << 32) };
	want_errno(op(h, VTL_OP_COMMIT), ESTALE, "cookie of the next generation");
	h->op.commit = (struct vtl_commit){ .cookie = cookie ^ 1 };
	want_errno(op(h, VTL_OP_COMMIT), ESTALE, "cookie of another slot");
	h->op.commit = data_in(cookie, VTL_ASIDE_LEN, 100);
	h->op.commit.status = 0x55;
	want_errno(op(h, VTL_OP_COMMIT), EINVAL, "unknown status");
	ok(attr_is(11, "in_flight", "1"), "it is still in hand");
}

static void answer_well(struct hand *h, struct bg *bg, const struct io *io)
{
	const uint64_t cookie = h->op.fetch.cookie;
	const uint8_t *data = io->data;

	memset(h->window + VTL_ASIDE_LEN, 0xa5, 100);
	h->op.commit = data_in(cookie, VTL_ASIDE_LEN, 100);
	h->op.fetch.wait_us = 0;
	ok(!op(h, VTL_OP_COMMIT | VTL_OP_FETCH) && h->op.ops_done == 5,
	   "COMMIT, and look for more");
	ok(h->op.fetch.type == VTL_NONE, "there is nothing more");
	bg_end(bg);
	ok(!io->err && io->status == GOOD && io->resid == LEN - 100,
	   "GOOD, residual %u", io->resid);
	ok(data[0] == 0xa5 && data[99] == 0xa5, "the data");
	want_errno(op(h, VTL_OP_COMMIT), ESTALE, "COMMIT twice");
}

/* A struct that can be read, but not written: what was fetched comes once more. */
static void cannot_write(struct hand *h)
{
	struct io io = { .fd = h->sg, .cdb = { TOY_HOLD } };
	struct vtl_lu_op *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct bg *bg;

	*page = (struct vtl_lu_op){ .ops = VTL_OP_FETCH, .fetch.wait_us = 5000000 };
	mprotect(page, 4096, PROT_READ);
	bg = bg_start(&io);
	want_errno(ioctl(h->fd, VTL_IOC_LU_OP, page), EFAULT, "FETCH to a page that is read-only");
	munmap(page, 4096);
	ok(!op(h, VTL_OP_FETCH) && h->op.fetch.type == VTL_CMD && h->op.fetch.cdb[0] == TOY_HOLD,
	   "the command comes again");
	h->op.commit = (struct vtl_commit){ .cookie = h->op.fetch.cookie };
	ok(!op(h, VTL_OP_COMMIT), "and is answered");
	bg_end(bg);
	ok(!io.err && io.status == GOOD, "GOOD");
}

/* Data-out stay what they were, whatever becomes of the window. */
static void data_out(struct hand *h)
{
	const uint64_t len = VTL_ASIDE_LEN + 2 * LEN;
	uint8_t data[LEN];
	struct io io = { .fd = h->sg, .cdb = { TOY_WRITE }, .out = true, .data = data, .len = LEN };
	struct bg *bg;

	memset(data, 0x3c, LEN);
	bg = bg_start(&io);
	ok(readable(h->fd, 5000) && !op(h, VTL_OP_FETCH) && h->op.fetch.type == VTL_CMD, "WRITE");
	ok(h->op.fetch.dir == VTL_DIR_OUT && h->op.fetch.data_len == LEN, "data-out");
	ok(!ioctl(h->fd, VTL_IOC_RESIZE, &len), "RESIZE with it in hand");
	ok(h->window[VTL_ASIDE_LEN] == 0x3c && h->window[VTL_ASIDE_LEN + LEN - 1] == 0x3c,
	   "its data in the old mapping");
	h->op.commit = (struct vtl_commit){ .cookie = h->op.fetch.cookie, .data_len = UINT32_MAX };
	ok(!op(h, VTL_OP_COMMIT), "more moved than there was");
	bg_end(bg);
	ok(io.status == GOOD && !io.resid, "no residual below zero");
}

void test_hand(void)
{
	struct hand h = { .fd = open_unit(11), .sg = open_sg(1, 0) };
	uint8_t data[LEN];
	struct io io = { .fd = h.sg, .cdb = { TOY_READ, 0, 0, 0, 7 }, .data = data, .len = LEN };
	struct bg *bg;

	memset(data, 0x11, LEN);
	if (!ok(h.fd >= 0 && h.sg >= 0 && attach(h.fd) >= 0, "by hand"))
		return;
	bg = bg_start(&io);
	see(&h);
	answer_badly(&h);
	answer_well(&h, bg, &io);
	cannot_write(&h);
	data_out(&h);
	close(h.fd);
	close(h.sg);
}
