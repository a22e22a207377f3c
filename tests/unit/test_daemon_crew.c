// SPDX-License-Identifier: GPL-2.0-only
/* The threads that share a block's work: each call once, no two by one hand, none while idle. */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "daemon/crew.h"
#include "fake/threads.h"
#include "media/codec.h"

enum { CALLS = 16, ROUNDS = 3000, CALLERS = 3, IDLE_S = 10, BLOCK = 200000 };

static int report(const char *what, const char *why)
{
	if (why)
		return printf("not ok - %s: %s\n", what, why), 1;
	return printf("ok - %s\n", what), 0;
}

struct tally {
	uint32_t n[CALLS];		/* not atomic: each is one call's */
	atomic_uint at_work[CART_POOL_MAX];
	atomic_uint wrong, others;
	uint32_t threads;
	bool linger;
};

static void count(void *ctx, uint32_t i, uint32_t who)
{
	struct tally *t = ctx;

	if (who >= t->threads || atomic_fetch_add(&t->at_work[who], 1))
		atomic_fetch_add(&t->wrong, 1);
	if (who)
		atomic_fetch_add(&t->others, 1);
	t->n[i]++;
	if (t->linger)
		nanosleep(&(struct timespec){ .tv_nsec = 200000 }, NULL);
	atomic_fetch_sub(&t->at_work[who], 1);
}

static const char *one_run(struct crew *c, uint32_t n, bool linger, uint32_t *ret_others)
{
	struct tally t = { .threads = c->base.threads, .linger = linger };

	c->base.run(&c->base, count, &t, n);
	for (uint32_t i = 0; i < CALLS; i++)
		if (t.n[i] != (i < n))
			return "a call is left out, or made twice";
	*ret_others += t.others;
	return t.wrong ? "two calls by one hand" : NULL;
}

/* A thread that has ended may be seen for a moment. */
static bool threads_are(unsigned int n)
{
	for (int i = 0; i < 2000 && threads_now() != n; i++)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	return threads_now() == n;
}

static int test_runs(uint32_t threads)
{
	unsigned int before;
	const char *why = NULL;
	uint32_t others = 0;
	struct crew c;
	char what[80];

	nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	before = threads_now();
	crew_init(&c, threads);
	if (threads_now() != before)
		why = "threads before there is work";
	for (int life = 0; life < 3 && !why; life++) {
		for (uint32_t r = 0; r < ROUNDS / 3 && !why; r++)
			why = one_run(&c, r % (CALLS + 1), r % 100 == 50, &others);
		if (!why && threads_now() != before + threads - 1)
			why = "number of threads";
		crew_rest(&c);
		if (!why && !threads_are(before))
			why = "threads that stay";
	}
	if (!why && (threads > 1) != (others > 0))
		why = threads > 1 ? "all the work is the caller's" : "another's work";
	snprintf(what, sizeof(what), "%u threads: each call once, by one hand at a time", threads);
	return report(what, why);
}

struct caller {
	struct crew *crew;
	uint32_t seed;
	const char *why;
};

/* A tape's life: packs and unpacks with a work of its own, on threads that others use too. */
static void *call(void *arg)
{
	static const enum record_codec ids[] = { CODEC_LZO, CODEC_ZLIB, CODEC_ZSTD };
	struct caller *who = arg;
	struct codec_work *w = codec_work_new();
	uint8_t *block = malloc(BLOCK), *got = malloc(BLOCK);
	uint32_t x = who->seed;

	codec_share(w, &who->crew->base);
	for (int i = 0; i < 30 && !who->why; i++) {
		struct codec_form form = { 0 };
		const void *packed;
		size_t n;

		for (size_t k = 0; k < BLOCK; k++)
			block[k] = (uint8_t)("0123456789abcdef"[(x = x * 1664525 + 1) >> 28]);
		codec_use(w, ids[i % 3], 1);
		n = codec_pack(w, block, BLOCK, &packed, &form);
		memset(got, 0, BLOCK);
		if (n && (!codec_unpack(w, &form, packed, n, got, BLOCK) ||
			  memcmp(got, block, BLOCK) || !(form.flags & RECORD_IN_PARTS)))
			who->why = "another block";
		if (!n && ids[i % 3] != CODEC_LZO)
			who->why = "is not compressed";
	}
	codec_work_free(w);
	free(block);
	free(got);
	return NULL;
}

static int test_callers(void)
{
	struct caller caller[CALLERS];
	pthread_t thread[CALLERS];
	const char *why = NULL;
	struct crew c;

	crew_init(&c, 3);
	for (uint32_t i = 0; i < CALLERS; i++) {
		caller[i] = (struct caller){ &c, i + 1, NULL };
		pthread_create(&thread[i], NULL, call, &caller[i]);
	}
	for (uint32_t i = 0; i < CALLERS; i++) {
		pthread_join(thread[i], NULL);
		why = caller[i].why ? caller[i].why : why;
	}
	crew_rest(&c);
	return report("several who share one crew", why);
}

struct tids {
	long tid[64];
	size_t n;
};

static struct tids threads_there(void)
{
	DIR *d = opendir("/proc/self/task");
	struct tids t = { .n = 0 };

	for (const struct dirent *e; (e = readdir(d)) && t.n < ARRAY_SIZE(t.tid);)
		if (e->d_name[0] != '.')
			t.tid[t.n++] = atol(e->d_name);
	closedir(d);
	return t;
}

static bool has(const struct tids *t, long tid)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->tid[i] == tid)
			return true;
	return false;
}

static unsigned long switches_of(long tid)
{
	unsigned long sum = 0, n;
	char text[100];
	FILE *f;

	snprintf(text, sizeof(text), "/proc/self/task/%ld/status", tid);
	f = fopen(text, "r");
	while (f && fgets(text, sizeof(text), f))
		if (sscanf(text, "voluntary_ctxt_switches: %lu", &n) == 1 ||
		    sscanf(text, "nonvoluntary_ctxt_switches: %lu", &n) == 1)
			sum += n;
	if (f)
		fclose(f);
	return sum;
}

/* Of the threads that were not there before. */
static unsigned long switches(const struct tids *before)
{
	const struct tids now = threads_there();
	unsigned long sum = 0;

	for (size_t i = 0; i < now.n; i++)
		if (!has(before, now.tid[i]))
			sum += switches_of(now.tid[i]);
	return sum;
}

static int test_idle(void)
{
	const struct tids before = threads_there();
	const char *why = NULL;
	unsigned long n;
	uint32_t others = 0;
	struct crew c;

	crew_init(&c, 4);
	why = one_run(&c, CALLS, true, &others);
	sleep(1);
	n = switches(&before);
	sleep(IDLE_S);
	if (!why && !n)
		why = "never slept";
	if (!why && switches(&before) != n)
		why = "is woken";
	crew_rest(&c);
	return report("a crew without work is not woken in 10 s", why);
}

static int test_default(void)
{
	const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct crew c;

	crew_init(&c, 0);
	return report("as many threads as CPUs, at most four", !c.base.threads ||
		      c.base.threads > 4 || c.base.threads > cpus ? "more" : NULL);
}

static void *nothing(void *arg)
{
	return arg;
}

int main(void)
{
	pthread_t first;

	/* With the first thread comes that of the sanitizer. */
	pthread_create(&first, NULL, nothing, NULL);
	pthread_join(first, NULL);
	return test_default() | test_runs(1) | test_runs(2) | test_runs(4) |
	       test_runs(CART_POOL_MAX) | test_callers() | test_idle();
}
