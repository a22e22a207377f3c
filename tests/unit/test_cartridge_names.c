// SPDX-License-Identifier: GPL-2.0-only
/* Cartridges as users name them: which folder is meant, and where a new one goes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/capture.h"
#include "tools/cartridge.h"

/* Two libraries share home, a third has other, a fourth's configuration cannot be read. */
static const char device_conf[] =
	"VERSION: 5\n"
	"Library: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n Vendor identification: STK\n"
	" Product identification: L700\n Unit serial number: A\n Home directory: /%s/home\n"
	"Library: 20 CHANNEL: 00 TARGET: 08 LUN: 00\n Vendor identification: STK\n"
	" Product identification: L700\n Unit serial number: B\n Home directory: /%s/home\n"
	"Library: 30 CHANNEL: 00 TARGET: 16 LUN: 00\n Vendor identification: STK\n"
	" Product identification: L80\n Unit serial number: C\n Home directory: /%s/other\n";
static const char one_home[] =
	"VERSION: 5\n"
	"Library: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n Vendor identification: STK\n"
	" Product identification: L700\n Unit serial number: A\n Home directory: /%s/home\n";
static const char no_library[] = "VERSION: 5\n";

static char top[64];

static void configure(const char *dir, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/device.conf", dir);
	if (mkdir(dir, 0770))
		abort();
	f = fopen(path, "w");
	for (; f && *text; text++) {
		if (text[0] == '%' && text[1] == 's')
			fputs(top + 1, f), text++;
		else
			putc(*text, f);
	}
	if (!f || fclose(f))
		abort();
}

static const struct find_row {
	const char *what, *dir, *home, *library, *name;
	const char *path;		/* NULL: refused; %s is the folder of the test */
	const char *says;
} find_rows[] = {
	/* what                       dir     home    library  name      path, what is said */
	{ "in the first home",        "etc",  NULL,   NULL, "AAA001L8", "%s/home/AAA001L8", "" },
	{ "in another home",          "etc",  NULL,   NULL, "BBB001L8", "%s/other/BBB001L8", "" },
	{ "in two homes",             "etc",  NULL,   NULL, "CCC001L8", NULL,
	  "CCC001L8 is in .*/home and in .*/other; -l or the folder itself" },
	{ "in two, of that library",  "etc",  NULL,   "30", "CCC001L8", "%s/other/CCC001L8", "" },
	{ "a home of two libraries",  "etc",  NULL,   "20", "CCC001L8", "%s/home/CCC001L8", "" },
	{ "in the other one alone",   "etc",  NULL,   "10", "BBB001L8", NULL,
	  "no cartridge BBB001L8 in .*/home\n" },
	{ "nowhere",                  "etc",  NULL,   NULL, "DDD001L8", NULL,
	  "no cartridge DDD001L8 in .*/home or another library's home" },
	{ "nowhere, one home",        "one",  NULL,   NULL, "DDD001L8", NULL,
	  "no cartridge DDD001L8 in .*/home\n" },
	{ "a symlink is there",       "etc",  NULL,   NULL, "LNK001L8", "%s/home/LNK001L8", "" },
	{ "-H, whatever is set up",   "none", "other", NULL, "BBB001L8", "other/BBB001L8", "" },
	{ "-H goes before -l",        "etc",  "other", "10", "BBB001L8", "other/BBB001L8", "" },
	{ "no such library",          "etc",  NULL,   "40", "AAA001L8", NULL,
	  "etc/device.conf has no library 40" },
	{ "no library at all",        "empty", NULL,  NULL, "AAA001L8", NULL,
	  "empty/device.conf has no library\n" },
	{ "a library over 1023",      "etc",  NULL, "1024", "AAA001L8", NULL,
	  "expected a library, 0 to 1023, found \"1024\"" },
	{ "the last library",         "etc",  NULL, "1023", "AAA001L8", NULL,
	  "has no library 1023" },
	{ "a library that is a word", "etc",  NULL,  "ten", "AAA001L8", NULL, "found \"ten\"" },
	{ "nothing is set up",        "none", NULL,   NULL, "AAA001L8", NULL, "none/device.conf" },
	{ "no name",                  "etc",  NULL,   NULL, "",         NULL,
	  "expected a barcode" },
	{ "no barcode",               "etc",  NULL,   NULL, "a b",      NULL,
	  "expected a barcode of 1 to 16.*found \"a b\"" },
	{ "16 characters",            "etc",  NULL,   NULL, "A234567890123456", NULL,
	  "no cartridge" },
	{ "17 characters",            "etc",  NULL,   NULL, "A2345678901234567", NULL,
	  "expected a barcode" },
	{ "the folder itself",        "none", NULL,   NULL, "home/AAA001L8", "home/AAA001L8", "" },
	{ "with a slash behind it",   "none", NULL,   NULL, "AAA001L8/",  "AAA001L8", "" },
	{ "with many",                "none", NULL,   NULL, "./x///",     "./x", "" },
	{ "the root",                 "none", NULL,   NULL, "///",        "/", "" },
};

static int test_find(const struct find_row *r)
{
	const struct cartridge_where w = {
		.program = "test", .dir = r->dir, .home = r->home, .library = r->library,
	};
	char path[CARTRIDGE_PATH] = "", want[CARTRIDGE_PATH] = "";
	bool ok;
	const char *said;

	capture_begin();
	ok = cartridge_find(&w, r->name, path);
	said = capture_end();
	if (r->path && !strncmp(r->path, "%s", 2))
		snprintf(want, sizeof(want), "%s%s", top, r->path + 2);
	else if (r->path)
		snprintf(want, sizeof(want), "%s", r->path);
	if (ok && strcmp(path, want))
		said = path;
	return capture_check(r->what, ok, r->path != NULL, said, r->says);
}

