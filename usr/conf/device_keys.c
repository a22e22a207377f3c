// SPDX-License-Identifier: GPL-2.0-only
/* What each key of device.conf takes, and where it goes. */
#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/macros.h"
#include "conf/device_keys.h"
#include "conf/text.h"

static_assert(offsetof(struct conf_library, unit) == 0 && offsetof(struct conf_drive, unit) == 0,
	      "device_keys relies on it");

static void *field(struct conf_unit *u, const struct device_key *key)
{
	return (char *)u + key->at;
}

static bool set_string(struct conf_unit *u, const struct device_key *key, const char *value,
		       bool blanks)
{
	if (!printable(value, key->size, blanks))
		return false;
	strcpy(field(u, key), value);
	return true;
}

static bool set_word(struct conf_unit *u, const struct device_key *key, const char *value)
{
	return set_string(u, key, value, false);
}

static bool set_words(struct conf_unit *u, const struct device_key *key, const char *value)
{
	return set_string(u, key, value, true);
}

static bool set_path(struct conf_unit *u, const struct device_key *key, const char *value)
{
	return *value == '/' && set_string(u, key, value, true);
}

static bool set_number(struct conf_unit *u, const struct device_key *key, const char *value)
{
	uint64_t n;

	if (!conf_number(value, key->max, &n) || n < key->min)
		return false;
	*(uint32_t *)field(u, key) = (uint32_t)n;
	return true;
}

static bool set_bit(struct conf_unit *u, const struct device_key *key, const char *value)
{
	uint64_t n;

	if (!conf_number(value, 1, &n))
		return false;
	*(bool *)field(u, key) = n;
	return true;
}

/* Only the beginning counts, as it always has: "yes", "Yes, please", "true". */
static bool set_yes_no(struct conf_unit *u, const struct device_key *key, const char *value)
{
	const bool yes = !strncasecmp(value, "yes", 3) || !strncasecmp(value, "true", 4);

	*(bool *)field(u, key) = yes;
	return yes || !strncasecmp(value, "no", 2) || !strncasecmp(value, "false", 5);
}

