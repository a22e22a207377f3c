// SPDX-License-Identifier: GPL-2.0-only
/*
 * long_tape FOLDER OBJECTS: fills the empty cartridge there through the tape engine, in seconds
 * where a host would take an hour: blocks of 8 bytes, each hundredth object a filemark.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "media/cart.h"
#include "media/io.h"

enum { BLOCK = 8, FILE_BLOCKS = 99 };

static enum cart_rc put_file(struct cart *c)
{
	static const uint8_t data[FILE_BLOCKS * BLOCK] = "a block";
	uint32_t done;
	enum cart_rc rc = cart_write_blocks(c, data, BLOCK, FILE_BLOCKS, &done);

	return rc ? rc : cart_write_filemarks(c, 1, true);
}

int main(int argc, char **argv)
{
	const uint64_t objects = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
	struct cart_folder *folder;
	char why[CART_WHY_MAX] = "no such folder";
	enum cart_rc rc = CART_NOT_FOUND;
	struct cart *c = NULL;

	if (!objects) {
		fprintf(stderr, "usage: long_tape FOLDER OBJECTS\n");
		return 2;
	}
	if (cart_folder_open(argv[1], &folder) == 0)
		rc = cart_open(&cart_file_io, folder, CART_TOOL, "BENCH", (uint64_t)time(NULL), &c,
			       why);
	if (rc) {
		fprintf(stderr, "%s: %s (%d)\n", argv[1], why, (int)rc);
		return 1;
	}
	for (uint64_t i = 0; !rc && i < objects; i += FILE_BLOCKS + 1)
		rc = put_file(c);
	if (!rc)
		rc = cart_close(c);
	if (rc)
		fprintf(stderr, "%s: cannot be written (%d)\n", argv[1], (int)rc);
	cart_folder_close(folder);
	return rc != CART_OK;
}
