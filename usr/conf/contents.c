// SPDX-License-Identifier: GPL-2.0-only
/* library_contents.N and its .persist: elements and what is in them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "conf/contents.h"
#include "conf/text.h"

struct entry {
	struct conf_element e;
	unsigned int line;
};

struct parser {
	struct lines lines;
	struct entry *entries;
	size_t n, room;
	uint32_t base;
};

const char *const conf_kind_names[CONF_KINDS] = {
	[CONF_DRIVE] = "Drive", [CONF_PICKER] = "Picker", [CONF_MAP] = "MAP", [CONF_SLOT] = "Slot",
};

static bool kind_of(const char *name, enum conf_kind *ret)
{
	for (unsigned int k = 0; k < CONF_KINDS; k++) {
		if (!strcmp(name, conf_kind_names[k])) {
			*ret = (enum conf_kind)k;
			return true;
		}
	}
	return false;
}

static struct entry *add_entry(struct parser *p)
{
	if (p->n == p->room) {
		const size_t room = p->room ? 2 * p->room : 64;
		struct entry *more = reallocarray(p->entries, room, sizeof(*more));

		if (!more)
			return NULL;
		p->entries = more;
		p->room = room;
	}
	p->entries[p->n] = (struct entry){ .line = p->lines.line };
	return &p->entries[p->n++];
}

static int take_barcode(struct parser *p, const char *word, struct conf_element *e)
{
	if (!word || !conf_barcode_ok(word))
		return lines_expected(&p->lines, "a barcode of 1 to 16 letters, digits and _.-",
				      word ? word : "");
	strcpy(e->barcode, word);
	return 0;
}

/* "from Slot 5" */
static int take_source(struct parser *p, char **rest, struct conf_element *e)
{
	const char *kind = next_word(rest), *number = kind ? next_word(rest) : NULL;
	uint64_t n;

	if (!number || !kind_of(kind, &e->source_kind) ||
	    !conf_number(number, CONF_NUMBER_MAX, &n) || !n)
		return lines_expected(&p->lines, "from Drive, Picker, MAP or Slot and its number",
				      number ? number : "");
	e->source = (uint16_t)n;
	return 0;
}

/* What may follow the first word, which older files end with. */
static int take_rest(struct parser *p, char *rest, struct conf_element *e)
{
	char *word;
	int err = 0;

	while (!err && (word = next_word(&rest)) && *word != '#') {
		if (!strcmp(word, "loaded") && e->kind == CONF_DRIVE)
			err = take_barcode(p, next_word(&rest), e);
		else if (!strcmp(word, "imported") && e->kind == CONF_MAP)
			e->imported = true;
		else if (!strcmp(word, "from"))
			err = take_source(p, &rest, e);
		else
			lines_warn(&p->lines, "unknown word \"%.60s\"; ignored", word);
	}
	if (!err && e->source && !*e->barcode) {
		lines_warn(&p->lines, "\"from\" without a cartridge; ignored");
		e->source = 0;
	}
	return err;
}

static int take_element(struct parser *p, struct conf_element *e, char *value)
{
	char *rest = value, *word;

	if (!*value || *value == '#')
		return 0;
	if (e->kind == CONF_DRIVE) {
		/* A file of before "loaded" has the serial alone. */
		if (!strncmp(value, "loaded ", 7))
			return take_rest(p, rest, e);
		word = next_word(&rest);
		if (!printable(word, sizeof(e->serial), false))
			return lines_expected(&p->lines, "a serial number of 1 to 32 characters",
					      word);
		strcpy(e->serial, word);
	} else {
		int err = take_barcode(p, next_word(&rest), e);

		if (err)
			return err;
	}
	return take_rest(p, rest, e);
}

static int element_line(struct parser *p, enum conf_kind kind, const char *number, char *value)
{
	struct entry *entry;
	uint64_t n;

	if (!conf_number(number, CONF_NUMBER_MAX, &n) || !n)
		return lines_expected(&p->lines, "a number from 1 to 65535", number);
	entry = add_entry(p);
	if (!entry)
		return report_errno(p->lines.report, p->lines.path, -ENOMEM);
	entry->e.kind = kind;
	entry->e.number = (uint16_t)n;
	return take_element(p, &entry->e, value);
}

/* "VERSION: 2", or in a .persist "Based on: checksum" */
static int other_line(struct parser *p, const char *name, const char *value)
{
	uint64_t n;

	if (!strcmp(name, "VERSION"))
		return conf_number(value, UINT32_MAX, &n) ? 0 :
		       lines_expected(&p->lines, "a number", value);
	if (strcmp(name, "Based on")) {
		lines_warn(&p->lines, "unknown key \"%.60s\"; ignored", name);
		return 0;
	}
	if (!conf_number(value, UINT32_MAX, &n))
		return lines_expected(&p->lines, "a checksum in decimal", value);
	p->base = (uint32_t)n;
	return 0;
}

