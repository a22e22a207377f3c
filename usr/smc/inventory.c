// SPDX-License-Identifier: GPL-2.0-only
/* Elements by address, number and barcode, and what is in them. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smc/inner.h"

struct smc_tag {
	char barcode[SMC_BARCODE_MAX + 1];
	uint16_t address;
};

struct range {
	enum smc_type type;
	uint32_t first, count;
};

static const char *const type_names[SMC_TYPES] = {
	[SMC_ANY] = "elements", [SMC_PICKER] = "pickers", [SMC_SLOT] = "slots",
	[SMC_MAP] = "mail slots", [SMC_DRIVE] = "drives",
};

static uint32_t first_address(const struct library_model *m, enum smc_type type)
{
	const uint16_t first[SMC_TYPES] = {
		[SMC_PICKER] = m->first_picker, [SMC_SLOT] = m->first_slot,
		[SMC_MAP] = m->first_map, [SMC_DRIVE] = m->first_drive,
	};

	return first[type];
}

static int by_address(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* The ranges that are not empty, by address; returns how many. */
static size_t ranges_of(const struct library_model *m, const uint32_t counts[SMC_TYPES],
			struct range ret[SMC_TYPES])
{
	size_t n = 0;

	for (enum smc_type t = SMC_PICKER; t < SMC_TYPES; t++)
		if (counts[t])
			ret[n++] = (struct range){ t, first_address(m, t), counts[t] };
	qsort(ret, n, sizeof(*ret), by_address);
	return n;
}

static int check_ranges(const struct range *r, size_t n, char *why, size_t cap)
{
	for (size_t i = 0; i < n; i++) {
		const uint32_t end = i + 1 < n ? r[i + 1].first : UINT16_MAX + 1;

		if (r[i].count <= end - r[i].first)
			continue;
		if (i + 1 < n)
			snprintf(why, cap, "%u %s from address %u on would overlap the %s, which "
				 "begin at %u: there is room for %u", r[i].count,
				 type_names[r[i].type], r[i].first, type_names[r[i + 1].type], end,
				 end - r[i].first);
		else
			snprintf(why, cap, "%u %s from address %u on do not fit below 65536: there "
				 "is room for %u", r[i].count, type_names[r[i].type], r[i].first,
				 end - r[i].first);
		return -EINVAL;
	}
	return 0;
}

static void reset_element(struct smc_element *e, enum smc_type type, uint16_t address)
{
	*e = (struct smc_element){
		.type = type, .address = address, .access = true, .by_operator = type == SMC_MAP,
	};
}

static void lay_out(struct smc_changer *c, const struct range *r, size_t n)
{
	uint32_t at = 0;

	memset(c->counts, 0, sizeof(c->counts));
	for (; n--; r++) {
		c->counts[r->type] = r->count;
		c->first[r->type] = at;
		for (uint32_t i = 0; i < r->count; i++)
			reset_element(&c->elements[at++], r->type, (uint16_t)(r->first + i));
	}
	c->count = at;
}

int smc_changer_elements(struct smc_changer *c, const uint32_t counts[SMC_TYPES], char *why,
			 size_t cap)
{
	struct range r[SMC_TYPES];
	const size_t n = ranges_of(c->model, counts, r);
	uint32_t total = 0;

	if (check_ranges(r, n, why, cap))
		return -EINVAL;
	for (size_t i = 0; i < n; i++)
		total += r[i].count;
	free(c->elements);
	free(c->tags);
	c->count = c->tag_count = 0;
	c->elements = calloc(total + 1, sizeof(*c->elements));
	c->tags = calloc(total + 1, sizeof(*c->tags));
	if (!c->elements || !c->tags) {
		snprintf(why, cap, "out of memory");
		return -ENOMEM;
	}
	lay_out(c, r, n);
	return 0;
}

struct smc_element *smc_element_nth(struct smc_changer *c, enum smc_type type, uint32_t n)
{
	if (type <= SMC_ANY || type >= SMC_TYPES || n < 1 || n > c->counts[type])
		return NULL;
	return &c->elements[c->first[type] + n - 1];
}

struct smc_element *smc_element_at(struct smc_changer *c, uint16_t address)
{
	for (enum smc_type t = SMC_PICKER; t < SMC_TYPES; t++) {
		const uint32_t first = first_address(c->model, t);

		if (address >= first && address - first < c->counts[t])
			return smc_element_nth(c, t, address - first + 1);
	}
	return NULL;
}

