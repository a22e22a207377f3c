// SPDX-License-Identifier: GPL-2.0-only
/* Data and answers through sg to a daemon and back.  Units 10, 11. */
#include <glob.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab.h"

enum { MANY = 400 };

static void fill(uint8_t *p, uint32_t len, uint32_t seed)
{
	for (; len; len--) {
		seed = seed * 1664525 + 1013904223;
		*p++ = (uint8_t)(seed >> 24);
	}
}

static struct io write_io(int fd, void *data, uint32_t len)
{
	struct io io = { .fd = fd, .cdb = { TOY_WRITE }, .out = true, .data = data, .len = len };

	sg_io(&io);
	return io;
}

static void sizes(struct toy *t, int fd)
{
	static const uint32_t lens[] = {
		1, 2, 511, 512, 513, 4095, 4096, 4097, 65535, 65536, 65537, MIB - 1, MIB,
		3 * MIB + 7, 8 * MIB, 16 * MIB - 1, 16 * MIB,
	};
	uint8_t *out = malloc(16 * MIB), *in = malloc(16 * MIB);
	struct io io;
	size_t i;

	for (i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		fill(out, lens[i], lens[i]);
		memset(in, 0, lens[i]);
		t->stored = 0;
		io = write_io(fd, out, lens[i]);
		if (io.err && lens[i] > 8 * MIB) {
			skip("more than 8 MiB", strerror(io.err));
			continue;
		}
		ok(!io.err && !io.host_status && io.status == GOOD && !io.resid,
		   "write %u bytes", lens[i]);
		ok(t->stored == lens[i] && !memcmp(t->store, out, lens[i]), "the daemon has them");
		io = io_of(fd, TOY_READ, in, lens[i]);
		ok(!io.err && !io.host_status && io.status == GOOD && !io.resid &&
		   !memcmp(in, out, lens[i]), "read %u bytes, the same", lens[i]);
	}
	t->stored = 1000;
	io = io_of(fd, TOY_READ, in, 65536);
	ok(io.status == GOOD && io.resid == 65536 - 1000, "a short read: residual %u", io.resid);
	ok(!memcmp(in, out, 1000), "and its data");
	free(in);
	free(out);
}

static void plain(int fd)
{
	uint8_t data[96] = { 0 };
	struct io io = io_of(fd, 0x12, data, sizeof(data));

	ok(io.status == GOOD && io.resid == sizeof(data) - 36, "INQUIRY");
	ok(data[0] == 1 && !memcmp(data + 16, "TOY ", 4), "from the daemon");
	io = io_of(fd, 0x00, NULL, 0);
	ok(!io.err && io.status == GOOD, "TEST UNIT READY");
	io = io_of(fd, TOY_FAIL, NULL, 0);
	ok(is_sense(&io, 3, 0x11, 0), "sense arrives");
}

/* Of all its threads. */
static unsigned long switches_of(const char *name)
{
	unsigned long n = 0, sum = 0;
	char line[128];
	glob_t g;

	if (glob("/proc/[0-9]*/status", 0, NULL, &g))
		return 0;
	for (size_t i = 0; i < g.gl_pathc; i++) {
		FILE *f = fopen(g.gl_pathv[i], "r");
		bool its = false;

		while (f && fgets(line, sizeof(line), f)) {
			if (!strncmp(line, "Name:\t", 6))
				its = !strncmp(line + 6, name, strlen(name));
			if (its && (sscanf(line, "voluntary_ctxt_switches: %lu", &n) == 1 ||
				    sscanf(line, "nonvoluntary_ctxt_switches: %lu", &n) == 1))
				sum += n;
		}
		if (f)
			fclose(f);
	}
	globfree(&g);
	return sum;
}

/*
 * Where the block layer has to ask ksoftirqd, each command costs another switch of tasks.  It does
 * not with one CPU, where a busy host makes softirqs long, which wakes it, too.
 */
