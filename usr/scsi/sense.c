// SPDX-License-Identifier: GPL-2.0-only
/* The one place that turns an outcome into sense data (SPC-5 4.4). */
#include <string.h>

#include "base/bytes.h"
#include "scsi/cmd.h"
#include "scsi/sts.h"

enum {
	FIXED_LEN = 18, HEADER_LEN = 8,
	KEY = 0x0f, FLAGS = 0xe0, EOM = 0x40,
	KEY_NOT_READY = 0x02, KEY_ILLEGAL_REQUEST = 0x05,
	SKSV = 0x80, IN_CDB = 0x40, BPV = 0x08, VALID = 0x80,
};

static uint8_t byte2_of(const struct scsi_cmd *cmd, enum sts sts)
{
	return scsi_sts_rows[sts].byte2 | (cmd->extra.eom ? EOM : 0);
}

/* Sense key specific data; false: there are none. */
static bool put_specific(const struct scsi_cmd *cmd, uint8_t key, uint8_t *p)
{
	if (key == KEY_ILLEGAL_REQUEST && cmd->extra.has_field) {
		p[0] = (uint8_t)(SKSV | (cmd->extra.in_list ? 0 : IN_CDB) | BPV |
				 (cmd->extra.bit & 0x07));
		be_put(&p[1], 2, cmd->extra.byte);
		return true;
	}
	if ((key == KEY_NOT_READY || key == 0) && cmd->extra.progress) {
		p[0] = SKSV;
		be_put(&p[1], 2, cmd->extra.progress);
		return true;
	}
	return false;
}

/* What does not fit into four bytes is not valid there. */
static bool fits_fixed(int64_t info)
{
	return info >= INT32_MIN && info <= UINT32_MAX;
}

static uint8_t build_fixed(const struct scsi_cmd *cmd, enum sts sts, uint8_t *s)
{
	const uint8_t byte2 = byte2_of(cmd, sts);

	s[0] = cmd->extra.deferred ? 0x71 : 0x70;
	s[2] = byte2;
	if (cmd->extra.has_info && fits_fixed(cmd->extra.info)) {
		s[0] |= VALID;
		be_put(&s[3], 4, (uint32_t)cmd->extra.info);
	}
	s[7] = FIXED_LEN - 8;
	be_put(&s[12], 2, scsi_sts_rows[sts].asc);
	put_specific(cmd, byte2 & KEY, &s[15]);
	return FIXED_LEN;
}

static uint8_t *put_information(const struct scsi_cmd *cmd, uint8_t *d)
{
	const uint64_t info = (uint64_t)cmd->extra.info;

	d[0] = 0x00;
	d[1] = 0x0a;
	d[2] = VALID;
	be_put(&d[4], 4, (uint32_t)(info >> 32));
	be_put(&d[8], 4, (uint32_t)info);
	return d + 12;
}

static uint8_t build_descriptors(const struct scsi_cmd *cmd, enum sts sts, uint8_t *s)
{
	const uint8_t byte2 = byte2_of(cmd, sts);
	uint8_t *d = s + HEADER_LEN;

	s[0] = cmd->extra.deferred ? 0x73 : 0x72;
	s[1] = byte2 & KEY;
	be_put(&s[2], 2, scsi_sts_rows[sts].asc);
	if (cmd->extra.has_info)
		d = put_information(cmd, d);
	if (put_specific(cmd, byte2 & KEY, &d[4])) {
		d[0] = 0x02;
		d[1] = 0x06;
		d += 8;
	}
	if (byte2 & FLAGS) {			/* stream commands descriptor */
		d[0] = 0x04;
		d[1] = 0x02;
		d[3] = byte2 & FLAGS;
		d += 4;
	}
	s[7] = (uint8_t)(d - s - HEADER_LEN);
	return (uint8_t)(d - s);
}

uint8_t scsi_sense_build(const struct scsi_cmd *cmd, enum sts sts, bool descriptor, uint8_t *buf)
{
	memset(buf, 0, SENSE_MAX);
	return descriptor ? build_descriptors(cmd, sts, buf) : build_fixed(cmd, sts, buf);
}
