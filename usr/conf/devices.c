// SPDX-License-Identifier: GPL-2.0-only
/* device.conf: records of a library or a drive each, ended by an empty line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "conf/device_keys.h"
#include "conf/text.h"

struct parser {
	struct lines lines;
	struct conf_devices *devices;
	struct device_record rec;	/* the present one */
	uint32_t seen;			/* its keys, a bit by their row */
};

/* " CHANNEL: 00 TARGET: 08 LUN: 00": *s goes on behind the number. */
static bool labelled_number(char **s, const char *label, uint64_t max, uint64_t *ret)
{
	char *at = *s + strspn(*s, " \t");
	size_t len = strlen(label), digits;
	char number[24];

	if (strncmp(at, label, len))
		return false;
	at += len + strspn(at + len, " \t");
	digits = strcspn(at, " \t");
	if (digits >= sizeof(number))
		return false;
	memcpy(number, at, digits);
	number[digits] = '\0';
	*s = at + digits;
	return conf_number(number, max, ret);
}

static bool parse_header(char *s, struct conf_unit *u)
{
	uint64_t id, channel, target, lun;

	if (!labelled_number(&s, "", CONF_ID_MAX, &id) ||
	    !labelled_number(&s, "CHANNEL:", CONF_CHANNEL_MAX, &channel) ||
	    !labelled_number(&s, "TARGET:", CONF_TARGET_MAX, &target) ||
	    !labelled_number(&s, "LUN:", CONF_LUN_MAX, &lun) || *trim(s))
		return false;
	u->id = (uint16_t)id;
	u->channel = (uint8_t)channel;
	u->target = (uint16_t)target;
	u->lun = (uint8_t)lun;
	return true;
}

