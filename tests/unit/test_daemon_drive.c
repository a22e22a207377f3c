// SPDX-License-Identifier: GPL-2.0-only
/* A drive's daemon and its library's words: before it has begun, while it works, when it ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/house.h"

enum { LIBRARY = HOUSE_LIBRARY, DRIVE = HOUSE_DRIVE };

static int bad;		/* of this program's tests */

/* Whoever asks the drive: the library (the robot's hand), or an operator. */
struct asker {
	struct channel *channel;
	struct exchange x;
	char heard[256], text[CTL_TEXT_MAX + 1];
	uint32_t code;
	bool came;
};

static void replied(struct exchange *x, const struct ctl_message *reply)
{
	struct asker *a = x->ctx;

	a->came = reply;
	a->code = reply ? reply->code : UINT32_MAX;
	snprintf(a->text, sizeof(a->text), "%s", reply ? reply->text : "");
}

/* As a library: a hello is answered, or the drive would wait a second for that. */
static void hear(void *ctx, const struct ctl_message *m)
{
	struct asker *a = ctx;

	snprintf(a->heard + strlen(a->heard), sizeof(a->heard) - strlen(a->heard), "%.40s;",
		 m->text);
	a->x = (struct exchange){ .ended = replied, .ctx = a };
	if (!strcmp(m->text, CTL_EVENT_HELLO))
		a->channel->request(a->channel, &a->x, DRIVE, "register", 1000);
}

static void be_library(struct house *h, struct asker *a)
{
	*a = (struct asker){ .channel = post_join(&h->post, LIBRARY) };
	a->channel->received = hear;
	a->channel->ctx = a;
}

static void ask(struct house *h, struct asker *a, const char *text)
{
	a->x = (struct exchange){ .ended = replied, .ctx = a };
	a->came = false;
	a->channel->request(a->channel, &a->x, DRIVE, text, 1000);
	house_settle(h);
}

#define TUR "\0\0\0\0\0\0\0\0\0\0\0"

/* In their order, on a drive that has begun; by the robot unless operator. */
static const struct word_row {
	const char *text;
	bool operator;
	uint32_t code;
	const char *reply;
	uint8_t sense;			/* of TEST UNIT READY afterwards */
	uint16_t asc;
} words[] = {
	{ "state", false, CTL_DONE, "empty", 2, 0x3a00 },
	{ "register", false, CTL_DONE, "empty", 2, 0x3a00 },
	{ "unload", false, CTL_DONE, "", 2, 0x3a00 },
	{ "unload E00001L8", false, CTL_DONE, "", 2, 0x3a00 },
	{ "unload", true, CTL_REFUSED, "the drive is empty", 2, 0x3a00 },
	{ "load GONE01L8", false, CTL_REFUSED, "~/home/GONE01L8: there is no such cartridge",
	  2, 0x3a00 },
	{ "load ../home", false, CTL_USAGE, "expected \"load BARCODE\"", 2, 0x3a00 },
	{ "load E00001L8", false, CTL_DONE, "", 0, 0 },
	{ "state", false, CTL_DONE, "loaded E00001L8", 0, 0 },
	{ "load E00002L8", false, CTL_FULL, "the drive is full", 0, 0 },
	{ "load E00002L8", true, CTL_FULL, "the drive is full", 0, 0 },
	{ "unload E00002L8", false, CTL_REFUSED, "another cartridge is in the drive", 0, 0 },
	{ "unload E00002L8", true, CTL_REFUSED, "another cartridge is in the drive", 0, 0 },
	{ "status", true, CTL_DONE, "IBM ULT3580-TD8 XYZZY_A1: loaded E00001L8\n"
	  "library: registered", 0, 0 },
	{ "dump", true, CTL_DONE, "IBM ULT3580-TD8", 0, 0 },
	{ "append only yes", true, CTL_DONE, "", 0, 0 },
	{ "append only no", true, CTL_DONE, "", 0, 0 },
	{ "compression LZO", true, CTL_DONE, "", 0, 0 },
	{ "compression zstd", true, CTL_DONE, "", 0, 0 },
	{ "delay rewind 3", true, CTL_DONE, "", 0, 0 },
	{ "online", true, CTL_USAGE, "this is a drive: that is for libraries", 0, 0 },
	{ "offline", true, CTL_USAGE, "this is a drive: that is for libraries", 0, 0 },
	{ "add slot", true, CTL_USAGE, "\"add slot\" is not for a drive", 0, 0 },
	{ "state", true, CTL_USAGE, "\"state\" is not for a drive", 0, 0 },
	{ "register", true, CTL_USAGE, "\"register\" is not for a drive", 0, 0 },
	{ "InquiryDataChange", true, CTL_DONE, "", 0, 0 },
	{ "unload E00001L8", true, CTL_DONE, "", 2, 0x3a00 },
	{ "state", false, CTL_DONE, "unloaded E00001L8", 2, 0x3a00 },
	{ "status", true, CTL_DONE, "IBM ULT3580-TD8 XYZZY_A1: unloaded E00001L8\n", 2, 0x3a00 },
	{ "unload E00001L8", false, CTL_DONE, "", 2, 0x3a00 },
	{ "state", false, CTL_DONE, "empty", 2, 0x3a00 },
	{ "load SPOILT", true, CTL_REFUSED, "meta: no slot holds", 2, 0x3a00 },
	{ "load PLAIN", true, CTL_REFUSED, "~/home/PLAIN: Not a directory", 2, 0x3a00 },
	{ "state", false, CTL_DONE, "empty", 2, 0x3a00 },
	{ "load E00002L8", true, CTL_DONE, "", 0, 0 },
	{ "exit", true, CTL_DONE, "", 0, 0 },
	{ 0 },
};

