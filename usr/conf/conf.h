/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Configuration files to structs: mhvtl.conf(5), device.conf(5), library_contents(5).
 *
 * Loaders return 0 or -errno (-EINVAL: a file says something that cannot be); then report.error is
 * a whole message, "file:line: expected ..., found ...".  An unknown key or line is a warning.
 * Numbers are decimal, whatever they begin with; CRLF is a line end; a line of blanks is empty.
 */
#ifndef VTL_CONF_CONF_H
#define VTL_CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CONF_ID_MAX      = 1023,	/* of a library or drive; from 0 */
	CONF_TARGET_MAX  = 1023,
	CONF_CHANNEL_MAX = 255,
	CONF_LUN_MAX     = 31,
	CONF_BARCODE_MAX = 16,
	CONF_SERIAL_MAX  = 32,
	CONF_PATH_SIZE   = 512,		/* buffers, the NUL included */
	CONF_TEXT_SIZE   = 1024,
	CONF_NUMBER_MAX  = 65535,	/* of an element within its kind; from 1 */
};

/* Where messages go.  warn may be NULL; it gets a whole message without a line end. */
struct conf_report {
	void (*warn)(void *ctx, const char *message);
	void *ctx;
	char error[CONF_TEXT_SIZE];	/* set when a loader fails */
};

/* mhvtl.conf, and where everything is. */
struct conf_site {
	char dir[CONF_PATH_SIZE];	/* of device.conf and library_contents.N */
	char home[CONF_PATH_SIZE];	/* MHVTL_HOME_PATH */
	uint32_t capacity_mb;		/* CAPACITY: of cartridges that make_vtl_media makes */
	uint8_t verbose;		/* VERBOSE: 0 to 9 */
	uint32_t vtl_debug;		/* VTL_DEBUG: the module's option */
	bool daemon_debug;		/* DAEMON_DEBUG: -d is there */
};

/*
 * dir: what --config-dir says, or NULL.  Else the environment's MHVTL_CONFIG_PATH, else the
 * MHVTL_CONFIG_PATH of the installed mhvtl.conf, else the installed directory.  A missing
 * mhvtl.conf gives the defaults.
 */
int conf_load_site(const char *dir, struct conf_site *ret, struct conf_report *report);

/* What a library and a drive have in common.  Strings are as the file has them, not padded. */
struct conf_unit {
	uint16_t id;
	uint8_t channel, lun;
	uint16_t target;
	unsigned int line;			/* of the record in device.conf */
	char vendor[9], product[17];
	char revision[5];			/* "": the model's */
	char serial[CONF_SERIAL_MAX + 1];
	bool has_naa;
	uint8_t naa[8];				/* first nibble is 5 */
	uint32_t backoff;			/* accepted, and of no use here: nothing polls */
	char fifo[CONF_PATH_SIZE];		/* "": none */
};

struct conf_library {
	struct conf_unit unit;
	char home[CONF_PATH_SIZE];		/* "": see conf_library_home() */
	bool persist;
	char movecommand[CONF_PATH_SIZE];	/* "": none */
	uint32_t command_timeout;		/* seconds, of movecommand */
};

enum conf_compression { CONF_LZO, CONF_ZLIB, CONF_ZSTD };
enum conf_sync { CONF_SYNC_FILEMARK, CONF_SYNC_UNLOAD, CONF_SYNC_NONE };

/*
 * Whether a drive has a thread of its own for it.  Auto: where it has a second CPU; and writes
 * behind only what it compresses.
 */
enum conf_thread { CONF_THREAD_AUTO, CONF_THREAD_ALWAYS, CONF_THREAD_NEVER };

enum { CONF_READ_AHEAD_MAX = 64, CONF_READ_AHEAD = 4 };	/* MiB; if not given */