static int hex_digit(char c)
{
	return !isxdigit((unsigned char)c) ? -1 : c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* The first digit is made 5: NAA IEEE Registered (SPC-5 7.7.6.6). */
static bool set_naa(struct conf_unit *u, const struct device_key *key, const char *value)
{
	uint8_t naa[8];

	(void)key;
	for (size_t i = 0; i < sizeof(naa); i++, value += 3) {
		const int high = hex_digit(value[0]), low = high < 0 ? -1 : hex_digit(value[1]);

		if (low < 0 || value[2] != (i < 7 ? ':' : '\0'))
			return false;
		naa[i] = (uint8_t)(high << 4 | low);
	}
	naa[0] = (uint8_t)(0x50 | (naa[0] & 0x0f));
	memcpy(u->naa, naa, sizeof(naa));
	u->has_naa = true;
	return true;
}

/* The n words of s, at most max; false: more of them, or longer than fits. */
static bool split(char words[][16], size_t max, const char *s, size_t *ret_n)
{
	size_t n = 0;

	for (s += strspn(s, " \t"); *s; s += strspn(s, " \t"), n++) {
		const size_t len = strcspn(s, " \t");

		if (n == max || len >= 16)
			return false;
		memcpy(words[n], s, len);
		words[n][len] = '\0';
		s += len;
	}
	*ret_n = n;
	return true;
}

/* "10 Slot: 01" */
static bool set_place(struct conf_unit *u, const struct device_key *key, const char *value)
{
	struct conf_drive *drive = field(u, key);
	char words[3][16];
	uint64_t library, slot;
	size_t n;

	if (!split(words, 3, value, &n) || n != 3 || strcmp(words[1], "Slot:") ||
	    !conf_number(words[0], CONF_ID_MAX, &library) ||
	    !conf_number(words[2], CONF_NUMBER_MAX, &slot) || !slot)
		return false;
	drive->in_library = true;
	drive->library = (uint16_t)library;
	drive->slot = (uint16_t)slot;
	return true;
}

/* "factor 1 enabled 1", or the factor alone */
static bool set_compression(struct conf_unit *u, const struct device_key *key, const char *value)
{
	struct conf_drive *drive = field(u, key);
	char words[4][16];
	uint64_t factor, enabled = 1;
	const char *number = words[0];
	size_t n;

	if (!split(words, 4, value, &n) || (n != 1 && n != 4))
		return false;
	if (n == 4) {
		if (strcmp(words[0], "factor") || strcmp(words[2], "enabled") ||
		    !conf_number(words[3], 1, &enabled))
			return false;
		number = words[1];
	}
	if (!conf_number(number, 9, &factor) || !factor)
		return false;
	drive->compression_factor = (uint8_t)factor;
	drive->compression = enabled;
	return true;
}

static bool find_word(const char *const *names, unsigned int n, const char *value,
		      unsigned int *ret)
{
	for (unsigned int i = 0; i < n; i++) {
		if (!strcasecmp(value, names[i])) {
			*ret = i;
			return true;
		}
	}
	return false;
}

static bool set_compression_type(struct conf_unit *u, const struct device_key *key,
				 const char *value)
{
	static const char *const names[] = {
		[CONF_LZO] = "lzo", [CONF_ZLIB] = "zlib", [CONF_ZSTD] = "zstd",
	};
	struct conf_drive *drive = field(u, key);
	unsigned int n;

	if (!find_word(names, ARRAY_SIZE(names), value, &n))
		return false;
	drive->compression_type = (enum conf_compression)n;
	return true;
}

static bool set_sync(struct conf_unit *u, const struct device_key *key, const char *value)
{
	static const char *const names[] = {
		[CONF_SYNC_FILEMARK] = "filemark", [CONF_SYNC_UNLOAD] = "unload",
		[CONF_SYNC_NONE] = "none",
	};
	struct conf_drive *drive = field(u, key);
	unsigned int n;

	if (!find_word(names, ARRAY_SIZE(names), value, &n))
		return false;
	drive->sync = (enum conf_sync)n;
	return true;
}

static bool find_thread(const char *value, enum conf_thread *ret)
{
	static const char *const names[] = {
		[CONF_THREAD_AUTO] = "auto", [CONF_THREAD_ALWAYS] = "always",
		[CONF_THREAD_NEVER] = "never",
	};
	unsigned int n;

	if (!find_word(names, ARRAY_SIZE(names), value, &n))
		return false;
	*ret = (enum conf_thread)n;
	return true;
}

static bool set_write_behind(struct conf_unit *u, const struct device_key *key, const char *value)
{
	struct conf_drive *drive = field(u, key);

	return find_thread(value, &drive->write_behind);
}

/* "4", or "4 thread always" */
static bool set_read_ahead(struct conf_unit *u, const struct device_key *key, const char *value)
{
	struct conf_drive *drive = field(u, key);
	enum conf_thread when = CONF_THREAD_AUTO;
	char words[3][16];
	uint64_t size;
	size_t n;

	if (!split(words, 3, value, &n) || (n != 1 && n != 3) ||
	    !conf_number(words[0], CONF_READ_AHEAD_MAX, &size))
		return false;
	if (n == 3 && (strcmp(words[1], "thread") || !find_thread(words[2], &when)))
		return false;
	drive->read_ahead = (uint32_t)size;
	drive->read_ahead_thread = when;
	return true;
}

#define BOTH (DEVICE_LIBRARY | DEVICE_DRIVE)
#define UNIT(f) offsetof(struct conf_unit, f), sizeof(((struct conf_unit *)0)->f)
#define LIBRARY(f) offsetof(struct conf_library, f), sizeof(((struct conf_library *)0)->f)
#define DRIVE(f) offsetof(struct conf_drive, f), sizeof(((struct conf_drive *)0)->f)
#define WHOLE 0, 0

const struct device_key device_keys[] = {
	/* name, kinds, set, field, least and most, expected */
	{ "Vendor identification", BOTH, set_word, UNIT(vendor), 0, 0,
	  "a word of 1 to 8 characters" },
	{ "Product identification", BOTH, set_words, UNIT(product), 0, 0,
	  "1 to 16 characters" },
	{ "Product revision level", BOTH, set_word, UNIT(revision), 0, 0,
	  "a word of 1 to 4 characters" },
	{ "Unit serial number", BOTH, set_word, UNIT(serial), 0, 0,
	  "a word of 1 to 32 characters" },
	{ "NAA", BOTH, set_naa, UNIT(naa), 0, 0,
	  "8 bytes in hexadecimal with colons between, like 10:22:33:44:ab:00:01:00" },
	{ "Backoff", BOTH, set_number, UNIT(backoff), 2, 9999,
	  "a number from 2 to 9999" },
	{ "fifo", BOTH, set_path, UNIT(fifo), 0, 0,
	  "an absolute path of less than 512 characters" },
	{ "Home directory", DEVICE_LIBRARY, set_path, LIBRARY(home), 0, 0,
	  "an absolute path of less than 512 characters" },
	{ "PERSIST", DEVICE_LIBRARY, set_yes_no, LIBRARY(persist), 0, 0,
	  "True or False" },
	{ "movecommand", DEVICE_LIBRARY, set_path, LIBRARY(movecommand), 0, 0,
	  "an absolute path of less than 512 characters" },
	{ "commandtimeout", DEVICE_LIBRARY, set_number, LIBRARY(command_timeout), 1, 3600,
	  "seconds, 1 to 3600" },
	{ "Library ID", DEVICE_DRIVE, set_place, WHOLE, 0, 0,
	  "id (0-1023) Slot: (from 1), like 10 Slot: 01" },
	{ "Compression", DEVICE_DRIVE, set_compression, WHOLE, 0, 0,
	  "factor (1-9) enabled (0-1)" },
	{ "Compression type", DEVICE_DRIVE, set_compression_type, WHOLE, 0, 0,
	  "lzo, zlib or zstd" },
	{ "Compression threads", DEVICE_DRIVE, set_number, DRIVE(compression_threads), 1, 16,
	  "a number from 1 to 16" },
	{ "Sync", DEVICE_DRIVE, set_sync, WHOLE, 0, 0,
	  "filemark, unload or none" },
	{ "Read ahead", DEVICE_DRIVE, set_read_ahead, WHOLE, 0, 0,
	  "MiB (0-64), or MiB thread (auto, always or never)" },
	{ "Write behind", DEVICE_DRIVE, set_write_behind, WHOLE, 0, 0,
	  "auto, always or never" },
	{ "LBP RSCRC BE", DEVICE_DRIVE, set_bit, DRIVE(lbp_rscrc_be), 0, 0,
	  "0 or 1" },
	{ 0 },
};

const struct device_key *device_key_find(const char *name)
{
	for (const struct device_key *key = device_keys; key->name; key++)
		if (!strcmp(key->name, name))
			return key;
	return NULL;
}

void device_record_init(struct device_record *rec, enum device_kind kind)
{
	*rec = (struct device_record){ .kind = kind };
	if (kind == DEVICE_LIBRARY) {
		rec->library.command_timeout = 20;
	} else {
		rec->drive.compression = true;
		rec->drive.compression_factor = 1;
		rec->drive.read_ahead = CONF_READ_AHEAD;
		rec->drive.lbp_rscrc_be = true;
	}
	device_unit(rec)->backoff = 400;
}
