// SPDX-License-Identifier: GPL-2.0-only
/* A library and a drive in one process: what they say to each other, and to an operator. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake/house.h"
#include "fake/report.h"

enum { LIBRARY = HOUSE_LIBRARY, DRIVE = HOUSE_DRIVE };

static int bad;		/* of this program's tests */

static void is(long long got, long long want, const char *what)
{
	bad += report_number("daemons", what, got, want);
}
#define IS(got, want, what) is((long long)(got), (long long)(want), what)

static void says(const char *got, const char *want, const char *what)
{
	const bool same = !strcmp(got, want);

	if (same)
		printf("ok - daemons: %s\n", what);
	else
		printf("not ok - daemons: %s: \"%s\", not \"%s\"\n", what, got, want);
	bad += !same;
}

#define MOVE(from, to) "\xa5\0\0\0" from to "\0\0\0\0"
#define SLOT1 "\x03\xe8"
#define SLOT2 "\x03\xe9"
#define SLOT3 "\x03\xea"
#define SLOT4 "\x03\xeb"
#define DRIVE1 "\x01\xf4"		/* 500 */
#define TUR "\0\0\0\0\0\0\0\0\0\0\0"

static const char *in_drive(struct house *r)
{
	return smc_element_nth(&r->library.changer, SMC_DRIVE, 1)->barcode;
}

static const char *in_slot(struct house *r, uint32_t n)
{
	return smc_element_nth(&r->library.changer, SMC_SLOT, n)->barcode;
}

static void test_moves(void)
{
	struct house *r = house_new(NULL, NULL);

	IS(house_start_library(r), 0, "a library starts");
	house_start_tape(r);
	house_settle(r);
	IS(r->tape.registered, true, "the drive knows its library");
	house_command(r, &r->drive, "an empty drive", TUR, 0x02, 0x3a00);
	house_command(r, &r->changer, "move to the drive", MOVE(SLOT1, DRIVE1), 0, 0);
	IS(r->tape.drive.state, SSC_READY, "it is ready when the move ends");
	house_command(r, &r->drive, "also for its host", TUR, 0, 0);
	says(in_drive(r), "E00001L8", "the inventory has it in the drive");
	house_command(r, &r->changer, "a full drive takes no second", MOVE(SLOT2, DRIVE1), 5,
		      0x3b0d);
	says(in_slot(r, 2), "E00002L8", "and the second is where it was");
	house_command(r, &r->drive, "the host prevents removal", "\x1e\0\0\0\1\0\0\0\0\0\0", 0, 0);
	house_command(r, &r->changer, "then the robot takes nothing", MOVE(DRIVE1, SLOT1), 5,
		      0x5302);
	house_command(r, &r->drive, "the host allows removal", "\x1e\0\0\0\0\0\0\0\0\0\0", 0, 0);
	house_command(r, &r->drive, "and unloads", "\x1b\0\0\0\0\0\0\0\0\0\0", 0, 0);
	house_settle(r);
	IS(smc_element_nth(&r->library.changer, SMC_DRIVE, 1)->access, true,
	   "the library hears of it");
	house_command(r, &r->changer, "move back", MOVE(DRIVE1, SLOT1), 0, 0);
	IS(r->tape.drive.state, SSC_EMPTY, "the drive is empty");
	says(in_slot(r, 1), "E00001L8", "the slot is full");
	house_command(r, &r->changer, "a barcode without cartridge", MOVE(SLOT3, DRIVE1), 4,
		      0x5300);
	says(in_slot(r, 3), "GONE01L8", "stays in its slot");
	bad += house_end(r);
}

