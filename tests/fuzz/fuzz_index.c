// SPDX-License-Identifier: GPL-2.0-only
/* indx: flags, then pages behind the header page, the last filled up with zeros. */
#include <string.h>

#include "base/crc.h"
#include "fuzz/fuzz.h"

enum { PAGES = 6 };

static void seal(uint32_t seed, struct index_page *page, uint64_t no)
{
	const le64 number = le64_of(no);

	page->crc = le32_of(0);
	page->crc = le32_of(crc32c(crc32c(seed, &number, sizeof(number)), page, sizeof(*page)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct index_page file[1 + PAGES];
	struct fuzz_input in = { data, size };
	struct mem_io *io = fuzz_cartridge(fuzz_byte(&in) & (FUZZ_IN_USE | FUZZ_LONG));
	const uint32_t seed = fuzz_seed(io);
	const uint8_t *from;
	size_t n = 0;

	memset(file, 0, sizeof(file));
	memcpy(file, mem_io_file(io, "indx")->now.bytes, sizeof(file[0]));
	while (in.n && n < PAGES) {
		const size_t len = fuzz_bytes(&in, sizeof(file[0]), &from);

		memcpy(&file[1 + n], from, len);
		seal(seed, &file[1 + n], n);
		n++;
	}
	fuzz_replace(io, "indx", file, (1 + n) * sizeof(file[0]));
	fuzz_use(io);
	return 0;
}
