// SPDX-License-Identifier: GPL-2.0-only
/*
 * A drive is given a cartridge that is none, or not whole, or of a later program: one line in the
 * log, which says what and where, the right sense, and nothing is changed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/crc.h"
#include "base/macros.h"
#include "fake/capture.h"
#include "fake/house.h"
#include "media/format.h"

enum { DRIVE = HOUSE_DRIVE, OBJECTS = 3, TEXT = 4096 };

#define FEATURE(word) offsetof(struct meta_header, word)
#define DAMAGE_ALERTS (1u << 3 | 1u << 17)	/* media, and directory */

static int bad;		/* of this program's tests */

enum outcome { REFUSED, PROTECTED, SPOILT, WHOLE };	/* spoilt: known when it is read */

/* E00001L8 and E00002L8 hold a block, a filemark, a block; BLANK1L8 nothing. */
static const struct row {
	const char *what;
	const char *command;		/* in the cartridge's folder; or: */
	size_t feature;			/* which word gets a bit that nobody knows */
	enum outcome outcome;
	const char *log;		/* expression for the one line; "": nothing is said */
	uint8_t sense;			/* of the host's LOAD, where it is refused */
	uint16_t asc;
	int readable;			/* of its objects */
	uint32_t alerts;
} rows[] = {
	/* what, command, feature, outcome, log, sense of LOAD, objects to be read, alerts */
	{ "a whole one", ":", 0, WHOLE, "", 0, 0, 3, 0 },
	{ "a feature not to be touched", NULL, FEATURE(incompatible), REFUSED,
	  "meta: format 1, features 80000000: too new", 3, 0x3002, 0, 0 },
	{ "a feature to be read alone", NULL, FEATURE(read_only), PROTECTED,
	  "meta: features 80000000 may only be read", 0, 0, 3, 0 },
	{ "a feature that may be passed over", NULL, FEATURE(compatible), WHOLE, "", 0, 0, 3, 0 },

	{ "no meta", "rm meta", 0, REFUSED, "meta: No such file", 4, 0x5300, 0, 0 },
	{ "no data", "rm data", 0, REFUSED, "data: No such file", 4, 0x5300, 0, 0 },
	{ "a truncated meta", "truncate -s 100 meta", 0, REFUSED, "meta: no slot holds",
	  3, 0x3002, 0, 0 },
	{ "truncated data", "truncate -s 100 data", 0, PROTECTED,
	  "data of partition 0: 100 bytes, were 208", 0, 0, 1, DAMAGE_ALERTS },
	{ "empty data", "truncate -s 0 data", 0, PROTECTED,
	  "data of partition 0: 0 bytes, were 208", 0, 0, 0, DAMAGE_ALERTS },
	{ "a truncated indx", "truncate -s 5000 indx", 0, WHOLE,
	  "data of partition 0 not put away: 3 objects found, 0 bytes cut", 0, 0, 3, 0 },
	{ "an empty indx", "truncate -s 0 indx", 0, WHOLE,
	  "data of partition 0 not put away: 3 objects found, 0 bytes cut", 0, 0, 3, 0 },

	{ "another file for meta", "echo hello >meta", 0, REFUSED, "meta: no slot holds",
	  3, 0x3002, 0, 0 },
	{ "a long one", "head -c 200000 /dev/zero | tr '\\0' x >meta", 0, REFUSED,
	  "meta: no slot holds", 3, 0x3002, 0, 0 },
	{ "another file for data", "head -c 500 /dev/zero | tr '\\0' x >data", 0, PROTECTED,
	  "data of partition 0, offset 136: object 2: is not there",
	  0, 0, 0, DAMAGE_ALERTS },
	{ "another file for indx", "head -c 9000 /dev/zero | tr '\\0' x >indx", 0, WHOLE,
	  "data of partition 0 not put away: 3 objects found, 0 bytes cut", 0, 0, 3, 0 },
	{ "a spoilt block", "printf x | dd of=data bs=1 seek=65 conv=notrunc status=none", 0,
	  SPOILT, "data of partition 0, offset 0: object 0: checksum", 0, 0, 0, 0 },
	{ "meta of another", "cp ../E00002L8/meta .", 0, PROTECTED,
	  "data of partition 0, offset 0: object 0: does not hold, and was on disk once",
	  0, 0, 0, DAMAGE_ALERTS },
	{ "meta of a blank one", "cp ../BLANK1L8/meta .", 0, PROTECTED,
	  "data of partition 0, offset 0: object 0: ", 0, 0, 0, DAMAGE_ALERTS },
	{ "data of another", "cp ../E00002L8/data .", 0, PROTECTED,
	  "data of partition 0, offset 136: object 2: is not there",
	  0, 0, 0, DAMAGE_ALERTS },
	{ "indx of another", "cp ../E00002L8/indx .", 0, WHOLE,
	  "data of partition 0 not put away: 3 objects found, 0 bytes cut", 0, 0, 3, 0 },

	{ "a symlink for meta", "mv meta real; ln -s real meta", 0, REFUSED,
	  "meta: Too many levels", 4, 0x5300, 0, 0 },
	{ "a symlink for data", "mv data real; ln -s real data", 0, REFUSED,
	  "data: Too many levels", 4, 0x5300, 0, 0 },
	{ "a symlink for indx", "mv indx real; ln -s real indx", 0, REFUSED,
	  "indx: Too many levels", 4, 0x5300, 0, 0 },
	{ "a symlink for the folder", "cd .. && mv E00001L8 real && ln -s real E00001L8", 0,
	  REFUSED, "/home/E00001L8: Too many levels", 4, 0x5300, 0, 0 },
	{ "a file for the folder", "cd .. && rm -r E00001L8 && echo hello >E00001L8", 0,
	  REFUSED, "/home/E00001L8: Not a directory", 4, 0x5300, 0, 0 },
	{ "nothing at all", "cd .. && rm -r E00001L8", 0, REFUSED,
	  "/home/E00001L8: there is no such cartridge", 4, 0x5300, 0, 0 },
	{ "a FIFO for data", "rm data; mkfifo data", 0, REFUSED, "data: Invalid argument",
	  4, 0x5300, 0, 0 },
	{ "a folder for indx", "rm indx; mkdir indx", 0, REFUSED, "indx: Is a directory",
	  4, 0x5300, 0, 0 },
};

