// SPDX-License-Identifier: GPL-2.0-only
/* READ, WRITE, WRITE FILEMARKS, VERIFY: SSC-5 6.4, 6.13, 7.10. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "ssc/internal.h"

enum { FIXED = 0x01, SILI = 0x02, IMMED = 0x01 };
enum { ALERT_HARD_ERROR = 3, ALERT_READ = 5, ALERT_WRITE = 6 };

/* count blocks of size bytes; a variable one is one of the CDB's length. */
struct transfer {
	bool fixed, sili;
	uint32_t count, size;
};

/* room: bytes that the host really moves. */
static enum sts decode(struct scsi_cmd *cmd, struct transfer *t, uint32_t room)
{
	const struct ssc_drive *d = ssc_drive_of(cmd);
	const uint32_t length = be_get(&cmd->cdb[2], 3);

	t->fixed = cmd->cdb[1] & FIXED;
	t->sili = false;
	if (t->fixed && !d->block_length)
		return bad_cdb(cmd, 1, 0);
	t->size = t->fixed ? d->block_length : length;
	t->count = t->fixed ? length : length != 0;
	if (t->size > ssc_block_limit(d) || (uint64_t)t->count * t->size > room)
		return bad_cdb(cmd, 2, 7);
	return STS_GOOD;
}

/* INFORMATION: blocks that were not done, or bytes of the one (SSC-5 4.2.12). */
static int64_t residue(const struct transfer *t, uint32_t done)
{
	return t->fixed ? t->count - done : t->size;
}

static void note_read_error(struct ssc_drive *d, enum cart_rc rc)
{
	if (rc != CART_READ_FAILED && rc != CART_DAMAGED)
		return;
	d->read_errors++;
	spc_alert(&d->unit, ALERT_HARD_ERROR);
	spc_alert(&d->unit, ALERT_READ);
	if (rc == CART_DAMAGED && !d->damage_told)
		ssc_tell(d, cart_why_read_only(d->cart));
	d->damage_told |= rc == CART_DAMAGED;
}

enum sts ssc_motion_end(struct scsi_cmd *cmd, enum cart_rc rc, uint64_t left)
{
	struct ssc_drive *d = ssc_drive_of(cmd);

	note_read_error(d, rc);
	if (rc == CART_EOD && cart_zone(d->cart) == CART_EARLY_WARNING)
		cmd->extra.eom = true;
	return with_residue(cmd, ssc_from_cart(rc), (int64_t)left);
}

/* A block of another length than wanted: SSC-5 6.4, SILI. */
static enum sts wrong_length(struct scsi_cmd *cmd, const struct transfer *t, uint32_t done,
			     uint32_t got)
{
	const struct ssc_drive *d = ssc_drive_of(cmd);

	if (t->fixed)
		return with_residue(cmd, STS_BAD_LENGTH, residue(t, done));
	cmd->in_len += got < t->size ? got : t->size;
	if (t->sili && (got < t->size || !d->block_length))
		return STS_GOOD;
	return with_residue(cmd, STS_BAD_LENGTH, (int64_t)t->size - got);
}

enum sts ssc_read_6(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	struct transfer t;
	uint32_t got, done;
	enum cart_rc rc;
	enum sts sts;

	if ((cmd->cdb[1] & (FIXED | SILI)) == (FIXED | SILI))
		return bad_cdb(cmd, 1, 1);
	sts = decode(cmd, &t, cmd->len);
	if (sts)
		return sts;
	t.sili = cmd->cdb[1] & SILI;
	rc = cart_read_blocks(d->cart, cmd->data, t.size, t.count, &done, &got);
	cmd->in_len = done * t.size;
	if (rc)
		return ssc_motion_end(cmd, rc, (uint64_t)residue(&t, done));
	return done < t.count ? wrong_length(cmd, &t, done, got) : STS_GOOD;
}

/*
 * Append-only: only at the end of data, or where ALLOW OVERWRITE said; what is allowed is allowed
 * once.
 */
static enum sts check_append_only(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	const uint8_t *config = spc_mode_page(&d->unit, 0x10, 0x01);
	const struct cart_pos pos = cart_position(d->cart);

	if (!config || config[5] >> 4 != 0x01 || pos.eod)
		return STS_GOOD;
	if (d->overwrite_allowed && d->overwrite_at == pos.object) {
		d->overwrite_allowed = false;
		return STS_GOOD;
	}
	spc_alert(&d->unit, 9);
	return STS_WORM_OVERWRITE;
}

uint64_t ssc_warning_zone(const struct ssc_drive *d, uint64_t capacity)
{
	if (!(d->model->caps & CAP_EARLY_WARNING))
		return 0;
	return d->model->early_warning < capacity / 50 ? d->model->early_warning : capacity / 50;
}

/* PEWS counts in MB before early warning (SSC-5 8.5.4). */
static void set_warning(struct ssc_drive *d)
{
	const uint8_t *config = spc_mode_page(&d->unit, 0x10, 0x01);
	const uint32_t partition = cart_position(d->cart).partition;
	const uint64_t warning = ssc_warning_zone(d, cart_end_of(d->cart, partition).capacity);
	const uint64_t pews = config ? be_get(&config[6], 2) * 1000000ull : 0;

	cart_set_warning(d->cart, warning, pews ? warning + pews : 0);
}

