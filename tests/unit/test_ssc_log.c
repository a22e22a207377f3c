// SPDX-License-Identifier: GPL-2.0-only
/* Log pages: each one parses to its last byte, and tells what happened. */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "fake/rig.h"

enum { ROOM = 1024 };

/* The page, checked; NULL: it is not good. */
static const uint8_t *page_of(struct rig *r, uint8_t page, uint32_t *ret_len)
{
	const struct step row = { "log page", { 0x4d, 0, (uint8_t)(0x40 | page), 0, 0, 0, 0, 4, 0 },
				  .room = ROOM };
	const struct script_answer *a = &r->script.answer;

	script_send(&r->script, &row);
	if (!a->came || a->status != SAM_GOOD || a->in_len < 4 || (a->in[0] & 0x3f) != page ||
	    be_get(&a->in[2], 2) != a->in_len - 4)
		return NULL;
	*ret_len = a->in_len;
	return a->in;
}

/* Parameters in ascending order, the last one ending with the page. */
static bool well_formed(const uint8_t *p, uint32_t len)
{
	int64_t last = -1;
	uint32_t at = 4;

	while (at + 4 <= len) {
		const uint32_t code = be_get(&p[at], 2);

		if (code <= last)
			return false;
		last = code;
		at += 4u + p[at + 3];
	}
	return at == len;
}

static const uint8_t *find(const uint8_t *p, uint32_t len, uint16_t code)
{
	for (uint32_t at = 4; p && at + 4 <= len; at += 4u + p[at + 3])
		if (be_get(&p[at], 2) == code)
			return &p[at];
	return NULL;
}

/* One of the drives' pages, as it is now. */
struct expected {
	uint8_t page;
	uint16_t code;
	uint8_t len;
	uint64_t value;
};

static void check(struct rig *r, const char *when, const struct expected *e)
{
	uint32_t len = 0;
	const uint8_t *page = page_of(r, e->page, &len);
	const uint8_t *p = find(page, len, e->code);
	char what[CART_WHY_MAX];
	uint64_t value = 0;

	if (p && p[3] == e->len)
		for (uint8_t i = 0; i < e->len; i++)
			value = value << 8 | p[4 + i];
	snprintf(what, sizeof(what), "%s: page %02x, parameter %04x is %llx, %llx wanted", when,
		 e->page, e->code, (unsigned long long)value, (unsigned long long)e->value);
	rig_want(r, p && p[3] == e->len && value == e->value, what);
}

static const struct expected empty[] = {
	{ 0x0c, 0x0004, 4, 0xffffffff },
	{ 0x0c, 0x0007, 4, 0xffffffff },
	{ 0x0d, 0x0000, 2, 0x00ff },
	{ 0x11, 0x0000, 4, 0x01000000 },
	{ 0x17, 0x0000, 1, 0 },
	{ 0x17, 0x0001, 4, 0 },
	{ 0x31, 0x0003, 4, 0 },
	{ 0x37, 0x0001, 1, 1 },
	{ 0 },
};

static const struct expected fresh[] = {
	{ 0x0c, 0x0004, 4, 0 },
	{ 0x0c, 0x0005, 4, 62 },	/* 64 MiB without a 50th */
	{ 0x0c, 0x0006, 4, 1 },
	{ 0x0c, 0x0007, 4, 0 },
	{ 0x11, 0x0000, 4, 0x010f0000 },
	{ 0x17, 0x0000, 1, 1 },
	{ 0x17, 0x0001, 4, 1 },
	{ 0x17, 0x0016, 4, 64 },
	{ 0x17, 0x0017, 4, 0 },
	{ 0x17, 0x0080, 1, 0 },
	{ 0x17, 0x0081, 1, 0 },
	{ 0x17, 0x0082, 1, 0 },
	{ 0x31, 0x0001, 4, 64 },
	{ 0x31, 0x0002, 4, 0 },
	{ 0x31, 0x0003, 4, 64 },
	{ 0 },
};

/* After 3 MiB written and 2 of them read. */
static const struct expected used[] = {
	{ 0x02, 0x0005, 8, 3 << 20 },
	{ 0x02, 0x0006, 4, 0 },
	{ 0x03, 0x0005, 8, 2 << 20 },
	{ 0x0c, 0x0000, 8, 3 << 20 },
	{ 0x0c, 0x0001, 8, 3 << 20 },
	{ 0x0c, 0x0003, 8, 2 << 20 },
	{ 0x0c, 0x0004, 4, 3 },
	{ 0x0c, 0x0007, 4, 2 },
	{ 0x17, 0x000e, 4, 3 },
	{ 0x17, 0x000f, 4, 2 },
	{ 0x17, 0x0010, 8, 3 },
	{ 0x17, 0x0011, 8, 2 },
	{ 0x17, 0x0014, 6, 90 },
	{ 0x17, 0x0017, 4, 3 },
	{ 0x17, 0x0202, 8, 0x0700000000000040 },
	{ 0x17, 0x0203, 8, 0x0700000000000003 },
	{ 0x17, 0x0204, 8, 0x070000000000003b },
	{ 0x30, 0x0001, 4, 1 },
	{ 0x30, 0x0002, 8, 1 },
	{ 0x31, 0x0001, 4, 60 },
	{ 0x32, 0x0000, 2, 100 },
	{ 0x32, 0x0002, 4, 2 },
	{ 0x32, 0x0008, 4, 3 },
	{ 0x32, 0x0009, 4, 0 },
	{ 0 },
};

