// SPDX-License-Identifier: GPL-2.0-only
/* The same WRITEs with a stream and without: the same answers, log pages, and cartridge. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/behind.h"
#include "fake/filling.h"

static uint8_t bytes[30 * BED_LEN];

struct life {
	const char *what;
	enum cart_type type;
	uint64_t capacity, disk;	/* bytes; 0: without end */
	enum cart_codec codec;
	uint32_t writes;
	bool fixed;
	uint32_t least;			/* WRITEs that are early */
};

static const struct life lives[] = {
	{ "raw", CART_DATA_TAPE, 0, 0, CART_RAW, 400, false, 300 },
	{ "LZO", CART_DATA_TAPE, 0, 0, CART_LZO, 400, false, 300 },
	{ "fixed", CART_DATA_TAPE, 0, 0, CART_RAW, 400, true, 300 },
	{ "fixed, zstd", CART_DATA_TAPE, 0, 0, CART_ZSTD, 400, true, 300 },
	{ "WORM", CART_WORM_TAPE, 0, 0, CART_LZO, 300, false, 250 },
	{ "a short tape", CART_DATA_TAPE, 3000000, 0, CART_RAW, 400, false, 150 },
	{ "a short tape, compressed", CART_DATA_TAPE, 2000000, 0, CART_LZO, 600, true, 100 },
	{ "a small disk", CART_WORM_TAPE, 1ull << 40, 20 << 20, CART_RAW, 1500, false, 400 },
	{ "a small disk, compressed", CART_WORM_TAPE, 1ull << 40, 18 << 20,
	  CART_LZO, 2500, false, 100 },
	{ "a smaller disk", CART_DATA_TAPE, 1ull << 40, 5 << 20, CART_RAW, 600, false, 0 },
	{ "a null tape", CART_NULL_TAPE, 0, 0, CART_RAW, 300, false, 250 },
};

enum { SENSES = 3000 };

struct record {
	uint16_t sense[SENSES];		/* byte 2 and ASC; 0: GOOD */
	uint64_t early;
	uint8_t pages[2][1024], position[32];
	uint32_t page_len[2];
	struct mem_io *io;
};

static void ask_pages(struct bed *bed, struct record *to)
{
	static const uint8_t codes[] = { 0x0c, 0x17 };
	const struct script_answer *a = &bed->r.script.answer;

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		const uint8_t page = 0x40 | codes[i];

		bed_send(bed, &(struct step){ "", { 0x4d, 0, page, 0, 0, 0, 0, 4 }, .room = 1024 });
		to->page_len[i] = a->in_len;
		memcpy(to->pages[i], a->in, a->in_len);
	}
	bed_send(bed, &(struct step){ "", { 0x34, 6 } });
	memcpy(to->position, a->in, a->in_len < 32 ? a->in_len : 32);
}

/* Filemarks, and steps back, now and then. */
static void now_and_then(struct bed *bed, uint32_t i, bool worm)
{
	if (i % 97 == 50)
		bed_send(bed, &(struct step){ "", { 0x10, 1, 0, 0, 1 } });
	if (i % 201 == 150 && !worm)
		bed_send(bed, &(struct step){ "", { 0x11, 0, 0xff, 0xff, 0xfe } });
	if (i % 97 == 20)
		behind_work(&bed->b, 1000);
}

static void live(const struct life *l, struct mem_io *io, bool early, struct record *to)
{
	struct bed *bed = bed_new("ULT3580-TD8", l->type, l->capacity);
	uint32_t seed = 5, pace = 7;

	rig_eject(&bed->r);
	mem_io_assign(bed->r.shelf[0].io, io);
	bed->r.shelf[0].io->no_journal = true;
	bed->r.shelf[0].io->disk = l->disk;
	rig_insert(&bed->r, "E01001L8");
	bed->r.drive.settings.compression = l->codec != CART_RAW;
	ssc_set_codec(&bed->r.drive, l->codec);
	bed->r.drive.block_length = l->fixed ? BED_LEN : 0;
	bed->b.may_keep = early;
	for (uint32_t i = 0; i < l->writes; i++) {
		const uint32_t n = 1 + filling_draw(&seed) % 30;

		fill(bytes, (size_t)n * BED_LEN, i % 3 ? FILL_HALF : FILL_NOISE, i);
		behind_write(&bed->b, bytes, n * BED_LEN, l->fixed ? n : 0);
		to->sense[i] = (uint16_t)(bed->b.sense.byte2 << 8 | (bed->b.sense.asc & 0xff));
		to->early += !!bed->b.keep;
		if (bed->b.put - bed->b.done > filling_draw(&pace) % 16)
			behind_work(&bed->b, filling_draw(&pace) % 8);
		now_and_then(bed, i, l->type == CART_WORM_TAPE);
	}
	ask_pages(bed, to);
	rig_eject(&bed->r);
	to->io = mem_io_copy(bed->r.shelf[0].io);
	bed_end(bed);
}

static const char *difference(const struct record *a, const struct record *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(a->io->file); i++) {
		const struct mem_file *f = &a->io->file[i], *g = &b->io->file[i];

		if (strcmp(f->name, g->name) || f->exists != g->exists ||
		    f->now.size != g->now.size ||
		    (f->now.size && memcmp(f->now.bytes, g->now.bytes, f->now.size)))
			return "files differ";
	}
	if (memcmp(a->sense, b->sense, sizeof(a->sense)))
		return "another answer";
	if (memcmp(a->page_len, b->page_len, sizeof(a->page_len)) ||
	    memcmp(a->pages, b->pages, sizeof(a->pages)))
		return "log pages differ";
	return memcmp(a->position, b->position, 32) ? "another position" : NULL;
}

static int test_both_ways(const struct life *l)
{
	struct bed *bed = bed_new("ULT3580-TD8", l->type, l->capacity);
	struct record *rec = calloc(2, sizeof(*rec));
	const char *why;
	char what[128];

	rig_eject(&bed->r);
	live(l, bed->r.shelf[0].io, false, &rec[0]);
	live(l, bed->r.shelf[0].io, true, &rec[1]);
	why = difference(&rec[0], &rec[1]);
	if (rec[0].early || rec[1].early < l->least)
		why = "not early";
	snprintf(what, sizeof(what), "the same as written at once, %llu of %u early: %s%s%s",
		 (unsigned long long)rec[1].early, l->writes, l->what, why ? ": " : "",
		 why ? why : "");
	rig_want(&bed->r, !why, what);
	mem_io_free(rec[0].io);
	mem_io_free(rec[1].io);
	free(rec);
	return bed_end(bed);
}

int main(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lives); i++)
		failed += test_both_ways(&lives[i]);
	return failed != 0;
}
