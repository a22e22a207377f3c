// SPDX-License-Identifier: GPL-2.0-only
/* A library and a drive in one process: what they say to each other, and to an operator. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/library.h"
#include "daemon/tape.h"
#include "fake/post.h"
#include "fake/script.h"

enum { LIBRARY = 10, DRIVE = 11, PATIENCE_MS = 4000 };

static int bad;		/* of this program's tests */

static void is(long long got, long long want, const char *what)
{
	if (got == want)
		printf("ok - daemons: %s\n", what);
	else
		printf("not ok - daemons: %s: %lld, not %lld\n", what, got, want);
	bad += got != want;
}
#define IS(got, want, what) is((long long)(got), (long long)(want), what)

static void says(const char *got, const char *want, const char *what)
{
	if (!strncmp(got, want, strlen(want)))
		printf("ok - daemons: %s\n", what);
	else
		printf("not ok - daemons: %s: \"%s\", not \"%s\"\n", what, got, want);
	bad += strncmp(got, want, strlen(want)) != 0;
}

struct rig {
	char dir[64], home[80];
	struct conf_devices *devices;
	struct log log;
	struct loop loop;
	struct worker worker;
	struct fifo fifo;
	struct post post;
	struct tape tape;
	struct library library;
	bool tape_runs, library_runs, begun;
	struct script changer, drive;	/* hosts */
};

static const char device_conf[] =
	"VERSION: 5\n\n"
	"Library: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n"
	" Vendor identification: STK\n Product identification: L700\n"
	" Unit serial number: XYZZY_A\n PERSIST: True\n\n"
	"Drive: 11 CHANNEL: 00 TARGET: 01 LUN: 00\n Library ID: 10 Slot: 1\n"
	" Vendor identification: IBM\n Product identification: ULT3580-TD8\n"
	" Unit serial number: XYZZY_A1\n\n";

static const char contents[] =
	"Drive 1:\nPicker 1:\nMAP 1:\nMAP 2:\n"
	"Slot 1: E00001L8\nSlot 2: E00002L8\nSlot 3: GONE01L8\nSlot 4:\n";

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
}

static void make_cartridge(struct rig *r, const char *barcode)
{
	struct cart_spec spec = { .medium = "LTO8", .density = 0x5e, .capacity = 1 << 20 };
	char path[256];
	struct cart_folder *f;

	snprintf(spec.barcode, sizeof(spec.barcode), "%s", barcode);
	snprintf(path, sizeof(path), "%s/%s", r->home, barcode);
	mkdir(path, 0700);
	IS(cart_folder_open(path, &f), 0, "a cartridge's folder");
	IS(cart_create(&cart_file_io, f, &spec), CART_OK, "a cartridge");
	cart_folder_close(f);
}

static void begin(struct tape *t)
{
	struct rig *r = (struct rig *)((char *)t - offsetof(struct rig, tape));

	r->begun = true;
	tape_start(t, false);
}

static void run(struct rig *r, const bool *until)
{
	const uint64_t end = loop_now_ms() + PATIENCE_MS;

	while (!*until && loop_now_ms() < end)
		if (!post_deliver(&r->post))
			loop_step(&r->loop, 2);
}

/* Until all has been said and done. */
static void settle(struct rig *r)
{
	for (int quiet = 0; quiet < 5; quiet++) {
		if (post_deliver(&r->post) || r->tape.working)
			quiet = 0;
		loop_step(&r->loop, quiet ? 2 : 0);
	}
}

static void start_tape(struct rig *r)
{
	const struct tape_parts parts = {
		.log = &r->log, .loop = &r->loop, .worker = &r->worker, .fifo = &r->fifo,
		.channel = post_join(&r->post, DRIVE), .home = r->home, .begin = begin,
		.conf = conf_find_drive(r->devices, DRIVE),
	};

	r->begun = false;
	IS(tape_init(&r->tape, &parts), 0, "a drive starts");
	r->tape_runs = true;
	r->drive.lu = &r->tape.drive.unit.lu;
	tape_ask(&r->tape);
	run(r, &r->begun);
	IS(r->begun, true, "and begins");
}

