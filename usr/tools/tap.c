// SPDX-License-Identifier: GPL-2.0-only
/* SIMH tape images, as SIMH's own and other programs write them. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "tools/tap.h"

#define WORD_MARK 0x00000000u
#define WORD_END  0xffffffffu
#define WORD_GAP  0xfffffffeu
#define HALF_GAP  0xfffeffffu	/* a gap, seen from its middle */
#define BAD_CLASS 0x80000000u
#define LENGTH    0x0fffffffu

struct reader {
	FILE *from;
	uint64_t *offset;
	char *why;
};

static int __attribute__((format(printf, 3, 4)))
failed(const struct reader *r, int err, const char *format, ...)
{
	char what[TAP_WHY / 2];
	va_list ap;

	va_start(ap, format);
	vsnprintf(what, sizeof(what), format, ap);
	va_end(ap);
	snprintf(r->why, TAP_WHY, "%s at byte %llu", what, (unsigned long long)*r->offset);
	return err;
}

/* Bytes that were there, or -EIO. */
static int get(const struct reader *r, void *buf, uint32_t len, uint32_t *ret)
{
	const size_t n = fread(buf, 1, len, r->from);

	if (n < len && ferror(r->from))
		return failed(r, -EIO, "input/output error");
	*ret = (uint32_t)n;
	*r->offset += n;
	return 0;
}

static int get_all(const struct reader *r, void *buf, uint32_t len)
{
	uint32_t n = 0;
	const int err = get(r, buf, len, &n);

	if (err || n == len)
		return err;
	return failed(r, -EINVAL, "the file ends inside a record");
}

/* The length again; a byte may be before it if it is odd. */
static int get_trailer(const struct reader *r, uint32_t word)
{
	uint8_t b[5];
	le32 again;
	int err = get_all(r, b, 4);

	memcpy(&again, b, sizeof(again));
	if (err || le32_get(again) == word)
		return err;
	if (!(word & 1))
		return failed(r, -EINVAL, "the lengths of a record differ");
	err = get_all(r, b + 4, 1);
	memcpy(&again, b + 1, sizeof(again));
	if (err || le32_get(again) == word)
		return err;
	return failed(r, -EINVAL, "the lengths of a record differ");
}

/* A record of a class that is nobody's business here. */
static int skip(const struct reader *r, uint32_t word)
{
	uint8_t bytes[4096];
	int err = 0;

	for (uint32_t left = word & LENGTH, n; !err && left; left -= n) {
		n = left < sizeof(bytes) ? left : (uint32_t)sizeof(bytes);
		err = get_all(r, bytes, n);
	}
	return err ? err : get_trailer(r, word);
}

static int get_block(const struct reader *r, uint32_t word, void *buf, uint32_t cap,
		     uint32_t *ret_len)
{
	const uint32_t len = word & LENGTH;
	int err;

	if (!len)
		return failed(r, -EINVAL, "a bad record without data");
	if (len > cap)
		return failed(r, -EINVAL, "a block of %u bytes, over %u", len, cap);
	err = get_all(r, buf, len);
	if (!err)
		err = get_trailer(r, word);
	if (!err)
		*ret_len = len;
	return err;
}

static bool is_block(uint32_t word)
{
	return word < 0x10000000u || (word & ~LENGTH) == BAD_CLASS;
}

/* What takes no place on the tape. */
static int pass(const struct reader *r, uint32_t word)
{
	uint8_t half[2];

	if (word == HALF_GAP)
		return get_all(r, half, sizeof(half));
	if (word >= 0xe0000000u)	/* one word: a gap, private or reserved */
		return 0;
	return skip(r, word);
}

int tap_read(FILE *from, uint64_t *offset, void *buf, uint32_t cap, enum tap_kind *ret_kind,
	     uint32_t *ret_len, char *why)
{
	const struct reader r = { from, offset, why };
	uint32_t n, word;
	le32 w;
	int err;

	*why = '\0';
	do {
		err = get(&r, &w, sizeof(w), &n);
		if (err)
			return err;
		if (n && n < sizeof(w))
			return failed(&r, -EINVAL, "the file ends inside a word");
		word = n ? le32_get(w) : WORD_END;
		if (word == WORD_END || word == WORD_MARK) {
			*ret_kind = word == WORD_MARK ? TAP_MARK : TAP_END;
			return 0;
		}
		err = is_block(word) ? 0 : pass(&r, word);
	} while (!err && !is_block(word));
	if (!err)
		err = get_block(&r, word, buf, cap, ret_len);
	if (!err)
		*ret_kind = word & BAD_CLASS ? TAP_BAD : TAP_BLOCK;
	return err;
}

static bool put(FILE *to, const void *bytes, size_t len)
{
	return fwrite(bytes, 1, len, to) == len;
}

int tap_write(FILE *to, enum tap_kind kind, const void *buf, uint32_t len)
{
	le32 word = le32_of(len);
	bool ok;

	switch (kind) {
	case TAP_MARK:
		word = le32_of(WORD_MARK);
		return put(to, &word, sizeof(word)) ? 0 : -EIO;
	case TAP_END:
		word = le32_of(WORD_END);
		return put(to, &word, sizeof(word)) ? 0 : -EIO;
	case TAP_BAD:
		word = le32_of(len | BAD_CLASS);
		break;
	case TAP_BLOCK:
		break;
	}
	ok = put(to, &word, sizeof(word)) && put(to, buf, len) && put(to, "", len & 1) &&
	     put(to, &word, sizeof(word));
	return ok ? 0 : -EIO;
}
