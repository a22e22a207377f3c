// SPDX-License-Identifier: GPL-2.0-only
/*
 * blocks write DEVICE [COUNT [FIRST]]: so many numbered blocks, or until one is not taken; prints
 * how many were, and why not.  1: one was not; 4: all were, but close() failed, and with it the
 * filemark that st writes then.
 * blocks check DEVICE COUNT [FIRST]: that these are there, in order and whole; 3: they could not be
 * read.
 * blocks file DEVICE COUNT [FIRST]: and a filemark behind them.
 * blocks last DEVICE COUNT [FIRST]: and behind them no data but at most one more of them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"

enum { WORDS = 8192, LIMIT = 1 << 20 };

static void fill(unsigned long long *block, unsigned long long n)
{
	unsigned long long x = n * 0x9e3779b97f4a7c15ull + 1;

	for (int i = 0; i < WORDS; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		block[i] = x;
	}
}

static int write_blocks(int fd, long want, long first)
{
	static unsigned long long block[WORDS];
	ssize_t n = sizeof(block);
	long count = 0;

	while (n == sizeof(block) && count < want) {
		fill(block, (unsigned long long)(first + count));
		n = write(fd, block, sizeof(block));
		count += n == sizeof(block);
	}
	printf("%ld %s\n", count,
	       n < 0 ? strerror(errno) : n < (ssize_t)sizeof(block) ? "short" : "all");
	return n < 0;
}

enum found { RIGHT, ANOTHER, NOTHING, UNREADABLE };

static enum found look_at(int fd, long number)
{
	static unsigned long long want[WORDS], got[WORDS];
	ssize_t n = read(fd, got, sizeof(got));

	fill(want, (unsigned long long)number);
	return n < 0 ? UNREADABLE : !n ? NOTHING :
	       n == sizeof(got) && !memcmp(want, got, sizeof(got)) ? RIGHT : ANOTHER;
}

static int check_blocks(int fd, long count, long first)
{
	for (long i = 0; i < count; i++) {
		const enum found f = look_at(fd, first + i);

		if (f == RIGHT)
			continue;
		printf("block %ld: %s\n", i, f == UNREADABLE ? strerror(errno) :
		       f == NOTHING ? "nothing" : "another one");
		return f == UNREADABLE ? 3 : 1;
	}
	return 0;
}

/* A filemark reads as nothing, once; the end of data again and again, or as an error. */
static int check_behind(int fd, long next, bool file)
{
	enum found f = look_at(fd, next);

	if (!file && f == RIGHT)
		f = look_at(fd, next + 1);
	if (!file && f == NOTHING)
		f = look_at(fd, next + 1);
	if (f == NOTHING || (!file && f == UNREADABLE))
		return 0;
	printf("behind them: %s\n", f == UNREADABLE ? strerror(errno) : "data");
	return 1;
}

static int run(const char *what, int fd, long count, long first)
{
	int rc;

	if (!strcmp(what, "write")) {
		rc = write_blocks(fd, count, first);
		return close(fd) && !rc ? 4 : rc;
	}
	rc = check_blocks(fd, count, first);
	return rc || !strcmp(what, "check") ? rc :
	       check_behind(fd, first + count, !strcmp(what, "file"));
}

int main(int argc, char **argv)
{
	static const char *const verbs[] = { "check", "file", "last" };
	const bool writing = argc >= 3 && !strcmp(argv[1], "write");
	const long count = argc > 3 ? atol(argv[3]) : LIMIT, first = argc > 4 ? atol(argv[4]) : 0;
	bool known = writing;
	int fd;

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		known |= argc >= 4 && !strcmp(argv[1], verbs[i]);
	if (!known) {
		fprintf(stderr, "usage: blocks write DEVICE [COUNT [FIRST]] | "
			"check|file|last DEVICE COUNT [FIRST]\n");
		return 2;
	}
	fd = open(argv[2], writing ? O_WRONLY : O_RDONLY);
	if (fd < 0) {
		perror(argv[2]);
		return 2;
	}
	return run(argv[1], fd, count, first);
}