static void test_restarts(void)
{
	struct house *r = house_new(NULL, NULL);

	house_start_library(r);
	house_start_tape(r);
	house_settle(r);
	house_command(r, &r->changer, "loads", MOVE(SLOT2, DRIVE1), 0, 0);
	house_stop_library(r);
	IS(house_start_library(r), 0, "the library starts again");
	says(in_drive(r), "E00002L8", "and knows what is in its drive");
	house_settle(r);
	house_stop_tape(r, true);
	house_start_tape(r);
	IS(r->tape.drive.state, SSC_READY, "the drive starts again with its cartridge");
	says(r->tape.drive.barcode, "E00002L8", "which the library has told it");
	house_stop_tape(r, false);
	house_start_tape(r);
	says(r->tape.drive.barcode, "E00002L8", "also after a crash");
	house_stop_tape(r, true);
	house_stop_library(r);
	house_start_tape(r);
	IS(r->tape.drive.state, SSC_EMPTY, "without a library it begins empty");
	IS(house_start_library(r), 0, "which starts later");
	house_settle(r);
	says(r->tape.drive.barcode, "E00002L8", "and puts into it what belongs there");
	bad += house_end(r);
}

static void test_no_answer(void)
{
	struct house *r = house_new(NULL, NULL);
	struct step move = { .what = "move to a drive whose daemon is dead", .sense = 4,
			     .asc = 0x5300, .in = ANY };

	house_start_library(r);
	house_start_tape(r);
	house_settle(r);
	memcpy(move.cdb, MOVE(SLOT1, DRIVE1), 12);
	house_command(r, &r->changer, "a library", TUR, 0, 0);
	post_unit(&r->post, DRIVE)->deaf = true;
	script_send(&r->changer, &move);
	house_settle(r);
	IS(r->changer.answer.came, false, "it waits");
	post_time_passes(&r->post);
	bad += script_check("daemons", &move, &r->changer.answer);
	says(in_slot(r, 1), "E00001L8", "and the cartridge is where it was");
	post_unit(&r->post, DRIVE)->deaf = false;
	house_settle(r);
	house_command(r, &r->changer, "and can be moved later", MOVE(SLOT1, DRIVE1), 0, 0);
	bad += house_end(r);
}

/* What drives hold counts, whatever the inventory says. */
static void test_truth(void)
{
	struct house *r = house_new(NULL, NULL);

	house_start_library(r);
	house_start_tape(r);
	house_settle(r);
	post_ask(&r->post, DRIVE, "load E00002L8");
	house_settle(r);
	IS(r->post.last.code, CTL_DONE, "an operator loads the drive");
	says(in_drive(r), "E00002L8", "the inventory follows");
	says(in_slot(r, 2), "", "to the end");
	post_ask(&r->post, DRIVE, "unload");
	house_settle(r);
	IS(r->post.last.code, CTL_DONE, "an operator unloads it");
	IS(smc_element_nth(&r->library.changer, SMC_DRIVE, 1)->access, true, "for the robot");
	house_command(r, &r->changer, "which takes it home", MOVE(DRIVE1, SLOT4), 0, 0);
	library_found_in(&r->library, smc_element_nth(&r->library.changer, SMC_DRIVE, 1),
			 "STRANGE1");
	says(in_drive(r), "STRANGE1", "a cartridge that nobody knew is known now");
	library_found_in(&r->library, smc_element_nth(&r->library.changer, SMC_DRIVE, 1),
			 "E00001L8");
	says(in_drive(r), "E00001L8", "another one takes its place");
	IS(smc_element_with(&r->library.changer, "STRANGE1")->type, SMC_SLOT,
	   "and no cartridge is lost");
	bad += house_end(r);
}

