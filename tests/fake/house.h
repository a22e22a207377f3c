/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of a library's and a drive's daemon in one process, which talk through a fake post. */
#ifndef VTL_FAKE_HOUSE_H
#define VTL_FAKE_HOUSE_H

#include "daemon/library.h"
#include "daemon/tape.h"
#include "fake/post.h"
#include "fake/script.h"

enum { HOUSE_LIBRARY = 10, HOUSE_DRIVE = 11 };

struct house {
	char dir[64], home[80];		/* of the configuration, of cartridges */
	struct conf_devices *devices;
	struct log log;
	struct loop loop;
	struct worker worker;
	struct fifo fifo;
	struct post post;
	struct tape tape;
	struct library library;
	bool tape_runs, library_runs, begun;
	struct script changer, drive;	/* hosts */
	int failed;
};

extern const char house_devices[], house_contents[];

/*
 * device.conf and library_contents.10, NULL for those above: one drive, two mail slots, four slots
 * with E00001L8, E00002L8 and GONE01L8, which is no cartridge; the worker runs.  Nothing is said
 * aloud: log.fd is -1.
 */
struct house *house_new(const char *devices, const char *contents);
int house_end(struct house *h);		/* returns how much has failed */

void house_is(struct house *h, long long got, long long want, const char *what);
#define HOUSE_IS(h, got, want, what) house_is(h, (long long)(got), (long long)(want), what)
/* got begins with want, whose ~ is the house's folder; "": it is empty. */
void house_says(struct house *h, const char *got, const char *want, const char *what);

void house_write(struct house *h, const char *name, const char *text);	/* a file in dir */
void house_make(struct house *h, const char *barcode, enum cart_type type);
void house_run(struct house *h, const bool *until);	/* or until patience ends */
void house_settle(struct house *h);			/* until all has been said and done */

int house_start_library(struct house *h);
void house_stop_library(struct house *h);
void house_start_tape(struct house *h);
void house_stop_tape(struct house *h, bool clean);

/* A command that may take its time; the attentions before it are swallowed. */
void house_command(struct house *h, struct script *host, const char *what, const char *cdb,
		   uint8_t sense, uint16_t asc);
const char *house_in(struct house *h, enum smc_type type, uint32_t n);	/* barcode, or "" */
/* From an operator: the reply's code, and its text in post.last. */
void house_ask(struct house *h, uint32_t to, const char *text);

#endif
