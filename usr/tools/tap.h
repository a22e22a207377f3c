/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tape images of SIMH: a block is its length (little-endian, 32 bits), its bytes, a zero if they
 * are odd in number, and the length again; words of their own are filemark and end of medium.
 */
#ifndef VTL_TOOLS_TAP_H
#define VTL_TOOLS_TAP_H

#include <stdint.h>
#include <stdio.h>

enum { TAP_WHY = 160 };

enum tap_kind {
	TAP_BLOCK,
	TAP_BAD,		/* a block with an error: as much as could be read of it */
	TAP_MARK,
	TAP_END,		/* end of medium, said or by the end of the file */
};

/*
 * The next object from where the file is; *offset moves along.  Erase gaps, and records and words
 * of classes that are private or reserved, are left out.  Odd blocks may lack their padding, as E11
 * writes them.  buf has cap bytes.  0, -EIO, or -EINVAL: what is there is no such image, was cut,
 * or a block is longer than cap; why says what and where.
 */
int tap_read(FILE *from, uint64_t *offset, void *buf, uint32_t cap, enum tap_kind *ret_kind,
	     uint32_t *ret_len, char *why);

/* 0 or -EIO.  len of a block at least 1, at most 16 MiB - 1. */
int tap_write(FILE *to, enum tap_kind kind, const void *buf, uint32_t len);

#endif
