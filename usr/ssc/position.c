// SPDX-License-Identifier: GPL-2.0-only
/* REWIND, SPACE, LOCATE, READ POSITION: SSC-5 6.6, 7.3, 7.7, 7.9. */
#include "base/bytes.h"
#include "ssc/internal.h"

/* IMMED is taken, and the answer comes when it is done: that is soon enough. */
enum sts ssc_rewind(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	const bool told = cart_read_only(d->cart);	/* of a sync that failed: once is enough */
	enum cart_rc rc = cart_sync(d->cart);

	if (rc && !told)
		return ssc_from_cart(rc);
	rc = cart_locate(d->cart, cart_position(d->cart).partition, 0);
	if (rc && rc != CART_EOD)	/* a blank partition */
		return ssc_from_cart(rc);
	d->position_lost = false;
	return STS_GOOD;
}

enum { SPACE_BLOCKS, SPACE_FILEMARKS, SPACE_SEQUENTIAL, SPACE_END };

static enum sts space_end(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	const enum cart_rc rc = cart_locate_end(d->cart, cart_position(d->cart).partition);

	if (rc && rc != CART_EOD)
		return ssc_from_cart(rc);
	d->position_lost = false;
	return STS_GOOD;
}

static enum sts space(struct scsi_cmd *cmd, uint8_t code, uint8_t code_bit, int64_t count)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	uint64_t left = 0;
	enum cart_rc rc;

	if (code > SPACE_END)
		return bad_cdb(cmd, 1, code_bit);
	if (code == SPACE_END)
		return space_end(cmd);
	if (d->position_lost)
		return STS_POSITION_LOST;
	if (!count)
		return STS_GOOD;
	if (code == SPACE_BLOCKS)
		rc = cart_space_blocks(d->cart, count, &left);
	else if (code == SPACE_FILEMARKS)
		rc = cart_space_filemarks(d->cart, count, &left);
	else
		rc = cart_space_sequential(d->cart, count, &left);
	return rc ? ssc_motion_end(cmd, rc, left) : STS_GOOD;
}

enum sts ssc_space_6(struct scsi_cmd *cmd)
{
	const uint32_t count = be_get(&cmd->cdb[2], 3);

	return space(cmd, cmd->cdb[1] & 0x07, 2,
		     count & 0x800000 ? (int64_t)count - 0x1000000 : (int64_t)count);
}

enum sts ssc_space_16(struct scsi_cmd *cmd)
{
	return space(cmd, cmd->cdb[1] & 0x0f, 3, (int64_t)be_get64(&cmd->cdb[4], 8));
}

enum { CHANGE_PARTITION = 0x02 };
enum { DEST_OBJECT, DEST_FILE, DEST_END = 3 };

/* The end of data is a place like others, if it is the one that was wanted. */
static bool reached(const struct cart *c, uint8_t dest, uint64_t to)
{
	const struct cart_pos pos = cart_position(c);

	return dest == DEST_END || (dest == DEST_FILE ? pos.filemarks : pos.object) == to;
}

/* partition_at: byte of the CDB that has it, if CP says so. */
static enum sts locate(struct scsi_cmd *cmd, uint8_t dest, uint64_t to, uint8_t partition_at)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	uint32_t partition = cart_position(d->cart).partition;
	enum cart_rc rc;

	if (cmd->cdb[1] & CHANGE_PARTITION)
		partition = cmd->cdb[partition_at];
	if (partition >= cart_partitions(d->cart))
		return bad_cdb(cmd, partition_at, 7);
	if (dest == DEST_OBJECT)
		rc = cart_locate(d->cart, partition, to);
	else if (dest == DEST_FILE)
		rc = cart_locate_file(d->cart, partition, to);
	else
		rc = cart_locate_end(d->cart, partition);
	if (rc == CART_OK || rc == CART_EOD)
		d->position_lost = false;
	if (rc == CART_EOD && reached(d->cart, dest, to))
		rc = CART_OK;
	return ssc_from_cart(rc);
}

/* BT: addresses are the same, device-specific or not; st(4) sets it. */
enum sts ssc_locate_10(struct scsi_cmd *cmd)
{
	return locate(cmd, DEST_OBJECT, be_get(&cmd->cdb[3], 4), 8);
}

enum sts ssc_locate_16(struct scsi_cmd *cmd)
{
	const uint8_t dest = cmd->cdb[1] >> 3 & 0x07;

	if (dest != DEST_OBJECT && dest != DEST_FILE && dest != DEST_END)
		return bad_cdb(cmd, 1, 5);
	return locate(cmd, dest, be_get64(&cmd->cdb[4], 8), 3);
}

enum { AT_BOP = 0x80, AT_EOP = 0x40, LOLU = 0x04, PERR = 0x02, BPEW = 0x01 };

static uint8_t flags_of(const struct ssc_drive *d, const struct cart_pos *pos)
{
	const enum cart_zone zone = cart_zone(d->cart);
	uint8_t flags = pos->object ? 0 : AT_BOP;

	if (zone == CART_EARLY_WARNING && pos->object)
		flags |= AT_EOP;
	if (zone != CART_ROOM && (d->model->caps & CAP_PROG_WARNING))
		flags |= BPEW;
	return d->position_lost ? LOLU : flags;
}

enum sts ssc_position_short(struct scsi_cmd *cmd)
{
	const struct ssc_drive *d = ssc_drive_of(cmd);
	const struct cart_pos pos = cart_position(d->cart);
	uint8_t p[20] = { flags_of(d, &pos), (uint8_t)pos.partition };

	if (pos.object > UINT32_MAX) {
		p[0] |= PERR;
	} else {
		be_put(&p[4], 4, (uint32_t)pos.object);
		be_put(&p[8], 4, (uint32_t)pos.object);
	}
	scsi_reply(cmd, p, sizeof(p));
	return STS_GOOD;
}

/* MPU and LONU, where the short form has LOLU. */
enum sts ssc_position_long(struct scsi_cmd *cmd)
{
	const struct ssc_drive *d = ssc_drive_of(cmd);
	const struct cart_pos pos = cart_position(d->cart);
	uint8_t p[32] = { flags_of(d, &pos) };

	if (d->position_lost)
		p[0] = 0x08 | 0x04;
	be_put(&p[4], 4, pos.partition);
	be_put64(&p[8], 8, pos.object);
	be_put64(&p[16], 8, pos.filemarks);
	scsi_reply(cmd, p, sizeof(p));
	return STS_GOOD;
}

enum sts ssc_position_extended(struct scsi_cmd *cmd)
{
	const struct ssc_drive *d = ssc_drive_of(cmd);
	const struct cart_pos pos = cart_position(d->cart);
	uint8_t p[32] = { flags_of(d, &pos), (uint8_t)pos.partition, 0, sizeof(p) - 4 };

	be_put64(&p[8], 8, pos.object);
	be_put64(&p[16], 8, pos.object);
	scsi_reply(cmd, p, sizeof(p));
	return STS_GOOD;
}
