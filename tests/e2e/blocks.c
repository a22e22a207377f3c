// SPDX-License-Identifier: GPL-2.0-only
/*
 * blocks write DEVICE [COUNT [FIRST]]: so many numbered blocks, or until one is not taken; prints
 * how many were, and why not.
 * blocks check DEVICE COUNT [FIRST]: that these are there, in order and whole; 3: they could not be
 * read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static int check_blocks(int fd, long count, long first)
{
	static unsigned long long want[WORDS], got[WORDS];

	for (long i = 0; i < count; i++) {
		ssize_t n = read(fd, got, sizeof(got));

		fill(want, (unsigned long long)(first + i));
		if (n != sizeof(got) || memcmp(want, got, sizeof(got))) {
			printf("block %ld: %s\n", i, n < 0 ? strerror(errno) : "another one");
			return n < 0 ? 3 : 1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	const bool writing = argc >= 3 && !strcmp(argv[1], "write");
	const bool checking = argc >= 4 && !strcmp(argv[1], "check");
	const long count = argc > 3 ? atol(argv[3]) : LIMIT, first = argc > 4 ? atol(argv[4]) : 0;
	int fd;

	if (!writing && !checking) {
		fprintf(stderr, "usage: blocks write DEVICE [COUNT [FIRST]] | "
			"check DEVICE COUNT [FIRST]\n");
		return 2;
	}
	fd = open(argv[2], writing ? O_WRONLY : O_RDONLY);
	if (fd < 0) {
		perror(argv[2]);
		return 2;
	}
	return writing ? write_blocks(fd, count, first) : check_blocks(fd, count, first);
}
