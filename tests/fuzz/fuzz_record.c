// SPDX-License-Identifier: GPL-2.0-only
/*
 * data: flags, then records; each is given the magic, the CRCs and the zeros behind it that make
 * it hold.  With FUZZ_NO_INDEX the end is found by walking them, else the index contradicts.
 */
#include <stdlib.h>
#include <string.h>

#include "base/crc.h"
#include "fuzz/fuzz.h"

static size_t seal(uint32_t seed, uint8_t *at, size_t left)
{
	struct record_header *h = (void *)at;
	const uint64_t stored = le32_get(h->stored);
	const uint64_t payload = stored + le32_get(h->extension);
	const uint64_t all = (payload + RECORD_ALIGN - 1) / RECORD_ALIGN * RECORD_ALIGN;

	h->magic = le32_of(RECORD_MAGIC);
	h->generation.b[3] = 0;		/* nobody overwrites a tape 2^32 times */
	if (payload <= left - sizeof(*h)) {
		h->crc_stored = le32_of(crc32c(0, h + 1, payload));
		if (h->codec == CODEC_NONE)
			h->crc_logical = le32_of(crc32c(0, h + 1, stored));
	}
	h->crc = le32_of(0);
	h->crc = le32_of(crc32c(seed, h, sizeof(*h)));
	if (all > left - sizeof(*h))
		return left;
	memset(at + sizeof(*h) + payload, 0, all - payload);
	return sizeof(*h) + (size_t)all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	const uint8_t flags = fuzz_byte(&in);
	struct mem_io *io = fuzz_cartridge(flags & (FUZZ_IN_USE | FUZZ_LONG));
	const uint32_t seed = fuzz_seed(io);
	uint8_t *copy = calloc(1, in.n + RECORD_ALIGN);

	memcpy(copy, in.p, in.n);
	for (size_t at = 0; in.n - at >= sizeof(struct record_header);)
		at += seal(seed, copy + at, in.n - at);
	fuzz_replace(io, "data", copy, in.n);
	if (flags & FUZZ_NO_INDEX)
		fuzz_replace(io, "indx", mem_io_file(io, "indx")->now.bytes, INDEX_PAGE);
	free(copy);
	fuzz_use(io);
	return 0;
}
