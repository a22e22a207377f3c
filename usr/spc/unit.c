// SPDX-License-Identifier: GPL-2.0-only
/* The unit as such: from configuration and model rows to an object, and its resets. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/macros.h"
#include "spc/internal.h"

struct spc_unit *spc_unit_of(struct scsi_cmd *cmd)
{
	return container_of(cmd->lu, struct spc_unit, lu);
}

static uint64_t wall_clock(void *clock)
{
	struct timespec ts;

	(void)clock;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

uint64_t spc_now(const struct spc_unit *u)
{
	return u->now_ms(u->clock) + (uint64_t)u->timestamp_offset;
}

static void fall_back(char *dst, size_t size, const char *model)
{
	if (!*dst && model)
		snprintf(dst, size, "%s", model);
}

int spc_unit_init(struct spc_unit *u, const struct spc_class *class, const struct scsi_op *ops,
		  scsi_gate *const *gates, const struct unit_model *model,
		  const struct spc_identity *id)
{
	*u = (struct spc_unit){
		.lu = { .ops = ops, .gates = gates },
		.class = class,
		.model = model,
		.id = *id,
		.now_ms = wall_clock,
	};
	fall_back(u->id.vendor, sizeof(u->id.vendor), model->vendor);
	fall_back(u->id.product, sizeof(u->id.product), model->product);
	fall_back(u->id.revision, sizeof(u->id.revision), model->revision);
	u->modes.current = malloc(spc_modes_size(model) + 1);
	if (!u->modes.current)
		return -ENOMEM;
	spc_modes_restore(u);
	return 0;
}

void spc_unit_release(struct spc_unit *u)
{
	free(u->modes.current);
	u->modes.current = NULL;
}

/* SAM-5, logical unit reset.  Persistent reservations outlive it, a RESERVE does not. */
void spc_unit_reset(struct spc_unit *u, enum sts ua)
{
	scsi_attention_restart(&u->lu, ua);
	u->pr.reserved = false;
	spc_prevent_forget_all(u);
	spc_modes_restore(u);
	u->echo_len = 0;
}

void spc_alert(struct spc_unit *u, unsigned int flag)
{
	if (flag >= 1 && flag <= 64)
		u->alerts |= (uint64_t)1 << (flag - 1);
}
