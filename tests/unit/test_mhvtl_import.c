// SPDX-License-Identifier: GPL-2.0-only
/* Cartridges of mhvtl become ours: objects, MAM, partitions, capacity. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/mhvtl.h"
#include "fake/report.h"
#include "media/io.h"
#include "tools/mhvtl_media.h"
#include "tools/vtlcart.h"

enum { LTO8 = 0x5e, MIB = 1 << 20 };

static bool fails(const char *what, char *why, size_t size, bool wrong)
{
	if (wrong && !*why)
		snprintf(why, size, "%s", what);
	return wrong;
}

/* That partition of the new cartridge holds what was written. */
static void check_objects(struct cart *c, uint32_t p, const char *objects, uint8_t *buf, char *why,
			  size_t size)
{
	static uint8_t want[100000];
	enum cart_rc rc = cart_locate(c, p, 0);

	for (uint32_t i = 0; !rc && objects[i]; i++) {
		uint32_t len = 0;

		rc = cart_read(c, buf, CART_BLOCK_MAX, &len);
		if (objects[i] == '|') {
			rc = rc == CART_FILEMARK ? CART_OK : CART_INVALID;
			continue;
		}
		mhvtl_fake_fill(want, len <= sizeof(want) ? len : 0, (int)p, i);
		fails("other bytes", why, size, !rc && memcmp(want, buf, len));
	}
	fails("an object is missing", why, size, rc != CART_OK);
	fails("too many objects", why, size, cart_end_of(c, p).objects != strlen(objects));
}

static int import_to(const char *from, const char *to)
{
	char *operands[] = { (char *)(uintptr_t)from, (char *)(uintptr_t)to, NULL };
	const struct vtlcart v = {
		.where = { .program = "test" }, .from_mhvtl = true, .n = 2, .operand = operands,
	};

	return vtlcart_import(&v);
}

static bool open_new(const char *path, struct cart_folder **f, struct cart **c)
{
	char why[CART_WHY_MAX];

	if (cart_folder_open(path, f))
		return false;
	if (!cart_open(&cart_file_io, *f, CART_LOOK, "", 0, c, why))
		return true;
	cart_folder_close(*f);
	return false;
}

static const struct import_row {
	const char *what;
	int format;
	const char *a, *b;		/* partitions; b NULL: one */
	enum cart_type type;
	uint8_t type_code;
	uint64_t capacity;
	const char *density_name, *medium;
	uint8_t density;
} import_rows[] = {
	{ "3: empty", 3, "", NULL, CART_DATA_TAPE, 0, 100 * MIB, NULL, "LTO8", LTO8 },
	{ "3: raw blocks", 3, "NNnN|n||", NULL, CART_DATA_TAPE, 0, 100 * MIB, NULL, "LTO8", LTO8 },
	{ "3: lzo", 3, "LLllLL|", NULL, CART_DATA_TAPE, 0, 100 * MIB, NULL, "LTO8", LTO8 },
	{ "3: zlib", 3, "ZZzzZZ|", NULL, CART_DATA_TAPE, 0, 100 * MIB, NULL, "LTO8", LTO8 },
	{ "3: a mixture, WORM", 3, "NLZ|nlz|", NULL, CART_WORM_TAPE, 1, 100 * MIB, NULL, "LTO8",
	  LTO8 },
	{ "6: empty", 6, "", NULL, CART_DATA_TAPE, 0, 100 * MIB, "U-832", "LTO8", LTO8 },
	{ "6: a mixture", 6, "NLZ|nlz||NNLLZZ", NULL, CART_DATA_TAPE, 0, 100 * MIB, "U-832",
	  "LTO8", LTO8 },
	{ "6: two partitions", 6, "NL|", "ZZ||Z", CART_DATA_TAPE, 0, 100 * MIB, "U-832", "LTO8",
	  LTO8 },
	{ "6: WORM, as hosts say it", 6, "N|", NULL, CART_WORM_TAPE, 0x80, 100 * MIB, NULL,
	  "LTO8", LTO8 },
	{ "6: cleaning", 6, "", NULL, CART_CLEANING_TAPE, 6, 100 * MIB, NULL, "LTO8", LTO8 },
	{ "6: more data than its capacity", 6, "NNNNNNNNNNNN", NULL, CART_DATA_TAPE, 0, 1000,
	  NULL, "LTO8", LTO8 },
	{ "6: a density of two media", 6, "N", NULL, CART_DATA_TAPE, 0, 100 * MIB, "T1 - 500",
	  "T10KA", 0x4a },
};

