// SPDX-License-Identifier: GPL-2.0-only
/* What a repair changes can be put back: from copies of its own, and whatever cannot be read. */
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "fake/report.h"
#include "fake/torn_tape.h"

static const struct torn_hurt hurts[] = {
	{ "data", TORN_SPOILT, 80, 200 },
	{ "data", TORN_CUT, 100, 0 },
	{ "data.1", TORN_FLIPPED, 66, 0 },
	{ "indx", TORN_FLIPPED, 4200, 0 },
	{ "indx.1", TORN_CUT, 4096, 0 },
	{ "meta", TORN_FLIPPED, 30, 0 },
};

static struct mem_io *hurt(const struct torn_hurt *h)
{
	struct mem_io *io = torn_new(TORN_PUT_AWAY);

	torn_inflict(io, h);
	return io;
}

/* Each byte that is another one, or is not there any more, is in the copy at its offset. */
static bool is_saved(struct mem_io *before, struct mem_io *after, const char *name, uint32_t n)
{
	char copy[32];
	const struct mem_image *was = &mem_io_file(before, name)->now;
	const struct mem_image *is = &mem_io_file(after, name)->now;
	const struct mem_file *saved;

	snprintf(copy, sizeof(copy), "%s.saved.%u", name, n);
	saved = mem_io_file(after, copy);
	for (uint64_t i = 0; i < was->size; i++)
		if ((i >= is->size || is->bytes[i] != was->bytes[i]) &&
		    (!saved || i >= saved->now.size || saved->now.bytes[i] != was->bytes[i]))
			return false;
	return true;
}

static const char *all_saved(struct mem_io *before, struct mem_io *after, uint32_t n)
{
	static const char *const names[] = { "meta", "data", "indx", "data.1", "indx.1" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!is_saved(before, after, names[i], n))
			return names[i];
	return NULL;
}

/* The nth read fails, for each n: refused, or done and saved all the same. */
static const char *fail_each(const struct torn_hurt *h)
{
	const char *why = NULL;
	bool refused = false;

	for (int n = 1, left = 0; !left && !why; n++) {
		struct mem_io *before = hurt(h), *io = mem_io_copy(before);
		struct cart_repaired ret;
		struct torn_found f;

		io->fail_read = n;
		f = torn_repair(io, &ret);
		left = io->fail_read;		/* there were fewer */
		refused |= f.rc == CART_READ_FAILED;
		if (f.rc && f.rc != CART_READ_FAILED)
			why = "another outcome";
		else if (!f.rc)
			why = all_saved(before, io, ret.saved);
		io->fail_read = 0;
		if (!why && torn_repair(io, &ret).rc)
			why = "is not repaired afterwards";
		mem_io_free(before);
		mem_io_free(io);
	}
	return why ? why : refused ? NULL : "no read has failed";
}

static int test_reads_fail(void)
{
	int failed = 0;
	char what[64];

	for (size_t i = 0; i < ARRAY_SIZE(hurts); i++) {
		snprintf(what, sizeof(what), "%s, and one read fails", hurts[i].file);
		failed |= report(what, fail_each(&hurts[i]));
	}
	return failed;
}

static void make(struct mem_io *io, const char *name)
{
	const int handle = mem_cart_io.open(io, name, true, true);
	char text[] = "kept";
	const struct iovec iov = { text, 4 };

	mem_cart_io.pwritev(io, handle, &iov, 1, 0);
	mem_cart_io.close(io, handle);
}

/* Whatever is left of another repair's copies, or cannot be looked at, is not written to. */
static const struct taken {
	const char *name;
	bool refuse;
} taken[] = {
	{ "meta.saved.1", false }, { "data.saved.1", false }, { "indx.saved.1", false },
	{ "data.1.saved.1", false }, { "indx.1.saved.1", false }, { "indx.3.saved.1", false },
	{ "meta.saved.1", true }, { "data.2.saved.1", true },
};

static const char *leave_alone(const struct taken *t, const struct torn_hurt *h)
{
	struct mem_io *before = hurt(h), *io = mem_io_copy(before);
	const struct mem_image *is;
	const char *why = NULL;
	struct cart_repaired ret;

	make(io, t->name);
	io->refuse = t->refuse ? t->name : NULL;
	if (torn_repair(io, &ret).rc || ret.saved != 2)
		why = "the copies are not the second ones";
	else
		why = all_saved(before, io, 2);
	is = &mem_io_file(io, t->name)->now;
	if (is->size != 4 || memcmp(is->bytes, "kept", 4))
		why = "is written over";
	mem_io_free(before);
	mem_io_free(io);
	return why;
}

static int test_taken(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(taken); i++) {
		const char *why = NULL;

		for (size_t n = 0; n < ARRAY_SIZE(hurts) && !why; n++)
			why = leave_alone(&taken[i], &hurts[n]);
		failed |= report(taken[i].name, why);
	}
	return failed;
}

/* A disk that gives a part of the space, and then no more, has it back. */
static int test_space(void)
{
	const struct torn_hurt h = { "data", TORN_CUT, 0, 0 };
	struct mem_io *before = hurt(&h), *io = mem_io_copy(before);
	const struct mem_file *data;
	struct cart_repaired ret;
	const char *why = NULL;

	io->part_allocate = true;
	for (size_t i = 0; i < ARRAY_SIZE(io->file); i++)
		io->disk += io->file[i].space;
	io->disk += 100;
	if (torn_repair(io, &ret).rc != CART_FULL)
		why = "there was room";
	data = mem_io_file(io, "data");
	if (data->space != data->now.size)
		why = "space is kept";
	for (size_t i = 0; i < ARRAY_SIZE(io->file) && !why; i++)
		if (io->file[i].exists && !mem_io_file(before, io->file[i].name))
			why = "a copy was made";
	if (!why)
		why = all_saved(before, io, 1);
	mem_io_free(before);
	mem_io_free(io);
	return report("a disk that is nearly full", why);
}

int main(void)
{
	int failed = test_reads_fail();

	failed |= test_taken();
	failed |= test_space();
	return failed;
}
