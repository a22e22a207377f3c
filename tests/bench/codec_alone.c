// SPDX-License-Identifier: GPL-2.0-only
/*
 * codec_alone CODEC FILE KIB: MB/s of a compressor, and of its decompressor, on FILE in blocks of
 * so many KiB, without a tape around it: the limit of a compressing stream.  What is not worth it
 * stays as it is, by the engine's own rule, and counts in both figures.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/clock.h"
#include "media/codec.h"

struct block {
	void *packed;		/* NULL: stored as it is */
	size_t len;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "codec_alone: %s\n", what);
	exit(1);
}

static void *memory(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		die("no memory");
	memset(p, 1, n);	/* the page faults are not what is measured */
	return p;
}

static uint8_t *contents(const char *file, size_t *ret_len)
{
	FILE *in = fopen(file, "r");
	uint8_t *all;

	if (!in || fseek(in, 0, SEEK_END))
		die(file);
	*ret_len = (size_t)ftell(in);
	rewind(in);
	all = memory(*ret_len);
	if (fread(all, 1, *ret_len, in) != *ret_len)
		die(file);
	fclose(in);
	return all;
}

static const struct codec_row *named(const char *name)
{
	for (unsigned int id = 0; id < 256; id++) {
		const struct codec_row *row = codec_find((uint8_t)id);

		if (row && !strcmp(row->name, name))
			return row;
	}
	die("no such codec");
}

static double pack_all(struct codec_work *w, const uint8_t *from, size_t size, struct block *to,
		       size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		const double t = now();
		struct codec_form form;
		const void *packed;

		to[i].len = codec_pack(w, from + i * size, size, &packed, &form);
		sum += now() - t;
		if (!to[i].len)
			continue;
		to[i].packed = memory(to[i].len);
		memcpy(to[i].packed, packed, to[i].len);
	}
	return sum;
}

static double unpack_all(struct codec_work *w, const struct codec_row *row, size_t size,
			 struct block *from, size_t n)
{
	uint8_t *to = memory(size);
	const double t = now();
	double sum;

	for (size_t i = 0; i < n; i++)
		if (from[i].packed && !row->decompress(w, from[i].packed, from[i].len, to, size))
			die("what was packed is not to be unpacked");
	sum = now() - t;
	free(to);
	return sum;
}

int main(int argc, char **argv)
{
	struct codec_work *w = codec_work_new();
	const struct codec_row *row;
	struct block *blocks;
	double pack, unpack, mb;
	size_t size, len, n;
	uint8_t *all;

	if (argc != 4 || atoi(argv[3]) < 1)
		die("usage: codec_alone CODEC FILE KIB");
	row = named(argv[1]);
	size = (size_t)atoi(argv[3]) << 10;
	all = contents(argv[2], &len);
	n = len / size;
	blocks = calloc(n ? n : 1, sizeof(*blocks));
	if (!w || !blocks || !n || !codec_use(w, row->id, 1))
		die("set-up");
	pack_all(w, all, size, &(struct block){ 0 }, 1);	/* and of the codec's own memory */
	pack = pack_all(w, all, size, blocks, n);
	unpack = unpack_all(w, row, size, blocks, n);
	mb = (double)(n * size) / 1e6;
	printf("%.6g %.6g\n", mb / pack, mb / unpack);
	for (size_t i = 0; i < n; i++)
		free(blocks[i].packed);
	free(blocks);
	free(all);
	codec_work_free(w);
	return 0;
}