struct conf_drive {
	struct conf_unit unit;
	bool in_library;
	uint16_t library, slot;			/* if in_library: its id; drive element, from 1 */
	bool compression;
	uint8_t compression_factor;		/* 1 to 9 */
	enum conf_compression compression_type;
	uint32_t compression_threads;		/* 1 to 16; 0: as CPUs, at most 4 */
	enum conf_sync sync;
	uint32_t read_ahead;			/* MiB; 0: nothing */
	enum conf_thread read_ahead_thread;
	enum conf_thread write_behind;
	bool lbp_rscrc_be;
};

struct conf_devices {
	struct conf_library *libraries;		/* both in the order of the file */
	size_t n_libraries;
	struct conf_drive *drives;
	size_t n_drives;
};

/* dir/device.conf.  Ids, addresses and a library's drive slots are unique in what it returns. */
int conf_load_devices(const char *dir, struct conf_devices **ret, struct conf_report *report);
void conf_free_devices(struct conf_devices *d);		/* NULL is fine */
const struct conf_library *conf_find_library(const struct conf_devices *d, unsigned int id);
const struct conf_drive *conf_find_drive(const struct conf_devices *d, unsigned int id);
/* The drive in the library's drive element slot, from 1; NULL: none. */
const struct conf_drive *conf_drive_at(const struct conf_devices *d, unsigned int library,
				       unsigned int slot);
/*
 * The folder of a library's cartridges: its Home directory, else <site home>/<id>.  Also for an
 * id that is not there.  ret has CONF_PATH_SIZE bytes.  -ENAMETOOLONG.
 */
int conf_library_home(const struct conf_devices *d, const struct conf_site *site, unsigned int id,
		      char *ret);

enum conf_kind { CONF_DRIVE, CONF_PICKER, CONF_MAP, CONF_SLOT, CONF_KINDS };

/* An element and what is in it. */
struct conf_element {
	enum conf_kind kind;
	uint16_t number;			/* within its kind, from 1 */
	char barcode[CONF_BARCODE_MAX + 1];	/* "": empty; a drive's: loaded there */
	char serial[CONF_SERIAL_MAX + 1];	/* of a drive, or "" */
	bool imported;				/* in a MAP: an operator put it there */
	uint16_t source;			/* number of the last element it was in; 0 none */
	enum conf_kind source_kind;		/* if source */
};

struct conf_contents {
	struct conf_element *elements;	/* by kind, then number; numbers 1 to the last, no gaps */
	size_t n;
	size_t count[CONF_KINDS];
	uint32_t base;			/* checksum of the library_contents.N that it began with */
};

/* One file.  Numbers that it leaves out are empty elements; barcodes are unique. */
int conf_load_contents(const char *path, struct conf_contents **ret, struct conf_report *report);
void conf_free_contents(struct conf_contents *c);	/* NULL is fine */
/* NULL: no such element. */
struct conf_element *conf_element(const struct conf_contents *c, enum conf_kind kind,
				  unsigned int number);
struct conf_element *conf_find_barcode(const struct conf_contents *c, const char *barcode);

/*
 * What a library starts with.  dir/library_contents.N.persist, if persist is set and the former
 * began with dir/library_contents.N as it is now (by checksum; where it has none, it must not be
 * older).  Else the latter, but drives hold what the .persist says.
 */
int conf_load_inventory(const char *dir, unsigned int id, bool persist,
			struct conf_contents **ret, struct conf_report *report);
/*
 * Replaces dir/library_contents.N.persist: the old or the new one is there, never a part.  Needs
 * kind, number, barcode, serial, imported and source of each element in any order, n, and base as
 * loaded.
 */
int conf_save_inventory(const char *dir, unsigned int id, const struct conf_contents *c);

/* [A-Za-z0-9_.-], 1 to CONF_BARCODE_MAX of them, and neither "." nor "..". */
bool conf_barcode_ok(const char *barcode);
/* Decimal digits alone; false: none, others, or above max. */
bool conf_number(const char *text, uint64_t max, uint64_t *ret);

#endif
