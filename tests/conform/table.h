/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of tables that unit tests and sg_conform share. */
#ifndef VTL_CONFORM_TABLE_H
#define VTL_CONFORM_TABLE_H

#include "fake/script.h"

struct conform_table {
	const char *name;
	const struct step *rows;
};

#endif
