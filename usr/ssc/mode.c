// SPDX-License-Identifier: GPL-2.0-only
/* The drive's part of MODE SENSE and MODE SELECT: SSC-5 8.5. */
#include <string.h>

#include "base/bytes.h"
#include "ssc/internal.h"

enum {
	BUFFERED = 0x10, WRITE_PROTECTED = 0x80, DENSITY_SAME = 0x7f,
	DCE = 0x80, WORMM = 0x01,
	WRITE_MODE = 0xf0, APPEND_ONLY = 0x10,
	PARTITION_FLAGS = 0xe0,		/* FDP, SDP, IDP */
	PSUM_EXPONENT = 0x18, POFM = 0x04,
};

#define PAGE(page, subpage) ((page) << 8 | (subpage))

static uint8_t density_of(const struct ssc_drive *d)
{
	if (d->cart)
		return cart_spec(d->cart)->density;
	return d->density ? d->density : d->model->density;
}

void ssc_mode_header(struct spc_unit *u, uint8_t *medium_type, uint8_t *specific,
		     uint8_t *descriptor)
{
	const struct ssc_drive *d = ssc_of_unit(u);

	*medium_type = 0;
	if (d->cart)
		*medium_type = cart_spec(d->cart)->type == CART_WORM_TAPE ? d->medium->type_worm :
			       d->medium->type_data;
	*specific = BUFFERED | (ssc_write_protected(d) ? WRITE_PROTECTED : 0);
	memset(descriptor, 0, 8);
	descriptor[0] = density_of(d);
	be_put(&descriptor[5], 3, d->block_length);
}

static void refresh_config(const struct ssc_drive *d, uint8_t *page)
{
	page[3] = d->cart ? (uint8_t)cart_position(d->cart).partition : 0;
	page[14] = d->settings.compression;
}

/* Sizes in units of the page; the remainder of a division is nobody's. */
static void refresh_partitions(const struct ssc_drive *d, uint8_t *page)
{
	uint64_t unit = 1000000;

	page[2] = (uint8_t)(ssc_partitions_max(d) - 1);
	if (d->partition_chosen) {
		memcpy(&page[3], &d->partition_page[3], sizeof(d->partition_page) - 3);
		return;
	}
	page[3] = d->cart ? (uint8_t)(cart_partitions(d->cart) - 1) : 0;
	page[4] = PSUM_EXPONENT | POFM;
	page[6] = 6;
	if (d->cart && cart_spec(d->cart)->capacity / unit >= 0xffff) {
		page[6] = 9;
		unit *= 1000;
	}
	for (uint32_t i = 0; i < CART_PARTITIONS; i++) {
		uint64_t size = 0;

		if (d->cart && i < cart_partitions(d->cart))
			size = cart_end_of(d->cart, i).capacity / unit;
		be_put(&page[8 + 2 * i], 2, size < 0xfffe ? (uint32_t)size : 0xfffe);
	}
}

void ssc_mode_refresh(struct spc_unit *u, const struct mode_page *row, uint8_t *page)
{
	const struct ssc_drive *d = ssc_of_unit(u);

	switch (PAGE(row->page, row->subpage)) {
	case PAGE(0x0f, 0):
		page[2] = (uint8_t)((page[2] & ~DCE) | (d->settings.compression ? DCE : 0));
		break;
	case PAGE(0x10, 0):
		refresh_config(d, page);
		break;
	case PAGE(0x11, 0):
		refresh_partitions(d, page);
		break;
	case PAGE(0x1d, 0):
		page[2] = d->cart && cart_spec(d->cart)->type == CART_WORM_TAPE ? WORMM : 0;
		break;
	}
}

static bool density_known(const struct ssc_drive *d, uint8_t density)
{
	if (!density || density == DENSITY_SAME || density == d->model->density)
		return true;
	for (const struct drive_medium *m = d->model->media; m->medium; m++) {
		const struct medium_model *medium = medium_model_find(m->medium);

		if (medium && medium->density == density)
			return true;
	}
	return false;
}

