// SPDX-License-Identifier: GPL-2.0-only
/* Cartridges of mhvtl that do not hold are refused, whatever is in them, and nothing is made. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/mhvtl.h"
#include "fake/report.h"
#include "tools/mhvtl_media.h"
#include "tools/vtlcart.h"

static int import_to(const char *from, const char *to)
{
	char *operands[] = { (char *)(uintptr_t)from, (char *)(uintptr_t)to, NULL };
	const struct vtlcart v = {
		.where = { .program = "test" }, .from_mhvtl = true, .n = 2, .operand = operands,
	};

	return vtlcart_import(&v);
}

static const struct bad_row {
	const char *what;
	int format;
	const char *objects;
	const char *file;		/* that is changed */
	long at;			/* from its beginning; -1: it is cut to that length */
	uint64_t value;
	int width;			/* bytes, little-endian; 0: cut to value; -1: removed */
	const char *why;
} bad_rows[] = {
	{ "no MAM", 6, "N", "mam", 0, 0, -1, "mam: No such file" },
	{ "no private MAM", 6, "N", "mhvtl_data", 0, 0, -1, "mhvtl_data: No such file" },
	{ "no meta", 3, "N", "meta", 0, 0, -1, "meta: No such file" },
	{ "no index", 6, "N", "indx.0", 0, 0, -1, "indx.0: No such file" },
	{ "no data", 3, "N", "data", 0, 0, -1, "data: No such file" },
	{ "format 4", 3, "N", "meta", 0, 4, 4, "no cartridge of mhvtl" },
	{ "format 7", 6, "N", "mam", 0, 7, 4, "format 7" },
	{ "MAM format 5", 6, "N", "mam", 4, 5, 4, "MAM of format 5" },
	{ "a short MAM", 3, "N", "meta", 0, 1000, 0, "1000 bytes" },
	{ "a cut MAM", 6, "N", "mam", 0, 30, 0, "mam: cut" },
	{ "a torn index", 6, "NN", "indx.0", 0, 700, 0, "no whole number of records" },
	{ "short data", 6, "NN", "data.0", 0, 65536, 0, "record 1 ends behind" },
	{ "an unknown type", 6, "NN", "indx.0", 512 + 8, 5, 4, "record 1 unknown type" },
	{ "another number", 6, "NN", "indx.0", 512 + 16, 7, 4, "record 1 has another number" },
	{ "another partition", 6, "NN", "indx.0", 144, 3, 4, "record 0 is of another partition" },
	{ "an unknown flag", 6, "NN", "indx.0", 12, 0x18, 4, "unknown flags" },
	{ "two codecs", 6, "LN", "indx.0", 12, 0xd, 4, "unknown flags" },
	{ "no length", 6, "NN", "indx.0", 20, 0, 4, "impossible length" },
	{ "16 MiB", 6, "NN", "indx.0", 20, 1 << 24, 4, "impossible length" },
	{ "a negative length", 6, "NN", "indx.0", 20, UINT32_MAX, 4, "impossible length" },
	{ "raw of another length", 6, "NN", "indx.0", 24, 65535, 4, "length in data" },
	{ "too long in data", 6, "LN", "indx.0", 24, 80000, 4, "length in data" },
	{ "nothing in data", 6, "LN", "indx.0", 24, 0, 4, "length in data" },
	{ "an overlap", 6, "NNN", "indx.0", 512, 65535, 8, "record 1 overlaps" },
	{ "an offset behind the end", 6, "NN", "indx.0", 512, 1 << 30, 8, "record 1 ends behind" },
	{ "an offset that wraps", 6, "NN", "indx.0", 512, UINT64_MAX, 8, "record 1 ends behind" },
	{ "encrypted", 6, "NE", NULL, 0, 0, 0, "block 1 is encrypted" },
	{ "a byte of a raw block", 6, "NN", "data.0", 100, 0x55, 1, "block 0: checksum" },
	{ "a byte of an lzo block", 3, "L", "data", 3000, 0x1234, 2, "block 0" },
	{ "a byte of a zlib block", 3, "z", "data", 3000, 0x1234, 2, "cannot be decompressed" },
	{ "a wrong CRC", 3, "N|Z", "indx", 1024 + 28, 1, 4, "block 2: checksum" },
	{ "a medium type", 6, "N", "mam", -1, 0, 0, NULL },
};

