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

static void grow(struct mem_io *io, const char *file, uint64_t to)
{
	const uint64_t size = mem_io_file(io, file)->now.size;
	const int handle = mem_cart_io.open(io, file, false, true);

	mem_cart_io.truncate(io, handle, to);
	mem_cart_io.close(io, handle);
	torn_spoil(io, file, size, to);
}

void torn_inflict(struct mem_io *io, const struct torn_hurt *h)
{
	if (!h->file)
		return;
	switch (h->how) {
	case TORN_SPOILT:
		torn_spoil(io, h->file, h->from, h->to);
		break;
	case TORN_CUT:
		mem_io_file(io, h->file)->now.size = h->from;
		break;
	case TORN_REMOVED:
		mem_io_file(io, h->file)->now.size = 0;
		mem_io_file(io, h->file)->exists = false;
		break;
	case TORN_GROWN:
		grow(io, h->file, h->to);
		break;
	case TORN_FLIPPED:
		torn_flip(io, h->file, h->from * 8 + h->from % 8);
		break;
	}
}

void torn_expect(const struct torn_hurt *h, uint32_t partition, char text[TEXT_MAX])
{
	const char *const names[] = { "data", "data.1" };
	const bool here = h->file && !strcmp(h->file, names[partition]);
	const uint64_t from = h->how == TORN_REMOVED ? 0 : h->how == TORN_GROWN ? UINT64_MAX :
			      h->from;
	const uint64_t to = h->how == TORN_SPOILT ? h->to :
			    h->how == TORN_FLIPPED ? from + 1 : UINT64_MAX;

	strcpy(text, torn_text[partition]);
	for (size_t i = 0; here && text[i]; i++) {
		uint64_t end = torn_offset(partition, i + 1);

		if (text[i] != '|')
			end = torn_offset(partition, i) + TORN_MARK + TEXT_BLOCK;
		if (torn_offset(partition, i) < to && from < end)
			text[i] = '*';
	}
}

/* Files begin where they did; false where that cannot be known. */
static bool files_fit(struct cart *c, uint32_t partition)
{
	const char *text = torn_text[partition];
	uint64_t marks = 0;

	for (size_t i = 0; text[i]; i++) {
		if (text[i] != '|')
			continue;
		if (cart_locate_file(c, partition, ++marks) ||
		    cart_position(c).object != i + 1)
			return false;
	}
	return cart_end_of(c, partition).filemarks == marks;
}

static char complaint[2 * TEXT_MAX + 100];

static const char *complain(const char *what, const char *detail)
{
	snprintf(complaint, sizeof(complaint), "%s: %s", what, detail);
	return complaint;
}

/* Written on, put away, loaded: it is all there. */
static const char *write_on(struct mem_io *io, const char *before)
{
	char text[TEXT_MAX];
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;

	cart_locate_end(c, 0);
	if (text_write(c, "q|r"))
		why = "cannot be written on";
	if (cart_close(c))
		why = "cannot be put away";
	c = text_load(io, NULL);
	if (!c)
		return "does not load again";
	torn_read(c, 0, text);
	if (strncmp(text, before, strlen(before)) || strcmp(text + strlen(before), "q|r"))
		why = complain("written on", text);
	cart_drop(c);
	return why;
}

const char *torn_verify(struct mem_io *io, const char *const right[TORN_PARTS], bool files,
			bool protect)
{
	char text[TORN_PARTS][TEXT_MAX];
	struct cart_repaired again;
	struct torn_found f = torn_check(io, CART_CHECK_DATA);	/* a load would write meta */
	enum cart_rc rc;
	struct cart *c = text_load(io, &rc);
	const char *why = NULL;

	if (!c || rc)
		why = complain("load", c ? cart_why_read_only(c) : "nothing");
	for (uint32_t i = 0; !why && i < TORN_PARTS; i++) {
		if (strcmp(torn_read(c, i, text[i]), right[i]))
			why = complain(right[i], text[i]);
		else if (files && !files_fit(c, i))
			why = complain(right[i], "files begin elsewhere");
	}
	if (!why && cart_read_only(c) != protect)
		why = protect ? "can be written" : "cannot be written";
	if (c)
		cart_close(c);
	if (why)
		return why;
	if (f.faults & ~(1u << FAULT_LOST) || !strchr(right[0], '*') != !(strchr(text[0], '*')) ||
	    f.rc != (strchr(right[0], '*') || strchr(right[1], '*') ? CART_DAMAGED : CART_OK))
		return "check still finds something";
	f = torn_repair(io, &again);
	if (f.rc || again.changed || f.all)
		return "is repaired once more";
	return protect ? NULL : write_on(io, right[0]);
}
