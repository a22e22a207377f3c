// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/log.h"

/* systemd says in JOURNAL_STREAM which device and inode its journal's end of the pipe has. */
static bool goes_to_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	if (!stream || sscanf(stream, "%llu:%llu", &dev, &ino) != 2 || fstat(fd, &st))
		return false;
	return st.st_dev == dev && st.st_ino == ino;
}

void log_init(struct log *l, const char *program, uint32_t unit, int verbose)
{
	*l = (struct log){
		.sink = LOG_SINK_STDERR, .fd = STDERR_FILENO, .verbose = verbose,
		.priorities = goes_to_journal(STDERR_FILENO),
	};
	snprintf(l->who, sizeof(l->who), "%s %u", program, unit);
}

void log_to_syslog(struct log *l)
{
	l->sink = LOG_SINK_SYSLOG;
	openlog(l->who, LOG_PID, LOG_DAEMON);
}

/* One write for one line, so that lines of several daemons do not mix. */
static void say(const struct log *l, int priority, const char *fmt, va_list ap)
{
	char line[LOG_LINE_MAX];
	int at = 0, n;

	if (l->sink == LOG_SINK_SYSLOG) {
		vsyslog(priority, fmt, ap);
		return;
	}
	if (l->priorities)
		at = snprintf(line, sizeof(line), "<%d>", priority);
	at += snprintf(line + at, sizeof(line) - (size_t)at, "%s: ", l->who);
	n = vsnprintf(line + at, sizeof(line) - (size_t)at - 1, fmt, ap);
	if (n < 0)
		return;
	at = at + n < (int)sizeof(line) - 2 ? at + n : (int)sizeof(line) - 2;
	line[at++] = '\n';
	if (write(l->fd, line, (size_t)at) < 0)
		return;		/* nobody is left to be told */
}

#define LEVEL(name, priority, least)				\
void name(const struct log *l, const char *fmt, ...)		\
{								\
	va_list ap;						\
								\
	if (l->verbose < (least))				\
		return;						\
	va_start(ap, fmt);					\
	say(l, priority, fmt, ap);				\
	va_end(ap);						\
}

LEVEL(log_error, LOG_ERR, 0)
LEVEL(log_warn, LOG_WARNING, 0)
LEVEL(log_info, LOG_INFO, 1)
LEVEL(log_debug, LOG_DEBUG, 2)
