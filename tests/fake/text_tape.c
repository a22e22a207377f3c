// SPDX-License-Identifier: GPL-2.0-only
#include "fake/text_tape.h"

#include <string.h>

struct cart_spec text_spec(enum cart_type type, uint64_t capacity)
{
	return (struct cart_spec){ .barcode = "TXT001L8", .medium = "LTO8", .type = type,
				   .density = 0x5e, .capacity = capacity };
}

struct mem_io *text_new(void)
{
	const struct cart_spec spec = text_spec(CART_DATA_TAPE, 1 << 20);
	struct mem_io *m = mem_io_new();

	cart_create(&mem_cart_io, m, &spec);
	return m;
}

struct cart *text_load(struct mem_io *m, enum cart_rc *ret_rc)
{
	char why[CART_WHY_MAX];
	struct cart *c;
	enum cart_rc rc = cart_open(&mem_cart_io, m, 0, "TEXT    0001", 1000, &c, why);

	if (ret_rc)
		*ret_rc = rc;
	return c;
}

static bool is_long(char c)
{
	return c >= 'A' && c <= 'Z';
}

enum cart_rc text_write(struct cart *c, const char *text)
{
	enum cart_rc rc = CART_OK;
	char block[TEXT_LONG];

	for (; *text && rc == CART_OK; text++) {
		memset(block, *text, sizeof(block));
		rc = *text == '|' ? cart_write_filemarks(c, 1, true) :
		     *text == ' ' ? cart_write_filemarks(c, 0, false) :
		     cart_write(c, block, is_long(*text) ? TEXT_LONG : TEXT_BLOCK);
	}
	return rc;
}

static char letter(const char *block, uint32_t len)
{
	return len == (is_long(*block) ? TEXT_LONG : TEXT_BLOCK) &&
	       !memcmp(block, block + 1, len - 1) ? block[0] : '?';
}

const char *text_read(struct cart *c, char text[TEXT_MAX])
{
	char block[TEXT_LONG], *t = text;
	enum cart_rc rc = CART_OK;
	uint32_t len;

	while (t < text + TEXT_MAX - 2 && (rc == CART_OK || rc == CART_FILEMARK)) {
		rc = cart_read(c, block, sizeof(block), &len);
		*t++ = rc == CART_OK ? letter(block, len) : rc == CART_FILEMARK ? '|' :
		       rc == CART_EOD ? '.' : rc == CART_DAMAGED ? '!' : '*';
	}
	*t = 0;
	return text;
}

const char *text_play(struct mem_io *m, char text[TEXT_MAX])
{
	struct cart *c = text_load(m, NULL);

	if (!c)
		return strcpy(text, "!");
	text_read(c, text);
	cart_drop(c);
	return text;
}
