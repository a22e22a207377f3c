// SPDX-License-Identifier: GPL-2.0-only
/* What tools see of a cartridge and change on it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/report.h"
#include "fake/text_tape.h"
#include "media/inspect.h"

static struct cart *load(struct mem_io *io, int flags)
{
	char why[CART_WHY_MAX];
	struct cart *c;

	return cart_open(&mem_cart_io, io, flags, "TOOL    1", 5, &c, why) ? NULL : c;
}

static int test_objects(void)
{
	static const struct { enum cart_object_kind kind; uint64_t offset; } want[] = {
		{ CART_BLOCK, 0 }, { CART_BLOCK, 72 }, { CART_MARK, 144 }, { CART_BLOCK, 208 },
	};
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	const char *wrong = NULL;
	struct cart_object o;

	text_write(c, "ab|c");
	for (uint32_t i = 0; i < ARRAY_SIZE(want); i++) {
		cart_locate(c, 0, i);
		if (cart_object(c, &o) || o.kind != want[i].kind || o.offset != want[i].offset ||
		    strcmp(o.codec, "none") || o.discarded || (o.kind == CART_BLOCK) != !!o.len)
			wrong = "another object";
		if (cart_position(c).object != i)
			wrong = "the head has moved";
	}
	cart_locate_end(c, 0);
	if (cart_object(c, &o) != CART_EOD)
		wrong = "end of data";
	cart_close(c);
	mem_io_free(io);
	return report("objects as the index has them", wrong);
}

static int test_tool_load(void)
{
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	const char *wrong = NULL;
	struct cart_meta m;
	uint64_t loads;

	cart_close(c);
	c = load(io, CART_TOOL);
	loads = cart_counters(c)->loads;
	cart_meta(c, &m);
	if (loads != 1 || m.clean || !strncmp(m.owner, "TOOL", 4))
		wrong = "it was counted";
	cart_drop(c);
	c = load(io, CART_LOOK);
	cart_meta(c, &m);
	if (m.clean || m.damaged || m.log[0].generation != 1)
		wrong = "meta";
	cart_drop(c);
	c = load(io, CART_TOOL);
	cart_close(c);
	c = load(io, CART_LOOK);
	cart_meta(c, &m);
	if (!m.clean || cart_counters(c)->loads != 1)
		wrong = "put away";
	cart_drop(c);
	mem_io_free(io);
	return report("a tool's load is no drive's", wrong);
}

static const struct spec_row {
	const char *what;
	const char *barcode;
	uint64_t capacity;		/* 0: as it is */
	bool protect;			/* before it */
	uint32_t partitions;
	enum cart_rc rc;
} spec_rows[] = {
	{ "another barcode", "OTHER1L8", 0, false, 1, CART_OK },
	{ "write protection does not hinder", "OTHER1L8", 0, true, 1, CART_OK },
	{ "a larger one", "OTHER1L8", 1 << 30, false, 1, CART_OK },
	{ "a smaller one", "OTHER1L8", 4096, false, 1, CART_OK },
	{ "as large as its data", "OTHER1L8", 280, false, 1, CART_OK },
	{ "smaller than its data", "OTHER1L8", 279, false, 1, CART_INVALID },
	{ "no barcode", "", 0, false, 1, CART_INVALID },
	{ "a path", "../X", 0, false, 1, CART_INVALID },
	{ "of two partitions, the barcode", "OTHER1L8", 0, false, 2, CART_OK },
	{ "of two partitions, the size", "OTHER1L8", 1 << 30, false, 2, CART_INVALID },
};

static int test_spec(const struct spec_row *r)
{
	const uint64_t sizes[] = { 100000, 100000 };
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	struct cart_spec spec, before;
	const char *wrong = NULL;

	if (r->partitions > 1 && cart_format(c, r->partitions, sizes, 0x5e))
		wrong = "format";
	text_write(c, "ab|c");
	cart_set_protect(c, r->protect);
	before = spec = *cart_spec(c);
	snprintf(spec.barcode, sizeof(spec.barcode), "%s", r->barcode);
	memset(spec.uuid, 0x77, sizeof(spec.uuid));
	spec.capacity = r->capacity ? r->capacity : spec.capacity;
	if (cart_set_spec(c, &spec) != r->rc)
		wrong = "result";
	cart_drop(c);				/* it is on disk */
	c = load(io, CART_LOOK);
	spec = r->rc ? before : spec;
	if (memcmp(cart_spec(c)->uuid, spec.uuid, 16) ||
	    strcmp(cart_spec(c)->barcode, spec.barcode) ||
	    cart_spec(c)->capacity != spec.capacity ||
	    (r->partitions == 1 && cart_end_of(c, 0).capacity != spec.capacity))
		wrong = "what is on disk";
	if (cart_end_of(c, 0).objects != 4 || cart_set_spec(c, &spec) != CART_READ_ONLY)
		wrong = "objects, or a change of what is only looked at";
	cart_drop(c);
	mem_io_free(io);
	return report(r->what, wrong);
}

/* A commit that fails changes nothing that the next load sees. */
static int test_failure(void)
{
	const char *wrong = NULL;

	for (int n = 1; n < 8; n++) {
		struct mem_io *io = text_new(), *after;
		struct cart *c = text_load(io, NULL);
		struct cart_spec spec;
		enum cart_rc rc;

		text_write(c, "ab|c");
		cart_sync(c);
		spec = *cart_spec(c);
		strcpy(spec.barcode, "OTHER1L8");
		io->fail_from = io->changes + n;
		io->fail_to = INT32_MAX;
		rc = cart_set_spec(c, &spec);
		cart_drop(c);
		after = mem_io_new();
		mem_io_crash(after, io, 0);
		c = load(after, CART_TOOL);
		if (!c || cart_end_of(c, 0).objects != 4 ||
		    (rc == CART_OK && strcmp(cart_spec(c)->barcode, "OTHER1L8")))
			wrong = "lost";
		cart_drop(c);
		mem_io_free(after);
		mem_io_free(io);
	}
	return report("a commit that fails", wrong);
}

static int test_counters(void)
{
	struct cart_counters n = { .loads = 7, .written = 8, .change_reference = 9,
				   .initializations = 3, .drives = { "IBM     X" } };
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	const char *wrong = NULL;

	if (cart_set_counters(c, &n))
		wrong = "result";
	cart_drop(c);
	c = load(io, CART_LOOK);
	if (cart_counters(c)->loads != 7 || cart_counters(c)->written != 8 ||
	    cart_counters(c)->change_reference != 9 ||
	    strcmp(cart_counters(c)->drives[0], "IBM     X"))
		wrong = "what is on disk";
	if (cart_set_counters(c, &n) != CART_READ_ONLY)
		wrong = "a change of what is only looked at";
	cart_drop(c);
	mem_io_free(io);
	return report("counters from elsewhere", wrong);
}

int main(void)
{
	int failed = test_objects();

	failed |= test_tool_load();
	for (size_t i = 0; i < ARRAY_SIZE(spec_rows); i++)
		failed |= test_spec(&spec_rows[i]);
	failed |= test_failure();
	failed |= test_counters();
	return failed;
}
