// SPDX-License-Identifier: GPL-2.0-only
/* What a barcode says of its cartridge: the first row that fits, for medium and for type. */
#include <stddef.h>
#include <string.h>

#include "model/model.h"

const struct barcode_rule barcode_rules[] = {
	/* suffix prefix medium    type */
	{ NULL, "CLN", NULL,      "clean" },
	{ NULL, "W",   NULL,      "WORM" },
	{ "L1", NULL,  "LTO1",    NULL },
	{ "L2", NULL,  "LTO2",    NULL },
	{ "L3", NULL,  "LTO3",    NULL },
	{ "L4", NULL,  "LTO4",    NULL },
	{ "L5", NULL,  "LTO5",    NULL },
	{ "L6", NULL,  "LTO6",    NULL },
	{ "L7", NULL,  "LTO7",    NULL },
	{ "M8", NULL,  "LTO7M8",  NULL },
	{ "L8", NULL,  "LTO8",    NULL },
	{ "L9", NULL,  "LTO9",    NULL },
	{ "LT", NULL,  "LTO3",    "WORM" },
	{ "LU", NULL,  "LTO4",    "WORM" },
	{ "LV", NULL,  "LTO5",    "WORM" },
	{ "LW", NULL,  "LTO6",    "WORM" },
	{ "LX", NULL,  "LTO7",    "WORM" },
	{ "LY", NULL,  "LTO8",    "WORM" },
	{ "LZ", NULL,  "LTO9",    "WORM" },
	{ "TA", NULL,  "T10KA",   NULL },
	{ "TB", NULL,  "T10KB",   NULL },
	{ "TC", NULL,  "T10KC",   NULL },
	{ "TZ", NULL,  "9840A",   NULL },
	{ "TY", NULL,  "9840B",   NULL },
	{ "TX", NULL,  "9840C",   NULL },
	{ "TW", NULL,  "9840D",   NULL },
	{ "TV", NULL,  "9940A",   NULL },
	{ "TU", NULL,  "9940B",   NULL },
	{ "JA", NULL,  "J1A",     NULL },
	{ "JB", NULL,  "E05",     NULL },
	{ "JC", NULL,  "E07",     NULL },
	{ "JK", NULL,  "E07",     NULL },
	{ "JW", NULL,  "J1A",     "WORM" },
	{ "JX", NULL,  "E05",     "WORM" },
	{ "JY", NULL,  "E07",     "WORM" },
	{ "S1", NULL,  "SDLT220", NULL },
	{ "S2", NULL,  "SDLT320", NULL },
	{ "S3", NULL,  "SDLT600", NULL },
	{ "D7", NULL,  "DLT4",    NULL },
	{ "X1", NULL,  "AIT1",    NULL },
	{ "X2", NULL,  "AIT2",    NULL },
	{ "X3", NULL,  "AIT3",    NULL },
	{ "X4", NULL,  "AIT4",    NULL },
	{ 0 },
};

static bool fits(const struct barcode_rule *r, const char *barcode, size_t len)
{
	if (r->prefix)
		return !strncmp(barcode, r->prefix, strlen(r->prefix));
	return len > strlen(r->suffix) && !strcmp(barcode + len - strlen(r->suffix), r->suffix);
}

bool barcode_classify(const char *barcode, const struct medium_model **ret_medium,
		      const char **ret_type)
{
	const struct medium_model *medium = NULL;
	const char *type = NULL;
	const size_t len = strlen(barcode);

	for (const struct barcode_rule *r = barcode_rules; r->suffix || r->prefix; r++) {
		if (!fits(r, barcode, len))
			continue;
		if (!type)
			type = r->type;
		if (!medium && r->medium)
			medium = medium_model_find(r->medium);
	}
	if (!medium)
		return false;
	*ret_medium = medium;
	*ret_type = type ? type : "data";
	return true;
}