static void fill(struct house *h, const char *barcode)
{
	char path[160], why[CART_WHY_MAX];
	struct cart_folder *f;
	struct cart *c;

	snprintf(path, sizeof(path), "%s/%s", h->home, barcode);
	if (cart_folder_open(path, &f))
		abort();
	if (cart_open(&cart_file_io, f, CART_TOOL, "TEST", 0, &c, why) ||
	    cart_write(c, "one", 3) || cart_write_filemarks(c, 1, false) ||
	    cart_write(c, barcode, 8) || cart_close(c))
		abort();
	cart_folder_close(f);
}

/* The highest bit of that word, in both slots, and the CRC again. */
static void set_feature(const char *folder, size_t word)
{
	static uint8_t slot[META_SLOT];
	struct meta_header *h = (void *)slot;
	char path[200];
	int fd;

	snprintf(path, sizeof(path), "%s/meta", folder);
	fd = open(path, O_RDWR | O_CLOEXEC);
	for (off_t at = 0; at < 2 * META_SLOT; at += META_SLOT) {
		if (pread(fd, slot, sizeof(slot), at) != sizeof(slot))
			abort();
		slot[word + 3] |= 0x80;
		h->crc = le32_of(0);
		h->crc = le32_of(crc32c(0, slot, META_HEADER + le32_get(h->len)));
		if (pwrite(fd, slot, sizeof(slot), at) != sizeof(slot))
			abort();
	}
	close(fd);
}

static void spoil(struct house *h, const struct row *row)
{
	char folder[160], command[400];

	snprintf(folder, sizeof(folder), "%s/E00001L8", h->home);
	if (row->feature)
		set_feature(folder, row->feature);
	if (!row->command)
		return;
	snprintf(command, sizeof(command), "cd %s && { %s; }", folder, row->command);
	HOUSE_IS(h, system(command), 0, row->command);
}

/* Names, kinds, sizes, times of change and contents of all below the home. */
static const char *sums(struct house *h, char text[TEXT])
{
	char command[256];
	size_t n;
	FILE *f;

	snprintf(command, sizeof(command),
		 "cd %s && { find . -printf '%%p %%y %%m %%s %%t %%l\\n'; "
		 "find . -type f -exec md5sum {} +; } | sort", h->home);
	f = popen(command, "r");
	n = fread(text, 1, TEXT - 1, f);
	text[n] = 0;
	HOUSE_IS(h, pclose(f) == 0 && n > 100, true, "the sums are taken");
	return text;
}

static void log_begin(struct house *h)
{
	h->log.fd = memfd_create("log", MFD_CLOEXEC);
}

