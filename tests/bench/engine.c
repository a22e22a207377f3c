// SPDX-License-Identifier: GPL-2.0-only
/*
 * engine [FOLDER [BLOCKS]]: what the tape engine costs without a kernel module.  FOLDER is where
 * its cartridges go (/dev/shm), BLOCKS how long the long one is (10000000).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crc.h"
#include "base/macros.h"
#include "bench/clock.h"
#include "media/cart.h"
#include "media/codec.h"
#include "media/io.h"

enum { ROUNDS = 5, TOTAL = 64 << 20, BLOCK_MAX = 256 << 10, MARK_EVERY = 10, MOVES = 2000 };

static uint8_t *noise, *text, *other;
static char path[4096];

static void die(const char *what, enum cart_rc rc)
{
	fprintf(stderr, "engine: %s: %d\n", what, rc);
	exit(1);
}

static uint32_t draw(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 16);
}

/* text: words of a small vocabulary, which lzo makes about half as long. */
static void make_data(void)
{
	static const char *const words[] = {
		"backup", "restore", "catalogue", "0x1f", "server-17", "2019-04-01", "volume", "ok",
		"failed", "/srv/data/archive/", "user", "root", "%", "12345", "checksum", "\n",
	};

	noise = malloc(TOTAL);
	text = malloc(TOTAL + 64);
	other = malloc(BLOCK_MAX);
	if (!noise || !text || !other)
		die("memory", CART_OK);
	for (size_t i = 0; i < TOTAL; i += 4)
		memcpy(noise + i, &(uint32_t){ draw() }, 4);
	for (size_t i = 0; i < TOTAL;) {
		const char *w = words[draw() % ARRAY_SIZE(words)];
		const size_t n = strlen(w);

		memcpy(text + i, w, n);
		i += n;
		if (draw() % 3 == 0)
			text[i++] = (uint8_t)('a' + draw() % 26);
	}
}

static struct cart_folder *folder(const char *name, enum cart_type type, bool make)
{
	const struct cart_spec spec = { .barcode = "BENCH1", .medium = "LTO8", .type = type,
					.density = 0x5e, .capacity = (uint64_t)1 << 40 };
	struct cart_folder *f;
	char dir[4200];

	snprintf(dir, sizeof(dir), "%s/%s", path, name);
	if (make) {
		mkdir(dir, 0700);
		for (const char *const *n = (const char *const[]){ "meta", "data", "indx", NULL };
		     *n; n++) {
			char file[4300];

			snprintf(file, sizeof(file), "%s/%s", dir, *n);
			unlink(file);
		}
	}
	if (cart_folder_open(dir, &f) || (make && cart_create(&cart_file_io, f, &spec)))
		die(dir, CART_OK);
	return f;
}

static struct cart *load(struct cart_folder *f)
{
	char why[CART_WHY_MAX];
	struct cart *c;
	enum cart_rc rc = cart_open(&cart_file_io, f, 0, "BENCH", 1, &c, why);

	if (rc)
		die(why, rc);
	return c;
}

/* Each gives seconds for TOTAL bytes in blocks of size; file is warm. */
struct run {
	int fd;
	struct cart *cart;
	const uint8_t *data;
	size_t size;
	struct codec_work *work;
};

/* What is written is new, as on a tape. */
static double emptied(struct run *r)
{
	if (ftruncate(r->fd, 0))
		die("ftruncate", CART_OK);
	return now();
}

static double plain_write(struct run *r)
{
	const double t = emptied(r);

	for (size_t i = 0; i + r->size <= TOTAL; i += r->size)
		if (pwrite(r->fd, r->data + i, r->size, (off_t)i) < 0)
			die("pwrite", CART_OK);
	return now() - t;
}

static double plain_read(struct run *r)
{
	const double t = now();

	for (size_t i = 0; i + r->size <= TOTAL; i += r->size)
		if (pread(r->fd, other, r->size, (off_t)i) < 0)
			die("pread", CART_OK);
	return now() - t;
}

static double bare_write(struct run *r)
{
	const size_t step = r->size + 64;
	const double t = emptied(r);
	uint32_t header[16] = { 0 };
	off_t off = 0;

	for (size_t i = 0; i + r->size <= TOTAL; i += r->size, off += (off_t)step) {
		struct iovec iov[] = { { header, 64 }, { (uint8_t *)(uintptr_t)(r->data + i),
							 r->size } };

		header[0] = crc32c(0, r->data + i, r->size);
		header[1] = crc32c(0, header, 60);
		if (pwritev(r->fd, iov, 2, off) < 0)
			die("pwritev", CART_OK);
	}
	return now() - t;
}

