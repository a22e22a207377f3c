// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "fake/report.h"

int report(const char *what, const char *why)
{
	if (why)
		return printf("not ok - %s: %s\n", what, why), 1;
	return printf("ok - %s\n", what), 0;
}

int report_number(const char *area, const char *what, long long got, long long want)
{
	if (got == want)
		printf("ok - %s: %s\n", area, what);
	else
		printf("not ok - %s: %s: %lld, not %lld\n", area, what, got, want);
	return got != want;
}

/* got may be NULL, which is not want. */
int report_text(const char *area, const char *what, const char *got, const char *want)
{
	const int differs = !got || strcmp(got, want);

	if (differs)
		printf("not ok - %s: %s: \"%s\", not \"%s\"\n", area, what, got ? got : "(null)",
		       want);
	else
		printf("ok - %s: %s\n", area, what);
	return differs;
}
