// SPDX-License-Identifier: GPL-2.0-only
/* Compressed blocks: any codec, any length, any mixture, and none that is believed unchecked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc.h"
#include "base/macros.h"
#include "fake/forge.h"
#include "fake/filling.h"
#include "fake/text_tape.h"
#include "media/codec.h"
#include "media/format.h"

static int report(const char *what, const char *why)
{
	if (why && *why)
		return printf("not ok - %s: %s\n", what, why), 1;
	return printf("ok - %s\n", what), 0;
}

static const char *const kind_names[] = { "zeros", "text", "noise" };

static struct cart *new_tape(struct mem_io **io, uint64_t capacity)
{
	const struct cart_spec spec = text_spec(CART_DATA_TAPE, capacity);

	*io = mem_io_new();
	(*io)->no_journal = true;
	cart_create(&mem_cart_io, *io, &spec);
	return text_load(*io, NULL);
}

static const char *const codec_names[] = { "raw", "lzo", "zlib", "zstd" };
static const uint32_t lengths[] = {
	1, 2, 31, 32, 33, 64, 100, 511, 4096, 65535, 65536, 262144, 1 << 20, CART_BLOCK_MAX,
};

/* The stored length that is allowed: raw, or less by 1/32. */
static const char *one_length(struct cart *c, struct mem_io *io, uint8_t *block, uint8_t *got,
			      uint32_t len, enum filling kind, bool raw)
{
	const uint64_t before = cart_counters(c)->stored_written;
	uint64_t stored;
	uint32_t n = 0;

	(void)io;
	fill(block, len, kind, len);
	if (cart_locate(c, 0, 0) > CART_EOD || cart_write(c, block, len))
		return "cannot be written";
	stored = cart_counters(c)->stored_written - before;
	if (raw || kind == FILL_NOISE ? stored != len : stored > len ||
	    (len > 300 && stored > len / 2) || (stored < len && stored + (len + 31) / 32 > len))
		return "stored length";
	memset(got, 0xee, len);
	cart_locate(c, 0, 0);
	if (cart_read(c, got, len, &n) || n != len || memcmp(got, block, len))
		return "is not what was written";
	cart_locate(c, 0, 0);
	if (cart_read(c, got, len / 2, &n) || n != len || memcmp(got, block, len / 2))
		return "the beginning is not what was written";
	cart_locate(c, 0, 0);
	return cart_read(c, NULL, 0, &n) || n != len ? "is not verified" : NULL;
}

static int test_lengths_of(enum cart_codec codec, enum filling kind, uint8_t *block, uint8_t *got)
{
	char what[100], why[100] = "";
	struct mem_io *io;
	struct cart *c = new_tape(&io, 1 << 26);

	for (size_t i = 0; !*why && i < ARRAY_SIZE(lengths); i++) {
		const char *bad;

		cart_set_compression(c, CART_RAW, 1);	/* forgets what it knew */
		cart_set_compression(c, codec, i % 2 ? 9 : 1);
		bad = one_length(c, io, block, got, lengths[i], kind, codec == CART_RAW);
		if (bad)
			snprintf(why, sizeof(why), "%u bytes: %s", lengths[i], bad);
	}
	snprintf(what, sizeof(what), "%s of all lengths, %s", kind_names[kind], codec_names[codec]);
	cart_close(c);
	mem_io_free(io);
	return report(what, why);
}

static int test_lengths(void)
{
	uint8_t *block = malloc(CART_BLOCK_MAX), *got = malloc(CART_BLOCK_MAX);
	int failed = 0;

	for (enum cart_codec codec = CART_RAW; codec <= CART_ZSTD; codec++)
		for (enum filling kind = FILL_ZEROS; kind <= FILL_NOISE; kind++)
			failed |= test_lengths_of(codec, kind, block, got);
	free(block);
	free(got);
	return failed;
}

enum { MIXED = 800, MIXED_MAX = 20000 };

/* Object n is a filemark now and then; else its kind and length come from n. */
static uint32_t mixed_block(uint32_t n, uint8_t *to)
{
	uint32_t seed = n * 7919 + 1;
	const uint32_t len = 1 + filling_draw(&seed) % MIXED_MAX;

	if (n % 17 == 16)
		return 0;
	fill(to, len, (enum filling)(filling_draw(&seed) % (FILL_NOISE + 1)), seed);
	return len;
}