static void stop_tape(struct rig *r, bool clean)
{
	if (!r->tape_runs)
		return;
	if (clean) {
		IS(tape_stop(&r->tape), true, "puts its cartridge away");
	} else {
		cart_drop(r->tape.drive.cart);
		cart_folder_close(r->tape.folder);
	}
	tape_release(&r->tape);
	r->tape_runs = false;
	post_unit(&r->post, DRIVE)->address = 0;
}

static int start_library(struct rig *r)
{
	const struct library_parts parts = {
		.log = &r->log, .loop = &r->loop, .worker = &r->worker, .fifo = &r->fifo,
		.channel = post_join(&r->post, LIBRARY), .home = r->home, .dir = r->dir,
		.conf = conf_find_library(r->devices, LIBRARY), .devices = r->devices,
	};
	const int err = library_init(&r->library, &parts);

	r->library_runs = true;
	r->changer.lu = &r->library.changer.unit.lu;
	if (!err)
		library_greet_all(&r->library);
	return err;
}

static void stop_library(struct rig *r)
{
	if (r->library_runs)
		library_release(&r->library);
	r->library_runs = false;
	if (post_unit(&r->post, LIBRARY))
		post_unit(&r->post, LIBRARY)->address = 0;
}

static struct rig *new_rig(void)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct conf_report report = { 0 };

	strcpy(r->dir, "/tmp/mhvtl-test-XXXXXX");
	if (!mkdtemp(r->dir))
		abort();
	snprintf(r->home, sizeof(r->home), "%s/home", r->dir);
	mkdir(r->home, 0700);
	write_file(r->dir, "device.conf", device_conf);
	write_file(r->dir, "library_contents.10", contents);
	log_init(&r->log, "test", 0, 0);
	r->log.fd = -1;			/* what is said is not what is tested */
	r->fifo.fd = -1;
	IS(conf_load_devices(r->dir, &r->devices, &report), 0, "device.conf");
	IS(loop_init(&r->loop), 0, "the loop");
	IS(worker_start(&r->worker, &r->loop), 0, "the worker");
	make_cartridge(r, "E00001L8");
	make_cartridge(r, "E00002L8");
	return r;
}

static void end_rig(struct rig *r)
{
	char command[128];

	IS(worker_stop(&r->worker, 1000), true, "the worker stops");
	stop_tape(r, true);
	stop_library(r);
	conf_free_devices(r->devices);
	loop_release(&r->loop);
	free(r->changer.answer.in);
	free(r->drive.answer.in);
	snprintf(command, sizeof(command), "rm -rf %s", r->dir);
	if (system(command))
		bad++;
	free(r);
}

/* A command that may take its time; the attentions before it are swallowed. */
static void command(struct rig *r, struct script *host, const char *what, const char *cdb,
		    uint8_t sense, uint16_t asc)
{
	static const struct step test = { .what = "TEST UNIT READY" };
	struct step s = { .what = what, .in = ANY, .sense = sense, .asc = asc };

	memcpy(s.cdb, cdb, 12);
	for (int i = 0; i < 8; i++)
		script_send(host, &test);
	if (!script_send(host, &s))
		run(r, &host->answer.came);
	bad += script_check("daemons", &s, &host->answer);
}

#define MOVE(from, to) "\xa5\0\0\0" from to "\0\0\0\0"
#define SLOT1 "\x03\xe8"
#define SLOT2 "\x03\xe9"
#define SLOT3 "\x03\xea"
#define SLOT4 "\x03\xeb"
#define DRIVE1 "\x01\xf4"		/* 500 */
#define TUR "\0\0\0\0\0\0\0\0\0\0\0"

static const char *in_drive(struct rig *r)
{
	return smc_element_nth(&r->library.changer, SMC_DRIVE, 1)->barcode;
}

static const char *in_slot(struct rig *r, uint32_t n)
{
	return smc_element_nth(&r->library.changer, SMC_SLOT, n)->barcode;
}

