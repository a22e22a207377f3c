/* SPDX-License-Identifier: GPL-2.0-only */
/* What the targets for libFuzzer share: taking an input apart, and using a cartridge. */
#ifndef VTL_FUZZ_FUZZ_H
#define VTL_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fake/mem_io.h"
#include "media/format.h"

/* The library calls it; 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What of the input is not used yet. */
struct fuzz_input {
	const uint8_t *p;
	size_t n;
};

uint8_t fuzz_byte(struct fuzz_input *in);	/* 0 when nothing is left */
/* At most len bytes; *ret: where they are, not NULL. */
size_t fuzz_bytes(struct fuzz_input *in, size_t len, const uint8_t **ret);
/* Stops with a message that the fuzzer keeps the input for. */
void fuzz_must(bool ok, const char *what);

/* The byte that a cartridge's input begins with. */
enum {
	FUZZ_IN_USE = 1,	/* not put away: the end is looked for */
	FUZZ_NO_INDEX = 2,
	FUZZ_LONG = 4,		/* two pages of index; takes its time */
};

/*
 * A tape of a few objects, or of two pages of index, the same for each input, until the next call.
 * Its data and meta are those of a drive that was killed, or has put it away.
 */
struct mem_io *fuzz_cartridge(unsigned int flags);
/* The whole file becomes this. */
void fuzz_replace(struct mem_io *io, const char *file, const void *bytes, size_t len);
/* The CRC that data and index of partition 0 go on from. */
uint32_t fuzz_seed(struct mem_io *io);
/* The newer slot: its header, then its payload; they move with the file. */
struct meta_header *fuzz_slot(struct mem_io *io);

/* Checks, loads, reads, moves, writes, repairs; stops where a rule does not hold. */
void fuzz_use(struct mem_io *io);

/* A file below a folder of this process' own in memory, where there is such. */
const char *fuzz_folder(void);
void fuzz_file(const char *name, const void *bytes, size_t len);

#endif
