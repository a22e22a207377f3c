// SPDX-License-Identifier: GPL-2.0-only
/* What vtlcart info, export, clone and snapshot say of cartridges with all that there can be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/capture.h"
#include "fake/text_tape.h"
#include "tools/vtlcart.h"

static const uint8_t lock[] = { 0x00, 0xfe, 0x41 };
static const struct attribute_row {
	struct cart_attribute a;
	const char *shown;		/* as info has it: nothing of blanks */
} attributes[] = {
	{ { 0x0800, 8, 1, (const uint8_t *)"ACME    " }, "0800: ACME\n" },
	{ { 0x0801, 8, 1, (const uint8_t *)"a b\0\0\0\0\0" }, "0801: a b\n" },
	{ { 0x0803, 4, 2, (const uint8_t *)"text" }, "0803: text\n" },
	{ { 0x0804, 4, 1, (const uint8_t *)"a\nb " }, "0804: 610a6220\n" },
	{ { 0x0805, 1, 0, (const uint8_t *)"A" }, "0805: 41\n" },
	{ { 0x0807, 4, 2, (const uint8_t *)"\xe4" "bc " }, "0807: e4626320\n" },
	{ { 0x0808, 3, 1, (const uint8_t *)"   " }, "e4626320\n +1623: " },
	{ { 0x1623, sizeof(lock), 0, lock }, "1623: 00fe41\n" },
	{ { 0xffff, 1, 1, (const uint8_t *)"Z" }, "ffff: Z\n" },
};

/* A load of its own, which leaves owner and time behind. */
static struct cart *load(const char *path, const char *owner, uint64_t now,
			 struct cart_folder **f)
{
	char why[CART_WHY_MAX];
	struct cart *c;

	if (cart_folder_open(path, f) || cart_open(&cart_file_io, *f, 0, owner, now, &c, why))
		abort();
	return c;
}

static void put_away(struct cart *c, struct cart_folder *f)
{
	if (cart_close(c))
		abort();
	cart_folder_close(f);
}

static void load_once(const char *path, const char *owner, uint64_t now)
{
	struct cart_folder *f;
	struct cart *c = load(path, owner, now, &f);

	put_away(c, f);
}

static void create(const char *path, const char *barcode)
{
	struct cart_spec spec = text_spec(CART_DATA_TAPE, 4 << 20);
	struct cart_folder *f;

	strcpy(spec.barcode, barcode);
	if (mkdir(path, 0770) || cart_folder_open(path, &f) ||
	    cart_create(&cart_file_io, f, &spec))
		abort();
	cart_folder_close(f);
}

/* home/FULL01L8: two partitions, attributes, two drives that had it.  home/OLD001L8: far future. */
static void make_all(void)
{
	const uint64_t sizes[] = { 1 << 20, 2 << 20 };
	struct cart_folder *f;
	struct cart *c;

	if (mkdir("home", 0770))
		abort();
	create("home/FULL01L8", "FULL01L8");
	load_once("home/FULL01L8", "IBM     DRIVE1", 86400);
	c = load("home/FULL01L8", "IBM     DRIVE2", 1000000000, &f);
	if (cart_format(c, 2, sizes, 0x5e) || text_write(c, "ab|c") || cart_locate(c, 1, 0) ||
	    text_write(c, "D|"))
		abort();
	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++)
		if (cart_attribute_set(c, 1, &attributes[i].a, 1))
			abort();
	put_away(c, f);
	create("home/OLD001L8", "OLD001L8");
	load_once("home/OLD001L8", "IBM     DRIVE3", UINT64_MAX >> 1);
	create("home/NEW001L8", "NEW001L8");
}

static int run(vtlcart_run *command, const char *what, struct vtlcart v, const char *a,
	       const char *b, int status, const char *says)
{
	char first[64], second[64];
	char *operands[] = { strcpy(first, a), strcpy(second, b), NULL };
	int got;

	v.where = (struct cartridge_where){ .program = "vtlcart", .home = "home" };
	v.operand = operands;
	v.n = *b ? 2 : 1;
	capture_begin();
	got = command(&v);
	return capture_check(what, got, status, capture_end(), says);
}

