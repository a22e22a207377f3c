// SPDX-License-Identifier: GPL-2.0-only
/* Folders that get their name when they are whole: whatever is there before, nothing is after. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/capture.h"
#include "fake/report.h"
#include "tools/new_cartridge.h"
#include "tools/staged.h"

static bool exists(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

/* What is in the home before, and how making X goes then. */
static const struct begin_row {
	const char *what, *before;	/* a shell command in the home's parent */
	const char *home;
	int err;
	const char *says;
	bool left_over;			/* home/.new-X is there as it was */
} begin_rows[] = {
	{ "an empty home", ":", "home", 0, "", false },
	{ "a home by a link", "mv home real; ln -s real home", "home", 0, "", false },
	{ "no home", "rmdir home", "home", -ENOENT, "^home: No such file", false },
	{ "a file for a home", "rmdir home; : >home", "home", -ENOTDIR, "^home: Not a dir", false },
	{ "it is there", "mkdir home/X", "home", -EEXIST, "^home/X: File exists$", false },
	{ "a file is there", ": >home/X", "home", -EEXIST, "^home/X: File exists$", false },
	{ "a link to nothing is there", "ln -s none home/X", "home", -EEXIST, "File exists",
	  false },
	{ "what a crash left", "mkdir home/.new-X; : >home/.new-X/meta; : >home/.new-X/.a", "home",
	  0, "", false },
	{ "a folder in what it left", "mkdir -p home/.new-X/sub", "home", -ENOTEMPTY,
	  "^home: Directory not empty$", true },
	{ "a link in its place", "mkdir other; ln -s ../other home/.new-X", "home", -ENOTDIR,
	  "^home: (Not a directory|Too many)", true },
	{ "a file in its place", ": >home/.new-X", "home", -ENOTDIR, "^home: Not a directory$",
	  true },
	{ "another's work does not matter", "mkdir home/.new-Y", "home", 0, "", false },
};

static void again(const char *command)
{
	char line[256];

	snprintf(line, sizeof(line), "rm -rf home real other; mkdir home; %s", command);
	if (system(line))
		abort();
}

static int test_begin(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(begin_rows); i++) {
		const struct begin_row *r = &begin_rows[i];
		char why[STAGED_WHY];
		struct staged s;
		int err;

		again(r->before);
		err = staged_begin(&s, r->home, "X", why);
		failed |= capture_check(r->what, err, r->err, why, r->says);
		if (exists("home/.new-X") != (!err || r->left_over))
			failed |= report(r->what, "the folder that is filled");
		if (!err && (exists("home/.new-X/meta") || exists("home/.new-X/.a")))
			failed |= report(r->what, "files of somebody else");
		staged_discard(&s);
		staged_discard(&s);
		if (exists("home/.new-X") != r->left_over)
			failed |= report(r->what, "something is left");
	}
	return failed;
}

static int test_names(void)
{
	static const struct { const char *what; size_t home, name; int err; } names[] = {
		{ "the longest name", 4, STAGED_NAME - 1, 0 },
		{ "a longer one", 4, STAGED_NAME, -ENAMETOOLONG },
		{ "the longest path", STAGED_PATH - 1 - 7, 1, -ENOENT },
		{ "a longer path", STAGED_PATH - 7, 1, -ENAMETOOLONG },
	};
	int failed = 0;

	again(":");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char home[STAGED_PATH + 8] = "home", name[STAGED_NAME + 8], why[STAGED_WHY];
		struct staged s;

		for (size_t n = 4; n < names[i].home; n++)
			home[n] = n % 100 ? 'h' : '/';
		home[names[i].home] = '\0';
		memset(name, 'n', sizeof(name));
		name[names[i].name] = '\0';
		failed |= capture_check(names[i].what, staged_begin(&s, home, name, why),
					names[i].err, why, names[i].err == -ENAMETOOLONG ?
					"File name too long$" : names[i].err ? "No such file" : "");
		staged_discard(&s);
	}
	return failed;
}

