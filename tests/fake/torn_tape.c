// SPDX-License-Identifier: GPL-2.0-only
#include "fake/torn_tape.h"

#include <stdio.h>
#include <string.h>

const char *const torn_text[TORN_PARTS] = { "ab|cd||e", "xy|z" };

struct mem_io *torn_new(enum torn_how how)
{
	const uint64_t sizes[TORN_PARTS] = { 1 << 19, 1 << 19 };
	struct mem_io *io = text_new(), *ret;
	struct cart *c = text_load(io, NULL);

	cart_format(c, TORN_PARTS, sizes, 0x5e);
	for (uint32_t i = 0; i < TORN_PARTS; i++) {
		cart_locate(c, i, 0);
		text_write(c, torn_text[i]);
	}
	cart_sync(c);
	if (how == TORN_PUT_AWAY)
		cart_close(c);
	else
		cart_drop(c);
	ret = mem_io_copy(io);
	mem_io_free(io);
	return ret;
}

const char *torn_read(struct cart *c, uint32_t partition, char text[TEXT_MAX])
{
	const uint64_t end = cart_end_of(c, partition).objects;
	char block[TEXT_BLOCK], *t = text;
	uint32_t len = 0;

	for (uint64_t i = 0; i < end && i < TEXT_MAX - 1; i++) {
		enum cart_rc rc = cart_locate(c, partition, i);

		if (rc == CART_OK)
			rc = cart_read(c, block, sizeof(block), &len);
		*t++ = rc == CART_FILEMARK ? '|' : rc == CART_READ_FAILED ? '*' :
		       rc != CART_OK ? '!' : len == TEXT_BLOCK ? block[0] : '?';
	}
	*t = 0;
	return text;
}

uint64_t torn_offset(uint32_t partition, size_t object)
{
	uint64_t off = 0;

	for (size_t i = 0; i < object && torn_text[partition][i]; i++)
		off += torn_text[partition][i] == '|' ? TORN_MARK : TORN_RECORD;
	return off;
}

static void note(void *arg, const struct cart_finding *f)
{
	struct torn_found *t = arg;

	t->all++;
	t->faults |= 1u << f->fault;
	if (!f->damage || t->damage++)
		return;
	t->first = *f;
	snprintf(t->file_name, sizeof(t->file_name), "%s", f->file);
}

static void advance(void *arg, uint64_t done, uint64_t total)
{
	struct torn_found *t = arg;

	if (done < t->progress || done > total)
		t->progress = UINT64_MAX;
	else
		t->progress = done;
	t->total = total;
}

struct torn_found torn_check(struct mem_io *io, int flags)
{
	struct torn_found t = { .rc = CART_OK };
	const struct cart_watch w = { note, advance, &t };

	t.rc = cart_check(&mem_cart_io, io, flags, &w);
	return t;
}

struct torn_found torn_repair(struct mem_io *io, struct cart_repaired *ret)
{
	const struct cart_spec lost = text_spec(CART_DATA_TAPE, 1 << 20);
	struct torn_found t = { .rc = CART_OK };
	const struct cart_watch w = { note, advance, &t };

	t.rc = cart_repair(&mem_cart_io, io, &lost, &w, ret);
	return t;
}

void torn_spoil(struct mem_io *io, const char *file, uint64_t from, uint64_t to)
{
	memset(mem_io_file(io, file)->now.bytes + from, 0xa5, to - from);
}

void torn_flip(struct mem_io *io, const char *file, uint64_t bit)
{
	mem_io_file(io, file)->now.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
}
