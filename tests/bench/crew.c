// SPDX-License-Identifier: GPL-2.0-only
/*
 * crew FILE [THREADS [FOLDER [ROUNDS [MIB]]]]: what it gives to compress and decompress the parts
 * of a block on several threads: MB/s of the first MIB of FILE written to and read from a cartridge
 * in FOLDER, alone and shared, beside the compressor itself; and what splitting costs in space.
 * The ways take turns, and of each block the best of ROUNDS counts, so that a machine with other
 * work to do shows what one without would.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "bench/clock.h"
#include "daemon/crew.h"
#include "media/cart.h"
#include "media/codec.h"
#include "media/io.h"

enum { BLOCK_MAX = 1 << 20 };

static const struct { const char *name; enum cart_codec id; } codecs[] = {
	{ "lzo", CART_LZO }, { "zlib", CART_ZLIB }, { "zstd", CART_ZSTD },
};
static const size_t sizes[] = { 32 << 10, 64 << 10, 128 << 10, 256 << 10, 1 << 20 };

struct bench {
	const uint8_t *data;
	uint8_t *to;
	size_t total, size;
	struct cart *cart;
	struct codec_work *work;
	struct crew crew;
	uint64_t stored;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "crew: %s\n", what);
	exit(1);
}

/* The compressor's two halves are timed in one go; each way fills t, of one block each. */
static void alone(struct bench *b, double *t, bool unpack)
{
	for (size_t i = 0; i < b->total; i += b->size) {
		double from = now();
		struct codec_form form;
		const void *packed;
		const size_t n = codec_pack(b->work, b->data + i, b->size, &packed, &form);

		if (unpack)
			from = now();
		if (unpack && n && !codec_unpack(b->work, &form, packed, n, b->to, b->size))
			die("codec_unpack");
		*t++ = now() - from;
	}
}

static void compress_alone(struct bench *b, double *t)
{
	alone(b, t, false);
}

static void decompress_alone(struct bench *b, double *t)
{
	alone(b, t, true);
}

/* The first block is written twice: the cut before it is not what is measured. */
static void cart_writes(struct bench *b, double *t)
{
	enum cart_rc rc = cart_locate(b->cart, 0, 0);
	uint64_t before;

	if (rc == CART_OK || rc == CART_EOD)
		rc = cart_write(b->cart, b->data, (uint32_t)b->size);
	before = cart_counters(b->cart)->stored_written;
	for (size_t i = 0; !rc && i < b->total; i += b->size) {
		const double from = now();

		rc = cart_write(b->cart, b->data + i, (uint32_t)b->size);
		*t++ = now() - from;
	}
	if (rc)
		die("cart_write");
	b->stored = cart_counters(b->cart)->stored_written - before;
}

static void cart_reads(struct bench *b, double *t)
{
	enum cart_rc rc = cart_locate(b->cart, 0, 1);
	uint32_t len;

	for (size_t i = 0; !rc && i < b->total; i += b->size) {
		const double from = now();

		rc = cart_read(b->cart, b->to, (uint32_t)b->size, &len);
		*t++ = now() - from;
	}
	if (rc)
		die("cart_read");
}

static void (*const ways[])(struct bench *, double *) = {
	compress_alone, decompress_alone, cart_writes, cart_reads, cart_writes, cart_reads,
};
enum { PACK, UNPACK, WRITE, READ, SHARED_WRITE, SHARED_READ, WAYS };

/* MB/s of each way. */
static void measure(struct bench *b, int rounds, double *v, double *saved)
{
	const size_t n = b->total / b->size;
	double *best = malloc(WAYS * n * sizeof(*best)), *t = malloc(n * sizeof(*t));

	if (!best || !t)
		die("memory");
	for (size_t i = 0; i < WAYS * n; i++)
		best[i] = 1e9;
	for (size_t i = 0; i < WAYS * (size_t)rounds; i++) {
		const size_t way = i % WAYS;

		if (cart_set_pool(b->cart, way < SHARED_WRITE ? NULL : &b->crew.base))
			die("memory");
		ways[way](b, t);
		for (size_t k = 0; k < n; k++)
			best[way * n + k] = t[k] < best[way * n + k] ? t[k] : best[way * n + k];
		saved[way >= SHARED_WRITE] = (double)b->total / (double)b->stored;
	}
	for (size_t way = 0; way < WAYS; way++) {
		v[way] = 0;
		for (size_t k = 0; k < n; k++)
			v[way] += best[way * n + k];
		v[way] = (double)b->total / 1e6 / v[way];
	}
	free(best);
	free(t);
}