static void ends_with_its_commit(int fd)
{
	const unsigned long before = switches_of("ksoftirqd/");
	int i, bad = 0;
	long woken;

	if (sysconf(_SC_NPROCESSORS_ONLN) == 1)
		return;
	for (i = 0; i < MANY; i++) {
		const struct io io = io_of(fd, 0x00, NULL, 0);

		bad += io.err || io.status != GOOD;
	}
	woken = (long)(switches_of("ksoftirqd/") - before);
	ok(!bad && woken < MANY / 2, "%d commands wake ksoftirqd %ld times", MANY, woken);
}

struct work { int fd, errors; };

static void *failures(void *arg)
{
	struct work *w = arg;
	struct io io;
	int i;

	for (i = 0; i < 500; i++) {
		io = io_of(w->fd, TOY_FAIL, NULL, 0);	/* udev asks for no such thing meanwhile */
		w->errors += !is_sense(&io, 3, 0x11, 0);
	}
	return NULL;
}

static void *copies(void *arg)
{
	struct work *w = arg;
	static _Thread_local uint8_t out[65536];
	struct io io;
	int i;

	for (i = 0; i < 200; i++) {
		fill(out, sizeof(out), (uint32_t)i);
		io = write_io(w->fd, out, sizeof(out));
		w->errors += io.err || io.status != GOOD || io.resid;
	}
	return NULL;
}

/* Many hosts' programs at once on one unit, and on two. */
static void crowd(struct toy *t)
{
	struct work w[8] = { 0 };
	pthread_t thread[8];
	const uint32_t before = t->fails;
	int i, errors = 0;

	for (i = 0; i < 8; i++) {
		w[i].fd = open_sg(i & 1, 0);
		if (pthread_create(&thread[i], NULL, i < 4 ? failures : copies, &w[i]))
			abort();
	}
	for (i = 0; i < 8; i++) {
		pthread_join(thread[i], NULL);
		errors += w[i].errors;
		close(w[i].fd);
	}
	ok(!errors, "2800 commands from eight threads");
	ok(t->fails - before == 1000, "each was seen once: %u", t->fails - before);
}

static void overtaking(struct toy *t, int fd)
{
	struct io hold = { .fd = fd, .cdb = { TOY_HOLD } };
	uint8_t data[64];
	struct io next = { .fd = fd, .cdb = { TOY_READ }, .data = data, .len = sizeof(data) };
	struct io io;
	struct bg *bg, *bg2;
	int other = open_sg(0, 0);

	t->held = 0;
	bg = bg_start(&hold);
	ok(within(5000, toy_held, t), "a command is in hand for long");
	bg2 = bg_start(&next);
	sleep_ms(50);
	ok(attr_is(11, "in_flight", "2"), "another waits behind it");
	io = io_of(fd, 0x00, NULL, 0);
	ok(io.status == GOOD && io.took_ms < 2000, "TEST UNIT READY overtakes");
	io = io_of(fd, 0x12, data, 36);
	ok(io.status == GOOD && data[0] == 1, "INQUIRY overtakes");
	io = io_of(fd, 0x03, data, 18);
	ok(io.status == GOOD && data[0] == 0x70, "REQUEST SENSE overtakes");
	io = io_of(other, 0x00, NULL, 0);
	ok(io.status == GOOD && io.took_ms < 2000, "another unit does not notice");
	t->release = true;
	bg_end(bg);
	bg_end(bg2);
	ok(hold.status == GOOD && next.status == GOOD, "both end");
	t->release = false;
	close(other);
}

void test_io(void)
{
	struct toy *changer = toy_new(10), *drive = toy_new(11);
	int fd;

	if (!ok(toy_start(changer) && toy_start(drive), "two daemons"))
		return;
	fd = open_sg(1, 0);
	ok(fd >= 0, "sg of the drive");
	plain(fd);
	ends_with_its_commit(fd);
	sizes(drive, fd);
	crowd(drive);
	overtaking(drive, fd);
	ok(drive->needs > 1 && drive->needs < 32, "the window grew %u times", drive->needs);
	close(fd);
	toy_stop(drive);
	toy_stop(changer);
}