static double bare_read(struct run *r)
{
	const size_t step = r->size + 64;
	const double t = now();
	uint32_t header[16], sum = 0;
	off_t off = 0;

	for (size_t i = 0; i + r->size <= TOTAL; i += r->size, off += (off_t)step) {
		struct iovec iov[] = { { header, 64 }, { other, r->size } };

		if (preadv(r->fd, iov, 2, off) < 0)
			die("preadv", CART_OK);
		sum ^= crc32c(0, header, 60) ^ crc32c(0, other, r->size);
	}
	memcpy(other, &sum, sizeof(sum));
	return now() - t;
}

static double cart_writes(struct run *r)
{
	enum cart_rc rc = cart_locate(r->cart, 0, 0);
	double t;

	if (rc == CART_OK || rc == CART_EOD)
		rc = cart_write(r->cart, r->data, 1);	/* the cut is not what is measured */
	t = now();
	for (size_t i = 0; !rc && i + r->size <= TOTAL; i += r->size)
		rc = cart_write(r->cart, r->data + i, (uint32_t)r->size);
	if (rc)
		die("cart_write", rc);
	return now() - t;
}

static double cart_reads(struct run *r)
{
	enum cart_rc rc = cart_locate(r->cart, 0, 1);
	const double t = now();
	uint32_t len;

	for (size_t i = 0; !rc && i + r->size <= TOTAL; i += r->size)
		rc = cart_read(r->cart, other, (uint32_t)r->size, &len);
	if (rc)
		die("cart_read", rc);
	return now() - t;
}

static double compress_alone(struct run *r)
{
	const double t = now();
	struct codec_form form;
	const void *packed;

	for (size_t i = 0; i + r->size <= TOTAL; i += r->size)
		if (!codec_pack(r->work, r->data + i, r->size, &packed, &form))
			die("codec_pack", 0);
	return now() - t;
}

static double decompress_alone(struct run *r)
{
	const struct codec_row *row = codec_find(CODEC_LZO);
	struct codec_form form;
	const void *packed;
	double t = 0;

	for (size_t i = 0; i + r->size <= TOTAL; i += r->size) {
		const size_t n = codec_pack(r->work, r->data + i, r->size, &packed, &form);
		double from;

		from = now();
		if (!row->decompress(r->work, packed, n, other, r->size))
			die("decompress", CART_OK);
		t += now() - from;
	}
	return t;
}

static double best(double (*const run[])(struct run *), size_t n, struct run *r, double *to)
{
	for (size_t i = 0; i < n; i++)
		to[i] = 1e9;
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < n; i++) {
			const double t = run[i](r);

			to[i] = t < to[i] ? t : to[i];
		}
	for (size_t i = 0; i < n; i++)
		to[i] = TOTAL / 1e6 / to[i];
	return to[n - 1];
}

static void throughput(void)
{
	static const size_t sizes[] = { 10 << 10, 64 << 10, 256 << 10 };
	static double (*const raw[])(struct run *) = { plain_write, plain_read, bare_write,
						       bare_read, cart_writes, cart_reads };
	static double (*const lzo[])(struct run *) = { compress_alone, cart_writes,
						       decompress_alone, cart_reads };
	char file[4200];
	struct run r = { .work = codec_work_new() };
	struct cart_folder *f = folder("bench-stream", CART_DATA_TAPE, true);

	snprintf(file, sizeof(file), "%s/bench-plain", path);
	r.fd = open(file, O_RDWR | O_CREAT | O_TRUNC, 0600);
	r.cart = load(f);
	if (r.fd < 0 || !r.work || !codec_use(r.work, CODEC_LZO, 1))
		die("set-up", 0);
	printf("MB/s              pwrite   bare   cart  /bare     pread   bare   cart  /bare\n");
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		double v[6];

		r.size = sizes[i];
		r.data = noise;
		cart_set_compression(r.cart, CART_RAW, 1);
		best(raw, 6, &r, v);
		printf("%3zu KiB, random  %7.0f%7.0f%7.0f%7.2f   %7.0f%7.0f%7.0f%7.2f\n",
		       r.size >> 10, v[0], v[2], v[4], v[4] / v[2], v[1], v[3], v[5], v[5] / v[3]);
	}
	printf("                  compressor    cart  /alone   decompressor   cart  /alone\n");
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		double v[4];

		r.size = sizes[i];
		r.data = text;
		cart_set_compression(r.cart, CART_LZO, 1);
		best(lzo, 4, &r, v);
		printf("%3zu KiB, text, lzo %9.0f%8.0f%8.2f%15.0f%7.0f%8.2f\n", r.size >> 10, v[0],
		       v[1], v[1] / v[0], v[2], v[3], v[3] / v[2]);
	}
	cart_close(r.cart);
	cart_folder_close(f);
	close(r.fd);
	unlink(file);
	codec_work_free(r.work);
	cart_folder_close(folder("bench-stream", CART_DATA_TAPE, true));
}

