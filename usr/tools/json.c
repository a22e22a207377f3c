// SPDX-License-Identifier: GPL-2.0-only
/* JSON on a stream. */
#include "tools/json.h"

static void put_quoted(struct json *j, const char *text)
{
	putc('"', j->to);
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c < ' ' || c > '~')
			fprintf(j->to, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			fprintf(j->to, "\\%c", c);
		else
			putc(c, j->to);
	}
	putc('"', j->to);
}

static void begin(struct json *j, const char *key)
{
	if (j->depth)
		fprintf(j->to, "%s\n%*s", j->more ? "," : "", (int)j->depth * 2, "");
	j->more = true;
	if (!key)
		return;
	put_quoted(j, key);
	fputs(": ", j->to);
}

void json_open(struct json *j, const char *key, char bracket)
{
	begin(j, key);
	putc(bracket, j->to);
	j->depth++;
	j->more = false;
}

void json_close(struct json *j, char bracket)
{
	j->depth--;
	if (j->more)
		fprintf(j->to, "\n%*s", (int)j->depth * 2, "");
	putc(bracket, j->to);
	if (!j->depth)
		putc('\n', j->to);
	j->more = true;
}

void json_text(struct json *j, const char *key, const char *text)
{
	begin(j, key);
	put_quoted(j, text);
}

void json_number(struct json *j, const char *key, uint64_t n)
{
	begin(j, key);
	fprintf(j->to, "%llu", (unsigned long long)n);
}

void json_bool(struct json *j, const char *key, bool value)
{
	begin(j, key);
	fputs(value ? "true" : "false", j->to);
}

void json_hex(struct json *j, const char *key, const void *bytes, size_t len)
{
	const uint8_t *b = bytes;

	begin(j, key);
	putc('"', j->to);
	for (size_t i = 0; i < len; i++)
		fprintf(j->to, "%02x", b[i]);
	putc('"', j->to);
}
