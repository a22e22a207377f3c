// SPDX-License-Identifier: GPL-2.0-only
/* The mail slots and the operator who stands before them. */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "smc/inner.h"

enum { ACTION_OPEN, ACTION_CLOSE };

/* Every initiator is told that what it knows of the mail slots may be wrong. */
static void tell_all(struct smc_changer *c)
{
	scsi_attention_raise(&c->unit.lu, STS_UA_IMPORT_EXPORT);
}

enum sts smc_open_close(struct scsi_cmd *cmd)
{
	struct smc_changer *c = changer_of(cmd);
	const struct smc_element *e = smc_element_at(c, (uint16_t)be_get(&cmd->cdb[2], 2));
	const uint8_t action = cmd->cdb[4] & 0x1f;
	const bool open = action == ACTION_OPEN;

	if (!e || e->type != SMC_MAP)
		return bad_element(cmd, 2);
	if (action > ACTION_CLOSE)
		return bad_cdb(cmd, 4, 4);
	if (open == c->map_open)
		return STS_GOOD;
	if (open && spc_removal_prevented(&c->unit))
		return STS_REMOVAL_PREVENTED;
	if (open && smc_arm_concerns(c, SMC_MAP))
		return STS_BECOMING_READY;
	c->map_open = open;
	scsi_attention_raise_others(&c->unit.lu, cmd->initiator, STS_UA_IMPORT_EXPORT);
	return STS_GOOD;
}

const char *smc_operator_open(struct smc_changer *c, bool open)
{
	if (!c->counts[SMC_MAP])
		return "the library has no mail slots";
	if (open == c->map_open)
		return NULL;
	if (open && spc_removal_prevented(&c->unit))
		return "a host prevents the removal of cartridges";
	if (open && smc_arm_concerns(c, SMC_MAP))
		return "the robot is at work in a mail slot";
	c->map_open = open;
	tell_all(c);
	return NULL;
}

static struct smc_element *free_mail_slot(struct smc_changer *c)
{
	struct smc_element *e;

	for (uint32_t n = 1; (e = smc_element_nth(c, SMC_MAP, n)); n++)
		if (!e->full)
			return e;
	return NULL;
}

/* Barcodes name directories and go to the operator's scripts. */
static bool is_barcode(const char *s)
{
	const size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "0123456789-_.+$%");

	return n && !s[n] && n <= SMC_BARCODE_MAX && *s != '.' && *s != '-';
}

const char *smc_operator_load(struct smc_changer *c, const char *barcode)
{
	struct smc_element *e = free_mail_slot(c);

	if (!c->map_open)
		return "the mail slots are not open";
	if (!is_barcode(barcode))
		return "that is no barcode";
	if (smc_element_with(c, barcode))
		return "the barcode is already in the library";
	if (!e)
		return "the mail slots are full";
	smc_element_fill(c, e, barcode);
	e->by_operator = true;
	e->has_source = false;
	if (inventory_save(c)) {
		inventory_take(c, e);
		return "the inventory could not be saved";
	}
	tell_all(c);
	return NULL;
}

/* One by one, so that each is saved as gone or still there. */
const char *smc_operator_empty(struct smc_changer *c)
{
	struct smc_element *e;

	if (!c->map_open)
		return "the mail slots are closed: open them first";
	for (uint32_t n = 1; (e = smc_element_nth(c, SMC_MAP, n)); n++) {
		const struct smc_element was = *e;

		if (!e->full)
			continue;
		inventory_take(c, e);
		e->by_operator = true;
		if (inventory_save(c)) {
			inventory_restore(c, e, &was);
			return "the inventory could not be saved";
		}
	}
	tell_all(c);
	return NULL;
}

/* "Contents: A B C"; what does not fit is left out whole. */
void smc_operator_list(struct smc_changer *c, char *buf, size_t cap)
{
	struct smc_element *e;
	size_t at = (size_t)snprintf(buf, cap, "Contents:");

	for (uint32_t n = 1; (e = smc_element_nth(c, SMC_MAP, n)); n++)
		if (e->full && at + 1 + strlen(e->barcode) < cap)
			at += (size_t)snprintf(buf + at, cap - at, " %s", e->barcode);
}

void smc_operator_online(struct smc_changer *c, bool online)
{
	c->online = online;
}