static void test_moves(void)
{
	struct rig *r = new_rig();

	IS(start_library(r), 0, "a library starts");
	start_tape(r);
	settle(r);
	IS(r->tape.registered, true, "the drive knows its library");
	command(r, &r->drive, "an empty drive", TUR, 0x02, 0x3a00);
	command(r, &r->changer, "move to the drive", MOVE(SLOT1, DRIVE1), 0, 0);
	IS(r->tape.drive.state, SSC_READY, "it is ready when the move ends");
	command(r, &r->drive, "also for its host", TUR, 0, 0);
	says(in_drive(r), "E00001L8", "the inventory has it in the drive");
	command(r, &r->changer, "a full drive takes no second", MOVE(SLOT2, DRIVE1), 5, 0x3b0d);
	says(in_slot(r, 2), "E00002L8", "and the second is where it was");
	command(r, &r->drive, "the host prevents removal", "\x1e\0\0\0\1\0\0\0\0\0\0", 0, 0);
	command(r, &r->changer, "then the robot takes nothing", MOVE(DRIVE1, SLOT1), 5, 0x5302);
	command(r, &r->drive, "the host allows removal", "\x1e\0\0\0\0\0\0\0\0\0\0", 0, 0);
	command(r, &r->drive, "and unloads", "\x1b\0\0\0\0\0\0\0\0\0\0", 0, 0);
	settle(r);
	IS(smc_element_nth(&r->library.changer, SMC_DRIVE, 1)->access, true,
	   "the library hears of it");
	command(r, &r->changer, "move back", MOVE(DRIVE1, SLOT1), 0, 0);
	IS(r->tape.drive.state, SSC_EMPTY, "the drive is empty");
	says(in_slot(r, 1), "E00001L8", "the slot is full");
	command(r, &r->changer, "a barcode without cartridge", MOVE(SLOT3, DRIVE1), 4, 0x5300);
	says(in_slot(r, 3), "GONE01L8", "stays in its slot");
	end_rig(r);
}

static void test_restarts(void)
{
	struct rig *r = new_rig();

	start_library(r);
	start_tape(r);
	settle(r);
	command(r, &r->changer, "loads", MOVE(SLOT2, DRIVE1), 0, 0);
	stop_library(r);
	IS(start_library(r), 0, "the library starts again");
	says(in_drive(r), "E00002L8", "and knows what is in its drive");
	settle(r);
	stop_tape(r, true);
	start_tape(r);
	IS(r->tape.drive.state, SSC_READY, "the drive starts again with its cartridge");
	says(r->tape.drive.barcode, "E00002L8", "which the library has told it");
	stop_tape(r, false);
	start_tape(r);
	says(r->tape.drive.barcode, "E00002L8", "also after a crash");
	stop_tape(r, true);
	stop_library(r);
	start_tape(r);
	IS(r->tape.drive.state, SSC_EMPTY, "without a library it begins empty");
	IS(start_library(r), 0, "which starts later");
	settle(r);
	says(r->tape.drive.barcode, "E00002L8", "and puts into it what belongs there");
	end_rig(r);
}

static void test_no_answer(void)
{
	struct rig *r = new_rig();
	struct step move = { .what = "move to a drive whose daemon is dead", .sense = 4,
			     .asc = 0x5300, .in = ANY };

	start_library(r);
	start_tape(r);
	settle(r);
	memcpy(move.cdb, MOVE(SLOT1, DRIVE1), 12);
	command(r, &r->changer, "a library", TUR, 0, 0);
	post_unit(&r->post, DRIVE)->deaf = true;
	script_send(&r->changer, &move);
	settle(r);
	IS(r->changer.answer.came, false, "it waits");
	post_time_passes(&r->post);
	bad += script_check("daemons", &move, &r->changer.answer);
	says(in_slot(r, 1), "E00001L8", "and the cartridge is where it was");
	post_unit(&r->post, DRIVE)->deaf = false;
	settle(r);
	command(r, &r->changer, "and can be moved later", MOVE(SLOT1, DRIVE1), 0, 0);
	end_rig(r);
}

/* What drives hold counts, whatever the inventory says. */
static void test_truth(void)
{
	struct rig *r = new_rig();

	start_library(r);
	start_tape(r);
	settle(r);
	post_ask(&r->post, DRIVE, "load E00002L8");
	settle(r);
	IS(r->post.last.code, CTL_DONE, "an operator loads the drive");
	says(in_drive(r), "E00002L8", "the inventory follows");
	says(in_slot(r, 2), "", "to the end");
	post_ask(&r->post, DRIVE, "unload");
	settle(r);
	IS(r->post.last.code, CTL_DONE, "an operator unloads it");
	IS(smc_element_nth(&r->library.changer, SMC_DRIVE, 1)->access, true, "for the robot");
	command(r, &r->changer, "which takes it home", MOVE(DRIVE1, SLOT4), 0, 0);
	library_found_in(&r->library, smc_element_nth(&r->library.changer, SMC_DRIVE, 1),
			 "STRANGE1");
	says(in_drive(r), "STRANGE1", "a cartridge that nobody knew is known now");
	library_found_in(&r->library, smc_element_nth(&r->library.changer, SMC_DRIVE, 1),
			 "E00001L8");
	says(in_drive(r), "E00001L8", "another one takes its place");
	IS(smc_element_with(&r->library.changer, "STRANGE1")->type, SMC_SLOT,
	   "and no cartridge is lost");
	end_rig(r);
}

