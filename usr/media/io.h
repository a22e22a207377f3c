/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a cartridge's files live: a folder in production, memory or a saboteur in tests. */
#ifndef VTL_MEDIA_IO_H
#define VTL_MEDIA_IO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/*
 * ctx stands for the folder, a handle for one open file of it.  All return >= 0, or -errno.  Names
 * are plain: "meta", "data", "indx", "data.1" ...  Short reads happen at the end of a file alone;
 * a short write is an error.
 */
struct cart_io {
	int (*open)(void *ctx, const char *name, bool create, bool write);	/* handle */
	void (*close)(void *ctx, int handle);
	ssize_t (*pread)(void *ctx, int handle, void *buf, size_t len, uint64_t off);
	ssize_t (*preadv)(void *ctx, int handle, const struct iovec *iov, int n, uint64_t off);
	ssize_t (*pwritev)(void *ctx, int handle, const struct iovec *iov, int n, uint64_t off);
	int64_t (*size)(void *ctx, int handle);
	int (*truncate)(void *ctx, int handle, uint64_t len);
	/* Space for [off, off + len) without changing the size; -EOPNOTSUPP where unknown. */
	int (*allocate)(void *ctx, int handle, uint64_t off, uint64_t len);
	int (*sync)(void *ctx, int handle);		/* fdatasync */
	int (*sync_folder)(void *ctx);			/* names are durable */
	int (*unlink)(void *ctx, const char *name);
	int (*lock)(void *ctx, int handle);		/* -EAGAIN: another owner has it */
};

/* Production: ctx is made by cart_folder_open() and freed by cart_folder_close(). */
extern const struct cart_io cart_file_io;

struct cart_folder;
/* 0 or -errno: -ENOENT no folder, -ELOOP a symlink where the folder or a file should be. */
int cart_folder_open(const char *path, struct cart_folder **ret);
void cart_folder_close(struct cart_folder *f);	/* after the cart; NULL is fine */
int cart_folder_fd(const struct cart_folder *f);	/* the folder itself; stays f's */

#endif
