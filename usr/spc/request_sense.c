// SPDX-License-Identifier: GPL-2.0-only
/* REQUEST SENSE and REPORT LUNS (SPC-5). */
#include "base/bytes.h"
#include "spc/internal.h"

enum { DESC = 0x01, SELECT_WELL_KNOWN = 0x01, SELECT_ALL = 0x02 };

/*
 * Sense data went with the commands that they belong to.  What is left to tell are attentions,
 * oldest first, and then what TEST UNIT READY would say.
 */
enum sts spc_request_sense(struct scsi_cmd *cmd)
{
	struct spc_unit *u = spc_unit_of(cmd);
	enum sts sts = scsi_attention_take(cmd->lu, cmd->initiator);
	uint8_t sense[SENSE_MAX];

	if (sts == STS_GOOD && u->class->state)
		sts = u->class->state(u, cmd);
	scsi_reply(cmd, sense, scsi_sense_build(cmd, sts, cmd->cdb[1] & DESC, sense));
	return STS_GOOD;
}

/* For transports that do not answer it themselves: this unit, at LUN 0. */
enum sts spc_report_luns(struct scsi_cmd *cmd)
{
	const uint8_t select = cmd->cdb[2];
	uint8_t d[16] = { 0 };

	if (select > SELECT_ALL)
		return bad_cdb(cmd, 2, 7);
	if (select != SELECT_WELL_KNOWN)
		be_put(&d[0], 4, 8);
	scsi_reply(cmd, d, select == SELECT_WELL_KNOWN ? 8 : 16);
	return STS_GOOD;
}
