// SPDX-License-Identifier: GPL-2.0-only
/* The inventory and its file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/library.h"
#include "media/cart.h"
#include "media/io.h"

static const struct {
	enum smc_type type;
	enum conf_kind kind;
} kinds[] = {
	{ SMC_DRIVE, CONF_DRIVE }, { SMC_PICKER, CONF_PICKER },
	{ SMC_MAP, CONF_MAP }, { SMC_SLOT, CONF_SLOT },
};

static enum smc_type type_of(enum conf_kind kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].kind == kind)
			return kinds[i].type;
	return SMC_ANY;
}

static enum conf_kind kind_of(enum smc_type type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == type)
			return kinds[i].kind;
	return CONF_KINDS;
}

static uint16_t number_of(struct smc_changer *c, const struct smc_element *e)
{
	return (uint16_t)(e->address - smc_element_nth(c, e->type, 1)->address + 1);
}

static void set_kind(struct volume_info *info, enum cart_type type)
{
	switch (type) {
	case CART_DATA_TAPE:
	case CART_NULL_TAPE:
		info->kind = VOLUME_DATA;
		break;
	case CART_WORM_TAPE:
		info->kind = VOLUME_WORM;
		break;
	case CART_CLEANING_TAPE:
		info->kind = VOLUME_CLEANING;
		break;
	}
}

void library_volume(void *library, const char *barcode, struct volume_info *ret)
{
	struct library *l = library;
	char path[CONF_PATH_SIZE + SMC_BARCODE_MAX + 2], why[CART_WHY_MAX];
	struct cart_folder *folder;
	struct cart *cart = NULL;

	*ret = (struct volume_info){ .kind = VOLUME_UNKNOWN };
	snprintf(path, sizeof(path), "%s/%s", l->home, barcode);
	if (cart_folder_open(path, &folder))
		return;
	cart_open(&cart_file_io, folder, CART_LOOK, "", 0, &cart, why);
	if (cart)
		set_kind(ret, cart_spec(cart)->type);
	cart_drop(cart);
	cart_folder_close(folder);
}

/* The greatest slot number that device.conf gives a drive may be above the file's. */
static uint32_t drives_in(const struct library *l)
{
	uint32_t most = 0;

	for (size_t i = 0; i < l->devices->n_drives; i++) {
		const struct conf_drive *d = &l->devices->drives[i];

		if (d->in_library && d->library == l->conf->unit.id && d->slot > most)
			most = d->slot;
	}
	return most;
}

static int lay_out(struct library *l, const struct conf_contents *contents)
{
	uint32_t counts[SMC_TYPES] = { 0 };
	char why[256] = "";
	int err;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		counts[kinds[i].type] = (uint32_t)contents->count[kinds[i].kind];
	if (counts[SMC_DRIVE] < drives_in(l))
		counts[SMC_DRIVE] = drives_in(l);
	if (!counts[SMC_PICKER])
		counts[SMC_PICKER] = 1;
	err = smc_changer_elements(&l->changer, counts, why, sizeof(why));
	if (err)
		log_error(l->log, "library_contents.%u: %s", l->conf->unit.id, why);
	return err;
}

static int by_barcode(const void *a, const void *b)
{
	const struct conf_element *const *x = a, *const *y = b;

	return strcmp((*x)->barcode, (*y)->barcode);
}

/* The changer sorts what it holds: what comes in order is put at the end, and moves nothing. */
static const struct conf_element **full_ones(const struct conf_contents *contents, size_t *ret_n)
{
	const struct conf_element **full = calloc(contents->n + 1, sizeof(*full));
	size_t n = 0;

	for (size_t i = 0; full && i < contents->n; i++)
		if (contents->elements[i].barcode[0])
			full[n++] = &contents->elements[i];
	if (n)
		qsort(full, n, sizeof(*full), by_barcode);
	*ret_n = n;
	return full;
}

static int fill_one(struct library *l, const struct conf_element *from)
{
	struct smc_changer *c = &l->changer;
	struct smc_element *e = smc_element_nth(c, type_of(from->kind), from->number), *source;
	const int err = smc_element_fill(c, e, from->barcode);

	if (err) {
		log_error(l->log, "%s: cannot be in element %u: %s", from->barcode, e->address,
			  strerror(-err));
		return err;
	}
	e->by_operator = from->imported;
	source = from->source ? smc_element_nth(c, type_of(from->source_kind), from->source) : NULL;
	e->has_source = source;
	e->source = source ? source->address : 0;
	return 0;
}

static int fill(struct library *l, const struct conf_contents *contents)
{
	size_t n;
	const struct conf_element **full = full_ones(contents, &n);
	int err = full ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < n; i++)
		err = fill_one(l, full[i]);
	free(full);
	return err;
}

