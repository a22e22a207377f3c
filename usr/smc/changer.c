// SPDX-License-Identifier: GPL-2.0-only
/* The unit: its beginning and end, its gates, and the commands that change nothing. */
#include <stdlib.h>
#include <string.h>

#include "smc/inner.h"

static enum sts gate_online(struct scsi_cmd *cmd, const struct scsi_op *op)
{
	return op->flags & OPF_ONLINE && !changer_of(cmd)->online ? STS_OFFLINE : STS_GOOD;
}

static scsi_gate *const smc_gates[] = { spc_gate_reservation, gate_online, NULL };

int smc_changer_init(struct smc_changer *c, const struct library_model *model,
		     const struct spc_identity *id, const struct robot_ops *robot, void *ctx)
{
	*c = (struct smc_changer){
		.model = model, .robot = robot, .robot_ctx = ctx, .online = true,
	};
	return spc_unit_init(&c->unit, &smc_class, smc_ops, smc_gates, &model->unit, id);
}

void smc_changer_release(struct smc_changer *c)
{
	smc_arm_release(c);
	free(c->elements);
	free(c->tags);
	c->elements = NULL;
	c->tags = NULL;
	c->count = c->tag_count = 0;
	memset(c->counts, 0, sizeof(c->counts));
	spc_unit_release(&c->unit);
}

/* What the arm holds it brings to its place; what it has not begun it forgets (SAM-5 6.3.3). */
void smc_reset(struct smc_changer *c)
{
	smc_arm_drop(c);
	spc_unit_reset(&c->unit, STS_UA_RESET);
}

void smc_drive_unloaded(struct smc_changer *c, uint32_t unit)
{
	struct smc_element *e;

	for (uint32_t n = 1; (e = smc_element_nth(c, SMC_DRIVE, n)); n++)
		if (e->installed && e->unit == unit)
			e->access = true;
}

enum sts smc_test_ready(struct scsi_cmd *cmd)
{
	(void)cmd;
	return STS_GOOD;
}

/* The inventory is always right; what an element was blamed for is looked at again. */
enum sts smc_initialize(struct scsi_cmd *cmd)
{
	struct smc_changer *c = changer_of(cmd);

	for (uint32_t i = 0; i < c->count; i++)
		c->elements[i].except = false;
	return STS_GOOD;
}
