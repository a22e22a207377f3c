/* SPDX-License-Identifier: GPL-2.0-only */
/* What a call prints, on standard output and standard error alike. */
#ifndef VTL_FAKE_CAPTURE_H
#define VTL_FAKE_CAPTURE_H

#include <stdbool.h>

enum { CAPTURE_MAX = 65536 };

/* Both streams go to a file until capture_end(), which returns its text (valid till the next). */
void capture_begin(void);
const char *capture_end(void);
/* The extended regular expression is somewhere in the text; "" is in text that is empty alone. */
bool capture_like(const char *text, const char *regex);
/* A result line, "not ok" with what came instead of the status and the text; 1 on failure. */
int capture_check(const char *what, int status, int want, const char *text, const char *regex);

#endif
