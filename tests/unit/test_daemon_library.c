// SPDX-License-Identifier: GPL-2.0-only
/* A library's daemon and a drive that says what a row tells it to: lies, refusals, silence. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/house.h"

enum { LIBRARY = HOUSE_LIBRARY, DRIVE = HOUSE_DRIVE };

static int bad;		/* of this program's tests */

struct puppet {
	struct channel *channel;
	const char *state;		/* what it says is in it; NULL: it does not answer */
	uint32_t code;			/* of its reply to load and unload */
	char heard[256];
};

static void hear(void *ctx, const struct ctl_message *m)
{
	struct puppet *p = ctx;
	const bool moves = !strncmp(m->text, "load", 4) || !strncmp(m->text, "unload", 6);

	snprintf(p->heard + strlen(p->heard), sizeof(p->heard) - strlen(p->heard), "%.40s;",
		 m->text);
	if (p->state)
		p->channel->reply(p->channel, m, moves ? p->code : CTL_DONE,
				  moves ? "as told" : p->state);
}

static void play(struct house *h, struct puppet *p, const char *state, uint32_t code)
{
	*p = (struct puppet){
		.channel = post_join(&h->post, DRIVE), .state = state, .code = code,
	};
	p->channel->received = hear;
	p->channel->ctx = p;
}

static struct smc_element *drive_1(struct house *h)
{
	return smc_element_nth(&h->library.changer, SMC_DRIVE, 1);
}

#define EMPTY  "Drive 1:\n"
#define SLOTS  "Slot 1: E00001L8\nSlot 2:\nSlot 3: E00003L8\n"
#define HOME_2 "Drive 1: loaded E00002L8 from Slot 2\n"

/* What the inventory has, what the drive says, what comes of it. */
static const struct greeting_row {
	const char *what, *contents, *state;
	uint32_t code;
	const char *heard, *in_drive, *slot_1, *slot_2;
	bool access;
} greetings[] = {
	{ "both say that it is empty", EMPTY SLOTS, "empty", 0, "state;register;", "", "E00001L8",
	  "", false },
	{ "nonsense is empty", EMPTY SLOTS, "loadedE00001L8", 0, "state;register;", "", "E00001L8",
	  "", false },
	{ "it is given what it should hold", HOME_2 SLOTS, "empty", CTL_DONE,
	  "state;load E00002L8;register;", "E00002L8", "E00001L8", "", false },
	{ "it does not take it", HOME_2 SLOTS, "empty", CTL_REFUSED,
	  "state;load E00002L8;register;", "E00002L8", "E00001L8", "", true },
	{ "it holds what it should", HOME_2 SLOTS, "loaded E00002L8", 0, "state;register;",
	  "E00002L8", "E00001L8", "", false },
	{ "it holds it in its mouth", HOME_2 SLOTS, "unloaded E00002L8", 0, "state;register;",
	  "E00002L8", "E00001L8", "", true },
	{ "it holds what should be in a slot", EMPTY SLOTS, "loaded E00001L8", 0, "state;register;",
	  "E00001L8", "", "", false },
	{ "it has that in its mouth", EMPTY SLOTS, "unloaded E00001L8", 0, "state;register;",
	  "E00001L8", "", "", true },
	{ "it holds what nobody knew", EMPTY SLOTS, "loaded STRANGE1", 0, "state;register;",
	  "STRANGE1", "E00001L8", "", false },
	{ "another one than it should: that goes home", HOME_2 SLOTS, "loaded E00003L8", 0,
	  "state;register;", "E00003L8", "E00001L8", "E00002L8", false },
	{ "without a home, to the first free slot", "Drive 1: loaded E00002L8\n" SLOTS,
	  "loaded E00003L8", 0, "state;register;", "E00003L8", "E00001L8", "E00002L8", false },
	{ "its home is taken", "Drive 1: loaded E00002L8 from Slot 1\n" SLOTS, "loaded E00003L8", 0,
	  "state;register;", "E00003L8", "E00001L8", "E00002L8", false },
	{ "no slot is free: nothing is lost", "Drive 1: loaded E00002L8\nSlot 1: A\nSlot 2: B\n",
	  "loaded STRANGE1", 0, "state;register;", "E00002L8", "A", "B", false },
};

