/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this layer tell each other. */
#ifndef VTL_SMC_INNER_H
#define VTL_SMC_INNER_H

#include "base/macros.h"
#include "smc/smc.h"

extern const struct scsi_op smc_ops[];
extern const struct spc_class smc_class;

static inline struct smc_changer *changer_of(struct scsi_cmd *cmd)
{
	return container_of(spc_unit_of(cmd), struct smc_changer, unit);
}

/* 5/21/01 that points to the element address at this byte of the CDB. */
static inline enum sts bad_element(struct scsi_cmd *cmd, uint16_t byte)
{
	bad_cdb(cmd, byte, 7);
	return STS_BAD_ELEMENT;
}

/*
 * inventory.c: the only place that changes what is where.  A cartridge goes from place to place by
 * lift and place, with a copy of the element between them; take loses it for good.
 */
void inventory_lift(struct smc_element *e);
void inventory_take(struct smc_changer *c, struct smc_element *e);
/* e becomes a copy of what; the barcode is found there from now on. */
void inventory_restore(struct smc_changer *c, struct smc_element *e,
		       const struct smc_element *what);
/* What was in an element, known from its copy, is put into another one, or back. */
void inventory_place(struct smc_changer *c, struct smc_element *to,
		     const struct smc_element *was);
/* Index of the first element at or above the address; count: there is none. */
uint32_t inventory_from(const struct smc_changer *c, uint16_t address);
int inventory_save(struct smc_changer *c);
__attribute__((format(printf, 2, 3)))
void smc_log(struct smc_changer *c, const char *format, ...);

/* move.c */
enum sts smc_move_medium(struct scsi_cmd *cmd);
enum sts smc_exchange_medium(struct scsi_cmd *cmd);
enum sts smc_position(struct scsi_cmd *cmd);

/* arm.c */
struct smc_route {
	uint16_t from, to;	/* addresses of places that exist */
};

/*
 * At most 2 routes, of which one may end where the other one begins.  What is in these places is
 * looked at when the arm comes to it.  STS_PENDING, or what refuses the command at once.
 */
enum sts smc_arm_move(struct smc_changer *c, struct scsi_cmd *cmd, const struct smc_route *routes,
		      unsigned int n);
/* It is at work on an element of this type. */
bool smc_arm_concerns(struct smc_changer *c, enum smc_type type);
void smc_arm_drop(struct smc_changer *c);	/* those that have not begun; after a reset */
void smc_arm_release(struct smc_changer *c);

/* status.c */
enum sts smc_read_status(struct scsi_cmd *cmd);
enum sts smc_request_address(struct scsi_cmd *cmd);

/* search.c */
enum sts smc_send_tag(struct scsi_cmd *cmd);
bool smc_search_finds(const struct smc_search *s, const struct smc_element *e);

/* mail.c */
enum sts smc_open_close(struct scsi_cmd *cmd);

/* changer.c */
enum sts smc_test_ready(struct scsi_cmd *cmd);
enum sts smc_initialize(struct scsi_cmd *cmd);

#endif
