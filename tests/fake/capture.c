// SPDX-License-Identifier: GPL-2.0-only
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fake/capture.h"

/* The file takes the streams' places; these are what they were. */
enum { SAVED_OUT = 200, SAVED_ERR = 201, CAPTURED = 202 };

void capture_begin(void)
{
	FILE *f = tmpfile();

	fflush(stdout);
	if (!f || dup2(STDOUT_FILENO, SAVED_OUT) < 0 || dup2(STDERR_FILENO, SAVED_ERR) < 0 ||
	    dup2(fileno(f), CAPTURED) < 0 || dup2(CAPTURED, STDOUT_FILENO) < 0 ||
	    dup2(CAPTURED, STDERR_FILENO) < 0)
		abort();
	fclose(f);
}

const char *capture_end(void)
{
	static char text[CAPTURE_MAX];
	ssize_t n;

	fflush(stdout);
	if (dup2(SAVED_OUT, STDOUT_FILENO) < 0 || dup2(SAVED_ERR, STDERR_FILENO) < 0)
		abort();
	n = pread(CAPTURED, text, sizeof(text) - 1, 0);
	close(CAPTURED);
	close(SAVED_OUT);
	close(SAVED_ERR);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

bool capture_like(const char *text, const char *regex)
{
	regex_t r;
	bool found;

	if (!*regex)
		return !*text;
	if (regcomp(&r, regex, REG_EXTENDED | REG_NOSUB))
		abort();
	found = !regexec(&r, text, 0, NULL, 0);
	regfree(&r);
	return found;
}

int capture_check(const char *what, int status, int want, const char *text, const char *regex)
{
	if (status == want && capture_like(text, regex))
		return printf("ok - %s\n", what), 0;
	printf("not ok - %s: %d, \"%.300s\"\n", what, status, text);
	return 1;
}
