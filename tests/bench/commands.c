// SPDX-License-Identifier: GPL-2.0-only
/*
 * commands WHAT SG COUNT [NUMBER...]: the median time of COUNT commands through SG_IO, in
 * microseconds; of each phase, where WHAT is more than one.  A unit attention is taken, and the
 * command sent again, out of the count.  When one fails: its sense on stderr, status 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <scsi/sg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/macros.h"
#include "bench/clock.h"

enum {
	COUNT_MAX = 20000, PHASES = 2, ARGS = 2,
	ELEMENT = 52, FEW_MORE = 8,	/* bytes with a tag; picker, drive and headers */
	IN_MAX = 4 << 20,
	TIMEOUT_MS = 120000, UNIT_ATTENTION = 6,
	FILE_BLOCKS = 99,		/* of a long_tape: then comes its filemark */
};

struct run {
	int fd;
	uint32_t args[ARGS];
	uint32_t at;			/* where the tape is, in what the commands count in */
	uint8_t *in;
	uint8_t sense[32];
	uint64_t seed;
};

struct cdb {
	uint8_t bytes[16], len;
	uint32_t in_len;
};

static uint32_t draw(struct run *r, uint32_t below)
{
	r->seed = r->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((r->seed >> 33) % below);
}

static struct cdb cdb_of(uint8_t op, uint8_t len)
{
	return (struct cdb){ .bytes = { op }, .len = len };
}

static struct cdb tur(struct run *r, unsigned int phase)
{
	(void)r;
	(void)phase;
	return cdb_of(0x00, 6);
}

static struct cdb locate(struct run *r, unsigned int phase)
{
	struct cdb c = cdb_of(0x2b, 10);

	(void)phase;
	be_put(&c.bytes[3], 4, draw(r, r->args[0]));
	return c;
}

static struct cdb space(struct run *r, uint8_t what, uint32_t to)
{
	struct cdb c = cdb_of(0x11, 6);

	c.bytes[1] = what;
	be_put(&c.bytes[2], 3, (to - r->at) & 0xffffff);
	r->at = to;
	return c;
}

/* NUMBER is how many filemarks there are; back over one is before it, so sums stay true. */
static struct cdb space_marks(struct run *r, unsigned int phase)
{
	(void)phase;
	return space(r, 1, draw(r, r->args[0]));
}

static struct cdb space_blocks(struct run *r, unsigned int phase)
{
	(void)phase;
	return space(r, 0, draw(r, FILE_BLOCKS));
}

static struct cdb load(struct run *r, unsigned int phase)
{
	struct cdb c = cdb_of(0x1b, 6);

	(void)r;
	c.bytes[4] = phase ? 1 : 0;
	return c;
}

/* From the first element to the second, and back. */
static struct cdb move(struct run *r, unsigned int phase)
{
	struct cdb c = cdb_of(0xa5, 12);

	be_put(&c.bytes[4], 2, r->args[phase]);
	be_put(&c.bytes[6], 2, r->args[!phase]);
	return c;
}

/* All elements of all types, with their tags; NUMBER of them, as to the room that they get. */
static struct cdb status(struct run *r, unsigned int phase)
{
	const uint64_t len = (uint64_t)(r->args[0] + FEW_MORE) * ELEMENT;
	struct cdb c = cdb_of(0xb8, 12);

	(void)phase;
	c.in_len = len < IN_MAX ? (uint32_t)len : IN_MAX;
	c.bytes[1] = 0x10;
	be_put(&c.bytes[4], 2, 0xffff);
	be_put(&c.bytes[7], 3, c.in_len);
	return c;
}

