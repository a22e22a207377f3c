// SPDX-License-Identifier: GPL-2.0-only
/*
 * Log pages of drives (SSC-5 8.3, and IBM's 30h to 37h), made from the cartridge's counters and
 * ends when they are read.  Without a cartridge, amounts are 0 and places unknown: all ones.
 */
#include <string.h>

#include "base/bytes.h"
#include "ssc/internal.h"

enum {				/* control bytes, SPC-5 7.3.2.1: format and linking, TSD */
	COUNTER = 0x60, NUMBER = 0x40, LIST = 0x03, KEPT = 0xc0,
	MIB_SHIFT = 20,
	DATASET = 2 << 20,	/* bytes, as the counters of page 30h see them */
};
#define UNKNOWN UINT32_MAX

void ssc_log_number(struct ssc_log *l, uint16_t code, uint8_t control, uint64_t value, uint8_t len)
{
	l->at += spc_log_number(l->buf + l->at, l->cap - l->at, code, control, value, len);
}

void ssc_log_bytes(struct ssc_log *l, uint16_t code, uint8_t control, const void *bytes,
		   uint8_t len)
{
	l->at += spc_log_parameter(l->buf + l->at, l->cap - l->at, code, control, bytes, len);
}

void ssc_log_text(struct ssc_log *l, uint16_t code, uint8_t control, const char *text, uint8_t len)
{
	uint8_t field[64];

	ssc_put_text(field, len, text);
	ssc_log_bytes(l, code, control, field, len);
}

uint64_t ssc_head_bytes(const struct cart *c)
{
	const struct cart_pos pos = cart_position(c);
	const struct cart_end end = cart_end_of(c, pos.partition);

	if (!pos.object || !end.objects)
		return 0;
	if (pos.object >= end.objects)
		return end.used;
	return (uint64_t)((double)end.used * ((double)pos.object / (double)end.objects));
}

/* Those of the present load count from the last LOG SELECT that reset them. */
static struct cart_counters counters_of(const struct ssc_drive *d)
{
	struct cart_counters n = { 0 };

	if (!d->cart)
		return n;
	n = *cart_counters(d->cart);
	n.read_last -= d->read_base;
	n.written_last -= d->written_base;
	n.stored_read -= d->stored_read_base;
	n.stored_written -= d->stored_written_base;
	return n;
}

/* Whichever page it was: the pages of counters show the same ones. */
void ssc_log_reset(struct spc_unit *u, uint8_t page)
{
	struct ssc_drive *d = ssc_of_unit(u);

	if (page != 0x02 && page != 0x03 && page != 0x0c && page != 0x32 && page != 0xff)
		return;
	d->read_errors = 0;
	d->write_errors = 0;
	if (!d->cart)
		return;
	d->read_base = cart_counters(d->cart)->read_last;
	d->written_base = cart_counters(d->cart)->written_last;
	d->stored_read_base = cart_counters(d->cart)->stored_read;
	d->stored_written_base = cart_counters(d->cart)->stored_written;
}

/* 02h and 03h: nothing is ever corrected here; what failed, failed. */
static void error_counters(struct ssc_log *l, uint64_t bytes, uint32_t failed)
{
	for (uint16_t code = 0; code < 5; code++)
		ssc_log_number(l, code, COUNTER, 0, 4);
	ssc_log_number(l, 0x0005, COUNTER, bytes, 8);
	ssc_log_number(l, 0x0006, COUNTER, failed, 4);
	for (uint16_t code = 0x8000; code < 0x8004; code++)
		ssc_log_number(l, code, COUNTER, 0, 4);
}

static void write_errors(struct ssc_log *l)
{
	error_counters(l, counters_of(l->d).written_last, l->d->write_errors);
}

static void read_errors(struct ssc_log *l)
{
	error_counters(l, counters_of(l->d).read_last, l->d->read_errors);
}

static uint64_t mib(uint64_t bytes)
{
	return bytes >> MIB_SHIFT;
}