static void test_words(void)
{
	struct house *h = house_new(NULL, NULL);
	struct asker library;

	be_library(h, &library);
	house_write(h, "home/PLAIN", "a file, where a folder should be");
	house_make(h, "SPOILT", CART_DATA_TAPE);
	house_write(h, "home/SPOILT/meta", "not a cartridge's");
	house_start_tape(h);
	house_settle(h);
	for (const struct word_row *w = words; w->text; w++) {
		if (w->operator)
			house_ask(h, DRIVE, w->text);
		else
			ask(h, &library, w->text);
		HOUSE_IS(h, w->operator ? h->post.last.code : library.code, w->code, w->text);
		house_says(h, w->operator ? h->post.last.text : library.text, w->reply, w->text);
		house_command(h, &h->drive, w->text, TUR, w->sense, w->asc);
	}
	house_says(h, library.heard, "hello;unloaded E00001L8;loaded E00002L8;",
		   "the library hears of the operator's hand, and not of its own");
	HOUSE_IS(h, h->loop.stopped && !h->loop.status, true, "exit ends the loop");
	HOUSE_IS(h, h->tape.drive.settings.codec, CART_ZSTD, "the codec is what was said last");
	bad += house_end(h);
}

/* While a cartridge is on its way, and what a host prevents. */
static void test_at_work(void)
{
	struct house *h = house_new(NULL, NULL);
	struct asker library;
	const struct ctl_message load = { .kind = CTL_REQUEST, .sender = LIBRARY, .identity = 9,
					  .text = "load E00001L8" };
	struct ctl_message other = load;

	be_library(h, &library);
	house_start_tape(h);
	house_settle(h);
	tape_received(&h->tape, &load);
	HOUSE_IS(h, h->tape.working, true, "the worker has it");
	ask(h, &library, "state");
	other.kind = CTL_REPLY;
	tape_received(&h->tape, &other);
	HOUSE_IS(h, h->tape.drive.state, SSC_READY, "a reply is no request");
	house_command(h, &h->drive, "prevent", "\x1e\0\0\0\1\0\0\0\0\0\0", 0, 0);
	ask(h, &library, "unload E00001L8");
	HOUSE_IS(h, library.code, CTL_PREVENTED, "the robot hears who prevents it");
	ask(h, &library, "state");
	house_says(h, library.text, "loaded E00001L8", "and it is still there");
	house_ask(h, DRIVE, "unload");
	HOUSE_IS(h, h->post.last.code, CTL_PREVENTED, "so does the operator");
	HOUSE_IS(h, h->tape.outside[0], 0, "nothing is outside");
	house_command(h, &h->drive, "allow", "\x1e\0\0\0\0\0\0\0\0\0\0", 0, 0);
	house_command(h, &h->drive, "the host unloads", "\x1b\0\0\0\0\0\0\0\0\0\0", 0, 0);
	house_command(h, &h->drive, "and loads", "\x1b\0\0\0\1\0\0\0\0\0\0", 0, 0);
	house_settle(h);
	house_says(h, library.heard, "hello;unloaded E00001L8;loaded E00001L8;",
		   "the library hears of both");
	bad += house_end(h);
}

