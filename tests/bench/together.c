// SPDX-License-Identifier: GPL-2.0-only
/*
 * together read|write DATA NODE...: what as many streams bring together: each NODE, a tape or a
 * plain file, is written with all of DATA in blocks of 256 KiB by a thread of its own, or read
 * until there is as much.  A tape is rewound before.  Prints MB/s, summed, from the first block
 * until the last node is closed, where a tape that was written gets its filemark.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
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

enum { BLOCK = 256 << 10, MOST = 64 };

struct stream {
	const uint8_t *data;
	uint8_t *to;
	size_t total;
	const char *node;
	int fd;
	bool writes;
	pthread_t thread;
};

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

static void load(const char *path, struct stream *ret)
{
	const int fd = open(path, O_RDONLY);
	struct stat st;
	uint8_t *data;

	if (fd < 0 || fstat(fd, &st))
		die(path);
	data = malloc((size_t)st.st_size + 1);
	if (!data || read(fd, data, (size_t)st.st_size) != st.st_size)
		die(path);
	close(fd);
	ret->data = data;
	ret->total = (size_t)st.st_size;
}

static void ready(struct stream *s)
{
	const struct mtop rewind = { .mt_op = MTREW, .mt_count = 1 };
	struct stat st;

	s->fd = open(s->node, s->writes ? O_RDWR : O_RDONLY);
	s->to = calloc(1, BLOCK);
	if (!s->to || s->fd < 0 || fstat(s->fd, &st))
		die(s->node);
	if (S_ISCHR(st.st_mode) ? ioctl(s->fd, MTIOCTOP, &rewind) :
	    s->writes && ftruncate(s->fd, 0))
		die(s->node);
}

static void *run(void *arg)
{
	struct stream *s = arg;

	errno = 0;
	for (size_t at = 0; at < s->total; at += BLOCK) {
		const size_t len = s->total - at < BLOCK ? s->total - at : BLOCK;
		const ssize_t n = s->writes ? write(s->fd, s->data + at, len) :
				  read(s->fd, s->to, BLOCK);

		if (n != (ssize_t)len)
			die(s->node);
	}
	if (close(s->fd))
		die(s->node);
	return NULL;
}

int main(int argc, char **argv)
{
	struct stream streams[MOST] = { 0 };
	const int n = argc - 3;
	double from;

	if (n < 1 || n > MOST || (strcmp(argv[1], "read") && strcmp(argv[1], "write"))) {
		fprintf(stderr, "usage: together read|write DATA NODE...\n");
		return 2;
	}
	load(argv[2], &streams[0]);
	for (int i = 0; i < n; i++) {
		streams[i] = streams[0];
		streams[i].node = argv[3 + i];
		streams[i].writes = argv[1][0] == 'w';
		ready(&streams[i]);
	}
	from = now();
	for (int i = 0; i < n; i++)
		if (pthread_create(&streams[i].thread, NULL, run, &streams[i]))
			die("pthread_create");
	for (int i = 0; i < n; i++)
		pthread_join(streams[i].thread, NULL);
	printf("%.6g\n", (double)(streams[0].total * (size_t)n) / (now() - from) / 1e6);
	return 0;
}