/* 0Ch: 0004h and on are in MB of the partition that the head is in. */
static void sequential(struct ssc_log *l)
{
	const struct ssc_drive *d = l->d;
	const struct cart_counters n = counters_of(d);
	uint64_t to_eod = UNKNOWN, to_warning = UNKNOWN, rest = UNKNOWN, here = UNKNOWN;

	if (d->cart) {
		const struct cart_end end = cart_end_of(d->cart, cart_position(d->cart).partition);

		rest = ssc_warning_zone(d, end.capacity);
		to_warning = mib(end.capacity - rest);
		rest = mib(rest);
		to_eod = mib(end.used);
		here = mib(ssc_head_bytes(d->cart));
	}
	ssc_log_number(l, 0x0000, NUMBER, n.written_last, 8);
	ssc_log_number(l, 0x0001, NUMBER, n.stored_written, 8);
	ssc_log_number(l, 0x0002, NUMBER, n.stored_read, 8);
	ssc_log_number(l, 0x0003, NUMBER, n.read_last, 8);
	ssc_log_number(l, 0x0004, NUMBER, to_eod, 4);
	ssc_log_number(l, 0x0005, NUMBER, to_warning, 4);
	ssc_log_number(l, 0x0006, NUMBER, rest, 4);
	ssc_log_number(l, 0x0007, NUMBER, here, 4);
	ssc_log_number(l, 0x0008, NUMBER, 0, 4);
	ssc_log_number(l, 0x0100, NUMBER, l->d->unit.alerts >> 19 & 1, 8);	/* clean now */
	ssc_log_number(l, 0x8000, NUMBER, 0, 4);
	ssc_log_number(l, 0x8001, NUMBER, n.loads, 4);
	ssc_log_number(l, 0x8002, NUMBER, n.cleanings, 4);
}

/* 0Dh: no thermometer. */
static void temperature(struct ssc_log *l)
{
	ssc_log_number(l, 0x0000, COUNTER, 0x00ff, 2);
}

/* 10h: twenty results, none of them used. */
static void self_tests(struct ssc_log *l)
{
	const uint8_t none[16] = { 0 };

	for (uint16_t code = 1; code <= 20; code++)
		ssc_log_bytes(l, code, LIST, none, sizeof(none));
}

enum {				/* 11h/0000h, SSC-5 8.3.4: very high frequency data */
	VHF_DINIT = 0x01, VHF_CLEAN = 0x02, VHF_WRTP = 0x08, VHF_PAMR = 0x80,
	VHF_MOUNTED = 0x01, VHF_THREADED = 0x02, VHF_SEATED = 0x04, VHF_PRESENT = 0x08,
	VHF_ACCESSIBLE = 0x20, VHF_TRANSIT = 0x40, VHF_TAPEALERT = 0x01,
	ACTIVITY_NONE = 0, ACTIVITY_CLEANING = 1, ACTIVITY_LOADING = 2, ACTIVITY_UNLOADING = 3,
};

static void device_status(struct ssc_log *l)
{
	static const struct { uint8_t mount, activity; } states[] = {
		[SSC_EMPTY]     = { 0, ACTIVITY_NONE },
		[SSC_LOADING]   = { VHF_PRESENT | VHF_TRANSIT, ACTIVITY_LOADING },
		[SSC_READY]     = { VHF_MOUNTED | VHF_THREADED | VHF_SEATED | VHF_PRESENT,
				    ACTIVITY_NONE },
		[SSC_UNLOADING] = { VHF_PRESENT | VHF_TRANSIT, ACTIVITY_UNLOADING },
		[SSC_MOUTH]     = { VHF_PRESENT | VHF_ACCESSIBLE, ACTIVITY_NONE },
	};
	const struct ssc_drive *d = l->d;
	uint8_t v[4] = { VHF_DINIT, states[d->state].mount, states[d->state].activity, 0 };

	if (spc_removal_prevented(&d->unit))
		v[0] |= VHF_PAMR;
	if (d->cart && ssc_write_protected(d))
		v[0] |= VHF_WRTP;
	if (d->unit.alerts >> 19 & 1)
		v[0] |= VHF_CLEAN;
	if (d->cleaning && d->state != SSC_MOUTH)
		v[2] = ACTIVITY_CLEANING;
	if (d->unit.alerts)
		v[3] = VHF_TAPEALERT;
	ssc_log_bytes(l, 0x0000, LIST, v, sizeof(v));
}

