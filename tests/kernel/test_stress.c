// SPDX-License-Identifier: GPL-2.0-only
/*
 * All at once: commands that time out, resets, deaths of daemons, deletions, removals.  The
 * kernel's own checks are the judge, here only that all works in the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lab.h"

enum { TARGET = 4, NUMBER = 20, UNITS = 3 };

struct chaos {
	volatile bool stop;
	volatile uint32_t seen[4];	/* ended: GOOD, CHECK, by the host, without a device */
};

static uint32_t pick(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 16) % n;
}

static void count(struct chaos *c, const struct io *io)
{
	const int how = io->err ? 3 : io->host_status ? 2 : io->status == GOOD ? 0 : 1;

	__atomic_fetch_add(&c->seen[how], 1, __ATOMIC_RELAXED);
}

static void *commands(void *arg)
{
	static const uint8_t opcodes[] = { 0x00, TOY_WRITE, TOY_READ, TOY_HOLD, 0x12, TOY_FAIL };
	struct chaos *c = arg;
	uint32_t seed = (uint32_t)(uintptr_t)&seed;
	uint8_t *data = calloc(1, 256 * KIB);

	while (!c->stop) {
		const uint8_t opcode = opcodes[pick(&seed, sizeof(opcodes))];
		const uint32_t len = opcode == TOY_WRITE || opcode == TOY_READ ?
				     pick(&seed, 256 * KIB) : 0;
		struct io io = { .cdb = { opcode }, .data = data, .len = len, .timeout_ms = 300,
				 .out = opcode == TOY_WRITE,
				 .fd = open_sg(TARGET + pick(&seed, UNITS), 0) };

		if (io.fd < 0)
			continue;
		sg_io(&io);
		count(c, &io);
		close(io.fd);
	}
	free(data);
	return NULL;
}

static void *resets(void *arg)
{
	static const int how[] = { SG_SCSI_RESET_DEVICE, SG_SCSI_RESET_HOST };
	struct chaos *c = arg;
	uint32_t seed = 7;
	int fd;

	while (!c->stop) {
		sleep_ms(200 + pick(&seed, 300));
		fd = open_sg(TARGET, 0);
		ioctl(fd, SG_SCSI_RESET, &how[pick(&seed, 2)]);
		close(fd);
	}
	return NULL;
}

static void disturb(struct toy **toys, uint32_t *seed)
{
	const uint32_t i = pick(seed, UNITS);
	struct toy *t = toys[i];

	switch (pick(seed, 4)) {
	case 0:
		t->release = !t->release;
		return;
	case 1:
		sdev_set(TARGET + i, 0, "delete", "1");
		break;
	case 2:
		toy_kill(t);
		remove_lu(NUMBER + i);
		add_lu(NUMBER + i, 1, TARGET + i, 0);
		toy_start(t);
		return;
	}
	toy_kill(t);
	sleep_ms(pick(seed, 100));
	toy_start(t);
}

void test_stress(void)
{
	const char *secs = getenv("STRESS_SECONDS");
	const uint64_t end = now_ms() + (uint64_t)(secs ? atoi(secs) : 10) * 1000;
	struct chaos c = { 0 };
	struct toy *toys[UNITS];
	pthread_t thread[7];
	uint32_t i, seed = 42;

	for (i = 0; i < UNITS; i++) {
		add_lu(NUMBER + i, 1, TARGET + i, 0);
		toys[i] = toy_new(NUMBER + i);
		ok(toy_start(toys[i]), "daemon %u", i);
	}
	for (i = 0; i < 7; i++)
		pthread_create(&thread[i], NULL, i ? commands : resets, &c);
	while (now_ms() < end) {
		disturb(toys, &seed);
		sleep_ms(pick(&seed, 100));
	}
	c.stop = true;
	for (i = 0; i < UNITS; i++)
		toys[i]->release = true;
	for (i = 0; i < 7; i++)
		pthread_join(thread[i], NULL);
	printf("# %u GOOD, %u CHECK CONDITION, %u ended by the host, %u without a device\n",
	       c.seen[0], c.seen[1], c.seen[2], c.seen[3]);
	for (i = 0; i < UNITS; i++) {
		struct io io;

		toy_kill(toys[i]);
		ok(toy_start(toys[i]), "daemon %u comes back", i);
		io = io_of(open_sg(TARGET + i, 0), 0x00, NULL, 0);
		ok(!io.err && io.status == GOOD && !io.host_status, "its unit works");
		close(io.fd);
		toy_stop(toys[i]);
		want_errno(remove_lu(NUMBER + i), 0, "and goes");
	}
}
