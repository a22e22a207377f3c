// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "daemon/notify.h"
#include "daemon/privileges.h"
#include "daemon/program.h"

static int exits(int status)
{
	return status + 1;
}

static void warn(void *ctx, const char *message)
{
	log_warn(ctx, "%s", message);
}

static int load(struct program *p)
{
	struct conf_report report = { .warn = warn, .ctx = &p->log };
	int err = conf_load_site(p->options.config_dir, &p->site, &report);

	if (!err)
		err = conf_load_devices(p->site.dir, &p->devices, &report);
	if (err) {
		log_error(&p->log, "%s", report.error);
		return exits(UNIT_FAILED);
	}
	if (p->options.verbose < 0)
		p->log.verbose = p->site.verbose;
	return 0;
}

static int say_usage(const struct program *p)
{
	printf("usage: %s -q N [options]\n%s", p->name, options_help);
	return PROGRAM_DONE;
}

int program_first(struct program *p, const char *name, int argc, char **argv)
{
	char why[256];

	*p = (struct program){ .name = name, .background.parent = -1, .fifo.fd = -1 };
	if (options_parse(argc, argv, &p->options, why, sizeof(why))) {
		fprintf(stderr, "%s: %s; try --help\n", name, why);
		return exits(UNIT_FAILED);
	}
	if (p->options.help)
		return say_usage(p);
	if (p->options.version) {
		printf("%s %s\n", name, VTL_VERSION);
		return PROGRAM_DONE;
	}
	if (!p->options.has_unit && !p->options.remove_all) {
		fprintf(stderr, "%s: expected -q and a unit's number in device.conf; try --help\n",
			name);
		return exits(UNIT_FAILED);
	}
	log_init(&p->log, name, p->options.unit, p->options.verbose > 0 ? p->options.verbose : 0);
	if (p->options.remove_all)
		return exits(unit_remove_all(&unit_real_kernel, &p->log,
					     p->options.remove_wait_s, p->options.discard));
	return load(p);
}

static void signal_came(void *ctx)
{
	struct program *p = ctx;
	struct signalfd_siginfo s;

	if (read(p->signals.fd, &s, sizeof(s)) != sizeof(s))
		return;
	if (s.ssi_signo == SIGHUP) {
		log_info(&p->log, "SIGHUP: the configuration is read at start alone; restart me");
		return;
	}
	log_info(&p->log, "ends: %s", strsignal((int)s.ssi_signo));
	loop_stop(&p->loop, 0);
}

/* Blocked before there are threads, so that all of them have it so. */
static int start_signals(struct program *p)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	p->signals = (struct loop_source){
		signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), signal_came, p,
	};
	return p->signals.fd < 0 ? -errno : loop_add(&p->loop, &p->signals);
}

static int start_loop(struct program *p)
{
	int err = p->options.foreground ? 0 : background_start(&p->background);

	if (!err)
		err = loop_init(&p->loop);
	if (!err)
		err = start_signals(p);
	if (err)
		log_error(&p->log, "cannot start: %s", strerror(-err));
	return err ? exits(UNIT_FAILED) : 0;
}

static int own_unit(struct program *p, const struct conf_unit *conf, uint8_t type,
		    const struct unit_model *model)
{
	int status, err;

	status = unit_open(&p->unit, &unit_real_kernel, &p->log, &p->loop, conf, type, model);
	if (status)
		return exits(status);
	err = privileges_drop(PRIVILEGES_USER);
	if (err == -ENOENT)
		log_warn(&p->log, "goes on as root: there is no user " PRIVILEGES_USER);
	else if (err)
		log_error(&p->log, "cannot become user " PRIVILEGES_USER ": %s", strerror(-err));
	return err && err != -ENOENT ? exits(UNIT_FAILED) : 0;
}

static int start_threads(struct program *p, const struct conf_unit *conf)
{
	const char *fifo = p->options.fifo ? p->options.fifo : conf->fifo;
	int err = fifo_open(&p->fifo, conf->id, fifo);

	if (err)
		log_warn(&p->log, "fifo %s: %s", fifo,
			 err == -EEXIST ? "is no named pipe" : strerror(-err));
	err = worker_start(&p->worker, &p->loop);
	if (err) {
		log_error(&p->log, "cannot start a thread: %s", strerror(-err));
		return exits(UNIT_FAILED);
	}
	err = control_start(&p->control, conf->id, &p->loop, &p->log);
	if (err)
		log_error(&p->log, "message queue: %s", strerror(-err));
	return err ? exits(UNIT_FAILED) : 0;
}

int program_own(struct program *p, const struct conf_unit *conf, uint8_t type,
		const struct unit_model *model)
{
	int status = start_loop(p);

	if (!status)
		status = own_unit(p, conf, type, model);
	return status ? status : start_threads(p, conf);
}

void program_ready(struct program *p, const char *names, const char *why)
{
	if (why) {
		log_error(&p->log, "not ready in time: %s", why);
		loop_stop(&p->loop, UNIT_FAILED);
		return;
	}
	log_info(&p->log, "ready: %s", names);
	notify_systemd("READY=1");
	if (p->background.parent < 0)
		return;
	log_to_syslog(&p->log);
	background_ready(&p->background);
}

void program_set_verbose(struct log *log, bool given, uint64_t level, char *ret_text, size_t cap)
{
	if (given)
		log->verbose = (int)level;
	else
		log->verbose = log->verbose > 0 && log->verbose <= 3 ? log->verbose - 1 : 3;
	snprintf(ret_text, cap, "verbose %d", log->verbose);
}

int program_end(struct program *p, int status, bool clean)
{
	notify_systemd("STOPPING=1");
	unit_close(&p->unit, clean);
	control_stop(&p->control);
	fifo_close(&p->fifo);
	conf_free_devices(p->devices);
	if (p->signals.fd > 0)
		close(p->signals.fd);
	loop_release(&p->loop);
	return status;
}