enum sts ssc_prepare_write(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	const enum sts sts = check_append_only(cmd);
	enum cart_rc rc;

	if (sts)
		return sts;
	set_warning(d);
	if (cart_zone(d->cart) == CART_ROOM)
		d->warned = false;
	if (d->changed)
		return STS_GOOD;
	rc = cart_set_change_reference(d->cart, cart_counters(d->cart)->change_reference + 1);
	d->changed = rc == CART_OK;
	return ssc_from_cart(rc);
}

enum sts ssc_warning(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);

	switch (cart_zone(d->cart)) {
	case CART_ROOM:
		d->warned = false;
		return STS_GOOD;
	case CART_PROGRAMMABLE_WARNING:
		if (d->warned)
			return STS_GOOD;
		d->warned = true;
		return with_residue(cmd, STS_PROG_EARLY_WARNING, 0);
	case CART_EARLY_WARNING:
		d->warned = true;
		return with_residue(cmd, STS_EARLY_WARNING, 0);
	}
	return STS_GOOD;
}

void ssc_note_write_error(struct ssc_drive *d)
{
	d->write_errors++;
	spc_alert(&d->unit, ALERT_HARD_ERROR);
	spc_alert(&d->unit, ALERT_WRITE);
}

static enum sts write_failed(struct scsi_cmd *cmd, enum cart_rc rc, int64_t left)
{
	if (rc == CART_WRITE_FAILED || rc == CART_DAMAGED)
		ssc_note_write_error(ssc_drive_of(cmd));
	return with_residue(cmd, ssc_from_cart(rc), left);
}

enum sts ssc_write_6(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	enum cart_rc rc;
	struct transfer t;
	uint32_t done;
	enum sts sts = decode(cmd, &t, cmd->len);

	if (sts || !t.count)
		return sts;
	if (ssc_stream_write(cmd, t.size, t.count))
		return STS_GOOD;
	sts = ssc_deferred_error(cmd);
	if (sts == STS_GOOD)
		sts = ssc_prepare_write(cmd);
	if (sts)
		return sts;
	if (cmd->may_keep && ssc_stream_begin(d, t.size, t.count) &&
	    ssc_stream_write(cmd, t.size, t.count))
		return STS_GOOD;
	rc = cart_write_blocks(d->cart, cmd->data, t.size, t.count, &done);
	if (rc)
		return write_failed(cmd, rc, residue(&t, done));
	return ssc_warning(cmd);
}

/* Filemarks go beyond the end of the tape, so that a host can close what it wrote. */
enum sts ssc_write_filemarks_6(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	const uint32_t count = be_get(&cmd->cdb[2], 3);
	const enum sts sts = count ? ssc_prepare_write(cmd) : STS_GOOD;
	enum cart_rc rc;

	if (sts)
		return sts;
	rc = cart_write_filemarks(d->cart, count, cmd->cdb[1] & IMMED);
	if (rc)
		return write_failed(cmd, rc, count);
	return count ? ssc_warning(cmd) : STS_GOOD;
}

enum { BYTCMP = 0x02, VBF = 0x08 };

/* buf: NULL, or a block's worth to compare in. */
static enum sts verify_blocks(struct scsi_cmd *cmd, const struct transfer *t, uint8_t *buf)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	uint32_t got;

	for (uint32_t done = 0; done < t->count; done++) {
		const enum cart_rc rc = cart_read(d->cart, buf, buf ? t->size : 0, &got);

		if (rc)
			return ssc_motion_end(cmd, rc, (uint64_t)residue(t, done));
		if (got != t->size)
			return with_residue(cmd, STS_BAD_LENGTH, t->fixed ? residue(t, done) :
					    (int64_t)t->size - got);
		if (buf && memcmp(buf, cmd->data + (size_t)done * t->size, got))
			return with_residue(cmd, STS_MISCOMPARE, residue(t, done));
	}
	return STS_GOOD;
}

static enum sts verify_filemarks(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	uint64_t left;
	enum cart_rc rc;

	rc = cart_space_filemarks(d->cart, be_get(&cmd->cdb[2], 3), &left);
	return rc ? ssc_motion_end(cmd, rc, left) : STS_GOOD;
}

/* Data comes with BYTCMP alone; the rest reads and checks what the cartridge itself vouches for. */
enum sts ssc_verify_6(struct scsi_cmd *cmd)
{
	const bool compare = cmd->cdb[1] & BYTCMP, marks = cmd->cdb[1] & VBF;
	struct transfer t;
	uint8_t *buf = NULL;
	enum sts sts;

	if (marks)
		return compare || cmd->cdb[1] & FIXED ? bad_cdb(cmd, 1, 3) : verify_filemarks(cmd);
	sts = decode(cmd, &t, compare ? cmd->len : UINT32_MAX);
	if (sts || !t.count)
		return sts;
	if (compare) {
		buf = malloc(t.size);
		if (!buf)
			return STS_NO_MEMORY;
	}
	sts = verify_blocks(cmd, &t, buf);
	free(buf);
	return sts;
}