uint32_t inventory_from(const struct smc_changer *c, uint16_t address)
{
	uint32_t lo = 0, hi = c->count;

	while (lo < hi) {
		const uint32_t mid = lo + (hi - lo) / 2;

		if (c->elements[mid].address < address)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Where the barcode's tag is, or would be. */
static uint32_t tag_place(const struct smc_changer *c, const char *barcode, bool *ret_found)
{
	uint32_t lo = 0, hi = c->tag_count;

	while (lo < hi) {
		const uint32_t mid = lo + (hi - lo) / 2;
		const int order = strcmp(c->tags[mid].barcode, barcode);

		if (!order) {
			*ret_found = true;
			return mid;
		}
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*ret_found = false;
	return lo;
}

/* There is room: no more tags than elements. */
static void tag_set(struct smc_changer *c, const char *barcode, uint16_t address)
{
	bool found;
	const uint32_t at = tag_place(c, barcode, &found);
	struct smc_tag *tag = &c->tags[at];

	if (!found) {
		memmove(tag + 1, tag, (c->tag_count++ - at) * sizeof(*tag));
		snprintf(tag->barcode, sizeof(tag->barcode), "%s", barcode);
	}
	tag->address = address;
}

static void tag_remove(struct smc_changer *c, const char *barcode)
{
	bool found;
	const uint32_t at = tag_place(c, barcode, &found);

	if (found)
		memmove(&c->tags[at], &c->tags[at + 1], (--c->tag_count - at) * sizeof(*c->tags));
}

struct smc_element *smc_element_with(struct smc_changer *c, const char *barcode)
{
	bool found;
	const uint32_t at = tag_place(c, barcode, &found);

	return found ? smc_element_at(c, c->tags[at].address) : NULL;
}

int smc_element_fill(struct smc_changer *c, struct smc_element *e, const char *barcode)
{
	bool found;

	if (!*barcode || strlen(barcode) > SMC_BARCODE_MAX)
		return -EINVAL;
	tag_place(c, barcode, &found);
	if (found || e->full)
		return -EEXIST;
	e->full = true;
	e->access = e->type != SMC_DRIVE;
	e->volume.kind = VOLUME_UNKNOWN;
	snprintf(e->barcode, sizeof(e->barcode), "%s", barcode);
	tag_set(c, barcode, e->address);
	if (c->robot->volume)
		c->robot->volume(c->robot_ctx, barcode, &e->volume);
	return 0;
}

/* The tag stays: it gets its new address when the cartridge has one. */
void inventory_lift(struct smc_element *e)
{
	e->full = e->has_source = false;
	e->access = true;
	e->source = 0;
	e->barcode[0] = '\0';
	e->volume.kind = VOLUME_UNKNOWN;
}

void inventory_take(struct smc_changer *c, struct smc_element *e)
{
	tag_remove(c, e->barcode);
	inventory_lift(e);
}

void inventory_restore(struct smc_changer *c, struct smc_element *e,
		       const struct smc_element *what)
{
	*e = *what;
	if (e->full)
		tag_set(c, e->barcode, e->address);
}

void inventory_place(struct smc_changer *c, struct smc_element *to,
		     const struct smc_element *was)
{
	const bool from_slot = was->type == SMC_SLOT || was->type == SMC_MAP;

	to->full = true;
	to->access = to->type != SMC_DRIVE;
	to->by_operator = false;
	to->has_source = from_slot || was->has_source;
	to->source = from_slot ? was->address : was->source;
	to->volume = was->volume;
	memcpy(to->barcode, was->barcode, sizeof(to->barcode));
	tag_set(c, to->barcode, to->address);
}

void smc_element_correct(struct smc_changer *c, struct smc_element *from, struct smc_element *to)
{
	const struct smc_element was = *from;

	inventory_lift(from);
	inventory_place(c, to, &was);
}

int inventory_save(struct smc_changer *c)
{
	return c->robot->save ? c->robot->save(c->robot_ctx) : 0;
}

/* The new slot is the last one; what lies above it moves up by one in memory, not in address. */
const char *smc_operator_add_slot(struct smc_changer *c, uint32_t *ret_number)
{
	const uint16_t address = (uint16_t)(c->model->first_slot + c->counts[SMC_SLOT]);
	uint32_t at = inventory_from(c, address);
	void *elements, *tags;

	if (c->model->first_slot + c->counts[SMC_SLOT] > UINT16_MAX || smc_element_at(c, address))
		return "there is no address left for a further slot";
	elements = realloc(c->elements, (c->count + 1) * sizeof(*c->elements));
	if (elements)
		c->elements = elements;
	tags = realloc(c->tags, (c->count + 1) * sizeof(*c->tags));
	if (tags)
		c->tags = tags;
	if (!elements || !tags)
		return "out of memory";
	memmove(&c->elements[at + 1], &c->elements[at], (c->count - at) * sizeof(*c->elements));
	reset_element(&c->elements[at], SMC_SLOT, address);
	for (enum smc_type t = SMC_PICKER; t < SMC_TYPES; t++)
		if (t != SMC_SLOT && c->first[t] >= at)
			c->first[t]++;
	if (!c->counts[SMC_SLOT]++)
		c->first[SMC_SLOT] = at;
	c->count++;
	*ret_number = c->counts[SMC_SLOT];
	if (inventory_save(c))
		smc_log(c, "the new slot %u could not be saved", *ret_number);
	scsi_attention_raise(&c->unit.lu, STS_UA_MODE_CHANGED);
	return NULL;
}

void smc_log(struct smc_changer *c, const char *format, ...)
{
	char text[200];
	va_list ap;

	if (!c->robot->log)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	c->robot->log(c->robot_ctx, text);
}
