// SPDX-License-Identifier: GPL-2.0-only
/*
 * What no cartridge comes to by itself, signed: the last numbers, endless ones, padding at the end.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/forge.h"
#include "fake/report.h"
#include "fake/torn_tape.h"
#include "media/format.h"

/* Of the header, and of the value of the first partition's tag. */
enum { SEQUENCE = 24, GENERATION = 4, START = 32, OBJECTS = 40, SIZE = 56 };

static uint8_t *slot_of(struct mem_io *io, size_t slot)
{
	return mem_io_file(io, "meta")->now.bytes + slot * META_SLOT;
}

/* The value of the first partition's tag. */
static uint8_t *partition(uint8_t *slot)
{
	uint8_t *tag = slot + META_HEADER;

	while ((tag[0] | tag[1] << 8) != TAG_PARTITION)
		tag += 8 + forge_get(tag + 4);
	return tag + 8;
}

static void put(uint8_t *to, uint64_t value, size_t len)
{
	for (; len; len--, value >>= 8)
		*to++ = (uint8_t)value;
}

static void set_partition(struct mem_io *io, size_t at, uint64_t value, size_t len)
{
	for (size_t i = 0; i < 2; i++) {
		put(partition(slot_of(io, i)) + at, value, len);
		forge_slot(slot_of(io, i));
	}
}

/* The last one, which began behind so many objects. */
static void set_generation(struct mem_io *io, uint64_t objects)
{
	set_partition(io, GENERATION, UINT32_MAX, 4);
	set_partition(io, START, objects, 8);
}

static void set_sequence(struct mem_io *io, size_t slot, uint64_t value)
{
	put(slot_of(io, slot) + SEQUENCE, value, 8);
	forge_slot(slot_of(io, slot));
}

/* Written on, but not over: what is there would count again. */
static int test_last_generation(void)
{
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;
	char text[TEXT_MAX];
	enum cart_rc rc;

	text_write(c, "ab|c");
	cart_close(c);
	set_generation(io, 4);
	c = text_load(io, &rc);
	cart_locate_end(c, 0);
	if (rc || text_write(c, "d"))
		why = "not written on";
	cart_locate(c, 0, 1);
	if (!why && (text_write(c, "x") != CART_WRITE_FAILED || !cart_read_only(c) ||
		     !strstr(cart_why_read_only(c), "4294967295 times")))
		why = "written over";
	cart_close(c);
	c = text_load(io, NULL);
	if (!why && strcmp(text_read(c, text), "ab|cd."))
		why = text;
	cart_close(c);
	mem_io_free(io);
	return report("the last generation", why);
}

static int test_last_repair(void)
{
	struct mem_io *io = torn_new(TORN_PUT_AWAY);
	struct cart_repaired first, second;
	const char *why = NULL;

	set_generation(io, strlen(torn_text[0]));
	torn_flip(io, "data", 73 * 8);
	if (torn_repair(io, &first).rc || !first.changed)
		why = "not repaired";
	if (!why && (torn_repair(io, &second).rc || second.changed))
		why = "not the last";
	mem_io_free(io);
	return report("a repair in the last generation", why);
}

/* The higher one counts, and behind the last there is none. */
static int test_sequence(void)
{
	static const struct {
		const char *what;
		uint64_t a, b;
		enum cart_rc rc;
		bool read_only;
	} rows[] = {
		{ "one of the last sequences", INT64_MAX - 9, INT64_MAX - 8, CART_OK, false },
		{ "one beyond them",           7,             1ull << 63,    CART_OK, false },
		{ "two beyond them",           UINT64_MAX,    1ull << 63,    CART_DAMAGED, true },
		{ "the last one",              INT64_MAX - 1, INT64_MAX,     CART_DAMAGED, true },
	};
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mem_io *io = torn_new(TORN_PUT_AWAY);
		const char *why = NULL;
		struct cart *c;
		enum cart_rc rc;

		set_sequence(io, 0, rows[i].a);
		set_sequence(io, 1, rows[i].b);
		c = text_load(io, &rc);
		if (rc != rows[i].rc)
			why = "another result";
		if (c && cart_read_only(c) != rows[i].read_only)
			why = "writable, or not";
		if (c && !rc && (cart_locate_end(c, 0) || text_write(c, "x") || cart_close(c)))
			why = "not written";
		else if (c && rc)
			cart_drop(c);
		if (!rc && (!(c = text_load(io, &rc)) || cart_close(c)))
			why = "not loaded again";
		failed |= report(rows[i].what, why);
		mem_io_free(io);
	}
	return failed;
}

/* A tape of 2^40 objects whose index is two pages: one finding, and no more reading. */
static int test_endless(void)
{
	struct mem_io *io = torn_new(TORN_PUT_AWAY);
	const char *why = NULL;
	struct torn_found f;

	set_partition(io, OBJECTS, 1ull << 40, 8);
	set_partition(io, SIZE, 1ull << 47, 8);
	io->reads = 0;
	f = torn_check(io, CART_CHECK_DATA);
	if (f.rc != CART_DAMAGED || !(f.faults & 1u << FAULT_INDEX_PAGE))
		why = "not found";
	if (!why && (f.damage > 10 || io->reads > 1000))
		why = "page by page";
	mem_io_free(io);
	return report("more objects than the index has pages", why);
}

/* A header of padding behind the last record, signed, in the tape's own generation. */
static void pad_the_end(struct mem_io *io)
{
	struct mem_image *data = &mem_io_file(io, "data")->now;
	struct record_header h;
	uint64_t marks = 0;

	memcpy(&h, data->bytes, sizeof(h));
	h.type = RECORD_PAD;
	h.object = le64_of(strlen(torn_text[0]));
	for (const char *mark = torn_text[0]; (mark = strchr(mark, '|')); mark++)
		marks++;
	h.filemarks = le64_of(marks);
	h.logical = h.stored = h.crc_stored = h.crc_logical = le32_of(0);
	data->bytes = realloc(data->bytes, data->size + sizeof(h));
	data->room = data->size + sizeof(h);
	memcpy(data->bytes + data->size, &h, sizeof(h));
	forge_record(io, data->bytes + data->size);
	data->size += sizeof(h);
}

/* It is cut off: in the next generation it would not count, and end the tape elsewhere. */
static int test_padded_end(void)
{
	struct mem_io *io = torn_new(TORN_PUT_AWAY);
	const uint64_t size = mem_io_file(io, "data")->now.size;
	struct cart_repaired first, second;
	const char *why = NULL;

	pad_the_end(io);
	if (torn_repair(io, &first).rc || !first.changed || first.lost ||
	    mem_io_file(io, "data")->now.size != size)
		why = "not repaired";
	if (!why && (torn_repair(io, &second).rc || second.changed))
		why = "not the last";
	if (!why && torn_check(io, CART_CHECK_DATA).rc)
		why = "not whole";
	mem_io_free(io);
	return report("padding behind the last object", why);
}

int main(void)
{
	int failed = test_last_generation();

	failed |= test_padded_end();
	failed |= test_last_repair();
	failed |= test_sequence();
	failed |= test_endless();
	return failed;
}
