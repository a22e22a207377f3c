// SPDX-License-Identifier: GPL-2.0-only
/* Checks, and the module's control node, class and SCSI devices. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "lab.h"

static struct { int passed, failed, skipped, ctl; } lab = { .ctl = -1 };

bool ok(bool cond, const char *what, ...)
{
	va_list args;

	printf(cond ? "ok - " : "not ok - ");
	va_start(args, what);
	vprintf(what, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	if (cond)
		lab.passed++;
	else
		lab.failed++;
	return cond;
}

bool want_errno(long ret, int err, const char *what)
{
	const int got = ret < 0 ? errno : 0;

	if (got == err)
		return ok(true, "%s", what);
	return ok(false, "%s: got %s, wanted %s", what, strerror(got), strerror(err));
}

void skip(const char *what, const char *why)
{
	printf("# skip: %s: %s\n", what, why);
	lab.skipped++;
}

int tally(void)
{
	printf("%d passed, %d failed, %d skipped\n", lab.passed, lab.failed, lab.skipped);
	return lab.failed;
}

uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void sleep_ms(unsigned int ms)
{
	const struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

bool within(unsigned int ms, bool (*cond)(void *), void *arg)
{
	const uint64_t end = now_ms() + ms;

	while (!cond(arg)) {
		if (now_ms() > end)
			return false;
		sleep_ms(5);
	}
	return true;
}

int ctl(void)
{
	if (lab.ctl < 0)
		lab.ctl = open("/dev/mhvtl-ctl", O_RDWR | O_CLOEXEC);
	return lab.ctl;
}

struct vtl_add_lu add_of(uint32_t number, uint32_t type, uint32_t target, uint64_t lun)
{
	struct vtl_add_lu a = {
		.abi = VTL_ABI_VERSION,
		.number = number,
		.target = target,
		.lun = lun,
		.type = type,
		.identity = { .version = 5, .naa = { 0x50, 0x22, 0x33, 0x44, 0xab } },
	};

	memcpy(a.identity.vendor, "VENDOR", 6);
	memcpy(a.identity.product, "OFFLINE UNIT", 12);
	memcpy(a.identity.revision, "0100", 4);
	snprintf(a.identity.serial, sizeof(a.identity.serial), "SERIAL%u", number);
	a.identity.naa[7] = (uint8_t)number;
	return a;
}

int add_lu(uint32_t number, uint32_t type, uint32_t target, uint64_t lun)
{
	struct vtl_add_lu a = add_of(number, type, target, lun);

	return ioctl(ctl(), VTL_IOC_ADD_LU, &a);
}

static int remove_with(uint32_t number, uint32_t flags)
{
	struct vtl_remove_lu r = { .number = number, .flags = flags };

	return ioctl(ctl(), VTL_IOC_REMOVE_LU, &r);
}

int remove_lu(uint32_t number)
{
	return remove_with(number, 0);
}

int discard_lu(uint32_t number)
{
	return remove_with(number, VTL_REMOVE_DISCARD);
}

struct vtl_unit unit_of(uint32_t number)
{
	struct vtl_unit u = { .number = number };

	if (ioctl(ctl(), VTL_IOC_UNIT, &u))
		u.state = UINT32_MAX;
	return u;
}

int open_unit(uint32_t number)
{
	char path[64];

	snprintf(path, sizeof(path), "/dev/mhvtl%u", number);
	return open(path, O_RDWR | O_CLOEXEC);
}

int attach(int fd)
{
	struct vtl_attach a = { .version = VTL_ABI_VERSION };

	return ioctl(fd, VTL_IOC_ATTACH, &a);
}

static bool read_file(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		return false;
	n = fread(buf, 1, size - 1, f);
	fclose(f);
	while (n && buf[n - 1] == '\n')
		n--;
	buf[n] = 0;
	return true;
}

bool write_file(const char *path, const char *value)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	close(fd);
	return done;
}

bool attr_get(uint32_t number, const char *attr, char *buf, size_t size)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/mhvtl/mhvtl%u/%s", number, attr);
	return read_file(path, buf, size);
}

bool attr_is(uint32_t number, const char *attr, const char *want)
{
	char got[256];

	return attr_get(number, attr, got, sizeof(got)) && !strcmp(got, want);
}

bool attr_set(uint32_t number, const char *attr, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/mhvtl/mhvtl%u/%s", number, attr);
	return write_file(path, value);
}

static uint32_t host_no(void)
{
	struct vtl_version v = { 0 };

	ioctl(ctl(), VTL_IOC_VERSION, &v);
	return v.host;
}

static void sdev_path(char *path, size_t size, uint32_t target, uint64_t lun, const char *attr)
{
	snprintf(path, size, "/sys/class/scsi_device/%u:0:%u:%llu/device/%s", host_no(), target,
		 (unsigned long long)lun, attr);
}

bool sdev_exists(uint32_t target, uint64_t lun)
{
	char path[128];

	sdev_path(path, sizeof(path), target, lun, "type");
	return !access(path, F_OK);
}

bool sdev_set(uint32_t target, uint64_t lun, const char *attr, const char *value)
{
	char path[128];

	sdev_path(path, sizeof(path), target, lun, attr);
	return write_file(path, value);
}

long sdev_hex(uint32_t target, uint64_t lun, const char *attr)
{
	char path[128], got[64];

	sdev_path(path, sizeof(path), target, lun, attr);
	return read_file(path, got, sizeof(got)) ? strtol(got, NULL, 16) : -1;
}

bool scan_target(uint32_t target)
{
	char path[64], what[32];

	snprintf(path, sizeof(path), "/sys/class/scsi_host/host%u/scan", host_no());
	snprintf(what, sizeof(what), "0 %u -", target);
	return write_file(path, what);
}

static int try_sg(const char *pattern)
{
	char path[64];
	glob_t g;
	int fd = -1;

	if (glob(pattern, 0, NULL, &g))
		return -1;
	if (g.gl_pathc) {
		snprintf(path, sizeof(path), "/dev%s", strrchr(g.gl_pathv[0], '/'));
		fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	}
	globfree(&g);
	return fd;
}

static int sg_of(uint32_t target, uint64_t lun, unsigned int ms)
{
	const uint64_t end = now_ms() + ms;
	char pattern[128];
	int fd;

	sdev_path(pattern, sizeof(pattern), target, lun, "scsi_generic/sg*");
	while ((fd = try_sg(pattern)) < 0 && now_ms() < end)
		sleep_ms(5);
	return fd;
}

int open_sg(uint32_t target, uint64_t lun)
{
	return sg_of(target, lun, 10000);
}

int open_sg_now(uint32_t target, uint64_t lun)
{
	return sg_of(target, lun, 0);
}

bool udev_is_done(void)
{
	return !system("! [ -S /run/udev/control ] || udevadm settle --timeout=60");
}
