// SPDX-License-Identifier: GPL-2.0-only
/* vtllibrary: the daemon of one medium changer. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "daemon/library.h"
#include "daemon/program.h"

enum { TYPE_CHANGER = 8, WORKER_MS = 800 };

struct vtllibrary {
	struct program p;
	struct library library;
};

static void ready(void *ctx, const char *names, const char *why)
{
	struct vtllibrary *v = container_of((struct library *)ctx, struct vtllibrary, library);

	program_ready(&v->p, names, why);
}

static const struct unit_events events = {
	.unheard = library_unheard, .reset = library_reset, .ready = ready,
};

static int start(struct vtllibrary *v, const struct conf_library *conf)
{
	struct library_parts parts = {
		.log = &v->p.log, .loop = &v->p.loop, .worker = &v->p.worker,
		.channel = &v->p.control.channel, .fifo = &v->p.fifo, .conf = conf,
		.devices = v->p.devices, .dir = v->p.site.dir,
	};
	char home[CONF_PATH_SIZE];
	int last;

	if (conf_library_home(v->p.devices, &v->p.site, conf->unit.id, home)) {
		log_error(&v->p.log, "the name of its home directory is too long");
		return 1 + UNIT_FAILED;
	}
	parts.home = home;
	if (library_init(&v->library, &parts))
		return 1 + UNIT_FAILED;
	last = unit_attach(&v->p.unit, &v->library.changer.unit.lu, &events, &v->library);
	if (last < 0)
		return 1 + UNIT_FAILED;
	/* New to all, or back after a crash that lost nothing but the attention (SAM-5 5.14). */
	scsi_attention_restart(&v->library.changer.unit.lu,
			       last == VTL_UNCLEAN ? STS_UA_INTERNAL_RESET : STS_UA_POWER_ON);
	library_greet_all(&v->library);
	return 0;
}

static int serve(struct vtllibrary *v)
{
	int status = loop_run(&v->p.loop);

	if (!worker_stop(&v->p.worker, WORKER_MS))
		_exit(UNIT_FAILED);
	status = program_end(&v->p, status, !v->library.changer.move);
	library_release(&v->library);
	return status;
}

int main(int argc, char **argv)
{
	static const char name[] = "vtllibrary";
	struct vtllibrary *v = calloc(1, sizeof(*v));
	const struct conf_library *conf;
	int status;

	if (!v)
		return UNIT_FAILED;
	status = program_first(&v->p, name, argc, argv);
	if (status)
		return status - 1;
	conf = conf_find_library(v->p.devices, v->p.options.unit);
	if (!conf) {
		log_error(&v->p.log, "%s/device.conf has no library %u", v->p.site.dir,
			  v->p.options.unit);
		return UNIT_FAILED;
	}
	status = program_own(&v->p, &conf->unit, TYPE_CHANGER,
			     &library_model_find(conf->unit.vendor, conf->unit.product)->unit);
	if (!status)
		status = start(v, conf);
	status = status ? status - 1 : serve(v);
	free(v);
	return status;
}
