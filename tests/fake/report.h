/* SPDX-License-Identifier: GPL-2.0-only */
/* The result line of a test that says in words why it failed. */
#ifndef VTL_FAKE_REPORT_H
#define VTL_FAKE_REPORT_H

/* "ok - what", or "not ok - what: why" unless why is NULL; 1 on failure. */
int report(const char *what, const char *why);

#endif
