// SPDX-License-Identifier: GPL-2.0-only
/* mktape: make an empty cartridge. */
#include <errno.h>
#include <getopt.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/vfs.h>

#include "conf/paths.h"
#include "model/model.h"
#include "tools/new_cartridge.h"
#include "tools/tool.h"

static const char program[] = "mktape";

enum { EXIT_USAGE = 1, EXIT_IO = 2 };

struct args {
	const char *library, *barcode, *size, *type, *density;		/* all wanted */
	const char *dir, *home;						/* or NULL */
	unsigned int verbose;
	bool print_home, quiet;
};

static const struct option longs[] = {
	{ "library", required_argument, NULL, 'l' },
	{ "barcode", required_argument, NULL, 'm' },
	{ "size", required_argument, NULL, 's' },
	{ "type", required_argument, NULL, 't' },
	{ "density", required_argument, NULL, 'd' },
	{ "config-dir", required_argument, NULL, 'C' },
	{ "home-dir", required_argument, NULL, 'H' },
	{ "print-home", no_argument, NULL, 'P' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "debug", optional_argument, NULL, 'D' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static int help(void)
{
	puts("Usage: mktape -l LIBRARY -m BARCODE -s MB -t TYPE -d DENSITY [OPTION]...\n"
	     "Makes an empty cartridge; one that exists is left as it is.\n\n"
	     "  -l, --library N       the library of device.conf whose folder it goes to\n"
	     "  -m, --barcode BARCODE 1 to 16 letters, digits and _.-\n"
	     "  -s, --size MB         its capacity in MiB; 0 is what the real one has\n"
	     "  -t, --type TYPE       data, clean, WORM or NULL; auto: what the barcode says\n"
	     "  -d, --density DENSITY one of those below; auto: what the barcode says\n"
	     "  -C, --config-dir DIR  where device.conf is (" MHVTL_CONF_DIR ")\n"
	     "  -H, --home-dir DIR    the folder, whatever device.conf says\n"
	     "      --print-home      make nothing, say which folder it would go to\n"
	     "  -v, --verbose         say what is made\n"
	     "  -D                    the same\n"
	     "  -q, --quiet           no warnings\n"
	     "  -V, --version         the version\n"
	     "  -h, --help            this text\n\n"
	     "Densities:");
	for (const struct medium_model *m = medium_models; m->name; m++)
		printf(" %s", m->name);
	puts("\n\nStatus: 0 it is there, 1 wrong usage, 2 it could not be made.");
	return 0;
}

/* The place for what the option says, or NULL. */
static const char **value_of(struct args *a, int option)
{
	switch (option) {
	case 'l':
		return &a->library;
	case 'm':
		return &a->barcode;
	case 's':
		return &a->size;
	case 't':
		return &a->type;
	case 'd':
		return &a->density;
	case 'C':
		return &a->dir;
	case 'H':
		return &a->home;
	}
	return NULL;
}

/* 0: go on; else *ret_status is what to end with. */
static int parse_args(int argc, char **argv, struct args *a, int *ret_status)
{
	int option;

	while ((option = getopt_long(argc, argv, "l:m:s:t:d:C:H:qvD::Vh", longs, NULL)) != -1) {
		const char **value = value_of(a, option);

		*ret_status = 0;
		if (value) {
			*value = optarg;
		} else if (option == 'v' || option == 'D') {
			a->verbose++;
		} else if (option == 'q') {
			a->quiet = true;
		} else if (option == 'P') {
			a->print_home = true;
		} else if (option == 'h') {
			return help(), 1;
		} else if (option == 'V') {
			return puts("mktape " VTL_VERSION), 1;
		} else {
			*ret_status = EXIT_USAGE;
			return 1;
		}
	}
	*ret_status = EXIT_USAGE;
	if (optind < argc)
		return tool_fail(program, 1, "expected options alone, found \"%s\"", argv[optind]);
	if (a->print_home && a->library)
		return 0;
	if (!a->library || !a->barcode || !a->size || !a->type || !a->density)
		return tool_fail(program, 1, "expected -l, -m, -s, -t and -d; mktape --help "
				 "explains them");
	return 0;
}

/* What "auto" asks the barcode for. */
static bool classify(const struct args *a, const char **type, const struct medium_model **medium)
{
	const struct medium_model *said;
	const char *said_type;
	const bool auto_type = !strcasecmp(a->type, "auto");
	const bool auto_medium = !strcasecmp(a->density, "auto");

	*type = a->type;
	*medium = auto_medium ? NULL : medium_model_find(a->density);
	if (!auto_medium && !*medium)
		return tool_fail(program, 0, "unknown density \"%s\"; mktape --help lists them",
				 a->density);
	if (!auto_type && !auto_medium)
		return true;
	if (!barcode_classify(a->barcode, &said, &said_type))
		return tool_fail(program, 0, "the barcode %s does not tell its medium", a->barcode);
	if (auto_type)
		*type = said_type;
	if (auto_medium)
		*medium = said;
	return true;
}

static bool make_spec(const struct args *a, struct cart_spec *spec)
{
	const struct medium_model *medium;
	const char *type;
	uint64_t mb;

	if (!conf_barcode_ok(a->barcode))
		return tool_fail(program, 0, "expected a barcode of 1 to 16 letters, digits and "
				 "_.-, found \"%s\"", a->barcode);
	if (!conf_number(a->size, UINT32_MAX, &mb))
		return tool_fail(program, 0, "expected a size in MiB, found \"%s\"", a->size);
	if (!classify(a, &type, &medium))
		return false;
	if (!tool_type_find(type, &spec->type))
		return tool_fail(program, 0, "expected a type of data, clean, WORM or NULL, "
				 "found \"%s\"", type);
	if (spec->type == CART_WORM_TAPE && !medium->type_worm)
		fprintf(stderr, "%s: warning: there is no %s WORM cartridge; made all the same\n",
			program, medium->name);
	strcpy(spec->barcode, a->barcode);
	snprintf(spec->medium, sizeof(spec->medium), "%s", medium->name);
	spec->density = medium->density;
	spec->capacity = mb ? mb << 20 : (uint64_t)medium->capacity_mb * 1000000;
	return true;
}

/* The folder of the library's cartridges. */
static bool find_home(const struct args *a, char *ret)
{
	struct conf_devices *devices;
	struct conf_site site;
	uint64_t id;
	bool ok;

	if (!conf_number(a->library, CONF_ID_MAX, &id))
		return tool_fail(program, 0, "expected a library, 0 to 1023, found \"%s\"",
				 a->library);
	if (a->home)
		return (size_t)snprintf(ret, CONF_PATH_SIZE, "%s", a->home) < CONF_PATH_SIZE ||
		       tool_fail(program, 0, "%s: %s", a->home, strerror(ENAMETOOLONG));
	if (!tool_load(program, a->dir, &site, &devices))
		return false;
	ok = conf_find_library(devices, (unsigned int)id) ||
	     tool_fail(program, 0, "%s/device.conf has no library %s", site.dir, a->library);
	if (ok && conf_library_home(devices, &site, (unsigned int)id, ret))
		ok = tool_fail(program, 0, "%s: %s", site.home, strerror(ENAMETOOLONG));
	conf_free_devices(devices);
	return ok;
}

/* What the disk under it cannot hold is said now; the drive will meet it as early warning. */
static void warn_of_disk(const char *home, const struct cart_spec *spec)
{
	const uint64_t ext4_file_max = (uint64_t)16 << 40;
	struct statfs fs;
	uint64_t most;

	if (statfs(home, &fs))
		return;
	most = (uint64_t)fs.f_blocks * (uint64_t)fs.f_bsize;
	if ((uint64_t)fs.f_type == EXT4_SUPER_MAGIC && most > ext4_file_max)
		most = ext4_file_max;
	if (spec->type != CART_NULL_TAPE && spec->capacity > most)
		fprintf(stderr, "%s: warning: %s/%s: %llu MiB, and its file system holds at most "
			"%llu\n", program, home, spec->barcode,
			(unsigned long long)spec->capacity >> 20, (unsigned long long)most >> 20);
}

int main(int argc, char **argv)
{
	struct args args = { 0 };
	struct cart_spec spec = { 0 };
	char home[CONF_PATH_SIZE], why[NEW_CARTRIDGE_WHY];
	int status;

	if (parse_args(argc, argv, &args, &status))
		return status;
	if (args.print_home)
		return find_home(&args, home) ? puts(home) < 0 : EXIT_USAGE;
	if (!make_spec(&args, &spec) || !find_home(&args, home))
		return EXIT_USAGE;
	switch (new_cartridge(home, &spec, why)) {
	case NEW_CARTRIDGE_MADE:
		if (*why && !args.quiet)
			fprintf(stderr, "%s: warning: %s\n", program, why);
		if (!args.quiet)
			warn_of_disk(home, &spec);
		if (args.verbose)
			printf("made %s/%s: %s, %llu MiB\n", home, spec.barcode, spec.medium,
			       (unsigned long long)spec.capacity >> 20);
		return 0;
	case NEW_CARTRIDGE_EXISTS:
		printf("%s/%s exists, left as it is\n", home, spec.barcode);
		return 0;
	case NEW_CARTRIDGE_FAILED:
		break;
	}
	return tool_fail(program, EXIT_IO, "%s", why);
}