static const struct info_row {
	const char *what, *barcode, *says;
	bool json;
} info_rows[] = {
	{ "when it was loaded", "FULL01L8", "last_load: 2001-09-09T01:46:40Z\n", false },
	{ "who had it", "FULL01L8", "last_drive: IBM     DRIVE2\n", false },
	{ "drives, the last one first", "FULL01L8",
	  "drives:\n  IBM     DRIVE2\n  IBM     DRIVE1\npartition 0:\n", false },
	{ "loads", "FULL01L8", "counters:\n  loads: 2\n", false },
	{ "partition 0", "FULL01L8", "partition 0:\n  objects: 4\n  filemarks: 1\n", false },
	{ "partition 1", "FULL01L8", "partition 1:\n  objects: 2\n  filemarks: 1\n", false },
	{ "its capacity", "FULL01L8", "filemarks: 1\n  used: [0-9]+\n  capacity: 2097152\n",
	  false },
	{ "state", "FULL01L8", "in_use: no\nput_away: yes\ndamaged: no\n", false },
	{ "as JSON", "FULL01L8", "^\\{\n  \"folder\": \"home/FULL01L8\",\n", true },
	{ "JSON: drives", "FULL01L8",
	  "\"drives\": \\[\n    \"IBM     DRIVE2\",\n    \"IBM     DRIVE1\"\n  \\],", true },
	{ "JSON: attributes", "FULL01L8",
	  "\"attributes\": \\{\\}.*\"attributes\": \\{\n +\"0800\": \"ACME\",\n +\"0801\": \"a b\"",
	  true },
	{ "JSON: the last attribute", "FULL01L8",
	  "\"ffff\": \"Z\"\n      \\}\n    \\}\n  \\]\n\\}\n$",
	  true },
	{ "a load in no calendar", "OLD001L8", "read_only: no\nlast_drive: IBM     DRIVE3\n",
	  false },
	{ "the same in JSON", "OLD001L8", "\"last_load\": \"\"", true },
	{ "never loaded", "NEW001L8", "loads: 0\n", false },
	{ "by no drive", "NEW001L8", "drives:\npartition 0:\n", false },
	{ "JSON: no drive", "NEW001L8", "\"drives\": \\[\\]", true },
	{ "JSON: no time", "NEW001L8", "\"last_load\": \"\"", true },
};

static int test_info(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(info_rows); i++) {
		const struct info_row *r = &info_rows[i];
		const struct vtlcart v = { .json = r->json };

		failed |= run(vtlcart_info, r->what, v, r->barcode, "", 0, r->says);
	}
	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++)
		failed |= run(vtlcart_info, "an attribute", (struct vtlcart){ 0 }, "FULL01L8", "",
			      0, attributes[i].shown);
	return failed;
}

static const struct export_row {
	const char *what, *barcode, *partition, *file;
	bool json, verbose;
	int status;
	const char *says;
} export_rows[] = {
	/* what               barcode     -p    file     json   verbose status says */
	{ "which of two",      "FULL01L8", NULL, "x.tap", false, false, 1,
	  "has 2 partitions and an image takes one; -p says which" },
	{ "partition 2",       "FULL01L8", "2",  "x.tap", false, false, 1, "no partition 2\n" },
	{ "partition 1 of 1",  "NEW001L8", "1",  "x.tap", false, false, 1, "no partition 1\n" },
	{ "partition 0",       "FULL01L8", "0",  "0.tap", false, false, 0, "" },
	{ "it says what",      "FULL01L8", "1",  "1.tap", false, true,  0,
	  "^exported 2 objects, 300 bytes\n$" },
	{ "JSON",              "FULL01L8", "0",  "j.tap", true,  false, 0,
	  "^\\{\n  \"file\": \"j.tap\",\n  \"partition\": 0,\n  \"objects\": 4,\n"
	  "  \"filemarks\": 1,\n  \"bytes\": 15,\n  \"unreadable\": 0,\n  \"cut\": false\n\\}\n$" },
	{ "JSON goes before words", "FULL01L8", "1", "v.tap", true, true, 0,
	  "^\\{\n  \"file\": \"v.tap\",\n  \"partition\": 1,\n  \"objects\": 2," },
	{ "one alone needs no -p", "NEW001L8", NULL, "n.tap", false, true, 0,
	  "^exported 0 objects, 0 bytes\n$" },
	{ "a file is there",   "NEW001L8", NULL, "n.tap", false, false, 1, "n.tap: File exists\n" },
	{ "a link to nothing", "NEW001L8", NULL, "l.tap", false, false, 1, "l.tap: File exists\n" },
	{ "its other name is there", "NEW001L8", NULL, "t.tap", false, false, 1,
	  "t.tap.new: File exists\n" },
	{ "no such folder",    "NEW001L8", NULL, "no/x.tap", false, false, 1,
	  "no/x.tap.new: No such file" },
	{ "no such cartridge", "NONE01L8", NULL, "x.tap", false, false, 1,
	  "no cartridge NONE01L8" },
};

