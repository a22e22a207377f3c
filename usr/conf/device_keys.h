/* SPDX-License-Identifier: GPL-2.0-only */
/* The keys within a record of device.conf. */
#ifndef VTL_CONF_DEVICE_KEYS_H
#define VTL_CONF_DEVICE_KEYS_H

#include "conf/conf.h"

enum device_kind { DEVICE_NONE = 0, DEVICE_LIBRARY = 1, DEVICE_DRIVE = 2 };

/* Both begin with their struct conf_unit, so what is common has one place. */
struct device_record {
	enum device_kind kind;
	union {
		struct conf_unit unit;
		struct conf_library library;
		struct conf_drive drive;
	};
};

struct device_key {
	const char *name;
	unsigned int kinds;		/* enum device_kind, those that have it */
	bool (*set)(struct conf_unit *u, const struct device_key *key, const char *value);
	size_t at, size;		/* of the field in the record */
	uint64_t min, max;		/* of a number */
	const char *expected;
};
extern const struct device_key device_keys[];	/* ends with .name == NULL */

const struct device_key *device_key_find(const char *name);	/* NULL: unknown */
void device_record_init(struct device_record *rec, enum device_kind kind);
static inline struct conf_unit *device_unit(struct device_record *rec)
{
	return &rec->unit;
}

#endif
