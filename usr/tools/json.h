/* SPDX-License-Identifier: GPL-2.0-only */
/* JSON (RFC 8259) on a stream: commas, indents and quoting. */
#ifndef VTL_TOOLS_JSON_H
#define VTL_TOOLS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *to;
	unsigned int depth;
	bool more;			/* something is there already at this depth */
};

/* key: NULL in an array, and at the outside.  A line end follows the last bracket. */
void json_open(struct json *j, const char *key, char bracket);	/* '{' or '[' */
void json_close(struct json *j, char bracket);			/* '}' or ']' */
/* Bytes that are not ASCII count as Latin-1. */
void json_text(struct json *j, const char *key, const char *text);
void json_number(struct json *j, const char *key, uint64_t n);
void json_bool(struct json *j, const char *key, bool value);
void json_hex(struct json *j, const char *key, const void *bytes, size_t len);

#endif
