/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel module in memory: hands out what a test has put in, remembers what it is told. */
#ifndef VTL_FAKE_MODULE_H
#define VTL_FAKE_MODULE_H

#include "transport/kernel.h"

enum { FAKE_FETCHES = 300, FAKE_COMMITS = 300, FAKE_UNITS = 40 };

struct fake_fetch {
	struct vtl_fetch f;
	const char *out;		/* bytes of the host, f.data_len of them; or NULL */
};

struct fake_module {
	struct fake_fetch todo[FAKE_FETCHES];
	unsigned int n_todo, next;
	struct vtl_commit commits[FAKE_COMMITS];
	unsigned int n_commits;
	unsigned int ioctls, fetches, resizes, maps, open_files;
	uint32_t last_wait_us;		/* of the last FETCH, and these */
	uint32_t last_flags;
	int32_t last_watch;
	bool detached;
	int stale_next, refuse_next;	/* so many commits get ESTALE, EINVAL */
	int fail_op;			/* -errno of the next LU_OP; 0 none */
	int attach_answer;		/* of ATTACH */
	int open_error;
	int map_error;			/* -errno of mmap(); 0: none */
	int node_errors, node_error;	/* so many opens of a unit's node get -errno */
	int add_error;			/* -errno of ADD_LU; 0: none */
	int busy;			/* so many REMOVE_LU get EBUSY */
	uint32_t keeping;		/* number of a unit that keeps data; 0: none */
	struct vtl_add_lu added;	/* by the last ADD_LU that was not refused */
	struct vtl_attach attach;
	struct { uint64_t number; uint32_t off, len; } kept[VTL_KEPT_MAX];	/* oldest first */
	unsigned int n_kept, untold;	/* untold: of a former owner's */
	unsigned int keeps, full;	/* COMMITs that kept, FETCHes that found FULL, so far */
	unsigned int kept_max;		/* FULL with so many */
	uint8_t in_hand;		/* direction of the last command, and where its data lie */
	uint32_t in_hand_off;
	char releases[256];		/* "2 5 ": what each RELEASE has said */
	char wrong[80];			/* the last rule of the module's that was broken */
	uint8_t *window;		/* of the last RESIZE */
	uint64_t window_len;
	uint32_t version;
	struct vtl_unit units[FAKE_UNITS];
	unsigned int n_units;
};

extern const struct kernel_calls fake_module_calls;	/* ctx: struct fake_module */

void fake_module_init(struct fake_module *m);
/* A command comes: its fetch, to be changed by the test.  data_len > 0: in, or out if out. */
struct vtl_fetch *fake_command(struct fake_module *m, uint64_t cookie, uint8_t opcode,
			       uint32_t in_len, const char *out, uint32_t out_len);
/* A former owner left this; its data is the window's at off. */
void fake_kept(struct fake_module *m, uint64_t number, uint32_t off, uint32_t len);
void fake_event(struct fake_module *m, enum vtl_type type, uint64_t cookie);

#endif