static void send_two(struct house *h, const char *first, const char *second, const char *what)
{
	struct ctl_message m = { .kind = CTL_REQUEST, .sender = LIBRARY, .identity = 77 };
	struct asker *library = h->post.units[0].channel.ctx;

	snprintf(m.text, sizeof(m.text), "%s", first);
	tape_received(&h->tape, &m);
	snprintf(m.text, sizeof(m.text), "%s", second);
	library->x = (struct exchange){ .ended = replied, .ctx = library, .identity = 78,
					.waiting = true };
	post_unit(&h->post, LIBRARY)->waiting = &library->x;
	m.identity = 78;
	tape_received(&h->tape, &m);
	house_settle(h);
	HOUSE_IS(h, library->code, CTL_REFUSED, what);
	house_says(h, library->text, "the drive is at work", what);
}

static void test_two_at_once(void)
{
	struct house *h = house_new(NULL, NULL);
	struct asker library;

	be_library(h, &library);
	house_start_tape(h);
	house_settle(h);
	send_two(h, "load E00001L8", "load E00002L8", "a second load waits for nobody");
	house_says(h, h->tape.drive.barcode, "E00001L8", "the first one is loaded");
	send_two(h, "unload", "unload", "a second unload neither");
	HOUSE_IS(h, h->tape.drive.state, SSC_EMPTY, "the first one is done");
	send_two(h, "load E00002L8", "unload", "nor unload while it loads");
	HOUSE_IS(h, h->tape.drive.state, SSC_READY, "it is loaded");
	bad += house_end(h);
}

/* Between hello and begin: the library puts in what belongs there. */
static const struct first_row {
	const char *what, *first, *second;
	uint32_t code;			/* of the last one */
	enum ssc_state state;		/* when the drive begins */
} firsts[] = {
	{ "nothing", "register", NULL, CTL_DONE, SSC_EMPTY },
	{ "a cartridge", "load E00001L8", "register", CTL_DONE, SSC_READY },
	{ "one that is not there", "load GONE01L8", NULL, CTL_REFUSED, SSC_EMPTY },
	{ "two", "load E00001L8", "load E00002L8", CTL_FULL, SSC_READY },
	{ "unload comes too early", "unload", NULL, CTL_REFUSED, SSC_EMPTY },
};

static void test_firsts(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(firsts); i++) {
		const struct first_row *row = &firsts[i];
		struct house *h = house_new(NULL, NULL);
		struct asker a;

		be_library(h, &a);
		house_start_tape(h);
		house_settle(h);
		h->tape.phase = TAPE_ASKING;	/* as it was before */
		h->begun = false;
		ask(h, &a, row->first);
		if (row->second)
			ask(h, &a, row->second);
		HOUSE_IS(h, a.code, row->code, row->what);
		if (!h->begun)
			loop_timer_start(&h->loop, &h->tape.patience, 0);
		house_run(h, &h->begun);
		HOUSE_IS(h, h->tape.drive.state, row->state, row->what);
		bad += house_end(h);
	}
}

