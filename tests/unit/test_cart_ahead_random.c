// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cartridge in a folder that is read ahead by a real thread, with everything that changes it in
 * between and a disk that fails now and then, against a list in memory.  SEED=n: that one alone.
 * make check-unit runs it under ThreadSanitizer, too.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "daemon/cart_thread.h"
#include "daemon/crew.h"
#include "media/cart.h"
#include "media/io.h"

#ifdef __SANITIZE_THREAD__		/* that takes its time */
enum { LIVES = 4 };
#else
enum { LIVES = 12 };
#endif
enum { STEPS = 400, OBJECTS = 1500, MOST = 150000 };

/* What is on the tape: a block by its seed and length, or (length 0) a filemark. */
struct object {
	uint32_t seed, len;
};

struct life {
	uint64_t dice;
	char dir[32];
	struct cart_folder *folder;
	struct cart *cart;
	struct cart_thread thread;
	struct crew crew;
	struct object tape[OBJECTS];
	uint32_t n, at;
	const char *what;		/* is done now */
	uint64_t blocks, faults;
};

static const char *const files[] = { "meta", "data", "indx" };
static uint8_t block[MOST], got[MOST * 4];

/* ---- a disk that fails: every third call to read, while it is told to ---- */

static atomic_bool failing;
static atomic_uint calls;

static bool fails(void)
{
	return atomic_load_explicit(&failing, memory_order_relaxed) &&
	       atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed) % 3 == 0;
}

static ssize_t pread_or_fail(void *ctx, int handle, void *buf, size_t len, uint64_t off)
{
	return fails() ? -EIO : cart_file_io.pread(ctx, handle, buf, len, off);
}

static ssize_t preadv_or_fail(void *ctx, int handle, const struct iovec *iov, int n, uint64_t off)
{
	return fails() ? -EIO : cart_file_io.preadv(ctx, handle, iov, n, off);
}

static struct cart_io io;

/* ---- the model ---- */

static uint32_t roll(struct life *l, uint32_t sides)
{
	l->dice ^= l->dice << 13;
	l->dice ^= l->dice >> 7;
	l->dice ^= l->dice << 17;
	return (uint32_t)(l->dice >> 32) % sides;
}

/* Odd ones are noise. */
static void fill(const struct object *o)
{
	const int shift = o->seed & 1 ? 24 : 30;
	uint32_t x = o->seed;

	for (uint32_t i = 0; i < o->len; i++) {
		x = x * 1664525 + 1013904223;
		block[i] = (uint8_t)(x >> shift);
	}
}

static bool wrong(struct life *l, const char *why, long long rc)
{
	printf("not ok - read ahead at random: %s at object %u: %s, %lld\n", l->what, l->at, why,
	       rc);
	return false;
}

static bool is_there(struct life *l, const uint8_t *is, uint32_t len, uint32_t cap)
{
	const struct object *o = &l->tape[l->at];

	fill(o);
	if (!o->len || len != o->len || memcmp(is, block, len < cap ? len : cap))
		return wrong(l, "another block", (int)len);
	l->at++;
	l->blocks++;
	return true;
}

static bool in_place(struct life *l)
{
	const struct cart_pos pos = cart_position(l->cart);

	return pos.object == l->at ? true : wrong(l, "the head is not there", (int)pos.object);
}

/* One object; a failing disk may fail, but neither move nor lie. */
static bool read_one(struct life *l)
{
	const uint32_t cap = roll(l, 20) ? MOST : roll(l, 2000);
	uint32_t len;
	const enum cart_rc rc = cart_read(l->cart, got, cap, &len);

	if (rc == CART_READ_FAILED && failing) {
		l->faults++;
		return in_place(l);
	}
	if (l->at == l->n)
		return rc == CART_EOD ? true : wrong(l, "no end of data", rc);
	if (!l->tape[l->at].len) {
		l->at += rc == CART_FILEMARK;
		return rc == CART_FILEMARK ? true : wrong(l, "no filemark", rc);
	}
	return rc == CART_OK ? is_there(l, got, len, cap) : wrong(l, "no block", rc);
}

static bool read_some(struct life *l)
{
	bool ok = true;

	l->what = "READ";
	failing = roll(l, 8) == 0;
	for (uint32_t n = roll(l, 60); ok && n; n--)
		ok = read_one(l);
	failing = false;
	return ok && in_place(l);
}

