// SPDX-License-Identifier: GPL-2.0-only
/* The bytes of version 1, and what a later program may write that this one must get along with. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc.h"
#include "base/macros.h"
#include "fake/forge.h"
#include "fake/report.h"
#include "fake/text_tape.h"
#include "media/format.h"

/* "ab|c", 72 bytes each but the filemark, put away. */
static struct mem_io *made(void)
{
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);

	text_write(c, "ab|c");
	cart_close(c);
	return io;
}

static uint8_t *bytes(struct mem_io *io, const char *name)
{
	return mem_io_file(io, name)->now.bytes;
}

struct field {
	const char *file;
	uint32_t at, width, value;
};

static const struct field fields[] = {
	/* meta: a slot's header, then the volume and its tag */
	{ "meta", 0, 4, 0x4d4c5456 }, { "meta", 4, 2, 1 }, { "meta", 6, 2, 0 },
	{ "meta", 8, 4, 0 }, { "meta", 12, 4, 0 }, { "meta", 16, 4, 0 },
	{ "meta", 4096, 2, 1 }, { "meta", 4100, 4, 80 }, { "meta", 4104 + 16, 4, 0x30545854 },
	{ "meta", 4104 + 48, 4, 0x384f544c }, { "meta", 4104 + 64, 4, 1 << 20 },
	{ "meta", 4104 + 73, 1, 0x5e }, { "meta", 65536, 4, 0x4d4c5456 },
	/* data: b, the second record */
	{ "data", 72, 4, 0x524c5456 }, { "data", 76, 1, 1 }, { "data", 77, 1, 0 },
	{ "data", 80, 4, 1 }, { "data", 88, 4, 0 }, { "data", 96, 4, 1 }, { "data", 100, 4, 5 },
	{ "data", 104, 4, 5 }, { "data", 108, 4, 0 }, { "data", 124, 4, 0 },
	{ "data", 136, 4, 0x62626262 }, { "data", 141, 3, 0 },
	/* the filemark, and what is behind it */
	{ "data", 144 + 4, 1, 2 }, { "data", 144 + 8, 4, 2 }, { "data", 144 + 32, 4, 0 },
	{ "data", 208 + 8, 4, 3 }, { "data", 208 + 16, 4, 1 },
	/* indx: a header page, a page of four entries */
	{ "indx", 0, 4, 0x494c5456 }, { "indx", 4096 + 4, 4, 1 }, { "indx", 4096 + 8, 4, 0 },
	{ "indx", 4096 + 16, 4, 280 }, { "indx", 4096 + 24, 4, 4 },
	{ "indx", 4096 + 32 + 16, 4, 72 / 8 }, { "indx", 4096 + 32 + 22, 3, 5 },
	{ "indx", 4096 + 32 + 25, 3, 5 }, { "indx", 4096 + 32 + 28, 1, 1 },
	{ "indx", 4096 + 32 + 32 + 12, 1, 2 },
};

static int test_picture(void)
{
	struct mem_io *io = made();
	char why[100] = "";

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct field *f = &fields[i];
		uint32_t value = 0;

		for (uint32_t n = f->width; n--;)
			value = value << 8 | bytes(io, f->file)[f->at + n];
		if (value != f->value)
			snprintf(why, sizeof(why), "%s, byte %u: %x", f->file, f->at, value);
	}
	if (mem_io_file(io, "data")->now.size != 280 || mem_io_file(io, "indx")->now.size != 8192 ||
	    mem_io_file(io, "meta")->now.size != 131072)
		snprintf(why, sizeof(why), "sizes");
	mem_io_free(io);
	return report("the bytes are where cartridge(5) says", *why ? why : NULL);
}

static int test_crc(void)
{
	const char *why = crc32c(0, "123456789", 9) == 0xe3069283 ? NULL : "check value";

	if (crc32c(crc32c(0, "1234", 4), "56789", 5) != 0xe3069283 || crc32c(7, "", 0) != 7)
		why = "going on";
	return report("CRC32C", why);
}

static const struct {
	const char *what;
	uint32_t at, value;		/* a byte of b's header */
	bool index;			/* the index has it too, at this byte of the entry */
	uint32_t entry_at, entry_value;
	const char *text;		/* as it plays */
	bool read_only;			/* after that */
} later[] = {
	/* what                          at value index  at value    text     read-only */
	{ "nothing changed",              5,    0, true,  12,    1,  "ab|c.", false },
	{ "a codec nobody knows",         5,    4, true,  12, 0x41,  "a*",    false },
	{ "not LZO",                      5,    1, true,  12, 0x11,  "a!",    true },
	{ "not zlib",                     5,    2, true,  12, 0x21,  "a!",    true },
	{ "not zstd",                     5,    3, true,  12, 0x31,  "a!",    true },
	{ "parts of what has no codec",   6,    4, true,  13,    4,  "a*",    false },
	{ "a flag nobody knows",          6,    8, true,  13,    8,  "a*",    false },
	{ "a flag the index denies",      6,    8, true,  13,    0,  "a!",    true },
	{ "the index says otherwise",     5,    0, true,  12, 0x31,  "a!",    true },
	{ "a type nobody knows",          4,    9, false,  0,    0,  "a!",    true },
	{ "a type of 0",                  4,    0, false,  0,    0,  "a!",    true },
	{ "an unreadable block",          5,    0, true,  12,    4,  "a*",    false },
};

