/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files have in common: lines, messages with file and line, and kinds of value. */
#ifndef VTL_CONF_TEXT_H
#define VTL_CONF_TEXT_H

#include "conf/conf.h"

struct lines {
	const char *path;
	unsigned int line;		/* of what lines_next() gave, from 1 */
	char *text, *next;		/* NULL: at the end */
	size_t size;
	struct conf_report *report;
};

/* The whole file.  0 or -errno, then report.error says why.  path must live on. */
int lines_open(struct lines *l, const char *path, struct conf_report *report);
void lines_close(struct lines *l);
/* Without line end and blanks around it; to be changed at will.  NULL: no more. */
char *lines_next(struct lines *l);
uint32_t lines_checksum(const struct lines *l);	/* before the first lines_next() */

/* Both set report.error and return -EINVAL; line 0 is the one that lines_next() gave. */
int lines_expected(const struct lines *l, const char *expected, const char *found);
int lines_fail(const struct lines *l, unsigned int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void lines_warn(const struct lines *l, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

int report_errno(struct conf_report *report, const char *path, int err);	/* returns err */
char *trim(char *s);			/* without blanks around it */
/* Cuts the first word off; *s goes on behind it.  NULL: none left. */
char *next_word(char **s);
/* 1 to size - 1 printable ASCII characters, blanks among them if so said. */
bool printable(const char *s, size_t size, bool blanks);

#endif
