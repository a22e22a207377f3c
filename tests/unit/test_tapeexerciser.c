// SPDX-License-Identifier: GPL-2.0-only
/* tapeexerciser on a tape in memory: it passes on one that works, and names what one does wrong. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mtio.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/capture.h"

/* What the drive does wrong. */
enum fault {
	SOUND, NO_DEVICE, NO_TAPE, CLOSE_FAILS, NO_REWIND, NO_COMPRESSION, BLOCKS_FIXED, DISK_FULL,
	SHORT_WRITE, WRITE_FAILS, BYTES_DIFFER, LENGTH_DIFFERS, LOSES_FILEMARKS,
	SPACES_OVER_FILEMARKS, NO_POSITION, SEEKS_ASIDE, SILENT_END,
};

enum { OBJECTS = 64, DEVICE = 77 };

/* Objects are lengths, 0 a filemark; contents are kept. */
static struct drive {
	enum fault fault;
	int at, end;
	int len[OBJECTS];
	uint8_t *bytes[OBJECTS];
	int rewinds, writes;
} d;

static int fails(int err)
{
	errno = err;
	return -1;
}

static int tape_open(const char *path, int flags)
{
	(void)flags;
	if (d.fault == NO_DEVICE || strcmp(path, "/dev/nst9"))
		return fails(ENOENT);
	return DEVICE;
}

static int tape_close(int fd)
{
	return fd != DEVICE ? fails(EBADF) : d.fault == CLOSE_FAILS ? fails(EIO) : 0;
}

static void cut(int at)
{
	for (int i = at; i < OBJECTS; i++) {
		free(d.bytes[i]);
		d.bytes[i] = NULL;
	}
	d.end = at;
}

static ssize_t tape_write(int fd, const void *buf, size_t len)
{
	if (fd != DEVICE || d.at == OBJECTS)
		return fails(EBADF);
	if (d.fault == WRITE_FAILS)
		return fails(EIO);
	if (d.fault == DISK_FULL && ++d.writes > 3)
		return fails(ENOSPC);
	cut(d.at + 1);
	d.bytes[d.at] = malloc(len);
	if (!d.bytes[d.at])
		abort();
	memcpy(d.bytes[d.at], buf, len);
	d.len[d.at++] = (int)len;
	return d.fault == SHORT_WRITE ? (ssize_t)len - 1 : (ssize_t)len;
}

static ssize_t tape_read(int fd, void *buf, size_t len)
{
	int n;

	if (fd != DEVICE)
		return fails(EBADF);
	if (d.at == d.end)
		return 0;
	n = d.len[d.at];
	if (n > (int)len)
		return fails(ENOMEM);
	if (n && d.bytes[d.at])
		memcpy(buf, d.bytes[d.at], (size_t)n);
	if (n && d.fault == BYTES_DIFFER)
		((uint8_t *)buf)[n - 1] ^= 1;
	d.at++;
	return n && d.fault == LENGTH_DIFFERS ? n - 1 : n;
}

/* Over count objects or filemarks; back where step is -1. */
static int space(int count, int step, bool marks)
{
	while (count) {
		const int over = step > 0 ? d.at : d.at - 1;

		if (over < 0 || over >= d.end)
			return d.fault == SILENT_END ? 0 : fails(EIO);
		d.at += step;
		count -= !marks || !d.len[over];
		if (!marks && !d.len[over] && d.fault != SPACES_OVER_FILEMARKS)
			return fails(EIO);
	}
	return 0;
}

static int weof(int count)
{
	if (d.fault == LOSES_FILEMARKS)
		return 0;
	for (; count; count--) {
		cut(d.at + 1);
		d.len[d.at++] = 0;
	}
	return 0;
}

static int operate(const struct mtop *op)
{
	switch (op->mt_op) {
	case MTREW:
		d.at = 0;
		return d.fault == NO_REWIND ? fails(EIO) : 0;
	case MTSETBLK:
		return d.fault == BLOCKS_FIXED ? fails(EINVAL) : 0;
	case MTCOMPRESSION:
		return d.fault == NO_COMPRESSION ? fails(EIO) : 0;
	case MTWEOF:
		return weof(op->mt_count);
	case MTFSF:
		return space(op->mt_count, 1, true);
	case MTBSF:
		return space(op->mt_count, -1, true);
	case MTFSR:
		return space(op->mt_count, 1, false);
	case MTBSR:
		return space(op->mt_count, -1, false);
	case MTEOM:
		d.at = d.end;
		return 0;
	case MTSEEK:
		d.at = op->mt_count + (d.fault == SEEKS_ASIDE);
		return 0;
	}
	return fails(EINVAL);
}

