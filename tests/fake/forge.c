// SPDX-License-Identifier: GPL-2.0-only
#include "fake/forge.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "media/format.h"

uint32_t forge_get(const uint8_t *from)
{
	le32 v;

	memcpy(&v, from, sizeof(v));
	return le32_get(v);
}

void forge_put(uint8_t *to, uint32_t value)
{
	const le32 v = le32_of(value);

	memcpy(to, &v, sizeof(v));
}

void forge_slot(uint8_t *slot)
{
	forge_put(slot + 32, 0);
	forge_put(slot + 32, crc32c(0, slot, META_HEADER + forge_get(slot + 20)));
}

/* From the log_id in the index's header page. */
static uint32_t seed(struct mem_io *io)
{
	static const uint8_t partition[4];

	return crc32c(crc32c(0, mem_io_file(io, "indx")->now.bytes + 12, 16), partition, 4);
}

void forge_record(struct mem_io *io, uint8_t *header)
{
	forge_put(header + 48, 0);
	forge_put(header + 48, crc32c(seed(io), header, 64));
}

void forge_page(struct mem_io *io)
{
	static const uint8_t number[8];
	uint8_t *page = mem_io_file(io, "indx")->now.bytes + INDEX_PAGE;

	forge_put(page, 0);
	forge_put(page, crc32c(crc32c(seed(io), number, 8), page, INDEX_PAGE));
}
