// SPDX-License-Identifier: GPL-2.0-only
/* What a library starts with, and what it leaves for the next start. */
#define _GNU_SOURCE		/* fwrite_unlocked() */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/contents.h"
#include "conf/text.h"

enum { NAME_SIZE = 64, WRITE_SIZE = 256 << 10 };

static bool older(const char *a, const char *b)
{
	struct stat sa, sb;

	if (stat(a, &sa) || stat(b, &sb))
		return false;
	if (sa.st_mtim.tv_sec != sb.st_mtim.tv_sec)
		return sa.st_mtim.tv_sec < sb.st_mtim.tv_sec;
	return sa.st_mtim.tv_nsec < sb.st_mtim.tv_nsec;
}

static void warn(struct conf_report *report, const char *path, const char *text)
{
	char message[2 * CONF_PATH_SIZE];

	if (!report->warn)
		return;
	snprintf(message, sizeof(message), "%s: %s", path, text);
	report->warn(report->ctx, message);
}

/* The cartridge is in the drive, so it is nowhere else; where it is listed is where it goes. */
static bool keep_loaded(struct conf_contents *c, const struct conf_element *loaded)
{
	struct conf_element *drive = conf_element(c, CONF_DRIVE, loaded->number);
	struct conf_element *listed = conf_find_barcode(c, loaded->barcode);

	if (!drive)
		return false;
	strcpy(drive->barcode, loaded->barcode);
	drive->source = loaded->source;
	drive->source_kind = loaded->source_kind;
	if (listed && listed != drive) {
		drive->source = listed->number;
		drive->source_kind = listed->kind;
		*listed->barcode = '\0';
		listed->source = 0;
		listed->imported = false;
	}
	return true;
}

static void keep_drives(struct conf_contents *c, const struct conf_contents *last, const char *path,
			struct conf_report *report)
{
	for (unsigned int n = 1; n <= last->count[CONF_DRIVE]; n++) {
		const struct conf_element *drive = conf_element(last, CONF_DRIVE, n);

		if (*drive->barcode && !keep_loaded(c, drive))
			warn(report, path, "a loaded drive is no longer in the library");
	}
}

/* path: library_contents.N; last: its .persist */
static int combine(const char *path, const char *last, bool persist, struct conf_contents **ret,
		   struct conf_report *report)
{
	struct conf_contents *written, *kept;
	uint32_t checksum, ignored;
	int err = contents_load(path, &written, &checksum, report);

	if (err)
		return err;
	written->base = checksum;
	*ret = written;
	if (access(last, F_OK) && errno == ENOENT)
		return 0;
	err = contents_load(last, &kept, &ignored, report);
	if (err) {
		conf_free_contents(written);
		return err;
	}
	if (persist && (kept->base ? kept->base == checksum : !older(last, path))) {
		kept->base = checksum;
		*ret = kept;
		conf_free_contents(written);
		return 0;
	}
	if (persist)
		warn(report, path, "has changed since the last move, so it counts and not the "
		     ".persist; loaded cartridges stay where they are");
	keep_drives(written, kept, last, report);
	conf_free_contents(kept);
	return 0;
}

int conf_load_inventory(const char *dir, unsigned int id, bool persist,
			struct conf_contents **ret, struct conf_report *report)
{
	char path[CONF_PATH_SIZE + NAME_SIZE], last[CONF_PATH_SIZE + NAME_SIZE];
	struct conf_contents *c;
	int err;

	if (strlen(dir) >= CONF_PATH_SIZE)
		return report_errno(report, dir, -ENAMETOOLONG);
	snprintf(path, sizeof(path), "%.511s/library_contents.%u", dir, id);
	snprintf(last, sizeof(last), "%.511s/library_contents.%u.persist", dir, id);
	err = combine(path, last, persist, &c, report);
	if (!err)
		*ret = c;
	return err;
}

static char *put_number(char *to, unsigned int n)
{
	char digits[12], *at = &digits[sizeof(digits) - 1];

	*at = '\0';
	do
		*--at = (char)('0' + n % 10);
	while (n /= 10);
	return stpcpy(to, at);
}

static char *put_place(char *to, enum conf_kind kind, unsigned int number)
{
	to = stpcpy(stpcpy(to, conf_kind_names[kind]), " ");
	return put_number(to, number);
}

/* Without printf: a large library writes tens of thousands at each move. */
static void put_element(FILE *f, const struct conf_element *e)
{
	char line[sizeof(e->serial) + sizeof(e->barcode) + 80], *to = line;

	to = stpcpy(put_place(to, e->kind, e->number), ":");
	if (*e->serial)
		to = stpcpy(stpcpy(to, " "), e->serial);
	if (*e->barcode) {
		to = stpcpy(to, e->kind == CONF_DRIVE ? " loaded " : " ");
		to = stpcpy(to, e->barcode);
		if (e->imported && e->kind == CONF_MAP)
			to = stpcpy(to, " imported");
		if (e->source)
			to = put_place(stpcpy(to, " from "), e->source_kind, e->source);
	}
	*to++ = '\n';
	fwrite_unlocked(line, 1, (size_t)(to - line), f);
}

/* Of a large library, in few calls to write(2). */
static int write_text(FILE *f, const struct conf_contents *c)
{
	char *buffer = malloc(WRITE_SIZE);
	int err;

	if (buffer)
		setvbuf(f, buffer, _IOFBF, WRITE_SIZE);
	fprintf(f, "# Written at each move of a cartridge; see library_contents(5).\n"
		   "VERSION: 2\nBased on: %u\n\n", c->base);
	for (size_t i = 0; i < c->n; i++)
		put_element(f, &c->elements[i]);
	err = fflush(f) || ferror(f) || fsync(fileno(f)) ? -errno : 0;
	if (fclose(f) && !err)
		err = -errno;
	free(buffer);
	return err;
}

static int write_all(int fd, const struct conf_contents *c)
{
	FILE *f = fdopen(fd, "w");
	int err;

	if (f)
		return write_text(f, c);
	err = -errno;
	close(fd);
	return err;
}

int conf_save_inventory(const char *dir, unsigned int id, const struct conf_contents *c)
{
	char name[NAME_SIZE], temporary[NAME_SIZE + 4];
	int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd, err;

	if (folder < 0)
		return -errno;
	snprintf(name, sizeof(name), "library_contents.%u.persist", id);
	snprintf(temporary, sizeof(temporary), "%s.new", name);
	unlinkat(folder, temporary, 0);		/* what a crash left */
	fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	err = fd < 0 ? -errno : write_all(fd, c);
	if (!err && renameat(folder, temporary, folder, name))
		err = -errno;
	if (!err && fsync(folder))
		err = -errno;
	if (err && fd >= 0)
		unlinkat(folder, temporary, 0);
	close(folder);
	return err;
}
