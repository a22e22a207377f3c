// SPDX-License-Identifier: GPL-2.0-only
/* device.conf and mhvtl.conf: every key with right and wrong values; what is refused says where. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "conf/conf.h"

static int failures;
static char dir[] = "/tmp/test_conf.XXXXXX";

static void check(bool ok, const char *what, const char *why)
{
	printf(ok ? "ok - %s\n" : "not ok - %s: %s\n", what, why);
	failures += !ok;
}

static void write_file(const char *name, const void *text, size_t len)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (!f || fwrite(text, 1, len, f) != len || fclose(f))
		abort();
}

struct warnings {
	unsigned int n;
	char last[2048];
};

static void count_warning(void *ctx, const char *message)
{
	struct warnings *w = ctx;

	w->n++;
	snprintf(w->last, sizeof(w->last), "%s", message);
}

#define LIBRARY(key) \
	"Library: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n Vendor identification: STK\n" \
	" Product identification: L700\n Unit serial number: A\n" key
#define DRIVE(key) \
	"Drive: 11 CHANNEL: 00 TARGET: 01 LUN: 00\n Vendor identification: IBM\n" \
	" Product identification: ULT3580-TD8\n Unit serial number: A1\n" key
#define PATH_511 "/23456789abcdef/23456789abcdef/23456789abcdef/23456789abcdef/23456789abcdef/2345"
#define LONG_PATH PATH_511 PATH_511 PATH_511 PATH_511 PATH_511 PATH_511 PATH_511

/* Line 5 is the key's.  expected: what the refusal has in it; NULL: taken. */
static const struct { const char *text, *expected; unsigned int warnings; } device_rows[] = {
	{ LIBRARY(""), NULL, 0 },
	{ DRIVE(""), NULL, 0 },
	{ LIBRARY(" Product revision level: 0108"), NULL, 0 },
	{ LIBRARY(" Product revision level: 01088"), ":5: expected a word of 1 to 4", 0 },
	{ LIBRARY(" Product revision level:"),
	  ":5: expected a word of 1 to 4 characters, found nothing", 0 },
	{ LIBRARY(" Vendor identification: 12345678"), NULL, 1 },
	{ LIBRARY(" Vendor identification: 123456789"), ":5: expected a word of 1 to 8", 0 },
	{ LIBRARY(" Vendor identification: A B"), ":5: expected a word of 1 to 8", 0 },
	{ LIBRARY(" Product identification: 1234567890123456"), NULL, 1 },
	{ LIBRARY(" Product identification: 3573 TL   "), NULL, 1 },
	{ LIBRARY(" Product identification: 12345678901234567"), ":5: expected 1 to 16", 0 },
	{ LIBRARY(" Product identification: L\xc3\xa4"), ":5: expected 1 to 16", 0 },
	{ LIBRARY(" Unit serial number: 12345678901234567890123456789012"), NULL, 1 },
	{ LIBRARY(" Unit serial number: 123456789012345678901234567890123"),
	  ":5: expected a word of 1 to 32", 0 },
	{ LIBRARY(" Unit serial number: A B"), ":5: expected a word of 1 to 32", 0 },
	{ LIBRARY(" NAA: 10:22:33:44:ab:00:00:00"), NULL, 0 },
	{ LIBRARY(" NAA: 10:22:33:44:AB:00:00:0F"), NULL, 0 },
	{ LIBRARY(" NAA: 10:22:33:44:ab:00:00"), ":5: expected 8 bytes", 0 },
	{ LIBRARY(" NAA: 10:22:33:44:ab:00:00:00:00"), ":5: expected 8 bytes", 0 },
	{ LIBRARY(" NAA: 10:22:33:44:ab:00:00:0g"), ":5: expected 8 bytes", 0 },
	{ LIBRARY(" NAA: 1022334455667788"), ":5: expected 8 bytes", 0 },
	{ LIBRARY(" NAA:"), ":5: expected 8 bytes", 0 },
	{ LIBRARY(" NAA: 1"), ":5: expected 8 bytes", 0 },
	{ LIBRARY(" Backoff: 2"), NULL, 0 },
	{ LIBRARY(" Backoff: 9999"), NULL, 0 },
	{ LIBRARY(" Backoff: 1"), ":5: expected a number from 2 to 9999, found \"1\"", 0 },
	{ LIBRARY(" Backoff: 10000"), ":5: expected a number from 2", 0 },
	{ LIBRARY(" Backoff: 4x"), ":5: expected a number from 2", 0 },
	{ LIBRARY(" Backoff: -4"), ":5: expected a number from 2", 0 },
	{ LIBRARY(" fifo: /var/tmp/mhvtl"), NULL, 0 },
	{ LIBRARY(" fifo: mhvtl"), ":5: expected an absolute path", 0 },
	{ LIBRARY(" Home directory: /opt/m h"), NULL, 0 },
	{ LIBRARY(" Home directory: opt"), ":5: expected an absolute path", 0 },
	{ LIBRARY(" Home directory: " LONG_PATH), ":5: expected an absolute path", 0 },
	{ LIBRARY(" PERSIST: True"), NULL, 0 },
	{ LIBRARY(" PERSIST: yes, please"), NULL, 0 },
	{ LIBRARY(" PERSIST: FALSE"), NULL, 0 },
	{ LIBRARY(" PERSIST: no"), NULL, 0 },
	{ LIBRARY(" PERSIST: 1"), ":5: expected True or False, found \"1\"", 0 },
	{ LIBRARY(" PERSIST:"), ":5: expected True or False, found nothing", 0 },
	{ LIBRARY(" movecommand: /bin/true"), NULL, 0 },
	{ LIBRARY(" movecommand: true"), ":5: expected an absolute path", 0 },
	{ LIBRARY(" commandtimeout: 08"), NULL, 0 },
	{ LIBRARY(" commandtimeout: 0"), ":5: expected seconds", 0 },
	{ LIBRARY(" commandtimeout: 3601"), ":5: expected seconds", 0 },
	{ LIBRARY(" Compression: factor 1 enabled 1"), NULL, 1 },
	{ LIBRARY(" nonsense: 1"), NULL, 1 },
	{ LIBRARY(" nonsense"), NULL, 1 },
	{ DRIVE(" Library ID: 10 Slot: 01"), NULL, 1 },
	{ DRIVE(" Library ID: 10"), ":5: expected id (0-1023) Slot:", 0 },
	{ DRIVE(" Library ID: 1024 Slot: 01"), ":5: expected id (0-1023) Slot:", 0 },
	{ DRIVE(" Library ID: 10 Slot: 0"), ":5: expected id (0-1023) Slot:", 0 },
	{ DRIVE(" Library ID: 10 Slot: 65536"), ":5: expected id (0-1023) Slot:", 0 },
	{ DRIVE(" Library ID: 10 Slot: 1 2"), ":5: expected id (0-1023) Slot:", 0 },
	{ DRIVE(" Library ID: 10 Place: 1"), ":5: expected id (0-1023) Slot:", 0 },
	{ DRIVE(" Compression: factor 9 enabled 0"), NULL, 0 },
	{ DRIVE(" Compression: 3"), NULL, 0 },
	{ DRIVE(" Compression: factor 0 enabled 1"), ":5: expected factor (1-9) enabled (0-1)", 0 },
	{ DRIVE(" Compression: factor 10 enabled 1"), ":5: expected factor", 0 },
	{ DRIVE(" Compression: factor 1 enabled 2"), ":5: expected factor", 0 },
	{ DRIVE(" Compression: factor 1"), ":5: expected factor", 0 },
	{ DRIVE(" Compression: enabled 1 factor 1"), ":5: expected factor", 0 },
	{ DRIVE(" Compression: factor 1 enabled 1 more"), ":5: expected factor", 0 },
	{ DRIVE(" Compression type: lzo"), NULL, 0 },
	{ DRIVE(" Compression type: ZLIB"), NULL, 0 },
	{ DRIVE(" Compression type: zstd"), NULL, 0 },
	{ DRIVE(" Sync: Unload"), NULL, 0 },
	{ DRIVE(" Sync: none"), NULL, 0 },
	{ DRIVE(" Sync: filemark"), NULL, 0 },
	{ DRIVE(" Sync: never"), ":5: expected filemark, unload or none, found \"never\"", 0 },
	{ DRIVE(" Read ahead: 0"), NULL, 0 },
	{ DRIVE(" Read ahead: 64 thread Always"), NULL, 0 },
	{ DRIVE(" Read ahead: 4 thread auto"), NULL, 0 },
	{ DRIVE(" Read ahead: 4 thread never"), NULL, 0 },
	{ DRIVE(" Read ahead: 65"), ":5: expected MiB (0-64), or MiB thread", 0 },
	{ DRIVE(" Read ahead: 4 always"), ":5: expected MiB", 0 },
	{ DRIVE(" Read ahead: 4 thread"), ":5: expected MiB", 0 },
	{ DRIVE(" Read ahead: 4 thread two"), ":5: expected MiB", 0 },
	{ DRIVE(" Read ahead: 4 thread auto 1"), ":5: expected MiB", 0 },
	{ LIBRARY(" Read ahead: 4"), NULL, 1 },
	{ DRIVE(" Write behind: auto"), NULL, 0 },
	{ DRIVE(" Write behind: Never"), NULL, 0 },
	{ DRIVE(" Write behind: sometimes"), ":5: expected auto, always or never, found", 0 },
	{ DRIVE(" Write behind: 4 thread auto"), ":5: expected auto, always or never", 0 },
	{ LIBRARY(" Write behind: auto"), NULL, 1 },
	{ DRIVE(" Compression threads: 1"), NULL, 0 },
	{ DRIVE(" Compression threads: 16"), NULL, 0 },
	{ DRIVE(" Compression threads: 0"), ":5: expected a number from 1 to 16, found \"0\"", 0 },
	{ DRIVE(" Compression threads: 17"), ":5: expected a number from 1 to 16", 0 },
	{ DRIVE(" Compression threads: auto"), ":5: expected a number from 1 to 16", 0 },
	{ LIBRARY(" Compression threads: 2"), NULL, 1 },
	{ DRIVE(" Compression type: bzip2"), ":5: expected lzo, zlib or zstd, found \"bzip2\"", 0 },
	{ DRIVE(" LBP RSCRC BE: 0"), NULL, 0 },
	{ DRIVE(" LBP RSCRC BE: 2"), ":5: expected 0 or 1", 0 },
	{ DRIVE(" PERSIST: maybe"), NULL, 1 },
	{ "VERSION: 5\n", NULL, 0 },
	{ "VERSION: five\n", ":1: expected a number", 0 },
	{ " NAA: bad outside\n", NULL, 1 },
	{ "", NULL, 0 },
	{ "# Library: x\n\n   \n", NULL, 0 },
	{ "Library: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n",
	  ":1: expected a \"Vendor identification:\"", 0 },
	{ "Library: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n Vendor identification: X\n",
	  ":1: expected a \"Product identification:\"", 0 },
	{ "Library: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n Vendor identification: X\n"
	  " Product identification: Y\n", NULL, 1 },
	{ "Library: 1024 CHANNEL: 00 TARGET: 00 LUN: 00\n", ":1: expected id", 0 },
	{ "Library: x CHANNEL: 00 TARGET: 00 LUN: 00\n", ":1: expected id", 0 },
	{ "Library: 10 CHANNEL: 256 TARGET: 00 LUN: 00\n", ":1: expected id", 0 },
	{ "Drive: 10 CHANNEL: 0 TARGET: 1024 LUN: 00\n", ":1: expected id", 0 },
	{ "Drive: 10 CHANNEL: 0 TARGET: 1 LUN: 32\n", ":1: expected id", 0 },
	{ "Drive: 10 CHANNEL: 0 TARGET: 1\n", ":1: expected id", 0 },
	{ "Drive: 10 CHANNEL: 0 TARGET: 1 LUN: 0 more\n", ":1: expected id", 0 },
	{ "Drive:\n", ":1: expected id", 0 },
	{ LIBRARY("\n") "Drive: 10 CHANNEL: 0 TARGET: 1 LUN: 0\n Vendor identification: X\n"
	  " Product identification: Y\n Unit serial number: B\n",
	  ":6: expected an id of its own, found 10, which line 1 has", 0 },
	{ LIBRARY("\n") "Drive: 11 CHANNEL: 0 TARGET: 0 LUN: 0\n Vendor identification: X\n"
	  " Product identification: Y\n Unit serial number: B\n",
	  ":6: expected an address of its own, found channel 0 target 0 LUN 0, which line 1", 0 },
	{ LIBRARY("") DRIVE(" Library ID: 10 Slot: 1\n")
	  "Drive: 12 CHANNEL: 0 TARGET: 2 LUN: 0\n Vendor identification: X\n"
	  " Product identification: Y\n Unit serial number: B\n Library ID: 10 Slot: 01\n",
	  ":10: expected a Slot of its own, found 1 of library 10, where drive 11 of line 5", 0 },
	{ LIBRARY("") "Drive: 12 CHANNEL: 0 TARGET: 2 LUN: 0\n Vendor identification: X\n"
	  " Product identification: Y\n Unit serial number: A\n", NULL, 1 },
};