static enum sts select_descriptor(struct ssc_drive *d, struct scsi_cmd *cmd, const uint8_t *b,
				  uint16_t at, bool apply)
{
	const uint32_t length = be_get(&b[5], 3);

	if (!density_known(d, b[0]))
		return bad_param(cmd, at, 7);
	if (length > ssc_block_limit(d))
		return bad_param(cmd, (uint16_t)(at + 5), 7);
	if (!apply)
		return STS_GOOD;
	d->block_length = length;
	if (b[0] != DENSITY_SAME)
		d->density = b[0];
	return STS_GOOD;
}

/* Two pages have it, and neither keeps it: others hear of the change from here. */
static void set_compression(struct ssc_drive *d, const struct scsi_cmd *cmd, bool on)
{
	if (d->settings.compression != on)
		scsi_attention_raise_others(&d->unit.lu, cmd->initiator, STS_UA_MODE_CHANGED);
	d->settings.compression = on;
	ssc_apply_settings(d);
}

static enum sts select_compression(struct ssc_drive *d, struct scsi_cmd *cmd, const uint8_t *b,
				   uint16_t at, bool apply)
{
	if (be_get(&b[4], 4) > 1)		/* none, or the one there is */
		return bad_param(cmd, (uint16_t)(at + 4), 7);
	if (apply)
		set_compression(d, cmd, b[2] & DCE);
	return STS_GOOD;
}

static enum sts select_config(struct ssc_drive *d, struct scsi_cmd *cmd, const uint8_t *b,
			      uint16_t at, bool apply)
{
	if (b[14] > 1)
		return bad_param(cmd, (uint16_t)(at + 14), 7);
	if (apply)
		set_compression(d, cmd, b[14]);
	return STS_GOOD;
}

/* SSC-5 8.5.4: append-only mode ends with the medium, or at its beginning. */
static enum sts select_write_mode(struct ssc_drive *d, struct scsi_cmd *cmd, const uint8_t *b,
				  uint16_t at)
{
	const uint8_t *now = spc_mode_page(&d->unit, 0x10, 0x01);
	const bool append = (b[5] & WRITE_MODE) == APPEND_ONLY;

	if ((b[5] & WRITE_MODE) > APPEND_ONLY)
		return bad_param(cmd, (uint16_t)(at + 5), 7);
	if (!append && d->cart && (now[5] & WRITE_MODE) == APPEND_ONLY &&
	    !cart_position(d->cart).bop)
		return bad_param(cmd, (uint16_t)(at + 5), 7);
	return STS_GOOD;
}

/* A page that is as it was shown asks for nothing. */
static bool same_partitions(const struct ssc_drive *d, const uint8_t *b)
{
	uint8_t now[sizeof(d->partition_page)];

	memcpy(now, b, sizeof(now));
	refresh_partitions(d, now);
	return !memcmp(now, b, sizeof(now));
}

static enum sts select_partitions(struct ssc_drive *d, struct scsi_cmd *cmd, const uint8_t *b,
				  uint16_t at, bool apply)
{
	struct ssc_partitions plan;
	uint8_t bad;

	if (!(b[4] & PARTITION_FLAGS) && same_partitions(d, b))
		return STS_GOOD;
	if (!d->cart)
		return STS_NO_MEDIUM;
	bad = ssc_partitions_plan(b, cart_spec(d->cart)->capacity, ssc_partitions_max(d), &plan);
	if (bad)
		return bad_param(cmd, (uint16_t)(at + bad), 7);
	if (!apply)
		return STS_GOOD;
	memcpy(d->partition_page, b, sizeof(d->partition_page));
	d->partition_chosen = true;
	return STS_GOOD;
}

enum sts ssc_mode_select(struct spc_unit *u, struct scsi_cmd *cmd, const struct mode_page *row,
			 const uint8_t *bytes, uint16_t at, bool apply)
{
	struct ssc_drive *d = ssc_of_unit(u);

	if (!row)
		return select_descriptor(d, cmd, bytes, at, apply);
	switch (PAGE(row->page, row->subpage)) {
	case PAGE(0x0f, 0):
		return select_compression(d, cmd, bytes, at, apply);
	case PAGE(0x10, 0):
		return select_config(d, cmd, bytes, at, apply);
	case PAGE(0x10, 1):
		return select_write_mode(d, cmd, bytes, at);
	case PAGE(0x11, 0):
		return select_partitions(d, cmd, bytes, at, apply);
	}
	return STS_GOOD;
}