static void test_greetings(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(greetings); i++) {
		const struct greeting_row *row = &greetings[i];
		struct house *h = house_new(NULL, row->contents);
		struct puppet p;

		play(h, &p, row->state, row->code);
		HOUSE_IS(h, house_start_library(h), 0, row->what);
		house_settle(h);
		HOUSE_IS(h, strcmp(p.heard, row->heard), 0, p.heard);
		HOUSE_IS(h, strcmp(house_in(h, SMC_DRIVE, 1), row->in_drive), 0, row->what);
		HOUSE_IS(h, strcmp(house_in(h, SMC_SLOT, 1), row->slot_1), 0, row->what);
		HOUSE_IS(h, strcmp(house_in(h, SMC_SLOT, 2), row->slot_2), 0, row->what);
		HOUSE_IS(h, drive_1(h)->access, row->access, row->what);
		bad += house_end(h);
	}
}

#define MOVE(from, to) "\xa5\0\0\0" from to "\0\0\0\0"
#define SLOT1  "\x03\xe8"
#define SLOT2  "\x03\xe9"
#define DRIVE1 "\x01\xf4"
#define TUR    "\0\0\0\0\0\0\0\0\0\0\0"

/* What the drive says when the arm comes to it, and what the host hears of the move. */
static const struct move_row {
	const char *what, *contents, *cdb, *state;
	uint32_t code;
	uint8_t sense;
	uint16_t asc;
	const char *heard, *in_drive;
} moves[] = {
	{ "load", EMPTY SLOTS, MOVE(SLOT1, DRIVE1), "empty", CTL_DONE, 0, 0,
	  "state;load E00001L8;", "E00001L8" },
	{ "load refused", EMPTY SLOTS, MOVE(SLOT1, DRIVE1), "empty", CTL_REFUSED, 4, 0x5300,
	  "state;load E00001L8;", "" },
	{ "load not understood", EMPTY SLOTS, MOVE(SLOT1, DRIVE1), "empty", CTL_USAGE, 4, 0x5300,
	  "state;load E00001L8;", "" },
	{ "an unknown code", EMPTY SLOTS, MOVE(SLOT1, DRIVE1), "empty", 77, 4, 0x5300,
	  "state;load E00001L8;", "" },
	{ "full after all", EMPTY SLOTS, MOVE(SLOT1, DRIVE1), "empty", CTL_FULL, 5, 0x3b0d,
	  "state;load E00001L8;", "" },
	{ "full of another one", EMPTY SLOTS, MOVE(SLOT1, DRIVE1), "loaded STRANGE1", CTL_DONE, 5,
	  0x3b0d, "state;", "" },
	{ "with one in its mouth", EMPTY SLOTS, MOVE(SLOT1, DRIVE1), "unloaded STRANGE1", CTL_DONE,
	  5, 0x3b0d, "state;", "" },
	{ "unload", HOME_2 SLOTS, MOVE(DRIVE1, SLOT2), "loaded E00002L8", CTL_DONE, 0, 0,
	  "state;unload E00002L8;", "" },
	{ "from the mouth", HOME_2 SLOTS, MOVE(DRIVE1, SLOT2), "unloaded E00002L8", CTL_DONE, 0, 0,
	  "state;unload E00002L8;", "" },
	{ "prevented", HOME_2 SLOTS, MOVE(DRIVE1, SLOT2), "loaded E00002L8", CTL_PREVENTED, 5,
	  0x5302, "state;unload E00002L8;", "E00002L8" },
	{ "another one is in it", HOME_2 SLOTS, MOVE(DRIVE1, SLOT2), "loaded STRANGE1", CTL_DONE, 4,
	  0x5300, "state;", "E00002L8" },
	{ "it has lost it: it is put away on paper", HOME_2 SLOTS, MOVE(DRIVE1, SLOT2), "empty",
	  CTL_REFUSED, 0, 0, "state;", "" },
};