static const struct step resetting[] = {
	{ "reset all counters", { 0x4c, 2, 0x40 } },
	{ "others hear of it", { 0x00 }, .initiator = 1, .sense = 0x06, .asc = 0x2a02 },
	{ 0 },
};

static const struct expected reset[] = {
	{ 0x02, 0x0005, 8, 0 },
	{ 0x03, 0x0005, 8, 0 },
	{ 0x0c, 0x0000, 8, 0 },
	{ 0x0c, 0x0004, 4, 3 },
	{ 0x17, 0x000e, 4, 3 },
	{ 0x17, 0x0010, 8, 3 },
	{ 0x32, 0x0008, 4, 0 },
	{ 0 },
};

/* Taken out and put in again: this mount has begun anew, life goes on. */
static const struct expected again[] = {
	{ 0x02, 0x0005, 8, 0 },
	{ 0x0c, 0x0000, 8, 0 },
	{ 0x17, 0x0001, 4, 2 },
	{ 0x17, 0x000e, 4, 0 },
	{ 0x17, 0x0010, 8, 3 },
	{ 0x17, 0x0080, 1, 1 },
	{ 0x11, 0x0000, 4, 0x090f0000 },
	{ 0x30, 0x0001, 4, 2 },
	{ 0 },
};

static void check_all(struct rig *r, const char *when, const struct expected *e)
{
	for (; e->page; e++)
		check(r, when, e);
	for (const uint8_t *p = r->drive.unit.model->log_pages; *p != 0xff; p++) {
		char what[64];
		uint32_t len = 0;
		const uint8_t *page = *p ? page_of(r, *p, &len) : NULL;

		snprintf(what, sizeof(what), "%s: page %02x is whole", when, *p);
		if (*p)
			rig_want(r, page && well_formed(page, len), what);
	}
}

static bool has_text(struct rig *r, uint16_t code, const char *text, uint8_t width)
{
	uint32_t len = 0;
	const uint8_t *page = page_of(r, 0x17, &len), *p = find(page, len, code);

	if (!p || p[3] != width || memcmp(&p[4], text, strlen(text)))
		return false;
	for (size_t i = strlen(text); i < width; i++)
		if (p[4 + i] != ' ')
			return false;
	return true;
}

static void move_data(struct rig *r)
{
	const struct step write = { "write", { 0x0a, 0, 0x10 }, .out = BLANK(1 << 20) };
	const struct step rewind = { "rewind", { 0x01 } };
	const struct step read = { "read", { 0x08, 0, 0x10 }, .room = 1 << 20 };

	for (int i = 0; i < 3; i++)
		script_send(&r->script, &write);
	script_send(&r->script, &rewind);
	for (int i = 0; i < 2; i++)
		script_send(&r->script, &read);
	r->now += 90000;
}

static const struct step asking[] = {
	{ "the list is in order", { 0x4d, 0, 0x40, 0, 0, 0, 0, 0, 255 },
	  .in = BYTES("\0\0\0\x0e\0\2\3\x0c\x0d\x10\x11\x17\x2e\x30\x31\x32\x37"), .begins = true,
	  .mask = "\xff\xff\xff\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" },
	{ "a page that is not there", { 0x4d, 0, 0x7e, 0, 0, 0, 0, 0, 255 }, .sense = 0x05,
	  .asc = 0x2400, .field = IN_CDB(2, 5) },
	{ "from a parameter on", { 0x4d, 0, 0x71, 0, 0, 0, 2, 0, 255 }, .begins = true,
	  .in = BYTES("\x31\0\0\x18\0\2") },
	{ 0 },
};

static const struct step plain[] = {
	{ "no device status", { 0x4d, 0, 0x51, 0, 0, 0, 0, 0, 255 }, .sense = 0x05, .asc = 0x2400 },
	{ 0 },
};

int main(void)
{
	static struct rig r, t;

	rig_init(&r, "ULT3580-TD8");
	rig_make(&r, "E01001L8", "LTO8", CART_DATA_TAPE, 0);
	rig_make(&r, "W01001LY", "LTO8", CART_WORM_TAPE, 0);
	check_all(&r, "empty", empty);
	rig_insert(&r, "E01001L8");
	rig_play(&r, "log", asking);
	check_all(&r, "fresh", fresh);
	rig_want(&r, has_text(&r, 0x0042, "E01001L8", 32), "the barcode");
	rig_want(&r, has_text(&r, 0x0045, "LTO8", 9), "the kind of medium");
	rig_want(&r, !has_text(&r, 0x0040, "", 32), "a serial number");
	move_data(&r);
	check_all(&r, "used", used);
	rig_play(&r, "reset", resetting);
	check_all(&r, "reset", reset);
	cart_set_protect(r.drive.cart, true);
	rig_eject(&r);
	rig_insert(&r, "E01001L8");
	check_all(&r, "again", again);
	rig_eject(&r);
	rig_insert(&r, "W01001LY");
	check(&r, "WORM", &(struct expected){ 0x17, 0x0081, 1, 1 });
	rig_release(&r);

	rig_init(&t, "T10000B");
	rig_play(&t, "T10000B", plain);
	rig_release(&t);
	return r.failed + t.failed != 0;
}