static void test_device_rows(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(device_rows); i++) {
		struct warnings w = { 0 };
		struct conf_report report = { .warn = count_warning, .ctx = &w };
		const char *text = device_rows[i].text, *expected = device_rows[i].expected;
		const char *key = strchr(text, 'A') ? strrchr(text, '\n') : NULL;
		struct conf_devices *d = NULL;
		char what[200];
		int err;

		write_file("device.conf", text, strlen(text));
		err = conf_load_devices(dir, &d, &report);
		snprintf(what, sizeof(what), "device.conf %zu:%.60s", i, key ? key + 1 : text);
		for (char *p = what; *p; p++)
			*p = *p == '\n' || *p < ' ' ? ' ' : *p;
		if (expected)
			check(err == -EINVAL && strstr(report.error, "/device.conf:") &&
			      strstr(report.error, expected) && !d, what, report.error);
		else
			check(!err && d && w.n == device_rows[i].warnings, what,
			      err ? report.error : w.last);
		conf_free_devices(d);
	}
}

/* All that a record can hold, with CRLF, numbers that look octal, lines of blanks. */
static const char whole[] =
	"VERSION: 5\r\n\r\n"
	"Library: 08 CHANNEL: 00 TARGET: 010 LUN: 09\r\n"
	" Vendor identification: STK\r\n Product identification: L700 X\r\n"
	" Unit serial number: XYZZY_A\r\n NAA: 10:22:33:44:ab:00:0F:00\r\n"
	" Home directory: /opt/vtl\r\n PERSIST: True\r\n Backoff: 0400\r\n"
	" movecommand: /bin/mv\r\n commandtimeout: 007\r\n fifo: /run/f\r\n   \t\r\n"
	" PERSIST: False\r\n"
	"Drive: 255 CHANNEL: 01 TARGET: 10 LUN: 00\r\n Library ID: 08 Slot: 09\r\n"
	" Vendor identification: IBM\r\n Product identification: ULT3580-TD8\r\n"
	" Product revision level: HB82\r\n Unit serial number: XYZZY_A1\r\n"
	" Compression: factor 3 enabled 0\r\n Compression type: zstd\r\n LBP RSCRC BE: 0\r\n"
	" Compression threads: 012\r\n Write behind: always\r\n";

