/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes cartridges as mhvtl has them, byte by byte: formats 3 and 6. */
#ifndef VTL_FAKE_MHVTL_H
#define VTL_FAKE_MHVTL_H

#include <stdint.h>
#include <stdio.h>

enum { FAKE_ZLIB = 1, FAKE_ENCRYPTED = 2, FAKE_LZO = 4, FAKE_CRC = 8 };

struct mhvtl_fake {
	char path[128];
	int format, partitions;
	uint8_t type;				/* 0 data, 1 WORM, 2 NULL, 6 clean */
	uint8_t density;
	uint64_t capacity;			/* bytes */
	const char *barcode, *density_name, *application;	/* NULL: blank */
	int write_protect;
	struct {
		FILE *data, *indx;
		uint32_t objects, marks, mark[64];
		uint64_t off, capacity;
	} part[4];
};

/* An empty folder at f->path, and its files open.  What is above partitions is filled in. */
void mhvtl_fake_begin(struct mhvtl_fake *f);
/* len bytes that block number n of partition p has by definition. */
void mhvtl_fake_fill(uint8_t *to, uint32_t len, int p, uint32_t n);
void mhvtl_fake_block(struct mhvtl_fake *f, int p, uint32_t len, uint32_t flags);
void mhvtl_fake_mark(struct mhvtl_fake *f, int p);
/* A letter each: N, L, Z, E plain, lzo, zlib, encrypted; lower case without CRC; | a filemark. */
void mhvtl_fake_objects(struct mhvtl_fake *f, int p, const char *objects);
/* LTO8, 100 MiB, in old/E01001L8, begun; b NULL: one partition. */
struct mhvtl_fake mhvtl_fake_new(int format, const char *a, const char *b);
/* MAM and lists of filemarks; files are closed. */
void mhvtl_fake_end(struct mhvtl_fake *f);

#endif
