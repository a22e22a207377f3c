// SPDX-License-Identifier: GPL-2.0-only
/* meta: flags, then a slot's header from its version on, then its payload. */
#include <string.h>

#include "base/crc.h"
#include "fuzz/fuzz.h"

enum { FIELDS = offsetof(struct meta_header, crc) };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct mem_io *io = fuzz_cartridge(fuzz_byte(&in));
	struct meta_header *h = fuzz_slot(io);
	uint8_t *slot = (uint8_t *)h;
	const uint8_t *from;
	size_t n;

	n = fuzz_bytes(&in, FIELDS, &from);
	memcpy(slot, from, n);
	h->magic = le32_of(META_MAGIC);
	n = fuzz_bytes(&in, META_PAYLOAD, &from);
	memcpy(slot + META_HEADER, from, n);
	h->len = le32_of((uint32_t)n);
	h->crc = le32_of(0);
	h->crc = le32_of(crc32c(0, slot, META_HEADER + n));
	fuzz_use(io);
	return 0;
}
