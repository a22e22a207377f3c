// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drives are greeted when the library starts, and when they say hello: what is in the drive?  Then
 * it is given what the inventory says that it holds, and told that this library is its own.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/library.h"

enum { TRIES = 6, BUSY_MS = 1000 };

enum drive_says library_state_parse(const char *text, const char **ret_barcode)
{
	static const char loaded[] = "loaded ", unloaded[] = "unloaded ";

	*ret_barcode = "";
	if (!strncmp(text, loaded, sizeof(loaded) - 1)) {
		*ret_barcode = text + sizeof(loaded) - 1;
		return DRIVE_LOADED;
	}
	if (!strncmp(text, unloaded, sizeof(unloaded) - 1)) {
		*ret_barcode = text + sizeof(unloaded) - 1;
		return DRIVE_UNLOADED;
	}
	return DRIVE_EMPTY;
}

struct library_drive *library_drive_of(struct library *l, uint32_t unit)
{
	for (size_t i = 0; i < l->n_drives; i++)
		if (l->drives[i].unit == unit)
			return &l->drives[i];
	return NULL;
}

static struct smc_element *element_of(struct library_drive *d)
{
	return smc_element_at(&d->library->changer, d->address);
}

static void ask(struct library_drive *d, enum greeting greeting, const char *text,
		unsigned int ms)
{
	struct library *l = d->library;

	d->greeting = greeting;
	l->channel->request(l->channel, &d->x, d->unit, text, ms);
}

/* The arm is at work: what is where is just changing. */
static bool arm_busy(const struct library *l)
{
	return l->changer.move;
}

static void again(struct library_drive *d, uint64_t ms)
{
	d->greeting = GREET_IDLE;
	loop_timer_start(d->library->loop, &d->again, ms);
}

static void compare(struct library_drive *d, const char *text)
{
	struct library *l = d->library;
	struct smc_element *e = element_of(d);
	const char *barcode;
	const enum drive_says says = library_state_parse(text, &barcode);
	char request[64];

	if (says != DRIVE_EMPTY)
		library_found_in(l, e, barcode);
	if (says != DRIVE_EMPTY || !e->full) {
		e->access = says != DRIVE_LOADED && e->full;
		ask(d, GREET_REGISTER, "register", LIBRARY_ASK_MS);
		return;
	}
	snprintf(request, sizeof(request), "load %s", e->barcode);
	ask(d, GREET_LOAD, request, LIBRARY_MOVE_MS);
}

static void loaded(struct library_drive *d, const struct ctl_message *reply)
{
	struct library *l = d->library;
	struct smc_element *e = element_of(d);

	if (reply->code == CTL_DONE) {
		e->access = false;
	} else {
		e->access = true;
		log_error(l->log, "drive %u does not take %s, which is in it: %s", d->unit,
			  e->barcode, reply->text);
	}
	ask(d, GREET_REGISTER, "register", LIBRARY_ASK_MS);
}

static void replied(struct exchange *x, const struct ctl_message *reply)
{
	struct library_drive *d = x->ctx;
	struct library *l = d->library;

	if (!reply) {
		log_info(l->log, "drive %u does not answer", d->unit);
		if (d->tries && d->tries--)
			again(d, LIBRARY_RETRY_MS);
		else
			d->greeting = GREET_IDLE;
	} else if (d->greeting == GREET_STATE && arm_busy(l)) {
		again(d, BUSY_MS);
	} else if (d->greeting == GREET_STATE) {
		compare(d, reply->text);
	} else if (d->greeting == GREET_LOAD) {
		loaded(d, reply);
	} else {
		d->greeting = GREET_IDLE;
		d->tries = 0;
		element_of(d)->except = false;
		log_info(l->log, "drive %u: %s", d->unit, reply->text);
	}
}

static void due(void *ctx)
{
	struct library_drive *d = ctx;

	library_greet(d->library, d);
}

void library_greet(struct library *l, struct library_drive *d)
{
	if (d->greeting != GREET_IDLE) {	/* of a daemon that is gone, if it says hello */
		d->tries = TRIES;
		return;
	}
	loop_timer_stop(l->loop, &d->again);
	d->again = (struct loop_timer){ .due = due, .ctx = d };
	if (arm_busy(l)) {
		again(d, BUSY_MS);
		return;
	}
	d->x.ended = replied;
	d->x.ctx = d;
	ask(d, GREET_STATE, "state", LIBRARY_ASK_MS);
}

void library_greet_later(struct library *l, uint32_t unit)
{
	struct library_drive *d = library_drive_of(l, unit);

	if (!d || d->greeting != GREET_IDLE)
		return;
	d->tries = TRIES;
	d->again.due = due;
	d->again.ctx = d;
	again(d, LIBRARY_RETRY_MS);
}

void library_event(struct library *l, const struct ctl_message *m)
{
	struct library_drive *d = library_drive_of(l, m->sender);
	const char *barcode;
	enum drive_says says;

	if (!d)
		return;
	if (!strcmp(m->text, CTL_EVENT_HELLO)) {
		library_greet(l, d);
		return;
	}
	says = library_state_parse(m->text, &barcode);
	if (says == DRIVE_EMPTY || arm_busy(l))
		return;
	library_found_in(l, element_of(d), barcode);
	if (says == DRIVE_UNLOADED)
		smc_drive_unloaded(&l->changer, d->unit);
	else
		element_of(d)->access = false;
}
