// SPDX-License-Identifier: GPL-2.0-only
/* vtlcart import --from-mhvtl: its options, what it warns of, what it says and what it refuses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/capture.h"
#include "fake/mhvtl.h"
#include "media/io.h"
#include "tools/mhvtl_media.h"
#include "tools/vtlcart.h"

enum { LTO8 = 0x5e, MIB = 1 << 20 };

#define NOTHING { .n = 0 }

static int check(const char *what, struct vtlcart v, const char *to, int status, const char *says)
{
	char from[] = "old/E01001L8", place[64];
	char *operands[] = { from, strcpy(place, to), NULL };
	int got;

	v.where = (struct cartridge_where){ .program = "vtlcart", .home = "new" };
	v.from_mhvtl = true;
	v.operand = operands;
	v.n = *to ? 2 : 1;
	capture_begin();
	got = vtlcart_import(&v);
	return capture_check(what, got, status, capture_end(), says);
}

static bool open_new(const char *barcode, struct cart_folder **f, struct cart **c)
{
	char path[64], why[CART_WHY_MAX];

	snprintf(path, sizeof(path), "new/%s", barcode);
	if (cart_folder_open(path, f))
		return false;
	if (!cart_open(&cart_file_io, *f, CART_LOOK, "", 0, c, why))
		return true;
	cart_folder_close(*f);
	return false;
}

static const struct row {
	const char *what;
	struct vtlcart v;		/* options */
	const char *to;			/* "": the name of its folder */
	uint8_t density;
	uint64_t capacity;		/* as the source has it; 0: not said */
	int status;
	const char *says;
	const char *barcode;		/* what is made; NULL: nothing */
	const char *medium;
	uint64_t size;
	enum cart_type type;
} rows[] = {
	/* what, options, to, density and capacity of the source: status, words; what there is */
	{ "its own name", NOTHING, "", LTO8, 100 * MIB, 0, ".*", "E01001L8", "LTO8", 100 * MIB, 0 },
	{ "another name", NOTHING, "NEW1", LTO8, 100 * MIB, 0, ".*", "NEW1", "LTO8", 100 * MIB, 0 },
	{ "a size", { .size = "7" }, "NEW1", LTO8, 100 * MIB, 0, ".*", "NEW1", "LTO8", 7 * MIB, 0 },
	{ "the real one's size", { .size = "0" }, "NEW1", LTO8, 100 * MIB, 0, ".*", "NEW1", "LTO8",
	  12000000000000, 0 },
	{ "nobody said a size", NOTHING, "NEW1", LTO8, 0, 0, ".*", "NEW1", "LTO8", 12000000000000,
	  0 },
	{ "a density", { .density = "LTO6" }, "NEW1", LTO8, 100 * MIB, 0, ".*", "NEW1", "LTO6",
	  100 * MIB, 0 },
	{ "a density that nothing has", NOTHING, "NEW1", 0xfe, 100 * MIB, 1,
	  "old/E01001L8: nothing has density 0xfe; -d says what it is\n", NULL, NULL, 0, 0 },
	{ "but the option says it", { .density = "LTO5" }, "NEW1", 0xfe, 100 * MIB, 0, ".*", "NEW1",
	  "LTO5", 100 * MIB, 0 },
	{ "a density that is none", { .density = "LTO99" }, "NEW1", LTO8, 100 * MIB, 1,
	  "unknown density \"LTO99\"", NULL, NULL, 0, 0 },
	{ "a size that is none", { .size = "x" }, "NEW1", LTO8, 100 * MIB, 1,
	  "expected a size in MiB, found \"x\"", NULL, NULL, 0, 0 },
	{ "a size over 32 bits", { .size = "4294967296" }, "NEW1", LTO8, 100 * MIB, 1,
	  "found \"4294967296\"", NULL, NULL, 0, 0 },
	{ "a type", { .type = "worm" }, "NEW1", LTO8, 100 * MIB, 0, ".*", "NEW1", "LTO8",
	  100 * MIB, CART_WORM_TAPE },
	{ "a type that is none", { .type = "paper" }, "NEW1", LTO8, 100 * MIB, 1,
	  "expected a type of data, clean, WORM or NULL, found \"paper\"", NULL, NULL, 0, 0 },
	{ "in words", { .verbose = true }, "NEW1", LTO8, 100 * MIB, 0,
	  "imported new/NEW1 of format 6: 4 objects, 75777 bytes\n", "NEW1", "LTO8", 100 * MIB, 0 },
	{ "JSON", { .json = true }, "NEW1", LTO8, 100 * MIB, 0,
	  "\"home\": \"new\",\n  \"barcode\": \"NEW1\",\n  \"format\": 6,\n  \"partitions\": 1,\n"
	  "  \"objects\": 4,\n  \"bytes\": 75777\n\\}\n", "NEW1", "LTO8", 100 * MIB, 0 },
	{ "no barcode", NOTHING, "a b", LTO8, 100 * MIB, 1, "expected a barcode", NULL, NULL, 0,
	  0 },
};