static void install_drives(struct library *l)
{
	for (size_t i = 0; i < l->devices->n_drives; i++) {
		const struct conf_drive *d = &l->devices->drives[i];
		struct smc_element *e;

		if (!d->in_library || d->library != l->conf->unit.id)
			continue;
		e = smc_element_nth(&l->changer, SMC_DRIVE, d->slot);
		e->installed = true;
		e->unit = d->unit.id;
		snprintf(e->vendor, sizeof(e->vendor), "%s", d->unit.vendor);
		snprintf(e->product, sizeof(e->product), "%s", d->unit.product);
		snprintf(e->serial, sizeof(e->serial), "%s", d->unit.serial);
		l->drives[l->n_drives++] = (struct library_drive){
			.library = l, .unit = d->unit.id, .address = e->address,
		};
	}
}

static void warn(void *ctx, const char *message)
{
	log_warn(ctx, "%s", message);
}

int library_inventory_load(struct library *l)
{
	struct conf_report report = { .warn = warn, .ctx = l->log };
	struct conf_contents *contents;
	int err = conf_load_inventory(l->dir, l->conf->unit.id, l->conf->persist, &contents,
				      &report);

	if (err) {
		log_error(l->log, "%s", report.error);
		return err;
	}
	l->checksum = contents->base;
	err = lay_out(l, contents);
	if (!err)
		err = fill(l, contents);
	conf_free_contents(contents);
	l->drives = err ? NULL : calloc(l->devices->n_drives + 1, sizeof(*l->drives));
	if (l->drives)
		install_drives(l);
	return err || l->drives ? err : -ENOMEM;
}

/* As much as there is room for; to is zero. */
static void copy_text(char *to, size_t size, const char *from)
{
	memcpy(to, from, strnlen(from, size - 1));
}

static void describe(struct library *l, struct smc_element *from, struct conf_element *to)
{
	const struct smc_element *source =
		from->has_source ? smc_element_at(&l->changer, from->source) : NULL;

	*to = (struct conf_element){
		.kind = kind_of(from->type), .number = number_of(&l->changer, from),
		.imported = from->full && from->by_operator,
	};
	if (from->full)
		copy_text(to->barcode, sizeof(to->barcode), from->barcode);
	copy_text(to->serial, sizeof(to->serial), from->serial);
	if (from->full && source) {
		to->source = number_of(&l->changer, source);
		to->source_kind = kind_of(source->type);
	}
}

int library_inventory_save(struct library *l)
{
	struct conf_contents contents = { .base = l->checksum };
	int err = -ENOMEM;

	contents.elements = calloc(l->changer.count + 1, sizeof(*contents.elements));
	if (!contents.elements)
		return err;
	for (enum conf_kind k = CONF_DRIVE; k < CONF_KINDS; k++) {
		struct smc_element *e;

		for (uint32_t n = 1; (e = smc_element_nth(&l->changer, type_of(k), n)); n++) {
			describe(l, e, &contents.elements[contents.n++]);
			contents.count[k]++;
		}
	}
	err = conf_save_inventory(l->dir, l->conf->unit.id, &contents);
	if (err)
		log_error(l->log, "%s/library_contents.%u.persist: %s", l->dir,
			  l->conf->unit.id, strerror(-err));
	free(contents.elements);
	return err;
}

static struct smc_element *free_slot(struct library *l, const struct smc_element *of)
{
	struct smc_element *e = of->has_source ? smc_element_at(&l->changer, of->source) : NULL;

	if (e && e->type == SMC_SLOT && !e->full)
		return e;
	for (uint32_t n = 1; (e = smc_element_nth(&l->changer, SMC_SLOT, n)); n++)
		if (!e->full)
			return e;
	return NULL;
}

void library_found_in(struct library *l, struct smc_element *drive, const char *barcode)
{
	struct smc_element *was = smc_element_with(&l->changer, barcode), *slot;

	if (was == drive)
		return;
	slot = drive->full ? free_slot(l, drive) : NULL;
	if (drive->full && !slot) {
		log_error(l->log, "drive %u says that it holds %s, the inventory %s: no slot is "
			  "free to put that right", drive->unit, barcode, drive->barcode);
		return;
	}
	if (slot) {
		log_warn(l->log, "%s is not in drive %u: now in element %u", drive->barcode,
			 drive->unit, slot->address);
		smc_element_correct(&l->changer, drive, slot);
	}
	log_warn(l->log, "%s is in drive %u", barcode, drive->unit);
	if (was)
		smc_element_correct(&l->changer, was, drive);
	else
		smc_element_fill(&l->changer, drive, barcode);
	scsi_attention_raise(&l->changer.unit.lu, STS_UA_READY);
	library_inventory_save(l);
}