/* Nanoseconds a filemark, over 1000 of them, at this length; they are taken off again. */
static double filemark_cost(struct cart *c)
{
	double t = now();

	for (int i = 0; i < 1000; i++)
		if (cart_write_filemarks(c, 1, false))
			die("filemark", CART_OK);
	return (now() - t) * 1e6;
}

static void write_long(struct cart *c, uint64_t blocks)
{
	printf("filemark, ns, at object");
	for (uint64_t i = 0; i < blocks; i++) {
		const bool show = i == 0 || i == blocks / 100 || i == blocks / 10 ||
				  i == blocks / 2;

		if (show)
			printf("   %llu: %.0f", (unsigned long long)cart_position(c).object,
			       filemark_cost(c));
		if (cart_write(c, noise, 1))
			die("cart_write", 0);
		if (i % MARK_EVERY == MARK_EVERY - 1 && cart_write_filemarks(c, 1, true))
			die("filemark", CART_OK);
	}
	printf("   %llu: %.0f\n", (unsigned long long)cart_position(c).object, filemark_cost(c));
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

enum move { LOCATE, LOCATE_FILE, SPACE_MARKS, SPACE_BLOCKS };

static void move_once(struct cart *c, enum move m, const struct cart_end *end)
{
	const uint64_t object = draw() % end->objects, file = draw() % end->filemarks;
	const int64_t marks = (int64_t)file - (int64_t)cart_position(c).filemarks;
	uint64_t left;

	switch (m) {
	case LOCATE:
		cart_locate(c, 0, object);
		break;
	case LOCATE_FILE:
		cart_locate_file(c, 0, file);
		break;
	case SPACE_MARKS:
		cart_space_filemarks(c, marks, &left);
		break;
	case SPACE_BLOCKS:
		cart_space_blocks(c, draw() % 5 + 1, &left);
		break;
	}
}

static void moves(struct cart *c)
{
	static const char *const names[] = { "LOCATE object", "LOCATE file", "SPACE filemarks",
					     "SPACE blocks" };
	const struct cart_end end = cart_end_of(c, 0);
	static double t[MOVES];

	for (enum move m = LOCATE; m <= SPACE_BLOCKS; m++) {
		for (int i = 0; i < MOVES; i++) {
			t[i] = now();
			move_once(c, m, &end);
			t[i] = (now() - t[i]) * 1e6;
		}
		qsort(t, MOVES, sizeof(t[0]), by_value);
		printf("%-16s us: median %6.1f   p99 %6.1f   most %6.1f\n", names[m],
		       t[MOVES / 2], t[MOVES * 99 / 100], t[MOVES - 1]);
	}
}

static void load_times(struct cart_folder *f)
{
	double t[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		struct cart *c;

		t[i] = now();
		c = load(f);
		t[i] = (now() - t[i]) * 1e3;
		cart_close(c);
	}
	qsort(t, ROUNDS, sizeof(t[0]), by_value);
	printf("load             ms: median %6.3f   most %6.3f\n", t[ROUNDS / 2], t[ROUNDS - 1]);
}

static void long_tape(uint64_t blocks)
{
	struct cart_folder *f = folder("bench-long", CART_NULL_TAPE, true);
	struct cart *c = load(f);
	struct rusage use;
	struct stat data, indx;
	char file[4300];
	double t = now(), n;

	write_long(c, blocks);
	n = (double)cart_end_of(c, 0).objects;
	printf("%.0f objects written, %.0f ns each\n", n, (now() - t) / n * 1e9);
	if (cart_close(c))
		die("cart_close", 0);
	load_times(f);
	c = load(f);
	moves(c);
	cart_close(c);
	snprintf(file, sizeof(file), "%s/bench-long/indx", path);
	stat(file, &indx);
	snprintf(file, sizeof(file), "%s/bench-long/data", path);
	stat(file, &data);
	getrusage(RUSAGE_SELF, &use);
	printf("index %.2f bytes a block, header %.2f; resident %.1f MiB\n",
	       (double)indx.st_size / n, (double)data.st_size / n, (double)use.ru_maxrss / 1024);
	cart_folder_close(f);
	cart_folder_close(folder("bench-long", CART_NULL_TAPE, true));
}

int main(int argc, char **argv)
{
	snprintf(path, sizeof(path), "%s", argc > 1 ? argv[1] : "/dev/shm");
	setvbuf(stdout, NULL, _IONBF, 0);
	noise = calloc(1, 1);
	if (!noise)
		return 1;
	long_tape(argc > 2 ? strtoull(argv[2], NULL, 10) : 10000000);
	free(noise);
	make_data();
	throughput();
	free(noise);
	free(text);
	free(other);
	return 0;
}
