// SPDX-License-Identifier: GPL-2.0-only
/*
 * How cartridges come and go: by the robot or the operator (insert, eject), and by the host's LOAD
 * UNLOAD.  The loader works meanwhile; whoever asked is answered from ssc_loaded() or
 * ssc_unloaded().
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "ssc/internal.h"

enum {
	CLEANINGS_MAX = 50,
	ALERT_HARD_ERROR = 3, ALERT_MEDIA = 4, ALERT_CLEANING_MEDIA = 11, ALERT_FORMAT = 12,
	ALERT_DIRECTORY = 18, ALERT_CLEANING_EXPIRED = 22,
};

#define ALERT(flag) (1ull << ((flag) - 1))

static void answer_insert(struct ssc_drive *d, bool done, const char *why)
{
	if (!d->inserting)
		return;
	d->inserting = false;
	d->loader->inserted(d->loader, done, why);
}

static void answer_host(struct ssc_drive *d, enum sts sts)
{
	struct scsi_cmd *cmd = d->waiting;

	d->waiting = NULL;
	if (cmd)
		scsi_complete(cmd, sts);
}

static void load(struct ssc_drive *d)
{
	d->state = SSC_LOADING;
	d->refused[0] = '\0';
	d->unit.alerts &= ~(ALERT(ALERT_HARD_ERROR) | ALERT(ALERT_MEDIA) | ALERT(9) |
			    ALERT(ALERT_FORMAT) | ALERT(ALERT_DIRECTORY) |
			    ALERT(ALERT_CLEANING_EXPIRED));
	d->loader->load(d->loader, d->barcode);
}

static void put_away(struct ssc_drive *d, struct cart *cart)
{
	ssc_stream_end(d);
	d->state = SSC_UNLOADING;
	d->cart = NULL;
	d->medium = NULL;
	d->position_lost = false;
	d->loader->unload(d->loader, cart);
}

static void forget_cartridge(struct ssc_drive *d)
{
	d->state = SSC_EMPTY;
	d->barcode[0] = '\0';
	d->cleaning = false;
	d->unit.alerts &= ~ALERT(ALERT_CLEANING_MEDIA);
}

/* Cleaning cartridges fit all drives of their kind, whatever the generation. */
bool ssc_clean_fits(const struct ssc_drive *d, const struct medium_model *medium)
{
	for (const struct drive_medium *m = d->model->media; m->medium; m++) {
		const struct medium_model *mine = medium_model_find(m->medium);

		if (mine && !strcmp(mine->organization, medium->organization))
			return true;
	}
	return false;
}

static const char *why_not(struct ssc_drive *d, const struct cart_spec *spec,
			   const struct medium_model *medium)
{
	if (!medium)
		return "is of an unknown kind";
	if (spec->type == CART_CLEANING_TAPE)
		return ssc_clean_fits(d, medium) ? NULL : "does not clean this kind of drive";
	d->access = drive_model_access(d->model, spec->medium);
	return d->access == ACCESS_NONE ? "does not fit this kind of drive" : NULL;
}

/* Cleans at once, then pushes the cartridge out; the drive tells of it until it is taken away. */
static void clean(struct ssc_drive *d, struct cart *cart)
{
	d->cleaning = true;
	spc_alert(&d->unit, ALERT_CLEANING_MEDIA);
	if (cart_counters(cart)->cleanings >= CLEANINGS_MAX)
		spc_alert(&d->unit, ALERT_CLEANING_EXPIRED);
	else
		cart_count_cleaning(cart);
	answer_insert(d, true, "");
	put_away(d, cart);
}

static void make_ready(struct ssc_drive *d, struct cart *cart, const struct medium_model *medium)
{
	d->state = SSC_READY;
	d->cart = cart;
	d->medium = medium;
	d->position_lost = false;
	d->damage_told = cart_damaged(cart);
	d->warned = false;
	d->overwrite_allowed = false;
	d->partition_chosen = false;
	d->changed = false;
	d->density = 0;
	d->read_errors = 0;
	d->write_errors = 0;
	d->read_base = 0;
	d->written_base = 0;
	d->stored_read_base = 0;
	d->stored_written_base = 0;
	d->mounted_ms = spc_now(&d->unit);
	ssc_apply_settings(d);
}

