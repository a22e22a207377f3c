// SPDX-License-Identifier: GPL-2.0-only
/* What the tools have in common: messages, names, and the configuration. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "tools/tool.h"

int tool_fail(const char *program, int status, const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", program);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	putc('\n', stderr);
	return status;
}

bool tool_load(const char *program, const char *dir, struct conf_site *ret_site,
	       struct conf_devices **ret_devices)
{
	struct conf_report report = { 0 };

	if (!conf_load_site(dir, ret_site, &report) &&
	    !conf_load_devices(ret_site->dir, ret_devices, &report))
		return true;
	tool_fail(program, 1, "%s", report.error);
	return false;
}

const char *tool_cart_error(enum cart_rc rc)
{
	switch (rc) {
	case CART_FULL:
		return "no space left, on the tape or on the disk";
	case CART_WRITE_FAILED:
	case CART_READ_FAILED:
		return "input/output error";
	case CART_NO_MEMORY:
		return "out of memory";
	case CART_INVALID:
		return "no such cartridge can be made";
	case CART_DAMAGED:
		return "damaged";
	case CART_READ_ONLY:
		return "read-only";
	case CART_WORM:
		return "written once already, and may not be overwritten";
	case CART_NOT_FOUND:
		return "there is no cartridge";
	case CART_BUSY:
		return "loaded in a drive";
	case CART_FOREIGN:
		return "not a cartridge of this program, or of a newer one";
	case CART_OK:
	case CART_FILEMARK:
	case CART_EOD:
	case CART_BOP:
		break;
	}
	return "unexpected end";
}

static const char *const type_names[] = {
	[CART_DATA_TAPE] = "data", [CART_WORM_TAPE] = "WORM",
	[CART_CLEANING_TAPE] = "clean", [CART_NULL_TAPE] = "NULL",
};

const char *tool_type_name(enum cart_type type)
{
	return type_names[type];
}

bool tool_type_find(const char *name, enum cart_type *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(type_names); i++) {
		if (!strcasecmp(name, type_names[i])) {
			*ret = (enum cart_type)i;
			return true;
		}
	}
	return false;
}

int tool_flush(const char *program, int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return tool_fail(program, status, "standard output: %s", strerror(errno));
}

static int64_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

void tool_progress_begin(struct tool_progress *p, const char *what, uint64_t total)
{
	*p = (struct tool_progress){
		.on = isatty(STDERR_FILENO), .what = what, .total = total, .shown = seconds(),
	};
}

void tool_progress(struct tool_progress *p, uint64_t objects, uint64_t bytes)
{
	const int64_t now = p->on ? seconds() : p->shown;

	if (now == p->shown)
		return;
	p->shown = now;
	fprintf(stderr, "\r%s: ", p->what);
	if (objects)
		fprintf(stderr, "%llu objects, ", (unsigned long long)objects);
	fprintf(stderr, "%llu MiB", (unsigned long long)bytes >> 20);
	if (p->total)
		fprintf(stderr, " of %llu", (unsigned long long)p->total >> 20);
	fputs("\033[K", stderr);
	fflush(stderr);
}

void tool_progress_end(struct tool_progress *p)
{
	if (p->on)
		fputs("\r\033[K", stderr);
}
