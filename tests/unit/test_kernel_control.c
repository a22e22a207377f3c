// SPDX-License-Identifier: GPL-2.0-only
/* The control node missing, foreign, or of another version; and the real system calls. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/module.h"
#include "fake/report.h"

static int bad;		/* of this program's tests */

static void is(long long got, long long want, const char *what)
{
	bad += report_number("control", what, got, want);
}

static const struct { const char *what; int open_error; uint32_t version; int err; } opens[] = {
	{ "as it should be", 0, VTL_ABI_VERSION, 0 },
	{ "an older module", 0, VTL_ABI_VERSION - 1, -EPROTO },
	{ "a newer module", 0, VTL_ABI_VERSION + 1, -EPROTO },
	{ "no module", -ENOENT, VTL_ABI_VERSION, -ENOENT },
	{ "no right to it", -EACCES, VTL_ABI_VERSION, -EACCES },
};

static void test_opens(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(opens); i++) {
		static struct fake_module m;
		struct kernel_control c;

		fake_module_init(&m);
		m.open_error = opens[i].open_error;
		m.version = opens[i].version;
		is(kernel_control_open(&c, &fake_module_calls, &m, KERNEL_CONTROL), opens[i].err,
		   opens[i].what);
		is(m.open_files, !opens[i].err, "what is refused is closed");
		kernel_control_close(&c);
		kernel_control_close(&c);
		is(m.open_files, 0, "and twice closed is closed");
	}
}

/* A plain file is no control node; its ioctls say so, and it can be mapped. */
static void test_real(void)
{
	char path[] = "/tmp/mhvtl-control-XXXXXX";
	const struct kernel_calls *real = &kernel_real_calls;
	const int file = mkstemp(path);
	struct kernel_control c;
	uint8_t *at;
	int fd, err = 0;

	is(file >= 0 && !ftruncate(file, 4096), true, "a file");
	is(kernel_control_open(&c, real, NULL, path), -EPROTO, "is of no version");
	is(c.fd, -1, "and closed again");
	is(kernel_control_open(&c, real, NULL, "/no/such/node"), -ENOENT, "no node");
	fd = real->open(NULL, path);
	is(fd >= 0, true, "opens");
	is(real->ioctl(NULL, fd, VTL_IOC_VERSION, &c.version), -ENOTTY, "knows no ioctl");
	at = real->map(NULL, fd, 4096, &err);
	is(at != NULL, true, "maps");
	if (at)
		memcpy(at, "window", 6);
	real->unmap(NULL, at, 4096);
	at = real->map(NULL, fd, 4096, &err);
	is(at && !memcmp(at, "window", 6), true, "shared, so that the other side sees it");
	real->unmap(NULL, at, 4096);
	real->close(NULL, fd);
	is(real->map(NULL, fd, 4096, &err) == NULL, true, "not when it is closed");
	is(err, -EBADF, "and says why");
	close(file);
	unlink(path);
}

int main(void)
{
	test_opens();
	test_real();
	return bad != 0;
}
