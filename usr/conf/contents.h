/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the reader of library_contents.N and the keeper of its .persist. */
#ifndef VTL_CONF_CONTENTS_H
#define VTL_CONF_CONTENTS_H

#include "conf/conf.h"

extern const char *const conf_kind_names[CONF_KINDS];

/* As conf_load_contents(), and the checksum of the file's text. */
int contents_load(const char *path, struct conf_contents **ret, uint32_t *ret_checksum,
		  struct conf_report *report);

#endif
