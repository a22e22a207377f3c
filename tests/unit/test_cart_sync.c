// SPDX-License-Identifier: GPL-2.0-only
/* When data is forced to disk: the modes, and syncs in the background that come late or fail. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/late.h"
#include "fake/report.h"
#include "fake/text_tape.h"

struct bed {
	struct mem_io *io;
	struct cart *c;
	struct late f;
	int syncs;			/* before what is tested */
};

static void make(struct bed *b, bool at_once)
{
	*b = (struct bed){ .io = text_new(), .f = late_new(at_once) };
	b->c = text_load(b->io, NULL);
	cart_set_background(b->c, &b->f.base);
	text_write(b->c, "ab");
	b->syncs = b->io->syncs;
}

static void end(struct bed *b)
{
	if (b->c)
		cart_close(b->c);
	mem_io_free(b->io);
}

/* What a power failure would leave now. */
static const char *after_crash(const struct bed *b)
{
	static char text[TEXT_MAX];
	struct mem_io *io = mem_io_new();

	mem_io_crash(io, b->io, 0);
	text_play(io, text);
	mem_io_free(io);
	return text;
}

static int test_at_once(void)
{
	const char *why = NULL;
	struct bed b;

	make(&b, true);
	if (text_write(b.c, "|") || b.io->syncs != b.syncs + 1)
		why = "no sync";
	if (strcmp(after_crash(&b), "ab|."))
		why = "not durable";
	if (cart_write_filemarks(b.c, 0, false) || b.io->syncs != b.syncs + 1)
		why = "synced twice";
	end(&b);
	return report("an IMMED filemark is synced in the background", why);
}

static int test_late(void)
{
	const char *why = NULL;
	struct bed b;

	make(&b, false);
	if (text_write(b.c, "|cd|e|") || b.io->syncs != b.syncs || b.f.submitted != 1)
		why = "waits, or begins twice";
	if (strcmp(after_crash(&b), "."))
		why = "is durable";
	late_work(&b.f);
	cart_poll(b.c);
	if (b.io->syncs != b.syncs + 1 || b.f.submitted != 2)
		why = "what came meanwhile is forgotten";
	late_work(&b.f);
	cart_poll(b.c);
	if (b.f.submitted != 2 || b.f.job || cart_take_deferred(b.c) || cart_read_only(b.c))
		why = "does not end";
	if (!why && strcmp(after_crash(&b), "ab|cd|e|."))
		why = "not durable";
	end(&b);
	return report("filemarks while the background is at work", why);
}

/* A host that does not wait, and then one that does. */
static int test_then_synced(void)
{
	const char *why = NULL;
	struct bed b;

	make(&b, false);
	text_write(b.c, "|c");
	if (cart_write_filemarks(b.c, 1, false) || b.f.waited != 1 || b.f.job)
		why = "the two are not in order";
	if (strcmp(after_crash(&b), "ab|c|."))
		why = "not durable";
	end(&b);
	return report("a synced filemark waits for the background", why);
}

static int test_overwrite(void)
{
	const char *why = NULL;
	struct bed b;

	make(&b, false);
	text_write(b.c, "|cd");
	cart_locate(b.c, 0, 1);
	if (text_write(b.c, "x") || b.f.waited != 1)
		why = "does not wait";
	cart_write_filemarks(b.c, 0, false);
	if (strcmp(after_crash(&b), "ax."))
		why = "not what was written";
	end(&b);
	return report("overwriting waits for the background", why);
}

static int test_failure(void)
{
	const char *why = NULL;
	struct bed b;

	make(&b, false);
	text_write(b.c, "|c");
	b.io->fail_syncs = true;
	late_work(&b.f);
	b.io->fail_syncs = false;
	if (!cart_take_deferred(b.c))
		why = "nobody is told";
	else if (cart_take_deferred(b.c))
		why = "told twice";
	if (!cart_read_only(b.c) || !strstr(cart_why_read_only(b.c), "background"))
		why = "not read-only";
	if (text_write(b.c, "d") != CART_READ_ONLY ||
	    cart_write_filemarks(b.c, 1, false) != CART_READ_ONLY)
		why = "writes on";
	if (cart_write_filemarks(b.c, 0, false) != CART_WRITE_FAILED)
		why = "a sync says that all is well";
	if (cart_close(b.c) != CART_WRITE_FAILED)
		why = "is put away as if it was clean";
	b.c = text_load(b.io, NULL);
	if (!b.c || cart_read_only(b.c))
		why = "cannot be loaded again";
	end(&b);
	return report("a sync in the background fails: told once, then read-only", why);
}

static int test_failure_told_at_once(void)
{
	const char *why = NULL;
	struct bed b;

	make(&b, false);
	text_write(b.c, "|c");
	b.io->fail_syncs = true;
	if (cart_write_filemarks(b.c, 0, false) != CART_WRITE_FAILED)
		why = "not told";
	if (cart_take_deferred(b.c))
		why = "told twice";
	if (b.io->syncs != b.syncs + 1)
		why = "tried again";
	end(&b);
	return report("a failure that a synced filemark finds is its own", why);
}