static const struct what {
	const char *name, *help;
	unsigned int args, phases;
	struct cdb (*next)(struct run *r, unsigned int phase);
	bool rewinds, to_middle;
} whats[] = {
	{ "tur", "", 0, 1, tur, false, false },
	{ "locate", "BLOCKS", 1, 1, locate, false, false },
	{ "space-marks", "FILEMARKS", 1, 1, space_marks, true, false },
	{ "space-blocks", "FILEMARKS", 1, 1, space_blocks, true, true },
	{ "load", "", 0, 2, load, false, false },
	{ "move", "FROM TO", 2, 2, move, false, false },
	{ "status", "ELEMENTS", 1, 1, status, false, false },
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* The sense key, 0 for GOOD. */
static uint8_t send(struct run *r, const struct cdb *c)
{
	struct sg_io_hdr h = {
		.interface_id = 'S', .cmd_len = c->len,
		.dxfer_direction = c->in_len ? SG_DXFER_FROM_DEV : SG_DXFER_NONE,
		.dxferp = r->in, .dxfer_len = c->in_len,
		.cmdp = (uint8_t *)(uintptr_t)c->bytes,
		.mx_sb_len = sizeof(r->sense), .sbp = r->sense, .timeout = TIMEOUT_MS,
	};

	memset(r->sense, 0, sizeof(r->sense));
	if (ioctl(r->fd, SG_IO, &h))
		die("SG_IO");
	if (!h.status && !h.host_status && !h.driver_status)
		return 0;
	if (h.status == 2 && (r->sense[2] & 0x0f))
		return r->sense[2] & 0x0f;
	fprintf(stderr, "opcode %02x: status %u, host status %u, driver status %u\n", c->bytes[0],
		h.status, h.host_status, h.driver_status);
	exit(1);
}

/* Microseconds. */
static double timed(struct run *r, const struct cdb *c)
{
	double from;
	uint8_t key;

	do {
		from = now_us();
		key = send(r, c);
		from = now_us() - from;
	} while (key == UNIT_ATTENTION);
	if (key) {
		fprintf(stderr, "opcode %02x: sense %x/%02x/%02x\n", c->bytes[0], key, r->sense[12],
			r->sense[13]);
		exit(1);
	}
	return from;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void to_start(struct run *r, const struct what *w)
{
	const struct cdb rewind = cdb_of(0x01, 6);
	struct cdb middle;

	if (!w->rewinds)
		return;
	timed(r, &rewind);
	if (!w->to_middle)
		return;
	middle = space(r, 1, r->args[0] / 2);
	timed(r, &middle);
	r->at = 0;
}

static void measure(struct run *r, const struct what *w, size_t count)
{
	static double t[PHASES][COUNT_MAX];

	to_start(r, w);
	for (size_t i = 0; i < count; i++) {
		for (unsigned int phase = 0; phase < w->phases; phase++) {
			const struct cdb c = w->next(r, phase);

			t[phase][i] = timed(r, &c);
		}
	}
	for (unsigned int phase = 0; phase < w->phases; phase++) {
		qsort(t[phase], count, sizeof(t[phase][0]), by_value);
		printf("%s%.1f", phase ? " " : "", t[phase][count / 2]);
	}
	printf("\n");
}

static const struct what *find(int argc, char **argv)
{
	for (size_t i = 0; argc > 3 && i < ARRAY_SIZE(whats); i++)
		if (!strcmp(argv[1], whats[i].name) && argc == 4 + (int)whats[i].args)
			return &whats[i];
	for (size_t i = 0; i < ARRAY_SIZE(whats); i++)
		fprintf(stderr, "commands %s SG COUNT %s\n", whats[i].name, whats[i].help);
	exit(2);
}

int main(int argc, char **argv)
{
	const struct what *w = find(argc, argv);
	const size_t count = (size_t)strtoul(argv[3], NULL, 10);
	struct run r = { .seed = 1, .in = aligned_alloc(4096, IN_MAX) };

	r.fd = open(argv[2], O_RDWR | O_NONBLOCK);
	if (r.fd < 0 || !r.in)
		die(argv[2]);
	for (unsigned int i = 0; i < w->args; i++)
		r.args[i] = (uint32_t)strtoul(argv[4 + i], NULL, 10);
	if (count < 1 || count > COUNT_MAX)
		find(0, argv);
	measure(&r, w, count);
	free(r.in);
	close(r.fd);
	return 0;
}
