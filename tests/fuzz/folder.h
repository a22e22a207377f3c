/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of mhvtl's cartridges in the input of fuzz_mhvtl: a byte tells which. */
#ifndef VTL_FUZZ_FOLDER_H
#define VTL_FUZZ_FOLDER_H

enum { FUZZ_MHVTL_FILES = 11 };

#define FUZZ_MHVTL_NAMES { \
	"meta", "data", "indx", "meta.0", "data.0", "indx.0", "meta.1", "data.1", "indx.1", "mam", \
	"mhvtl_data", \
}

#endif
