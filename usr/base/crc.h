/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VTL_BASE_CRC_H
#define VTL_BASE_CRC_H

#include <stddef.h>
#include <stdint.h>

/* CRC32C (Castagnoli, as iSCSI has it).  Goes on from crc, what an earlier call gave; 0 begins. */
uint32_t crc32c(uint32_t crc, const void *buf, size_t len);

#endif