static void test_values(void)
{
	static const uint8_t naa[8] = { 0x50, 0x22, 0x33, 0x44, 0xab, 0x00, 0x0f, 0x00 };
	struct warnings w = { 0 };
	struct conf_report report = { .warn = count_warning, .ctx = &w };
	struct conf_site site = { .home = "/opt/mhvtl" };
	const struct conf_library *l;
	const struct conf_drive *v;
	char home[CONF_PATH_SIZE];
	struct conf_devices *d;

	write_file("device.conf", whole, strlen(whole));
	if (conf_load_devices(dir, &d, &report)) {
		check(false, "all values", report.error);
		return;
	}
	l = conf_find_library(d, 8);
	v = conf_find_drive(d, 255);
	check(l && l->unit.target == 10 && l->unit.lun == 9 && l->unit.line == 3 &&
	      l->unit.backoff == 400 && l->command_timeout == 7 && l->persist &&
	      !strcmp(l->unit.product, "L700 X") && !strcmp(l->movecommand, "/bin/mv") &&
	      !strcmp(l->unit.fifo, "/run/f") && l->unit.has_naa &&
	      !memcmp(l->unit.naa, naa, 8), "values of a library; numbers are decimal", "differ");
	check(v && v->unit.channel == 1 && v->in_library && v->library == 8 && v->slot == 9 &&
	      !v->compression && v->compression_factor == 3 &&
	      v->compression_type == CONF_ZSTD && v->compression_threads == 12 &&
	      v->write_behind == CONF_THREAD_ALWAYS &&
	      !v->lbp_rscrc_be && !v->unit.has_naa && !strcmp(v->unit.revision, "HB82"),
	      "values of a drive, id 255", "differ");
	check(w.n == 1 && strstr(w.last, ":15:") && strstr(w.last, "outside a record"),
	      "a line of blanks ends a record", w.last);
	check(conf_drive_at(d, 8, 9) == v && !conf_drive_at(d, 8, 1), "drive by place", "differs");
	check(!conf_library_home(d, &site, 8, home) && !strcmp(home, "/opt/vtl"),
	      "a library's Home directory", home);
	check(!conf_library_home(d, &site, 30, home) && !strcmp(home, "/opt/mhvtl/30"),
	      "without one, a folder in the site's home", home);
	conf_free_devices(d);
	conf_free_devices(NULL);
}