static bool read_fixed(struct life *l)
{
	const uint32_t len = l->at < l->n ? l->tape[l->at].len : 0;
	const uint32_t count = len ? roll(l, sizeof(got) / len) + 1 : 0;
	uint32_t done = 0, other;
	bool ok = true;

	l->what = "READ, fixed";
	if (!len)
		return true;
	cart_read_blocks(l->cart, got, len, count < 40 ? count : 40, &done, &other);
	for (uint32_t i = 0; ok && i < done; i++)
		ok = is_there(l, got + (size_t)i * len, len, len);
	if (ok && cart_position(l->cart).object == l->at + 1)
		l->at++;		/* what stopped it: another length, a filemark */
	return ok && in_place(l);
}

static bool write_some(struct life *l)
{
	const uint32_t same = roll(l, 2) ? 1 + roll(l, roll(l, 6) ? 12000 : MOST - 1) : 0;

	l->what = "WRITE";
	for (uint32_t n = 1 + roll(l, 40); n && l->at < OBJECTS; n--) {
		struct object *o = &l->tape[l->at];
		const bool mark = !roll(l, 25);
		enum cart_rc rc;

		*o = (struct object){ .seed = roll(l, 1 << 30) };
		if (!mark)
			o->len = same ? same : 1 + roll(l, roll(l, 6) ? 12000 : MOST - 1);
		fill(o);
		rc = mark ? cart_write_filemarks(l->cart, 1, true) :
		     cart_write(l->cart, block, o->len);
		if (rc)
			return wrong(l, "fails", rc);
		l->n = ++l->at;
	}
	return in_place(l);
}

static bool locate(struct life *l)
{
	l->what = "LOCATE";
	l->at = roll(l, 3) ? roll(l, l->n + 1) : roll(l, 10) % (l->n + 1);
	cart_locate(l->cart, 0, l->at);
	return in_place(l);
}

static bool space(struct life *l)
{
	uint64_t left;

	l->what = "SPACE";
	cart_space_blocks(l->cart, (int64_t)roll(l, 40) - 10, &left);
	l->at = (uint32_t)cart_position(l->cart).object;
	return true;
}

/* To where it is already: not a move, and yet a different command. */
static bool stay(struct life *l)
{
	l->what = "LOCATE to the same place";
	cart_locate(l->cart, 0, l->at);
	return in_place(l);
}

static bool erase(struct life *l)
{
	const enum cart_rc rc = cart_erase(l->cart);

	l->what = "ERASE";
	l->n = l->at;
	return rc ? wrong(l, "fails", rc) : in_place(l);
}

static bool format(struct life *l)
{
	const enum cart_rc rc = cart_format(l->cart, 1, NULL, 0x5e);

	l->what = "FORMAT";
	l->n = l->at = 0;
	return rc ? wrong(l, "fails", rc) : in_place(l);
}

static bool sync_it(struct life *l)
{
	l->what = "sync";
	return cart_save(l->cart) ? wrong(l, "fails", 0) : true;
}

static bool codec(struct life *l)
{
	cart_set_compression(l->cart, (enum cart_codec)roll(l, 4), 1);
	return true;
}

static bool share(struct life *l)
{
	cart_set_pool(l->cart, roll(l, 3) ? &l->crew.base : NULL);
	return true;
}

static void ahead(struct life *l)
{
	static const size_t bytes[] = { 0, 5000, 100000, 1 << 20, 4 << 20, 4 << 20 };

	cart_set_read_ahead(l->cart, bytes[roll(l, ARRAY_SIZE(bytes))],
			    roll(l, 4) ? &l->thread.base : NULL);
}

static bool load(struct life *l)
{
	char why[CART_WHY_MAX];
	const enum cart_rc rc = cart_open(&io, l->folder, 0, "TEST", 1, &l->cart, why);

	l->what = "load";
	l->at = 0;
	if (rc)
		return wrong(l, why, rc);
	ahead(l);
	share(l);
	return codec(l);
}

static bool unload(struct life *l)
{
	const enum cart_rc rc = cart_close(l->cart);

	crew_rest(&l->crew);
	l->what = "unload";
	l->cart = NULL;
	return rc ? wrong(l, "fails", rc) : load(l);
}

static bool other_ahead(struct life *l)
{
	ahead(l);
	return true;
}

