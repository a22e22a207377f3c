// SPDX-License-Identifier: GPL-2.0-only
/* READ and WRITE BUFFER (SPC-5, those commands): the echo buffer, and the truth about others. */
#include <string.h>

#include "base/bytes.h"
#include "spc/internal.h"

enum { MODE_DESCRIPTOR = 0x03, MODE_ECHO = 0x0a, MODE_ECHO_DESCRIPTOR = 0x0b };

/* Mode specific bits, buffer ID and offset: nothing here has any. */
static enum sts check_form(struct scsi_cmd *cmd)
{
	if (cmd->cdb[1] & 0xe0)
		return bad_cdb(cmd, 1, 7);
	if (cmd->cdb[2])
		return bad_cdb(cmd, 2, 7);
	return be_get(&cmd->cdb[3], 3) ? bad_cdb(cmd, 3, 7) : STS_GOOD;
}

static enum sts echo(struct scsi_cmd *cmd)
{
	const struct spc_unit *u = spc_unit_of(cmd);

	if (!u->echo_len)
		return STS_BAD_SEQUENCE;	/* nothing was written */
	scsi_reply(cmd, u->echo, u->echo_len);
	return STS_GOOD;
}

/* Not one buffer for each initiator (EBOS 0), capacity, no data buffer besides. */
static enum sts descriptor(struct scsi_cmd *cmd, uint32_t capacity)
{
	uint8_t d[4] = { 0 };

	be_put(&d[2], 2, capacity);
	scsi_reply(cmd, d, sizeof(d));
	return STS_GOOD;
}

enum sts spc_read_buffer(struct scsi_cmd *cmd)
{
	const enum sts sts = check_form(cmd);

	if (sts != STS_GOOD)
		return sts;
	switch (cmd->cdb[1] & 0x1f) {
	case MODE_DESCRIPTOR:		return descriptor(cmd, 0);
	case MODE_ECHO:			return echo(cmd);
	case MODE_ECHO_DESCRIPTOR:	return descriptor(cmd, SPC_ECHO_MAX);
	default:			return bad_cdb(cmd, 1, 4);
	}
}

enum sts spc_write_buffer(struct scsi_cmd *cmd)
{
	struct spc_unit *u = spc_unit_of(cmd);
	const enum sts sts = check_form(cmd);

	if (sts != STS_GOOD)
		return sts;
	if ((cmd->cdb[1] & 0x1f) != MODE_ECHO)
		return bad_cdb(cmd, 1, 4);
	if (cmd->len > SPC_ECHO_MAX)
		return bad_cdb(cmd, 6, 7);
	if (cmd->len)
		memcpy(u->echo, cmd->data, cmd->len);
	u->echo_len = (uint16_t)cmd->len;
	return STS_GOOD;
}