static const struct { const char *text, *expected; unsigned int warnings; } site_rows[] = {
	{ "", NULL, 0 },
	{ "# comment\n\nCAPACITY=0500\nVERBOSE=9\nVTL_DEBUG=3\nDAEMON_DEBUG=-d\n", NULL, 0 },
	{ "MHVTL_HOME_PATH=\"/srv/a b\"  # comment\n", NULL, 0 },
	{ "MHVTL_HOME_PATH=srv\n", "mhvtl.conf:1: expected an absolute path", 0 },
	{ "MHVTL_HOME_PATH=/a b\n", ":1: expected a value that no shell", 0 },
	{ "MHVTL_HOME_PATH=\"/a\n", ":1: expected a value that no shell", 0 },
	{ "\nMHVTL_HOME_PATH=$HOME/x\n", ":2: expected a value that no shell", 0 },
	{ "MHVTL_HOME_PATH=" LONG_PATH "\n", ":1: expected an absolute path", 0 },
	{ "MHVTL_CONFIG_PATH=x\n", ":1: expected an absolute path", 0 },
	{ "CAPACITY=much\n", ":1: expected megabytes", 0 },
	{ "CAPACITY=4294967296\n", ":1: expected megabytes", 0 },
	{ "CAPACITY=\n", ":1: expected megabytes, 0 to 4294967295, found nothing", 0 },
	{ "VERBOSE=10\n", ":1: expected a number from 0 to 9", 0 },
	{ "VTL_DEBUG=-1\n", ":1: expected a number", 0 },
	{ "DAEMON_DEBUG=yes\n", ":1: expected -d or nothing", 0 },
	{ "DAEMON_DEBUG=\n", NULL, 0 },
	{ "OTHER=1\nnothing\n", NULL, 2 },
};