static bool same_object(struct cart *c, uint32_t n)
{
	uint8_t want[MIXED_MAX], got[MIXED_MAX];
	const uint32_t len = mixed_block(n, want);
	uint32_t got_len = 0;
	const enum cart_rc rc = cart_read(c, got, sizeof(got), &got_len);

	return len ? rc == CART_OK && got_len == len && !memcmp(got, want, len) :
	       rc == CART_FILEMARK;
}

static int test_mixture(void)
{
	struct mem_io *io;
	struct cart *c = new_tape(&io, 1 << 26);
	uint8_t block[MIXED_MAX];
	const char *why = NULL;
	uint32_t seed = 1;

	for (uint32_t n = 0; n < MIXED && !why; n++) {
		const uint32_t len = mixed_block(n, block);

		if (cart_set_compression(c, (enum cart_codec)(filling_draw(&seed) % 4),
					 1 + (int)(n % 9)))
			why = "a codec is refused";
		if (len ? cart_write(c, block, len) : cart_write_filemarks(c, 1, false))
			why = "writing";
	}
	if (cart_counters(c)->stored_written >= cart_counters(c)->written_last)
		why = "nothing is compressed";
	cart_close(c);
	c = text_load(io, NULL);
	for (uint32_t n = 0; n < MIXED && !why; n++)
		if (!same_object(c, n))
			why = "reading in order";
	if (!why && cart_counters(c)->stored_read >= cart_counters(c)->read_last)
		why = "stored bytes that were read";
	for (int i = 0; i < 500 && !why; i++) {
		const uint32_t n = filling_draw(&seed) % MIXED;

		if (cart_locate(c, 0, n) || !same_object(c, n))
			why = "reading anywhere";
	}
	cart_close(c);
	mem_io_free(io);
	return report("a tape of all codecs", why);
}

static int test_arguments(void)
{
	struct mem_io *io;
	struct cart *c = new_tape(&io, 1 << 20);
	const char *why = NULL;

	if (cart_set_compression(c, (enum cart_codec)4, 1) != CART_INVALID ||
	    cart_set_compression(c, CART_ZLIB, 0) != CART_INVALID ||
	    cart_set_compression(c, CART_ZLIB, 10) != CART_INVALID)
		why = "taken";
	if (codec_find(0) || codec_find(4) || strcmp(codec_find(CODEC_ZSTD)->name, "zstd"))
		why = "rows";
	cart_close(c);
	mem_io_free(io);
	return report("codecs and levels that there are not", why);
}

/* Noise is not tried again and again, and text behind it is found soon. */
static int test_back_off(void)
{
	struct mem_io *io;
	struct cart *c = new_tape(&io, 1 << 26);
	uint8_t block[4096];
	const char *why = "text stays raw";

	cart_set_compression(c, CART_LZO, 1);
	fill(block, sizeof(block), FILL_NOISE, 1);
	for (int i = 0; i < 100; i++)
		cart_write(c, block, sizeof(block));
	fill(block, sizeof(block), FILL_TEXT, 1);
	for (int i = 0; i < 17; i++) {
		const uint64_t before = cart_counters(c)->stored_written;

		cart_write(c, block, sizeof(block));
		if (cart_counters(c)->stored_written - before < sizeof(block))
			why = NULL;
	}
	cart_close(c);
	mem_io_free(io);
	return report("text after noise", why);
}

/* A null tape keeps lengths alone. */
static int test_null(void)
{
	const struct cart_spec spec = text_spec(CART_NULL_TAPE, 1 << 20);
	struct mem_io *io = mem_io_new();
	uint8_t block[1000] = { 0 };
	const char *why = NULL;
	struct cart *c;
	uint32_t len;

	cart_create(&mem_cart_io, io, &spec);
	c = text_load(io, NULL);
	cart_set_compression(c, CART_ZLIB, 1);
	if (cart_write(c, block, sizeof(block)) || cart_counters(c)->stored_written ||
	    cart_locate(c, 0, 0) || cart_read(c, block, sizeof(block), &len) != CART_READ_FAILED)
		why = "stored";
	cart_close(c);
	mem_io_free(io);
	return report("a null tape does not compress", why);
}

/* The first record's checksums, made to fit what is there now; the block's too if logical. */
static void seal(struct mem_io *io, const uint8_t *block, uint32_t len)
{
	uint8_t *h = mem_io_file(io, "data")->now.bytes;

	forge_put(h + 40, crc32c(0, h + 64, forge_get(h + 32)));
	if (block)
		forge_put(h + 44, crc32c(0, block, len));
	forge_record(io, h);
}

enum { CORRUPT_LEN = 3000 };

