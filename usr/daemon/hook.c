// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/hook.h"

extern char **environ;

/* A group of its own, to be ended as a whole, and no signal blocked as ours are. */
static int spawn(pid_t *ret_pid, char *const argv[])
{
	posix_spawnattr_t attr;
	sigset_t none, all;
	int err;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
				 POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	err = posix_spawn(ret_pid, argv[0], NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return err;
}

/* True: the child has ended by itself. */
static bool ended_in_time(pid_t pid, uint32_t seconds, int cancel_fd)
{
	const int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p[2] = { { .fd = fd, .events = POLLIN }, { cancel_fd, POLLIN, 0 } };
	int n;

	do
		n = poll(p, 2, (int)(seconds > 86400 ? 86400 : seconds) * 1000);
	while (n < 0 && errno == EINTR);
	if (fd >= 0)
		close(fd);
	return n > 0 && p[0].revents;
}

const char *hook_run(const char *command, const char *const args[HOOK_ARGS], uint32_t seconds,
		     int cancel_fd)
{
	char script[1024];
	const char *argv[4 + HOOK_ARGS + 1] = { "/bin/sh", "-c", script, "movecommand" };
	bool in_time;
	int status;
	pid_t pid;

	if (snprintf(script, sizeof(script), "%s \"$@\"", command) >= (int)sizeof(script))
		return "the command is too long";
	for (int i = 0; i < HOOK_ARGS; i++)
		argv[4 + i] = args[i];
	if (spawn(&pid, (char *const *)(uintptr_t)argv))
		return "it cannot be started";
	in_time = ended_in_time(pid, seconds, cancel_fd);
	if (!in_time)
		kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!in_time)
		return "it did not end in time";
	return WIFEXITED(status) && !WEXITSTATUS(status) ? NULL : "it failed";
}
