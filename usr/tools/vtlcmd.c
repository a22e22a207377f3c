// SPDX-License-Identifier: GPL-2.0-only
/* vtlcmd: tell a running library or drive something, and pass on what it answers. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "conf/paths.h"
#include "ctl/ctl.h"
#include "tools/tool.h"
#include "tools/unit_status.h"

static const char program[] = "vtlcmd";

enum { EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_NO_ANSWER = 3 };

struct args {
	const char *dir;		/* NULL: the usual */
	unsigned int unit;
	unsigned int timeout_ms;
	char text[CTL_TEXT_MAX + 1];
};

static void list_words(FILE *to, const char *who, unsigned int takes)
{
	char line[160];

	fprintf(to, "\n%s\n", who);
	for (unsigned int n = 0; ctl_usage(takes | CTL_FROM_TOOL, n, line, sizeof(line)); n++)
		fprintf(to, "  %s\n", line);
}

static int help(void)
{
	puts("Usage: vtlcmd [OPTION]... DEVICE COMMAND...\n"
	     "Tells the daemon of a library or drive, a number of device.conf, something.\n\n"
	     "  -C, --config-dir DIR   where device.conf is (" MHVTL_CONF_DIR ")\n"
	     "  -t, --timeout SECONDS  how long to wait for the answer (5)\n"
	     "  -h, --help             this text\n"
	     "  -V, --version          the version");
	list_words(stdout, "To a library:", CTL_TO_LIBRARY);
	list_words(stdout, "To a drive:", CTL_TO_DRIVE);
	puts("\nStatus: 0 done, 1 refused, 2 wrong usage, 3 no answer.");
	return 0;
}

/* All words with one blank between. */
static bool join_words(char **words, char *to, size_t size)
{
	size_t len = 0;

	for (*to = '\0'; *words; words++) {
		const int n = snprintf(to + len, size - len, "%s%s", len ? " " : "", *words);

		if (n < 0 || (size_t)n >= size - len)
			return false;
		len += (size_t)n;
	}
	return len > 0;
}

static int parse_operands(int argc, char **argv, struct args *a)
{
	uint64_t unit;

	if (argc < 2)
		return tool_fail(program, EXIT_USAGE, "expected a device number and a command; "
				 "vtlcmd --help lists them");
	if (!conf_number(argv[0], CONF_ID_MAX, &unit))
		return tool_fail(program, EXIT_USAGE, "expected a device number, 0 to 1023, "
				 "found \"%s\"", argv[0]);
	a->unit = (unsigned int)unit;
	if (!join_words(argv + 1, a->text, sizeof(a->text)))
		return tool_fail(program, EXIT_USAGE, "expected a command of 1 to 1000 characters");
	return 0;
}

/* 0: go on; else *ret_status is what to end with. */
static int parse_args(int argc, char **argv, struct args *a, int *ret_status)
{
	static const struct option longs[] = {
		{ "config-dir", required_argument, NULL, 'C' },
		{ "timeout", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	uint64_t seconds;
	int option;

	while ((option = getopt_long(argc, argv, "+C:t:hVv", longs, NULL)) != -1) {
		*ret_status = 0;
		if (option == 'C') {
			a->dir = optarg;
		} else if (option == 't' && conf_number(optarg, 3600, &seconds)) {
			a->timeout_ms = (unsigned int)seconds * 1000;
		} else if (option == 'h') {
			return help(), 1;
		} else if (option == 'V' || option == 'v') {
			return puts("vtlcmd " VTL_VERSION), 1;
		} else {
			if (option == 't')
				tool_fail(program, 0, "expected seconds, 0 to 3600, found \"%s\"",
					  optarg);
			*ret_status = EXIT_USAGE;
			return 1;
		}
	}
	*ret_status = parse_operands(argc - optind, argv + optind, a);
	return *ret_status;
}

/* Where a cartridge that the command names must be; false: the daemon is to say. */
static bool cartridge_path(const struct conf_devices *d, const struct conf_site *site,
			   const struct args *a, const struct ctl_command *cmd, char *ret)
{
	const struct conf_drive *drive = conf_find_drive(d, a->unit);
	char home[CONF_PATH_SIZE];

	if (cmd->verb != CTL_LOAD && cmd->verb != CTL_LOAD_MAP)
		return false;
	if (drive && !drive->in_library)
		return false;
	if (conf_library_home(d, site, drive ? drive->library : a->unit, home))
		return false;
	snprintf(ret, CONF_PATH_SIZE + 64, "%s/%.63s", home, cmd->argument);
	return true;
}

static int check(const struct args *a, const struct conf_devices *d, const struct conf_site *site)
{
	const bool library = conf_find_library(d, a->unit) != NULL;
	const unsigned int takes = library ? CTL_TO_LIBRARY : CTL_TO_DRIVE;
	char path[CONF_PATH_SIZE + 64], why[CTL_TEXT_MAX + 1];
	struct ctl_command cmd;
	struct stat st;

	if (!library && !conf_find_drive(d, a->unit))
		return tool_fail(program, EXIT_REFUSED, "%s/device.conf has no library or drive %u",
				 site->dir, a->unit);
	if (ctl_parse(a->text, CTL_FROM_TOOL | takes, &cmd, why))
		return tool_fail(program, EXIT_USAGE, "%s", why);
	if (cartridge_path(d, site, a, &cmd, path) && stat(path, &st) && errno == ENOENT)
		return tool_fail(program, EXIT_REFUSED, "there is no cartridge %s", path);
	return 0;
}

static int answer(const struct ctl_message *reply)
{
	if (reply->code == CTL_DONE) {
		if (*reply->text)
			puts(reply->text);
		return fflush(stdout) ? EXIT_REFUSED : 0;
	}
	return tool_fail(program, reply->code == CTL_USAGE ? EXIT_USAGE : EXIT_REFUSED, "%s",
			 *reply->text ? reply->text : "refused");
}

static int tell(const struct args *a)
{
	struct ctl_message reply;
	struct ctl *c;
	int err = ctl_open(CTL_TOOL, &c);

	if (err)
		return tool_fail(program, EXIT_REFUSED, "message queue: %s", strerror(-err));
	err = ctl_call(c, a->unit, a->text, a->timeout_ms, &reply);
	ctl_close(c);
	if (err == -ETIMEDOUT)
		return tool_fail(program, EXIT_NO_ANSWER, "no answer from %u in %u seconds; is its "
				 "daemon running?", a->unit, a->timeout_ms / 1000);
	if (err)
		return tool_fail(program, EXIT_REFUSED, "message queue: %s", strerror(-err));
	return answer(&reply);
}

int main(int argc, char **argv)
{
	struct args args = { .timeout_ms = 5000 };
	struct conf_devices *devices = NULL;
	struct conf_site site;
	int status;

	if (parse_args(argc, argv, &args, &status))
		return status;
	if (!tool_load(program, args.dir, &site, &devices))
		return EXIT_REFUSED;
	status = check(&args, devices, &site);
	conf_free_devices(devices);
	if (status)
		return status;
	if (!strcasecmp(args.text, "status"))	/* what can be said without the daemon */
		unit_status_print(stdout, UNIT_STATUS_CLASS, args.unit);
	return tell(&args);
}