static int tape_ioctl(int fd, unsigned long request, ...)
{
	struct mtpos *pos;
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (fd != DEVICE)
		return fails(EBADF);
	if (request == MTIOCGET)
		return d.fault == NO_TAPE ? fails(ENOTTY) : 0;
	if (request == MTIOCTOP)
		return operate(arg);
	pos = arg;
	pos->mt_blkno = d.at;
	return d.fault == NO_POSITION ? fails(EIO) : 0;
}

int tapeexerciser(int argc, char **argv);

/* The program itself, with the tape above for the device. */
#define main tapeexerciser
#define open tape_open
#define close tape_close
#define read tape_read
#define write tape_write
#define ioctl tape_ioctl
#include "usr/tools/tapeexerciser.c"
#undef main
#undef open
#undef close
#undef read
#undef write
#undef ioctl

static const struct row {
	const char *what;
	enum fault fault;
	int status;
	const char *says;		/* what it names first */
} rows[] = {
	{ "a tape that works", SOUND, 0, "^ok - rewind\nok - blocks of any length\n.*\npassed\n$" },
	{ "a drive without compression", NO_COMPRESSION, 0, "\nok - compression off\n.*passed\n$" },
	{ "no such device", NO_DEVICE, 1, "/dev/nst9: No such file" },
	{ "no tape device", NO_TAPE, 2, "/dev/nst9 is no tape device" },
	{ "an error at the very end", CLOSE_FAILS, 1,
	  "^tapeexerciser: /dev/nst9: Input/output error\n.*\nfailed\n$" },
	{ "it does not rewind", NO_REWIND, 1, "^not ok - rewind: Input/output error\n" },
	{ "blocks are of one length", BLOCKS_FIXED, 1,
	  "not ok - blocks of any length: Invalid argument" },
	{ "no space", DISK_FULL, 1,
	  "ok - write 64 KiB\n.*not ok - write 5 blocks of 64 KiB: No space left on device" },
	{ "part of a block", SHORT_WRITE, 1, "not ok - write 8 KiB: No space left on device" },
	{ "nothing is written", WRITE_FAILS, 1, "not ok - write 8 KiB: Input/output error" },
	{ "other bytes", BYTES_DIFFER, 1, "not ok - read 8 KiB: other bytes" },
	{ "another length", LENGTH_DIFFERS, 1, "not ok - read 8 KiB: another length" },
	{ "filemarks that are not there", LOSES_FILEMARKS, 1,
	  "not ok - write a filemark: at block 2, expected 3" },
	{ "filemarks that stop nothing", SPACES_OVER_FILEMARKS, 1,
	  "not ok - a filemark stops blocks back: it should fail, and did not" },
	{ "a tape that is nowhere", NO_POSITION, 1, "not ok - rewind: at block -5, expected 0" },
	{ "a block beside", SEEKS_ASIDE, 1, "not ok - to block 9: at block 10, expected 9" },
	{ "an end that is not told", SILENT_END, 1,
	  "not ok - there are no more filemarks: it should fail, and did not" },
};

static int exercise(const char *what, int status, const char *says, const char *const *words)
{
	char *argv[8];
	int argc = 0, got;

	for (; words[argc]; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc];
	argv[argc] = NULL;
	optind = 0;
	d.at = d.writes = 0;
	capture_begin();
	got = tapeexerciser(argc, argv);
	says = capture_check(what, got, status, capture_end(), says) ? NULL : says;
	d.fault = SOUND;
	cut(0);
	return !says;
}

static const struct { const char *what; const char *words[6]; int status; const char *says; }
usages[] = {
	{ "no device", { "t" }, 2, "expected -f DEVICE; it is overwritten" },
	{ "an empty option", { "t", "-f" }, 2, "requires an argument" },
	{ "an unknown option", { "t", "-x" }, 2, "invalid option" },
	{ "a word too many", { "t", "-f", "/dev/nst9", "more" }, 2, "expected -f DEVICE" },
	{ "help", { "t", "--help" }, 0, "^Usage: tapeexerciser.*Status: 0" },
	{ "version", { "t", "-V" }, 0, "^tapeexerciser [0-9]" },
	{ "by its long name", { "t", "--file", "/dev/nst9" }, 0, "passed" },
	{ "the last device counts", { "t", "-f", "/dev/none", "-f", "/dev/nst9" }, 0, "passed" },
	{ "the one that is not there", { "t", "-f", "/dev/none" }, 1, "/dev/none: No such file" },
};

int main(void)
{
	static const char *const device[] = { "t", "-f", "/dev/nst9", NULL };
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		d.fault = rows[i].fault;
		failed |= exercise(rows[i].what, rows[i].status, rows[i].says, device);
	}
	for (size_t i = 0; i < ARRAY_SIZE(usages); i++)
		failed |= exercise(usages[i].what, usages[i].status, usages[i].says,
				   usages[i].words);
	return failed;
}
