/* SPDX-License-Identifier: GPL-2.0-only */
/* A cartridge changed by hand, and signed again as cartridge(5) has it; of partition 0. */
#ifndef VTL_FAKE_FORGE_H
#define VTL_FAKE_FORGE_H

#include "fake/mem_io.h"

uint32_t forge_get(const uint8_t *from);	/* four bytes, little-endian */
void forge_put(uint8_t *to, uint32_t value);

/* Its CRC over what is there now: of a slot of meta, of a record's header, of the index's page. */
void forge_slot(uint8_t *slot);
void forge_record(struct mem_io *io, uint8_t *header);
void forge_page(struct mem_io *io);		/* the first one */

#endif
