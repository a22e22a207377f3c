// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake/house.h"

enum { PATIENCE_MS = 4000 };

void house_is(struct house *h, long long got, long long want, const char *what)
{
	if (got == want)
		printf("ok - daemons: %s\n", what);
	else
		printf("not ok - daemons: %s: %lld, not %lld\n", what, got, want);
	h->failed += got != want;
}

void house_says(struct house *h, const char *got, const char *want, const char *what)
{
	const size_t inside = *want == '~' ? strlen(h->dir) : 0;
	const char *rest = want + (inside != 0);
	const bool ok = !strncmp(got, h->dir, inside) &&
			(*rest ? !strncmp(got + inside, rest, strlen(rest)) : !got[inside]);

	if (ok)
		printf("ok - daemons: %s\n", what);
	else
		printf("not ok - daemons: %s: \"%s\", not \"%s\"\n", what, got, want);
	h->failed += !ok;
}

const char house_devices[] =
	"VERSION: 5\n\n"
	"Library: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n"
	" Vendor identification: STK\n Product identification: L700\n"
	" Unit serial number: XYZZY_A\n PERSIST: True\n\n"
	"Drive: 11 CHANNEL: 00 TARGET: 01 LUN: 00\n Library ID: 10 Slot: 1\n"
	" Vendor identification: IBM\n Product identification: ULT3580-TD8\n"
	" Unit serial number: XYZZY_A1\n\n";

const char house_contents[] =
	"Drive 1:\nPicker 1:\nMAP 1:\nMAP 2:\n"
	"Slot 1: E00001L8\nSlot 2: E00002L8\nSlot 3: GONE01L8\nSlot 4:\n";

void house_write(struct house *h, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", h->dir, name);
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
}

void house_make(struct house *h, const char *barcode, enum cart_type type)
{
	struct cart_spec spec = { .type = type, .medium = "LTO8", .density = 0x5e,
				   .capacity = 1 << 20 };
	char path[256];
	struct cart_folder *f;

	snprintf(spec.barcode, sizeof(spec.barcode), "%s", barcode);
	snprintf(path, sizeof(path), "%s/%s", h->home, barcode);
	mkdir(path, 0700);
	HOUSE_IS(h, cart_folder_open(path, &f), 0, "a cartridge's folder");
	HOUSE_IS(h, cart_create(&cart_file_io, f, &spec), CART_OK, "a cartridge");
	cart_folder_close(f);
}

static void begin(struct tape *t)
{
	struct house *h = (struct house *)((char *)t - offsetof(struct house, tape));

	h->begun = true;
	tape_start(t, false);
}

void house_run(struct house *h, const bool *until)
{
	const uint64_t end = loop_now_ms() + PATIENCE_MS;

	while (!*until && loop_now_ms() < end)
		if (!post_deliver(&h->post))
			loop_step(&h->loop, 2);
}

/* Until all has been said and done. */
void house_settle(struct house *h)
{
	for (int quiet = 0; quiet < 5; quiet++) {
		if (post_deliver(&h->post) || h->tape.working)
			quiet = 0;
		loop_step(&h->loop, quiet ? 2 : 0);
	}
}

void house_start_tape(struct house *h)
{
	const struct tape_parts parts = {
		.log = &h->log, .loop = &h->loop, .worker = &h->worker, .fifo = &h->fifo,
		.channel = post_join(&h->post, HOUSE_DRIVE), .home = h->home, .begin = begin,
		.conf = conf_find_drive(h->devices, HOUSE_DRIVE),
	};

	h->begun = false;
	HOUSE_IS(h, tape_init(&h->tape, &parts), 0, "a drive starts");
	h->tape_runs = true;
	h->drive.lu = &h->tape.drive.unit.lu;
	tape_ask(&h->tape);
	house_run(h, &h->begun);
	HOUSE_IS(h, h->begun, true, "and begins");
}

