// SPDX-License-Identifier: GPL-2.0-only
/*
 * mhvtl.conf: KEY=value, which a shell and systemd's EnvironmentFile= read as well.  So a value
 * may be quoted, and nothing in it may need a shell.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "conf/paths.h"
#include "conf/text.h"

struct found {
	struct conf_site *site;
	char elsewhere[CONF_PATH_SIZE];		/* MHVTL_CONFIG_PATH, or "" */
};

static bool copy_path(const char *value, char *to)
{
	if (value[0] != '/' || !printable(value, CONF_PATH_SIZE, true))
		return false;
	strcpy(to, value);
	return true;
}

static bool set_home(struct found *f, const char *value)
{
	return copy_path(value, f->site->home);
}

static bool set_config_path(struct found *f, const char *value)
{
	return copy_path(value, f->elsewhere);
}

static bool set_capacity(struct found *f, const char *value)
{
	uint64_t n;

	if (!conf_number(value, UINT32_MAX, &n))
		return false;
	f->site->capacity_mb = (uint32_t)n;
	return true;
}

static bool set_verbose(struct found *f, const char *value)
{
	uint64_t n;

	if (!conf_number(value, 9, &n))
		return false;
	f->site->verbose = (uint8_t)n;
	return true;
}

static bool set_vtl_debug(struct found *f, const char *value)
{
	uint64_t n;

	if (!conf_number(value, UINT32_MAX, &n))
		return false;
	f->site->vtl_debug = (uint32_t)n;
	return true;
}

static bool set_daemon_debug(struct found *f, const char *value)
{
	f->site->daemon_debug = *value;
	return !*value || !strcmp(value, "-d");
}

static const struct site_key {
	const char *name;
	bool (*set)(struct found *f, const char *value);
	const char *expected;
} keys[] = {
	{ "MHVTL_HOME_PATH",   set_home,         "an absolute path of less than 512 characters" },
	{ "MHVTL_CONFIG_PATH", set_config_path,  "an absolute path of less than 512 characters" },
	{ "CAPACITY",          set_capacity,     "megabytes, 0 to 4294967295" },
	{ "VERBOSE",           set_verbose,      "a number from 0 to 9" },
	{ "VTL_DEBUG",         set_vtl_debug,    "a number from 0 to 4294967295" },
	{ "DAEMON_DEBUG",      set_daemon_debug, "-d or nothing" },
};

/* Takes the quotes off, and a comment behind the value; NULL: only a shell would understand. */
static char *plain_value(char *value)
{
	const char quote = *value;
	char *end;

	if (quote == '"' || quote == '\'') {
		end = strchr(++value, quote);
		if (!end || (end[1] && end[1] != ' ' && end[1] != '\t'))
			return NULL;
		*end++ = '\0';
	} else {
		end = value + strcspn(value, " \t");
		if (*end)
			*end++ = '\0';
	}
	end += strspn(end, " \t");
	if (*end && *end != '#')
		return NULL;
	return strpbrk(value, quote == '\'' ? "" : "$`\\") ? NULL : value;
}

static int site_line(struct lines *l, char *line, struct found *f)
{
	char *equals = strchr(line, '=');
	const struct site_key *key = keys;
	char *value;

	if (!equals) {
		lines_warn(l, "expected KEY=value, found \"%.60s\"; ignored", line);
		return 0;
	}
	*equals = '\0';
	while (key < keys + ARRAY_SIZE(keys) && strcmp(key->name, line))
		key++;
	if (key == keys + ARRAY_SIZE(keys)) {
		lines_warn(l, "unknown key \"%.60s\"; ignored", line);
		return 0;
	}
	value = plain_value(equals + 1);
	if (!value)
		return lines_expected(l, "a value that no shell need expand", equals + 1);
	return key->set(f, value) ? 0 : lines_expected(l, key->expected, value);
}

static int read_site(const char *path, struct found *f, struct conf_report *report)
{
	struct lines l;
	char *line;
	int err = lines_open(&l, path, report);

	if (err)
		return err == -ENOENT ? 0 : err;
	while (!err && (line = lines_next(&l)))
		if (*line && *line != '#')
			err = site_line(&l, line, f);
	lines_close(&l);
	return err;
}

int conf_load_site(const char *dir, struct conf_site *ret, struct conf_report *report)
{
	const char *from = dir ? dir : getenv("MHVTL_CONFIG_PATH");
	const bool chosen = from && *from;
	struct conf_site site = { .home = MHVTL_HOME_DIR, .capacity_mb = 500, .verbose = 1 };
	struct found found = { .site = &site };
	char path[CONF_PATH_SIZE];
	int err;

	if (!chosen)
		from = MHVTL_CONF_DIR;
	if (strlen(from) + sizeof("/library_contents.1023.persist.new") > sizeof(path))
		return report_errno(report, from, -ENAMETOOLONG);
	snprintf(path, sizeof(path), "%s/mhvtl.conf", from);
	err = read_site(path, &found, report);
	if (err)
		return err;
	strcpy(site.dir, !chosen && *found.elsewhere ? found.elsewhere : from);
	*ret = site;
	return 0;
}
