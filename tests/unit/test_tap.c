// SPDX-License-Identifier: GPL-2.0-only
/* SIMH tape images: what is written, the variants that are read, and what is refused. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/report.h"
#include "tools/tap.h"

#define IMAGE(...) (const uint8_t []){ __VA_ARGS__ }, sizeof((const uint8_t []){ __VA_ARGS__ })
#define W(a, b, c, d) 0x##a, 0x##b, 0x##c, 0x##d
#define LEN(n) n, 0, 0, 0
#define MARK LEN(0)
#define END W(ff, ff, ff, ff)
#define GAP W(fe, ff, ff, ff)

static const struct row {
	const char *what;
	const uint8_t *image;
	size_t len;
	/* Each object: a length, | a filemark, ! and length: bad; $ the end, ? refused */
	const char *objects;
	const char *why;
} rows[] = {
	{ "an even block", IMAGE(LEN(2), 'a', 'b', LEN(2), END), "2$", "" },
	{ "an odd block with padding", IMAGE(LEN(3), 'a', 'b', 'c', 0, LEN(3), END), "3$", "" },
	{ "padding that is not zero", IMAGE(LEN(3), 'a', 'b', 'c', 0xee, LEN(3), END), "3$", "" },
	{ "an odd block without padding", IMAGE(LEN(3), 'a', 'b', 'c', LEN(3), MARK), "3|$", "" },
	{ "of one byte", IMAGE(LEN(1), 'a', LEN(1), LEN(1), 'b', 0, LEN(1)), "11$", "" },
	{ "filemarks", IMAGE(MARK, LEN(2), 'a', 'b', LEN(2), MARK, MARK, END), "|2||$", "" },
	{ "no end of medium", IMAGE(LEN(2), 'a', 'b', LEN(2)), "2$", "" },
	{ "an empty file", NULL, 0, "$", "" },
	{ "end of medium alone", IMAGE(END), "$", "" },
	{ "what is behind the end", IMAGE(END, LEN(7), 1), "$", "" },
	{ "erase gaps", IMAGE(GAP, GAP, LEN(2), 'a', 'b', LEN(2), GAP, MARK, END), "2|$", "" },
	{ "half a gap and a whole one", IMAGE(W(ff, ff, fe, ff), 0xff, 0xff, GAP, MARK), "|$", "" },
	{ "half a gap, then a block", IMAGE(W(ff, ff, fe, ff), 0xff, 0xff, LEN(2), 1, 2, LEN(2)),
	  "2$", "" },
	{ "a bad block", IMAGE(W(02, 00, 00, 80), 'a', 'b', W(02, 00, 00, 80), END), "!2$", "" },
	{ "an odd bad block", IMAGE(W(01, 00, 00, 80), 'a', 0, W(01, 00, 00, 80)), "!1$", "" },
	{ "a private record", IMAGE(W(03, 00, 00, 90), 1, 2, 3, 0, W(03, 00, 00, 90), MARK), "|$",
	  "" },
	{ "a private word", IMAGE(W(44, 33, 22, e1), MARK), "|$", "" },
	{ "a reserved word", IMAGE(W(00, 00, 00, ff), MARK), "|$", "" },
	{ "a bad block without data", IMAGE(W(00, 00, 00, 80), END), "?",
	  "without data at byte 4" },
	{ "lengths that differ", IMAGE(LEN(2), 'a', 'b', LEN(3)), "?", "differ at byte 10" },
	{ "lengths of an odd block", IMAGE(LEN(3), 'a', 'b', 'c', 0, LEN(4), END), "?", "differ" },
	{ "classes that differ", IMAGE(LEN(2), 'a', 'b', W(02, 00, 00, 80)), "?", "differ" },
	{ "a cut word", IMAGE(MARK, 0, 0), "|?", "inside a word at byte 6" },
	{ "a cut block", IMAGE(LEN(9), 'a', 'b'), "?", "inside a record at byte 6" },
	{ "a cut length", IMAGE(LEN(2), 'a', 'b', 2, 0), "?", "inside a record" },
	{ "a cut odd block", IMAGE(LEN(3), 'a', 'b', 'c', 0, 3, 0, 0), "?", "inside a record" },
	{ "a cut private record", IMAGE(W(00, 01, 00, 90), 1, 2, 3), "?", "inside a record" },
	{ "a block over 16 MiB", IMAGE(W(00, 00, 00, 01), 1, 2), "?", "block of 16777216 bytes" },
	{ "text", IMAGE('#', '!', '/', 'b', 'i', 'n', '/', 's', 'h', '\n'), "?", "" },
};

static FILE *image_of(const uint8_t *bytes, size_t len)
{
	FILE *f = tmpfile();

	if (!f || (len && fwrite(bytes, 1, len, f) != len))
		abort();
	rewind(f);
	return f;
}

/* As struct row says it, to ret; its size is enough for the images here. */
static void read_image(FILE *f, uint8_t *buf, uint32_t cap, char *ret, size_t size, char *why)
{
	uint64_t offset = 0;
	size_t n = 0;

	*ret = '\0';
	while (n < size - 16) {
		enum tap_kind kind = TAP_END;
		uint32_t len = 0;
		const int err = tap_read(f, &offset, buf, cap, &kind, &len, why);

		if (err)
			n += (size_t)snprintf(ret + n, size - n, "?");
		else if (kind == TAP_MARK)
			n += (size_t)snprintf(ret + n, size - n, "|");
		else if (kind == TAP_END)
			n += (size_t)snprintf(ret + n, size - n, "$");
		else
			n += (size_t)snprintf(ret + n, size - n, "%s%u",
					      kind == TAP_BAD ? "!" : "", len);
		if (err || kind == TAP_END)
			return;
	}
}

