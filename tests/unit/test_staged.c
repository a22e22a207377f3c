// SPDX-License-Identifier: GPL-2.0-only
/* Folders that appear whole or never. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/macros.h"
#include "tools/staged.h"

static int report(const char *what, const char *why)
{
	if (why)
		return printf("not ok - %s: %s\n", what, why), 1;
	return printf("ok - %s\n", what), 0;
}

static void put_file(const struct staged *s, const char *name)
{
	const int fd = openat(s->folder, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	if (fd < 0 || write(fd, name, strlen(name)) < 0)
		abort();
	close(fd);
}

static bool there(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

static void fresh(void)
{
	if (system("rm -rf home; mkdir home"))
		abort();
}

static int test_commit(void)
{
	char why[STAGED_WHY];
	const char *wrong = NULL;
	struct stat st;
	struct staged s;

	fresh();
	if (staged_begin(&s, "home", "NAME", why) || strcmp(s.path, "home/.new-NAME"))
		return report("a whole one", why);
	put_file(&s, "meta");
	put_file(&s, "data");
	if (there("home/NAME"))
		wrong = "it is there too early";
	if (staged_commit(&s, why))
		wrong = why;
	if (stat("home/NAME", &st) || (st.st_mode & 07777) != 02770)
		wrong = "mode of the folder";
	if (stat("home/NAME/meta", &st) || (st.st_mode & 07777) != 0660 || st.st_size != 4)
		wrong = "a file";
	if (there("home/.new-NAME") || !there("home/NAME/data"))
		wrong = "the rest";
	staged_discard(&s);			/* nothing any more */
	if (!there("home/NAME/data"))
		wrong = "it was discarded";
	return report("a whole one", wrong);
}

static int test_discard(void)
{
	char why[STAGED_WHY];
	struct staged s;

	fresh();
	if (staged_begin(&s, "home", "NAME", why))
		return report("one that is given up", why);
	put_file(&s, "meta");
	staged_discard(&s);
	return report("one that is given up", rmdir("home") ? "something is left" : NULL);
}

static const struct refusal {
	const char *what, *before, *home, *name;
	int err;
	const char *why;
} refusals[] = {
	{ "a folder of that name", "mkdir home/NAME", "home", "NAME", -EEXIST,
	  "home/NAME: File exists" },
	{ "a file of that name", "touch home/NAME", "home", "NAME", -EEXIST, "home/NAME: File" },
	{ "a broken symlink of that name", "ln -s nowhere home/NAME", "home", "NAME", -EEXIST,
	  "home/NAME: File" },
	{ "no home", "true", "none", "NAME", -ENOENT, "none: No such file" },
	{ "a home that is a file", "touch home/x", "home/x", "NAME", -ENOTDIR, "Not a directory" },
	{ "a name that is too long", "true", "home",
	  "0123456789012345678901234567890123456789012345678901234567890123", -ENAMETOOLONG,
	  "too long" },
	{ "a file where the work goes on", "touch home/.new-NAME", "home", "NAME", -ENOTDIR,
	  "home: Not a directory" },
	{ "a symlink there", "mkdir home/to; ln -s to home/.new-NAME", "home", "NAME", -ENOTDIR,
	  "home: Not a directory" },
};

static int test_refusals(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		const struct refusal *r = &refusals[i];
		char why[STAGED_WHY];
		struct staged s;
		int err;

		fresh();
		if (system(r->before))
			abort();
		err = staged_begin(&s, r->home, r->name, why);
		failed |= report(r->what, err == r->err && strstr(why, r->why) ? NULL : why);
		staged_discard(&s);
	}
	return failed;
}

/* Somebody takes the name meanwhile: he keeps it, unless his folder is empty. */
static int test_race(void)
{
	char why[STAGED_WHY];
	const char *wrong = NULL;
	struct staged s;
	int err;

	fresh();
	if (staged_begin(&s, "home", "NAME", why))
		return report("a name that is taken meanwhile", why);
	put_file(&s, "meta");
	if (system("mkdir home/NAME; touch home/NAME/other"))
		abort();
	err = staged_commit(&s, why);
	if (err != -EEXIST)
		wrong = "result";
	if (there("home/.new-NAME") || there("home/NAME/meta") || !there("home/NAME/other"))
		wrong = "what is there";
	return report("a name that is taken meanwhile", wrong);
}

/* Work that goes on is left alone; what a crash left is removed. */
static int test_crash(void)
{
	char why[STAGED_WHY];
	const char *wrong = NULL;
	struct staged s, other;
	int status;
	pid_t pid;

	fresh();
	if (staged_begin(&s, "home", "NAME", why))
		return report("two at a time", why);
	put_file(&s, "meta");
	if (staged_begin(&other, "home", "NAME", why) != -EBUSY || !there("home/.new-NAME/meta"))
		wrong = "a second one";
	staged_discard(&s);
	pid = fork();
	if (!pid) {
		if (!staged_begin(&s, "home", "NAME", why))
			put_file(&s, "left");
		_exit(0);
	}
	waitpid(pid, &status, 0);
	if (!there("home/.new-NAME/left"))
		wrong = "the crash";
	if (staged_begin(&s, "home", "NAME", why) || there("home/.new-NAME/left"))
		wrong = "the next one";
	staged_discard(&s);
	return report("two at a time, and one after a crash", wrong);
}

int main(void)
{
	char folder[] = "/tmp/test_staged.XXXXXX", command[64];
	int failed = 0;

	if (!mkdtemp(folder) || chdir(folder))
		return 1;
	failed |= test_commit();
	failed |= test_discard();
	failed |= test_refusals();
	failed |= test_race();
	failed |= test_crash();
	if (chdir("/") || system(strcat(strcpy(command, "rm -rf "), folder)))
		return 1;
	return failed;
}
