// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/unit.h"

enum {
	OPEN_TRIES = 50, OPEN_WAIT_MS = 100,	/* for udev, which gives the node its group */
	LOOK_MS = 20,				/* whether a unit can be removed now */
	LIST_STEP = 16,
};

const struct unit_kernel unit_real_kernel = { &kernel_real_calls, NULL };

void unit_identity(const struct conf_unit *conf, struct spc_identity *ret)
{
	*ret = (struct spc_identity){ .has_naa = conf->has_naa };
	snprintf(ret->vendor, sizeof(ret->vendor), "%s", conf->vendor);
	snprintf(ret->product, sizeof(ret->product), "%s", conf->product);
	snprintf(ret->revision, sizeof(ret->revision), "%s", conf->revision);
	snprintf(ret->serial, sizeof(ret->serial), "%s", conf->serial);
	memcpy(ret->naa, conf->naa, sizeof(ret->naa));
}

static void put_padded(char *field, size_t width, const char *text)
{
	const size_t len = strnlen(text, width);

	memset(field, ' ', width);
	memcpy(field, text, len);
}

static bool has_page(const struct unit_model *m, enum vpd_kind kind)
{
	for (const struct vpd_page *p = m->vpd; p && p->kind != VPD_END; p++)
		if (p->kind == kind)
			return true;
	return false;
}

static void fill_identity(const struct conf_unit *conf, const struct unit_model *m,
			  struct vtl_identity *id)
{
	const char *revision = conf->revision[0] || !m->revision ? conf->revision : m->revision;

	id->version = m->inquiry->bytes[2];
	put_padded(id->vendor, sizeof(id->vendor), conf->vendor);
	put_padded(id->product, sizeof(id->product), conf->product);
	put_padded(id->revision, sizeof(id->revision), revision);
	if (has_page(m, VPD_SERIAL))
		memcpy(id->serial, conf->serial, strnlen(conf->serial, sizeof(id->serial)));
	if (conf->has_naa && has_page(m, VPD_IDENTIFIERS))
		memcpy(id->naa, conf->naa, sizeof(id->naa));
}

static int no_control(const struct log *log, int err)
{
	if (err == -ENOENT || err == -ENXIO || err == -ENODEV) {
		log_error(log, "the mhvtl module is not loaded: modprobe mhvtl");
		return UNIT_NO_MODULE;
	}
	if (err == -EPROTO)
		log_error(log, "the mhvtl module is of another version: unload it, install, and "
			  "modprobe mhvtl");
	else
		log_error(log, "%s: %s", KERNEL_CONTROL, strerror(-err));
	return UNIT_FAILED;
}

static bool same_place(const struct vtl_unit *is, const struct vtl_add_lu *want)
{
	return is->channel == want->channel && is->target == want->target &&
	       is->lun == want->lun && is->type == want->type;
}

/* A unit of that number is there: ours from before, or one that device.conf has moved since. */
static int add_again(struct kernel_control *c, struct vtl_add_lu *add)
{
	struct vtl_unit is;
	int err = kernel_unit_find(c, add->number, &is);

	if (err < 0 || same_place(&is, add))
		return err;
	err = kernel_unit_remove(c, add->number, 0);
	return err < 0 ? err : kernel_unit_add(c, add);
}

static int add_unit(struct unit *u, struct kernel_control *c, struct vtl_add_lu *add)
{
	struct vtl_unit is;
	int err = kernel_unit_add(c, add);

	if (err == -EEXIST)
		err = add_again(c, add);
	if (err >= 0)
		err = kernel_unit_find(c, add->number, &is);
	if (err == -EADDRINUSE)
		log_error(u->log, "channel %u target %u LUN %llu is another unit's", add->channel,
			  add->target, (unsigned long long)add->lun);
	else if (err == -EBUSY)
		log_error(u->log, "another daemon has this unit, at another address");
	else if (err == -ENOTEMPTY)
		log_error(u->log, "at its old address the unit keeps data that are not written: "
			  "start the daemon there once, which writes them, or lose them by "
			  "vtltape --remove-all --discard");
	else if (err < 0)
		log_error(u->log, "the module refuses the unit: %s", strerror(-err));
	if (err < 0)
		return err == -EBUSY ? UNIT_OWNED : UNIT_FAILED;
	u->max_transfer = is.max_transfer;
	u->place = (struct notify_place){
		.sysfs = "/sys", .dev = "/dev", .host = is.host, .channel = is.channel,
		.target = is.target, .lun = is.lun, .type = (uint8_t)is.type,
	};
	return 0;
}