static void source(const struct row *r, int format)
{
	struct mhvtl_fake f = mhvtl_fake_new(format, "NN|N", NULL);

	f.density = r->density;
	f.capacity = r->capacity;
	f.density_name = NULL;
	mhvtl_fake_end(&f);
	if (system("rm -rf new && mkdir new"))
		abort();
}

static int test_row(const struct row *r)
{
	const char *wrong = NULL;
	struct cart_folder *f;
	struct cart *c;

	source(r, 6);
	if (check(r->what, r->v, r->to, r->status, r->says))
		return 1;
	if (!r->barcode)
		wrong = rmdir("new") ? "something is there" : NULL;
	else if (!open_new(r->barcode, &f, &c))
		wrong = "nothing is there";
	if (!wrong && r->barcode) {
		const struct cart_spec *s = cart_spec(c);

		wrong = strcmp(s->medium, r->medium) ? s->medium : strcmp(s->barcode, r->barcode) ?
			"barcode" : s->capacity != r->size ? "size" : s->type != r->type ?
			"type" : cart_end_of(c, 0).objects != 4 ? "objects" : NULL;
		printf("%s - %s: %s\n", wrong ? "not ok" : "ok", r->what, wrong ? wrong : "made");
		cart_drop(c);
		cart_folder_close(f);
		return wrong != NULL;
	}
	printf("%s - %s: %s\n", wrong ? "not ok" : "ok", r->what, wrong ? wrong : "nothing made");
	return wrong != NULL;
}

/* What changes a file of the source, and what is said then. */
static const struct warning_row {
	const char *what, *command;
	int status;
	const char *says;
} warning_rows[] = {
	{ "nothing wrong", ":", 0, "^(vtlcart: warning: there is no user vtl[^\n]*\n)?imported" },
	{ "data behind the end", "printf 12345 >>old/E01001L8/data.0", 0,
	  "warning: old/E01001L8: 5 bytes of data of partition 0 are in no index, and left out" },
	{ "another list of filemarks", "printf '\\007' | dd of=old/E01001L8/meta.0 bs=1 seek=512 "
	  "conv=notrunc status=none", 0,
	  "warning: old/E01001L8: the list of filemarks of partition 0 is not that of the index" },
	{ "bytes that changed", "printf '\\377' | dd of=old/E01001L8/data.0 bs=1 seek=65536 "
	  "conv=notrunc status=none", 1, "block 1" },
	{ "data that is cut", "truncate -s 100 old/E01001L8/data.0", 1,
	  "indx.0: record 0 ends behind the end of data\n" },
	{ "no data", "rm old/E01001L8/data.0", 1, "data.0: No such file" },
	{ "no index", "rm old/E01001L8/indx.0", 1, "indx.0: No such file" },
	{ "no MAM", "rm old/E01001L8/mam", 1, "." },
	{ "a MAM of 7 bytes", "truncate -s 7 old/E01001L8/mam", 1, "mam" },
	{ "a MAM cut in a number", "truncate -s 13 old/E01001L8/mam", 1, "mam: cut at byte 0" },
	{ "a folder for data", "rm old/E01001L8/data.0; mkdir old/E01001L8/data.0", 1,
	  "data.0: Invalid" },
	{ "a FIFO for the index", "rm old/E01001L8/indx.0; mkfifo old/E01001L8/indx.0", 1,
	  "indx.0: Invalid" },
};

