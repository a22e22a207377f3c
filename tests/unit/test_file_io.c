// SPDX-License-Identifier: GPL-2.0-only
/* Cartridges in a real folder: modes, links, owners, files that are cut or missing. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/report.h"
#include "fake/text_tape.h"

static const char *path(const char *name)
{
	static char to[64];

	snprintf(to, sizeof(to), "E01001L8/%s", name);
	return to;
}

static enum cart_rc load(struct cart_folder *f, struct cart **c)
{
	char why[CART_WHY_MAX];

	return cart_open(&cart_file_io, f, 0, "FILE    1", 1, c, why);
}

/* A new folder E01001L8 with a cartridge that holds "ab|c", put away. */
static struct cart_folder *made(void)
{
	const struct cart_spec spec = text_spec(CART_DATA_TAPE, 1 << 20);
	struct cart_folder *f;
	struct cart *c;

	if (system("rm -rf E01001L8") || mkdir("E01001L8", 0770) ||
	    cart_folder_open("E01001L8", &f))
		abort();
	if (cart_create(&cart_file_io, f, &spec) || load(f, &c))
		abort();
	text_write(c, "ab|c");
	cart_close(c);
	return f;
}

static int test_files(void)
{
	const char *const names[] = { "meta", "data", "indx" };
	const mode_t mask = umask(077);
	struct cart_folder *f = made();
	const char *why = NULL;
	struct stat st;

	umask(mask);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (stat(path(names[i]), &st) || !S_ISREG(st.st_mode) ||
		    (st.st_mode & 07777) != 0660)
			why = names[i];
	if (stat(path("data"), &st) || st.st_size != 4 * 64 + 3 * 8 || st.st_blocks > 64)
		why = "size of data";
	if (stat(path("meta"), &st) || st.st_size != 128 << 10)
		why = "size of meta";
	cart_folder_close(f);
	return report("files of the group, and no more of the disk than needed", why);
}

static int test_blocks(void)
{
	const uint32_t len = 3 << 20;
	struct cart_folder *f = made();
	uint8_t *buf = malloc(len);
	char text[TEXT_MAX];
	const char *why = NULL;
	struct cart *c;
	uint32_t got = 0;

	if (load(f, &c) || strcmp(text_read(c, text), "ab|c."))
		why = "text";
	memset(buf, 7, len);
	cart_format(c, 2, (const uint64_t[]){ 1 << 19, 1 << 19 }, 0x5e);
	if (cart_write(c, buf, len) != CART_FULL || cart_write(c, buf, 1 << 18) ||
	    cart_write_filemarks(c, 2, false) || access(path("indx.1"), F_OK))
		why = "write";
	cart_locate(c, 0, 0);
	memset(buf, 0, len);
	if (cart_read(c, buf, len, &got) || got != 1 << 18 || buf[got - 1] != 7 || buf[got])
		why = "read";
	if (cart_format(c, 1, NULL, 0x5e) || !access(path("indx.1"), F_OK))
		why = "fewer partitions";
	cart_close(c);
	cart_folder_close(f);
	free(buf);
	return report("blocks and partitions in files", why);
}

/* In this process, in another one, and after its death. */
static int test_lock(void)
{
	struct cart_folder *f = made(), *other;
	const char *why = NULL;
	struct cart *c, *d;
	int status;
	pid_t pid;

	cart_folder_open("E01001L8", &other);
	if (load(f, &c) || load(other, &d) != CART_BUSY)
		why = "two owners";
	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(load(other, &d) == CART_BUSY ? 0 : 1);
	if (waitpid(pid, &status, 0) != pid || status)
		why = "two processes";
	cart_close(c);
	if (load(other, &d))
		why = "not free again";
	cart_drop(d);
	cart_folder_close(other);
	cart_folder_close(f);
	return report("one owner of a file", why);
}

/* What stands where a file should be, made by a shell. */
static const struct {
	const char *what, *make;
	enum cart_rc rc;
} bad[] = {
	{ "no meta",           "rm E01001L8/meta",                             CART_NOT_FOUND },
	{ "no data",           "rm E01001L8/data",                             CART_DAMAGED },
	{ "meta is a link",    "cd E01001L8 && mv meta m && ln -s m meta",     CART_READ_FAILED },
	{ "data is a link",    "cd E01001L8 && mv data d && ln -s d data",     CART_READ_FAILED },
	{ "data is a FIFO",    "cd E01001L8 && rm data && mkfifo data",        CART_READ_FAILED },
	{ "indx is a folder",  "cd E01001L8 && rm indx && mkdir indx",         CART_READ_FAILED },
	{ "meta is empty",     "truncate -s 0 E01001L8/meta",                  CART_FOREIGN },
	{ "meta is cut short", "truncate -s 5000 E01001L8/meta",               CART_OK },
	{ "meta is not ours",  "head -c 200000 /dev/zero >E01001L8/meta",      CART_FOREIGN },
	{ "data is empty",     "truncate -s 0 E01001L8/data",                  CART_DAMAGED },
	{ "data is cut short", "truncate -s 100 E01001L8/data",                CART_DAMAGED },
	{ "data has a tail",   "echo tail >>E01001L8/data",                    CART_OK },
	{ "indx is empty",     "truncate -s 0 E01001L8/indx",                  CART_OK },
	{ "indx is missing",   "rm E01001L8/indx",                             CART_OK },
};

static int test_bad(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct cart_folder *f = made();
		char reason[CART_WHY_MAX], text[TEXT_MAX];
		const char *why = NULL;
		struct cart *c;
		enum cart_rc rc;

		if (system(bad[i].make))
			why = "set-up";
		rc = cart_open(&cart_file_io, f, 0, "FILE    1", 1, &c, reason);
		if (rc != bad[i].rc)
			why = "outcome";
		if (rc && !*reason)
			why = "no reason given";
		if (c && rc && text_write(c, "x") != CART_READ_ONLY)
			why = "damaged, and can be written";
		if (c && !rc && strcmp(text_read(c, text), "ab|c."))
			why = text;
		if (why)
			printf("# %s: %d %s\n", bad[i].what, rc, reason);
		if (c)
			cart_close(c);
		failed |= report(bad[i].what, why);
		cart_folder_close(f);
	}
	return failed;
}

static int test_folder(void)
{
	struct cart_folder *f;
	const char *why = NULL;

	if (cart_folder_open("nothing", &f) != -ENOENT)
		why = "no folder";
	if (symlink("E01001L8", "link") || cart_folder_open("link", &f) != -ELOOP)
		why = "a link";
	if (cart_folder_open("E01001L8/meta", &f) != -ENOTDIR)
		why = "a file";
	cart_folder_close(NULL);
	return report("what is no folder", why);
}

int main(void)
{
	char folder[] = "/tmp/test_file_io.XXXXXX", command[64];
	int failed;

	if (!mkdtemp(folder) || chdir(folder))
		return report("a folder for the test", strerror(errno));
	failed = test_files();
	failed |= test_blocks();
	failed |= test_lock();
	failed |= test_bad();
	cart_folder_close(made());
	failed |= test_folder();
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return chdir("/") || system(command) || failed;
}