void house_stop_tape(struct house *h, bool clean)
{
	if (!h->tape_runs)
		return;
	if (clean) {
		const bool known = ssc_at_beginning(&h->tape.drive);

		HOUSE_IS(h, tape_stop(&h->tape), known, "puts its cartridge away");
	} else {
		cart_drop(h->tape.drive.cart);
		cart_folder_close(h->tape.folder);
	}
	tape_release(&h->tape);
	h->tape_runs = false;
	post_unit(&h->post, HOUSE_DRIVE)->address = 0;
}

int house_start_library(struct house *h)
{
	const struct library_parts parts = {
		.log = &h->log, .loop = &h->loop, .worker = &h->worker, .fifo = &h->fifo,
		.channel = post_join(&h->post, HOUSE_LIBRARY), .home = h->home, .dir = h->dir,
		.conf = conf_find_library(h->devices, HOUSE_LIBRARY), .devices = h->devices,
	};
	const int err = library_init(&h->library, &parts);

	h->library_runs = true;
	h->changer.lu = &h->library.changer.unit.lu;
	if (!err)
		library_greet_all(&h->library);
	return err;
}

void house_stop_library(struct house *h)
{
	if (h->library_runs)
		library_release(&h->library);
	h->library_runs = false;
	if (post_unit(&h->post, HOUSE_LIBRARY))
		post_unit(&h->post, HOUSE_LIBRARY)->address = 0;
}

struct house *house_new(const char *devices, const char *contents)
{
	struct house *h = calloc(1, sizeof(*h));
	struct conf_report report = { 0 };

	strcpy(h->dir, "/tmp/mhvtl-test-XXXXXX");
	if (!mkdtemp(h->dir))
		abort();
	snprintf(h->home, sizeof(h->home), "%s/home", h->dir);
	mkdir(h->home, 0700);
	house_write(h, "device.conf", devices ? devices : house_devices);
	house_write(h, "library_contents.10", contents ? contents : house_contents);
	log_init(&h->log, "test", 0, 0);
	h->log.fd = -1;			/* what is said is not what is tested */
	h->fifo.fd = -1;
	HOUSE_IS(h, conf_load_devices(h->dir, &h->devices, &report), 0, "device.conf");
	HOUSE_IS(h, loop_init(&h->loop), 0, "the loop");
	HOUSE_IS(h, worker_start(&h->worker, &h->loop), 0, "the worker");
	house_make(h, "E00001L8", CART_DATA_TAPE);
	house_make(h, "E00002L8", CART_DATA_TAPE);
	return h;
}

int house_end(struct house *h)
{
	char command[128];
	int failed;

	HOUSE_IS(h, worker_stop(&h->worker, 1000), true, "the worker stops");
	house_stop_tape(h, true);
	house_stop_library(h);
	conf_free_devices(h->devices);
	loop_release(&h->loop);
	free(h->changer.answer.in);
	free(h->drive.answer.in);
	snprintf(command, sizeof(command), "rm -rf %s", h->dir);
	if (system(command))
		h->failed++;
	failed = h->failed;
	free(h);
	return failed;
}

/* A command that may take its time; the attentions before it are swallowed. */
void house_command(struct house *h, struct script *host, const char *what, const char *cdb,
		    uint8_t sense, uint16_t asc)
{
	static const struct step test = { .what = "TEST UNIT READY" };
	struct step s = { .what = what, .in = ANY, .sense = sense, .asc = asc };

	memcpy(s.cdb, cdb, 12);
	for (int i = 0; i < 8; i++)
		script_send(host, &test);
	if (!script_send(host, &s))
		house_run(h, &host->answer.came);
	h->failed += script_check("daemons", &s, &host->answer);
}

const char *house_in(struct house *h, enum smc_type type, uint32_t n)
{
	return smc_element_nth(&h->library.changer, type, n)->barcode;
}

void house_ask(struct house *h, uint32_t to, const char *text)
{
	post_ask(&h->post, to, text);
	house_settle(h);
	HOUSE_IS(h, h->post.has_last, true, text);
}
