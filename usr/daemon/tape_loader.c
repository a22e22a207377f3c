// SPDX-License-Identifier: GPL-2.0-only
/* Cartridges are opened and put away by the worker: it may take a while, and the disk may hang. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/macros.h"
#include "daemon/tape.h"

static struct tape *tape_of(struct ssc_loader *l)
{
	return container_of(l, struct tape, loader);
}

enum cart_rc tape_open_folder(const char *path, int flags, const char *owner,
			      struct cart_folder **ret_folder, struct cart **ret, char *why)
{
	const int err = cart_folder_open(path, ret_folder);
	enum cart_rc rc;

	*ret = NULL;
	if (err) {
		*ret_folder = NULL;
		snprintf(why, CART_WHY_MAX, "%.*s: %s", CART_WHY_MAX - 64, path,
			 err == -ENOENT ? "there is no such cartridge" : strerror(-err));
		return err == -ENOENT ? CART_NOT_FOUND : CART_READ_FAILED;
	}
	rc = cart_open(&cart_file_io, *ret_folder, flags, owner, (uint64_t)time(NULL), ret, why);
	if (*ret)
		return rc;
	cart_folder_close(*ret_folder);
	*ret_folder = NULL;
	return rc;
}

static void run(struct job *job, int cancel_fd)
{
	struct tape_job *j = container_of(job, struct tape_job, job);

	(void)cancel_fd;		/* nothing here can be cut short and be safe */
	if (!j->put) {
		j->rc = tape_open_folder(j->path, 0, j->owner, &j->folder, &j->cart, j->why);
		return;
	}
	j->rc = cart_close(j->cart);
	cart_folder_close(j->folder);
	j->cart = NULL;
	j->folder = NULL;
}

static void opened(struct tape *t, const struct tape_job *j)
{
	const bool by_host = !t->drive.inserting && j->cart;
	struct cart *cart = j->cart;
	char barcode[CART_BARCODE_MAX + 1], why[CART_WHY_MAX];

	t->folder = j->folder;
	if (cart)
		tape_equip(t, cart);
	if (t->phase == TAPE_ASKING) {
		t->first_cart = cart;
		tape_first_opened(t, j->rc, j->why);
		return;
	}
	/* The drive may give it back at once, and then the job is another one. */
	memcpy(barcode, t->drive.barcode, sizeof(barcode));
	memcpy(why, j->why, sizeof(why));
	ssc_loaded(&t->drive, cart, j->rc, why);
	if (by_host && t->drive.state == SSC_READY)
		tape_tell(t, CTL_EVENT_LOADED, barcode);
}

void tape_job_end(void *tape)
{
	struct tape *t = tape;
	const struct tape_job *j = &t->job;

	t->working = false;
	if (!j->put) {
		opened(t, j);
		return;
	}
	crew_rest(&t->crew);
	if (j->rc)
		log_error(t->log, "%s: could not be put away clean; it is recovered when it is "
			  "loaded", t->drive.barcode);
	ssc_unloaded(&t->drive, j->rc);
}

static void done(struct job *job)
{
	struct tape_job *j = container_of(job, struct tape_job, job);

	if (j->put && j->cart)		/* the worker has stopped before */
		run(job, -1);
	tape_hold_job(j->tape, j->put);
}

static void submit(struct tape *t)
{
	t->job.job = (struct job){ .run = run, .done = done };
	t->job.tape = t;
	t->job.rc = CART_READ_FAILED;	/* unless it is run */
	snprintf(t->job.why, sizeof(t->job.why), "%s", t->job.put ? "" : "the daemon ends");
	t->working = true;
	worker_submit(t->worker, &t->job.job);
}

void tape_open(struct tape *t, const char *barcode)
{
	struct tape_job *j = &t->job;

	j->put = false;
	j->cart = NULL;
	j->folder = NULL;
	snprintf(j->path, sizeof(j->path), "%s/%s", t->home, barcode);
	snprintf(j->owner, sizeof(j->owner), "%-8.8s%.32s", t->conf->unit.vendor,
		 t->conf->unit.serial);
	submit(t);
}

static void load(struct ssc_loader *l, const char *barcode)
{
	tape_open(tape_of(l), barcode);
}

static void unload(struct ssc_loader *l, struct cart *cart)
{
	struct tape *t = tape_of(l);

	t->job.put = true;
	t->job.cart = cart;
	t->job.folder = t->folder;
	t->folder = NULL;
	submit(t);
}

static void inserted(struct ssc_loader *l, bool done_, const char *why)
{
	struct tape *t = tape_of(l);

	if (done_) {
		log_info(t->log, "%s is loaded", t->drive.barcode);
		fifo_tell(t->fifo, "Loaded");
	}
	tape_answer(t, done_ ? CTL_DONE : CTL_REFUSED, why);
}

static void ejected(struct ssc_loader *l, bool done_, const char *why)
{
	struct tape *t = tape_of(l);
	const bool prevented = !done_ && spc_removal_prevented(&t->drive.unit);

	if (done_) {
		log_info(t->log, "the cartridge is out");
		fifo_tell(t->fifo, "Unloaded");
	}
	tape_answer(t, done_ ? CTL_DONE : prevented ? CTL_PREVENTED : CTL_REFUSED, why);
}

static void host_unloaded(struct ssc_loader *l)
{
	struct tape *t = tape_of(l);

	log_info(t->log, "%s is unloaded by its host", t->drive.barcode);
	tape_tell(t, CTL_EVENT_UNLOADED, t->drive.barcode);
}

static void say(struct ssc_loader *l, const char *text)
{
	log_warn(tape_of(l)->log, "%s", text);
}

void tape_loader_init(struct tape *t)
{
	t->loader = (struct ssc_loader){ load, unload, inserted, ejected, host_unloaded, say };
}