static int add_library(struct conf_devices *d, const struct conf_library *library)
{
	struct conf_library *more;

	more = reallocarray(d->libraries, d->n_libraries + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	d->libraries = more;
	d->libraries[d->n_libraries++] = *library;
	return 0;
}

static int add_drive(struct conf_devices *d, const struct conf_drive *drive)
{
	struct conf_drive *more = reallocarray(d->drives, d->n_drives + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	d->drives = more;
	d->drives[d->n_drives++] = *drive;
	return 0;
}

static int end_record(struct parser *p)
{
	const struct conf_unit *u = device_unit(&p->rec);
	const enum device_kind kind = p->rec.kind;
	const char *missing = !*u->vendor ? "Vendor identification" : "Product identification";
	int err;

	if (kind == DEVICE_NONE)
		return 0;
	p->rec.kind = DEVICE_NONE;
	if (!*u->vendor || !*u->product)
		return lines_fail(&p->lines, u->line, "expected a \"%s:\" in the record of %u",
				  missing, u->id);
	if (!*u->serial)
		lines_warn(&p->lines, "no \"Unit serial number:\" in the record of %u", u->id);
	err = kind == DEVICE_LIBRARY ? add_library(p->devices, &p->rec.library) :
	      add_drive(p->devices, &p->rec.drive);
	return err ? report_errno(p->lines.report, p->lines.path, err) : 0;
}

static int begin_record(struct parser *p, enum device_kind kind, char *value)
{
	int err = end_record(p);

	if (err)
		return err;
	device_record_init(&p->rec, kind);
	p->seen = 0;
	device_unit(&p->rec)->line = p->lines.line;
	if (!parse_header(value, device_unit(&p->rec)))
		return lines_expected(&p->lines, "id (0-1023) CHANNEL: (0-255) TARGET: (0-1023) "
				      "LUN: (0-31)", value);
	return 0;
}

static int set_version(struct parser *p, const char *value)
{
	uint64_t n;

	return conf_number(value, UINT32_MAX, &n) ? 0 :
	       lines_expected(&p->lines, "a number", value);
}

static int set_key(struct parser *p, const char *name, const char *value)
{
	const struct device_key *key = device_key_find(name);
	uint32_t bit;

	if (!key) {
		lines_warn(&p->lines, "unknown key \"%.60s\"; ignored", name);
		return 0;
	}
	if (!(key->kinds & p->rec.kind)) {
		lines_warn(&p->lines, "\"%s\" means nothing %s; ignored", name,
			   p->rec.kind == DEVICE_NONE ? "outside a record" :
			   p->rec.kind == DEVICE_DRIVE ? "to a drive" : "to a library");
		return 0;
	}
	bit = 1u << (key - device_keys);
	if (p->seen & bit)
		lines_warn(&p->lines, "\"%s\" again; the last one counts", name);
	p->seen |= bit;
	if (!key->set(device_unit(&p->rec), key, value))
		return lines_expected(&p->lines, key->expected, value);
	return 0;
}

static int device_line(struct parser *p, char *line)
{
	char *colon = strchr(line, ':');
	char *value;

	if (!*line)
		return end_record(p);
	if (*line == '#')
		return 0;
	if (!colon) {
		lines_warn(&p->lines, "expected \"key: value\", found \"%.60s\"; ignored", line);
		return 0;
	}
	*colon = '\0';
	line = trim(line);
	value = trim(colon + 1);
	if (!strcmp(line, "Library"))
		return begin_record(p, DEVICE_LIBRARY, value);
	if (!strcmp(line, "Drive"))
		return begin_record(p, DEVICE_DRIVE, value);
	if (!strcmp(line, "VERSION"))
		return set_version(p, value);
	return set_key(p, line, value);
}

/* The i-th of all units, libraries first. */
static const struct conf_unit *unit_at(const struct conf_devices *d, size_t i)
{
	return i < d->n_libraries ? &d->libraries[i].unit : &d->drives[i - d->n_libraries].unit;
}

static int check_pair(struct parser *p, const struct conf_unit *a, const struct conf_unit *b)
{
	const struct conf_unit *first = a->line < b->line ? a : b, *later = first == a ? b : a;

	if (a->id == b->id)
		return lines_fail(&p->lines, later->line, "expected an id of its own, found %u, "
				  "which line %u has", a->id, first->line);
	if (a->channel == b->channel && a->target == b->target && a->lun == b->lun)
		return lines_fail(&p->lines, later->line, "expected an address of its own, found "
				  "channel %u target %u LUN %u, which line %u has", a->channel,
				  a->target, a->lun, first->line);
	if (*a->serial && !strcmp(a->serial, b->serial))
		lines_warn(&p->lines, "%u and %u have the same serial number, \"%s\"", first->id,
			   later->id, a->serial);
	return 0;
}

static int check_units(struct parser *p)
{
	const size_t n = p->devices->n_libraries + p->devices->n_drives;
	int err = 0;

	for (size_t i = 1; i < n && !err; i++)
		for (size_t j = 0; j < i && !err; j++)
			err = check_pair(p, unit_at(p->devices, j), unit_at(p->devices, i));
	return err;
}

static int check_place(struct parser *p, const struct conf_drive *drive)
{
	const struct conf_drive *first;

	if (!drive->in_library)
		return 0;
	if (!conf_find_library(p->devices, drive->library))
		lines_warn(&p->lines, "drive %u is in library %u, which is not there",
			   drive->unit.id, drive->library);
	first = conf_drive_at(p->devices, drive->library, drive->slot);
	if (first == drive)
		return 0;
	return lines_fail(&p->lines, drive->unit.line, "expected a Slot of its own, found %u of "
			  "library %u, where drive %u of line %u is", drive->slot, drive->library,
			  first->unit.id, first->unit.line);
}

static int parse(struct parser *p)
{
	char *line;
	int err = 0;

	while (!err && (line = lines_next(&p->lines)))
		err = device_line(p, line);
	if (!err)
		err = end_record(p);
	if (!err)
		err = check_units(p);
	for (size_t i = 0; i < p->devices->n_drives && !err; i++)
		err = check_place(p, &p->devices->drives[i]);
	return err;
}

int conf_load_devices(const char *dir, struct conf_devices **ret, struct conf_report *report)
{
	char path[CONF_PATH_SIZE];
	struct parser p = { 0 };
	int err;

	if ((size_t)snprintf(path, sizeof(path), "%s/device.conf", dir) >= sizeof(path))
		return report_errno(report, dir, -ENAMETOOLONG);
	err = lines_open(&p.lines, path, report);
	if (err)
		return err;
	p.devices = calloc(1, sizeof(*p.devices));
	err = p.devices ? parse(&p) : report_errno(report, path, -ENOMEM);
	lines_close(&p.lines);
	if (err)
		conf_free_devices(p.devices);
	else
		*ret = p.devices;
	return err;
}

void conf_free_devices(struct conf_devices *d)
{
	if (!d)
		return;
	free(d->libraries);
	free(d->drives);
	free(d);
}

const struct conf_library *conf_find_library(const struct conf_devices *d, unsigned int id)
{
	for (size_t i = 0; i < d->n_libraries; i++)
		if (d->libraries[i].unit.id == id)
			return &d->libraries[i];
	return NULL;
}

const struct conf_drive *conf_find_drive(const struct conf_devices *d, unsigned int id)
{
	for (size_t i = 0; i < d->n_drives; i++)
		if (d->drives[i].unit.id == id)
			return &d->drives[i];
	return NULL;
}

const struct conf_drive *conf_drive_at(const struct conf_devices *d, unsigned int library,
				       unsigned int slot)
{
	for (size_t i = 0; i < d->n_drives; i++) {
		const struct conf_drive *drive = &d->drives[i];

		if (drive->in_library && drive->library == library && drive->slot == slot)
			return drive;
	}
	return NULL;
}

int conf_library_home(const struct conf_devices *d, const struct conf_site *site, unsigned int id,
		      char *ret)
{
	const struct conf_library *library = conf_find_library(d, id);
	int n;

	if (library && *library->home)
		n = snprintf(ret, CONF_PATH_SIZE, "%s", library->home);
	else
		n = snprintf(ret, CONF_PATH_SIZE, "%s/%u", site->home, id);
	return n < 0 || n >= CONF_PATH_SIZE ? -ENAMETOOLONG : 0;
}
