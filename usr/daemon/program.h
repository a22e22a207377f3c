/* SPDX-License-Identifier: GPL-2.0-only */
/* The beginning and the end that vtltape and vtllibrary have in common. */
#ifndef VTL_DAEMON_PROGRAM_H
#define VTL_DAEMON_PROGRAM_H

#include "base/log.h"
#include "conf/conf.h"
#include "daemon/background.h"
#include "daemon/control.h"
#include "daemon/fifo.h"
#include "daemon/options.h"
#include "daemon/unit.h"
#include "daemon/worker.h"

struct program {
	const char *name;
	struct log log;
	struct options options;
	struct conf_site site;
	struct conf_devices *devices;
	struct background background;
	struct loop loop;
	struct loop_source signals;
	struct unit unit;
	struct worker worker;
	struct control control;
	struct fifo fifo;
};

/*
 * Each part returns 0 to go on, else the program's exit status plus 1 (PROGRAM_DONE: 0); one line
 * has said why.  first: options and configuration.
 */
enum { PROGRAM_DONE = 1 };
int program_first(struct program *p, const char *name, int argc, char **argv);
/*
 * Then: to the background if that is wanted, loop and signals, the unit's node, privileges; and the
 * threads, worker and control channel, which the caller has to give its received().
 */
int program_own(struct program *p, const struct conf_unit *conf, uint8_t type,
		const struct unit_model *model);
/* As unit_events.ready: tells whoever waits for it, systemd or the parent; or the loop ends. */
void program_ready(struct program *p, const char *names, const char *why);
/* One line for log level and change of it by vtlcmd. */
void program_set_verbose(struct log *log, bool given, uint64_t level, char *ret_text, size_t cap);
/* The end; the worker is stopped already.  Returns the exit status. */
int program_end(struct program *p, int status, bool clean);

#endif
