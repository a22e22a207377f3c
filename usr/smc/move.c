// SPDX-License-Identifier: GPL-2.0-only
/* MOVE MEDIUM, EXCHANGE MEDIUM, POSITION TO ELEMENT (SMC-3 6.6, 6.3, 6.8): the addresses. */
#include "base/bytes.h"
#include "smc/inner.h"

enum { DEFAULT_ARM = 0 };

static bool is_arm(struct smc_changer *c, uint16_t address)
{
	const struct smc_element *e = smc_element_at(c, address);

	return address == DEFAULT_ARM || (e && e->type == SMC_PICKER);
}

/* An arm is no place to put things, but one that was found full can be emptied. */
static bool is_place(const struct smc_element *e, bool source)
{
	if (!e || (e->type == SMC_DRIVE && !e->installed))
		return false;
	return e->type != SMC_PICKER || (source && e->full);
}

/* Device capabilities page (SMC-3 7.3.2): which type may be moved to which. */
static bool capable(const struct smc_changer *c, const struct smc_element *from,
		    const struct smc_element *to)
{
	const uint8_t *page = spc_mode_page(&c->unit, 0x1f, 0);

	return !page || page[3 + from->type] & 1 << (to->type - 1);
}

static enum sts check_route(struct smc_changer *c, struct scsi_cmd *cmd,
			    const struct smc_route *route, uint16_t from_byte, uint16_t to_byte)
{
	const struct smc_element *from = smc_element_at(c, route->from);
	const struct smc_element *to = smc_element_at(c, route->to);

	if (!is_place(from, true))
		return bad_element(cmd, from_byte);
	if (!is_place(to, false) || !capable(c, from, to))
		return bad_element(cmd, to_byte);
	return STS_GOOD;
}

static uint16_t address_in(const struct scsi_cmd *cmd, unsigned int byte)
{
	return (uint16_t)be_get(&cmd->cdb[byte], 2);
}

enum sts smc_move_medium(struct scsi_cmd *cmd)
{
	struct smc_changer *c = changer_of(cmd);
	const struct smc_route route = { .from = address_in(cmd, 4), .to = address_in(cmd, 6) };
	enum sts sts;

	if (!is_arm(c, address_in(cmd, 2)))
		return bad_element(cmd, 2);
	sts = check_route(c, cmd, &route, 4, 6);
	return sts == STS_GOOD ? smc_arm_move(c, cmd, &route, 1) : sts;
}

/* What is in the first destination goes to the second, and the source takes its place. */
enum sts smc_exchange_medium(struct scsi_cmd *cmd)
{
	struct smc_changer *c = changer_of(cmd);
	const uint16_t source = address_in(cmd, 4), first = address_in(cmd, 6);
	const struct smc_route routes[] = {
		{ .from = first, .to = address_in(cmd, 8) }, { .from = source, .to = first },
	};
	enum sts sts;

	if (!is_arm(c, address_in(cmd, 2)))
		return bad_element(cmd, 2);
	sts = check_route(c, cmd, &routes[1], 4, 6);
	if (sts == STS_GOOD)
		sts = check_route(c, cmd, &routes[0], 6, 8);
	if (sts == STS_GOOD && source == first)
		sts = bad_element(cmd, 6);
	if (sts == STS_GOOD && routes[0].to == first)
		sts = bad_element(cmd, 8);
	return sts == STS_GOOD ? smc_arm_move(c, cmd, routes, ARRAY_SIZE(routes)) : sts;
}

enum sts smc_position(struct scsi_cmd *cmd)
{
	struct smc_changer *c = changer_of(cmd);

	if (!is_arm(c, address_in(cmd, 2)))
		return bad_element(cmd, 2);
	return smc_element_at(c, address_in(cmd, 4)) ? STS_GOOD : bad_element(cmd, 4);
}

