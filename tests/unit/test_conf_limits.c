// SPDX-License-Identifier: GPL-2.0-only
/* Configuration files at their limits: names, sizes, places; and what a last inventory keeps. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "conf/conf.h"

static int failures;
static char dir[] = "/tmp/mhvtl-limits-XXXXXX";

static void check(bool ok, const char *what)
{
	printf(ok ? "ok - limits: %s\n" : "not ok - limits: %s: it is not so\n", what);
	failures += !ok;
}

static void put(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	unlink(path);
	f = text ? fopen(path, "w") : NULL;
	if (f) {
		fputs(text, f);
		fclose(f);
	}
}

static void count(void *n, const char *message)
{
	(void)message;
	++*(int *)n;
}

/* A value of mhvtl.conf: what comes of it, or NULL where it is refused. */
static const struct {
	const char *line, *home;
	uint32_t capacity;
	unsigned int verbose;
} sites[] = {
	{ "", MHVTL_HOME_DIR, 500, 1 },
	{ "MHVTL_HOME_PATH=/a", "/a", 500, 1 },
	{ "MHVTL_HOME_PATH='/a b'", "/a b", 500, 1 },
	{ "MHVTL_HOME_PATH=\"/a\" # why", "/a", 500, 1 },
	{ "MHVTL_HOME_PATH='/$x'", "/$x", 500, 1 },
	{ "MHVTL_HOME_PATH=\"/$x\"", NULL, 0, 0 },
	{ "MHVTL_HOME_PATH=/`x`", NULL, 0, 0 },
	{ "MHVTL_HOME_PATH=\"/a", NULL, 0, 0 },
	{ "MHVTL_HOME_PATH='/a'b", NULL, 0, 0 },
	{ "MHVTL_HOME_PATH=/a b", NULL, 0, 0 },
	{ "MHVTL_HOME_PATH=a", NULL, 0, 0 },
	{ "MHVTL_HOME_PATH=", NULL, 0, 0 },
	{ "CAPACITY=4294967295", MHVTL_HOME_DIR, UINT32_MAX, 1 },
	{ "CAPACITY=4294967296", NULL, 0, 0 },
	{ "CAPACITY=18446744073709551616", NULL, 0, 0 },
	{ "CAPACITY=0", MHVTL_HOME_DIR, 0, 1 },
	{ "VERBOSE=9", MHVTL_HOME_DIR, 500, 9 },
	{ "VERBOSE=10", NULL, 0, 0 },
	{ "DAEMON_DEBUG=-d", MHVTL_HOME_DIR, 500, 1 },
	{ "DAEMON_DEBUG=", MHVTL_HOME_DIR, 500, 1 },
	{ "DAEMON_DEBUG=-x", NULL, 0, 0 },
};

static void test_sites(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(sites); i++) {
		struct conf_site s = { .capacity_mb = 7 };
		struct conf_report report = { .warn = NULL };
		int err;

		put("mhvtl.conf", sites[i].line);
		err = conf_load_site(dir, &s, &report);
		if (!sites[i].home)
			check(err == -EINVAL && strstr(report.error, "mhvtl.conf:1: expected") &&
			      s.capacity_mb == 7, sites[i].line);
		else
			check(!err && !strcmp(s.home, sites[i].home) && s.verbose ==
			      sites[i].verbose && s.capacity_mb == sites[i].capacity &&
			      !strcmp(s.dir, dir), sites[i].line);
	}
}

static const struct conf_library libraries[] = {
	{ .unit = { .id = 10 } }, { .unit = { .id = 20 }, .home = "/of/its/own" },
};
static const struct { unsigned int id; size_t site; const char *home; } homes[] = {
	{ 10, 2, "/x/10" }, { 20, 2, "/of/its/own" }, { 1023, 2, "/x/1023" },
	{ 10, CONF_PATH_SIZE - 1, NULL }, { 10, CONF_PATH_SIZE - 4, "" },
	{ 20, CONF_PATH_SIZE - 1, "/of/its/own" }, { 10, CONF_PATH_SIZE - 3, NULL },
};

