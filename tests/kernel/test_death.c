// SPDX-License-Identifier: GPL-2.0-only
/* A daemon dies, and what hosts see until the next one comes, and if none does.  Unit 11. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lab.h"

static bool is_offline(void *unused)
{
	(void)unused;
	return attr_is(11, "state", "offline");
}

static void dies_with_a_command(struct toy *t, int fd)
{
	uint8_t data[512];
	struct io hold = { .fd = fd, .cdb = { TOY_HOLD }, .out = true, .data = data, .len = 512 };
	struct io queued = { .fd = fd, .cdb = { TOY_READ }, .data = data, .len = 512 };
	struct bg *bg, *bg2;

	memset(data, 0, sizeof(data));
	bg = bg_start(&hold);
	ok(within(5000, toy_held, t), "a command is in hand");
	bg2 = bg_start(&queued);
	sleep_ms(50);
	toy_kill(t);
	bg_end(bg);
	bg_end(bg2);
	ok(is_sense(&hold, 4, 0x44, 0) && hold.resid == 512, "kill: 4/44/00 for it");
	ok(is_sense(&queued, 4, 0x44, 0) && queued.resid == 512, "and for the one behind it");
	ok(hold.took_ms < 2000 && queued.took_ms < 2000, "at once");
	ok(attr_is(11, "state", "grace") && !unit_of(11).owner, "grace");
}

static bool two_wait(void *unused)
{
	(void)unused;
	return attr_is(11, "in_flight", "2");
}

/* TEST UNIT READY waits for the next daemon, fetched by the last one or not; a tape's I/O ends. */
static void waits_through(struct toy *t, int fd)
{
	struct io held = { .fd = fd }, fresh = { .fd = fd };
	struct io other = { .fd = fd, .cdb = { TOY_FAIL } };
	struct bg *bg, *bg2, *bg3;

	ok(toy_start(t) && t->last == VTL_UNCLEAN, "the next daemon: UNCLEAN");
	t->hold_tur = true;
	bg = bg_start(&held);
	ok(within(5000, toy_held, t), "TEST UNIT READY in hand");
	toy_kill(t);
	bg2 = bg_start(&fresh);
	bg3 = bg_start(&other);
	sleep_ms(300);
	ok(within(5000, two_wait, NULL), "it waits, and so does a new one");
	bg_end(bg3);
	ok(is_sense(&other, 4, 0x44, 0) && other.took_ms < 2000, "what moves a tape does not");
	ok(toy_start(t) && t->last == VTL_UNCLEAN, "the next daemon");
	bg_end(bg);
	bg_end(bg2);
	ok(held.status == GOOD && !held.err && fresh.status == GOOD && !fresh.err, "it answers");
	ok(held.took_ms >= 300, "after %u ms", held.took_ms);
}

/* Once: two deaths do not keep it. */
static void waits_once(struct toy *t, int fd)
{
	struct io io = { .fd = fd };
	struct bg *bg;

	t->hold_tur = true;
	t->held = 0;
	bg = bg_start(&io);
	ok(within(5000, toy_held, t), "TEST UNIT READY in hand");
	toy_kill(t);
	ok(toy_start(t), "the next daemon");
	bg_end(bg);
	ok(io.status == GOOD, "answered by it");
	t->hold_tur = true;
	t->held = 0;
	bg = bg_start(&io);
	within(5000, toy_held, t);
	toy_kill(t);
	ok(toy_start_holding(t) && within(5000, toy_held, t), "in hand again");
	toy_kill(t);
	bg_end(bg);
	ok(is_sense(&io, 4, 0x44, 0), "the second death ends it");
	toy_start(t);
}

static void offline_inquiry(int fd)
{
	uint8_t d[96] = { 0 };
	struct io io = io_of(fd, 0x12, d, sizeof(d));

	ok(io.status == GOOD && io.resid == 60, "offline INQUIRY");
	ok(d[0] == 1 && d[1] == 0x80 && d[2] == 5 && d[3] == 2 && d[4] == 31, "its head");
	ok(!memcmp(d + 8, "VENDOR  OFFLINE UNIT    0100", 28), "as ADD_LU gave it");
	io = io_of(fd, 0x12, d, 5);
	ok(io.status == GOOD && !io.resid, "five bytes of it");
}