static void change(const struct mhvtl_fake *f, const struct bad_row *r)
{
	char path[200];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", f->path, r->file);
	if (r->width < 0 && unlink(path))
		abort();
	if (r->width == 0 && truncate(path, (off_t)r->value))
		abort();
	if (r->width <= 0)
		return;
	fd = open(path, O_WRONLY);
	for (int i = 0; i < r->width; i++) {
		const uint8_t byte = (uint8_t)(r->value >> 8 * i);

		if (pwrite(fd, &byte, 1, r->at + i) != 1)
			abort();
	}
	close(fd);
}

/* All of it as a reader sees it: 0, or what is wrong. */
static int read_all(const char *path, uint8_t *buf, char *why)
{
	struct mhvtl_media *m;
	int err = mhvtl_open(path, &m, why);
	const struct mhvtl_info *info;
	uint32_t len;

	if (err)
		return err;
	info = mhvtl_info(m);
	for (uint32_t p = 0; !err && p < info->partitions; p++)
		for (uint64_t i = 0; !err && i < info->partition[p].objects; i++)
			err = mhvtl_read(m, p, i, buf, &len, why);
	mhvtl_close(m);
	return err;
}

static int test_bad(const struct bad_row *r, uint8_t *buf)
{
	struct mhvtl_fake f = mhvtl_fake_new(r->format, r->objects, NULL);
	char why[MHVTL_WHY] = "", text[MHVTL_WHY + 64] = "";
	int err;

	if (!r->why)
		f.type = 9;
	mhvtl_fake_end(&f);
	if (r->file && r->why)
		change(&f, r);
	err = read_all(f.path, buf, why);
	if (!err || !strstr(why, r->why ? r->why : "medium type 9"))
		snprintf(text, sizeof(text), "%d, %s", err, why);
	/* And nothing is made of it. */
	if (system("rm -rf new/*"))
		abort();
	if (!*text && (import_to("./old/E01001L8", "./new/NEW001L8") == 0 ||
		       system("[ -z \"$(ls -A new)\" ]")))
		snprintf(text, sizeof(text), "something was made");
	return report(r->what, *text ? text : NULL);
}

static int test_links(uint8_t *buf)
{
	static const struct { const char *what, *command; int err; } links[] = {
		{ "a symlink to the folder", "rm -rf ln; ln -s old/E01001L8 ln", -ENOTDIR },
		{ "a symlink to the data", "rm -rf ln; cp -r old/E01001L8 ln; "
		  "mv ln/data.0 d0; ln -s ../d0 ln/data.0", -ELOOP },
		{ "a FIFO for the index", "rm -rf ln; cp -r old/E01001L8 ln; rm ln/indx.0; "
		  "mkfifo ln/indx.0", -EINVAL },
		{ "a folder of nothing", "rm -rf ln; mkdir ln", -ENOENT },
		{ "no folder", "rm -rf ln", -ENOENT },
		{ "a file", "rm -rf ln; touch ln", -ENOTDIR },
		{ "ours", "rm -rf ln; cp -r new/NEW001L8 ln", -EOPNOTSUPP },
	};
	struct mhvtl_fake f = mhvtl_fake_new(6, "NLZ|", NULL);
	int failed = 0;

	mhvtl_fake_end(&f);
	if (system("rm -rf new/*") || import_to("./old/E01001L8", "./new/NEW001L8"))
		abort();
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		char why[MHVTL_WHY];
		int err;

		if (system(links[i].command))
			abort();
		err = read_all("ln", buf, why);
		failed |= report(links[i].what,
				 err == links[i].err && *why ? NULL : strerror(-err));
	}
	return failed;
}

static int test_warnings(void)
{
	struct mhvtl_fake f = mhvtl_fake_new(6, "N|N|", NULL);
	const char *wrong = NULL;
	struct mhvtl_media *m;
	char why[MHVTL_WHY];

	f.part[0].mark[1]++;
	mhvtl_fake_end(&f);
	if (system("printf xyz >>old/E01001L8/data.0") || mhvtl_open(f.path, &m, why))
		return report("what is odd and harmless", "not opened");
	if (!mhvtl_info(m)->partition[0].map_differs)
		wrong = "a list of filemarks that differs";
	if (mhvtl_info(m)->partition[0].left_over != 3)
		wrong = "data behind the end";
	mhvtl_close(m);
	return report("what is odd and harmless", wrong);
}

