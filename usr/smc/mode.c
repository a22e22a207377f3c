// SPDX-License-Identifier: GPL-2.0-only
/* What a changer adds to the pages that are common (SMC-3 7.3). */
#include "base/bytes.h"
#include "smc/inner.h"

enum { ELEMENT_ADDRESSES = 0x1d, RANGE = 4 /* bytes: first address, number */ };

/* Element address assignment page: where each type begins, and how many there are. */
static void mode_refresh(struct spc_unit *u, const struct mode_page *row, uint8_t *page)
{
	static const enum smc_type order[] = { SMC_PICKER, SMC_SLOT, SMC_MAP, SMC_DRIVE };
	const struct smc_changer *c = container_of(u, struct smc_changer, unit);
	const struct library_model *m = c->model;
	const uint16_t first[] = { m->first_picker, m->first_slot, m->first_map, m->first_drive };

	if (row->page != ELEMENT_ADDRESSES)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		be_put(&page[2 + i * RANGE], 2, first[i]);
		be_put(&page[4 + i * RANGE], 2, c->counts[order[i]]);
	}
}

static enum sts state(struct spc_unit *u, struct scsi_cmd *cmd)
{
	(void)cmd;
	return container_of(u, struct smc_changer, unit)->online ? STS_GOOD : STS_OFFLINE;
}

const struct spc_class smc_class = {
	.device_type = 0x08,
	.mode_refresh = mode_refresh,
	.state = state,
};
