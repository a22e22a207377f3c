// SPDX-License-Identifier: GPL-2.0-only
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/rig.h"

static struct rig *rig_of(struct ssc_loader *loader)
{
	return container_of(loader, struct rig, loader);
}

struct mem_io *rig_cartridge(struct rig *r, const char *barcode)
{
	for (int i = 0; i < RIG_SHELF; i++)
		if (r->shelf[i].io && !strcmp(r->shelf[i].barcode, barcode))
			return r->shelf[i].io;
	return NULL;
}

static void work_load(struct rig *r)
{
	struct mem_io *io = rig_cartridge(r, r->wanted);
	enum cart_rc rc = CART_NOT_FOUND;
	struct cart *cart = NULL;
	char why[CART_WHY_MAX] = "no such cartridge";

	if (io)
		rc = cart_open(&mem_cart_io, io, 0, "IBM     XYZZY_A1", r->now / 1000, &cart, why);
	ssc_loaded(&r->drive, cart, rc, why);
}

void rig_work(void *rig)
{
	struct rig *r = rig;
	const unsigned int busy = r->busy;

	r->busy = RIG_IDLE;
	if (busy == RIG_LOADS)
		work_load(r);
	else if (busy == RIG_UNLOADS)
		ssc_unloaded(&r->drive, cart_close(r->leaving));
}

static void load(struct ssc_loader *loader, const char *barcode)
{
	struct rig *r = rig_of(loader);

	assert(r->busy == RIG_IDLE);
	r->busy = RIG_LOADS;
	snprintf(r->wanted, sizeof(r->wanted), "%s", barcode);
	if (!r->hold)
		rig_work(r);
}

static void unload(struct ssc_loader *loader, struct cart *cart)
{
	struct rig *r = rig_of(loader);

	assert(r->busy == RIG_IDLE);
	r->busy = RIG_UNLOADS;
	r->leaving = cart;
	if (!r->hold)
		rig_work(r);
}

static void inserted(struct ssc_loader *loader, bool done, const char *why)
{
	struct rig *r = rig_of(loader);

	*(done ? &r->inserted : &r->refused) += 1;
	snprintf(r->why, sizeof(r->why), "%s", why);
}

static void ejected(struct ssc_loader *loader, bool done, const char *why)
{
	struct rig *r = rig_of(loader);

	*(done ? &r->ejected : &r->kept) += 1;
	snprintf(r->why, sizeof(r->why), "%s", why);
}

static void host_unloaded(struct ssc_loader *loader)
{
	rig_of(loader)->host_unloads++;
}

static void hear_log(struct ssc_loader *loader, const char *text)
{
	snprintf(rig_of(loader)->logged, CART_WHY_MAX, "%s", text);
}

static uint64_t clock_ms(void *clock)
{
	return *(uint64_t *)clock;
}

void rig_hear(struct rig *r)
{
	for (uint8_t initiator = 0; initiator < 3; initiator++)
		while (scsi_attention_take(&r->drive.unit.lu, initiator))
			;
}

void rig_init(struct rig *r, const char *product)
{
	const struct spc_identity id = { .serial = "XYZZY_A1" };

	memset(r, 0, sizeof(*r));
	r->loader = (struct ssc_loader){ load, unload, inserted, ejected, host_unloaded, hear_log };
	r->now = 1750000000000;
	if (ssc_drive_init(&r->drive, drive_model_find("", product), &id, &r->loader))
		abort();
	r->drive.unit.now_ms = clock_ms;
	r->drive.unit.clock = &r->now;
	r->script = (struct script){ .lu = &r->drive.unit.lu, .ctx = r };
	ssc_drive_start(&r->drive, false, NULL, NULL);
	rig_hear(r);
}

void rig_release(struct rig *r)
{
	r->hold = false;
	rig_work(r);
	cart_drop(r->drive.cart);
	ssc_drive_release(&r->drive);
	free(r->script.answer.in);
	for (int i = 0; i < RIG_SHELF; i++)
		mem_io_free(r->shelf[i].io);
}

struct mem_io *rig_make(struct rig *r, const char *barcode, const char *medium,
			enum cart_type type, uint64_t capacity)
{
	const struct medium_model *model = medium_model_find(medium);
	struct cart_spec spec = {
		.type = type, .density = model ? model->density : 0,
		.capacity = capacity ? capacity : 64 << 20,
	};
	int i = 0;

	while (r->shelf[i].io)
		i++;
	snprintf(spec.barcode, sizeof(spec.barcode), "%s", barcode);
	snprintf(spec.medium, sizeof(spec.medium), "%s", medium);
	snprintf(r->shelf[i].barcode, sizeof(r->shelf[i].barcode), "%s", barcode);
	r->shelf[i].io = mem_io_new();
	r->shelf[i].io->no_journal = true;
	if (cart_create(&mem_cart_io, r->shelf[i].io, &spec))
		rig_want(r, false, "a cartridge is made");
	return r->shelf[i].io;
}

void rig_insert(struct rig *r, const char *barcode)
{
	ssc_insert(&r->drive, barcode);
	rig_hear(r);
}

void rig_eject(struct rig *r)
{
	ssc_eject(&r->drive);
	rig_hear(r);
}

void rig_play(struct rig *r, const char *table, const struct step *rows)
{
	r->failed += script_run(&r->script, table, rows);
}

void rig_want(struct rig *r, bool ok, const char *what)
{
	printf("%sok - %s\n", ok ? "" : "not ", what);
	r->failed += !ok;
}

void rig_position_lost(void *rig)
{
	ssc_position_lost(&((struct rig *)rig)->drive);
}