static void test_site(void)
{
	struct conf_report report = { 0 };
	struct conf_site site;

	for (size_t i = 0; i < ARRAY_SIZE(site_rows); i++) {
		struct warnings w = { 0 };
		const char *expected = site_rows[i].expected;
		char what[100];
		int err;

		report = (struct conf_report){ .warn = count_warning, .ctx = &w };
		write_file("mhvtl.conf", site_rows[i].text, strlen(site_rows[i].text));
		err = conf_load_site(dir, &site, &report);
		snprintf(what, sizeof(what), "mhvtl.conf %zu", i);
		if (expected)
			check(err == -EINVAL && strstr(report.error, expected), what, report.error);
		else
			check(!err && w.n == site_rows[i].warnings, what, report.error);
	}
	write_file("mhvtl.conf", site_rows[1].text, strlen(site_rows[1].text));
	setenv("MHVTL_CONFIG_PATH", dir, 1);
	check(!conf_load_site(NULL, &site, &report) && !strcmp(site.dir, dir) &&
	      site.capacity_mb == 500 && site.verbose == 9 && site.vtl_debug == 3 &&
	      site.daemon_debug && !strcmp(site.home, "/opt/mhvtl"), "values of mhvtl.conf, found "
	      "by the environment", site.dir);
	check(!conf_load_site("/nonexistent", &site, &report) && site.verbose == 1 &&
	      site.capacity_mb == 500 && !strcmp(site.dir, "/nonexistent"),
	      "what is asked for comes first; no mhvtl.conf is the defaults", site.dir);
}

