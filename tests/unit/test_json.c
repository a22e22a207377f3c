// SPDX-License-Identifier: GPL-2.0-only
/* JSON as the tools write it, byte by byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/report.h"
#include "tools/json.h"

static void empty(struct json *j)
{
	json_open(j, NULL, '{');
	json_close(j, '}');
}

static void values(struct json *j)
{
	const uint8_t bytes[] = { 0, 0x7f, 0xff };

	json_open(j, NULL, '{');
	json_text(j, "text", "plain");
	json_number(j, "most", UINT64_MAX);
	json_bool(j, "yes", true);
	json_bool(j, "no", false);
	json_hex(j, "bytes", bytes, sizeof(bytes));
	json_hex(j, "none", bytes, 0);
	json_close(j, '}');
}

static void nested(struct json *j)
{
	json_open(j, NULL, '{');
	json_open(j, "list", '[');
	json_number(j, NULL, 1);
	json_open(j, NULL, '{');
	json_number(j, "a", 2);
	json_close(j, '}');
	json_open(j, NULL, '[');
	json_close(j, ']');
	json_close(j, ']');
	json_number(j, "after", 3);
	json_close(j, '}');
}

static void quoted(struct json *j)
{
	json_open(j, NULL, '[');
	json_text(j, NULL, "\"\\/\n\t\x01\x7f\xe9");
	json_text(j, NULL, "");
	json_close(j, ']');
}

static const struct row {
	const char *what;
	void (*write)(struct json *j);
	const char *want;
} rows[] = {
	{ "an empty object", empty, "{}\n" },
	{ "values", values,
	  "{\n  \"text\": \"plain\",\n  \"most\": 18446744073709551615,\n  \"yes\": true,\n"
	  "  \"no\": false,\n  \"bytes\": \"007fff\",\n  \"none\": \"\"\n}\n" },
	{ "lists and objects", nested,
	  "{\n  \"list\": [\n    1,\n    {\n      \"a\": 2\n    },\n    []\n  ],\n"
	  "  \"after\": 3\n}\n" },
	{ "what must be quoted", quoted,
	  "[\n  \"\\\"\\\\/\\u000a\\u0009\\u0001\\u007f\\u00e9\",\n  \"\"\n]\n" },
};

int main(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text = NULL;
		size_t len = 0;
		struct json j = { .to = open_memstream(&text, &len) };

		if (!j.to)
			return 1;
		rows[i].write(&j);
		fclose(j.to);
		failed |= report(rows[i].what, strcmp(text, rows[i].want) ? text : NULL);
		free(text);
	}
	return failed;
}
