// SPDX-License-Identifier: GPL-2.0-only
/* Any command with any data to a drive, and what happens to it in between. */
#include "fake/rig.h"
#include "fuzz/commands.h"

static void happen(struct rig *r, unsigned int event)
{
	switch (event) {
	case 1:
		ssc_reset(&r->drive);
		break;
	case 2:
		ssc_eject(&r->drive);
		break;
	case 3:
		ssc_position_lost(&r->drive);
		break;
	case 4:
		ssc_insert(&r->drive, "W01001LY");
		break;
	case 5:
		ssc_insert(&r->drive, "CLN101L8");
		break;
	case 6:
		ssc_insert(&r->drive, "E01001L8");
		break;
	case 7:
		rig_hear(r);
		break;
	default:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	unsigned int event;
	struct step row;
	struct rig r;

	rig_init(&r, fuzz_byte(&in) % 2 ? "T10000B" : "ULT3580-TD8");
	rig_make(&r, "E01001L8", "LTO8", CART_DATA_TAPE, 1 << 20);
	rig_make(&r, "W01001LY", "LTO8", CART_WORM_TAPE, 1 << 20);
	rig_make(&r, "CLN101L8", "LTO8", CART_CLEANING_TAPE, 1 << 20);
	rig_insert(&r, "E01001L8");
	for (int i = 0; i < COMMANDS_MAX && fuzz_command(&in, &row, &event); i++) {
		happen(&r, event);
		/* A count of filemarks in the millions takes its time, and finds nothing. */
		if (row.cdb[0] == 0x10 || row.cdb[0] == 0x80)
			row.cdb[2] = row.cdb[12] = row.cdb[13] = 0;
		fuzz_must(script_send(&r.script, &row), "an answer comes");
		fuzz_answered(&row, &r.script.answer);
		fuzz_must((r.drive.state == SSC_READY) == (r.drive.cart != NULL), "ready or empty");
	}
	rig_release(&r);
	return 0;
}