static const struct place_row {
	const char *what, *dir, *home, *library, *name, *near;
	const char *to;			/* home, a blank, barcode; NULL: refused */
	const char *says;
} place_rows[] = {
	/* what                     dir   home    library name      near            to, says */
	{ "the one home",           "one", NULL,   NULL, "NEW1", NULL, "%s/home NEW1", "" },
	{ "which of two",           "etc", NULL,   NULL, "NEW1", NULL, NULL, "several homes; -l" },
	{ "that of a library",      "etc", NULL,   "30", "NEW1", NULL, "%s/other NEW1", "" },
	{ "of no library",          "etc", NULL,   "31", "NEW1", NULL, NULL, "no library 31" },
	{ "-H",                     "etc", "x",    NULL, "NEW1", NULL, "x NEW1", "" },
	{ "beside its source",      "etc", NULL,   NULL, "NEW1", "a/b/OLD1", "a/b NEW1", "" },
	{ "beside it, in the root", "etc", NULL,   NULL, "NEW1", "/OLD1", "/ NEW1", "" },
	{ "beside it, here",        "etc", NULL,   NULL, "NEW1", "OLD1", ". NEW1", "" },
	{ "not beside it but -l",   "etc", NULL,   "10", "NEW1", "a/b/OLD1", "%s/home NEW1", "" },
	{ "not beside it but -H",   "etc", "x",    NULL, "NEW1", "a/b/OLD1", "x NEW1", "" },
	{ "no barcode",             "etc", "x",    NULL, "a b",  NULL, NULL, "expected a barcode" },
	{ "a folder",               "etc", "x",    "10", "a/NEW1", NULL, "a NEW1", "" },
	{ "a folder of the root",   "etc", NULL,   NULL, "/NEW1", NULL, "/ NEW1", "" },
	{ "slashes behind it",      "etc", NULL,   NULL, "a/NEW1//", NULL, "a NEW1", "" },
	{ "here, with a slash",     "etc", NULL,   NULL, "NEW1/", NULL, ". NEW1", "" },
	{ "this folder",            "etc", NULL,   NULL, "./", NULL, NULL, "expected a barcode" },
	{ "the folder above",       "etc", NULL,   NULL, "../", NULL, NULL, "expected a barcode" },
	{ "the root",               "etc", NULL,   NULL, "/", NULL, NULL, "expected a barcode" },
	{ "a folder, no barcode",   "etc", NULL,   NULL, "a/b c", NULL, NULL,
	  "expected a barcode" },
};

static int test_place(const struct place_row *r)
{
	const struct cartridge_where w = {
		.program = "test", .dir = r->dir, .home = r->home, .library = r->library,
	};
	char home[CONF_PATH_SIZE] = "", barcode[CONF_BARCODE_MAX + 1] = "";
	char got[CARTRIDGE_PATH], want[CARTRIDGE_PATH] = "";
	const char *said;
	bool ok;

	capture_begin();
	ok = cartridge_place(&w, r->name, r->near, home, barcode);
	said = capture_end();
	snprintf(got, sizeof(got), "%s %s", home, barcode);
	if (r->to && !strncmp(r->to, "%s", 2))
		snprintf(want, sizeof(want), "%s%s", top, r->to + 2);
	else if (r->to)
		snprintf(want, sizeof(want), "%s", r->to);
	if (ok && strcmp(got, want))
		said = got;
	return capture_check(r->what, ok, r->to != NULL, said, r->says);
}

/* A path is as long as the configuration may have it, and no longer. */
static int test_length(void)
{
	static char path[CONF_PATH_SIZE + 64], found[CARTRIDGE_PATH];
	const struct cartridge_where w = { .program = "test", .home = "x" };
	int failed = 0;

	memset(path, 'a', sizeof(path));
	path[1] = '/';
	for (int over = 0; over < 2; over++) {
		bool ok;
		const char *said;

		path[CONF_PATH_SIZE - 1 + over] = '\0';
		capture_begin();
		ok = cartridge_find(&w, path, found);
		said = capture_end();
		failed |= capture_check(over ? "a path too long" : "the longest path", ok, !over,
					said, over ? "File name too long" : "");
		path[CONF_PATH_SIZE - 1 + over] = 'a';
	}
	return failed;
}

int main(void)
{
	int failed = 0;

	strcpy(top, "/tmp/test_cartridge_names.XXXXXX");
	if (!mkdtemp(top) || chdir(top))
		return 1;
	configure("etc", device_conf);
	configure("one", one_home);
	configure("empty", no_library);
	if (system("mkdir -p home/AAA001L8 home/CCC001L8 other/BBB001L8 other/CCC001L8 && "
		   "ln -s nowhere home/LNK001L8"))
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(find_rows); i++)
		failed |= test_find(&find_rows[i]);
	for (size_t i = 0; i < ARRAY_SIZE(place_rows); i++)
		failed |= test_place(&place_rows[i]);
	failed |= test_length();
	if (chdir("/") || system(strcat(strcpy((char[128]){ 0 }, "rm -rf "), top)))
		return 1;
	return failed;
}