static int register_unit(struct unit *u, const struct unit_kernel *k,
			 const struct conf_unit *conf, uint8_t type,
			 const struct unit_model *model)
{
	struct vtl_add_lu add = {
		.number = conf->id, .channel = conf->channel, .target = conf->target,
		.lun = conf->lun, .type = type,
	};
	struct kernel_control c;
	int err = kernel_control_open(&c, k->calls, k->ctx, KERNEL_CONTROL);

	if (err)
		return no_control(u->log, err);
	fill_identity(conf, model, &add.identity);
	err = add_unit(u, &c, &add);
	kernel_control_close(&c);
	return err;
}

static int open_node(struct unit *u, const struct unit_kernel *k)
{
	char path[32];
	int err;

	snprintf(path, sizeof(path), "/dev/mhvtl%u", u->number);
	for (int n = 0; n < OPEN_TRIES; n++) {
		err = kernel_open(&u->kernel, k->calls, k->ctx, path);
		if (err != -EACCES && err != -ENOENT)
			break;
		nanosleep(&(struct timespec){ .tv_nsec = OPEN_WAIT_MS * 1000000L }, NULL);
	}
	if (!err)
		return 0;
	if (err == -EBUSY)
		log_error(u->log, "another daemon runs this unit");
	else
		log_error(u->log, "%s: %s", path, strerror(-err));
	return err == -EBUSY ? UNIT_OWNED : UNIT_FAILED;
}

int unit_open(struct unit *u, const struct unit_kernel *k, const struct log *log,
	      struct loop *loop, const struct conf_unit *conf, uint8_t type,
	      const struct unit_model *model)
{
	int status;

	*u = (struct unit){ .log = log, .loop = loop, .number = conf->id, .kernel.base.fd = -1 };
	status = register_unit(u, k, conf, type, model);
	return status ? status : open_node(u, k);
}

static void command(void *ctx, struct scsi_cmd *cmd)
{
	const struct unit *u = ctx;

	if (u->events->comes)
		u->events->comes(u->ctx, cmd);
	scsi_dispatch(cmd);
}

static void unheard(void *ctx, const struct scsi_op *op)
{
	struct unit *u = ctx;

	log_info(u->log, "the host gave up on %s", op ? op->name : "a command");
	u->events->unheard(u->ctx, op);
}

/* Which command it was is not known: the worst is taken. */
static void late(void *ctx)
{
	struct unit *u = ctx;

	log_info(u->log, "the host gave up on a command just before its answer");
	u->events->unheard(u->ctx, NULL);
}

static void reset(void *ctx)
{
	struct unit *u = ctx;

	log_info(u->log, "reset by the host");
	u->events->reset(u->ctx);
}

static uint64_t on_file(void *ctx, uint64_t at_least)
{
	const struct unit *u = ctx;

	return u->events->on_file(u->ctx, at_least);
}

static int kept(void *ctx, const uint8_t *note, const uint8_t *data, uint32_t len)
{
	const struct unit *u = ctx;

	if (u->events->kept)
		return u->events->kept(u->ctx, note, data, len);
	log_error(u->log, "another kind of unit left %u bytes here that it answered: put it back "
		  "into device.conf and start it, or --remove-all --discard", (unsigned int)len);
	return -ECANCELED;
}

static const struct transport_client client = {
	command, unheard, late, reset, on_file, kept,
};
static const struct transport_client keeps_nothing = {
	command, unheard, late, reset, NULL, kept,
};

static const struct transport_client *client_of(const struct unit_events *events)
{
	return events->on_file ? &client : &keeps_nothing;
}

static void leave_loop(struct unit *u)
{
	if (u->transport->await)
		u->loop->sleep = NULL;
	else
		loop_remove(u->loop, &u->source);
	u->attached = false;
}

/* What serve() or await() returned. */
static void served(struct unit *u, int err)
{
	if (err >= 0)
		return;
	if (err != -ECANCELED)
		log_error(u->log, "%s", err == -ESHUTDOWN ?
			  "the unit was taken away from this daemon" : strerror(-err));
	leave_loop(u);
	loop_stop(u->loop, UNIT_FAILED);
}

void unit_serve(void *unit)
{
	struct unit *u = unit;

	served(u, u->transport->serve(u->transport));
}

static bool sleep_and_serve(void *unit, int epoll, int ms)
{
	struct unit *u = unit;
	const int ret = u->transport->await(u->transport, epoll, ms);

	served(u, ret);
	return ret > 0;
}