static int test_no_thread(void)
{
	const char *why = NULL;
	struct bed b;

	make(&b, false);
	b.f.refuse = true;
	if (text_write(b.c, "|c|") || b.io->syncs != b.syncs || b.f.job)
		why = "IMMED";
	if (cart_write_filemarks(b.c, 0, false) || strcmp(after_crash(&b), "ab|c|."))
		why = "the next sync does not make it durable";
	end(&b);
	return report("without a thread the next sync has it all", why);
}

static const struct {
	const char *what;
	enum cart_sync_mode mode;
	int marks, close;		/* syncs of two filemarks; whether unloading syncs */
	const char *crash;		/* left by a power failure before that */
	const char *unloaded;		/* ... and after it; NULL: anything */
} modes[] = {
	{ "sync filemark", CART_SYNC_FILEMARK, 2, true,  "ab||.", "ab||." },
	{ "sync unload",   CART_SYNC_UNLOAD,   0, true,  ".",     "ab||." },
	{ "sync none",     CART_SYNC_NONE,     0, false, ".",     NULL },
};

static int test_modes(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		const char *why = NULL;
		char text[TEXT_MAX];
		struct bed b;

		make(&b, true);
		cart_set_sync(b.c, modes[i].mode);
		if (cart_write_filemarks(b.c, 1, false) || cart_write_filemarks(b.c, 1, true) ||
		    cart_write_filemarks(b.c, 0, false) || cart_sync(b.c) ||
		    b.io->syncs - b.syncs != modes[i].marks)
			why = "syncs";
		if (strcmp(after_crash(&b), modes[i].crash))
			why = "a power failure";
		b.syncs = b.io->syncs;
		cart_close(b.c);
		b.c = NULL;
		if ((b.io->syncs > b.syncs) != modes[i].close)
			why = "unloading";
		if (modes[i].unloaded && strcmp(after_crash(&b), modes[i].unloaded))
			why = "a power failure after unloading";
		if (strcmp(text_play(b.io, text), "ab||."))
			why = "without any failure";
		end(&b);
		failed |= report(modes[i].what, why);
	}
	return failed;
}

/* From none to more in one load: what was not synced is not forgotten. */
static int test_mode_changes(void)
{
	const char *why = NULL;
	struct bed b;

	make(&b, true);
	cart_set_sync(b.c, CART_SYNC_NONE);
	cart_write_filemarks(b.c, 1, false);
	cart_save(b.c);
	cart_set_sync(b.c, CART_SYNC_FILEMARK);
	if (cart_sync(b.c) || strcmp(after_crash(&b), "ab|."))
		why = "lost";
	end(&b);
	return report("from sync none to sync filemark", why);
}

enum { BIG = 16000000 };

/* After 256 MiB one begins; at 512 MiB without an end, the writer waits. */
static int test_pace(void)
{
	const struct cart_spec spec = text_spec(CART_DATA_TAPE, (uint64_t)1 << 40);
	struct bed b = { .io = mem_io_new(), .f = late_new(false) };
	uint8_t *block = calloc(1, BIG);
	const char *why = NULL;
	int n = 0;

	b.io->no_journal = true;
	cart_create(&mem_cart_io, b.io, &spec);
	b.c = text_load(b.io, NULL);
	cart_set_background(b.c, &b.f.base);
	for (; n < 40 && !b.f.submitted; n++)
		cart_write(b.c, block, BIG);
	if (n != 18 || b.f.waited)
		why = "not at 256 MiB";
	for (; n < 40 && !b.f.waited; n++)
		cart_write(b.c, block, BIG);
	if (n != 35)
		why = "not at 512 MiB";
	free(block);
	end(&b);
	return report("every 256 MiB in the background, and one piece behind", why);
}

/* Counters are saved behind a sync in the background, and nobody waits for either. */
static int test_save_soon(void)
{
	const char *why = NULL;
	struct bed b;

	make(&b, false);
	cart_save_soon(b.c);
	if (b.io->syncs != b.syncs || !b.f.job || !cart_unsaved(b.c))
		why = "waits";
	cart_poll(b.c);
	if (!cart_unsaved(b.c))
		why = "is early";
	late_work(&b.f);
	cart_poll(b.c);
	if (cart_unsaved(b.c) || b.f.waited || strcmp(after_crash(&b), "ab."))
		why = "not saved";
	b.syncs = b.io->syncs;
	cart_save_soon(b.c);
	cart_poll(b.c);
	if (b.io->syncs != b.syncs || b.f.job)
		why = "once more";
	end(&b);
	return report("counters are saved in the background", why);
}

/* at: 0 the sync of data in the background fails, 1 that of meta. */
static int test_save_fails(int at)
{
	const char *why = NULL;
	struct bed b;

	make(&b, false);
	cart_save_soon(b.c);
	b.io->fail_syncs = at == 0;
	late_work(&b.f);
	b.io->fail_syncs = true;
	cart_poll(b.c);
	b.io->fail_syncs = false;
	if (!cart_take_deferred(b.c) || cart_take_deferred(b.c))
		why = "is not told once";
	if (!cart_read_only(b.c) || cart_unsaved(b.c))
		why = "goes on";
	end(&b);
	return report(at ? "saving counters fails" : "a sync before saving counters fails", why);
}

int main(void)
{
	return test_at_once() | test_late() | test_then_synced() | test_overwrite() |
	       test_failure() | test_failure_told_at_once() | test_no_thread() | test_modes() |
	       test_mode_changes() | test_pace() | test_save_soon() | test_save_fails(0) |
	       test_save_fails(1);
}
