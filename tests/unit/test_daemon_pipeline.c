// SPDX-License-Identifier: GPL-2.0-only
/*
 * The thread that puts a stream on the tape, on a cartridge in a folder, with threads that compress
 * and sync, against a list in memory.  make check-unit runs it under ThreadSanitizer, too.
 */
#define _GNU_SOURCE		/* pthread_setattr_default_np() */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "daemon/cart_thread.h"
#include "daemon/crew.h"
#include "daemon/pipeline.h"
#include "fake/report.h"
#include "fake/threads.h"
#include "media/io.h"

enum { WRITES = 4000, MOST = 70000, SLOTS = 16, BLOCKS_MOST = 20 };

/* ---- a disk that refuses a write ---- */

static atomic_int until_refused;	/* writes; -1: none is */
static atomic_bool once;		/* one is, else all from there on */

static ssize_t pwritev_or_fail(void *ctx, int handle, const struct iovec *iov, int n, uint64_t off)
{
	const int left = atomic_load(&until_refused);

	if (!left && atomic_load(&once))
		atomic_store(&until_refused, -1);
	if (!left)
		return -EIO;
	if (left > 0)
		atomic_fetch_sub(&until_refused, 1);
	return cart_file_io.pwritev(ctx, handle, iov, n, off);
}

static struct cart_io io;

struct bed {
	char dir[40];
	struct cart_folder *folder;
	struct cart *cart;
	struct loop loop;
	struct cart_thread syncer;
	struct crew crew;
	struct pipeline p;
	uint8_t *slot[SLOTS];		/* of a WRITE's data, until it is on file */
	uint32_t length[WRITES], count[WRITES];
	uint64_t put, blocks;
	uint64_t dice;
};

static uint32_t roll(struct bed *b, uint32_t sides)
{
	b->dice ^= b->dice << 13;
	b->dice ^= b->dice >> 7;
	b->dice ^= b->dice << 17;
	return (uint32_t)(b->dice >> 32) % sides;
}

static struct bed *new_bed(enum cart_codec codec)
{
	const struct cart_spec spec = { .barcode = "P01001L8", .medium = "LTO8", .density = 0x5e,
					.capacity = 1ull << 40 };
	struct bed *b = calloc(1, sizeof(*b));
	char why[CART_WHY_MAX];

	b->dice = 88172645463325252;
	atomic_store(&until_refused, -1);
	snprintf(b->dir, sizeof(b->dir), "/tmp/pipeline.XXXXXX");
	loop_init(&b->loop);
	if (!mkdtemp(b->dir) || cart_folder_open(b->dir, &b->folder) ||
	    cart_create(&io, b->folder, &spec) ||
	    cart_thread_init(&b->syncer, &b->loop, NULL, NULL))
		abort();
	cart_open(&io, b->folder, 0, "TEST", 0, &b->cart, why);
	crew_init(&b->crew, 2);
	cart_set_background(b->cart, &b->syncer.base);
	cart_set_pool(b->cart, &b->crew.base);
	cart_set_compression(b->cart, codec, 1);
	pipeline_init(&b->p, true);
	for (int i = 0; i < SLOTS; i++)
		b->slot[i] = malloc((size_t)MOST * 2);
	return b;
}

static void end_bed(struct bed *b)
{
	static const char *const files[] = { "meta", "data", "indx" };
	char path[80];

	pipeline_release(&b->p);
	cart_close(b->cart);
	crew_rest(&b->crew);
	cart_thread_release(&b->syncer);
	cart_folder_close(b->folder);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", b->dir, files[i]);
		unlink(path);
	}
	rmdir(b->dir);
	loop_release(&b->loop);
	for (int i = 0; i < SLOTS; i++)
		free(b->slot[i]);
	free(b);
}

/* Of WRITE n: half of it compresses. */
static void fill(uint64_t n, uint32_t len, uint8_t *to)
{
	uint32_t x = (uint32_t)n * 2654435761u + 1;

	for (uint32_t i = 0; i < len; i++) {
		x = x * 1664525 + 1013904223;
		to[i] = (uint8_t)(x >> (i & 64 ? 31 : 24));
	}
}

/* A slot is taken again when what was in it is on file, as the module does. */
static bool put(struct bed *b)
{
	struct ssc_pipeline *base = &b->p.base;
	const uint32_t many = roll(b, 4) ? 1 : 1 + roll(b, BLOCKS_MOST);
	const uint32_t len = 1 + roll(b, roll(b, 5) ? 3000 : MOST) / (many > 1 ? 20 : 1);
	uint8_t *data = b->slot[b->put % SLOTS];

	if (b->put >= SLOTS)
		base->finished(base, b->put - SLOTS + 1);
	fill(b->put, len * many, data);
	b->length[b->put] = len;
	b->count[b->put] = many;
	if (!base->put(base, &(struct ssc_blocks){ b->cart, data, len, many }))
		return false;
	b->put++;
	b->blocks += many;
	return true;
}

/* All that was put is on the tape, in order, at most blocks of them. */
static const char *compare(struct bed *b, uint64_t blocks)
{
	static uint8_t is[MOST * 2], want[MOST * 2];
	uint32_t len = 0;

	cart_locate(b->cart, 0, 0);
	for (uint64_t n = 0; n < b->put && blocks; n++) {
		fill(n, b->length[n] * b->count[n], want);
		for (uint32_t i = 0; i < b->count[n] && blocks; i++, blocks--)
			if (cart_read(b->cart, is, MOST, &len) || len != b->length[n] ||
			    memcmp(is, want + (size_t)i * len, len))
				return "another block";
	}
	return cart_read(b->cart, is, MOST, &len) == CART_EOD ? NULL : "more than was put";
}

