/* SPDX-License-Identifier: GPL-2.0-only */
/* Result lines. */
#ifndef VTL_FAKE_REPORT_H
#define VTL_FAKE_REPORT_H

/* "ok - what", or "not ok - what: why" unless why is NULL; 1 on failure. */
int report(const char *what, const char *why);
/* "ok - area: what", or with "not ok" what it is and what it is to be; 1 on failure. */
int report_number(const char *area, const char *what, long long got, long long want);
int report_text(const char *area, const char *what, const char *got, const char *want);

#endif
