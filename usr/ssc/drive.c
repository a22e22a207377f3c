// SPDX-License-Identifier: GPL-2.0-only
/* The drive as an object: its making, its gates, and what a tape's events mean to a host. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "ssc/internal.h"

struct ssc_drive *ssc_of_unit(struct spc_unit *u)
{
	return container_of(u, struct ssc_drive, unit);
}

struct ssc_drive *ssc_drive_of(struct scsi_cmd *cmd)
{
	return ssc_of_unit(spc_unit_of(cmd));
}

enum sts ssc_from_cart(enum cart_rc rc)
{
	switch (rc) {
	case CART_OK:           return STS_GOOD;
	case CART_FILEMARK:     return STS_FILEMARK;
	case CART_EOD:          return STS_EOD;
	case CART_BOP:          return STS_BOP;
	case CART_FULL:         return STS_VOLUME_OVERFLOW;
	case CART_READ_FAILED:  return STS_READ_ERROR;
	case CART_WRITE_FAILED: return STS_WRITE_ERROR;
	case CART_DAMAGED:      return STS_FORMAT_CORRUPT;
	case CART_READ_ONLY:    return STS_WRITE_PROTECT;
	case CART_WORM:         return STS_WORM_OVERWRITE;
	case CART_NO_MEMORY:    return STS_NO_MEMORY;
	case CART_NOT_FOUND:    return STS_BAD_CDB;
	case CART_BUSY:         return STS_LOAD_FAILED;
	case CART_FOREIGN:      return STS_UNKNOWN_FORMAT;
	case CART_INVALID:      return STS_BAD_CDB;
	}
	return STS_FORMAT_CORRUPT;
}

enum sts ssc_ready(const struct ssc_drive *d)
{
	switch (d->state) {
	case SSC_READY:
		return STS_GOOD;
	case SSC_EMPTY:
		return STS_NO_MEDIUM;
	case SSC_MOUTH:
		return d->cleaning ? STS_CLEANING_TAPE : STS_NO_MEDIUM;
	case SSC_LOADING:
	case SSC_UNLOADING:
		return d->cleaning ? STS_CLEANING_TAPE : STS_BECOMING_READY;
	}
	return STS_NOT_READY;
}

/* SWP of the device configuration page; the cartridge's tab, or damage; a generation to be read. */
bool ssc_write_protected(const struct ssc_drive *d)
{
	const uint8_t *config = spc_mode_page(&d->unit, 0x10, 0x00);

	if (config && (config[10] & 0x04))
		return true;
	return d->cart && (cart_read_only(d->cart) || d->access != ACCESS_WRITE);
}

void ssc_apply_settings(struct ssc_drive *d)
{
	const struct ssc_settings *s = &d->settings;
	const enum cart_codec codec = s->compression ? s->codec : CART_RAW;

	if (!d->cart)
		return;
	cart_set_sync(d->cart, s->sync);
	if (cart_set_compression(d->cart, codec, s->compression_factor ? s->compression_factor : 1))
		d->loader->log(d->loader, "no memory to compress: blocks are stored as they come");
}

void ssc_set_codec(struct ssc_drive *d, enum cart_codec codec)
{
	d->settings.codec = codec;
	ssc_apply_settings(d);
}

static enum sts gate_medium(struct scsi_cmd *cmd, const struct scsi_op *op)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	enum sts sts = op->flags & OPF_MEDIUM ? ssc_ready(d) : STS_GOOD;

	if (d->stream.open)		/* a WRITE as the one before it */
		return STS_GOOD;
	if (sts == STS_GOOD && (op->flags & OPF_MEDIUM))
		sts = ssc_deferred_error(cmd);
	if (sts)
		return sts;
	if (d->position_lost && (op->flags & OPF_MOVES) && !(op->flags & OPF_POSITION))
		return STS_POSITION_LOST;
	if (!(op->flags & OPF_WRITE) || !ssc_write_protected(d))
		return STS_GOOD;
	spc_alert(&d->unit, 9);		/* write protect */
	return STS_WRITE_PROTECT;
}

static scsi_gate *const gates[] = { ssc_stream_gate, spc_gate_reservation, gate_medium, NULL };

static enum sts state_of(struct spc_unit *u, struct scsi_cmd *cmd)
{
	(void)cmd;
	return ssc_ready(ssc_of_unit(u));
}

static const struct spc_class tape_class = {
	.device_type = 0x01,
	.block_descriptor = true,
	.mode_header = ssc_mode_header,
	.mode_refresh = ssc_mode_refresh,
	.mode_select = ssc_mode_select,
	.log_page = ssc_log_page,
	.log_reset = ssc_log_reset,
	.state = state_of,
};

int ssc_drive_init(struct ssc_drive *d, const struct drive_model *model,
		   const struct spc_identity *id, struct ssc_loader *loader)
{
	int err;

	memset(d, 0, sizeof(*d));
	d->model = model;
	d->loader = loader;
	d->max_transfer = CART_BLOCK_MAX;
	d->ops = ssc_ops_make(model->caps);
	if (!d->ops)
		return -ENOMEM;
	err = spc_unit_init(&d->unit, &tape_class, d->ops, gates, &model->unit, id);
	if (err) {
		free(d->ops);
		d->ops = NULL;
	}
	return err;
}

void ssc_drive_release(struct ssc_drive *d)
{
	spc_unit_release(&d->unit);
	free(d->ops);
	d->ops = NULL;
}

void ssc_position_lost(struct ssc_drive *d)
{
	ssc_stream_end(d);
	d->position_lost = d->state == SSC_READY;
}

bool ssc_at_beginning(const struct ssc_drive *d)
{
	struct cart_pos at;

	if (d->state != SSC_READY)
		return true;
	at = cart_position(d->cart);
	return !d->position_lost && !at.partition && !at.object;
}

void ssc_reset(struct ssc_drive *d)
{
	ssc_stream_end(d);
	spc_unit_reset(&d->unit, STS_UA_RESET);
	d->block_length = 0;
	d->density = 0;
	d->overwrite_allowed = false;
	d->partition_chosen = false;
}

enum sts ssc_test_unit_ready(struct scsi_cmd *cmd)
{
	return ssc_ready(ssc_drive_of(cmd));
}

uint32_t ssc_block_limit(const struct ssc_drive *d)
{
	return d->max_transfer < d->model->max_block ? d->max_transfer : d->model->max_block;
}
