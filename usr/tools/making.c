// SPDX-License-Identifier: GPL-2.0-only
/* A cartridge in the making. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model/model.h"
#include "tools/making.h"
#include "tools/tool.h"

static bool find_medium(const struct vtlcart *v, const char *barcode,
			const struct medium_model **ret_medium, const char **ret_type)
{
	*ret_type = "data";
	if (barcode_classify(barcode, ret_medium, ret_type) && !v->density)
		return true;
	if (!v->density)
		return tool_fail(v->where.program, 0, "the barcode %s does not tell its medium; "
				 "-d says it", barcode);
	*ret_medium = medium_model_find(v->density);
	return *ret_medium ||
	       tool_fail(v->where.program, 0, "unknown density \"%s\"; mktape --help lists them",
			 v->density);
}

bool making_spec(const struct vtlcart *v, const char *barcode, struct cart_spec *ret)
{
	const struct medium_model *medium;
	const char *type;
	uint64_t mb = 0;

	if (!find_medium(v, barcode, &medium, &type))
		return false;
	if (v->size && !conf_number(v->size, UINT32_MAX, &mb))
		return tool_fail(v->where.program, 0, "expected a size in MiB, found \"%s\"",
				 v->size);
	*ret = (struct cart_spec){
		.density = medium->density,
		.capacity = mb ? mb << 20 : (uint64_t)medium->capacity_mb * 1000000,
	};
	snprintf(ret->barcode, sizeof(ret->barcode), "%s", barcode);
	snprintf(ret->medium, sizeof(ret->medium), "%s", medium->name);
	if (tool_type_find(v->type ? v->type : type, &ret->type))
		return true;
	return tool_fail(v->where.program, 0, "expected a type of data, WORM or NULL, found "
			 "\"%s\"", v->type);
}

bool making_begin(struct making *m, const char *program, const char *home, const char *name)
{
	char why[STAGED_WHY];

	*m = (struct making){ .program = program };
	snprintf(m->home, sizeof(m->home), "%s", home);
	return !staged_begin(&m->staged, home, name, why) || tool_fail(program, 0, "%s", why);
}

bool making_open(struct making *m)
{
	if (!cartridge_open(m->program, m->staged.path, CART_TOOL, &m->c))
		return false;
	return m->c.rc == CART_OK ||
	       tool_fail(m->program, 0, "%s: %s", tool_cart_error(m->c.rc), m->c.why);
}

bool making_create(struct making *m, const struct cart_spec *spec)
{
	struct cart_folder *folder;
	enum cart_rc rc;

	if (!cartridge_folder(m->program, m->staged.path, &folder))
		return false;
	rc = cart_create(&cart_file_io, folder, spec);
	cart_folder_close(folder);
	if (rc)
		return tool_fail(m->program, 0, "%s: %s", m->staged.path, tool_cart_error(rc));
	return making_open(m);
}

bool making_commit(struct making *m)
{
	char why[STAGED_WHY];

	if (!cartridge_close(m->program, &m->c)) {
		making_discard(m);
		return false;
	}
	if (staged_commit(&m->staged, why))
		return tool_fail(m->program, 0, "%s", why);
	if (*why)
		tool_fail(m->program, 0, "warning: %s", why);
	return true;
}

void making_discard(struct making *m)
{
	cartridge_drop(&m->c);
	staged_discard(&m->staged);
}

const char *making_failure(enum cart_rc rc)
{
	return rc == CART_FULL ? "no space left, on the disk or on the new tape; -s says its size" :
	       rc ? tool_cart_error(rc) : NULL;
}