static int test_rows(uint8_t *buf)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		FILE *f = image_of(rows[i].image, rows[i].len);
		char got[256], why[TAP_WHY], text[600];

		read_image(f, buf, (1 << 24) - 1, got, sizeof(got), why);
		snprintf(text, sizeof(text), "\"%s\", %s", got, why);
		failed |= report(rows[i].what, strcmp(got, rows[i].objects) ||
				 !strstr(why, rows[i].why) ? text : NULL);
		fclose(f);
	}
	return failed;
}

static const struct { enum tap_kind kind; uint32_t len; } tape[] = {
	{ TAP_BLOCK, 80 }, { TAP_MARK, 0 }, { TAP_BLOCK, 1 }, { TAP_BAD, 33 }, { TAP_BLOCK, 4097 },
	{ TAP_MARK, 0 }, { TAP_MARK, 0 }, { TAP_END, 0 },
};

static uint8_t byte_of(size_t object, uint32_t at)
{
	return (uint8_t)(object * 31 + at * 7);
}

static FILE *written(uint8_t *buf)
{
	FILE *f = tmpfile();

	for (size_t i = 0; f && i < ARRAY_SIZE(tape); i++) {
		for (uint32_t k = 0; k < tape[i].len; k++)
			buf[k] = byte_of(i, k);
		if (tap_write(f, tape[i].kind, buf, tape[i].len))
			abort();
	}
	if (!f)
		abort();
	rewind(f);
	return f;
}

static int test_round(uint8_t *buf)
{
	FILE *f = written(buf);
	const char *wrong = NULL;
	char why[TAP_WHY];
	uint64_t offset = 0;

	for (size_t i = 0; !wrong && i < ARRAY_SIZE(tape); i++) {
		enum tap_kind kind;
		uint32_t len = 0;

		if (tap_read(f, &offset, buf, 8192, &kind, &len, why))
			wrong = why;
		else if (kind != tape[i].kind || len != tape[i].len)
			wrong = "another object";
		for (uint32_t k = 0; !wrong && k < len; k++)
			if (buf[k] != byte_of(i, k))
				wrong = "other bytes";
	}
	if (!wrong && (uint64_t)ftell(f) != offset)
		wrong = "offset";
	fclose(f);
	return report("what is written is read again", wrong);
}

/* Every cut ends at an object, which is the end of the tape, or is refused. */
static int test_cuts(uint8_t *buf)
{
	uint8_t bytes[8192];
	FILE *f = written(buf);
	const size_t len = fread(bytes, 1, sizeof(bytes), f);
	const char *wrong = NULL;
	int ends = 0;

	fclose(f);
	for (size_t n = 0; n < len; n++) {
		char got[256], why[TAP_WHY];

		f = image_of(bytes, n);
		read_image(f, buf, 8192, got, sizeof(got), why);
		ends += strchr(got, '$') != NULL;
		if (!strchr(got, '$') == !strchr(got, '?') || (strchr(got, '?') && !*why))
			wrong = "neither an end nor an error";
		fclose(f);
	}
	if (ends != ARRAY_SIZE(tape))
		wrong = "cuts between objects";
	return report("every cut", wrong);
}

static int test_noise(uint8_t *buf)
{
	uint8_t bytes[8192], noise[8192];
	FILE *f = written(buf);
	const size_t len = fread(bytes, 1, sizeof(bytes), f);
	const char *wrong = NULL;
	uint32_t x = 1;

	fclose(f);
	for (int round = 0; round < 3000; round++) {
		char got[256], why[TAP_WHY];

		memcpy(noise, bytes, len);
		for (int k = 0; k < 1 + round % 9; k++) {
			x = x * 1664525u + 1013904223u;
			noise[(x >> 8) % len] = (uint8_t)(x >> 3);
		}
		f = image_of(noise, len);
		read_image(f, buf, 8192, got, sizeof(got), why);
		if (!strpbrk(got, "$?"))
			wrong = "no end";
		fclose(f);
	}
	return report("random bytes in it", wrong);
}

/* Nothing but its own bytes is written to a buffer of that size: the sanitizer watches. */
static int test_small(void)
{
	uint8_t *buf = malloc(16);
	char got[256], why[TAP_WHY];
	FILE *f = image_of(IMAGE(LEN(16), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
				 LEN(16), LEN(17), 1, 2));

	read_image(f, buf, 16, got, sizeof(got), why);
	fclose(f);
	free(buf);
	return report("a block over the buffer", strcmp(got, "16?") ? got : NULL);
}

int main(void)
{
	uint8_t *buf = malloc(1 << 24);
	int failed = 0;

	if (!buf)
		return 1;
	failed |= test_rows(buf);
	failed |= test_round(buf);
	failed |= test_cuts(buf);
	failed |= test_noise(buf);
	failed |= test_small();
	free(buf);
	return failed;
}