/* True: it is ready; else it goes out again, or has gone. */
static bool take_in(struct ssc_drive *d, struct cart *cart, enum cart_rc rc)
{
	const struct cart_spec *spec = cart_spec(cart);
	const struct medium_model *medium = medium_model_find(spec->medium);
	const char *why = why_not(d, spec, medium);

	if (why) {
		spc_alert(&d->unit, ALERT_FORMAT);
		snprintf(d->refused, sizeof(d->refused), "%s (%s) %s", d->barcode, spec->medium,
			 why);
		d->loader->log(d->loader, d->refused);
		put_away(d, cart);
		return false;
	}
	if (spec->type == CART_CLEANING_TAPE) {
		clean(d, cart);
		return false;
	}
	if (rc == CART_DAMAGED) {
		spc_alert(&d->unit, ALERT_MEDIA);
		spc_alert(&d->unit, ALERT_DIRECTORY);
	}
	make_ready(d, cart, medium);
	return true;
}

void ssc_tell(struct ssc_drive *d, const char *why)
{
	char text[CART_BARCODE_MAX + 2 + CART_WHY_MAX];

	snprintf(text, sizeof(text), "%s: %s", d->barcode, why);
	d->loader->log(d->loader, text);
}

void ssc_loaded(struct ssc_drive *d, struct cart *cart, enum cart_rc rc, const char *why)
{
	assert(d->state == SSC_LOADING);
	if (why[0])
		ssc_tell(d, why);
	if (!cart) {
		d->state = SSC_MOUTH;
		if (d->inserting)
			forget_cartridge(d);
		answer_insert(d, false, why[0] ? why : "the cartridge cannot be loaded");
		answer_host(d, rc == CART_FOREIGN ? STS_UNKNOWN_FORMAT : STS_LOAD_FAILED);
		return;
	}
	if (!take_in(d, cart, rc))
		return;
	/* Also to who loads it: st takes this attention, and nothing else, for being at BOT. */
	scsi_attention_raise(&d->unit.lu, STS_UA_READY);
	answer_insert(d, true, "");
	answer_host(d, STS_GOOD);
}

static void host_has_unloaded(struct ssc_drive *d, enum cart_rc rc)
{
	enum sts sts = ssc_from_cart(rc);

	if (d->refused[0])
		sts = STS_INCOMPATIBLE;
	d->state = SSC_MOUTH;
	if (!d->ejecting)
		d->loader->host_unloaded(d->loader);
	answer_host(d, sts);
}

/* What a stream of this cartridge has lost, and nobody was told of in time. */
static enum cart_rc put_away_rc(struct ssc_drive *d, enum cart_rc rc)
{
	const enum cart_rc failed = d->stream.failed;

	if (d->cleaning || d->refused[0])
		return rc;
	d->stream.failed = CART_OK;
	return rc ? rc : failed;
}

void ssc_unloaded(struct ssc_drive *d, enum cart_rc rc)
{
	assert(d->state == SSC_UNLOADING);
	rc = put_away_rc(d, rc);
	if (rc) {
		spc_alert(&d->unit, ALERT_HARD_ERROR);
		d->loader->log(d->loader, "the cartridge could not be put away cleanly");
	}
	if (d->inserting) {
		forget_cartridge(d);
		answer_insert(d, false, d->refused);
		return;
	}
	host_has_unloaded(d, rc);
	if (!d->ejecting)
		return;
	d->ejecting = false;
	forget_cartridge(d);
	d->loader->ejected(d->loader, true, "");
}

