// SPDX-License-Identifier: GPL-2.0-only
/* What the library and the operator ask of a drive. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/macros.h"
#include "daemon/tape.h"

static const char *inside(const struct tape *t)
{
	if (t->phase == TAPE_ASKING)
		return t->first_cart ? t->first_barcode : "";
	return t->drive.state == SSC_EMPTY ? "" : t->drive.barcode;
}

void tape_state(const struct tape *t, char *buf, size_t cap)
{
	if (inside(t)[0])
		snprintf(buf, cap, "%s %s", t->drive.state == SSC_MOUTH ? "unloaded" : "loaded",
			 inside(t));
	else if (t->outside[0])
		snprintf(buf, cap, "unloaded %s", t->outside);
	else
		snprintf(buf, cap, "empty");
}

void tape_answer(struct tape *t, enum ctl_code code, const char *text)
{
	const bool operator = t->has_request && !ctl_from_unit(&t->request);
	const bool load = operator && !strncasecmp(t->request.text, "load", 4);

	if (!t->has_request)
		return;
	t->has_request = false;
	t->channel->reply(t->channel, &t->request, code, text);
	if (operator && code == CTL_DONE)
		tape_tell(t, load ? CTL_EVENT_LOADED : CTL_EVENT_UNLOADED,
			  load ? t->drive.barcode : t->outside);
	else if (operator)
		t->outside[0] = '\0';
}

void tape_tell(struct tape *t, const char *event, const char *barcode)
{
	char text[CTL_TEXT_MAX + 1];

	if (!t->conf->in_library)
		return;
	snprintf(text, sizeof(text), "%s%s", event, barcode);
	t->channel->event(t->channel, t->registered ? t->library : t->conf->library, text);
}

static void reply(struct tape *t, const struct ctl_message *m, enum ctl_code code,
		  const char *text)
{
	t->channel->reply(t->channel, m, code, text);
}

static void reply_state(struct tape *t, const struct ctl_message *m)
{
	char text[64];

	tape_state(t, text, sizeof(text));
	reply(t, m, CTL_DONE, text);
}

static void take_request(struct tape *t, const struct ctl_message *m)
{
	t->request = *m;
	t->has_request = true;
}

static void load(struct tape *t, const struct ctl_message *m, const char *barcode)
{
	if (t->has_request || t->working) {
		reply(t, m, CTL_REFUSED, "the drive is at work");
	} else if (inside(t)[0]) {
		reply(t, m, CTL_FULL, "the drive is full");
	} else if (t->phase == TAPE_ASKING) {
		take_request(t, m);
		snprintf(t->first_barcode, sizeof(t->first_barcode), "%.*s", CART_BARCODE_MAX,
			 barcode);
		tape_open(t, barcode);
	} else {
		take_request(t, m);
		t->outside[0] = '\0';
		ssc_insert(&t->drive, barcode);
	}
}

/* An operator's leaves the cartridge with the drive, for the robot to fetch. */
static void unload(struct tape *t, const struct ctl_message *m, const char *barcode)
{
	const char *in = inside(t);

	if (t->has_request || t->working || t->phase == TAPE_ASKING) {
		reply(t, m, CTL_REFUSED, "the drive is at work");
	} else if (barcode[0] && in[0] && strcmp(barcode, in)) {
		reply(t, m, CTL_REFUSED, "another cartridge is in the drive");
	} else if (!in[0] && ctl_from_unit(m)) {
		t->outside[0] = '\0';
		reply(t, m, CTL_DONE, "");
	} else if (!in[0]) {
		reply(t, m, CTL_REFUSED, "the drive is empty");
	} else {
		take_request(t, m);
		snprintf(t->outside, sizeof(t->outside), "%s", ctl_from_unit(m) ? "" : in);
		ssc_eject(&t->drive);
	}
}

static void append_only(struct tape *t, const struct ctl_message *m, bool on)
{
	if (!t->drive.cart)
		reply(t, m, CTL_REFUSED, "no cartridge is loaded");
	else if (cart_set_append_only(t->drive.cart, on))
		reply(t, m, CTL_REFUSED, "the cartridge cannot be changed");
	else
		reply(t, m, CTL_DONE, "");
}

