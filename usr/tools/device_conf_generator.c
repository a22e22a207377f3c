// SPDX-License-Identifier: GPL-2.0-only
/*
 * mhvtl-device-conf-generator, a systemd.generator(7): an instance of vtllibrary@ or vtltape@ for
 * each unit of device.conf, wanted by mhvtl.target.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/conf.h"
#include "conf/paths.h"

#ifndef SYSTEMD_UNIT_DIR
#define SYSTEMD_UNIT_DIR "/usr/lib/systemd/system"
#endif

/* There is no journal yet when generators run, but for the kernel's log. */
__attribute__((format(printf, 1, 2))) static int complain(const char *format, ...)
{
	FILE *to = getenv("SYSTEMD_SCOPE") ? fopen("/dev/kmsg", "we") : NULL;
	FILE *out = to ? to : stderr;
	va_list ap;

	fputs("mhvtl-device-conf-generator: ", out);
	va_start(ap, format);
	vfprintf(out, format, ap);
	va_end(ap);
	putc('\n', out);
	if (to)
		fclose(to);
	return 1;
}

static void warn(void *ctx, const char *message)
{
	(void)ctx;
	complain("%s", message);
}

static int want(const char *dir, const char *template, unsigned int id)
{
	char target[128], link[CONF_PATH_SIZE], now[sizeof(target)] = "";
	int err;

	snprintf(target, sizeof(target), SYSTEMD_UNIT_DIR "/%s@.service", template);
	if ((size_t)snprintf(link, sizeof(link), "%s/%s@%u.service", dir, template, id) >=
	    sizeof(link))
		return complain("%s: %s", dir, strerror(ENAMETOOLONG));
	if (!symlink(target, link))
		return 0;
	err = errno;
	if (err == EEXIST && readlink(link, now, sizeof(now) - 1) > 0 && !strcmp(now, target))
		return 0;
	return complain("%s: %s", link, strerror(err));
}

static int want_all(const char *normal, const struct conf_devices *d)
{
	char dir[CONF_PATH_SIZE];
	int failed = 0;

	if ((size_t)snprintf(dir, sizeof(dir), "%s/mhvtl.target.wants", normal) >= sizeof(dir))
		return complain("%s: %s", normal, strerror(ENAMETOOLONG));
	if (mkdir(dir, 0755) && errno != EEXIST)
		return complain("%s: %s", dir, strerror(errno));
	for (size_t i = 0; i < d->n_libraries; i++)
		failed |= want(dir, "vtllibrary", d->libraries[i].unit.id);
	for (size_t i = 0; i < d->n_drives; i++)
		failed |= want(dir, "vtltape", d->drives[i].unit.id);
	return failed;
}

static int generate(const char *normal)
{
	struct conf_report report = { .warn = warn };
	struct conf_devices *devices;
	struct conf_site site;
	char path[CONF_PATH_SIZE + 16];
	int failed;

	if (conf_load_site(NULL, &site, &report))
		return complain("%s", report.error);
	snprintf(path, sizeof(path), "%s/device.conf", site.dir);
	if (access(path, F_OK) && errno == ENOENT)
		return 0;		/* not set up yet */
	if (conf_load_devices(site.dir, &devices, &report))
		return complain("%s", report.error);
	failed = want_all(normal, devices);
	conf_free_devices(devices);
	return failed;
}

int main(int argc, char **argv)
{
	static const char usage[] = "Usage: mhvtl-device-conf-generator NORMAL EARLY LATE";

	if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
		return puts(usage) < 0;
	if (argc == 2 && !strcmp(argv[1], "--version"))
		return puts("mhvtl-device-conf-generator " VTL_VERSION) < 0;
	if (argc > 1 && !strcmp(argv[1], "-d")) {	/* once for debugging */
		argv++;
		argc--;
	}
	if (argc != 4)
		return complain("expected three directories; %s", usage), 2;
	return generate(argv[1]);
}
