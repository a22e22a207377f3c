// SPDX-License-Identifier: GPL-2.0-only
/*
 * bare_loop FILE NUMBER TARGET: the least that a tape drive on the module can be, as a yardstick.
 * A block is a header of 64 bytes and its data, with a CRC of each; one pwritev or preadv a block.
 * Only what st(4) needs to write a file, rewind and read it; until it is killed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/crc.h"
#include "kernel/uapi/mhvtl.h"

struct header {
	uint32_t len, crc_data;		/* len 0: a filemark */
	uint8_t zero[52];
	uint32_t crc;
};

struct bare {
	int file, fd;
	uint8_t *window;
	off_t at;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void resize(struct bare *b, uint64_t need)
{
	uint64_t len = (need + 0xffff) & ~UINT64_C(0xffff);

	if (ioctl(b->fd, VTL_IOC_RESIZE, &len))
		die("RESIZE");
	b->window = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, b->fd, 0);
	if (b->window == MAP_FAILED)
		die("mmap");
}

static void sense(struct vtl_commit *c, uint8_t byte2, uint16_t asc)
{
	const uint8_t s[18] = { 0x70, 0, byte2, [7] = 10,
				[12] = (uint8_t)(asc >> 8), (uint8_t)asc };

	c->status = 2;
	c->sense_len = sizeof(s);
	memcpy(c->sense, s, sizeof(s));
}

static void put(struct bare *b, const struct vtl_fetch *f, struct vtl_commit *c, uint32_t len)
{
	struct header h = { .len = len };
	const struct iovec iov[] = { { &h, sizeof(h) }, { b->window + f->data_off, len } };
	const ssize_t size = (ssize_t)(sizeof(h) + len);

	h.crc_data = crc32c(0, iov[1].iov_base, len);
	h.crc = crc32c(0, &h, 60);
	if (!b->at && ftruncate(b->file, 0))	/* as on a tape, what was there ends here */
		die("ftruncate");
	if (pwritev(b->file, iov, 2, b->at) != size)
		sense(c, 3, 0x0c00);
	else
		b->at += (size + 7) & ~7;
	c->data_len = len;
}

static void get(struct bare *b, const struct vtl_fetch *f, struct vtl_commit *c)
{
	struct header h;
	const struct iovec iov[] = { { &h, sizeof(h) }, { b->window + f->data_off, f->data_len } };
	const ssize_t n = preadv(b->file, iov, 2, b->at);

	c->data_off = f->data_off;
	if (n < (ssize_t)sizeof(h)) {
		sense(c, 8, 5);
	} else if (crc32c(0, &h, 60) != h.crc || h.len > f->data_len ||
		   crc32c(0, iov[1].iov_base, h.len) != h.crc_data) {
		sense(c, 3, 0x1100);
	} else {
		b->at += (off_t)((sizeof(h) + h.len + 7) & ~(size_t)7);
		c->data_len = h.len;
		if (!h.len)
			sense(c, 0x80, 1);
	}
}

static void give(struct bare *b, const struct vtl_fetch *f, struct vtl_commit *c,
		 const uint8_t *from, uint32_t len)
{
	c->data_off = f->data_off;
	c->data_len = len < f->data_len ? len : f->data_len;
	memcpy(b->window + f->data_off, from, c->data_len);
}

static void answer(struct bare *b, const struct vtl_fetch *f, struct vtl_commit *c)
{
	static const uint8_t inquiry[36] = "\x01\x80\x05\x02\x1f\0\0\0BARE    LOOP            0001";
	static const uint8_t limits[6] = { 0, 0xff, 0xff, 0xff, 0, 1 };
	static const uint8_t mode[12] = { 11, 0, 0x10, 8 };
	static const uint8_t no_sense[18] = { 0x70, [7] = 10 };

	switch (f->cdb[0]) {
	case 0x00: case 0x1b: case 0x1e: case 0x15:
		c->data_len = f->dir == VTL_DIR_OUT ? f->data_len : 0;
		return;
	case 0x01: b->at = 0; return;
	case 0x03: give(b, f, c, no_sense, sizeof(no_sense)); return;
	case 0x05: give(b, f, c, limits, sizeof(limits)); return;
	case 0x08: get(b, f, c); return;
	case 0x0a: put(b, f, c, f->data_len); return;
	case 0x10: put(b, f, c, 0); return;
	case 0x12: give(b, f, c, inquiry, f->cdb[1] & 1 ? 0 : sizeof(inquiry)); break;
	case 0x1a: give(b, f, c, mode, sizeof(mode)); return;
	default: sense(c, 5, 0x2000); return;
	}
	if (f->cdb[1] & 1)
		sense(c, 5, 0x2400);
}

static void serve(struct bare *b)
{
	struct vtl_lu_op op = { .ops = VTL_OP_FETCH, .fetch.wait_us = 1000000 };

	while (!ioctl(b->fd, VTL_IOC_LU_OP, &op)) {
		op.ops = VTL_OP_FETCH;
		if (op.fetch.type == VTL_NEEDS)
			resize(b, op.fetch.data_off + op.fetch.data_len);
		if (op.fetch.type != VTL_CMD)
			continue;
		op.ops = VTL_OP_FETCH | VTL_OP_COMMIT;
		op.commit = (struct vtl_commit){ .cookie = op.fetch.cookie };
		if (op.fetch.dir == VTL_DIR_OUT)
			op.commit.data_off = op.fetch.data_off;
		answer(b, &op.fetch, &op.commit);
	}
	die("LU_OP");
}

int main(int argc, char **argv)
{
	struct vtl_add_lu add = { .abi = VTL_ABI_VERSION, .type = 1, .identity = { .version = 5 } };
	struct vtl_attach attach = { .version = VTL_ABI_VERSION };
	const int ctl = open("/dev/mhvtl-ctl", O_RDWR);
	struct bare b = { 0 };
	char node[32];

	if (argc != 4)
		return 2;
	add.number = (uint32_t)atoi(argv[2]);
	add.target = (uint32_t)atoi(argv[3]);
	snprintf(node, sizeof(node), "/dev/mhvtl%u", add.number);
	b.file = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (b.file < 0 || ctl < 0 || ioctl(ctl, VTL_IOC_ADD_LU, &add))
		die("set-up");
	b.fd = open(node, O_RDWR);
	if (b.fd < 0 || ioctl(b.fd, VTL_IOC_ATTACH, &attach) < 0)
		die(node);
	resize(&b, VTL_ASIDE_LEN + (256 << 10));
	serve(&b);
}
