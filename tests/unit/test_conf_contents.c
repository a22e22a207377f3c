// SPDX-License-Identifier: GPL-2.0-only
/* library_contents.N and its .persist: the grammar, and what a library starts with. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "conf/conf.h"

static int failures;
static char dir[] = "/tmp/test_contents.XXXXXX";

static void check(bool ok, const char *what, const char *why)
{
	printf(ok ? "ok - %s\n" : "not ok - %s: %s\n", what, why);
	failures += !ok;
}

static const char *path_of(const char *name)
{
	static _Thread_local char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void write_file(const char *name, const void *text, size_t len)
{
	FILE *f = fopen(path_of(name), "w");

	if (!f || fwrite(text, 1, len, f) != len || fclose(f))
		abort();
}

static void write_text(const char *name, const char *text)
{
	write_file(name, text, strlen(text));
}

static void count_warning(void *ctx, const char *message)
{
	(void)message;
	++*(unsigned int *)ctx;
}

static const struct { const char *text, *expected; unsigned int warnings; } rows[] = {
	{ "", NULL, 0 },
	{ "VERSION: 2\n# x\n\nDrive 1: A1\nPicker 1:\nMAP 1:\nSlot 1: E01001L8\n", NULL, 0 },
	{ "VERSION: two\n", ":1: expected a number, found \"two\"", 0 },
	{ "Slot 08: A\nSlot 010: B\r\n", NULL, 0 },
	{ "Slot 1: E01001L8 # a comment\n", NULL, 0 },
	{ "Slot 1: # a comment\n", NULL, 0 },
	{ "Slot 0: A\n", ":1: expected a number from 1 to 65535, found \"0\"", 0 },
	{ "Slot 65536:\n", ":1: expected a number from 1 to 65535", 0 },
	{ "Slot:\n", ":1: expected a number from 1 to 65535, found nothing", 0 },
	{ "Slot x: A\n", ":1: expected a number from 1 to 65535, found \"x\"", 0 },
	{ "\nSlot 1 2: A\n", ":2: expected a number from 1 to 65535, found \"1 2\"", 0 },
	{ "Slot 1: 12345678901234567\n", ":1: expected a barcode of 1 to 16", 0 },
	{ "Slot 1: 1234567890123456\n", NULL, 0 },
	{ "MAP 1: ../x\n", ":1: expected a barcode", 0 },
	{ "Picker 1: a;b\n", ":1: expected a barcode", 0 },
	{ "Slot 1: NOBAR1\n", NULL, 0 },
	{ "Slot 1: A\n\nSlot 2: A\n",
	  ":3: expected a barcode of its own, found A, which line 1 has", 0 },
	{ "Slot 2: A\nMAP 1: A\n", ":2: expected a barcode of its own", 0 },
	{ "Drive 1: S loaded A\nSlot 1: A\n", ":2: expected a barcode of its own", 0 },
	{ "Slot 1: A\nSlot 2:\nSlot 01: B\n",
	  ":3: expected each element once, found Slot 1, which line 1", 0 },
	{ "Slot 1:\nMAP 1:\nDrive 1:\nPicker 1:\n", NULL, 0 },
	{ "Drive 1: 123456789012345678901234567890123\n", ":1: expected a serial number", 0 },
	{ "Drive 1: S loaded\n",
	  ":1: expected a barcode of 1 to 16 letters, digits and _.-, found nothing", 0 },
	{ "Drive 1: S loaded A from Slot 5\n", NULL, 0 },
	{ "Drive 1: loaded A\n", NULL, 0 },
	{ "Drive 1: S from Slot 5\n", NULL, 1 },
	{ "Drive 1: S from\n", ":1: expected from Drive, Picker, MAP or Slot", 0 },
	{ "Slot 1: A from Shelf 5\n", ":1: expected from Drive", 0 },
	{ "Slot 1: A from Slot 0\n", ":1: expected from Drive", 0 },
	{ "Slot 1: A from Slot\n", ":1: expected from Drive", 0 },
	{ "MAP 1: A imported\n", NULL, 0 },
	{ "Slot 1: A imported\n", NULL, 1 },
	{ "Slot 1: A B\n", NULL, 1 },
	{ "Based on: 12\n", NULL, 0 },
	{ "Based on: x\n", ":1: expected a checksum", 0 },
	{ "Shelf 1: A\nnothing\n: A\n", NULL, 3 },
};

static void test_rows(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned int warnings = 0;
		struct conf_report report = { .warn = count_warning, .ctx = &warnings };
		const char *expected = rows[i].expected;
		struct conf_contents *c = NULL;
		char what[80];
		int err;

		write_text("c", rows[i].text);
		err = conf_load_contents(path_of("c"), &c, &report);
		snprintf(what, sizeof(what), "contents %zu: %.40s", i, rows[i].text);
		for (char *p = what; *p; p++)
			*p = *p < ' ' ? ' ' : *p;
		if (expected)
			check(err == -EINVAL && strstr(report.error, "/c:") &&
			      strstr(report.error, expected) && !c, what, report.error);
		else
			check(!err && c && warnings == rows[i].warnings, what, report.error);
		conf_free_contents(c);
	}
}

static struct conf_contents *load(const char *text)
{
	struct conf_report report = { 0 };
	struct conf_contents *c = NULL;

	write_text("c", text);
	if (conf_load_contents(path_of("c"), &c, &report))
		check(false, "load", report.error);
	return c;
}

static void test_holes(void)
{
	struct conf_contents *c = load("Slot 3: C\nDrive 2: S2\nMAP 2: M\nSlot 1: A\n");
	const struct conf_element *e;

	check(c->n == 7 && c->count[CONF_DRIVE] == 2 && !c->count[CONF_PICKER] &&
	      c->count[CONF_MAP] == 2 && c->count[CONF_SLOT] == 3, "holes are filled", "counts");
	for (size_t i = 0; i < c->n; i++) {
		e = &c->elements[i];
		if (conf_element(c, e->kind, e->number) != e)
			check(false, "by kind and number", "differs");
	}
	e = conf_element(c, CONF_SLOT, 2);
	check(e && !*e->barcode && !strcmp(conf_element(c, CONF_SLOT, 3)->barcode, "C") &&
	      !strcmp(conf_element(c, CONF_DRIVE, 2)->serial, "S2"), "what is in them", "differs");
	check(!conf_element(c, CONF_SLOT, 4) && !conf_element(c, CONF_SLOT, 0) &&
	      !conf_element(c, CONF_PICKER, 1), "what is not there", "is there");
	check(conf_find_barcode(c, "M") == conf_element(c, CONF_MAP, 2) &&
	      !conf_find_barcode(c, "Z"), "by barcode", "differs");
	conf_free_contents(c);
	conf_free_contents(NULL);
	c = load("Drive 1: S from Slot 5\nSlot 1: A\n");
	check(!conf_element(c, CONF_DRIVE, 1)->source, "what is empty comes from nowhere", "does");
	conf_free_contents(c);
}

static bool same(const struct conf_contents *a, const struct conf_contents *b)
{
	bool ok = a->n == b->n;

	for (size_t i = 0; ok && i < a->n; i++) {
		const struct conf_element *x = &a->elements[i], *y = &b->elements[i];

		ok = x->kind == y->kind && x->number == y->number && x->imported == y->imported &&
		     !strcmp(x->barcode, y->barcode) && !strcmp(x->serial, y->serial) &&
		     x->source == y->source && (!x->source || x->source_kind == y->source_kind);
	}
	return ok;
}

static const char master[] = "Drive 1: S1\nDrive 2: S2\nPicker 1:\nMAP 1:\nMAP 2:\n"
			     "Slot 1: A\nSlot 2: B\nSlot 3:\n";
static const char moved[] = "Drive 1: S1 loaded A from Slot 1\nDrive 2: S2\nPicker 1:\n"
			    "MAP 1: NEW imported\nMAP 2:\nSlot 1:\nSlot 2:\n"
			    "Slot 3: B from Drive 2\n";

static struct conf_contents *inventory(bool persist, unsigned int *ret_warnings)
{
	struct conf_report report = { .warn = count_warning, .ctx = ret_warnings };
	struct conf_contents *c = NULL;

	*ret_warnings = 0;
	if (conf_load_inventory(dir, 10, persist, &c, &report))
		check(false, "inventory", report.error);
	return c;
}

/* What the library has after it began with master and made moves. */
static void save_moved(void)
{
	unsigned int warnings;
	struct conf_contents *began = inventory(true, &warnings), *now = load(moved);

	now->base = began->base;
	check(!conf_save_inventory(dir, 10, now), "save", "failed");
	conf_free_contents(began);
	conf_free_contents(now);
}

