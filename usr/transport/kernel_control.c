// SPDX-License-Identifier: GPL-2.0-only
/* The control node: which units there are.  And the system calls themselves. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "transport/kernel.h"

static int real_open(void *ctx, const char *path)
{
	const int fd = open(path, O_RDWR | O_CLOEXEC);

	(void)ctx;
	return fd < 0 ? -errno : fd;
}

static void real_close(void *ctx, int fd)
{
	(void)ctx;
	close(fd);
}

static int real_ioctl(void *ctx, int fd, unsigned long request, void *arg)
{
	const int r = ioctl(fd, request, arg);

	(void)ctx;
	return r < 0 ? -errno : r;
}

static void *real_map(void *ctx, int fd, size_t len, int *ret_err)
{
	void *at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);

	(void)ctx;
	if (at != MAP_FAILED)
		return at;
	*ret_err = -errno;
	return NULL;
}

static void real_unmap(void *ctx, void *at, size_t len)
{
	(void)ctx;
	munmap(at, len);
}

const struct kernel_calls kernel_real_calls = {
	real_open, real_close, real_ioctl, real_map, real_unmap,
};

static int ask(struct kernel_control *c, unsigned long request, void *arg)
{
	return c->calls->ioctl(c->calls_ctx, c->fd, request, arg);
}

int kernel_control_open(struct kernel_control *c, const struct kernel_calls *calls,
			void *calls_ctx, const char *path)
{
	int err;

	*c = (struct kernel_control){
		.calls = calls, .calls_ctx = calls_ctx, .fd = calls->open(calls_ctx, path),
	};
	if (c->fd < 0)
		return c->fd;
	err = ask(c, VTL_IOC_VERSION, &c->version);
	if (err == -ENOTTY || (err >= 0 && c->version.version != VTL_ABI_VERSION))
		err = -EPROTO;
	if (err < 0)
		kernel_control_close(c);
	return err < 0 ? err : 0;
}

void kernel_control_close(struct kernel_control *c)
{
	if (c->fd >= 0)
		c->calls->close(c->calls_ctx, c->fd);
	c->fd = -1;
}

int kernel_unit_add(struct kernel_control *c, struct vtl_add_lu *add)
{
	add->abi = VTL_ABI_VERSION;
	return ask(c, VTL_IOC_ADD_LU, add);
}

int kernel_unit_remove(struct kernel_control *c, uint32_t number, enum vtl_remove flags)
{
	return ask(c, VTL_IOC_REMOVE_LU,
		   &(struct vtl_remove_lu){ .number = number, .flags = flags });
}

int kernel_unit_find(struct kernel_control *c, uint32_t number, struct vtl_unit *ret)
{
	*ret = (struct vtl_unit){ .number = number };
	return ask(c, VTL_IOC_UNIT, ret);
}

int kernel_unit_list(struct kernel_control *c, uint32_t first, struct vtl_unit *units,
		     uint32_t cap)
{
	struct vtl_list list = {
		.units = (uintptr_t)units, .first = first, .count = cap,
	};
	const int err = ask(c, VTL_IOC_LIST, &list);

	return err < 0 ? err : (int)list.count;
}
