// SPDX-License-Identifier: GPL-2.0-only
/* What a daemon that died had answered and not written: its note, and what the next one does. */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/macros.h"
#include "fake/report.h"
#include "fake/text_tape.h"
#include "ssc/ssc.h"

/* 0 object | 8 length of a block | 12 partition | 16 UUID | 32 barcode */
enum { OBJECT = 0, LENGTH = 8, PARTITION = 12, UUID = 16, BARCODE = 32 };

static void make_note(uint8_t *note, uint64_t object, uint32_t len, const char *barcode)
{
	const le64 o = le64_of(object);
	const le32 l = le32_of(len), partition = le32_of(1);

	memset(note, 0, SCSI_NOTE_LEN);
	memcpy(note + OBJECT, &o, sizeof(o));
	memcpy(note + LENGTH, &l, sizeof(l));
	memcpy(note + PARTITION, &partition, sizeof(partition));
	memset(note + UUID, 0xa5, 16);
	memcpy(note + BARCODE, barcode, strlen(barcode));
}

static const struct note_row {
	const char *what, *barcode;
	uint32_t len, data_len, count;	/* 0: it is refused */
} notes[] = {
	{ "a block", "E01001L8", 1000, 1000, 1 },
	{ "seven", "E01001L8", 1000, 7000, 7 },
	{ "the longest block", "E01001L8", CART_BLOCK_MAX, CART_BLOCK_MAX, 1 },
	{ "a barcode that fills its place", "0123456789ABCDEF0123456789ABCDEF", 5, 5, 1 },
	{ "a block of nothing", "E01001L8", 0, 1000, 0 },
	{ "a block that is too long", "E01001L8", CART_BLOCK_MAX + 1, CART_BLOCK_MAX + 1, 0 },
	{ "no data", "E01001L8", 1000, 0, 0 },
	{ "part of a block", "E01001L8", 1000, 999, 0 },
	{ "a block and a part", "E01001L8", 1000, 1001, 0 },
	{ "no barcode", "", 1000, 1000, 0 },
};

static int test_notes(void)
{
	static const uint8_t data[1];
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(notes); i++) {
		const struct note_row *n = &notes[i];
		uint8_t note[SCSI_NOTE_LEN];
		struct ssc_kept k;
		bool good;

		make_note(note, 0x123456789a, n->len, n->barcode);
		good = ssc_kept_read(note, data, n->data_len, &k);
		if (good)
			good = k.count == n->count && k.object == 0x123456789a && k.len == n->len &&
			       k.partition == 1 && k.data == data && k.uuid[15] == 0xa5 &&
			       !strcmp(k.barcode, n->barcode);
		failed |= report(n->what, good == !!n->count ? NULL : "its note");
	}
	return failed;
}

/* A letter is a block, as in text_tape.h. */
static const struct write_row {
	const char *what, *there;	/* written on the cartridge before */
	uint64_t object;
	const char *kept;		/* one block a letter */
	uint32_t partition;
	enum cart_rc rc;
	uint32_t written;
	const char *then;		/* what is on it afterwards */
} writes[] = {
	{ "nothing is there", "ab", 2, "cde", 0, CART_OK, 3, "abcde." },
	{ "some of it is there", "abc", 2, "cde", 0, CART_OK, 2, "abcde." },
	{ "all but one", "abcd", 2, "cde", 0, CART_OK, 1, "abcde." },
	{ "all of it is there", "abcde", 2, "cde", 0, CART_OK, 0, "abcde." },
	{ "and more behind it", "abcde|f", 2, "cde", 0, CART_OK, 0, "abcde|f." },
	{ "on an empty tape", "", 0, "ab", 0, CART_OK, 2, "ab." },
	{ "behind a filemark", "ab|", 3, "c", 0, CART_OK, 1, "ab|c." },
	{ "a block before it is missing", "a", 2, "cde", 0, CART_INVALID, 0, "a." },
	{ "no such partition", "ab", 0, "c", 1, CART_INVALID, 0, "ab." },
	{ "no partition at all", "ab", 0, "c", UINT32_MAX, CART_INVALID, 0, "ab." },
};

static struct ssc_kept kept_of(const struct write_row *w, uint8_t *data)
{
	const uint32_t count = (uint32_t)strlen(w->kept);

	for (uint32_t i = 0; i < count; i++)
		memset(data + (size_t)i * TEXT_BLOCK, w->kept[i], TEXT_BLOCK);
	return (struct ssc_kept){ .object = w->object, .partition = w->partition,
				  .len = TEXT_BLOCK, .count = count, .data = data };
}

static const char *write_twice(const struct write_row *w, struct cart *c)
{
	uint8_t data[8 * TEXT_BLOCK];
	const struct ssc_kept k = kept_of(w, data);
	char text[TEXT_MAX];
	uint32_t n = 99;

	if (ssc_kept_write(&k, c, &n) != w->rc || n != w->written)
		return "what it says";
	if (!cart_position(c).bop || cart_position(c).partition)
		return "the head is not at the beginning";
	if (ssc_kept_write(&k, c, &n) != w->rc || n)
		return "it is written twice";
	return strcmp(text_read(c, text), w->then) ? "what is on it" : NULL;
}

static int test_writes(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(writes); i++) {
		struct mem_io *io = text_new();
		struct cart *c = text_load(io, NULL);

		text_write(c, writes[i].there);
		cart_locate(c, 0, 0);
		failed |= report(writes[i].what, write_twice(&writes[i], c));
		cart_close(c);
		mem_io_free(io);
	}
	return failed;
}

static int test_second_partition(void)
{
	static const uint64_t sizes[] = { 400000, 400000 };
	const struct ssc_kept k = { .object = 1, .partition = 1, .len = TEXT_BLOCK, .count = 2,
				    .data = (const uint8_t *)"bbbbbccccc" };
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;
	char text[TEXT_MAX];
	uint32_t n;

	cart_format(c, 2, sizes, 0x5e);
	text_write(c, "x");
	cart_locate(c, 1, 0);
	text_write(c, "a");
	if (ssc_kept_write(&k, c, &n) || n != 2 || cart_position(c).partition)
		why = "what it says";
	if (strcmp(text_read(c, text), "x."))
		why = "partition 0 has changed";
	cart_locate(c, 1, 0);
	if (strcmp(text_read(c, text), "abc."))
		why = "partition 1 has not";
	cart_close(c);
	mem_io_free(io);
	return report("in another partition", why);
}

static int test_refused(void)
{
	uint8_t data[8 * TEXT_BLOCK];
	const struct ssc_kept k = kept_of(&writes[0], data);
	struct mem_io *io = text_new();
	struct cart *c = text_load(io, NULL);
	const char *why = NULL;
	uint32_t n = 99;

	text_write(c, "ab");
	cart_set_protect(c, true);
	if (ssc_kept_write(&k, c, &n) != CART_READ_ONLY || n || cart_end_of(c, 0).objects != 2)
		why = "write protected";
	cart_set_protect(c, false);
	io->fail_from = io->changes + 1;
	io->fail_to = io->fail_from + 1;
	if (ssc_kept_write(&k, c, &n) != CART_WRITE_FAILED || n ||
	    cart_end_of(c, 0).objects != 2)
		why = "how many went";
	io->fail_from = io->fail_to = 0;
	if (ssc_kept_write(&k, c, &n) || cart_end_of(c, 0).objects != 5)
		why = "not again";
	cart_close(c);
	mem_io_free(io);
	return report("a cartridge that refuses", why);
}

int main(void)
{
	int failed = test_notes();

	failed |= test_writes();
	failed |= test_second_partition();
	failed |= test_refused();
	return failed;
}