static struct io vpd(int fd, uint8_t page, uint8_t *d, uint8_t len)
{
	struct io io = { .fd = fd, .cdb = { 0x12, 1, page, 0, len }, .data = d, .len = len };

	memset(d, 0, len);
	sg_io(&io);
	return io;
}

static void offline_vpd(int fd)
{
	uint8_t d[64];
	struct io io = vpd(fd, 0x00, d, 64);

	ok(io.status == GOOD && !memcmp(d, "\x01\0\0\x03\0\x80\x83", 7), "VPD 00h");
	io = vpd(fd, 0x80, d, 64);
	ok(io.status == GOOD && !memcmp(d, "\x01\x80\0\x08SERIAL11", 12), "VPD 80h");
	io = vpd(fd, 0x83, d, 64);
	ok(io.status == GOOD && !memcmp(d, "\x01\x83\0\x0c\x01\x03\0\x08", 8) &&
	   !memcmp(d + 8, "\x50\x22\x33\x44\xab\0\0\x0b", 8), "VPD 83h");
	io = vpd(fd, 0xb0, d, 64);
	ok(is_sense(&io, 5, 0x24, 0), "VPD B0h: 5/24/00");
}

static void offline(int fd)
{
	uint8_t d[64] = { 0 };
	struct io io = io_of(fd, 0x00, NULL, 0);

	ok(is_sense(&io, 2, 0x04, 0), "offline: 2/04/00");
	offline_inquiry(fd);
	offline_vpd(fd);
	io = io_of(fd, 0x03, d, 18);
	ok(io.status == GOOD && d[0] == 0x70 && d[2] == 2 && d[12] == 4, "REQUEST SENSE tells it");
	io = io_of(fd, 0xa0, d, 64);
	ok(io.status == GOOD && d[3] == 8 && !d[9], "REPORT LUNS");
	io = io_of(fd, TOY_READ, d, 64);
	ok(is_sense(&io, 2, 0x04, 0) && io.resid == 64, "READ: 2/04/00");
}

static void grace_ends(struct toy *t, int fd)
{
	struct io io;

	ok(attr_set(11, "grace_ms", "700") && attr_is(11, "grace_ms", "700"), "700 ms of grace");
	toy_kill(t);
	io = io_of(fd, 0x00, NULL, 0);
	ok(is_sense(&io, 2, 0x04, 0) && io.took_ms >= 500 && io.took_ms < 5000,
	   "TEST UNIT READY waits %u ms", io.took_ms);
	ok(within(5000, is_offline, NULL), "then the unit is offline");
	offline(fd);
	ok(toy_start(t) && t->last == VTL_UNCLEAN, "a daemon much later: UNCLEAN");
	io = io_of(fd, 0x00, NULL, 0);
	ok(io.status == GOOD, "it answers");
}

/* Grace that begins anew is as long as the first. */
static void grace_again(struct toy *t, int fd)
{
	struct io io;
	int i;

	for (i = 0; i < 10; i++) {
		toy_kill(t);
		sleep_ms(20);
		toy_start(t);
	}
	io = io_of(fd, 0x00, NULL, 0);
	ok(io.status == GOOD, "ten deaths");
	sleep_ms(1000);
	ok(attr_is(11, "state", "online"), "the timer of none of them comes later");
}

void test_death(void)
{
	struct toy *t = toy_new(11);
	int fd;

	if (!ok(toy_start(t), "a daemon"))
		return;
	fd = open_sg(1, 0);
	dies_with_a_command(t, fd);
	waits_through(t, fd);
	waits_once(t, fd);
	grace_ends(t, fd);
	grace_again(t, fd);
	toy_stop(t);
	close(fd);
	attr_set(11, "grace_ms", "15000");
}