static const struct { const char *file; long size; } images[] = {
	/* words of 4 bytes around each block, which is even in length; then the end */
	{ "0.tap", 3 * (4 + 6 + 4) + 4 + 4 }, { "1.tap", 4 + 300 + 4 + 4 + 4 },
	{ "j.tap", 3 * (4 + 6 + 4) + 4 + 4 }, { "n.tap", 4 }, { "x.tap", -1 },
	{ "x.tap.new", -1 }, { "n.tap.new", -1 }, { "t.tap", -1 }, { "t.tap.new", 0 },
};

static int test_export(void)
{
	int failed = 0;

	if (symlink("nothing", "l.tap") || system(": >t.tap.new"))
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(export_rows); i++) {
		const struct export_row *r = &export_rows[i];
		const struct vtlcart v = {
			.json = r->json, .verbose = r->verbose, .partition = r->partition,
		};

		failed |= run(vtlcart_export, r->what, v, r->barcode, r->file, r->status, r->says);
	}
	for (size_t i = 0; i < ARRAY_SIZE(images); i++) {
		struct stat st;
		const long size = stat(images[i].file, &st) ? -1 : (long)st.st_size;
		const bool ok = size == images[i].size;

		printf("%s - size of %s: %ld\n", ok ? "ok" : "not ok", images[i].file, size);
		failed |= !ok;
	}
	return failed;
}

static const struct copy_row {
	const char *what;
	vtlcart_run *command;
	bool json, verbose;
	const char *from, *to;
	int status;
	const char *says;
} copy_rows[] = {
	{ "clone, silent", vtlcart_clone, false, false, "FULL01L8", "C1", 0,
	  "^(.*no user vtl.*)?$" },
	{ "clone, in words", vtlcart_clone, false, true, "FULL01L8", "C2", 0,
	  "made home/C2(, sharing extents)?\n$" },
	{ "clone, JSON", vtlcart_clone, true, false, "FULL01L8", "C3", 0,
	  "\\{\n  \"home\": \"home\",\n  \"barcode\": \"C3\",\n"
	  "  \"shared\": (true|false)\n\\}\n$" },
	{ "snapshot, in words", vtlcart_snapshot, false, true, "FULL01L8", "./S1", 0, "made ./S1" },
	{ "clone of a snapshot", vtlcart_clone, false, true, "./S1", "./here", 0, "made ./here" },
	{ "beside it, a slash behind", vtlcart_snapshot, false, true, "S1/", "S2/", 0,
	  "made ./S2" },
	{ "to a name that is none", vtlcart_clone, false, false, "FULL01L8", "a b", 1,
	  "expected a barcode" },
	{ "onto itself", vtlcart_clone, false, false, "FULL01L8", "FULL01L8", 1, "File exists" },
	{ "info of the clone", vtlcart_info, false, false, "C2", "", 0,
	  "barcode: C2\n.*partition 1:\n  objects: 2\n.*0803: text\n" },
	{ "info of the snapshot", vtlcart_info, false, false, "./S2", "", 0,
	  "barcode: FULL01L8\n.*ffff: Z\n" },
};

static int test_copy(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(copy_rows); i++) {
		const struct copy_row *r = &copy_rows[i];
		const struct vtlcart v = { .json = r->json, .verbose = r->verbose };

		failed |= run(r->command, r->what, v, r->from, r->to, r->status, r->says);
	}
	return failed;
}

int main(void)
{
	char folder[] = "/tmp/test_vtlcart_output.XXXXXX", command[64];
	int failed = 0;

	if (!mkdtemp(folder) || chdir(folder))
		return 1;
	make_all();
	failed |= test_info();
	failed |= test_export();
	failed |= test_copy();
	if (chdir("/") || system(strcat(strcpy(command, "rm -rf "), folder)))
		return 1;
	return failed;
}
