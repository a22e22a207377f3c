/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this layer share. */
#ifndef VTL_SPC_INTERNAL_H
#define VTL_SPC_INTERNAL_H

#include "spc/spc.h"

/* Mode pages.  Rows end with .value == NULL. */
enum { MODE_ALL_PAGES = 0x3f, MODE_ALL_SUBPAGES = 0xff };

uint32_t spc_modes_size(const struct unit_model *model);
void spc_modes_restore(struct spc_unit *u);	/* default values, and what follows from them */
void spc_modes_changed(struct spc_unit *u);	/* D_SENSE is the control page's */
const struct mode_page *spc_mode_row(const struct spc_unit *u, uint8_t page, uint8_t subpage);
uint8_t *spc_mode_bytes(const struct spc_unit *u, const struct mode_page *row);
/* The page as a host sees it now: current bytes, refreshed by the class. */
void spc_mode_show(struct spc_unit *u, const struct mode_page *row, uint8_t *page);

/* PREVENT ALLOW MEDIUM REMOVAL */
void spc_prevent_forget(struct spc_unit *u, uint64_t initiator);
void spc_prevent_forget_all(struct spc_unit *u);

/* Persistent reservations, SPC-5, persistent reservation type codes. */
enum spc_pr_type {
	PR_NONE = 0,
	PR_WRITE_EXCLUSIVE = 1, PR_EXCLUSIVE_ACCESS = 3,
	PR_WRITE_EXCLUSIVE_RO = 5, PR_EXCLUSIVE_ACCESS_RO = 6,		/* registrants only */
	PR_WRITE_EXCLUSIVE_AR = 7, PR_EXCLUSIVE_ACCESS_AR = 8,		/* all registrants */
};

static inline bool spc_pr_all_hold(const struct spc_reservation *r)
{
	return r->type == PR_WRITE_EXCLUSIVE_AR || r->type == PR_EXCLUSIVE_ACCESS_AR;
}

struct spc_registrant *spc_pr_registrant(struct spc_reservation *r, uint64_t initiator);
bool spc_pr_holds(struct spc_reservation *r, const struct spc_registrant *who);

#endif