static void expect(const char *what, bool persist, const char *text, unsigned int warnings)
{
	struct conf_contents *want = load(text), *got;
	unsigned int n;

	got = inventory(persist, &n);
	check(got && same(want, got) && n == warnings, what, "differs");
	conf_free_contents(want);
	conf_free_contents(got);
}

static void set_age(const char *name, time_t seconds)
{
	const struct timespec times[2] = { { .tv_sec = seconds }, { .tv_sec = seconds } };

	utimensat(AT_FDCWD, path_of(name), times, 0);
}

static void test_inventory(void)
{
	static const char drives_kept[] = "Drive 1: S1 loaded A from Slot 1\nDrive 2: S2\n"
		"Picker 1:\nMAP 1:\nMAP 2:\nSlot 1:\nSlot 2: B\nSlot 3:\n";
	struct stat st;

	write_text("library_contents.10", master);
	expect("without a .persist, library_contents counts", true, master, 0);
	save_moved();
	expect("everything survives: moves, sources, imports, drives", true, moved, 0);
	expect("without PERSIST, what is in the drives survives", false, drives_kept, 0);
	set_age("library_contents.10.persist", 1000);
	expect("the clock has no say where the checksum is known", true, moved, 0);
	write_text("library_contents.10", "# edited\nDrive 1: S1\nDrive 2: S2\nPicker 1:\nMAP 1:\n"
		   "MAP 2:\nSlot 1: A\nSlot 2: B\nSlot 3:\n");
	expect("an edited library_contents counts, with a warning", true, drives_kept, 1);
	write_text("library_contents.10", "Picker 1:\nSlot 1: A\n");
	expect("a drive that is gone holds nothing", false, "Picker 1:\nSlot 1: A\n", 1);
	write_text("library_contents.10", master);
	write_text("library_contents.10.persist", moved);
	set_age("library_contents.10.persist", 1000);
	expect("one without a checksum must not be older", true, drives_kept, 1);
	set_age("library_contents.10", 1000);
	expect("as old is not older", true, moved, 0);
	check(!stat(path_of("library_contents.10.persist"), &st) &&
	      access(path_of("library_contents.10.persist.new"), F_OK),
	      "nothing else is left behind", "library_contents.10.persist.new");
}