static const char *settle(struct bed *b)
{
	struct ssc_pipeline *base = &b->p.base;
	uint64_t lost = 1;

	if (base->finished(base, b->put) != b->put || base->failure(base, &lost) || lost)
		return "not all of it is done";
	return cart_position(b->cart).object == b->blocks ? NULL : "not all of it is there";
}

static int test_random(enum cart_codec codec)
{
	struct bed *b = new_bed(codec);
	const char *why = NULL;
	uint64_t last = 0;

	while (!why && b->put < WRITES) {
		const uint64_t n = b->p.base.finished(&b->p.base, 0);

		if (n < last || n > b->put)
			why = "finished() goes back, or too far";
		last = n;
		if (!put(b))
			why = "put() refuses";
		if (!why && !roll(b, 50))
			why = settle(b);
	}
	why = why ? why : settle(b);
	why = why ? why : compare(b, b->blocks);
	end_bed(b);
	return report(codec ? "thousands of WRITEs, compressed" : "thousands of WRITEs", why);
}

/* Behind what fails nothing is written; when that is told all goes on. */
static const char *fail_once(struct bed *b)
{
	struct ssc_pipeline *base = &b->p.base;
	uint64_t lost = 0, there;
	enum cart_rc rc;

	atomic_store(&until_refused, (int)roll(b, 12));
	while (put(b))
		if (base->finished(base, 0) > b->put)
			return "more is finished than was put";
	if (base->finished(base, UINT64_MAX) != b->put)
		return "does not end";
	atomic_store(&until_refused, -1);
	rc = base->failure(base, &lost);
	if (rc != CART_WRITE_FAILED || !lost)
		return "no failure";
	if (base->failure(base, &lost) || lost)
		return "told twice";
	there = cart_end_of(b->cart, 0).objects;
	return there < b->blocks ? compare(b, there) : "nothing is missing";
}

static int test_failure(void)
{
	const char *why = NULL;

	for (int i = 0; i < 40 && !why; i++) {
		struct bed *b = new_bed(i % 2 ? CART_LZO : CART_RAW);
		uint64_t blocks, lost = 0;

		b->dice += (uint64_t)i << 20;
		atomic_store(&once, i % 4 < 2);
		why = fail_once(b);
		blocks = cart_end_of(b->cart, 0).objects;
		cart_locate_end(b->cart, 0);
		if (!why && cart_read_only(b->cart) == atomic_load(&once))
			why = "the cartridge is, or is not, undone";
		if (!why && atomic_load(&once)) {
			if (!put(b) || b->p.base.finished(&b->p.base, UINT64_MAX) != b->put ||
			    b->p.base.failure(&b->p.base, &lost) || lost)
				why = "it does not go on";
			blocks += b->count[b->put - 1];
			if (cart_end_of(b->cart, 0).objects != blocks)
				why = "not behind what is there";
		}
		end_bed(b);
	}
	return report("a disk that fails", why);
}

/* How many are lost is exact, for WRITEs of many blocks, too. */
static int test_lost(void)
{
	struct bed *b = new_bed(CART_LZO);
	struct ssc_pipeline *base = &b->p.base;
	uint64_t lost = 0;
	bool exact;

	for (int i = 0; i < 100; i++)
		put(b);
	settle(b);
	atomic_store(&until_refused, 3);
	for (int i = 0; i < SLOTS; i++)
		put(b);
	base->finished(base, UINT64_MAX);
	atomic_store(&until_refused, -1);
	base->failure(base, &lost);
	exact = lost && cart_end_of(b->cart, 0).objects + lost == b->blocks;
	end_bed(b);
	return report("lost blocks are counted", exact ? NULL : "wrong");
}

/* No memory is as large as the stack that a thread would get. */
static void threads_can_be_made(bool can)
{
	static size_t usual;
	pthread_attr_t a;

	pthread_getattr_default_np(&a);
	if (!usual)
		pthread_attr_getstacksize(&a, &usual);
	pthread_attr_setstacksize(&a, can ? usual : (size_t)1 << 47);
	pthread_setattr_default_np(&a);
	pthread_attr_destroy(&a);
}

static int test_no_thread(void)
{
	struct bed *b = new_bed(CART_RAW);
	struct ssc_pipeline *base = &b->p.base;
	const char *why = NULL;
	uint64_t lost = 1;

	threads_can_be_made(false);
	if (put(b) || base->finished(base, UINT64_MAX) || base->failure(base, &lost) || lost)
		why = "it takes what nobody will write";
	threads_can_be_made(true);
	if (!put(b) || settle(b))
		why = "not even when there is one";
	end_bed(b);
	return report("no thread can be made", why);
}

static int test_release(void)
{
	struct pipeline never;
	struct bed *b = new_bed(CART_RAW);
	const unsigned int before = threads_now();
	const char *why = NULL;

	pipeline_init(&never, false);
	pipeline_release(&never);
	if (threads_now() != before)
		why = "a thread before it is needed";
	put(b);
	if (threads_now() != before + 1)
		why = "one thread";
	settle(b);
	pipeline_release(&b->p);
	for (int i = 0; i < 2000 && threads_now() != before; i++)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	if (threads_now() != before)
		why = "its thread stays";
	end_bed(b);		/* once more */
	return report("released while idle", why);
}

int main(void)
{
	int failed;

	io = cart_file_io;
	io.pwritev = pwritev_or_fail;
	failed = test_random(CART_RAW);
	failed |= test_random(CART_LZO);
	failed |= test_failure();
	failed |= test_lost();
	failed |= test_no_thread();
	failed |= test_release();
	return failed;
}
