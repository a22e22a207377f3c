// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into User Mode Linux of 6.1 on processors with AMX.  It keeps 2696 bytes of a guest
 * process' extended state, but the host takes the whole of it or nothing (EFAULT), and with AMX
 * that is 11008.  So: what is missing is added as "in its initial state", which it always is, for
 * AMX has to be asked for and a guest cannot.
 */
#include <elf.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { XSTATE_MAX = 65536, XSTATE_BV = 512, AMX_BITS = 3 << 17 };

static long raw(int request, pid_t pid, void *addr, void *data)
{
	return syscall(SYS_ptrace, (long)request, (long)pid, addr, data);
}

static long set_xstate(pid_t pid, const struct iovec *small)
{
	static uint8_t buf[XSTATE_MAX];		/* the tail stays zero */
	static size_t full;			/* what this host wants; UML has one thread here */
	struct iovec iov = { buf, sizeof(buf) };
	uint64_t features;

	if (!full) {
		if (raw(PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, &iov) < 0)
			return -1;
		full = iov.iov_len;
		memset(buf, 0, sizeof(buf));
	}
	memcpy(buf, small->iov_base, small->iov_len < full ? small->iov_len : full);
	memcpy(&features, buf + XSTATE_BV, sizeof(features));
	features &= ~(uint64_t)AMX_BITS;
	memcpy(buf + XSTATE_BV, &features, sizeof(features));
	iov.iov_len = full;
	return raw(PTRACE_SETREGSET, pid, (void *)NT_X86_XSTATE, &iov);
}

long ptrace(enum __ptrace_request request, ...)
{
	void *addr, *data, *peeked = NULL;
	va_list ap;
	pid_t pid;
	long r;

	va_start(ap, request);
	pid = va_arg(ap, pid_t);
	addr = va_arg(ap, void *);
	data = va_arg(ap, void *);
	va_end(ap);
	if (request == PTRACE_SETREGSET && addr == (void *)NT_X86_XSTATE)
		return set_xstate(pid, data);
	if (request != PTRACE_PEEKTEXT && request != PTRACE_PEEKDATA && request != PTRACE_PEEKUSER)
		return raw(request, pid, addr, data);
	r = raw(request, pid, addr, &peeked);	/* these return what they read */
	return r < 0 ? r : (long)peeked;
}
