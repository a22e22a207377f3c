/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads cartridges of mhvtl, formats 3 (1.5 to 1.7) and 6 (1.8).  Nothing in a file is believed
 * before it is held against the files' sizes; the source is never written.
 *
 * indx[.N]	512 bytes an object: 0 offset in data (le64) | 8 type, 11 block, 3 filemark |
 *		12 flags (below) | 16 number | 20 length | 24 length as stored | 28 CRC32C of the
 *		block | 32 encryption | 144 partition (format 6) | zero.  le32 where nothing else
 *		is said.
 * data[.N]	the blocks as stored, no more
 * meta[.N]	[format 3: the MAM, 1024 bytes] | number of filemarks | zero up to 512 | a le32 each
 * mam		format 6: le32 tape format, le32 MAM format, then le16 id, le16 length, value
 * mhvtl_data	format 6: the same without a head; ids of its own
 */
#ifndef VTL_TOOLS_MHVTL_MEDIA_H
#define VTL_TOOLS_MHVTL_MEDIA_H

#include "media/cart.h"

enum { MHVTL_WHY = 256, MHVTL_ATTRIBUTES = 96 };

enum { MHVTL_ZLIB = 1, MHVTL_ENCRYPTED = 2, MHVTL_LZO = 4, MHVTL_CRC = 8 };

struct mhvtl_attribute {
	uint32_t partition;
	struct cart_attribute a;	/* value: the media's */
};

struct mhvtl_info {
	unsigned int format;		/* 3 or 6 */
	uint32_t flags;			/* of all blocks */
	char barcode[CART_BARCODE_MAX + 1];	/* "": not said */
	char density_name[9];		/* "": not said */
	uint8_t density;
	enum cart_type type;
	bool write_protect;
	uint64_t capacity;		/* bytes; 0 is not said */
	struct cart_counters counters;
	/* What hosts stored, and the serial number (0401h): blank ones are left out. */
	size_t attributes;
	struct mhvtl_attribute attribute[MHVTL_ATTRIBUTES];
	uint32_t partitions;
	struct mhvtl_partition {
		uint64_t objects, filemarks;
		uint64_t bytes;		/* of blocks */
		uint64_t capacity;	/* bytes; 0 is not said */
		bool map_differs;	/* filemarks in meta are not those of indx, which counts */
		uint64_t left_over;	/* bytes of data behind the last block */
	} partition[CART_PARTITIONS];
};

struct mhvtl_media;

/*
 * All of index and MAM is checked before it returns.  0, or -errno (-EINVAL: it does not hold,
 * -EOPNOTSUPP: encrypted, or another format) and why, MHVTL_WHY bytes, says what and where.
 */
int mhvtl_open(const char *path, struct mhvtl_media **ret, char *why);
void mhvtl_close(struct mhvtl_media *m);	/* NULL is fine */
const struct mhvtl_info *mhvtl_info(const struct mhvtl_media *m);
/*
 * The block, decompressed, its CRC checked; buf has CART_BLOCK_MAX bytes.  *ret_len is 0 for a
 * filemark.  A null tape's blocks are zeros.
 */
int mhvtl_read(struct mhvtl_media *m, uint32_t partition, uint64_t object, uint8_t *buf,
	       uint32_t *ret_len, char *why);

/* ---- mhvtl_mam.c ---- */

enum { MHVTL_MAM_V3 = 1024, MHVTL_MAM_MAX = 64 << 10 };

/* mam: the first MHVTL_MAM_V3 bytes of meta.  They stay the caller's, and info points to them. */
int mhvtl_mam_v3(struct mhvtl_info *info, const uint8_t *mam, char *why);
int mhvtl_mam_v6(struct mhvtl_info *info, const uint8_t *mam, size_t len, const uint8_t *own,
		 size_t own_len, char *why);

int mhvtl_failed(char *why, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
