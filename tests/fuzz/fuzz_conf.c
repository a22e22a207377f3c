// SPDX-License-Identifier: GPL-2.0-only
/* A byte, then a file: device.conf, library_contents.10, its .persist, or mhvtl.conf. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "conf/conf.h"
#include "fuzz/fuzz.h"

static void hear(void *ctx, const char *message)
{
	*(size_t *)ctx += strlen(message);
}

static void devices(struct conf_report *report)
{
	struct conf_devices *d = NULL;

	if (conf_load_devices(fuzz_folder(), &d, report)) {
		fuzz_must(!d && *report->error, "there is a reason");
		return;
	}
	for (size_t i = 0; i < d->n_drives; i++) {
		const struct conf_drive *drive = &d->drives[i];

		fuzz_must(conf_find_drive(d, drive->unit.id) == drive, "ids are unique");
		fuzz_must(!drive->in_library ||
			  conf_drive_at(d, drive->library, drive->slot) == drive, "and slots");
	}
	for (size_t i = 0; i < d->n_libraries; i++)
		fuzz_must(conf_find_library(d, d->libraries[i].unit.id) == &d->libraries[i],
			  "ids are unique");
	conf_free_devices(d);
}

static void same(const struct conf_contents *a, const struct conf_contents *b)
{
	fuzz_must(a->n == b->n, "as many elements");
	for (size_t i = 0; i < a->n; i++) {
		const struct conf_element *x = &a->elements[i], *y = &b->elements[i];

		fuzz_must(x->kind == y->kind && x->number == y->number &&
			  !strcmp(x->barcode, y->barcode) && x->source == y->source,
			  "an inventory is kept");
	}
}

/* What was loaded is saved, and loaded the same. */
static void inventory(struct conf_report *report)
{
	struct conf_contents *a = NULL, *b = NULL;

	if (conf_load_inventory(fuzz_folder(), 10, true, &a, report)) {
		fuzz_must(!a && *report->error, "there is a reason");
		return;
	}
	fuzz_must(!conf_save_inventory(fuzz_folder(), 10, a), "an inventory is saved");
	fuzz_must(!conf_load_inventory(fuzz_folder(), 10, true, &b, report), report->error);
	same(a, b);
	conf_free_contents(a);
	conf_free_contents(b);
}

static void persist(const uint8_t *bytes, size_t n, struct conf_report *report)
{
	static const char base[] = "Drive 1:\nDrive 2:\nPicker 1:\nMAP 1:\n"
		"Slot 1: E01001L8\nSlot 2: E01002L8\nSlot 4:\n";

	fuzz_file("library_contents.10", base, sizeof(base) - 1);
	fuzz_file("library_contents.10.persist", bytes, n);
	inventory(report);
}

static void forget(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
	unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	size_t heard = 0;
	struct conf_report report = { .warn = hear, .ctx = &heard };
	struct conf_site site;

	switch (fuzz_byte(&in) % 4) {
	case 0:
		fuzz_file("device.conf", in.p, in.n);
		devices(&report);
		break;
	case 1:
		forget("library_contents.10.persist");
		fuzz_file("library_contents.10", in.p, in.n);
		inventory(&report);
		break;
	case 2:
		persist(in.p, in.n, &report);
		break;
	default:
		fuzz_file("mhvtl.conf", in.p, in.n);
		if (conf_load_site(fuzz_folder(), &site, &report))
			fuzz_must(*report.error, "there is a reason");
	}
	return 0;
}
