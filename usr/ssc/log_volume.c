// SPDX-License-Identifier: GPL-2.0-only
/* Log page 17h, volume statistics: SSC-5 8.3.9. */
#include <string.h>

#include "base/bytes.h"
#include "ssc/internal.h"

enum {
	LIST = 0x03, TEXT = 0x01,
	MIB_SHIFT = 20, DATASET = 2 << 20,
	RECORD = 8,		/* of a partition: length - 1, reserved, number, four bytes */
	IDENTIFIER_RECORD = 10,	/* with an object identifier of six bytes */
};

/* Lifetime and last mount, in the order of codes; each a number. */
static void usage(struct ssc_log *l, const struct cart_counters *n)
{
	const struct ssc_drive *d = l->d;
	const uint64_t now = spc_now(&d->unit);
	const uint64_t mounted = d->cart && now > d->mounted_ms ? (now - d->mounted_ms) / 1000 : 0;
	const struct { uint16_t code; uint8_t len; uint64_t value; } rows[] = {
		{ 0x0001, 4, n->loads },
		{ 0x0002, 8, n->written / DATASET },
		{ 0x0003, 4, 0 },			/* retries */
		{ 0x0004, 2, d->write_errors },
		{ 0x0005, 2, 0 },			/* suspended */
		{ 0x0006, 2, 0 },
		{ 0x0007, 8, n->read / DATASET },
		{ 0x0008, 4, 0 },
		{ 0x0009, 2, d->read_errors },
		{ 0x000a, 2, 0 },
		{ 0x000b, 2, 0 },
		{ 0x000c, 2, d->write_errors },		/* of this mount */
		{ 0x000d, 2, d->read_errors },
		{ 0x000e, 4, n->written_last >> MIB_SHIFT },
		{ 0x000f, 4, n->read_last >> MIB_SHIFT },
		{ 0x0010, 8, n->written >> MIB_SHIFT },
		{ 0x0011, 8, n->read >> MIB_SHIFT },
		{ 0x0012, 2, ssc_log_ratio(n->read_last, n->stored_read) },
		{ 0x0013, 2, ssc_log_ratio(n->written_last, n->stored_written) },
		{ 0x0014, 6, mounted },
		{ 0x0015, 6, mounted },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ssc_log_number(l, rows[i].code, LIST, rows[i].value, rows[i].len);
}

static void capacity(struct ssc_log *l)
{
	const struct ssc_drive *d = l->d;
	uint64_t whole = 0, used = 0;

	for (uint32_t i = 0; d->cart && i < cart_partitions(d->cart); i++) {
		const struct cart_end end = cart_end_of(d->cart, i);

		whole += end.capacity;
		used += end.used;
	}
	ssc_log_number(l, 0x0016, LIST, whole / d->model->capacity_unit, 4);
	ssc_log_number(l, 0x0017, LIST, used / d->model->capacity_unit, 4);
}

static void names(struct ssc_log *l)
{
	const struct ssc_drive *d = l->d;
	char serial[33] = "";

	if (d->cart)
		ssc_medium_serial(d->cart, (uint8_t *)serial);
	ssc_log_text(l, 0x0040, TEXT, serial, 32);
	ssc_log_text(l, 0x0041, TEXT, "", 8);
	ssc_log_text(l, 0x0042, TEXT, d->cart ? cart_spec(d->cart)->barcode : "", 32);
	ssc_log_text(l, 0x0043, TEXT, "VTL", 8);
	ssc_log_text(l, 0x0044, TEXT, "", 4);
	ssc_log_text(l, 0x0045, TEXT, d->medium ? d->medium->name : "", 9);
}

static void state(struct ssc_log *l)
{
	const struct ssc_drive *d = l->d;
	const bool worm = d->cart && cart_spec(d->cart)->type == CART_WORM_TAPE;

	ssc_log_number(l, 0x0080, LIST, d->cart && ssc_write_protected(d), 1);
	ssc_log_number(l, 0x0081, LIST, worm, 1);
	ssc_log_number(l, 0x0082, LIST, 0, 1);
	ssc_log_number(l, 0x0101, LIST, d->cart ? cart_counters(d->cart)->loads : 0, 4);
	ssc_log_number(l, 0x0102, LIST, d->cart ? cart_counters(d->cart)->loads : 0, 4);
}

enum which { WHOLE, USED, TO_WARNING };

static uint64_t amount(const struct ssc_drive *d, uint32_t partition, enum which which)
{
	const struct cart_end end = cart_end_of(d->cart, partition);
	const uint64_t warning = end.capacity - ssc_warning_zone(d, end.capacity);

	switch (which) {
	case WHOLE:
		return end.capacity;
	case USED:
		return end.used;
	case TO_WARNING:
		return warning > end.used ? warning - end.used : 0;
	}
	return 0;
}

static void partitions(struct ssc_log *l, uint16_t code, enum which which)
{
	const struct ssc_drive *d = l->d;
	uint8_t records[CART_PARTITIONS * RECORD] = { 0 };
	uint32_t n = d->cart ? cart_partitions(d->cart) : 0;

	for (uint32_t i = 0; i < n; i++) {
		uint8_t *r = &records[i * RECORD];

		r[0] = RECORD - 1;
		be_put(&r[2], 2, i);
		be_put(&r[4], 4, (uint32_t)(amount(d, i, which) / d->model->capacity_unit));
	}
	ssc_log_bytes(l, code, LIST, records, (uint8_t)(n * RECORD));
}

/* first: 0 where the partition has such objects, else "none": all ones. */
static void first_objects(struct ssc_log *l, uint16_t code, bool encrypted)
{
	const struct ssc_drive *d = l->d;
	uint8_t records[CART_PARTITIONS * IDENTIFIER_RECORD] = { 0 };
	uint32_t n = d->cart ? cart_partitions(d->cart) : 0;

	for (uint32_t i = 0; i < n; i++) {
		uint8_t *r = &records[i * IDENTIFIER_RECORD];

		r[0] = IDENTIFIER_RECORD - 1;
		be_put(&r[2], 2, i);
		if (encrypted || !cart_end_of(d->cart, i).objects)
			memset(&r[4], 0xff, 6);
	}
	ssc_log_bytes(l, code, LIST, records, (uint8_t)(n * IDENTIFIER_RECORD));
}

void ssc_log_volume(struct ssc_log *l)
{
	const struct ssc_drive *d = l->d;
	const struct cart_counters n = d->cart ? *cart_counters(d->cart) :
				       (struct cart_counters){ 0 };

	ssc_log_number(l, 0x0000, LIST, d->cart != NULL, 1);
	usage(l, &n);
	capacity(l);
	names(l);
	state(l);
	if (!d->cart)
		return;
	first_objects(l, 0x0200, true);
	first_objects(l, 0x0201, false);
	partitions(l, 0x0202, WHOLE);
	partitions(l, 0x0203, USED);
	partitions(l, 0x0204, TO_WARNING);
}