static int contents_line(struct parser *p, char *line)
{
	char *colon = strchr(line, ':');
	char *rest = line, *name;
	enum conf_kind kind;

	if (!colon) {
		lines_warn(&p->lines, "expected \"key: value\", found \"%.60s\"; ignored", line);
		return 0;
	}
	*colon = '\0';
	line = trim(line);
	name = line + strcspn(line, " \t");
	if (!strncmp(line, "Based", 5))
		return other_line(p, line, trim(colon + 1));
	name = next_word(&rest);
	if (!name || !kind_of(name, &kind))
		return other_line(p, name ? name : "", trim(colon + 1));
	return element_line(p, kind, trim(rest), trim(colon + 1));
}

static int by_place(const void *left, const void *right)
{
	const struct conf_element *a = &((const struct entry *)left)->e;
	const struct conf_element *b = &((const struct entry *)right)->e;

	return a->kind != b->kind ? (int)a->kind - (int)b->kind :
	       (int)a->number - (int)b->number;
}

static int by_barcode(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = strcmp(a->e.barcode, b->e.barcode);

	return order ? order : (a->line > b->line) - (a->line < b->line);
}

/* By turns sorted by either, so that what is there twice stands side by side. */
static int check_twice(struct parser *p)
{
	const size_t n = p->n;
	struct entry *e = p->entries;

	if (n)
		qsort(e, n, sizeof(*e), by_barcode);
	for (size_t i = 1; i < n; i++)
		if (*e[i].e.barcode && !strcmp(e[i].e.barcode, e[i - 1].e.barcode))
			return lines_fail(&p->lines, e[i].line, "expected a barcode of its own, "
					  "found %s, which line %u has", e[i].e.barcode,
					  e[i - 1].line);
	if (n)
		qsort(e, n, sizeof(*e), by_place);
	for (size_t i = 1; i < n; i++) {
		if (!by_place(&e[i], &e[i - 1])) {
			const bool up = e[i].line > e[i - 1].line;

			return lines_fail(&p->lines, e[up ? i : i - 1].line, "expected each "
					  "element once, found %s %u, which line %u has",
					  conf_kind_names[e[i].e.kind], e[i].e.number,
					  e[up ? i - 1 : i].line);
		}
	}
	return 0;
}

/* Of what is sorted by kind and number; numbers that are left out are empty elements. */
static struct conf_contents *make_contents(const struct parser *p)
{
	struct conf_contents *c = calloc(1, sizeof(*c));
	size_t taken = 0;

	if (!c)
		return NULL;
	c->base = p->base;
	for (size_t i = 0; i < p->n; i++)
		c->count[p->entries[i].e.kind] = p->entries[i].e.number;
	for (unsigned int k = 0; k < CONF_KINDS; k++)
		c->n += c->count[k];
	c->elements = calloc(c->n ? c->n : 1, sizeof(*c->elements));
	if (!c->elements) {
		free(c);
		return NULL;
	}
	for (size_t i = 0, k = 0, number = 1; i < c->n; i++, number++) {
		struct conf_element *e = &c->elements[i];

		for (; number > c->count[k]; number = 1)
			k++;
		*e = (struct conf_element){ .kind = (enum conf_kind)k, .number = (uint16_t)number };
		if (p->entries[taken].e.kind == e->kind && p->entries[taken].e.number == number)
			*e = p->entries[taken++].e;
	}
	return c;
}

static int parse(struct parser *p, struct conf_contents **ret)
{
	char *line;
	int err = 0;

	while (!err && (line = lines_next(&p->lines)))
		if (*line && *line != '#')
			err = contents_line(p, line);
	if (!err)
		err = check_twice(p);
	if (err)
		return err;
	*ret = make_contents(p);
	return *ret ? 0 : report_errno(p->lines.report, p->lines.path, -ENOMEM);
}

int contents_load(const char *path, struct conf_contents **ret, uint32_t *ret_checksum,
		  struct conf_report *report)
{
	struct parser p = { 0 };
	struct conf_contents *c = NULL;
	int err = lines_open(&p.lines, path, report);

	if (err)
		return err;
	*ret_checksum = lines_checksum(&p.lines);
	err = parse(&p, &c);
	lines_close(&p.lines);
	free(p.entries);
	if (!err)
		*ret = c;
	return err;
}

int conf_load_contents(const char *path, struct conf_contents **ret, struct conf_report *report)
{
	uint32_t checksum;

	return contents_load(path, ret, &checksum, report);
}

void conf_free_contents(struct conf_contents *c)
{
	if (!c)
		return;
	free(c->elements);
	free(c);
}

struct conf_element *conf_element(const struct conf_contents *c, enum conf_kind kind,
				  unsigned int number)
{
	size_t at = 0;

	for (unsigned int k = 0; k < kind; k++)
		at += c->count[k];
	return number && number <= c->count[kind] ? &c->elements[at + number - 1] : NULL;
}

struct conf_element *conf_find_barcode(const struct conf_contents *c, const char *barcode)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->elements[i].barcode, barcode))
			return &c->elements[i];
	return NULL;
}
