// SPDX-License-Identifier: GPL-2.0-only
/* What all tools say alike: JSON, errors, types, progress, and that their output has arrived. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/capture.h"
#include "tools/json.h"
#include "tools/tool.h"

static int same(const char *what, const char *got, const char *want)
{
	if (!strcmp(got, want))
		return printf("ok - %s\n", what), 0;
	return printf("not ok - %s: \"%s\"\n", what, got), 1;
}

static const struct { const char *what, *text, *quoted; } texts[] = {
	{ "nothing", "", "\"\"" },
	{ "a word", "E01001L8", "\"E01001L8\"" },
	{ "quotation marks", "a\"b", "\"a\\\"b\"" },
	{ "a backslash", "a\\b", "\"a\\\\b\"" },
	{ "a slash is itself", "a/b", "\"a/b\"" },
	{ "a line end", "a\nb", "\"a\\u000ab\"" },
	{ "the last control character", "\x1f", "\"\\u001f\"" },
	{ "the first that is none", " ", "\" \"" },
	{ "the last of ASCII", "~", "\"~\"" },
	{ "delete", "\x7f", "\"\\u007f\"" },
	{ "Latin-1", "\xe4\xff", "\"\\u00e4\\u00ff\"" },
};

/* Each value after a key, and alone. */
static int test_texts(void)
{
	char want[64];
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct json j = { .to = stdout };

		capture_begin();
		json_text(&j, NULL, texts[i].text);
		failed |= same(texts[i].what, capture_end(), texts[i].quoted);
		j = (struct json){ .to = stdout };
		snprintf(want, sizeof(want), "%s: 7", texts[i].quoted);
		capture_begin();
		json_number(&j, texts[i].text, 7);
		failed |= same("as a key", capture_end(), want);
	}
	return failed;
}

/* A letter a call: { [ } ] brackets, a key for what follows: k; n b B h values. */
static const struct { const char *what, *calls, *text; } shapes[] = {
	{ "an empty object", "{}", "{}\n" },
	{ "an empty list", "[]", "[]\n" },
	{ "an item", "[n]", "[\n  18446744073709551615\n]\n" },
	{ "items", "[bB]", "[\n  true,\n  false\n]\n" },
	{ "a member", "{kh}", "{\n  \"k\": \"00ff5a\"\n}\n" },
	{ "members", "{kbkB}", "{\n  \"k\": true,\n  \"k\": false\n}\n" },
	{ "empty ones inside", "{k[]k{}}", "{\n  \"k\": [],\n  \"k\": {}\n}\n" },
	{ "lists of lists", "[[n][]n]",
	  "[\n  [\n    18446744073709551615\n  ],\n  [],\n  18446744073709551615\n]\n" },
	{ "behind an object", "[{kb}b]", "[\n  {\n    \"k\": true\n  },\n  true\n]\n" },
};

static void put(struct json *j, const char *key, char what)
{
	if (what == '{' || what == '[')
		json_open(j, key, what);
	else if (what == '}' || what == ']')
		json_close(j, what);
	else if (what == 'n')
		json_number(j, key, UINT64_MAX);
	else if (what == 'h')
		json_hex(j, key, "\0\xff\x5a", 3);
	else
		json_bool(j, key, what == 'b');
}

static int test_shapes(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		struct json j = { .to = stdout };
		const char *key = NULL;

		capture_begin();
		for (const char *c = shapes[i].calls; *c; c++) {
			if (*c != 'k')
				put(&j, key, *c);
			key = *c == 'k' ? "k" : NULL;
		}
		failed |= same(shapes[i].what, capture_end(), shapes[i].text);
	}
	return failed;
}

static const struct { enum cart_rc rc; const char *says; } errors[] = {
	{ CART_FULL, "no space left" }, { CART_WRITE_FAILED, "input/output error" },
	{ CART_READ_FAILED, "input/output error" }, { CART_NO_MEMORY, "out of memory" },
	{ CART_INVALID, "can be made" }, { CART_DAMAGED, "damaged" },
	{ CART_READ_ONLY, "read-only" }, { CART_WORM, "may not be overwritten" },
	{ CART_NOT_FOUND, "there is no cartridge" }, { CART_BUSY, "loaded in a drive" },
	{ CART_FOREIGN, "or of a newer one" }, { CART_FILEMARK, "unexpected end" },
	{ CART_EOD, "unexpected end" }, { CART_BOP, "unexpected end" },
};

