// SPDX-License-Identifier: GPL-2.0-only
/* vtlcart: look at cartridges, copy them, and take them from and to other formats. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "conf/paths.h"
#include "tools/tool.h"
#include "tools/vtlcart.h"

static const char program[] = "vtlcart";

static const struct vtlcart_command commands[] = {
	/* name      operands          what                    options, least, most operands */
	{ "info",     "CART",          "what is known of it",           "j",      1, 1,
	  vtlcart_info },
	{ "check",    "CART",          "is it whole? with --data every byte", "Dj", 1, 1,
	  vtlcart_check },
	{ "repair",   "CART",          "make it whole; what is lost stays lost", "jstd", 1, 1,
	  vtlcart_repair },
	{ "export",   "CART FILE.tap", "to a SIMH tape image",          "pj",     2, 2,
	  vtlcart_export },
	{ "import",   "FILE.tap CART", "from one; or with --from-mhvtl: DIR [CART]", "MBstdj", 1, 2,
	  vtlcart_import },
	{ "clone",    "CART CART",     "a cartridge of its own with the same data", "j", 2, 2,
	  vtlcart_clone },
	{ "snapshot", "CART CART",     "an exact copy",                 "j",      2, 2,
	  vtlcart_snapshot },
	{ 0 },
};

static const struct option longs[] = {
	{ "config-dir", required_argument, NULL, 'C' },
	{ "home-dir", required_argument, NULL, 'H' },
	{ "library", required_argument, NULL, 'l' },
	{ "partition", required_argument, NULL, 'p' },
	{ "size", required_argument, NULL, 's' },
	{ "type", required_argument, NULL, 't' },
	{ "density", required_argument, NULL, 'd' },
	{ "json", no_argument, NULL, 'j' },
	{ "data", no_argument, NULL, 'D' },
	{ "from-mhvtl", no_argument, NULL, 'M' },
	{ "accept-bad", no_argument, NULL, 'B' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static int help(void)
{
	puts("Usage: vtlcart COMMAND [OPTION]... CART...\n"
	     "CART is a cartridge's folder, with a slash in it, or a barcode.\n");
	for (const struct vtlcart_command *c = commands; c->name; c++)
		printf("  vtlcart %-8s %-14s %s\n", c->name, c->usage, c->what);
	puts("\n  -l, --library N       the library of device.conf whose folder a barcode is in\n"
	     "  -C, --config-dir DIR  where device.conf is (" MHVTL_CONF_DIR ")\n"
	     "  -H, --home-dir DIR    where barcodes are, whatever device.conf says\n"
	     "      --json            output for programs\n"
	     "  -p, --partition N     export: the partition; needed when there are several\n"
	     "      --data            check: every byte of data, not the index alone\n"
	     "  -s, --size MB         import, and repair where meta is lost: capacity in MiB;\n"
	     "                        0 is what the real one has\n"
	     "  -t, --type TYPE       the same: data, WORM or NULL\n"
	     "  -d, --density DENSITY the same: LTO8, T10KB...; else what the barcode says\n"
	     "      --accept-bad      import: records marked as bad, with what they have\n"
	     "      --from-mhvtl      import: a cartridge of mhvtl, in place or to CART\n"
	     "  -v, --verbose         say more\n"
	     "  -V, --version         the version\n"
	     "  -h, --help            this text\n\n"
	     "Status: 0 done, 1 not done or not whole, 2 wrong usage; of check and repair 2 also\n"
	     "where a disk fails.");
	return VTLCART_DONE;
}

static const char **value_of(struct vtlcart *v, int option)
{
	switch (option) {
	case 'C':
		return &v->where.dir;
	case 'H':
		return &v->where.home;
	case 'l':
		return &v->where.library;
	case 'p':
		return &v->partition;
	case 's':
		return &v->size;
	case 't':
		return &v->type;
	case 'd':
		return &v->density;
	}
	return NULL;
}

static bool *flag_of(struct vtlcart *v, int option)
{
	switch (option) {
	case 'j':
		return &v->json;
	case 'D':
		return &v->data;
	case 'M':
		return &v->from_mhvtl;
	case 'B':
		return &v->accept_bad;
	case 'v':
		return &v->verbose;
	}
	return NULL;
}

enum { OPTIONS_MAX = 32 };

/* 0: go on; else *ret_status is what to end with.  given: the letters that were there. */
static int parse_args(int argc, char **argv, struct vtlcart *v, char *given, int *ret_status)
{
	size_t n = 0;
	int option;

	while ((option = getopt_long(argc, argv, "C:H:l:p:s:t:d:vVh", longs, NULL)) != -1) {
		const char **value = value_of(v, option);
		bool *flag = flag_of(v, option);

		*ret_status = VTLCART_DONE;
		if (value) {
			*value = optarg;
		} else if (flag) {
			*flag = true;
		} else if (option == 'h') {
			return help(), 1;
		} else if (option == 'V') {
			return puts("vtlcart " VTL_VERSION), 1;
		} else {
			*ret_status = VTLCART_USAGE;
			return 1;
		}
		if (n < OPTIONS_MAX - 1 && !strchr(given, option))
			given[n++] = (char)option;
	}
	return 0;
}

static const char *long_name(int letter)
{
	for (const struct option *o = longs; o->name; o++)
		if (o->val == letter)
			return o->name;
	return "?";
}

static int check(const struct vtlcart *v, const struct vtlcart_command *c, const char *given)
{
	uint64_t n;

	for (; *given; given++)
		if (!strchr("CHlv", *given) && !strchr(c->options, *given))
			return tool_fail(program, VTLCART_USAGE, "%s takes no --%s", c->name,
					 long_name(*given));
	if (v->n < c->min || v->n > c->max)
		return tool_fail(program, VTLCART_USAGE, "expected vtlcart %s %s", c->name,
				 c->usage);
	if (v->partition && !conf_number(v->partition, CART_PARTITIONS - 1, &n))
		return tool_fail(program, VTLCART_USAGE, "expected a partition, 0 to 3, found "
				 "\"%s\"", v->partition);
	return VTLCART_DONE;
}

int main(int argc, char **argv)
{
	struct vtlcart v = { .where = { .program = program } };
	char given[OPTIONS_MAX] = "";
	const char *name;
	int status;

	if (parse_args(argc, argv, &v, given, &status))
		return status;
	if (optind >= argc)
		return tool_fail(program, VTLCART_USAGE, "expected a command; vtlcart --help "
				 "lists them");
	name = argv[optind++];
	v.operand = argv + optind;
	v.n = argc - optind;
	for (const struct vtlcart_command *c = commands; c->name; c++) {
		if (strcmp(c->name, name))
			continue;
		status = check(&v, c, given);
		return status ? status : c->run(&v);
	}
	return tool_fail(program, VTLCART_USAGE, "unknown command \"%s\"; vtlcart --help lists "
			 "them", name);
}
