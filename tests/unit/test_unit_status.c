// SPDX-License-Identifier: GPL-2.0-only
/* What the module's files in sysfs become on the way to people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/unit_status.h"

static int failures;

static void check(bool ok, const char *what, const char *got)
{
	if (ok)
		printf("ok - %s\n", what);
	else
		printf("not ok - %s: got \"%s\"\n", what, got);
	failures += !ok;
}

static void put(const char *dir, const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/mhvtl11/%s", dir, name);
	f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f))
		abort();
}

static void take_away(const char *dir, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/mhvtl11/%s", dir, name);
	unlink(path);
}

/* What is printed for the unit; found: what it returns. */
static const char *shown(const char *dir, unsigned int unit, bool *found)
{
	static char text[1024];
	FILE *f = fmemopen(text, sizeof(text), "w");

	if (!f)
		abort();
	*found = unit_status_print(f, dir, unit);
	fclose(f);
	return text;
}

static const struct { const char *name, *text; } attributes[] = {
	{ "state", "online\n" }, { "owner", "1234\n" }, { "address", "3:0:1:0\n" },
	{ "in_flight", "2\n" }, { "kept", "3\n" }, { "max_transfer", "16777216\n" },
	{ "grace_ms", "15000\n" },
	{ "counters", "queued 9\nfetched 8\ncommitted 7\naborted 1\n" },
	{ "copied", "out 65536\nin 18\n" },
};

static void whole(const char *dir)
{
	bool found;
	const char *text = shown(dir, 11, &found);

	check(found && !strcmp(text, "module: online, process 1234, at 3:0:1:0, in flight 2, "
			       "answered and not yet written 3, largest transfer "
			       "16777216, grace 15000 ms\n"
			       "commands: queued 9, fetched 8, committed 7, aborted 1\n"
			       "bytes copied: out 65536, in 18\n"),
	      "three lines of all attributes", text);
}

static void lacking(const char *dir)
{
	bool found;
	const char *text;

	take_away(dir, "owner");
	text = shown(dir, 11, &found);
	check(found && !strncmp(text, "module: online, at 3:0:1:0", 26),
	      "what a module of another time lacks is left out", text);
	text = shown(dir, 12, &found);
	check(!found && !strcmp(text, "module: no such unit\n"), "a unit that is not there", text);
	take_away(dir, "state");
	text = shown(dir, 11, &found);
	check(!found, "nor is one without a state", text);
}

static void endless(const char *dir)
{
	char noise[4096];
	const char *text;
	bool found;

	memset(noise, '\n', sizeof(noise) - 1);
	memset(noise, 'x', sizeof(noise) / 2);
	noise[sizeof(noise) - 1] = '\0';
	put(dir, "state", noise);
	text = shown(dir, 11, &found);
	check(found && strlen(text) < sizeof(noise), "an endless attribute has an end here", text);
	for (size_t i = 0; i < sizeof(noise) - 1; i++)
		noise[i] = i % 2 ? '\n' : 'x';
	put(dir, "state", noise);
	text = shown(dir, 11, &found);
	check(found && strstr(text, "x, x, x"), "and many lines are one", text);
}

int main(void)
{
	char dir[] = "/tmp/unit_status.XXXXXX", unit[64];

	if (!mkdtemp(dir))
		return 2;
	snprintf(unit, sizeof(unit), "%s/mhvtl11", dir);
	mkdir(unit, 0700);
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++)
		put(dir, attributes[i].name, attributes[i].text);
	whole(dir);
	lacking(dir);
	endless(dir);
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++)
		take_away(dir, attributes[i].name);
	rmdir(unit);
	rmdir(dir);
	return failures ? 1 : 0;
}
