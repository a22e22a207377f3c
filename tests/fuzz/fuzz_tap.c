// SPDX-License-Identifier: GPL-2.0-only
/* A tape image: what is read of it is written, and read again the same. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "tools/tap.h"

enum { CAP = 1 << 20 };

static FILE *image(const uint8_t *data, size_t size)
{
	FILE *f = size ? fmemopen((void *)(uintptr_t)data, size, "r") : tmpfile();

	if (!f)
		abort();
	return f;
}

/* Reads up to the end; compared with what is in again, or written there. */
static int play(FILE *from, FILE *to, FILE *again)
{
	static uint8_t buf[2][CAP];
	uint64_t offset = 0, offset_again = 0;
	enum tap_kind kind = TAP_MARK, same = TAP_MARK;
	uint32_t len = 0, len_again = 0;
	char why[TAP_WHY] = "";
	int err = 0;

	while (!err && kind != TAP_END) {
		const uint64_t before = offset;

		err = tap_read(from, &offset, buf[0], CAP, &kind, &len, why);
		fuzz_must(!err || *why, "there is a reason");
		fuzz_must(err == 0 || err == -EINVAL, "a file is bad or is not");
		fuzz_must(err || kind == TAP_END || offset > before, "it goes on");
		fuzz_must(err || (kind != TAP_BLOCK) || (len && len <= CAP), "lengths");
		if (err)
			return err;
		if (to)
			fuzz_must(!tap_write(to, kind, buf[0], len), "it is written");
		if (!again)
			continue;
		fuzz_must(!tap_read(again, &offset_again, buf[1], CAP, &same, &len_again, why) &&
			  same == kind, "it is read again");
		fuzz_must((kind != TAP_BLOCK && kind != TAP_BAD) ||
			  (len == len_again && !memcmp(buf[0], buf[1], len)), "it is the same");
	}
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *from = image(data, size), *back;
	char *copy = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&copy, &len);
	const int err = play(from, to, NULL);

	fclose(to);
	fclose(from);
	if (!err) {
		from = image(data, size);
		back = image((uint8_t *)copy, len);
		play(from, NULL, back);
		fclose(from);
		fclose(back);
	}
	free(copy);
	return 0;
}