static void test_moves(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(moves); i++) {
		const struct move_row *row = &moves[i];
		const bool full = row->contents[7] == ':' && row->contents[8] == ' ';
		struct house *h = house_new(NULL, row->contents);
		struct puppet p;

		play(h, &p, full ? "loaded E00002L8" : "empty", CTL_DONE);
		house_start_library(h);
		house_settle(h);
		play(h, &p, row->state, row->code);
		house_command(h, &h->changer, row->what, row->cdb, row->sense, row->asc);
		HOUSE_IS(h, strcmp(p.heard, row->heard), 0, p.heard);
		HOUSE_IS(h, strcmp(house_in(h, SMC_DRIVE, 1), row->in_drive), 0, row->what);
		bad += house_end(h);
	}
}

/* A drive that is silent is asked again, six times; one that says hello is asked at once. */
static void test_silence(void)
{
	struct house *h = house_new(NULL, EMPTY SLOTS);
	struct library_drive *d;
	struct puppet p;
	int asked = 0;

	play(h, &p, NULL, 0);
	house_start_library(h);
	d = library_drive_of(&h->library, DRIVE);
	house_settle(h);
	HOUSE_IS(h, d->greeting, GREET_STATE, "asked at the start");
	post_time_passes(&h->post);
	HOUSE_IS(h, d->greeting == GREET_IDLE && !d->again.armed, true, "and left alone");
	library_greet_later(&h->library, DRIVE + 1);
	library_greet_later(&h->library, DRIVE);
	HOUSE_IS(h, d->again.armed, true, "after a lost move it is asked later");
	for (; d->again.armed && asked < 20; asked++) {
		d->again.due(d->again.ctx);
		house_settle(h);
		post_time_passes(&h->post);
	}
	HOUSE_IS(h, asked, 7, "and six times again");
	p.channel->event(p.channel, LIBRARY, CTL_EVENT_HELLO);
	house_settle(h);
	HOUSE_IS(h, d->greeting, GREET_STATE, "a hello is answered with a question");
	library_greet_later(&h->library, DRIVE);
	HOUSE_IS(h, d->again.armed, false, "one question at a time");
	p.channel->event(p.channel, LIBRARY, CTL_EVENT_HELLO);
	house_settle(h);
	post_time_passes(&h->post);
	HOUSE_IS(h, d->again.armed, true, "the hello of its next life brings another one");
	play(h, &p, "loaded E00001L8", CTL_DONE);
	d->again.due(d->again.ctx);
	house_settle(h);
	house_says(h, house_in(h, SMC_DRIVE, 1), "E00001L8", "which is answered");
	HOUSE_IS(h, d->tries, 0, "that is the end of it");
	bad += house_end(h);
}

/* While the arm is at work nobody asks and nothing that is said counts. */
static void test_busy_arm(void)
{
	struct house *h = house_new(NULL, EMPTY SLOTS);
	const struct step move = { "move", { 0xa5, 0, 0, 0, 0x03, 0xe8, 0x01, 0xf4 }, .in = ANY };
	struct library_drive *d;
	struct puppet p;

	play(h, &p, "empty", CTL_DONE);
	house_start_library(h);
	house_settle(h);
	house_command(h, &h->changer, "the library is ready", TUR, 0, 0);
	d = library_drive_of(&h->library, DRIVE);
	play(h, &p, NULL, CTL_DONE);
	script_send(&h->changer, &move);
	HOUSE_IS(h, h->library.changer.move != NULL, true, "the arm is at work");
	house_ask(h, LIBRARY, "status");
	HOUSE_IS(h, strstr(h->post.last.text, ", moving") != NULL, true, "and says so");
	p.channel->event(p.channel, LIBRARY, CTL_EVENT_LOADED "STRANGE1");
	p.channel->event(p.channel, LIBRARY, CTL_EVENT_HELLO);
	house_settle(h);
	house_says(h, house_in(h, SMC_DRIVE, 1), "", "what the drive says is not heard now");
	HOUSE_IS(h, drive_1(h)->full, false, "it is empty");
	HOUSE_IS(h, d->greeting == GREET_IDLE && d->again.armed, true, "it is asked later");
	post_time_passes(&h->post);
	HOUSE_IS(h, h->changer.answer.came && h->changer.answer.status == SAM_CHECK, true,
		 "the move ends without an answer");
	HOUSE_IS(h, drive_1(h)->except && drive_1(h)->asc == 0x0403, true,
		 "and the drive is shown as not answering");
	play(h, &p, "empty", CTL_DONE);
	d->again.due(d->again.ctx);
	house_settle(h);
	HOUSE_IS(h, drive_1(h)->except, false, "till it answers");
	bad += house_end(h);
}