static void check_meta(const struct import_row *r, struct cart *c, char *why, size_t size)
{
	const struct cart_counters *n = cart_counters(c);
	const struct cart_spec *s = cart_spec(c);
	struct cart_attribute a;
	const char *serial = r->format == 3 ? "SERIALNUMBER3" : "SERIALNUMBER6";

	fails("type", why, size, s->type != r->type);
	fails("medium", why, size, strcmp(s->medium, r->medium) || s->density != r->density);
	fails("barcode", why, size, strcmp(s->barcode, "NEW001L8"));
	fails("partitions", why, size, cart_partitions(c) != (r->b ? 2u : 1u));
	fails("capacity", why, size, s->capacity != r->capacity &&
	      (r->capacity >= MIB || s->capacity < MIB));
	fails("write protect", why, size, !s->write_protect);
	fails("loads", why, size, n->loads != (r->format == 3 ? 77 : 88));
	fails("bytes", why, size, n->written != (r->format == 3 ? 123456 : 1234567));
	fails("drive", why, size, strncmp(n->drives[0], "IBM     SERIAL", 14));
	fails("reference", why, size, n->change_reference != (r->format == 3 ? 0 : 4711));
	fails("serial", why, size, cart_attribute_next(c, 0, 0x401, &a) || a.id != 0x401 ||
	      memcmp(a.value, serial, strlen(serial)));
	fails("application", why, size, cart_attribute_next(c, 0, 0x800, &a) ||
	      (r->format == 6 && a.id != 0x800) || (r->format == 3 && a.id != 0x801));
	fails("barcode that differs", why, size, cart_attribute_next(c, 0, 0x806, &a) ||
	      a.id != 0x806);
	fails("coherency", why, size, r->b && (cart_attribute_next(c, 1, 0, &a) ||
	      a.id != 0x80c || a.len != 70 || a.value[0] != 0xc1));
}

/* A sum over names, sizes, times and bytes of a folder. */
static uint64_t sum_of(const char *path)
{
	char command[200], line[64] = "";
	FILE *f;

	snprintf(command, sizeof(command),
		 "cd %s && (stat -c '%%n %%s %%y' *; cat *) | cksum", path);
	f = popen(command, "r");
	if (!f || !fgets(line, sizeof(line), f) || pclose(f))
		abort();
	return strtoull(line, NULL, 10);
}

static int test_import(const struct import_row *r, uint8_t *buf)
{
	char why[200] = "";
	struct mhvtl_fake f = mhvtl_fake_new(r->format, r->a, r->b);
	struct cart_folder *folder;
	struct cart *c;
	uint64_t sum;

	f.type = r->type_code;
	f.density = r->density;
	f.density_name = r->density_name;
	f.capacity = r->capacity;
	f.application = "LTFS";
	f.write_protect = 1;
	mhvtl_fake_end(&f);
	sum = sum_of(f.path);
	if (system("rm -rf new/*"))
		abort();
	fails("import", why, sizeof(why), import_to("./old/E01001L8", "./new/NEW001L8"));
	fails("the source has changed", why, sizeof(why), sum != sum_of(f.path));
	if (*why || fails("open", why, sizeof(why), !open_new("new/NEW001L8", &folder, &c)))
		return report(r->what, why);
	check_meta(r, c, why, sizeof(why));
	check_objects(c, 0, r->a, buf, why, sizeof(why));
	if (r->b)
		check_objects(c, 1, r->b, buf, why, sizeof(why));
	cart_drop(c);
	cart_folder_close(folder);
	return report(r->what, *why ? why : NULL);
}

static int test_null(void)
{
	struct mhvtl_fake f = mhvtl_fake_new(6, "", NULL);
	struct cart_folder *folder;
	struct cart *c;
	bool ok;

	f.type = 2;
	mhvtl_fake_objects(&f, 0, "NN|N");
	mhvtl_fake_end(&f);
	if (system("rm -rf new/*"))
		abort();
	ok = !import_to("./old/E01001L8", "./new/NEW001L8") &&
	     open_new("new/NEW001L8", &folder, &c);
	if (ok) {
		ok = cart_spec(c)->type == CART_NULL_TAPE && cart_end_of(c, 0).objects == 4 &&
		     cart_end_of(c, 0).used < 1024;
		cart_drop(c);
		cart_folder_close(folder);
	}
	return report("6: a null tape has lengths alone", ok ? NULL : "not so");
}

/* A signature of mhvtl's own mktape, and attributes that are blank, are no host's. */
static int test_blank(void)
{
	const char *wrong = NULL;
	struct cart_folder *folder;
	struct cart_attribute a;
	struct cart *c;

	for (int format = 3; !wrong && format <= 6; format += 3) {
		struct mhvtl_fake f = mhvtl_fake_new(format, "N", NULL);

		f.barcode = "NEW001L8";
		mhvtl_fake_end(&f);
		if (system("rm -rf new/*"))
			abort();
		if (import_to("./old/E01001L8", "./new/NEW001L8") ||
		    !open_new("new/NEW001L8", &folder, &c))
			return report("blank attributes", "no import");
		if (cart_attribute_next(c, 0, 0x402, &a) == CART_OK)
			wrong = "one is there";
		if (cart_spec(c)->write_protect)
			wrong = "write protect";
		cart_drop(c);
		cart_folder_close(folder);
	}
	return report("blank attributes", wrong);
}

int main(void)
{
	char folder[] = "/tmp/test_mhvtl_import.XXXXXX", command[64];
	uint8_t *buf = malloc(CART_BLOCK_MAX);
	int failed = 0;

	if (!buf || !mkdtemp(folder) || chdir(folder) || mkdir("old", 0770) || mkdir("new", 0770))
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(import_rows); i++)
		failed |= test_import(&import_rows[i], buf);
	failed |= test_null();
	failed |= test_blank();
	free(buf);
	if (chdir("/") || system(strcat(strcpy(command, "rm -rf "), folder)))
		return 1;
	return failed;
}