/*
 * Byte at of the payload changed; the checksums fit, if sealed.  Is it found?  Some bits of a
 * codec's frame mean nothing: the block itself, whole, is as good.
 */
static bool found(const struct mem_io *good, const uint8_t *block, uint32_t at, uint8_t change,
		  bool sealed)
{
	struct mem_io *io = mem_io_copy(good);
	uint8_t *h = mem_io_file(io, "data")->now.bytes, got[CORRUPT_LEN];
	struct cart *c;
	enum cart_rc rc;
	uint32_t len = 0;
	bool ok;

	h[64 + at % forge_get(h + 32)] ^= change;
	if (sealed)
		seal(io, NULL, 0);
	c = text_load(io, NULL);
	rc = cart_read(c, got, sizeof(got), &len);
	ok = rc == CART_DAMAGED && cart_read_only(c);
	if (rc == CART_OK && sealed)
		ok = len == CORRUPT_LEN && !memcmp(got, block, len);
	cart_drop(c);
	mem_io_free(io);
	return ok;
}

static int test_corrupt(enum cart_codec codec)
{
	struct mem_io *io;
	struct cart *c = new_tape(&io, 1 << 20);
	uint8_t block[CORRUPT_LEN];
	char what[80];
	const char *why = NULL;
	uint32_t seed = 5;

	fill(block, sizeof(block), FILL_TEXT, 3);
	cart_set_compression(c, codec, 1);
	cart_write(c, block, sizeof(block));
	cart_close(c);
	for (int i = 0; i < 400 && !why; i++) {
		const uint32_t at = i < 64 ? (uint32_t)i : filling_draw(&seed);
		const uint8_t change = (uint8_t)(1 + filling_draw(&seed) % 255);

		if (!found(io, block, at, change, false))
			why = "is believed";
		if (!found(io, block, at, change, true))
			why = "is believed when its checksum fits";
	}
	snprintf(what, sizeof(what), "a %s payload that does not hold", codec_names[codec]);
	mem_io_free(io);
	return report(what, why);
}

/* Lengths in the header that the payload does not have: longer and shorter than it says. */
static int test_lies(enum cart_codec codec)
{
	static const int lies[] = { -1500, -1, 1, 5000 };
	char what[80];
	const char *why = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(lies) && !why; i++) {
		uint8_t block[CORRUPT_LEN], *h, *page, big[2 * MIXED_MAX];
		struct mem_io *io;
		struct cart *c = new_tape(&io, 1 << 20);
		uint32_t len = (uint32_t)(CORRUPT_LEN + lies[i]);

		fill(block, sizeof(block), FILL_TEXT, 3);
		cart_set_compression(c, codec, 1);
		cart_write(c, block, sizeof(block));
		cart_close(c);
		h = mem_io_file(io, "data")->now.bytes;
		page = mem_io_file(io, "indx")->now.bytes + INDEX_PAGE;
		forge_put(h + 28, len);
		seal(io, block, len < CORRUPT_LEN ? len : CORRUPT_LEN);
		page[32 + 6] = (uint8_t)len;
		page[32 + 7] = (uint8_t)(len >> 8);
		forge_page(io);
		c = text_load(io, NULL);
		if (!c || cart_read(c, big, sizeof(big), &len) != CART_DAMAGED)
			why = "is believed";
		cart_drop(c);
		mem_io_free(io);
	}
	snprintf(what, sizeof(what), "%s: a block that is not as long as it says",
		 codec_names[codec]);
	return report(what, why);
}

/* The decompressors alone, on anything: nothing is written behind the block. */
static int test_garbage(enum cart_codec codec)
{
	const struct codec_row *row = codec_find((uint8_t)codec);
	struct codec_work *w = codec_work_new();
	const char *why = NULL;
	char what[80];
	uint32_t seed = 9;

	for (int i = 0; i < 3000 && !why; i++) {
		const uint32_t stored = filling_draw(&seed) % 300;
		const uint32_t len = 1 + filling_draw(&seed) % 2000;
		uint8_t *from = malloc(stored + 1), *to = malloc(len);

		fill(from, stored, i % 2 ? FILL_NOISE : FILL_TEXT, seed);
		if (row->decompress(w, from, stored, to, len) && codec != CART_LZO)
			why = "noise is a block";
		free(from);
		free(to);
	}
	codec_work_free(w);
	snprintf(what, sizeof(what), "%s: what is no payload at all", codec_names[codec]);
	return report(what, why);
}

