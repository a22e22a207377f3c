// SPDX-License-Identifier: GPL-2.0-only
/* What the operator asks of a library, and what its drives tell it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/library.h"
#include "daemon/program.h"

static void reply(struct library *l, const struct ctl_message *m, enum ctl_code code,
		  const char *text)
{
	l->channel->reply(l->channel, m, code, text);
}

/* why: of an smc_operator_*(). */
static void reply_done(struct library *l, const struct ctl_message *m, const char *why)
{
	reply(l, m, why ? CTL_REFUSED : CTL_DONE, why ? why : "");
}

static void load_map(struct library *l, const struct ctl_message *m, const char *barcode)
{
	char path[CONF_PATH_SIZE + 64], why[CTL_TEXT_MAX + 1];

	snprintf(path, sizeof(path), "%s/%.*s/meta", l->home, CONF_BARCODE_MAX, barcode);
	if (!conf_barcode_ok(barcode)) {
		reply(l, m, CTL_REFUSED, "that is no barcode");
	} else if (access(path, R_OK)) {
		snprintf(why, sizeof(why), "%s/%s: there is no such cartridge", l->home, barcode);
		reply(l, m, CTL_REFUSED, why);
	} else {
		reply_done(l, m, smc_operator_load(&l->changer, barcode));
	}
}

static void add_slot(struct library *l, const struct ctl_message *m)
{
	uint32_t number = 0;
	const char *why = smc_operator_add_slot(&l->changer, &number);
	char text[32];

	snprintf(text, sizeof(text), "slot=%u", number);
	reply(l, m, why ? CTL_REFUSED : CTL_DONE, why ? why : text);
}

static void list_map(struct library *l, const struct ctl_message *m)
{
	char text[CTL_TEXT_MAX + 1];

	smc_operator_list(&l->changer, text, sizeof(text));
	reply(l, m, CTL_DONE, text);
}

static void status(struct library *l, const struct ctl_message *m)
{
	char text[CTL_TEXT_MAX + 1];
	uint32_t full = 0;

	for (uint32_t i = 0; i < l->changer.count; i++)
		full += l->changer.elements[i].full;
	snprintf(text, sizeof(text), "%s, mail slots %s, %u elements, %u cartridges%s",
		 l->changer.online ? "online" : "offline", l->changer.map_open ? "open" : "closed",
		 l->changer.count, full, l->changer.move ? ", moving" : "");
	reply(l, m, CTL_DONE, text);
}

static void verbose(struct library *l, const struct ctl_message *m, const struct ctl_command *c)
{
	char text[32];

	program_set_verbose(l->log, c->argument[0], c->number, text, sizeof(text));
	reply(l, m, CTL_DONE, text);
}

static void unit_verb(struct library *l, const struct ctl_message *m,
		      const struct ctl_command *c)
{
	if (c->verb == CTL_TAPE_ALERT)
		l->changer.unit.alerts = c->number;
	else if (c->verb == CTL_INQUIRY_CHANGE)
		scsi_attention_raise(&l->changer.unit.lu, STS_UA_INQUIRY);
	else if (c->verb == CTL_DEBUG)
		l->log->verbose = 9;
	else
		smc_operator_online(&l->changer, c->verb == CTL_ONLINE);
	reply(l, m, CTL_DONE, "");
}

static void command(struct library *l, const struct ctl_message *m, const struct ctl_command *c)
{
	switch (c->verb) {
	case CTL_VERBOSE:
		verbose(l, m, c);
		return;
	case CTL_DEBUG:
	case CTL_TAPE_ALERT:
	case CTL_INQUIRY_CHANGE:
	case CTL_ONLINE:
	case CTL_OFFLINE:
		unit_verb(l, m, c);
		return;
	case CTL_EXIT:
		reply(l, m, CTL_DONE, "");
		loop_stop(l->loop, 0);
		return;
	case CTL_STATUS:
		status(l, m);
		return;
	case CTL_ADD_SLOT:
		add_slot(l, m);
		return;
	case CTL_OPEN_MAP:
	case CTL_CLOSE_MAP:
		reply_done(l, m, smc_operator_open(&l->changer, c->verb == CTL_OPEN_MAP));
		return;
	case CTL_EMPTY_MAP:
		reply_done(l, m, smc_operator_empty(&l->changer));
		return;
	case CTL_LIST_MAP:
		list_map(l, m);
		return;
	case CTL_LOAD_MAP:
		load_map(l, m, c->argument);
		return;
	case CTL_LOAD: case CTL_UNLOAD: case CTL_COMPRESSION: case CTL_APPEND_ONLY:
	case CTL_DELAY: case CTL_DUMP: case CTL_REGISTER: case CTL_STATE:
		break;
	}
	reply(l, m, CTL_USAGE, "this is a library: that is for drives");
}

void library_received(void *library, const struct ctl_message *m)
{
	const unsigned int takes = CTL_TO_LIBRARY | (ctl_from_unit(m) ? 0 : CTL_FROM_TOOL);
	char why[CTL_TEXT_MAX + 1];
	struct library *l = library;
	struct ctl_command c;

	if (m->kind == CTL_EVENT)
		library_event(l, m);
	else if (m->kind != CTL_REQUEST)
		return;
	else if (ctl_parse(m->text, takes, &c, why))
		reply(l, m, CTL_USAGE, why);
	else
		command(l, m, &c);
}
