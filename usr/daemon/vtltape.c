// SPDX-License-Identifier: GPL-2.0-only
/* vtltape: the daemon of one tape drive. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "daemon/program.h"
#include "daemon/tape.h"

enum { TYPE_TAPE = 1, WORKER_MS = 800 };

struct vtltape {
	struct program p;
	struct tape tape;
};

static void ready(void *ctx, const char *names, const char *why)
{
	struct vtltape *v = container_of((struct tape *)ctx, struct vtltape, tape);

	program_ready(&v->p, names, why);
}

#define EVENTS \
	.unheard = tape_unheard, .reset = tape_reset, .ready = ready, .seen_to = tape_seen_to, \
	.comes = tape_comes, .kept = tape_kept
static const struct unit_events events = { EVENTS };
static const struct unit_events events_behind = { EVENTS, .on_file = tape_on_file };

static void begin(struct tape *t)
{
	struct vtltape *v = container_of(t, struct vtltape, tape);
	const int last = unit_attach(&v->p.unit, &t->drive.unit.lu,
				     t->drive.stream.pipeline ? &events_behind : &events, t);

	if (last < 0) {
		loop_stop(&v->p.loop, UNIT_FAILED);
		return;
	}
	tape_start(t, last == VTL_UNCLEAN);
	unit_serve(&v->p.unit);		/* what is kept, before another cartridge is loaded */
}

static int start(struct vtltape *v, const struct conf_drive *conf)
{
	struct tape_parts parts = {
		.log = &v->p.log, .loop = &v->p.loop, .worker = &v->p.worker,
		.channel = &v->p.control.channel, .fifo = &v->p.fifo, .conf = conf,
		.max_transfer = v->p.unit.max_transfer, .begin = begin,
	};
	char home[CONF_PATH_SIZE];
	int err = 0;

	if (conf->in_library)
		err = conf_library_home(v->p.devices, &v->p.site, conf->library, home);
	parts.home = conf->in_library ? home : v->p.site.home;
	if (!err)
		err = tape_init(&v->tape, &parts);
	if (err)
		log_error(&v->p.log, "cannot start: %s", strerror(-err));
	return err ? 1 + UNIT_FAILED : 0;
}

static int serve(struct vtltape *v)
{
	int status;
	bool clean;

	tape_ask(&v->tape);
	status = loop_run(&v->p.loop);
	if (!worker_stop(&v->p.worker, WORKER_MS)) {
		log_warn(&v->p.log, "ends in the middle of a cartridge: the disk is slow");
		_exit(UNIT_FAILED);
	}
	clean = tape_stop(&v->tape);
	status = program_end(&v->p, status, clean);
	tape_release(&v->tape);
	return status;
}

int main(int argc, char **argv)
{
	static const char name[] = "vtltape";
	struct vtltape *v = calloc(1, sizeof(*v));
	const struct conf_drive *conf;
	int status;

	if (!v)
		return UNIT_FAILED;
	status = program_first(&v->p, name, argc, argv);
	if (status)
		return status - 1;
	conf = conf_find_drive(v->p.devices, v->p.options.unit);
	if (!conf) {
		log_error(&v->p.log, "%s/device.conf has no drive %u", v->p.site.dir,
			  v->p.options.unit);
		return UNIT_FAILED;
	}
	status = program_own(&v->p, &conf->unit, TYPE_TAPE,
			     &drive_model_find(conf->unit.vendor, conf->unit.product)->unit);
	if (!status)
		status = start(v, conf);
	status = status ? status - 1 : serve(v);
	free(v);
	return status;
}