static void compression(struct tape *t, const struct ctl_message *m, const char *name)
{
	static const struct { const char *name; enum cart_codec codec; } names[] = {
		{ "lzo", CART_LZO }, { "zlib", CART_ZLIB }, { "zstd", CART_ZSTD },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcasecmp(name, names[i].name))
			ssc_set_codec(&t->drive, names[i].codec);
	reply(t, m, CTL_DONE, "");
}

static void registered(struct tape *t, const struct ctl_message *m)
{
	t->registered = true;
	t->library = m->sender;
	reply_state(t, m);
	if (t->phase == TAPE_ASKING && !t->working)
		loop_timer_start(t->loop, &t->patience, 0);
}

static void status(struct tape *t, const struct ctl_message *m)
{
	char state[64], text[CTL_TEXT_MAX + 1];

	tape_state(t, state, sizeof(state));
	snprintf(text, sizeof(text), "%.16s %.16s %.32s: %s%s\nlibrary: %s", t->conf->unit.vendor,
		 t->conf->unit.product, t->conf->unit.serial, state,
		 t->drive.position_lost ? ", position lost" : "",
		 t->registered ? "registered" : "none has registered");
	reply(t, m, CTL_DONE, text);
}

static void verbose(struct tape *t, const struct ctl_message *m, const struct ctl_command *c)
{
	char text[32];

	program_set_verbose(t->log, c->argument[0], c->number, text, sizeof(text));
	reply(t, m, CTL_DONE, text);
}

static void unit_verb(struct tape *t, const struct ctl_message *m, const struct ctl_command *c)
{
	if (c->verb == CTL_TAPE_ALERT)
		t->drive.unit.alerts |= c->number;
	else if (c->verb == CTL_INQUIRY_CHANGE)
		scsi_attention_raise(&t->drive.unit.lu, STS_UA_INQUIRY);
	else if (c->verb == CTL_DEBUG)
		t->log->verbose = 9;
	reply(t, m, CTL_DONE, "");
}

static void command(struct tape *t, const struct ctl_message *m, const struct ctl_command *c)
{
	switch (c->verb) {
	case CTL_VERBOSE:
		verbose(t, m, c);
		return;
	case CTL_DEBUG:
	case CTL_TAPE_ALERT:
	case CTL_INQUIRY_CHANGE:
		unit_verb(t, m, c);
		return;
	case CTL_EXIT:
		reply(t, m, CTL_DONE, "");
		loop_stop(t->loop, 0);
		return;
	case CTL_STATUS:
	case CTL_DUMP:
		status(t, m);
		return;
	case CTL_LOAD:
		load(t, m, c->argument);
		return;
	case CTL_UNLOAD:
		unload(t, m, c->argument);
		return;
	case CTL_APPEND_ONLY:
		append_only(t, m, !strcmp(c->argument, "yes"));
		return;
	case CTL_REGISTER:
		registered(t, m);
		return;
	case CTL_STATE:
		reply_state(t, m);
		return;
	case CTL_COMPRESSION:
		compression(t, m, c->argument);
		return;
	case CTL_DELAY:
		t->delays.seconds[c->step] = c->number;
		reply(t, m, CTL_DONE, "");
		return;
	case CTL_ONLINE: case CTL_OFFLINE: case CTL_ADD_SLOT: case CTL_OPEN_MAP:
	case CTL_CLOSE_MAP: case CTL_EMPTY_MAP: case CTL_LIST_MAP: case CTL_LOAD_MAP:
		break;
	}
	reply(t, m, CTL_USAGE, "this is a drive: that is for libraries");
}

void tape_received(void *tape, const struct ctl_message *m)
{
	const unsigned int takes = CTL_TO_DRIVE | (ctl_from_unit(m) ? 0 : CTL_FROM_TOOL);
	char why[CTL_TEXT_MAX + 1];
	struct tape *t = tape;
	struct ctl_command c;

	if (m->kind != CTL_REQUEST)
		return;
	if (ctl_parse(m->text, takes, &c, why))
		reply(t, m, CTL_USAGE, why);
	else
		command(t, m, &c);
}
