// SPDX-License-Identifier: GPL-2.0-only
/* The arm: it asks drives, runs the operator's hook, and keeps the inventory's file. */
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "daemon/hook.h"
#include "daemon/library.h"

static const struct {
	enum ctl_code code;
	enum robot_rc rc;
} codes[] = {
	{ CTL_DONE, ROBOT_DONE }, { CTL_REFUSED, ROBOT_REFUSED }, { CTL_USAGE, ROBOT_REFUSED },
	{ CTL_PREVENTED, ROBOT_PREVENTED }, { CTL_FULL, ROBOT_FULL },
};

static enum robot_rc from_code(uint32_t code)
{
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i].code == code)
			return codes[i].rc;
	return ROBOT_REFUSED;
}

static void end(struct library *l, enum robot_rc rc, const char *why)
{
	if (rc != ROBOT_DONE)
		log_warn(l->log, "drive %u does not %s %s: %s", l->arm.unit,
			 l->arm.load ? "load" : "unload", l->arm.barcode, why);
	if (rc == ROBOT_NO_ANSWER)
		library_greet_later(l, l->arm.unit);
	smc_robot_done(&l->changer, rc, why);
}

static void ask_move(struct library *l)
{
	char text[64];

	l->arm.asked_state = false;
	snprintf(text, sizeof(text), "%s%s%s", l->arm.load ? "load" : "unload",
		 l->arm.barcode[0] ? " " : "", l->arm.barcode);
	l->channel->request(l->channel, &l->arm.x, l->arm.unit, text, LIBRARY_MOVE_MS);
}

/* A dead daemon shows here, in seconds; and a drive that has lost its cartridge gives nothing. */
static void know_state(struct library *l, const char *text)
{
	const char *barcode;
	const enum drive_says says = library_state_parse(text, &barcode);

	if (l->arm.load && says != DRIVE_EMPTY)
		end(l, ROBOT_FULL, "another cartridge is in it");
	else if (!l->arm.load && says == DRIVE_EMPTY)
		end(l, ROBOT_DONE, "");
	else if (!l->arm.load && l->arm.barcode[0] && strcmp(barcode, l->arm.barcode))
		end(l, ROBOT_REFUSED, "another cartridge is in it");
	else
		ask_move(l);
}

static void replied(struct exchange *x, const struct ctl_message *reply)
{
	struct library *l = x->ctx;

	if (!reply)
		end(l, ROBOT_NO_ANSWER, "its daemon does not answer");
	else if (l->arm.asked_state)
		know_state(l, reply->text);
	else
		end(l, from_code(reply->code), reply->text);
}

static void start(struct library *l, uint32_t unit, bool load, const char *barcode)
{
	l->arm.unit = unit;
	l->arm.load = load;
	l->arm.asked_state = true;
	l->arm.x = (struct exchange){ .ended = replied, .ctx = l };
	snprintf(l->arm.barcode, sizeof(l->arm.barcode), "%s", barcode);
	l->channel->request(l->channel, &l->arm.x, unit, "state", LIBRARY_ASK_MS);
}

static void robot_load(void *ctx, uint32_t unit, const char *barcode)
{
	start(ctx, unit, true, barcode);
}

static void robot_unload(void *ctx, uint32_t unit)
{
	struct library *l = ctx;
	struct library_drive *d = library_drive_of(l, unit);
	const struct smc_element *e = d ? smc_element_at(&l->changer, d->address) : NULL;

	start(l, unit, false, e ? e->barcode : "");
}

static void run_hook(struct job *job, int cancel_fd)
{
	struct library_hook *h = container_of(job, struct library_hook, job);
	const char *words[HOOK_ARGS];

	for (int i = 0; i < HOOK_ARGS; i++)
		words[i] = h->words[i];
	h->why = hook_run(h->command, words, h->seconds, cancel_fd);
}

static void hook_ran(struct job *job)
{
	struct library_hook *h = container_of(job, struct library_hook, job);

	if (h->why)
		log_error(h->library->log, "%s: %s", h->command, h->why);
	smc_hook_done(&h->library->changer, !h->why);
}

static const char *type_word(enum smc_type type)
{
	static const char *const words[SMC_TYPES] = {
		[SMC_PICKER] = "Picker", [SMC_SLOT] = "Storage", [SMC_MAP] = "MAP",
		[SMC_DRIVE] = "Drive",
	};

	return words[type] ? words[type] : "?";
}

static unsigned int number_of(struct library *l, const struct smc_element *e)
{
	return e->address - smc_element_nth(&l->changer, e->type, 1)->address + 1u;
}

static bool robot_hook(void *ctx, const struct smc_element *from, const struct smc_element *to)
{
	struct library *l = ctx;
	struct library_hook *h = &l->hook;
	const unsigned int a = number_of(l, from), b = number_of(l, to);
	char text[160];

	snprintf(text, sizeof(text), "Moving %s from %s %u to %s %u", from->barcode,
		 type_word(from->type), a, type_word(to->type), b);
	log_info(l->log, "%s", text);
	fifo_tell(l->fifo, text);
	if (!l->conf->movecommand[0])
		return false;
	*h = (struct library_hook){
		.job = { .run = run_hook, .done = hook_ran }, .library = l,
		.seconds = l->conf->command_timeout, .why = "the daemon ends",
	};
	snprintf(h->command, sizeof(h->command), "%s", l->conf->movecommand);
	snprintf(h->words[0], sizeof(h->words[0]), "%s", type_word(from->type));
	snprintf(h->words[1], sizeof(h->words[1]), "%u", a);
	snprintf(h->words[2], sizeof(h->words[2]), "%s", type_word(to->type));
	snprintf(h->words[3], sizeof(h->words[3]), "%u", b);
	snprintf(h->words[4], sizeof(h->words[4]), "%s", from->barcode);
	worker_submit(l->worker, &h->job);
	return true;
}

static int robot_save(void *ctx)
{
	return library_inventory_save(ctx);
}

static void robot_log(void *ctx, const char *text)
{
	const struct library *l = ctx;

	log_warn(l->log, "%s", text);
}

const struct robot_ops library_robot = {
	robot_load, robot_unload, robot_hook, robot_save, library_volume, robot_log,
};
