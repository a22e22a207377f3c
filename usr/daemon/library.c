// SPDX-License-Identifier: GPL-2.0-only
/* The library's life. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/library.h"
#include "daemon/unit.h"

int library_init(struct library *l, const struct library_parts *parts)
{
	const struct conf_unit *unit = &parts->conf->unit;
	struct spc_identity id;
	int err;

	*l = (struct library){
		.log = parts->log, .loop = parts->loop, .worker = parts->worker,
		.channel = parts->channel, .fifo = parts->fifo, .conf = parts->conf,
		.devices = parts->devices, .dir = parts->dir,
	};
	snprintf(l->home, sizeof(l->home), "%s", parts->home);
	unit_identity(unit, &id);
	err = smc_changer_init(&l->changer, library_model_find(unit->vendor, unit->product), &id,
			       &library_robot, l);
	if (err) {
		log_error(l->log, "cannot start: %s", strerror(-err));
		return err;
	}
	err = library_inventory_load(l);
	if (!err)
		err = library_inventory_save(l);	/* what cannot be saved cannot be moved */
	l->channel->received = library_received;
	l->channel->ctx = l;
	return err;
}

void library_greet_all(struct library *l)
{
	for (size_t i = 0; i < l->n_drives; i++)
		library_greet(l, &l->drives[i]);
}

void library_release(struct library *l)
{
	for (size_t i = 0; i < l->n_drives; i++)
		loop_timer_stop(l->loop, &l->drives[i].again);
	smc_changer_release(&l->changer);
	free(l->drives);
	l->drives = NULL;
	l->n_drives = 0;
}

/* The inventory shows what a move has done, answer or not. */
void library_unheard(void *library, const struct scsi_op *op)
{
	(void)library;
	(void)op;
}

void library_reset(void *library)
{
	struct library *l = library;

	smc_reset(&l->changer);
}
