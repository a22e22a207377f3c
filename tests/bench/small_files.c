// SPDX-License-Identifier: GPL-2.0-only
/*
 * small_files FILE COUNT BYTES IMMED: writes so many small files, each a block of so many bytes and
 * a filemark; on a plain file 64 bytes and, if IMMED is 0, fdatasync() are the mark.  BYTES 0: only
 * marks.  Prints how many files in a second.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mtio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/clock.h"

enum { MOST = 1 << 20, MARK = 64 };

#ifndef MTWEOFI
#define MTWEOFI 35
#endif

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void mark(int fd, bool tape, bool immed)
{
	static const char zero[MARK];
	const struct mtop op = { .mt_op = immed ? MTWEOFI : MTWEOF, .mt_count = 1 };

	if (tape ? ioctl(fd, MTIOCTOP, &op) : write(fd, zero, sizeof(zero)) != sizeof(zero))
		die("filemark");
	if (!tape && !immed && fdatasync(fd))
		die("fdatasync");
}

int main(int argc, char **argv)
{
	static uint8_t block[MOST];
	struct stat st;
	size_t bytes;
	double from;
	int fd, count;
	bool immed;

	if (argc != 5)
		return 2;
	fd = open(argv[1], O_RDWR | O_CREAT, 0600);
	if (fd < 0 || fstat(fd, &st))
		die(argv[1]);
	count = atoi(argv[2]);
	bytes = (size_t)atoi(argv[3]) % (MOST + 1);
	immed = atoi(argv[4]);
	for (size_t i = 0; i < bytes; i++)
		block[i] = (uint8_t)(i * 2654435761u >> 11);
	if (!S_ISCHR(st.st_mode) && ftruncate(fd, 0))
		die("ftruncate");
	from = now();
	errno = ENOSPC;		/* of what was written in part */
	for (int i = 0; i < count; i++) {
		if (bytes && write(fd, block, bytes) != (ssize_t)bytes)
			die("write");
		mark(fd, S_ISCHR(st.st_mode), immed);
	}
	printf("%.6g\n", count / (now() - from));
	close(fd);
	return 0;
}