static const struct scsi_op reads = { .name = "READ", .flags = OPF_MOVES };
static const struct scsi_op rewinds = { .name = "REWIND", .flags = OPF_POSITION };
static const struct scsi_op tests = { .name = "TEST UNIT READY" };

/* An answer that the host has not heard: where is the tape? */
static const struct { const char *what; const struct scsi_op *op; uint16_t asc; } unheard[] = {
	{ "a test moves nothing", &tests, 0 },
	{ "a read has", &reads, 0x3b00 },
	{ "a rewind has", &rewinds, 0x3b00 },
	{ "who knows", NULL, 0x3b00 },
};

static void test_unheard(void)
{
	struct house *h = house_new(NULL, NULL);
	struct asker a;

	be_library(h, &a);
	house_start_tape(h);
	house_settle(h);
	ask(h, &a, "load E00001L8");
	for (size_t i = 0; i < ARRAY_SIZE(unheard); i++) {
		house_command(h, &h->drive, "rewind", "\1\0\0\0\0\0\0\0\0\0\0", 0, 0);
		tape_unheard(&h->tape, unheard[i].op);
		house_ask(h, DRIVE, "status");
		HOUSE_IS(h, strstr(h->post.last.text, ", position lost") != NULL,
			 unheard[i].asc != 0, unheard[i].what);
		house_command(h, &h->drive, unheard[i].what, "\x10\0\0\0\1\0\0\0\0\0\0",
			      unheard[i].asc ? 3 : 0, unheard[i].asc);
	}
	tape_reset(&h->tape);
	HOUSE_IS(h, scsi_attention_take(&h->tape.drive.unit.lu, 0), STS_UA_RESET,
		 "a reset is told");
	bad += house_end(h);
}

/* Of a drive whose daemon ends: would the next one have the tape where the host has it? */
static const struct known_row {
	const char *what, *cdb, *then;	/* CDB: the daemon ends behind it */
	bool known, lost;		/* lost: the host has not heard the answer */
} knowns[] = {
	{ "one that is empty", NULL, NULL, true, false },
	{ "a tape that was loaded", TUR, NULL, true, false },
	{ "one behind a filemark", "\x10\0\0\0\1\0\0\0\0\0\0", NULL, false, false },
	{ "one that was rewound", "\x10\0\0\0\1\0\0\0\0\0\0", "\1\0\0\0\0\0\0\0\0\0\0", true,
	  false },
	{ "one whose rewind was not heard of", "\1\0\0\0\0\0\0\0\0\0\0", NULL, false, true },
	{ "one that was unloaded", "\x10\0\0\0\1\0\0\0\0\0\0",
	  "\x1b\0\0\0\0\0\0\0\0\0\0", true, false },
};

static void test_ends(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(knowns); i++) {
		const struct known_row *row = &knowns[i];
		struct house *h = house_new(NULL, NULL);
		struct asker a;

		be_library(h, &a);
		house_start_tape(h);
		house_settle(h);
		if (row->cdb) {
			ask(h, &a, "load E00001L8");
			house_command(h, &h->drive, row->what, row->cdb, 0, 0);
		}
		if (row->then)
			house_command(h, &h->drive, row->what, row->then, 0, 0);
		if (row->lost)
			tape_unheard(&h->tape, &rewinds);
		HOUSE_IS(h, ssc_at_beginning(&h->tape.drive), row->known, row->what);
		bad += house_end(h);
	}
}

int main(void)
{
	test_words();
	test_at_work();
	test_two_at_once();
	test_firsts();
	test_unheard();
	test_ends();
	return bad != 0;
}
