// SPDX-License-Identifier: GPL-2.0-only
/*
 * For User Mode Linux before 6.13 on a CPU with AMX: preload this.
 *
 * UML keeps 2696 bytes of a process's XSAVE area, all up to PKRU.  The host takes the whole area
 * or nothing (EFAULT), and with AMX it is 11 KiB.  What follows the 2696 bytes is the state of
 * units that no process in a guest may use, and zeros are its initial value.
 */
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

enum { AREA_MAX = 65536 };

typedef long ptrace_fn(int request, int pid, void *addr, void *data);

/* The size of the area on this host; 0 when it cannot be told. */
static size_t area_size(ptrace_fn *next, int pid)
{
	static size_t size;	/* once per process; the area's size never changes */
	static char area[AREA_MAX];
	struct iovec io = { area, sizeof(area) };

	if (!size && next(PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, &io) == 0)
		size = io.iov_len;
	return size;
}

long ptrace(enum __ptrace_request request, ...)
{
	ptrace_fn *const next = (ptrace_fn *)dlsym(RTLD_NEXT, "ptrace");
	static char area[AREA_MAX];	/* UML has one thread that traces */
	va_list args;
	int pid;
	void *addr, *data;

	va_start(args, request);
	pid = va_arg(args, int);
	addr = va_arg(args, void *);
	data = va_arg(args, void *);
	va_end(args);

	if (request == PTRACE_SETREGSET && addr == (void *)NT_X86_XSTATE) {
		const struct iovec *given = data;
		struct iovec whole = { area, area_size(next, pid) };

		if (given->iov_len < whole.iov_len) {
			memcpy(area, given->iov_base, given->iov_len);
			return next(request, pid, addr, &whole);
		}
	}
	return next((int)request, pid, addr, data);
}
