// SPDX-License-Identifier: GPL-2.0-only
/* Which WRITEs go into a stream, and which are written before they are answered, or refused. */
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "fake/behind.h"

static const uint8_t block[3 * BED_LEN];

static void at_begin(struct bed *bed)
{
	bed_rewind(bed);
}

static void one_back(struct bed *bed)
{
	bed_send(bed, &(struct step){ "", { 0x11, 0, 0xff, 0xff, 0xff } });
}

static void no_keeping(struct bed *bed)
{
	bed->b.may_keep = false;
}

static void no_pipeline(struct bed *bed)
{
	bed->r.drive.stream.pipeline = NULL;
}

static void no_thread(struct bed *bed)
{
	bed->b.refuse = true;
}

static void raw_does_not_pay(struct bed *bed)
{
	bed->b.base.raw = false;
}

static void compressed(struct bed *bed)
{
	bed->b.base.raw = false;
	bed->r.drive.settings.compression = true;
	ssc_set_codec(&bed->r.drive, CART_LZO);
}

static void protected(struct bed *bed)
{
	cart_set_protect(bed->r.drive.cart, true);
}

static void append_only(struct bed *bed)
{
	cart_set_append_only(bed->r.drive.cart, true);
}

static void append_only_at_begin(struct bed *bed)
{
	append_only(bed);
	bed_rewind(bed);
}

static void lost(struct bed *bed)
{
	ssc_position_lost(&bed->r.drive);
}

static void no_allocation(struct bed *bed)
{
	rig_cartridge(&bed->r, "E01001L8")->no_allocate = true;
	bed_rewind(bed);
	bed_write(bed);		/* what was allocated is cut */
}

/* The zone of PEWS is larger than the tape. */
static void in_warning_zone(struct bed *bed)
{
	bed_send(bed, &(struct step){ "", { 0x15, 0x10, 0, 0, 36 },
	     .out = BYTES("\0\0\x10\0" "\x50\1\0\x1c\0\2\0\xff\0\0\0\0\0\0\0\0"
			  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") });
	rig_want(&bed->r, !bed->r.script.answer.status, "PEWS is set");
	bed_write(bed);
}

static const struct when_row {
	const char *what;
	void (*set)(struct bed *bed);	/* behind a block, at the end of data */
	bool early;
	uint8_t sense;
	uint16_t asc;
} whens[] = {
	{ "at the end of data, early", NULL, true, 0, 0 },
	{ "where data are, plain", at_begin, false, 0, 0 },
	{ "one block before the end, plain", one_back, false, 0, 0 },
	{ "a transport that keeps nothing, plain", no_keeping, false, 0, 0 },
	{ "no pipeline, plain", no_pipeline, false, 0, 0 },
	{ "no thread for it, plain", no_thread, false, 0, 0 },
	{ "nothing is compressed, plain", raw_does_not_pay, false, 0, 0 },
	{ "compressed, early", compressed, true, 0, 0 },
	{ "write protected, refused", protected, false, 0x07, 0x2700 },
	{ "append-only, early: at the end of data", append_only, true, 0, 0 },
	{ "append-only, elsewhere, refused", append_only_at_begin, false, 0x07, 0x300c },
	{ "position lost, refused", lost, false, 0x03, 0x3b00 },
	{ "a disk that reserves nothing, plain", no_allocation, false, 0, 0 },
	{ "in the zone of PEWS, plain", in_warning_zone, false, 0, 0 },
};

static int test_when(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(whens); i++) {
		const struct when_row *w = &whens[i];
		struct bed *bed = bed_new("ULT3580-TD8", CART_DATA_TAPE, 0);

		bed_write(bed);
		if (w->set)
			w->set(bed);
		bed_write(bed);
		rig_want(&bed->r, !!bed->b.keep == w->early && bed->b.sense.byte2 == w->sense &&
			 bed->b.sense.asc == w->asc && !bed->b.sense.deferred, w->what);
		failed += bed_end(bed);
	}
	return failed;
}

/* Nothing that is not part of a block may be kept: it would be one, if this program died. */
static int test_more_than_blocks(void)
{
	static const uint32_t more[] = { 1, BED_LEN };
	struct bed *bed = bed_new("ULT3580-TD8", CART_DATA_TAPE, 0);

	bed_write(bed);
	for (size_t i = 0; i < ARRAY_SIZE(more); i++) {
		behind_send(&bed->b, block, BED_LEN + more[i], BED_LEN, false);
		rig_want(&bed->r, bed_is_plain(bed),
		 "a host that sends more than its CDB says, plain");
	}
	bed_write(bed);
	behind_send(&bed->b, block, 2 * BED_LEN, BED_LEN, false);
	rig_want(&bed->r, bed_is_plain(bed) && bed->b.done == bed->b.put, "behind a stream, too");
	return bed_end(bed);
}

int main(void)
{
	return test_when() + test_more_than_blocks() != 0;
}