static const struct {
	uint32_t odds;
	bool (*run)(struct life *l);
} operations[] = {
	{ 40, read_some }, { 6, read_fixed }, { 8, write_some }, { 12, locate }, { 6, space },
	{ 3, stay }, { 1, erase }, { 1, sync_it }, { 3, codec }, { 2, unload }, { 2, other_ahead },
	{ 2, share },
};

static bool operate(struct life *l)
{
	uint32_t all = 0, which;
	size_t i = 0;

	for (size_t k = 0; k < ARRAY_SIZE(operations); k++)
		all += operations[k].odds;
	which = roll(l, all);
	while (which >= operations[i].odds)
		which -= operations[i++].odds;
	return roll(l, 300) ? operations[i].run(l) : format(l);
}

static void path_of(const struct life *l, const char *name, char path[64])
{
	snprintf(path, 64, "%s/%s", l->dir, name);
}

static bool begin(struct life *l, uint32_t seed)
{
	const struct cart_spec spec = { .barcode = "RND001L8", .medium = "LTO8", .density = 0x5e,
					.capacity = (uint64_t)1 << 34 };

	*l = (struct life){ .dice = seed * 0x9e3779b97f4a7c15 + 1, .dir = "/tmp/ahead-XXXXXX" };
	l->what = "create";
	crew_init(&l->crew, 3);
	if (!mkdtemp(l->dir) || cart_folder_open(l->dir, &l->folder) ||
	    cart_thread_init(&l->thread, NULL, NULL, NULL))
		abort();
	return cart_create(&io, l->folder, &spec) ? wrong(l, "fails", 0) : load(l);
}

static void end(struct life *l)
{
	char path[64];

	cart_drop(l->cart);
	cart_thread_release(&l->thread);
	crew_rest(&l->crew);
	cart_folder_close(l->folder);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		path_of(l, files[i], path);
		unlink(path);
	}
	rmdir(l->dir);
}

/* In the end a byte of data is changed: what is before it reads, and nobody reads it wrong. */
static bool damage(struct life *l)
{
	char path[64];
	FILE *f;
	long size;
	int byte;
	enum cart_rc rc = CART_OK;
	uint32_t len;

	l->what = "READ of a damaged tape";
	path_of(l, "data", path);
	f = fopen(path, "r+");
	if (!f || fseek(f, 0, SEEK_END))
		return wrong(l, "no file", 0);
	size = (long)cart_end_of(l->cart, 0).used;
	if (size) {
		fseek(f, (long)roll(l, (uint32_t)size) / 8 * 8, SEEK_SET);
		byte = fgetc(f);
		fseek(f, -1, SEEK_CUR);
		fputc(byte ^ 1, f);
	}
	fclose(f);
	cart_locate(l->cart, 0, 0);
	for (l->at = 0; rc == CART_OK && l->at < l->n;) {
		rc = cart_read(l->cart, got, MOST, &len);
		if (rc == CART_FILEMARK && !l->tape[l->at].len)
			rc = CART_OK, l->at++;
		else if (rc == CART_OK && !is_there(l, got, len, MOST))
			return false;
	}
	if (rc && (rc != CART_DAMAGED || !in_place(l)))
		return wrong(l, "another end", rc);
	return size && !rc && !cart_read_only(l->cart) ? wrong(l, "is not seen", 0) : true;
}

static bool live(uint32_t seed, uint64_t *blocks, uint64_t *faults)
{
	static struct life l;
	bool ok = begin(&l, seed);

	for (int i = 0; ok && i < STEPS; i++)
		ok = operate(&l);
	ok = ok && damage(&l);
	end(&l);
	if (!ok)
		printf("# SEED=%u\n", seed);
	*blocks += l.blocks;
	*faults += l.faults;
	return ok;
}

int main(void)
{
	const char *only = getenv("SEED");
	uint32_t seed = only ? (uint32_t)strtoul(only, NULL, 0) : 1;
	const uint32_t last = only ? seed : LIVES;
	uint64_t blocks = 0, faults = 0;

	io = cart_file_io;
	io.pread = pread_or_fail;
	io.preadv = preadv_or_fail;
	for (; seed <= last; seed++)
		if (!live(seed, &blocks, &faults))
			return 1;
	if (!faults) {
		printf("not ok - read ahead at random: the disk never failed\n");
		return 1;
	}
	printf("ok - read ahead at random: %llu blocks, %llu failures of the disk told\n",
	       (unsigned long long)blocks, (unsigned long long)faults);
	return 0;
}