/* Whatever the bytes are: an answer, no crash, and a message when it is no. */
static void test_any_bytes(void)
{
	char text[sizeof(whole)];
	unsigned int silent = 0;

	srand(1);
	for (unsigned int round = 0; round < 3000; round++) {
		struct conf_report report = { 0 };
		struct conf_devices *d = NULL;
		struct conf_site site;
		size_t len = (size_t)rand() % sizeof(text);

		memcpy(text, whole, sizeof(text));
		for (unsigned int n = round < sizeof(whole) ? 0 : 1 + round % 9; n; n--)
			text[(size_t)rand() % sizeof(text)] = (char)rand();
		len = round < sizeof(whole) ? round : len;
		write_file("device.conf", text, len);
		if (conf_load_devices(dir, &d, &report))
			silent += !*report.error;
		conf_free_devices(d);
		write_file("mhvtl.conf", text, len);
		report.error[0] = '\0';
		if (conf_load_site(dir, &site, &report))
			silent += !*report.error;
	}
	check(!silent, "truncated and damaged files are refused with a reason, if they are", "");
}

static void test_unreadable(void)
{
	struct conf_report report = { 0 };
	struct conf_devices *d;

	check(conf_load_devices("/nonexistent", &d, &report) == -ENOENT &&
	      !strcmp(report.error, "/nonexistent/device.conf: No such file or directory"),
	      "a missing device.conf", report.error);
	write_file("device.conf", "VERSION: 5\n\0", 12);
	check(conf_load_devices(dir, &d, &report) == -EINVAL && strstr(report.error, ":2: "),
	      "a NUL byte", report.error);
	check(conf_barcode_ok("E01001L8") && conf_barcode_ok("1234567890123456") &&
	      !conf_barcode_ok("12345678901234567") && !conf_barcode_ok("") &&
	      !conf_barcode_ok("..") && !conf_barcode_ok("a/b") && !conf_barcode_ok("a b"),
	      "barcodes", "wrong");
}

int main(void)
{
	char command[64];

	if (!mkdtemp(dir))
		return 1;
	unsetenv("MHVTL_CONFIG_PATH");
	test_device_rows();
	test_values();
	test_site();
	test_any_bytes();
	test_unreadable();
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command) || failures;
}
