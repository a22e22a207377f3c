// SPDX-License-Identifier: GPL-2.0-only
/*
 * A daemon that dies in a stream, at each point of it, with each number of WRITEs under way: the
 * next one has what was kept, and then the cartridge has all that was answered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/behind.h"
#include "fake/filling.h"

enum { WRITES = 30, HOLD = 16, MOST = 3 * BED_LEN };

static uint8_t bytes[MOST];

/* WRITE n is of so many blocks. */
static uint32_t blocks_of(unsigned int n)
{
	return 1 + n % 3;
}

static void make(unsigned int n)
{
	fill(bytes, (size_t)blocks_of(n) * BED_LEN, FILL_HALF, n + 1);
}

static struct bed *begin(enum cart_codec codec)
{
	struct bed *bed = bed_new("ULT3580-TD8", CART_DATA_TAPE, 0);

	bed->r.drive.settings.compression = codec != CART_RAW;
	ssc_set_codec(&bed->r.drive, codec);
	bed->r.drive.block_length = BED_LEN;
	return bed;
}

/* So many WRITEs are answered, and of them at most hold not written. */
static void run(struct bed *bed, unsigned int writes, unsigned int hold)
{
	for (unsigned int n = 0; n < writes; n++) {
		make(n);
		behind_write(&bed->b, bytes, blocks_of(n) * BED_LEN, blocks_of(n));
		if (bed->b.status)
			rig_want(&bed->r, false, "a WRITE is GOOD");
		if (bed->b.put - bed->b.done > hold)
			behind_work(&bed->b, 1);
	}
}

/* The one in hand is written in part. */
static void tear(const struct bed *bed)
{
	const struct behind *b = &bed->b;
	const struct ssc_blocks *t = &b->todo[b->done % BEHIND_MAX];
	uint32_t n;

	if (b->put > b->done && t->count > 1)
		cart_write_blocks(t->cart, t->data, t->len, t->count - 1, &n);
}

/* As the next daemon. */
static const char *replay(const struct bed *bed, struct cart *cart)
{
	for (unsigned int i = 0; i < bed->b.n_kept; i++) {
		const struct behind_kept *k = &bed->b.kept[i];
		struct ssc_kept is;
		uint32_t n;

		if (!ssc_kept_read(k->note, k->data, k->len, &is))
			return "a note";
		if (ssc_kept_write(&is, cart, &n))
			return "it cannot be written";
	}
	return NULL;
}

static const char *compare(struct cart *cart, unsigned int writes)
{
	uint8_t is[BED_LEN];
	uint32_t len = 0;

	cart_locate(cart, 0, 0);
	for (unsigned int n = 0; n < writes; n++) {
		make(n);
		for (uint32_t i = 0; i < blocks_of(n); i++)
			if (cart_read(cart, is, BED_LEN, &len) || len != BED_LEN ||
			    memcmp(is, bytes + (size_t)i * BED_LEN, BED_LEN))
				return "a block that was answered is missing";
	}
	return cart_read(cart, is, BED_LEN, &len) == CART_EOD ? NULL : "more than was answered";
}

/* The program dies; its disk and the module live on. */
static const char *life(enum cart_codec codec, unsigned int writes, unsigned int hold)
{
	struct bed *bed = begin(codec);
	struct mem_io *left;
	struct cart *cart = NULL;
	char why_open[CART_WHY_MAX];
	const char *why = NULL;

	run(bed, writes, hold);
	if (bed->b.put - bed->b.done > hold || (writes > hold + 3 && bed->b.n_kept < hold))
		why = "it does not hold as much as it should";
	if ((writes + hold) % 2)
		tear(bed);
	left = mem_io_copy(bed->r.shelf[0].io);
	cart_open(&mem_cart_io, left, 0, "", 0, &cart, why_open);
	why = why ? why : cart ? replay(bed, cart) : "it does not load";
	why = why ? why : compare(cart, writes);
	if (cart && cart_close(cart))
		why = "it is not put away";
	mem_io_free(left);
	return bed_end(bed) ? "a WRITE" : why;
}

static int test(enum cart_codec codec)
{
	int failed = 0;

	for (unsigned int hold = 0; hold <= HOLD; hold++) {
		const char *why = NULL;
		char what[80];

		for (unsigned int n = 0; n <= WRITES && !why; n++) {
			why = life(codec, n, hold);
			snprintf(what, sizeof(what), "codec %d, %u under way, killed behind %u",
				 (int)codec, hold, n);
		}
		printf("%sok - %s%s%s\n", why ? "not " : "", what, why ? ": " : "",
		       why ? why : "");
		failed |= why != NULL;
	}
	return failed;
}

int main(void)
{
	return test(CART_RAW) | test(CART_LZO);
}