static const struct verb_row {
	uint32_t to;
	const char *text;
	enum ctl_code code;
	const char *reply;
} verb_rows[] = {
	{ DRIVE, "state", CTL_USAGE, "" },		/* a library's word */
	{ DRIVE, "verbose 2", CTL_DONE, "verbose 2" },
	{ DRIVE, "verbose", CTL_DONE, "verbose 1" },
	{ DRIVE, "TapeAlert 80000", CTL_DONE, "" },
	{ DRIVE, "InquiryDataChange", CTL_DONE, "" },
	{ DRIVE, "status", CTL_DONE, "IBM ULT3580-TD8 XYZZY_A1: empty" },
	{ DRIVE, "unload", CTL_REFUSED, "the drive is empty" },
	{ DRIVE, "load NOSUCH01", CTL_REFUSED, "" },
	{ DRIVE, "Append Only yes", CTL_REFUSED, "no cartridge is loaded" },
	{ DRIVE, "compression zlib", CTL_REFUSED, "blocks are stored as they come" },
	{ DRIVE, "delay load 3", CTL_REFUSED, "delays" },
	{ DRIVE, "open map", CTL_USAGE, "" },
	{ DRIVE, "nonsense", CTL_USAGE, "" },
	{ LIBRARY, "empty map", CTL_REFUSED, "the mail slots are closed" },
	{ LIBRARY, "load map E00009L8", CTL_REFUSED, "" },
	{ LIBRARY, "open map", CTL_DONE, "" },
	{ LIBRARY, "load map NOSUCH01", CTL_REFUSED, "" },
	{ LIBRARY, "load map E00001L8", CTL_REFUSED, "the barcode is already in the library" },
	{ LIBRARY, "load map E00003L8", CTL_DONE, "" },
	{ LIBRARY, "list map", CTL_DONE, "Contents: E00003L8" },
	{ LIBRARY, "empty map", CTL_DONE, "" },
	{ LIBRARY, "list map", CTL_DONE, "Contents:" },
	{ LIBRARY, "close map", CTL_DONE, "" },
	{ LIBRARY, "add slot", CTL_DONE, "slot=5" },
	{ LIBRARY, "offline", CTL_DONE, "" },
	{ LIBRARY, "status", CTL_DONE, "offline" },
	{ LIBRARY, "online", CTL_DONE, "" },
	{ LIBRARY, "TapeAlert 1", CTL_DONE, "" },
	{ LIBRARY, "load E00001L8", CTL_USAGE, "" },
	{ LIBRARY, "exit", CTL_DONE, "" },
	{ 0 },
};

static void test_verbs(void)
{
	struct rig *r = new_rig();

	make_cartridge(r, "E00003L8");
	start_library(r);
	start_tape(r);
	settle(r);
	for (const struct verb_row *v = verb_rows; v->text; v++) {
		post_ask(&r->post, v->to, v->text);
		settle(r);
		IS(r->post.has_last, true, v->text);
		IS(r->post.last.code, v->code, v->text);
		says(r->post.last.text, v->reply, v->text);
	}
	IS(r->tape.drive.unit.alerts >> 19 & 1, 1, "flag 20 is set");
	IS(r->log.verbose, 1, "the level is what was said last");
	IS(r->loop.stopped, true, "exit ends the loop");
	end_rig(r);
}

static void test_unsavable(void)
{
	struct rig *r = new_rig();
	char path[128];

	snprintf(path, sizeof(path), "%s/library_contents.10.persist.new", r->dir);
	mkdir(path, 0700);		/* in the way of the file */
	IS(start_library(r) < 0, true, "a library that cannot save its inventory does not start");
	stop_library(r);
	rmdir(path);
	IS(start_library(r), 0, "one that can, does");
	end_rig(r);
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