/* ---- hostile files: nothing but an error, or what is true ---- */

static const char *const files[] = { "mam", "mhvtl_data", "meta.0", "indx.0", "data.0" };

static size_t load(const char *path, uint8_t *to, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(to, 1, size, f) : 0;

	if (!f || fclose(f))
		abort();
	return n;
}

static void store(const char *path, const uint8_t *from, size_t len)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(from, 1, len, f) != len || fclose(f))
		abort();
}

/* Blocks that were not changed are read as they are, or not at all. */
static bool read_true(const char *path, uint8_t *buf)
{
	static uint8_t want[100000];
	char why[MHVTL_WHY] = "";
	struct mhvtl_media *m;
	bool ok = true;
	uint32_t len;

	if (mhvtl_open(path, &m, why))
		return *why;
	for (uint64_t i = 0; i < mhvtl_info(m)->partition[0].objects; i++) {
		if (mhvtl_read(m, 0, i, buf, &len, why) || !len || len > sizeof(want))
			continue;
		mhvtl_fake_fill(want, len, 0, (uint32_t)i);
		ok = ok && !memcmp(want, buf, len);
	}
	mhvtl_close(m);
	return ok;
}

static struct mhvtl_fake small(void)
{
	struct mhvtl_fake f = mhvtl_fake_new(6, "", NULL);

	for (uint32_t i = 0; i < 3; i++) {
		mhvtl_fake_block(&f, 0, 200 + i, FAKE_CRC | FAKE_LZO);
		mhvtl_fake_mark(&f, 0);
		mhvtl_fake_block(&f, 0, 300 + i, FAKE_CRC | FAKE_ZLIB);
		mhvtl_fake_block(&f, 0, 100 + i, FAKE_CRC);
	}
	mhvtl_fake_end(&f);
	return f;
}

static int test_cuts(uint8_t *buf)
{
	static uint8_t bytes[65536];
	const struct mhvtl_fake f = small();
	const char *wrong = NULL;
	int cuts = 0;

	for (size_t k = 0; k < ARRAY_SIZE(files); k++) {
		char path[200];
		size_t len;

		snprintf(path, sizeof(path), "%s/%s", f.path, files[k]);
		len = load(path, bytes, sizeof(bytes));
		for (size_t n = 0; n < len; n += 1 + n / 1500, cuts++) {
			store(path, bytes, n);
			if (!read_true(f.path, buf))
				wrong = files[k];
		}
		store(path, bytes, len);
	}
	if (cuts < 3000)
		wrong = "too few";
	return report("every file cut everywhere", wrong);
}

static int test_noise(uint8_t *buf)
{
	static uint8_t bytes[65536], noise[65536];
	const struct mhvtl_fake f = small();
	const char *wrong = NULL;
	uint32_t x = 7;

	for (size_t k = 0; k < ARRAY_SIZE(files); k++) {
		char path[200];
		size_t len;

		snprintf(path, sizeof(path), "%s/%s", f.path, files[k]);
		len = load(path, bytes, sizeof(bytes));
		for (int round = 0; round < 1500; round++) {
			memcpy(noise, bytes, len);
			for (int i = 0; i < 1 + round % 5; i++) {
				x = x * 1664525u + 1013904223u;
				noise[(x >> 8) % len] = (uint8_t)(round & 1 ? 0xff : x >> 2);
			}
			store(path, noise, len);
			if (!read_true(f.path, buf))
				wrong = files[k];
		}
		store(path, bytes, len);
	}
	return report("random bytes in every file", wrong);
}

int main(void)
{
	char folder[] = "/tmp/test_mhvtl_media.XXXXXX", command[64];
	uint8_t *buf = malloc(CART_BLOCK_MAX);
	int failed = 0;

	if (!buf || !mkdtemp(folder) || chdir(folder) || mkdir("old", 0770) || mkdir("new", 0770))
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(bad_rows); i++)
		failed |= test_bad(&bad_rows[i], buf);
	failed |= test_links(buf);
	failed |= test_warnings();
	failed |= test_cuts(buf);
	failed |= test_noise(buf);
	free(buf);
	if (chdir("/") || system(strcat(strcpy(command, "rm -rf "), folder)))
		return 1;
	return failed;
}
