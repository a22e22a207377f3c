/* SPDX-License-Identifier: GPL-2.0-only */
/* Leaving the terminal: the parent's exit status is the truth about the start. */
#ifndef VTL_DAEMON_BACKGROUND_H
#define VTL_DAEMON_BACKGROUND_H

struct background {
	int parent;			/* pipe to the waiting parent; -1: there is none */
};

/*
 * Forks; returns in the child alone, 0 or -errno.  The parent waits until the child calls
 * background_ready(), then exits 0; or until the child ends, and exits with its status.
 */
int background_start(struct background *b);
/* The start is over: frees the parent, and stdin to stderr from the terminal. */
void background_ready(struct background *b);

#endif
