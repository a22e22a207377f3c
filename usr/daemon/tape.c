// SPDX-License-Identifier: GPL-2.0-only
/* The drive's life: what is in it when it begins, and where that goes when it ends. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cpus.h"
#include "daemon/tape.h"

static const enum cart_codec codecs[] = {
	[CONF_LZO] = CART_LZO, [CONF_ZLIB] = CART_ZLIB, [CONF_ZSTD] = CART_ZSTD,
};
static const enum cart_sync_mode sync_modes[] = {
	[CONF_SYNC_FILEMARK] = CART_SYNC_FILEMARK, [CONF_SYNC_UNLOAD] = CART_SYNC_UNLOAD,
	[CONF_SYNC_NONE] = CART_SYNC_NONE,
};

/* Its page of the index is written while the drive is idle, not before the next command. */
static void synced(void *ctx)
{
	const struct tape *t = ctx;

	if (t->drive.cart)
		cart_poll(t->drive.cart);
}

static void save_due(void *ctx)
{
	const struct tape *t = ctx;

	if (t->drive.cart)
		cart_save_soon(t->drive.cart);
}

/* The timer runs while there is something to save, and never else: an idle drive sleeps. */
void tape_seen_to(void *tape)
{
	struct tape *t = tape;
	const bool unsaved = t->drive.cart && cart_unsaved(t->drive.cart);

	if (unsaved && !t->save.armed)
		loop_timer_start(t->loop, &t->save, TAPE_SAVE_MS);
	else if (!unsaved && t->save.armed)
		loop_timer_stop(t->loop, &t->save);
}

static bool wants_thread(enum conf_thread when)
{
	return when == CONF_THREAD_ALWAYS || (when == CONF_THREAD_AUTO && cpus_usable() > 1);
}

void tape_equip(struct tape *t, struct cart *cart)
{
	const struct conf_drive *conf = t->conf;

	cart_set_background(cart, &t->syncer.base);
	cart_set_pool(cart, &t->crew.base);	/* without memory it works alone */
	cart_set_read_ahead(cart, (size_t)conf->read_ahead << 20,
			    wants_thread(conf->read_ahead_thread) ? &t->reader.base : NULL);
}

int tape_init(struct tape *t, const struct tape_parts *parts)
{
	const struct conf_unit *unit = &parts->conf->unit;
	const struct drive_model *model = drive_model_find(unit->vendor, unit->product);
	struct spc_identity id;
	int err;

	*t = (struct tape){
		.log = parts->log, .loop = parts->loop, .worker = parts->worker,
		.channel = parts->channel, .fifo = parts->fifo, .conf = parts->conf,
		.begin = parts->begin,
	};
	snprintf(t->home, sizeof(t->home), "%s", parts->home);
	t->save = (struct loop_timer){ .due = save_due, .ctx = t };
	err = cart_thread_init(&t->syncer, t->loop, synced, t);
	if (!err)
		err = cart_thread_init(&t->reader, t->loop, NULL, NULL);
	if (err)
		return err;
	crew_init(&t->crew, t->conf->compression_threads);
	pipeline_init(&t->pipeline, t->conf->write_behind == CONF_THREAD_ALWAYS);
	tape_loader_init(t);
	tape_delays_init(t);
	unit_identity(unit, &id);
	err = ssc_drive_init(&t->drive, model, &id, &t->loader);
	if (wants_thread(t->conf->write_behind))
		t->drive.stream.pipeline = &t->pipeline.base;
	t->drive.max_transfer = parts->max_transfer;
	t->drive.settings = (struct ssc_settings){
		.compression = parts->conf->compression,
		.compression_factor = parts->conf->compression_factor,
		.codec = codecs[parts->conf->compression_type],
		.sync = sync_modes[parts->conf->sync],
	};
	t->channel->received = tape_received;
	t->channel->ctx = t;
	return err;
}

static void asked_enough(void *ctx)
{
	struct tape *t = ctx;

	if (t->working)			/* a cartridge is being opened: its end comes here again */
		return;
	if (t->conf->in_library && !t->registered)
		log_info(t->log, "library %u does not answer: begins empty", t->conf->library);
	loop_timer_stop(t->loop, &t->patience);
	t->begin(t);
}

void tape_ask(struct tape *t)
{
	t->patience = (struct loop_timer){ .due = asked_enough, .ctx = t };
	loop_timer_start(t->loop, &t->patience, t->conf->in_library ? TAPE_WAIT_MS : 0);
	if (t->conf->in_library)
		t->channel->event(t->channel, t->conf->library, CTL_EVENT_HELLO);
}

void tape_first_opened(struct tape *t, enum cart_rc rc, const char *why)
{
	if (why[0])
		log_warn(t->log, "%s: %s", t->first_barcode, why);
	if (!t->first_cart) {
		t->first_barcode[0] = '\0';
		tape_answer(t, CTL_REFUSED, why[0] ? why : "it cannot be loaded");
	} else {
		tape_answer(t, CTL_DONE, "");
	}
	(void)rc;
	loop_timer_start(t->loop, &t->patience, TAPE_WAIT_MS);
}

void tape_start(struct tape *t, bool unclean)
{
	t->phase = TAPE_ATTACHED;
	ssc_drive_start(&t->drive, unclean, t->first_cart ? t->first_barcode : NULL,
			t->first_cart);
	t->first_cart = NULL;
	if (t->drive.position_lost)
		log_info(t->log, "%s: its position is lost with the last daemon: the host has to "
			 "rewind or position it", t->drive.barcode);
}

/* A command whose answer was lost has moved the tape, perhaps: then nobody knows where it is. */
void tape_unheard(void *tape, const struct scsi_op *op)
{
	struct tape *t = tape;

	if (!op || op->flags & (OPF_MOVES | OPF_POSITION))
		ssc_position_lost(&t->drive);
}

uint64_t tape_on_file(void *tape, uint64_t at_least)
{
	struct tape *t = tape;

	return ssc_stream_on_file(&t->drive, at_least);
}

void tape_reset(void *tape)
{
	struct tape *t = tape;

	tape_end_delays(t);
	ssc_reset(&t->drive);
}

bool tape_stop(struct tape *t)
{
	const bool at_beginning = ssc_at_beginning(&t->drive);
	enum cart_rc rc = CART_OK;
	struct cart *cart;

	tape_end_delays(t);
	cart = t->phase == TAPE_ASKING ? t->first_cart : t->drive.cart;
	t->phase = TAPE_ENDING;
	loop_timer_stop(t->loop, &t->patience);
	loop_timer_stop(t->loop, &t->save);
	tape_answer(t, CTL_REFUSED, "the daemon ends");
	if (cart)
		rc = cart_close(cart);
	if (rc)
		log_error(t->log, "the cartridge could not be put away clean; it is recovered "
			  "when it is loaded");
	t->first_cart = NULL;
	t->drive.cart = NULL;
	crew_rest(&t->crew);
	cart_folder_close(t->folder);
	t->folder = NULL;
	return !rc && at_beginning;
}

void tape_release(struct tape *t)
{
	pipeline_release(&t->pipeline);
	cart_thread_release(&t->syncer);
	cart_thread_release(&t->reader);
	ssc_drive_release(&t->drive);
}