/* What happens between begin and commit. */
static const struct commit_row {
	const char *what, *between;
	int err;
	const char *says;
} commit_rows[] = {
	{ "nothing", ":", 0, "^(there is no user vtl.*)?$" },
	{ "files in it", ": >home/.new-X/meta; : >home/.new-X/data", 0, "^(there is no user.*)?$" },
	{ "an empty folder has its name", "mkdir home/X", 0, "^(there is no user vtl.*)?$" },
	{ "another one has its name", "mkdir home/X; : >home/X/meta", -EEXIST,
	  "^home/.new-X: File exists$" },
	{ "a file has its name", ": >home/X", -ENOTDIR, "^home/.new-X: Not a directory$" },
	{ "it was taken away", "rmdir home/.new-X", -ENOENT, "^home/.new-X: No such file" },
	{ "a link in it", "ln -s meta home/.new-X/data", -ELOOP, "^home/.new-X: Too many levels" },
};

static int test_commit(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(commit_rows); i++) {
		const struct commit_row *r = &commit_rows[i];
		char why[STAGED_WHY];
		struct staged s;
		struct stat st;
		int err;

		again(":");
		if (staged_begin(&s, "home", "X", why) || system(r->between))
			return report(r->what, why);
		err = staged_commit(&s, why);
		failed |= capture_check(r->what, err, r->err, why, r->says);
		if (exists("home/.new-X") || s.home >= 0 || s.folder >= 0)
			failed |= report(r->what, "something is left");
		if (!err && (stat("home/X", &st) || (st.st_mode & 07777) != 02770))
			failed |= report(r->what, "mode of the folder");
		if (!err && !stat("home/X/meta", &st) && (st.st_mode & 07777) != 0660)
			failed |= report(r->what, "mode of a file");
		staged_discard(&s);
		if (!err && !exists("home/X"))
			failed |= report(r->what, "taken away again");
	}
	return failed;
}

/* Two at a time: the second hears of it, and the first is not hindered. */
static int test_two(void)
{
	char why[STAGED_WHY];
	struct staged first, second;
	int failed;

	again(":");
	if (staged_begin(&first, "home", "X", why))
		return report("two", why);
	failed = capture_check("two at a time", staged_begin(&second, "home", "X", why), -EBUSY,
			       why, "^home/X: somebody else is making it$");
	staged_discard(&second);
	failed |= report("the first is there", exists("home/.new-X") ? NULL : "no");
	failed |= report("and ends", staged_commit(&first, why) ? why : NULL);
	return failed;
}

static const struct {
	const char *what, *before, *barcode;
	uint64_t capacity;
	enum new_cartridge rc;
	const char *says;
} made_rows[] = {
	{ "a cartridge", ":", "X", 1 << 20, NEW_CARTRIDGE_MADE, "^(there is no user vtl.*)?$" },
	{ "it is there", "mkdir home/X", "X", 1 << 20, NEW_CARTRIDGE_EXISTS, "File exists" },
	{ "no home", "rmdir home", "X", 1 << 20, NEW_CARTRIDGE_FAILED, "No such file" },
	{ "a name that cannot be", ":", "a b", 1 << 20, NEW_CARTRIDGE_FAILED,
	  "^home/.new-a b: no such cartridge can be made$" },
	{ "a folder in the way", "mkdir -p home/.new-X/a", "X", 1 << 20, NEW_CARTRIDGE_FAILED,
	  "not empty" },
};

static int test_made(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(made_rows); i++) {
		struct cart_spec spec = { .medium = "LTO8", .density = 0x5e,
					  .capacity = made_rows[i].capacity };
		char why[NEW_CARTRIDGE_WHY];
		enum new_cartridge rc;

		again(made_rows[i].before);
		strcpy(spec.barcode, made_rows[i].barcode);
		rc = new_cartridge("home", &spec, why);
		failed |= capture_check(made_rows[i].what, (int)rc, (int)made_rows[i].rc, why,
					made_rows[i].says);
		if (exists("home/X/meta") != (rc == NEW_CARTRIDGE_MADE))
			failed |= report(made_rows[i].what, "meta");
	}
	return failed;
}

int main(void)
{
	char folder[] = "/tmp/test_staged.XXXXXX", command[64];
	int failed = 0;

	if (!mkdtemp(folder) || chdir(folder))
		return 1;
	failed |= test_begin();
	failed |= test_names();
	failed |= test_commit();
	failed |= test_two();
	failed |= test_made();
	if (chdir("/") || system(strcat(strcpy(command, "rm -rf "), folder)))
		return 1;
	return failed;
}