static const struct event_row {
	const char *what;
	uint32_t from;
	const char *text, *in_drive;
	bool access;
} events[] = {
	{ "loaded by its host", DRIVE, CTL_EVENT_LOADED "E00001L8", "E00001L8", false },
	{ "unloaded by its host", DRIVE, CTL_EVENT_UNLOADED "E00001L8", "E00001L8", true },
	{ "and loaded again", DRIVE, CTL_EVENT_LOADED "E00001L8", "E00001L8", false },
	{ "a drive of others", DRIVE + 1, CTL_EVENT_UNLOADED "E00001L8", "E00001L8", false },
	{ "nonsense", DRIVE, "dancing", "E00001L8", false },
	{ "another one", DRIVE, CTL_EVENT_UNLOADED "E00003L8", "E00003L8", true },
};

static void test_events(void)
{
	struct house *h = house_new(NULL, EMPTY SLOTS);
	struct puppet p, other;

	play(h, &p, "empty", CTL_DONE);
	other.channel = post_join(&h->post, DRIVE + 1);
	house_start_library(h);
	house_settle(h);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		struct channel *from = events[i].from == DRIVE ? p.channel : other.channel;

		from->event(from, LIBRARY, events[i].text);
		house_settle(h);
		HOUSE_IS(h, strcmp(house_in(h, SMC_DRIVE, 1), events[i].in_drive), 0,
			 events[i].what);
		HOUSE_IS(h, drive_1(h)->access, events[i].access, events[i].what);
	}
	house_says(h, house_in(h, SMC_SLOT, 1), "E00001L8", "the first one is at home");
	bad += house_end(h);
}

#define WITH(keys) \
	"Library: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n Vendor identification: STK\n" \
	" Product identification: L700\n Unit serial number: A\n" keys "\n" \
	"Drive: 11 CHANNEL: 00 TARGET: 01 LUN: 00\n Library ID: 10 Slot: 1\n" \
	" Vendor identification: IBM\n Product identification: ULT3580-TD8\n" \
	" Unit serial number: A1\n\n"

static const struct hook_row {
	const char *what, *keys;
	uint8_t sense;
	uint16_t asc;
} hooks[] = {
	{ "it agrees", WITH(" movecommand: /bin/true\n"), 0, 0 },
	{ "it refuses", WITH(" movecommand: /bin/false\n"), 2, 0x0403 },
	{ "it is not there", WITH(" movecommand: /no/such/program\n"), 2, 0x0403 },
	{ "it hears what and where", WITH(" movecommand: /bin/sh -c 'test \"$0 $*\" = \"Storage 1 "
	  "Storage 2 E00001L8\"'\n"), 0, 0 },
	{ "it takes too long", WITH(" movecommand: /bin/sleep 60; :\n commandtimeout: 1\n"), 2,
	  0x0403 },
};

static void test_hooks(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++) {
		struct house *h = house_new(hooks[i].keys, EMPTY SLOTS);
		struct puppet p;

		play(h, &p, "empty", CTL_DONE);
		house_start_library(h);
		house_settle(h);
		house_command(h, &h->changer, hooks[i].what, MOVE(SLOT1, SLOT2), hooks[i].sense,
			      hooks[i].asc);
		house_says(h, house_in(h, SMC_SLOT, hooks[i].sense ? 1 : 2), "E00001L8",
			   hooks[i].what);
		bad += house_end(h);
	}
}

int main(void)
{
	test_greetings();
	test_moves();
	test_silence();
	test_busy_arm();
	test_events();
	test_hooks();
	return bad != 0;
}
