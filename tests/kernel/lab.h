/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of the module share: checks, the control node, sg, and a toy daemon. */
#ifndef VTL_TESTS_KERNEL_LAB_H
#define VTL_TESTS_KERNEL_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "kernel/uapi/mhvtl.h"

#define KIB		1024U
#define MIB		(1024U * KIB)
#define DID_NO_CONNECT	1	/* host_status of sg */
#define DID_TIME_OUT	3
#define GOOD		0x00
#define CHECK		0x02

/* Prints "ok - what" or "not ok - what"; returns cond. */
bool ok(bool cond, const char *what, ...) __attribute__((format(printf, 2, 3)));
bool want_errno(long ret, int err, const char *what);	/* err 0: ret is 0 */
void skip(const char *what, const char *why);
int tally(void);	/* prints the last line; the number of failures */
uint64_t now_ms(void);
void sleep_ms(unsigned int ms);
bool within(unsigned int ms, bool (*cond)(void *), void *arg);

/* Units.  Numbers are this program's own, addresses channel 0 but where said. */
int ctl(void);		/* a descriptor of the control node, the same each time */
struct vtl_add_lu add_of(uint32_t number, uint32_t type, uint32_t target, uint64_t lun);
int add_lu(uint32_t number, uint32_t type, uint32_t target, uint64_t lun);
int remove_lu(uint32_t number);
int discard_lu(uint32_t number);	/* whatever it keeps */
struct vtl_unit unit_of(uint32_t number);
int open_unit(uint32_t number);
int attach(int fd);	/* as ATTACH, no opcode overtakes */
bool write_file(const char *path, const char *value);	/* in one write(2); not made */
bool attr_get(uint32_t number, const char *attr, char *buf, size_t size);
bool attr_is(uint32_t number, const char *attr, const char *want);
bool attr_set(uint32_t number, const char *attr, const char *value);
bool sdev_exists(uint32_t target, uint64_t lun);
bool sdev_set(uint32_t target, uint64_t lun, const char *attr, const char *value);
long sdev_hex(uint32_t target, uint64_t lun, const char *attr);	/* -1: no such */
bool scan_target(uint32_t target);
int open_sg(uint32_t target, uint64_t lun);	/* waits for it, 10 s; -1 */
int open_sg_now(uint32_t target, uint64_t lun);	/* -1: there is none */
bool udev_is_done(void);	/* waits until it has asked every new device who it is */

/* One command through SG_IO. */
struct io {
	int fd;
	uint8_t cdb[16];
	bool out;
	void *data;
	uint32_t len, timeout_ms;	/* 0: 30 s */
	/* what came of it */
	int err;			/* errno of the ioctl */
	uint8_t status, sense[32];
	uint16_t host_status;
	uint32_t resid, took_ms;
};
void sg_io(struct io *io);
struct io io_of(int fd, uint8_t opcode, void *data, uint32_t len);	/* data-in, done */
bool is_sense(const struct io *io, uint8_t key, uint8_t asc, uint8_t ascq);

struct bg;		/* an sg_io() beside the caller */
struct bg *bg_start(struct io *io);
void bg_end(struct bg *bg);	/* waits; then io is filled */

/*
 * A daemon in a process of its own.  It knows INQUIRY (product TOY), TEST UNIT READY, REQUEST
 * SENSE, and these:
 */
#define TOY_WRITE	0x0a	/* keeps the data */
#define TOY_READ	0x08	/* gives them back, as far as there are some */
#define TOY_HOLD	0xc0	/* is not answered before toy->release, or an abort */
#define TOY_SLOW	0xc1	/* the same, and in the map of slow opcodes */
#define TOY_FAIL	0xc2	/* 3/11/00 */

struct toy {		/* shared with the daemon */
	volatile bool ready, stop, release, hold_tur;
	volatile int last;		/* what ATTACH returned */
	volatile uint32_t held, aborted, late, resets, reset_mask, stale, needs, tur, fails;
	volatile uint32_t stored;
	uint8_t store[VTL_MAX_TRANSFER];
	/* set before toy_start() */
	uint32_t number;
	char late_path[128];		/* commits what is held when this file changes */
	pid_t pid;
};
struct toy *toy_new(uint32_t number);
bool toy_start(struct toy *t);	/* returns when it is attached */
bool toy_start_holding(struct toy *t);	/* and holds TEST UNIT READY, the first one too */
void toy_stop(struct toy *t);	/* with DETACH */
void toy_kill(struct toy *t);	/* SIGKILL */
bool toy_held(void *t);		/* for within(): a command is being held */

/* The groups of tests. */
void test_control(void);
void test_node(void);
void test_hand(void);
void test_watch(void);
void test_keep(void);
void test_io(void);
void test_errors(void);
void test_trace(void);
void test_death(void);
void test_life(void);
void test_memory(void);
void test_storm(void);
void test_fuzz(void);
void test_stress(void);

#endif