void ssc_insert(struct ssc_drive *d, const char *barcode)
{
	const size_t len = strlen(barcode);

	if (d->state != SSC_EMPTY) {
		d->loader->inserted(d->loader, false, "there is a cartridge in the drive");
		return;
	}
	if (!len || len > CART_BARCODE_MAX) {
		d->loader->inserted(d->loader, false, "that is no barcode");
		return;
	}
	memcpy(d->barcode, barcode, len + 1);
	d->inserting = true;
	load(d);
}

static const char *why_no_eject(const struct ssc_drive *d)
{
	switch (d->state) {
	case SSC_EMPTY:
		return "there is no cartridge in the drive";
	case SSC_LOADING:
		return "the drive is loading";
	case SSC_READY:
		return spc_removal_prevented(&d->unit) ? "removal is prevented by the host" : NULL;
	case SSC_UNLOADING:
		return d->ejecting || d->inserting ? "the drive is ejecting" : NULL;
	case SSC_MOUTH:
		break;
	}
	return NULL;
}

void ssc_eject(struct ssc_drive *d)
{
	const char *why = why_no_eject(d);

	if (why) {
		d->loader->ejected(d->loader, false, why);
		return;
	}
	if (d->state == SSC_MOUTH) {
		forget_cartridge(d);
		d->loader->ejected(d->loader, true, "");
		return;
	}
	d->ejecting = true;
	if (d->state == SSC_READY)
		put_away(d, d->cart);
}

void ssc_drive_start(struct ssc_drive *d, bool unclean, const char *barcode, struct cart *cart)
{
	const size_t len = barcode ? strlen(barcode) : 0;

	scsi_attention_restart(&d->unit.lu, unclean ? STS_UA_INTERNAL_RESET : STS_UA_POWER_ON);
	d->state = SSC_EMPTY;
	if (!len || len > CART_BARCODE_MAX)
		return;
	memcpy(d->barcode, barcode, len + 1);
	d->state = SSC_MOUTH;
	if (!cart)
		return;
	if (cart_spec(cart)->type == CART_CLEANING_TAPE) {	/* it has cleaned before */
		d->cleaning = true;
		put_away(d, cart);
	} else if (take_in(d, cart, cart_damaged(cart) ? CART_DAMAGED : CART_OK)) {
		d->position_lost = unclean;
	}
}

/* A command that the loader is to finish; IMMED answers now. */
static enum sts begin(struct ssc_drive *d, struct scsi_cmd *cmd, bool immed)
{
	d->waiting = immed ? NULL : cmd;
	return immed ? STS_GOOD : STS_PENDING;
}

static enum sts host_load(struct scsi_cmd *cmd, struct ssc_drive *d, bool immed)
{
	enum sts sts;

	if (d->state == SSC_READY)
		return ssc_rewind(cmd);
	if (d->state != SSC_MOUTH)
		return ssc_ready(d);
	sts = begin(d, cmd, immed);
	d->cleaning = false;
	load(d);
	return sts;
}

static enum sts host_unload(struct scsi_cmd *cmd, struct ssc_drive *d, bool immed)
{
	enum sts sts;

	if (d->state == SSC_MOUTH)
		return STS_GOOD;
	if (d->state != SSC_READY)
		return ssc_ready(d);
	if (spc_removal_prevented(&d->unit))
		return STS_REMOVAL_PREVENTED;
	sts = begin(d, cmd, immed);
	put_away(d, d->cart);
	return sts;
}

/* SSC-5 7.2.  HOLD with LOAD leaves the cartridge where it is, off the deck. */
enum sts ssc_load_unload(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	const bool immed = cmd->cdb[1] & 0x01, in = cmd->cdb[4] & 0x01;
	const bool eot = cmd->cdb[4] & 0x04, hold = cmd->cdb[4] & 0x08;

	if (in && eot)
		return bad_cdb(cmd, 4, 2);
	if (in && hold && d->state == SSC_MOUTH)
		return STS_GOOD;
	return in ? host_load(cmd, d, immed) : host_unload(cmd, d, immed);
}
