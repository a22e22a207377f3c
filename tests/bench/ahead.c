// SPDX-License-Identifier: GPL-2.0-only
/*
 * ahead [FOLDER]: what reading ahead brings, without a kernel module: blocks are read one by one by
 * a consumer that copies each elsewhere, as the module does.  FOLDER is where the cartridge goes
 * (/dev/shm).  A row is a kind of block; the columns are nothing read ahead, without a thread, and
 * with one, in turn, the best of ROUNDS; by the clock, and by the CPU time of the thread that was
 * busier, which is what two idle CPUs would give.  ahead FOLDER KIB CODEC none|alone|thread: one
 * reading of that, for those who count instructions or system calls.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "bench/clock.h"
#include "daemon/cart_thread.h"
#include "media/cart.h"
#include "media/io.h"

enum { ROUNDS = 5, TOTAL = 64 << 20, BLOCK_MAX = 256 << 10, MEMORY = 4 << 20 };

static const char *const ways[] = { "none", "alone", "thread" };
static const char *const codecs[] = { [CART_RAW] = "raw", [CART_LZO] = "lzo",
				      [CART_ZLIB] = "zlib", [CART_ZSTD] = "zstd" };
static uint8_t text[BLOCK_MAX * 2], buf[BLOCK_MAX], other[BLOCK_MAX];

/* Seconds: by the clock, of the reader's CPU, of the other thread's. */
struct seconds {
	double clock, reader, other;
};

static void die(const char *what, long long rc)
{
	fprintf(stderr, "ahead: %s: %lld\n", what, rc);
	exit(1);
}

/* Words, which lzo makes about half as long; noise for what is stored as it is. */
static void make_data(bool noise)
{
	static const char *const words[] = { "backup", "catalogue", "server-17", "volume", "ok",
					     "/srv/data/", "user", "root", "12345", "\n" };
	uint64_t x = 88172645463325252u;

	for (size_t i = 0; i + 16 < sizeof(text);) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		const char *w = words[(x >> 8) % ARRAY_SIZE(words)];
		const size_t n = noise ? 8 : strlen(w);

		memcpy(text + i, noise ? (const char *)&x : w, n);
		i += n;
		if (!noise && x % 3 == 0)
			text[i++] = (uint8_t)('a' + x % 26);
	}
}

static struct cart *make(const char *folder, struct cart_folder **f)
{
	static const char *const files[] = { "meta", "data", "indx" };
	const struct cart_spec spec = { .barcode = "BENCH1", .medium = "LTO8", .density = 0x5e,
					.capacity = (uint64_t)1 << 40 };
	char path[4200], why[CART_WHY_MAX];
	struct cart *c = NULL;

	mkdir(folder, 0700);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		unlink(path);
	}
	if (cart_folder_open(folder, f) || cart_create(&cart_file_io, *f, &spec) ||
	    cart_open(&cart_file_io, *f, 0, "BENCH", 1, &c, why))
		die(folder, 0);
	return c;
}

static void write_all(struct cart *c, uint32_t size, enum cart_codec codec)
{
	enum cart_rc rc = cart_locate(c, 0, 0);

	make_data(codec == CART_RAW);
	if (!rc || rc == CART_EOD)
		rc = cart_set_compression(c, codec, 1);
	for (size_t i = 0; !rc && i + size <= TOTAL; i += size)
		rc = cart_write(c, text + i / size % 1000 * 64, size);
	if (rc)
		die("write", rc);
}

static struct seconds since(struct seconds s)
{
	const double reader = clock_seconds(CLOCK_THREAD_CPUTIME_ID);

	return (struct seconds){ clock_seconds(CLOCK_MONOTONIC) - s.clock, reader - s.reader,
				 clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - reader - s.other };
}

static struct seconds read_all(struct cart *c, uint32_t size, int way, struct cart_thread *thread)
{
	enum cart_rc rc = cart_locate(c, 0, 0);
	uint32_t len;
	struct seconds t;

	cart_set_read_ahead(c, way ? MEMORY : 0, way == 2 ? &thread->base : NULL);
	t = since((struct seconds){ 0 });
	for (size_t i = 0; !rc && i + size <= TOTAL; i += size) {
		rc = cart_read(c, buf, size, &len);
		memcpy(other, buf, size);
	}
	t = since(t);
	if (rc)
		die("read", rc);
	return t;
}

static void row(struct cart *c, uint32_t size, enum cart_codec codec, struct cart_thread *thread)
{
	double best[] = { 1e9, 1e9, 1e9 }, cpu[] = { 1e9, 1e9, 1e9 };

	write_all(c, size, codec);
	for (int round = 0; round < ROUNDS; round++)
		for (int way = 0; way < (int)ARRAY_SIZE(ways); way++) {
			const struct seconds t = read_all(c, size, way, thread);
			const double busier = t.reader > t.other ? t.reader : t.other;

			best[way] = t.clock < best[way] ? t.clock : best[way];
			cpu[way] = busier < cpu[way] ? busier : cpu[way];
		}
	printf("%3u KiB, %-4s %8.0f%8.0f%8.0f%8.2f%8.2f   %8.0f%8.0f%8.0f%8.2f%8.2f\n", size >> 10,
	       codecs[codec], TOTAL / 1e6 / best[0], TOTAL / 1e6 / best[1], TOTAL / 1e6 / best[2],
	       best[0] / best[1], best[0] / best[2], TOTAL / 1e6 / cpu[0], TOTAL / 1e6 / cpu[1],
	       TOTAL / 1e6 / cpu[2], cpu[0] / cpu[1], cpu[0] / cpu[2]);
}

static int index_of(const char *const *names, int n, const char *name)
{
	while (n-- && strcmp(names[n], name))
		;
	return n;
}

int main(int argc, char **argv)
{
	static const uint32_t sizes[] = { 10 << 10, 64 << 10, 256 << 10 };
	struct cart_thread thread;
	struct cart_folder *f;
	char folder[4096];
	struct cart *c;

	snprintf(folder, sizeof(folder), "%s/bench-ahead", argc > 1 ? argv[1] : "/dev/shm");
	c = make(folder, &f);
	if (cart_thread_init(&thread, NULL, NULL, NULL))
		die("thread", 0);
	cart_set_sync(c, CART_SYNC_NONE);
	if (argc > 4) {
		const uint32_t size = (uint32_t)atoi(argv[2]) << 10;

		write_all(c, size, (enum cart_codec)index_of(codecs, 4, argv[3]));
		read_all(c, size, index_of(ways, 3, argv[4]), &thread);
	} else {
		printf("MB/s, clock      none   alone  thread   alone  thread   CPU: none   alone  "
		       "thread   alone  thread\n");
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
			row(c, sizes[i], CART_RAW, &thread);
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
			row(c, sizes[i], CART_LZO, &thread);
		row(c, 64 << 10, CART_ZSTD, &thread);
	}
	cart_close(c);
	cart_thread_release(&thread);
	cart_folder_close(f);
	return 0;
}
