/* SPDX-License-Identifier: GPL-2.0-only */
/* A cartridge's folder that gets its name when it is whole and on the disk, or never. */
#ifndef VTL_TOOLS_STAGED_H
#define VTL_TOOLS_STAGED_H

enum { STAGED_WHY = 1024, STAGED_NAME = 64, STAGED_PATH = 640 };

struct staged {
	int home, folder;		/* open; -1 when over */
	char name[STAGED_NAME];
	char temporary[STAGED_NAME + 8];
	char path[STAGED_PATH];		/* of the folder, to fill with files */
};

/*
 * Makes the folder home/.new-name.  0, -EEXIST if there is home/name, -EBUSY if somebody else is
 * making it, or another -errno; then why, STAGED_WHY bytes, has all of it in words.
 */
int staged_begin(struct staged *s, const char *home, const char *name, char *why);
/*
 * Modes 02770 and 0660, user and group vtl if it is root who makes it and there are such, fsync,
 * rename.  0 (why is a warning or ""), or -errno and nothing is left behind.
 */
int staged_commit(struct staged *s, char *why);
/* Removes the folder and the files in it.  Nothing after staged_commit(). */
void staged_discard(struct staged *s);

/* Calls each with the folder and the name of every file in it, until one returns not 0. */
int staged_each_file(int folder, int (*each)(int folder, const char *name, void *ctx), void *ctx);

#endif