/* What blocks did at one time must be what they do several at a time. */
static int test_batches(void)
{
	static const uint32_t sizes[] = { 1, 7, 512, 4096, 65536 };
	static uint8_t blocks[300 * 4096], got[300 * 4096];
	const char *why = NULL;
	int failed = 0;

	fill(blocks, sizeof(blocks), FILL_NOISE, 4);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		const uint32_t room = (uint32_t)sizeof(blocks) / sizes[i];
		const uint32_t n = room < 300 ? room : 300;
		struct mem_io *io;
		struct cart *c = new_tape(&io, 1 << 26);
		uint32_t done, len;
		int calls = io->writes;
		char what[80];

		why = NULL;
		if (cart_write_blocks(c, blocks, sizes[i], n, &done) || done != n)
			why = "writing";
		calls = io->writes - calls;
		if (calls > (int)(n / 64 + 1 + 2 * (n / 254 + 1)))
			why = "a call for each";
		cart_write(c, blocks, sizes[i] + 1);
		cart_close(c);
		c = text_load(io, NULL);
		memset(got, 0, sizeof(got));
		calls = io->reads;
		if (cart_read_blocks(c, got, sizes[i], n, &done, &len) || done != n ||
		    memcmp(got, blocks, (size_t)n * sizes[i]))
			why = "reading";
		if (io->reads - calls > (int)(n / 64 + 1 + 2 * (n / 254 + 1)))
			why = "a call for each that is read";
		if (cart_counters(c)->read_last != (uint64_t)n * sizes[i] ||
		    cart_position(c).object != n)
			why = "counters";
		if (cart_read_blocks(c, got, sizes[i], 2, &done, &len) || done ||
		    len != sizes[i] + 1 || cart_position(c).object != n + 1)
			why = "a block of another length";
		if (cart_read_blocks(c, got, sizes[i], 2, &done, &len) != CART_EOD || done)
			why = "the end";
		snprintf(what, sizeof(what), "blocks of %u bytes, many in a call", sizes[i]);
		failed |= report(what, why);
		cart_close(c);
		mem_io_free(io);
	}
	return failed;
}

/* One of many is damaged: those before it are read, and it is told. */
static int test_batch_damage(void)
{
	uint8_t blocks[100 * 64], got[100 * 64];
	struct mem_io *io;
	struct cart *c = new_tape(&io, 1 << 20);
	const char *why = NULL;
	uint32_t done, len;

	fill(blocks, sizeof(blocks), FILL_NOISE, 4);
	cart_write_blocks(c, blocks, 64, 100, &done);
	cart_close(c);
	mem_io_file(io, "data")->now.bytes[37 * 128 + 100] ^= 1;
	c = text_load(io, NULL);
	if (cart_read_blocks(c, got, 64, 100, &done, &len) != CART_DAMAGED || done != 37 ||
	    memcmp(got, blocks, 37 * 64) || cart_position(c).object != 37)
		why = "not 37";
	cart_drop(c);
	mem_io_free(io);
	return report("a damaged block among many", why);
}

/* The tape ends, or the disk, in the middle of many: as many as there is room for. */
static int test_batch_full(void)
{
	uint8_t blocks[64 * 936], got[64 * 936];
	const char *why = NULL;
	uint32_t done, len;

	fill(blocks, sizeof(blocks), FILL_NOISE, 4);
	for (int disk = 0; disk < 2 && !why; disk++) {
		struct mem_io *io;
		struct cart *c = new_tape(&io, disk ? 1 << 20 : 50000);
		uint32_t n;

		io->disk = disk ? 131072 + 4096 * 4 + 33000 : 0;
		io->no_allocate = disk;
		if (cart_write_blocks(c, blocks, 936, 64, &done) != CART_FULL || done < 20 ||
		    done > 50 || cart_position(c).object != done)
			why = disk ? "the disk" : "the tape";
		n = done;
		cart_locate(c, 0, 0);
		if (cart_read_blocks(c, got, 936, 64, &done, &len) != CART_EOD || done != n ||
		    memcmp(got, blocks, (size_t)n * 936))
			why = "what was written";
		cart_close(c);
		mem_io_free(io);
	}
	return report("the end in the middle of many blocks", why);
}

int main(void)
{
	int failed = test_lengths() | test_mixture() | test_arguments() | test_back_off() |
		     test_null() | test_batches() | test_batch_damage() | test_batch_full();

	for (enum cart_codec codec = CART_LZO; codec <= CART_ZSTD; codec++)
		failed |= test_corrupt(codec) | test_lies(codec) | test_garbage(codec);
	return failed;
}
