/* SPDX-License-Identifier: GPL-2.0-only */
/* What a program tells its operator: one line for one thing, who: what: why. */
#ifndef VTL_BASE_LOG_H
#define VTL_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_sink {
	LOG_SINK_STDERR,
	LOG_SINK_SYSLOG,
};

enum { LOG_WHO_MAX = 32, LOG_LINE_MAX = 1024 };

struct log {
	char who[LOG_WHO_MAX];		/* "vtltape 11"; syslog keeps a pointer to it */
	enum log_sink sink;
	bool priorities;		/* stderr goes to the journal: lines begin with <n> */
	int verbose;			/* 0: errors and warnings, 1: events, 2 and above: all */
	int fd;				/* of LOG_SINK_STDERR; 2, or a test's pipe */
};

/* l must stay where it is: syslog holds on to l->who. */
void log_init(struct log *l, const char *program, uint32_t unit, int verbose);
/* From now on to syslog: the program has left its terminal. */
void log_to_syslog(struct log *l);

__attribute__((format(printf, 2, 3))) void log_error(const struct log *l, const char *fmt, ...);
__attribute__((format(printf, 2, 3))) void log_warn(const struct log *l, const char *fmt, ...);
__attribute__((format(printf, 2, 3))) void log_info(const struct log *l, const char *fmt, ...);
__attribute__((format(printf, 2, 3))) void log_debug(const struct log *l, const char *fmt, ...);

#endif
