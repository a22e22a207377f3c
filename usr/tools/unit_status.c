// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "base/macros.h"
#include "tools/unit_status.h"

enum { VALUE = 160, PATH = 256 };

/* Its lines, joined by commas. */
static bool attribute(const char *class, unsigned int unit, const char *name, char *value)
{
	char path[PATH], *end;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/mhvtl%u/%s", class, unit, name);
	f = fopen(path, "re");
	if (!f)
		return false;
	n = fread(value, 1, VALUE / 2, f);
	fclose(f);
	value[n] = '\0';
	while (n && value[n - 1] == '\n')
		value[--n] = '\0';
	while ((end = strchr(value, '\n'))) {
		memmove(end + 2, end + 1, strlen(end + 1) + 1);
		memcpy(end, ", ", 2);
	}
	return true;
}

bool unit_status_print(FILE *to, const char *class, unsigned int unit)
{
	static const struct { const char *name, *before, *after; } shown[] = {
		{ "state",        "module: ",              "" },
		{ "owner",        ", process ",            "" },
		{ "address",      ", at ",                 "" },
		{ "in_flight",    ", in flight ",          "" },
		{ "kept",         ", answered and not yet written ", "" },
		{ "max_transfer", ", largest transfer ",   "" },
		{ "grace_ms",     ", grace ",              " ms" },
		{ "counters",     "\ncommands: ",          "\n" },
		{ "copied",       "bytes copied: ",        "\n" },
	};
	char value[VALUE];

	if (!attribute(class, unit, shown[0].name, value)) {
		fprintf(to, "module: no such unit\n");
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		if (attribute(class, unit, shown[i].name, value))
			fprintf(to, "%s%s%s", shown[i].before, value, shown[i].after);
	return true;
}