static void test_bad_inventory(void)
{
	struct conf_report report = { 0 };
	struct conf_contents *c = load(moved), *got = NULL;
	char name[256];

	write_text("library_contents.10.persist", "Slot 1: A\nSlot 2: A\n");
	check(conf_load_inventory(dir, 10, true, &got, &report) == -EINVAL && !got &&
	      strstr(report.error, "library_contents.10.persist:2:"), "a bad .persist is refused",
	      report.error);
	check(conf_load_inventory(dir, 11, true, &got, &report) == -ENOENT && !got,
	      "a missing library_contents", report.error);
	check(conf_save_inventory("/nonexistent", 10, c) == -ENOENT, "no folder to save to", "");
	/* The old one stays when the new one cannot take its place. */
	snprintf(name, sizeof(name), "%s", path_of("library_contents.12.persist"));
	mkdir(name, 0700);
	check(conf_save_inventory(dir, 12, c) < 0 &&
	      access(path_of("library_contents.12.persist.new"), F_OK),
	      "a save that fails leaves nothing", "left");
	rmdir(name);
	write_text("library_contents.12.persist.new", "left by a crash");
	check(!conf_save_inventory(dir, 12, c), "what a crash left is no hindrance", "it is");
	conf_free_contents(c);
}

static void test_any_bytes(void)
{
	char text[sizeof(moved)];
	unsigned int silent = 0;

	srand(2);
	for (unsigned int round = 0; round < 3000; round++) {
		struct conf_report report = { 0 };
		struct conf_contents *c = NULL;

		memcpy(text, moved, sizeof(text));
		for (unsigned int n = round < sizeof(moved) ? 0 : 1 + round % 9; n; n--)
			text[(size_t)rand() % sizeof(text)] = (char)rand();
		write_file("c", text, round < sizeof(moved) ? round : sizeof(text) - 1);
		if (conf_load_contents(path_of("c"), &c, &report))
			silent += !*report.error;
		conf_free_contents(c);
	}
	check(!silent, "truncated and damaged files are refused with a reason, if they are", "");
}

int main(void)
{
	char command[64];

	if (!mkdtemp(dir))
		return 1;
	test_rows();
	test_holes();
	test_inventory();
	test_bad_inventory();
	test_any_bytes();
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command) || failures;
}
