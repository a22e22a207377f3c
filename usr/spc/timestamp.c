// SPDX-License-Identifier: GPL-2.0-only
/* REPORT and SET TIMESTAMP (SPC-5, timestamps): milliseconds since 1970. */
#include "base/bytes.h"
#include "spc/internal.h"

enum {
	ORIGIN_SET = 2, ORIGIN_OTHER = 3,	/* by this command; by the machine's own clock */
	LIST_LEN = 12, STAMP_AT = 4, STAMP_LEN = 6,
};

enum sts spc_report_timestamp(struct scsi_cmd *cmd)
{
	const struct spc_unit *u = spc_unit_of(cmd);
	uint8_t d[LIST_LEN] = { 0x00, LIST_LEN - 2 };

	d[2] = u->timestamp_origin ? u->timestamp_origin : ORIGIN_OTHER;
	be_put64(&d[STAMP_AT], STAMP_LEN, spc_now(u));
	scsi_reply(cmd, d, sizeof(d));
	return STS_GOOD;
}

enum sts spc_set_timestamp(struct scsi_cmd *cmd)
{
	struct spc_unit *u = spc_unit_of(cmd);

	if (!cmd->len)
		return STS_GOOD;
	if (cmd->len != LIST_LEN)
		return STS_LIST_LENGTH;
	u->timestamp_offset = (int64_t)(be_get64(&cmd->data[STAMP_AT], STAMP_LEN) -
					u->now_ms(u->clock));
	u->timestamp_origin = ORIGIN_SET;
	scsi_attention_raise_others(cmd->lu, cmd->initiator, STS_UA_TIMESTAMP);
	return STS_GOOD;
}
