// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "conf/conf.h"
#include "daemon/options.h"

enum { MOST_VERBOSE = 9, LONGEST_WAIT = 3600, OPT_REMOVE_ALL = 256, OPT_DISCARD };

const char options_help[] =
	"  -q, --queue N          number of the unit in device.conf\n"
	"  -F, --foreground       stay in the foreground, messages to stderr\n"
	"  -v, --verbose [L]      0 warnings, 1 events, 2 to 9 all\n"
	"  -d, --debug            -F -v 9\n"
	"  -f, --fifo PATH        named pipe that is told what the unit does\n"
	"  -C, --config-dir DIR   where device.conf is\n"
	"      --remove-all[=S]   take all units from the module; S seconds for those in use\n"
	"      --discard          with --remove-all: and lose data that it keeps for them\n"
	"  -h, --help             this text\n"
	"  -V, --version          version\n";

static const struct option longs[] = {
	{ "queue", required_argument, NULL, 'q' },
	{ "foreground", no_argument, NULL, 'F' },
	{ "verbose", optional_argument, NULL, 'v' },
	{ "debug", no_argument, NULL, 'd' },
	{ "fifo", optional_argument, NULL, 'f' },
	{ "config-dir", required_argument, NULL, 'C' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ "remove-all", optional_argument, NULL, OPT_REMOVE_ALL },
	{ "discard", no_argument, NULL, OPT_DISCARD },
	{ 0 },
};

/* An optional argument may be glued to its letter, or stand alone behind it. */
static const char *optional(int argc, char **argv, bool number)
{
	const char *next = optind < argc ? argv[optind] : NULL;

	if (optarg || !next || next[0] == '-' || (number && !isdigit((unsigned char)next[0])))
		return optarg;
	optind++;
	return next;
}

static int set_number(const char *what, const char *text, uint64_t max, uint64_t *ret, char *why,
		      size_t cap)
{
	if (conf_number(text, max, ret))
		return 0;
	snprintf(why, cap, "%s: expected a number from 0 to %llu, found \"%s\"", what,
		 (unsigned long long)max, text);
	return -EINVAL;
}

static int set(int letter, int argc, char **argv, struct options *o, char *why, size_t cap)
{
	uint64_t n = 0;
	int err = 0;

	switch (letter) {
	case 'q':
		err = set_number("-q", optarg, CONF_ID_MAX, &n, why, cap);
		o->unit = (uint32_t)n;
		o->has_unit = true;
		break;
	case 'v':
		optarg = (char *)(uintptr_t)optional(argc, argv, true);
		n = 1;
		if (optarg)
			err = set_number("-v", optarg, MOST_VERBOSE, &n, why, cap);
		o->verbose = (int)n;
		break;
	case 'd':
		o->verbose = MOST_VERBOSE;
		o->foreground = true;
		break;
	case 'F':
		o->foreground = true;
		break;
	case 'f':
		o->fifo = optional(argc, argv, false);
		break;
	case 'C':
		o->config_dir = optarg;
		break;
	case 'h':
		o->help = true;
		break;
	case 'V':
		o->version = true;
		break;
	case OPT_REMOVE_ALL:
		if (optarg)
			err = set_number("--remove-all", optarg, LONGEST_WAIT, &n, why, cap);
		o->remove_wait_s = (unsigned int)n;
		o->remove_all = true;
		break;
	case OPT_DISCARD:
		o->discard = true;
		break;
	default:
		snprintf(why, cap, "unknown option, or one without its argument: %s",
			 argv[optind - 1]);
		err = -EINVAL;
	}
	return err;
}

int options_parse(int argc, char **argv, struct options *ret, char *why, size_t cap)
{
	int letter, err = 0;

	*ret = (struct options){ .verbose = -1 };
	opterr = 0;
	optind = 0;			/* from the beginning, whoever has used getopt before */
	while (!err && (letter = getopt_long(argc, argv, "q:Fv::df::C:hV", longs, NULL)) >= 0)
		err = set(letter, argc, argv, ret, why, cap);
	if (!err && optind < argc) {
		snprintf(why, cap, "unexpected argument: %s", argv[optind]);
		err = -EINVAL;
	}
	if (!err && ret->discard && !ret->remove_all) {
		snprintf(why, cap, "--discard is for --remove-all alone");
		err = -EINVAL;
	}
	return err;
}
