// SPDX-License-Identifier: GPL-2.0-only
/* Options of the tools that take one cartridge. */
#include <stdio.h>

#include "conf/paths.h"
#include "tools/tape_args.h"
#include "tools/tool.h"

int tape_args_parse(const struct tape_tool *t, int argc, char **argv, struct tape_args *ret,
		    int *ret_status)
{
	int option;

	*ret = (struct tape_args){ .where = { .program = t->name } };
	while ((option = getopt_long(argc, argv, t->letters, t->longs, NULL)) != -1) {
		*ret_status = option == '?' ? TAPE_USAGE : TAPE_DONE;
		if (option == 'h')
			t->help();
		else if (option == 'V')
			printf("%s " VTL_VERSION "\n", t->name);
		if (option == 'h' || option == 'V' || option == '?')
			return 1;
		ret->value[option & 127] = optarg ? optarg : "";
		ret->count[option & 127]++;
	}
	ret->where.dir = ret->value['C'];
	ret->where.home = ret->value['H'];
	ret->where.library = ret->value['l'];
	*ret_status = TAPE_USAGE;
	if (optind < argc)
		return tool_fail(t->name, 1, "expected options alone, found \"%s\"", argv[optind]);
	return 0;
}

bool tape_args_find(const struct tape_args *a, char *ret)
{
	const char *name = a->value['m'];

	if (a->value['f'] && snprintf(ret, CARTRIDGE_PATH, "%s", a->value['f']) < CARTRIDGE_PATH)
		return true;
	if (!name)
		return tool_fail(a->where.program, 0, "expected -m BARCODE; %s --help explains "
				 "the options", a->where.program);
	if (!conf_barcode_ok(name))
		return tool_fail(a->where.program, 0, "expected a barcode of 1 to 16 letters, "
				 "digits and _.-, found \"%s\"", name);
	return cartridge_find(&a->where, name, ret);
}
