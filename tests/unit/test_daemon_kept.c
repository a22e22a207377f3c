// SPDX-License-Identifier: GPL-2.0-only
/* What a drive's last daemon had answered and not written: where the next one puts it. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/macros.h"
#include "fake/capture.h"
#include "fake/house.h"

enum { DRIVE = HOUSE_DRIVE };

static int bad;		/* of this program's tests */

static struct cart *open_it(struct house *h, const char *barcode, struct cart_folder **f)
{
	char path[200], why[CART_WHY_MAX];
	struct cart *cart = NULL;

	snprintf(path, sizeof(path), "%s/%s", h->home, barcode);
	*f = NULL;
	if (!cart_folder_open(path, f))
		cart_open(&cart_file_io, *f, CART_TOOL, "", 0, &cart, why);
	return cart;
}

static void close_it(struct cart *cart, struct cart_folder *f)
{
	if (cart)
		cart_close(cart);
	cart_folder_close(f);
}

/* Of two blocks of "new", behind what is there; uuid: whose cartridge's. */
static void make_note(struct house *h, uint8_t *note, const char *barcode, const char *uuid)
{
	struct cart_folder *f;
	struct cart *cart = open_it(h, uuid, &f);
	const le32 len = le32_of(3);

	memset(note, 0, SCSI_NOTE_LEN);
	memcpy(note + 8, &len, sizeof(len));
	if (cart)
		memcpy(note + 16, cart_spec(cart)->uuid, 16);
	memcpy(note + 32, barcode, strlen(barcode));
	close_it(cart, f);
}

static const struct row {
	const char *what, *barcode, *uuid;
	const char *loaded;		/* the drive's; NULL: empty */
	bool locked;			/* another owner has it */
	enum { WRITTEN, STAYS, LOST } end;
	const char *log;
} rows[] = {
	{ "it is in the drive", "E00001L8", "E00001L8", "E00001L8", false, WRITTEN,
	  "E00001L8: 2 blocks from object 0 on" },
	{ "another one is", "E00002L8", "E00002L8", "E00001L8", false, WRITTEN,
	  "E00002L8: 2 blocks from object 0 on" },
	{ "the drive is empty", "E00001L8", "E00001L8", NULL, false, WRITTEN, "are written" },
	{ "another owner has it", "E00002L8", "E00002L8", "E00001L8", true, STAYS, "cannot be" },
	{ "a barcode with a slash", "../home/E00001L8", "E00001L8", NULL, false, STAYS,
	  "cannot be written" },
	{ "the folder above", "..", "E00001L8", NULL, false, STAYS, "cannot be written" },
	{ "an unknown barcode", "E00009L8", "E00001L8", NULL, false, STAYS, "cannot be written" },
	{ "another cartridge of that name", "E00001L8", "E00002L8", NULL, false, STAYS,
	  "cannot be written" },
	{ "no barcode", "", "E00001L8", NULL, false, LOST, "are lost" },
};

static uint64_t objects_of(struct house *h, const char *barcode)
{
	struct cart_folder *f;
	struct cart *cart;
	uint64_t n;

	if (h->tape.drive.cart && !strcmp(h->tape.drive.barcode, barcode))
		return cart_end_of(h->tape.drive.cart, 0).objects;
	cart = open_it(h, barcode, &f);
	n = cart ? cart_end_of(cart, 0).objects : 0;
	close_it(cart, f);
	return n;
}

/* A host is told once, after the attentions, by the first command that needs the tape. */
static void check_host(struct house *h, const struct row *row)
{
	const struct script_answer *a = &h->drive.answer;
	int deferred = 0;

	if (!h->tape.drive.cart)
		house_ask(h, DRIVE, "load E00001L8");
	for (int i = 0; i < 6; i++) {
		script_send(&h->drive, &(struct step){ "REWIND", { 0x01 } });
		deferred += a->status == SAM_CHECK && a->sense[0] == 0x71 && a->sense[2] == 3 &&
			    a->sense[12] == 0x0c;
	}
	HOUSE_IS(h, deferred, row->end == LOST, row->what);
	HOUSE_IS(h, a->status, SAM_GOOD, row->what);
}

static void check(const struct row *row)
{
	struct house *h = house_new(NULL, NULL);
	uint8_t note[SCSI_NOTE_LEN];
	struct cart_folder *f = NULL;
	struct cart *other = NULL;
	char text[2000] = "";

	make_note(h, note, row->barcode, row->uuid);
	log_init(&h->log, "test", 0, 1);
	h->log.fd = memfd_create("log", MFD_CLOEXEC);
	house_start_tape(h);
	house_run(h, &h->begun);
	if (row->loaded) {
		snprintf(text, sizeof(text), "load %s", row->loaded);
		house_ask(h, DRIVE, text);
	}
	if (row->locked)
		other = open_it(h, row->barcode, &f);
	HOUSE_IS(h, tape_kept(&h->tape, note, (const uint8_t *)"newnew", 6),
		 row->end == STAYS ? -ECANCELED : 0, row->what);
	close_it(other, f);
	if (!row->locked)		/* nothing more comes of doing it again */
		tape_kept(&h->tape, note, (const uint8_t *)"newnew", 6);
	HOUSE_IS(h, pread(h->log.fd, text, sizeof(text) - 1, 0) > 0 &&
		 capture_like(text, row->log), true, row->what);
	HOUSE_IS(h, objects_of(h, row->uuid), row->end ? 0 : 2, row->what);
	HOUSE_IS(h, row->end && objects_of(h, "E00001L8"), false, row->what);
	check_host(h, row);
	close(h->log.fd);
	h->log.fd = -1;
	bad += house_end(h);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(&rows[i]);
	return bad != 0;
}