static void row(struct bench *b, const char *name, int rounds)
{
	double v[WAYS], saved[2];

	measure(b, rounds, v, saved);
	printf("%-4s %5zu KiB %7.0f %6.0f %6.0f  %4.2f  %4.2f   %7.0f %6.0f %6.0f  %4.2f  %4.2f"
	       "   %5.3f %5.3f  %+.1f %%\n",
	       name, b->size >> 10, v[PACK], v[WRITE], v[SHARED_WRITE], v[SHARED_WRITE] / v[WRITE],
	       v[SHARED_WRITE] / v[PACK], v[UNPACK], v[READ], v[SHARED_READ],
	       v[SHARED_READ] / v[READ], v[SHARED_READ] / v[UNPACK], saved[0], saved[1],
	       (saved[0] / saved[1] - 1) * 100);
}

static struct cart *load(const char *path, struct cart_folder **ret)
{
	const struct cart_spec spec = { .barcode = "BENCH1", .medium = "LTO8", .density = 0x5e,
					.capacity = (uint64_t)1 << 40 };
	char why[CART_WHY_MAX];
	struct cart *c;

	mkdir(path, 0700);
	if (cart_folder_open(path, ret) || cart_create(&cart_file_io, *ret, &spec) ||
	    cart_open(&cart_file_io, *ret, 0, "BENCH", 1, &c, why))
		die("FOLDER/bench-crew: no cartridge can be made there");
	return c;
}

static void unmake(struct bench *b, struct cart_folder *f, const char *path)
{
	static const char *const names[] = { "/meta", "/data", "/indx", "" };
	char file[4300];

	cart_close(b->cart);
	cart_folder_close(f);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(file, sizeof(file), "%s%s", path, names[i]);
		remove(file);
	}
}

static void contents(struct bench *b, const char *file, size_t most)
{
	uint8_t *all = malloc(most);
	FILE *in = fopen(file, "r");

	b->to = calloc(1, BLOCK_MAX);
	b->work = codec_work_new();
	if (!in || !all || !b->to || !b->work)
		die(file);
	b->total = fread(all, 1, most, in) / BLOCK_MAX * BLOCK_MAX;
	b->data = all;
	fclose(in);
	if (!b->total)
		die("FILE has less than 1 MiB");
}

int main(int argc, char **argv)
{
	const int rounds = argc > 4 ? atoi(argv[4]) : 20;
	const size_t mib = argc > 5 ? strtoul(argv[5], NULL, 10) : 4;
	struct cart_folder *f;
	struct bench b = { 0 };
	char path[4200];

	if (argc < 2 || rounds < 1 || !mib)
		die("usage: crew FILE [THREADS [FOLDER [ROUNDS [MIB]]]]");
	snprintf(path, sizeof(path), "%s/bench-crew", argc > 3 ? argv[3] : "/dev/shm");
	contents(&b, argv[1], mib << 20);
	crew_init(&b.crew, argc > 2 ? (uint32_t)atoi(argv[2]) : 0);
	b.cart = load(path, &f);
	setvbuf(stdout, NULL, _IONBF, 0);
	printf("%u threads\nMB/s           compr.  write shared /alone /compr  decompr.  read "
	       "shared /alone /decompr  ratio  parts\n", b.crew.base.threads);
	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++) {
		if (!codec_use(b.work, (enum record_codec)codecs[i].id, 1) ||
		    cart_set_compression(b.cart, codecs[i].id, 1))
			die("memory");
		for (size_t k = 0; k < ARRAY_SIZE(sizes); k++) {
			b.size = sizes[k];
			row(&b, codecs[i].name, rounds);
		}
	}
	unmake(&b, f, path);
	crew_rest(&b.crew);
	codec_work_free(b.work);
	free(b.to);
	return 0;
}