/* 30h, IBM: life of the cartridge. */
static void tape_usage(struct ssc_log *l)
{
	const struct cart_counters n = counters_of(l->d);

	ssc_log_number(l, 0x0001, KEPT, n.loads, 4);
	ssc_log_number(l, 0x0002, KEPT, n.written / DATASET, 8);
	ssc_log_number(l, 0x0003, KEPT, 0, 4);
	ssc_log_number(l, 0x0004, KEPT, l->d->write_errors, 2);
	ssc_log_number(l, 0x0005, KEPT, 0, 2);
	ssc_log_number(l, 0x0006, KEPT, 0, 2);
	ssc_log_number(l, 0x0007, KEPT, n.read / DATASET, 8);
	ssc_log_number(l, 0x0008, KEPT, 0, 4);
	ssc_log_number(l, 0x0009, KEPT, l->d->read_errors, 2);
	ssc_log_number(l, 0x000a, KEPT, 0, 2);
	ssc_log_number(l, 0x000b, KEPT, 0, 2);
}

/* 31h, IBM: what is left of partitions 0 and 1, then what they hold; units of the model's row. */
static void tape_capacity(struct ssc_log *l)
{
	const struct ssc_drive *d = l->d;
	uint64_t left[2] = { 0 }, whole[2] = { 0 };

	for (uint32_t i = 0; d->cart && i < 2 && i < cart_partitions(d->cart); i++) {
		const struct cart_end end = cart_end_of(d->cart, i);

		whole[i] = end.capacity / d->model->capacity_unit;
		left[i] = end.used < end.capacity ?
			  (end.capacity - end.used) / d->model->capacity_unit : 0;
	}
	for (uint16_t i = 0; i < 2; i++)
		ssc_log_number(l, (uint16_t)(0x0001 + i), KEPT, left[i], 4);
	for (uint16_t i = 0; i < 2; i++)
		ssc_log_number(l, (uint16_t)(0x0003 + i), KEPT, whole[i], 4);
}

uint16_t ssc_log_ratio(uint64_t bytes, uint64_t stored)
{
	const double percent = stored ? 100.0 * (double)bytes / (double)stored : 100;

	return percent < UINT16_MAX ? (uint16_t)percent : UINT16_MAX;
}

/* 32h, IBM: ratios in percent; pairs of MB and the bytes beyond them. */
static void compression(struct ssc_log *l)
{
	const struct cart_counters n = counters_of(l->d);
	const uint64_t amounts[4] = {
		n.read_last, n.stored_read, n.written_last, n.stored_written,
	};

	ssc_log_number(l, 0x0000, NUMBER, ssc_log_ratio(n.read_last, n.stored_read), 2);
	ssc_log_number(l, 0x0001, NUMBER, ssc_log_ratio(n.written_last, n.stored_written), 2);
	for (uint16_t i = 0; i < 4; i++) {
		ssc_log_number(l, (uint16_t)(2 + 2 * i), NUMBER, mib(amounts[i]), 4);
		ssc_log_number(l, (uint16_t)(3 + 2 * i), NUMBER,
			       amounts[i] & ((1 << MIB_SHIFT) - 1), 4);
	}
}

/* 37h, IBM: efficiencies from 1, as new, to 255: of the drive, the medium and the interfaces. */
static void performance(struct ssc_log *l)
{
	static const uint16_t codes[] = { 0x0000, 0x0001, 0x0010, 0x0011, 0x001a };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		ssc_log_number(l, codes[i], 0x00, 1, 1);
}

static const struct {
	uint8_t page;
	void (*make)(struct ssc_log *l);
} log_pages[] = {
	{ 0x02, write_errors },
	{ 0x03, read_errors },
	{ 0x0c, sequential },
	{ 0x0d, temperature },
	{ 0x10, self_tests },
	{ 0x11, device_status },
	{ 0x17, ssc_log_volume },
	{ 0x30, tape_usage },
	{ 0x31, tape_capacity },
	{ 0x32, compression },
	{ 0x37, performance },
};

int ssc_log_page(struct spc_unit *u, uint8_t page, uint8_t *buf, uint32_t cap)
{
	struct ssc_log l = { .d = ssc_of_unit(u), .buf = buf, .cap = cap };

	for (size_t i = 0; i < sizeof(log_pages) / sizeof(log_pages[0]); i++) {
		if (log_pages[i].page != page)
			continue;
		log_pages[i].make(&l);
		return (int)l.at;
	}
	return -1;
}
