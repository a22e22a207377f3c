// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/library.h"

static bool fails(unsigned int *countdown)
{
	return *countdown && !--*countdown;
}

static void give(struct fake_library *l, enum robot_rc rc)
{
	l->asked = ASKED_ROBOT;
	l->answer = rc;
	if (!l->later)
		fake_answer(l);
}

void fake_answer(void *ctx)
{
	struct fake_library *l = ctx;
	const bool hook = l->asked == ASKED_HOOK;

	if (l->asked == ASKED_NOTHING)
		return;
	l->asked = ASKED_NOTHING;
	if (hook)
		smc_hook_done(&l->c, l->answer == ROBOT_DONE);
	else
		smc_robot_done(&l->c, l->answer, l->answer == ROBOT_DONE ? "" : "told to fail");
}

static void load(void *ctx, uint32_t unit, const char *barcode)
{
	struct fake_library *l = ctx;
	char *drive = l->in_drive[unit - FAKE_FIRST_UNIT];

	l->loads++;
	if (fails(&l->fail_load)) {
		give(l, l->fail_as);
		return;
	}
	if (*drive) {
		give(l, ROBOT_FULL);
		return;
	}
	snprintf(drive, SMC_BARCODE_MAX + 1, "%s", barcode);
	give(l, ROBOT_DONE);
}

static void unload(void *ctx, uint32_t unit)
{
	struct fake_library *l = ctx;
	char *drive = l->in_drive[unit - FAKE_FIRST_UNIT];

	l->unloads++;
	if (fails(&l->fail_unload) || !*drive) {
		give(l, *drive ? l->fail_as : ROBOT_REFUSED);
		return;
	}
	*drive = '\0';
	give(l, ROBOT_DONE);
}

static bool hook(void *ctx, const struct smc_element *from, const struct smc_element *to)
{
	struct fake_library *l = ctx;

	(void)from;
	(void)to;
	if (!l->has_hook)
		return false;
	l->hooks++;
	l->asked = ASKED_HOOK;
	l->answer = l->hook_refuses ? ROBOT_REFUSED : ROBOT_DONE;
	if (!l->later)
		fake_answer(l);
	return true;
}

static int save(void *ctx)
{
	struct fake_library *l = ctx;

	l->saves++;
	return fails(&l->fail_save) ? -ENOSPC : 0;
}

static void volume(void *ctx, const char *barcode, struct volume_info *ret_info)
{
	(void)ctx;
	ret_info->kind = strncmp(barcode, "CLN", 3) ? VOLUME_DATA : VOLUME_CLEANING;
}

static void take_log(void *ctx, const char *text)
{
	struct fake_library *l = ctx;

	l->logs++;
	snprintf(l->last_log, sizeof(l->last_log), "%s", text);
}

static const struct robot_ops robot = { load, unload, hook, save, volume, take_log };

static void install_drives(struct fake_library *l)
{
	struct smc_element *e;

	for (uint32_t n = 1; n <= FAKE_DRIVES && (e = smc_element_nth(&l->c, SMC_DRIVE, n)); n++) {
		e->installed = true;
		e->unit = FAKE_FIRST_UNIT + n - 1;
		snprintf(e->vendor, sizeof(e->vendor), "IBM");
		snprintf(e->product, sizeof(e->product), "ULT3580-TD%d", n <= 2 ? 8 : 6);
		snprintf(e->serial, sizeof(e->serial), "XYZZY_A%u", n);
	}
}

void fake_library_make(struct fake_library *l, const char *vendor, const char *product,
		       const uint32_t counts[SMC_TYPES])
{
	struct spc_identity id = { .serial = "XYZZY_A" };
	char why[200] = "";

	*l = (struct fake_library){ .fail_as = ROBOT_REFUSED };
	snprintf(id.vendor, sizeof(id.vendor), "%s", vendor);
	snprintf(id.product, sizeof(id.product), "%s", product);
	if (smc_changer_init(&l->c, library_model_find(vendor, product), &id, &robot, l) ||
	    smc_changer_elements(&l->c, counts, why, sizeof(why))) {
		printf("not ok - library %s %s: %s\n", vendor, product, why);
		abort();
	}
	install_drives(l);
	l->script = (struct script){ .lu = &l->c.unit.lu, .ctx = l };
}

static void fill(struct fake_library *l, uint32_t slot, const char *format, unsigned int number)
{
	char barcode[SMC_BARCODE_MAX + 1];
	struct smc_element *e = smc_element_nth(&l->c, SMC_SLOT, slot);

	snprintf(barcode, sizeof(barcode), format, number);
	if (!e || smc_element_fill(&l->c, e, barcode))
		abort();
}

void fake_library_init(struct fake_library *l)
{
	static const uint32_t counts[SMC_TYPES] = {
		[SMC_PICKER] = 1, [SMC_SLOT] = 39, [SMC_MAP] = 4, [SMC_DRIVE] = 4,
	};

	fake_library_make(l, "STK", "L700", counts);
	for (unsigned int n = 1; n <= 20; n++)
		fill(l, n, "E010%02uL8", n);
	fill(l, 22, "CLN%uL8", 101);
	fill(l, 23, "CLN%uL6", 102);
	for (unsigned int n = 30; n <= 39; n++)
		fill(l, n, "F010%02uL6", n);
}

void fake_library_release(struct fake_library *l)
{
	static const struct step nothing[] = { { 0 } };

	script_run(&l->script, "", nothing);	/* lets go of the last answer */
	smc_changer_release(&l->c);
}

void fake_take_attention(struct fake_library *l, uint8_t initiator)
{
	while (scsi_attention_take(&l->c.unit.lu, initiator) != STS_GOOD)
		;
}

int fake_play(struct fake_library *l, const char *name, const struct step *rows)
{
	return script_run(&l->script, name, rows) + fake_check(l, name);
}

static const char *disagreement(struct fake_library *l, const struct smc_element *e)
{
	if (e->type == SMC_DRIVE && e->installed &&
	    strcmp(e->barcode, l->in_drive[e->unit - FAKE_FIRST_UNIT]))
		return "the drive holds something else";
	if (e->full != (e->barcode[0] != '\0'))
		return "full without a barcode, or the reverse";
	if (e->full && smc_element_with(&l->c, e->barcode) != e)
		return "its barcode is not found there";
	if (smc_element_at(&l->c, e->address) != e)
		return "its address is another's";
	return NULL;
}

int fake_check(struct fake_library *l, const char *when)
{
	uint32_t full = 0;

	for (uint32_t i = 0; i < l->c.count; i++) {
		const struct smc_element *e = &l->c.elements[i];
		const char *why = disagreement(l, e);

		full += e->full;
		if (!why)
			continue;
		printf("not ok - %s: element %u, \"%s\": %s\n", when, e->address, e->barcode, why);
		return 1;
	}
	if (full == l->c.tag_count)
		return 0;
	printf("not ok - %s: %u cartridges, %u barcodes\n", when, full, l->c.tag_count);
	return 1;
}