static int test_errors(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		failed |= capture_check("an error in words", 0, 0, tool_cart_error(errors[i].rc),
					errors[i].says);
	return failed;
}

static const struct { const char *name; bool known; enum cart_type type; } types[] = {
	{ "data", true, CART_DATA_TAPE }, { "DATA", true, CART_DATA_TAPE },
	{ "WORM", true, CART_WORM_TAPE }, { "worm", true, CART_WORM_TAPE },
	{ "clean", true, CART_CLEANING_TAPE }, { "Null", true, CART_NULL_TAPE },
	{ "", false, 0 }, { "dat", false, 0 }, { "data ", false, 0 }, { "cleaning", false, 0 },
};

static int test_types(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		enum cart_type type = (enum cart_type)77;
		const bool known = tool_type_find(types[i].name, &type);
		const char *name = known ? tool_type_name(type) : "none";
		enum cart_type again = (enum cart_type)78;

		failed |= capture_check(types[i].name, known, types[i].known, name,
					known ? types[i].name[0] == 'd' || types[i].name[0] == 'D' ?
					"^data$" : "^(WORM|clean|NULL)$" : "none");
		if (known && (type != types[i].type || !tool_type_find(name, &again) ||
			      again != type))
			failed |= printf("not ok - %s: another type\n", types[i].name) > 0;
		if (!known && type != (enum cart_type)77)
			failed |= printf("not ok - %s: a type is set\n", types[i].name) > 0;
	}
	return failed;
}

#define LINE_END "\033[K"

static const struct progress_row {
	const char *what;
	bool on, later;			/* a terminal; a second has gone by */
	uint64_t total, objects, bytes;
	const char *text;
} progress_rows[] = {
	/* what                  on     later  total     objects bytes     text */
	{ "no terminal",         false, true,  5 << 20,  1,      1 << 20,  "" },
	{ "too soon",            true,  false, 5 << 20,  1,      1 << 20,  "\r" LINE_END },
	{ "of so much",          true,  true,  5 << 20,  7,      3 << 20,
	  "\rwork: 7 objects, 3 MiB of 5" LINE_END "\r" LINE_END },
	{ "no end is known",     true,  true,  0,        7,      3 << 20,
	  "\rwork: 7 objects, 3 MiB" LINE_END "\r" LINE_END },
	{ "no objects",          true,  true,  5 << 20,  0,      (1 << 20) - 1,
	  "\rwork: 0 MiB of 5" LINE_END "\r" LINE_END },
	{ "many TiB",            true,  true,  UINT64_MAX, UINT64_MAX, UINT64_MAX,
	  "\rwork: 18446744073709551615 objects, 17592186044415 MiB of 17592186044415" LINE_END
	  "\r" LINE_END },
};

static int test_progress(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(progress_rows); i++) {
		const struct progress_row *r = &progress_rows[i];
		struct tool_progress p;

		capture_begin();
		tool_progress_begin(&p, "work", r->total);
		if (p.on)
			printf("a file is no terminal");
		p.on = r->on;
		if (r->later)
			p.shown--;
		for (int twice = 0; twice < 2; twice++)	/* the second time is too soon */
			tool_progress(&p, r->objects, r->bytes);
		tool_progress_end(&p);
		failed |= same(r->what, capture_end(), r->text);
	}
	return failed;
}

/* /dev/full takes what is buffered and refuses it in the end. */
static int test_flush(void)
{
	const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	int status;

	capture_begin();
	puts("fine");
	status = tool_flush("test", 3);
	if (capture_check("arrived", status, 0, capture_end(), "^fine\n$"))
		return 1;
	if (full < 0)
		return 1;
	capture_begin();
	if (dup2(full, STDOUT_FILENO) < 0)
		abort();
	close(full);
	puts("lost");
	status = tool_flush("test", 3);
	clearerr(stdout);
	return capture_check("a full disk", status, 3, capture_end(),
			     "^test: standard output: No space left on device\n$");
}

int main(void)
{
	int failed = test_texts();

	failed |= test_shapes();
	failed |= test_errors();
	failed |= test_types();
	failed |= test_progress();
	failed |= test_flush();
	return failed;
}