static int test_warnings(void)
{
	const struct row r = { .density = LTO8, .capacity = 100 * MIB };
	const struct vtlcart v = { .verbose = true };
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(warning_rows); i++) {
		const struct warning_row *w = &warning_rows[i];
		struct stat st;

		source(&r, 6);
		if (system(w->command))
			abort();
		failed |= check(w->what, v, "NEW1", w->status, w->says);
		if (w->status && (!stat("new/NEW1", &st) || !stat("new/.new-NEW1", &st)))
			failed |= printf("not ok - %s: something is left\n", w->what) > 0;
	}
	return failed;
}

/* Partitions grow where their blocks, unpacked, need more; of those unsaid each gets a share. */
static const struct divide_row {
	const char *what;
	uint64_t capacity, part[2];	/* bytes; part 0: not said */
	uint64_t total, size[2];	/* 0: whatever; as they are then */
} divide_rows[] = {
	{ "halves", 100 * MIB, { 0, 0 }, 100 * MIB, { 50 * MIB, 50 * MIB } },
	{ "as it was said", 100 * MIB, { 30 * MIB, 70 * MIB }, 100 * MIB, { 30 * MIB, 70 * MIB } },
	{ "the rest", 100 * MIB, { 30 * MIB, 0 }, 100 * MIB, { 30 * MIB, 70 * MIB } },
	{ "the rest is the first", 100 * MIB, { 0, 90 * MIB }, 100 * MIB, { 10 * MIB, 90 * MIB } },
	{ "more than there is", 50 * MIB, { 40 * MIB, 40 * MIB }, 80 * MIB, { 40 * MIB,
	  40 * MIB } },
	{ "one has it all", 50 * MIB, { 50 * MIB, 0 }, 50 * MIB, { 25 * MIB, 25 * MIB } },
};

static int test_divide(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(divide_rows); i++) {
		const struct divide_row *r = &divide_rows[i];
		struct mhvtl_fake fake = mhvtl_fake_new(6, "N", "N|");
		struct cart_folder *f;
		const char *wrong = NULL;
		struct cart *c;

		fake.capacity = r->capacity;
		fake.part[0].capacity = r->part[0];
		fake.part[1].capacity = r->part[1];
		mhvtl_fake_end(&fake);
		if (system("rm -rf new && mkdir new"))
			abort();
		failed |= check(r->what, (struct vtlcart)NOTHING, "NEW1", 0, ".*");
		if (!open_new("NEW1", &f, &c))
			return 1;
		for (uint32_t p = 0; p < 2; p++)
			if (cart_end_of(c, p).capacity != r->size[p])
				wrong = p ? "partition 1" : "partition 0";
		if (cart_spec(c)->capacity != r->total)
			wrong = "capacity";
		if (wrong)
			printf("# %llu: %llu and %llu\n",
			  (unsigned long long)cart_spec(c)->capacity,
			       (unsigned long long)cart_end_of(c, 0).capacity,
			       (unsigned long long)cart_end_of(c, 1).capacity);
		printf("%s - %s: %s\n", wrong ? "not ok" : "ok", r->what, wrong ? wrong : "sizes");
		failed |= wrong != NULL;
		cart_drop(c);
		cart_folder_close(f);
	}
	return failed;
}

int main(void)
{
	char folder[] = "/tmp/test_mhvtl_options.XXXXXX", command[64];
	int failed = 0;

	if (!mkdtemp(folder) || chdir(folder) || mkdir("old", 0770) || mkdir("new", 0770))
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		failed |= test_row(&rows[i]);
	failed |= test_warnings();
	failed |= test_divide();
	if (chdir("/") || system(strcat(strcpy(command, "rm -rf "), folder)))
		return 1;
	return failed;
}
