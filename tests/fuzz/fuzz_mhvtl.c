// SPDX-License-Identifier: GPL-2.0-only
/* A folder of mhvtl: files one after the other, each which it is, its length, its bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/macros.h"
#include "fuzz/fuzz.h"
#include "fuzz/folder.h"
#include "tools/mhvtl_media.h"

enum { OBJECTS = 200 };

static const char *const fuzz_mhvtl_files[FUZZ_MHVTL_FILES] = FUZZ_MHVTL_NAMES;

static void fill_folder(struct fuzz_input *in)
{
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(fuzz_mhvtl_files); i++) {
		snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), fuzz_mhvtl_files[i]);
		unlink(path);
	}
	while (in->n > 3) {
		const char *name = fuzz_mhvtl_files[fuzz_byte(in) % FUZZ_MHVTL_FILES];
		const uint8_t low = fuzz_byte(in);
		const uint8_t *bytes;
		const size_t len = fuzz_bytes(in, low | (size_t)fuzz_byte(in) << 8, &bytes);

		fuzz_file(name, bytes, len);
	}
}

static void read_all(struct mhvtl_media *m, uint8_t *buf, char *why)
{
	const struct mhvtl_info *info = mhvtl_info(m);

	fuzz_must(info->partitions <= CART_PARTITIONS && info->attributes <= MHVTL_ATTRIBUTES,
		  "as many as there can be");
	for (uint32_t p = 0; p < info->partitions; p++) {
		const uint64_t objects = info->partition[p].objects;

		for (uint64_t i = 0; i < objects && i < OBJECTS; i++) {
			uint32_t len = 0;

			*why = 0;
			if (mhvtl_read(m, p, i, buf, &len, why))
				fuzz_must(*why, "there is a reason");
			fuzz_must(len <= CART_BLOCK_MAX, "a block has a length");
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	uint8_t *buf = malloc(CART_BLOCK_MAX);
	struct mhvtl_media *m = NULL;
	char why[MHVTL_WHY] = "";

	fill_folder(&in);
	if (mhvtl_open(fuzz_folder(), &m, why))
		fuzz_must(*why && !m, "there is a reason");
	else
		read_all(m, buf, why);
	mhvtl_close(m);
	free(buf);
	return 0;
}
