// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/commands.h"

#include <string.h>

bool fuzz_command(struct fuzz_input *in, struct step *ret, unsigned int *ret_event)
{
	const uint8_t how = fuzz_byte(in), len = fuzz_byte(in);
	const uint8_t *bytes;
	size_t n;

	if (!in->n)
		return false;
	*ret = (struct step){ .what = "fuzz", .initiator = how & COMMAND_INITIATOR };
	ret->room = len ? len * 16u : SCRIPT_NO_ROOM;
	*ret_event = (how & COMMAND_EVENT) >> 4;
	n = fuzz_bytes(in, scsi_cdb_length(*in->p), &bytes);
	memcpy(ret->cdb, bytes, n < sizeof(ret->cdb) ? n : sizeof(ret->cdb));
	ret->out.n = (uint32_t)fuzz_bytes(in, how & 0x04 ? len : 0, &bytes);
	ret->out.p = (const char *)bytes;
	return true;
}

void fuzz_answered(const struct step *row, const struct script_answer *a)
{
	struct script_sense sense;

	fuzz_must(a->in_len <= (row->room == SCRIPT_NO_ROOM ? 0 : row->room), "no more than room");
	if (a->status == SAM_CHECK)
		fuzz_must(script_sense_parse(a->sense, a->sense_len, &sense), "sense data is such");
	else
		fuzz_must((a->status == SAM_GOOD || a->status == SAM_CONFLICT) && !a->sense_len,
			  "a status");
}
