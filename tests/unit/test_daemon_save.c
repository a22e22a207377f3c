// SPDX-License-Identifier: GPL-2.0-only
/* A loaded cartridge's counters are in its meta after a minute, and an idle drive has no timer. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/house.h"

enum { MINUTE = 60000 };

/* What the disk says was written, and read. */
static struct cart_counters on_disk(struct house *h)
{
	char path[160], why[CART_WHY_MAX];
	struct cart_counters n = { 0 };
	struct cart_folder *f;
	struct cart *c;

	snprintf(path, sizeof(path), "%s/E00001L8", h->home);
	if (cart_folder_open(path, &f))
		return n;
	if (cart_open(&cart_file_io, f, CART_LOOK, "TEST", 0, &c, why) == CART_OK)
		n = *cart_counters(c);
	cart_drop(c);
	cart_folder_close(f);
	return n;
}

static void step(struct house *h, uint64_t *clock, uint64_t ms)
{
	*clock += ms;
	loop_step(&h->loop, 0);
	tape_seen_to(&h->tape);
}

/* Until what began in the background has ended. */
static void let_end(struct house *h, uint64_t written)
{
	const uint64_t end = loop_now_ms() + 4000;

	while (on_disk(h).written < written && loop_now_ms() < end)
		loop_step(&h->loop, 2);
	tape_seen_to(&h->tape);
}

static void write_and_wait(struct house *h, uint64_t *clock)
{
	struct cart *c = h->tape.drive.cart;

	HOUSE_IS(h, cart_write(c, "block", 5), CART_OK, "a block is written");
	step(h, clock, 0);
	HOUSE_IS(h, h->tape.save.armed, true, "the timer runs");
	HOUSE_IS(h, h->tape.save.at_ms, *clock + MINUTE, "for a minute");
	HOUSE_IS(h, cart_write(c, "more", 4), CART_OK, "another one");
	step(h, clock, MINUTE - 1);
	HOUSE_IS(h, on_disk(h).written, 0, "before it nothing is saved");
	step(h, clock, 1);
	let_end(h, 9);
	HOUSE_IS(h, on_disk(h).written, 9, "after it all is");
	HOUSE_IS(h, h->tape.save.armed || h->loop.timers, false, "and no timer runs");
	step(h, clock, 10 * MINUTE);
	HOUSE_IS(h, h->tape.save.armed || h->loop.timers, false, "nor later");
}

static void read_and_unload(struct house *h, uint64_t *clock)
{
	struct cart *c = h->tape.drive.cart;
	uint32_t len;
	char buf[8];

	cart_locate(c, 0, 0);
	HOUSE_IS(h, cart_read(c, buf, sizeof(buf), &len), CART_OK, "a block is read");
	step(h, clock, 0);
	HOUSE_IS(h, h->tape.save.armed, true, "that counts, too");
	HOUSE_IS(h, cart_set_append_only(c, false), CART_OK, "a commit for another reason");
	step(h, clock, 0);
	HOUSE_IS(h, h->tape.save.armed, false, "then there is nothing left to save");
	HOUSE_IS(h, cart_read(c, buf, sizeof(buf), &len), CART_OK, "another one is read");
	step(h, clock, 0);
	house_ask(h, HOUSE_DRIVE, "unload");
	tape_seen_to(&h->tape);
	HOUSE_IS(h, h->tape.save.armed || h->loop.timers, false, "unloaded: no timer");
	HOUSE_IS(h, on_disk(h).read, 9, "and all is there");
}

static int test_minute(void)
{
	struct house *h = house_new(NULL, NULL);
	uint64_t clock;

	house_start_tape(h);
	house_ask(h, HOUSE_DRIVE, "load E00001L8");
	HOUSE_IS(h, h->tape.drive.cart != NULL && !h->loop.timers, true, "loaded, no timer");
	clock = loop_now_ms();
	h->loop.clock = &clock;
	write_and_wait(h, &clock);
	read_and_unload(h, &clock);
	h->loop.clock = NULL;
	return house_end(h);
}

int main(void)
{
	return test_minute() != 0;
}
