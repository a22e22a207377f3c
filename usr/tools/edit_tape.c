// SPDX-License-Identifier: GPL-2.0-only
/* edit_tape: change what a cartridge is, not what is on it. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/macros.h"
#include "conf/paths.h"
#include "media/inspect.h"
#include "model/model.h"
#include "tools/json.h"
#include "tools/tape_args.h"
#include "tools/tool.h"

static const char program[] = "edit_tape";

static const struct option longs[] = {
	{ "size", required_argument, NULL, 's' },
	{ "type", required_argument, NULL, 't' },
	{ "density", required_argument, NULL, 'd' },
	{ "write-protect", required_argument, NULL, 'w' },
	TAPE_LONGS,
	{ 0 },
};

static void help(void)
{
	puts("Usage: edit_tape -m BARCODE [OPTION]...\n"
	     "Changes what a cartridge is; without a change it says what it is.\n\n"
	     "  -m, --barcode BARCODE  the cartridge\n"
	     "  -l, --library N        in that library's home; else in all\n"
	     "  -s, --size MB          its capacity in MiB; 0 is what the real one has\n"
	     "  -t, --type TYPE        data, WORM; clean or NULL if it is empty\n"
	     "  -d, --density DENSITY  its medium; mktape --help lists them\n"
	     "  -w, --write-protect on|off\n"
	     "  -C, --config-dir DIR   where device.conf is (" MHVTL_CONF_DIR ")\n"
	     "  -H, --home-dir DIR     the folder, whatever device.conf says\n"
	     "      --json             output for programs\n"
	     "  -v, --verbose          say what it is now\n"
	     "  -V, --version          the version\n"
	     "  -h, --help             this text\n\n"
	     "Status: 0 done, 1 wrong usage or no such cartridge, 2 it could not be changed.");
}

static bool parse_switch(const char *word, bool *ret)
{
	static const struct { const char *word; bool on; } words[] = {
		{ "on", true }, { "yes", true }, { "off", false }, { "no", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcasecmp(word, words[i].word)) {
			*ret = words[i].on;
			return true;
		}
	}
	return tool_fail(program, 0, "expected on or off, found \"%s\"", word);
}

static bool change_medium(const char *density, struct cart_spec *spec)
{
	const struct medium_model *m = medium_model_find(density);

	if (!m)
		return tool_fail(program, 0, "unknown density \"%s\"; mktape --help lists them",
				 density);
	snprintf(spec->medium, sizeof(spec->medium), "%s", m->name);
	spec->density = m->density;
	return true;
}

static bool change_size(const char *size, struct cart_spec *spec)
{
	const struct medium_model *m = medium_model_find(spec->medium);
	uint64_t mb;

	if (!conf_number(size, UINT32_MAX, &mb))
		return tool_fail(program, 0, "expected a size in MiB, found \"%s\"", size);
	if (!mb && !m)
		return tool_fail(program, 0, "nobody knows the capacity of %s", spec->medium);
	spec->capacity = mb ? mb << 20 : (uint64_t)m->capacity_mb * 1000000;
	return true;
}

/* What the options make of it. */
static bool change(const struct tape_args *a, struct cart_spec *spec)
{
	if (a->value['d'] && !change_medium(a->value['d'], spec))
		return false;
	if (a->value['s'] && !change_size(a->value['s'], spec))
		return false;
	if (a->value['t'] && !tool_type_find(a->value['t'], &spec->type))
		return tool_fail(program, 0, "expected a type of data, clean, WORM or NULL, found "
				 "\"%s\"", a->value['t']);
	return !a->value['w'] || parse_switch(a->value['w'], &spec->write_protect);
}

static bool is_empty(const struct cart *c)
{
	for (uint32_t i = 0; i < cart_partitions(c); i++)
		if (cart_end_of(c, i).objects)
			return false;
	return true;
}

static int apply(const struct tape_args *a, const char *path, struct cart *c)
{
	struct cart_spec spec = *cart_spec(c);
	enum cart_rc rc;

	if (!change(a, &spec))
		return TAPE_USAGE;
	if (spec.type != cart_spec(c)->type && !is_empty(c) &&
	    (spec.type == CART_CLEANING_TAPE || spec.type == CART_NULL_TAPE))
		return tool_fail(program, TAPE_FAILED, "%s holds data, which a cartridge of type "
				 "%s cannot", path, tool_type_name(spec.type));
	rc = cart_set_spec(c, &spec);
	if (rc == CART_INVALID)
		return tool_fail(program, TAPE_FAILED, "%s: %llu MiB are less than it holds, or "
				 "it has several partitions", path,
				 (unsigned long long)spec.capacity >> 20);
	if (rc)
		return tool_fail(program, TAPE_FAILED, "%s: %s%s%s", path, tool_cart_error(rc),
				 rc == CART_READ_ONLY ? ": " : "",
				 rc == CART_READ_ONLY ? cart_why_read_only(c) : "");
	return TAPE_DONE;
}

static void say(const struct tape_args *a, const char *path, const struct cart_spec *s)
{
	struct json j = { .to = stdout };

	if (!a->value['j']) {
		printf("%s: %s, type %s, %llu MiB, write protect %s\n", path, s->medium,
		       tool_type_name(s->type), (unsigned long long)s->capacity >> 20,
		       s->write_protect ? "on" : "off");
		return;
	}
	json_open(&j, NULL, '{');
	json_text(&j, "folder", path);
	json_text(&j, "barcode", s->barcode);
	json_text(&j, "medium", s->medium);
	json_text(&j, "type", tool_type_name(s->type));
	json_number(&j, "density", s->density);
	json_number(&j, "capacity", s->capacity);
	json_bool(&j, "write_protect", s->write_protect);
	json_close(&j, '}');
}

static int edit(const struct tape_args *a, const char *path, bool changes)
{
	struct cartridge c;
	int status = TAPE_DONE;

	if (!cartridge_open(program, path, changes ? CART_TOOL : CART_LOOK, &c))
		return TAPE_FAILED;
	if (changes)
		status = apply(a, path, c.cart);
	if (status == TAPE_DONE && (!changes || a->count['v'] || a->count['j']))
		say(a, path, cart_spec(c.cart));
	if (!cartridge_close(program, &c) && status == TAPE_DONE)
		status = TAPE_FAILED;
	return status ? status : tool_flush(program, TAPE_FAILED);
}

int main(int argc, char **argv)
{
	static const struct tape_tool tool = { program, "m:l:s:t:d:w:C:H:vVh", longs, help };
	struct cart_spec dry = { .medium = "LTO8" };
	char path[CARTRIDGE_PATH];
	struct tape_args a;
	int status;

	if (tape_args_parse(&tool, argc, argv, &a, &status))
		return status;
	if (!change(&a, &dry) || !tape_args_find(&a, path))
		return TAPE_USAGE;
	return edit(&a, path, a.value['s'] || a.value['t'] || a.value['d'] || a.value['w']);
}