void unit_flush(void *unit)
{
	struct unit *u = unit;

	if (u->attached && u->transport->has_answers(u->transport))
		unit_serve(u);
}

static void after(void *unit)
{
	struct unit *u = unit;

	unit_flush(u);
	if (u->attached && u->events->seen_to)
		u->events->seen_to(u->ctx);
}

void unit_use(struct unit *u, struct transport *t, const struct unit_events *events, void *ctx)
{
	u->transport = t;
	u->events = events;
	u->ctx = ctx;
	t->client = client_of(events);
	t->ctx = u;
	u->source = (struct loop_source){ t->fd, unit_serve, u };
	u->loop->sleep_ctx = u;
	if (t->await)
		u->loop->sleep = sleep_and_serve;
	else
		loop_add(u->loop, &u->source);
	u->loop->after = after;
	u->loop->after_ctx = u;
	u->attached = true;
}

static void look_for_nodes(void *ctx)
{
	struct unit *u = ctx;
	char names[64];
	const char *missing = notify_missing_node(&u->place, names, sizeof(names));
	const unsigned int again = missing ? notify_again(&u->wait, loop_now_ms(), missing) : 0;

	if (again)
		loop_timer_start(u->loop, &u->look, again);
	else
		u->events->ready(u->ctx, names, missing);
}

int unit_attach(struct unit *u, struct lu *lu, const struct unit_events *events, void *ctx)
{
	const int last = kernel_attach(&u->kernel, lu, client_of(events), u);

	if (last < 0) {
		log_error(u->log, "the module refuses this daemon: %s", strerror(-last));
		return -1;
	}
	unit_use(u, &u->kernel.base, events, ctx);
	u->look = (struct loop_timer){ .due = look_for_nodes, .ctx = u };
	u->wait = (struct notify_wait){ .begin_ms = loop_now_ms() };
	loop_timer_start(u->loop, &u->look, 0);
	return last;
}

void unit_close(struct unit *u, bool clean)
{
	int err = 0;

	if (u->attached && clean)
		err = u->transport->detach(u->transport);
	if (err)
		log_warn(u->log, "did not leave the unit in good order: %s", strerror(-err));
	if (u->attached)
		leave_loop(u);
	loop_timer_stop(u->loop, &u->look);
	u->loop->after = NULL;
	if (u->kernel.calls)
		kernel_close(&u->kernel);
}

static int remove_when_free(struct kernel_control *c, uint32_t number, uint64_t until_ms)
{
	const struct timespec nap = { .tv_nsec = LOOK_MS * 1000000L };
	int err;

	while ((err = kernel_unit_remove(c, number, 0)) == -EBUSY && loop_now_ms() < until_ms)
		nanosleep(&nap, NULL);
	return err;
}

static int discard_unit(struct kernel_control *c, const struct log *log, uint32_t number)
{
	const int err = kernel_unit_remove(c, number, VTL_REMOVE_DISCARD);

	if (err >= 0)
		log_warn(log, "unit %u: data that were answered and not written are lost", number);
	return err;
}

static int remove_unit(struct kernel_control *c, const struct log *log, uint32_t number,
		       uint64_t until_ms, bool discard)
{
	int err = remove_when_free(c, number, until_ms);

	if (err == -ENOTEMPTY && discard)
		err = discard_unit(c, log, number);
	if (err == -ENOTEMPTY)
		log_error(log, "unit %u keeps data that were answered and not written: start its "
			  "daemon, which writes them, or lose them by --remove-all --discard",
			  number);
	else if (err < 0)
		log_error(log, "unit %u: %s", number, strerror(-err));
	return err;
}

int unit_remove_all(const struct unit_kernel *k, const struct log *log, unsigned int wait_s,
		    bool discard)
{
	const uint64_t until_ms = loop_now_ms() + wait_s * 1000ULL;
	struct vtl_unit units[LIST_STEP];
	struct kernel_control c;
	int n = kernel_control_open(&c, k->calls, k->ctx, KERNEL_CONTROL), status = 0;

	if (n == -ENOENT || n == -ENXIO || n == -ENODEV)
		return 0;		/* no module, no units */
	if (n < 0)
		return no_control(log, n);
	for (uint32_t first = 0; (n = kernel_unit_list(&c, first, units, LIST_STEP)) > 0;) {
		for (int i = 0; i < n; i++)
			if (remove_unit(&c, log, units[i].number, until_ms, discard) < 0)
				status = UNIT_FAILED;
		first = units[n - 1].number + 1;
	}
	kernel_control_close(&c);
	return n < 0 ? UNIT_FAILED : status;
}