/* One line with the barcode, and where and why; or none. */
static void log_end(struct house *h, const struct row *row)
{
	char text[TEXT], regex[300];
	const ssize_t n = pread(h->log.fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = 0;
	close(h->log.fd);
	h->log.fd = -1;
	snprintf(regex, sizeof(regex), "^test 0: E00001L8: [^\n]*%s[^\n]*\n$", row->log);
	if (!capture_like(text, *row->log ? regex : "")) {
		printf("not ok - %s: the log: %s\n", row->what, text);
		h->failed++;
	}
}

static void host(struct house *h, const struct step *s)
{
	if (!script_send(&h->drive, s))
		house_run(h, &h->drive.answer.came);
	h->failed += script_check("bad media", s, &h->drive.answer);
}

#define TUR "\0\0\0\0\0\0\0\0\0\0\0"

/* What can be read is, the rest is damage and no blank tape, and writing is as it must be. */
static void use(struct house *h, const struct row *row)
{
	static const struct step reads[OBJECTS] = {
		{ "the block", { 0x08, 0, 0, 0, 3 }, .in = BYTES("one") },
		{ "the filemark", { 0x08, 0, 0, 0, 3 }, .sense = 0x80, .asc = 0x0001 },
		{ "the last block", { 0x08, 0, 0, 0, 8 }, .in = BYTES("E00001L8") },
	};
	static const struct step lost = {
		"is damaged", { 0x08, 0, 0, 0, 3 }, .in = ANY, .sense = 0x03, .asc = 0x3100,
	};
	struct step write = { "write", { 0x0a, 0, 0, 0, 1 }, .out = BYTES("x") };

	house_command(h, &h->drive, row->what, TUR, 0, 0);
	for (int i = 0; i < row->readable; i++)
		host(h, &reads[i]);
	if (row->readable < OBJECTS)
		host(h, &lost);
	if (row->outcome != WHOLE) {
		write.sense = 0x07;
		write.asc = 0x2700;
	}
	host(h, &write);
}

static void check(struct house *h, const struct row *row, const char *before)
{
	char after[TEXT];
	const bool same = !strcmp(before, sums(h, after));

	HOUSE_IS(h, h->post.last.code, row->outcome == REFUSED ? CTL_REFUSED : CTL_DONE,
		 row->what);
	HOUSE_IS(h, h->tape.drive.unit.alerts, row->alerts, "the alerts");
	if (row->outcome == REFUSED)
		house_command(h, &h->drive, row->what, TUR, 2, 0x3a00);
	else
		use(h, row);
	log_end(h, row);
	house_stop_tape(h, true);
	HOUSE_IS(h, row->outcome >= SPOILT || same, true, "the load changes nothing");
	HOUSE_IS(h, row->outcome >= SPOILT || !strcmp(before, sums(h, after)), true,
		 "nor does anything else");
}

/* Nobody waits for a library. */
static const char alone[] =
	"VERSION: 5\n\n"
	"Drive: 11 CHANNEL: 00 TARGET: 01 LUN: 00\n"
	" Vendor identification: IBM\n Product identification: ULT3580-TD8\n"
	" Unit serial number: XYZZY_A1\n\n";

static struct house *begin(void)
{
	struct house *h = house_new(alone, NULL);

	house_make(h, "BLANK1L8", CART_DATA_TAPE);
	fill(h, "E00001L8");
	fill(h, "E00002L8");
	return h;
}

static void start(struct house *h)
{
	house_start_tape(h);
	h->tape.drive.max_transfer = CART_BLOCK_MAX;	/* as the unit says */
}

/* at_the_start: it is in the drive when that begins. */
static void by_the_robot(const struct row *row, bool at_the_start)
{
	struct house *h = begin();
	char before[TEXT];

	spoil(h, row);
	sums(h, before);
	start(h);
	if (at_the_start) {
		h->tape.phase = TAPE_ASKING;	/* as it was before */
		h->begun = false;
	}
	log_begin(h);
	house_ask(h, DRIVE, "load E00001L8");
	if (at_the_start) {
		loop_timer_start(&h->loop, &h->tape.patience, 0);
		house_run(h, &h->begun);
	}
	check(h, row, before);
	bad += house_end(h);
}

/* It goes bad between the host's UNLOAD and its LOAD. */
static void by_the_host(const struct row *row)
{
	struct house *h = begin();
	char before[TEXT], after[TEXT];

	start(h);
	house_ask(h, DRIVE, "load E00001L8");
	house_command(h, &h->drive, "the host unloads", "\x1b\0\0\0\0\0\0\0\0\0\0", 0, 0);
	spoil(h, row);
	sums(h, before);
	log_begin(h);
	house_command(h, &h->drive, row->what, "\x1b\0\0\0\1\0\0\0\0\0\0", row->sense, row->asc);
	HOUSE_IS(h, h->tape.drive.unit.alerts, row->alerts, "the alerts");
	log_end(h, row);
	if (row->outcome < SPOILT)
		HOUSE_IS(h, strcmp(before, sums(h, after)), 0, "the load changes nothing");
	bad += house_end(h);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		by_the_robot(&rows[i], false);
		by_the_robot(&rows[i], true);
		if (rows[i].outcome != SPOILT)
			by_the_host(&rows[i]);
	}
	return bad != 0;
}