/* Names of folders that are nearly too long, and just too long. */
static void test_names(void)
{
	struct conf_devices d = { .n_libraries = ARRAY_SIZE(libraries) }, *none = NULL;
	struct conf_contents *contents = NULL;
	struct conf_report report = { .warn = NULL };
	char name[4 * CONF_PATH_SIZE], home[CONF_PATH_SIZE], what[64];
	struct conf_site site, *s = &site;

	d.libraries = (struct conf_library *)(uintptr_t)libraries;
	for (size_t i = 0; i < ARRAY_SIZE(homes); i++) {
		memset(&site, 0, sizeof(site));
		memset(site.home, 'x', homes[i].site);
		site.home[0] = '/';
		snprintf(what, sizeof(what), "home of %u below one of %zu", homes[i].id,
			 homes[i].site);
		if (homes[i].home)
			check(!conf_library_home(&d, s, homes[i].id, home) &&
			      (!homes[i].home[0] || !strcmp(home, homes[i].home)), what);
		else
			check(conf_library_home(&d, s, homes[i].id, home) == -ENAMETOOLONG, what);
	}
	memset(name, 'x', sizeof(name));
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	check(conf_load_site(name, s, &report) == -ENAMETOOLONG, "a site's folder");
	check(conf_load_devices(name, &none, &report) == -ENAMETOOLONG, "one of device.conf");
	check(conf_load_inventory(name, 10, true, &contents, &report) == -ENAMETOOLONG && !contents,
	      "one of library_contents");
}

#define BASE "Drive 1:\nDrive 2:\nPicker 1:\nMAP 1:\nSlot 1: A\nSlot 2: B\n"

/* What is in drive 1, slot 1 and slot 2 then; warnings. */
static const struct last_row {
	const char *what, *base, *last;
	bool persist;
	const char *drive, *slot_1, *slot_2;
	int warnings;
} lasts[] = {
	{ "no last one", BASE, NULL, true, "", "A", "B", 0 },
	{ "the last one counts", BASE, "Drive 1: loaded B from Slot 2\nSlot 1: A\nSlot 2:\n", true,
	  "B", "A", "", 0 },
	{ "its drives alone", BASE, "Drive 1: loaded B from Slot 2\nSlot 1:\nSlot 2: A\n", false,
	  "B", "A", "", 0 },
	{ "of another base: its drives alone", BASE, "Based on: 1\nDrive 1: loaded A\nSlot 1: C\n"
	  "Slot 2:\n", true, "A", "", "B", 1 },
	{ "a cartridge that the base does not know", BASE, "Drive 1: loaded C\n", false, "C", "A",
	  "B", 0 },
	{ "a drive that is no more", BASE, "Drive 3: loaded C\n", false, "", "A", "B", 1 },
	{ "the base has another one in the drive", "Drive 1: loaded C\nSlot 1: A\nSlot 2: B\n",
	  "Drive 1: loaded A\n", false, "A", "", "B", 0 },
};

static void test_lasts(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(lasts); i++) {
		const struct last_row *row = &lasts[i];
		struct conf_contents *c = NULL;
		int warned = 0;
		struct conf_report report = { .warn = count, .ctx = &warned };

		put("library_contents.10", row->base);
		put("library_contents.10.persist", row->last);
		check(!conf_load_inventory(dir, 10, row->persist, &c, &report), row->what);
		if (!c)
			continue;
		check(!strcmp(conf_element(c, CONF_DRIVE, 1)->barcode, row->drive) &&
		      !strcmp(conf_element(c, CONF_SLOT, 1)->barcode, row->slot_1) &&
		      !strcmp(conf_element(c, CONF_SLOT, 2)->barcode, row->slot_2), row->what);
		check(warned == row->warnings, row->what);
		conf_free_contents(c);
	}
}

/* 16 MiB are more than any true file has: it is refused, not read into memory. */
static void test_sizes(void)
{
	struct conf_report report = { .warn = NULL };
	struct conf_devices *d = NULL;
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/device.conf", dir);
	f = fopen(path, "w");
	for (int i = 0; i < 3000; i++)
		fputs("# a comment\n", f);
	fclose(f);
	check(!conf_load_devices(dir, &d, &report) && d && !d->n_drives, "36 KB of comments");
	conf_free_devices(d);
	d = NULL;
	check(!truncate(path, 17 << 20), "a file of 17 MiB");
	check(conf_load_devices(dir, &d, &report) == -EFBIG && !d && strstr(report.error,
	      "device.conf: "), "is too large");
	unlink(path);
	mkdir(path, 0700);
	check(conf_load_devices(dir, &d, &report) == -EISDIR && !d, "a folder is no file");
	rmdir(path);
}

int main(void)
{
	char command[64];

	if (!mkdtemp(dir))
		abort();
	test_sites();
	test_names();
	test_lasts();
	test_sizes();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	check(!system(command), "all is removed");
	return failures != 0;
}
