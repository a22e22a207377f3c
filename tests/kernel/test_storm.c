// SPDX-License-Identifier: GPL-2.0-only
/*
 * Units come and go: added, attached, asked, killed, deleted through sysfs, removed, several at
 * once and each as fast as it can.  STORM_ROUNDS of each (10).
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab.h"

enum { NUMBER = 40, TARGET = 20, UNITS = 4 };

struct storm {
	uint32_t unit, random, rounds, bad;
	struct toy *toy;
};

static uint32_t pick(struct storm *s, uint32_t n)
{
	s->random = s->random * 1664525 + 1013904223;
	return (s->random >> 16) % n;
}

/* A host that finds the unit may use it; what it is told is its business. */
static void ask(struct storm *s)
{
	const int fd = open_sg_now(TARGET + s->unit, 0);
	struct io io = { .fd = fd, .cdb = { pick(s, 2) ? 0x00 : TOY_HOLD }, .timeout_ms = 200 };

	if (fd < 0)
		return;
	sg_io(&io);
	close(fd);
}

/* A child that has the node open keeps nothing: dead is dead. */
static void leave(struct storm *s)
{
	if (pick(s, 2))
		toy_kill(s->toy);
	else
		toy_stop(s->toy);
}

static void round_of(struct storm *s)
{
	const uint32_t number = NUMBER + s->unit;

	s->bad += add_lu(number, pick(s, 4) ? 1 : 8, TARGET + s->unit, 0) != 0;
	s->bad += !toy_start(s->toy);
	sleep_ms(pick(s, 30));
	ask(s);
	if (!pick(s, 4))
		sdev_set(TARGET + s->unit, 0, "delete", "1");
	if (!pick(s, 4))
		scan_target(TARGET + s->unit);
	leave(s);
	if (!pick(s, 3)) {	/* another owner in the grace time */
		s->bad += !toy_start(s->toy);
		ask(s);
		leave(s);
	}
	s->bad += remove_lu(number) != 0;
}

static void *storm(void *arg)
{
	struct storm *s = arg;

	for (uint32_t i = 0; i < s->rounds; i++)
		round_of(s);
	return NULL;
}

void test_storm(void)
{
	const char *rounds = getenv("STORM_ROUNDS");
	struct storm s[UNITS];
	pthread_t id[UNITS];
	uint32_t bad = 0;

	for (uint32_t i = 0; i < UNITS; i++) {
		s[i] = (struct storm){ .unit = i, .random = i + 1, .toy = toy_new(NUMBER + i),
				       .rounds = rounds ? (uint32_t)atoi(rounds) : 10 };
		pthread_create(&id[i], NULL, storm, &s[i]);
	}
	for (uint32_t i = 0; i < UNITS; i++) {
		pthread_join(id[i], NULL);
		bad += s[i].bad;
	}
	ok(!bad, "%u rounds of %d units each: %u calls failed", s[0].rounds, UNITS, bad);
	for (uint32_t i = 0; i < UNITS; i++)
		ok(!sdev_exists(TARGET + i, 0) && unit_of(NUMBER + i).state == UINT32_MAX,
		   "unit %u and its device are gone", i);
}
