// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE		/* pipe2() */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/background.h"

__attribute__((noreturn))
static void wait_for_child(int pipe, pid_t child)
{
	ssize_t n;
	char byte;
	int status;

	do
		n = read(pipe, &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n == 1)
		_exit(EXIT_SUCCESS);
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		_exit(EXIT_FAILURE);
	_exit(WEXITSTATUS(status));
}

int background_start(struct background *b)
{
	int pipe[2];
	pid_t child;

	if (pipe2(pipe, O_CLOEXEC))
		return -errno;
	child = fork();
	if (child < 0)
		return -errno;
	if (child > 0) {
		close(pipe[1]);
		wait_for_child(pipe[0], child);
	}
	close(pipe[0]);
	b->parent = pipe[1];
	return setsid() < 0 ? -errno : 0;
}

void background_ready(struct background *b)
{
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (b->parent < 0)
		return;
	for (int fd = 0; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (null > STDERR_FILENO)
		close(null);
	if (chdir("/") || write(b->parent, "r", 1) != 1)
		return;
	close(b->parent);
	b->parent = -1;
}