static const struct verb_row {
	uint32_t to;
	const char *text;
	enum ctl_code code;
	const char *reply;		/* as house_says() has it */
} verb_rows[] = {
	{ DRIVE, "state", CTL_USAGE, "\"state\" is not for a drive" },
	{ DRIVE, "verbose 2", CTL_DONE, "verbose 2" },
	{ DRIVE, "verbose", CTL_DONE, "verbose 1" },
	{ DRIVE, "TapeAlert 80000", CTL_DONE, "" },
	{ DRIVE, "InquiryDataChange", CTL_DONE, "" },
	{ DRIVE, "status", CTL_DONE, "IBM ULT3580-TD8 XYZZY_A1: empty\nlibrary: registered" },
	{ DRIVE, "unload", CTL_REFUSED, "the drive is empty" },
	{ DRIVE, "load NOSUCH01", CTL_REFUSED, "~/home/NOSUCH01: there is no such cartridge" },
	{ DRIVE, "Append Only yes", CTL_REFUSED, "no cartridge is loaded" },
	{ DRIVE, "compression zlib", CTL_DONE, "" },
	{ DRIVE, "delay load 3", CTL_DONE, "" },
	{ DRIVE, "open map", CTL_USAGE, "\"open map\" is not for a drive" },
	{ DRIVE, "nonsense", CTL_USAGE, "unknown command \"nonsense\"" },
	{ LIBRARY, "empty map", CTL_REFUSED, "the mail slots are closed: open them first" },
	{ LIBRARY, "load map E00009L8", CTL_REFUSED,
	  "~/home/E00009L8: there is no such cartridge" },
	{ LIBRARY, "open map", CTL_DONE, "" },
	{ LIBRARY, "load map NOSUCH01", CTL_REFUSED,
	  "~/home/NOSUCH01: there is no such cartridge" },
	{ LIBRARY, "load map E00001L8", CTL_REFUSED, "the barcode is already in the library" },
	{ LIBRARY, "load map E00003L8", CTL_DONE, "" },
	{ LIBRARY, "list map", CTL_DONE, "Contents: E00003L8" },
	{ LIBRARY, "empty map", CTL_DONE, "" },
	{ LIBRARY, "list map", CTL_DONE, "Contents:" },
	{ LIBRARY, "close map", CTL_DONE, "" },
	{ LIBRARY, "add slot", CTL_DONE, "slot=5" },
	{ LIBRARY, "offline", CTL_DONE, "" },
	{ LIBRARY, "status", CTL_DONE, "offline, mail slots closed, 9 elements, 3 cartridges" },
	{ LIBRARY, "online", CTL_DONE, "" },
	{ LIBRARY, "TapeAlert 1", CTL_DONE, "" },
	{ LIBRARY, "load E00001L8", CTL_USAGE, "\"load\" is not for a library" },
	{ LIBRARY, "exit", CTL_DONE, "" },
	{ 0 },
};

static void test_verbs(void)
{
	struct house *r = house_new(NULL, NULL);

	house_make(r, "E00003L8", CART_DATA_TAPE);
	house_start_library(r);
	house_start_tape(r);
	house_settle(r);
	for (const struct verb_row *v = verb_rows; v->text; v++) {
		post_ask(&r->post, v->to, v->text);
		house_settle(r);
		IS(r->post.has_last, true, v->text);
		IS(r->post.last.code, v->code, v->text);
		house_says(r, r->post.last.text, v->reply, v->text);
	}
	IS(r->tape.drive.unit.alerts >> 19 & 1, 1, "flag 20 is set");
	IS(r->log.verbose, 1, "the level is what was said last");
	IS(r->loop.stopped, true, "exit ends the loop");
	bad += house_end(r);
}

static void test_unsavable(void)
{
	struct house *r = house_new(NULL, NULL);
	char path[128];

	snprintf(path, sizeof(path), "%s/library_contents.10.persist.new", r->dir);
	mkdir(path, 0700);		/* in the way of the file */
	IS(house_start_library(r) < 0, true,
	   "a library that cannot save its inventory does not start");
	house_stop_library(r);
	rmdir(path);
	IS(house_start_library(r), 0, "one that can, does");
	bad += house_end(r);
}

int main(void)
{
	test_moves();
	test_restarts();
	test_no_answer();
	test_truth();
	test_verbs();
	test_unsavable();
	return bad != 0;
}
