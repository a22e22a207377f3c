/* SPDX-License-Identifier: GPL-2.0-only */
/* A library's daemon: the changer, the inventory's file, and the drives that it talks to. */
#ifndef VTL_DAEMON_LIBRARY_H
#define VTL_DAEMON_LIBRARY_H

#include "base/log.h"
#include "conf/conf.h"
#include "daemon/channel.h"
#include "daemon/fifo.h"
#include "daemon/worker.h"
#include "scsi/cmd.h"
#include "smc/smc.h"

enum {				/* ms */
	LIBRARY_ASK_MS = 5000,		/* a drive's daemon says what is in the drive */
	LIBRARY_MOVE_MS = 120000,	/* ... and has loaded or unloaded */
	LIBRARY_RETRY_MS = 10000,	/* until it is asked again what has become of a move */
};

struct library;

enum greeting { GREET_IDLE, GREET_STATE, GREET_LOAD, GREET_REGISTER };

/* A drive of device.conf that is in the library. */
struct library_drive {
	struct library *library;
	uint32_t unit;
	uint16_t address;		/* of its element */
	struct exchange x;		/* of the greeting */
	enum greeting greeting;
	unsigned int tries;
	struct loop_timer again;
};

/* What the arm is about to ask a drive. */
struct library_arm {
	struct library *library;
	struct exchange x;
	uint32_t unit;
	bool load;			/* else unload */
	char barcode[SMC_BARCODE_MAX + 1];
	bool asked_state;		/* first what is in it, then the move */
};

struct library_hook {
	struct job job;
	struct library *library;
	char command[CONF_PATH_SIZE];
	uint32_t seconds;
	char words[5][SMC_BARCODE_MAX + 1];	/* type and number from, to; barcode */
	const char *why;			/* it failed, or NULL */
};

struct library {
	struct log *log;
	struct loop *loop;
	struct worker *worker;
	struct channel *channel;
	const struct fifo *fifo;
	const struct conf_library *conf;
	const struct conf_devices *devices;
	const char *dir;		/* of library_contents.N */
	char home[CONF_PATH_SIZE];	/* of cartridges */
	uint32_t checksum;		/* struct conf_contents.base, for the next .persist */

	struct smc_changer changer;
	struct library_drive *drives;
	size_t n_drives;
	struct library_arm arm;
	struct library_hook hook;
};

struct library_parts {
	struct log *log;
	struct loop *loop;
	struct worker *worker;
	struct channel *channel;
	const struct fifo *fifo;
	const struct conf_library *conf;
	const struct conf_devices *devices;
	const char *dir, *home;
};

/* 0 or -errno; then one line has said why.  What it is given must outlive it. */
int library_init(struct library *l, const struct library_parts *parts);
/* Asks all drives what is in them, and gives them what the inventory says. */
void library_greet_all(struct library *l);
void library_release(struct library *l);

/* library_inventory.c */
int library_inventory_load(struct library *l);		/* 0 or -errno, said */
int library_inventory_save(struct library *l);
void library_volume(void *library, const char *barcode, struct volume_info *ret);
/* The drive says that it holds the cartridge: the inventory follows. */
void library_found_in(struct library *l, struct smc_element *drive, const char *barcode);

/* library_drives.c */
void library_greet(struct library *l, struct library_drive *d);
void library_greet_later(struct library *l, uint32_t unit);	/* a move came to no known end */
void library_event(struct library *l, const struct ctl_message *m);
struct library_drive *library_drive_of(struct library *l, uint32_t unit);
enum drive_says { DRIVE_EMPTY, DRIVE_LOADED, DRIVE_UNLOADED };
/* A reply to "state": *ret_barcode points into it, or at "". */
enum drive_says library_state_parse(const char *text, const char **ret_barcode);

/* library_robot.c */
extern const struct robot_ops library_robot;

/* library_control.c */
void library_received(void *library, const struct ctl_message *m);

/* For struct unit_events. */
void library_unheard(void *library, const struct scsi_op *op);
void library_reset(void *library);

#endif
