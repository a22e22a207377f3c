// SPDX-License-Identifier: GPL-2.0-only
/* Where cartridges live in production: plain files of a folder. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/io.h"

struct cart_folder {
	int fd;
};

static int fd_of(void *ctx)
{
	const struct cart_folder *f = ctx;

	return f->fd;
}

/* A link, a FIFO or a device under one of our names is not followed, waited for or opened. */
static int file_open(void *ctx, const char *name, bool create, bool write)
{
	const int flags = (write ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
	int fd = openat(fd_of(ctx), name, flags);
	struct stat st;

	if (fd < 0 && errno == ENOENT && create) {
		fd = openat(fd_of(ctx), name, flags | O_CREAT | O_EXCL, 0660);
		if (fd >= 0)
			fchmod(fd, 0660);	/* the group's too, whatever the umask */
	}
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -EINVAL;
}

static void file_close(void *ctx, int fd)
{
	(void)ctx;
	close(fd);
}

static ssize_t file_pread(void *ctx, int fd, void *buf, size_t len, uint64_t off)
{
	ssize_t n = pread(fd, buf, len, (off_t)off);

	(void)ctx;
	return n < 0 ? -errno : n;
}

static ssize_t file_preadv(void *ctx, int fd, const struct iovec *iov, int n, uint64_t off)
{
	ssize_t got = preadv(fd, iov, n, (off_t)off);

	(void)ctx;
	return got < 0 ? -errno : got;
}

/* What is left after a short write: it goes on, or says why it did not. */
static ssize_t write_rest(int fd, const struct iovec *iov, int n, uint64_t off, size_t done)
{
	for (; n > 0; off += iov->iov_len, iov++, n--) {
		while (done < iov->iov_len) {
			ssize_t got = pwrite(fd, (const char *)iov->iov_base + done,
					     iov->iov_len - done, (off_t)(off + done));

			if (got <= 0)
				return got < 0 ? -errno : -EIO;
			done += (size_t)got;
		}
		done -= iov->iov_len;
	}
	return 0;
}

static ssize_t file_pwritev(void *ctx, int fd, const struct iovec *iov, int n, uint64_t off)
{
	ssize_t put = pwritev(fd, iov, n, (off_t)off), rest;
	size_t len = 0;

	(void)ctx;
	if (put < 0)
		return -errno;
	for (int i = 0; i < n; i++)
		len += iov[i].iov_len;
	if ((size_t)put == len)
		return put;
	rest = write_rest(fd, iov, n, off, (size_t)put);
	return rest ? rest : (ssize_t)len;
}

static int64_t file_size(void *ctx, int fd)
{
	struct stat st;

	(void)ctx;
	return fstat(fd, &st) ? -errno : st.st_size;
}

static int file_truncate(void *ctx, int fd, uint64_t len)
{
	(void)ctx;
	return ftruncate(fd, (off_t)len) ? -errno : 0;
}

static int file_allocate(void *ctx, int fd, uint64_t off, uint64_t len)
{
	(void)ctx;
	return fallocate(fd, FALLOC_FL_KEEP_SIZE, (off_t)off, (off_t)len) ? -errno : 0;
}

static int file_sync(void *ctx, int fd)
{
	(void)ctx;
	return fdatasync(fd) ? -errno : 0;
}

static int file_sync_folder(void *ctx)
{
	return fsync(fd_of(ctx)) ? -errno : 0;
}

static int file_unlink(void *ctx, const char *name)
{
	return unlinkat(fd_of(ctx), name, 0) ? -errno : 0;
}

/* Of the open file, not of the process: it goes with the last descriptor, and with nothing else. */
static int file_lock(void *ctx, int fd)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	(void)ctx;
	if (fcntl(fd, F_OFD_SETLK, &l) == 0)
		return 0;
	return errno == EACCES ? -EAGAIN : -errno;
}

const struct cart_io cart_file_io = {
	.open = file_open, .close = file_close,
	.pread = file_pread, .preadv = file_preadv, .pwritev = file_pwritev,
	.size = file_size, .truncate = file_truncate, .allocate = file_allocate,
	.sync = file_sync, .sync_folder = file_sync_folder,
	.unlink = file_unlink, .lock = file_lock,
};

int cart_folder_open(const char *path, struct cart_folder **ret)
{
	struct cart_folder *f = malloc(sizeof(*f));
	struct stat st;
	int err;

	if (!f)
		return -ENOMEM;
	f->fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (f->fd >= 0) {
		*ret = f;
		return 0;
	}
	err = errno;
	if (err == ENOTDIR && lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		err = ELOOP;
	free(f);
	return -err;
}

int cart_folder_fd(const struct cart_folder *f)
{
	return f->fd;
}

void cart_folder_close(struct cart_folder *f)
{
	if (!f)
		return;
	close(f->fd);
	free(f);
}