static int test_later(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(later); i++) {
		struct mem_io *io = made();
		const uint64_t size = mem_io_file(io, "data")->now.size;
		char text[TEXT_MAX];
		const char *why = NULL;
		struct cart *c;

		bytes(io, "data")[72 + later[i].at] = (uint8_t)later[i].value;
		forge_record(io, bytes(io, "data") + 72);
		bytes(io, "indx")[4096 + 32 + 16 + later[i].entry_at] =
			(uint8_t)later[i].entry_value;
		forge_page(io);
		if (!later[i].index)
			mem_io_file(io, "indx")->now.size = 0;
		c = text_load(io, NULL);
		if (strcmp(text_read(c, text), later[i].text))
			why = text;
		if (cart_read_only(c) != later[i].read_only)
			why = "read-only";
		cart_locate(c, 0, 2);
		if (!later[i].read_only && strcmp(text_read(c, text), "|c."))
			why = "behind it";
		if (!later[i].read_only && text_write(c, "d"))
			why = "writing on";
		cart_close(c);
		if (mem_io_file(io, "data")->now.size < size)
			why = "cut";
		failed |= report(later[i].what, why);
		mem_io_free(io);
	}
	return failed;
}

/* Between a and b: padding, or a block with an extension, as an encrypted one has. */
static const struct {
	const char *what;
	uint8_t type;
	uint32_t stored, extension, size;
	const char *text;
} inserted[] = {
	{ "padding without bytes",   RECORD_PAD,  0,  0,  64, "ab|c." },
	{ "padding",                 RECORD_PAD, 40,  0, 104, "ab|c." },
	{ "a block with extension", RECORD_DATA, 20, 76, 160, "a*" },
};

static int test_inserted(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(inserted); i++) {
		const bool pad = inserted[i].type == RECORD_PAD;
		struct mem_io *io = made();
		struct mem_image *data = &mem_io_file(io, "data")->now;
		const uint32_t size = inserted[i].size;
		uint8_t all[1000] = { 0 }, *h = all + 72;
		char text[TEXT_MAX];
		struct cart *c;
		const char *why = NULL;

		memcpy(all, data->bytes, 144);		/* a, b's header for the new one */
		h[4] = inserted[i].type;
		forge_put(h + 28, inserted[i].stored);
		forge_put(h + 32, inserted[i].stored);
		forge_put(h + 36, inserted[i].extension);
		memset(h + 64, 0, 200);
		forge_put(h + 40, crc32c(0, h + 64, inserted[i].stored + inserted[i].extension));
		forge_record(io, h);
		if (pad)
			memcpy(h + size, data->bytes + 72, 208);
		data->bytes = realloc(data->bytes, sizeof(all));
		memcpy(data->bytes, all, sizeof(all));
		data->size = 72 + size + (pad ? 208 : 0);
		data->room = sizeof(all);
		mem_io_file(io, "indx")->now.size = 0;
		/* The committed end is before it: meta of a tape that is not put away. */
		c = text_load(io, NULL);
		if (!c || strcmp(text_read(c, text), inserted[i].text))
			why = c ? text : "not loaded";
		cart_drop(c);
		failed |= report(inserted[i].what, why);
		mem_io_free(io);
	}
	return failed;
}

/* A tag of a compatible feature stays when meta is written again. */
static int test_unknown_tag(void)
{
	struct mem_io *io = made();
	const char *why = NULL;
	struct cart *c;
	uint8_t *meta = bytes(io, "meta");
	int found = 0;

	for (int slot = 0; slot < 2; slot++, meta += META_SLOT) {
		uint32_t len = (uint32_t)meta[20] | (uint32_t)meta[21] << 8;

		memcpy(meta + META_HEADER + len, "\x77\x00\x00\x00\x05\x00\x00\x00later", 13);
		forge_put(meta + 20, len + 13);
		forge_slot(meta);
	}
	c = text_load(io, NULL);
	if (!c || cart_set_change_reference(c, 3) || cart_set_change_reference(c, 4))
		why = "write";
	cart_drop(c);
	meta = bytes(io, "meta");
	for (int i = 0; i < 2 * META_SLOT - 5; i++)
		found += !memcmp(meta + i, "later", 5);
	if (found != 2)
		why = "lost";
	mem_io_free(io);
	return report("a tag that nobody knows", why);
}

int main(void)
{
	int failed = test_picture();

	failed |= test_crc();
	failed |= test_later();
	failed |= test_inserted();
	failed |= test_unknown_tag();
	return failed;
}
