// SPDX-License-Identifier: GPL-2.0-only
/* MODE SELECT (SPC-5): the list is checked as a whole, then applied. */
#include <string.h>

#include "base/bytes.h"
#include "scsi/cursor.h"
#include "spc/internal.h"

enum { SP = 0x01, RTD = 0x02, PF = 0x10, LONGLBA = 0x01, SPF = 0x40, DESCRIPTOR_LEN = 8 };

/* One pass over the list: looking, or doing. */
struct select {
	struct scsi_cmd *cmd;
	struct spc_unit *u;
	struct cursor list;
	bool six, apply, changed;
};

static enum sts hand_over(struct select *s, const struct mode_page *row, const uint8_t *bytes,
			  uint32_t at)
{
	if (!s->u->class->mode_select)
		return STS_GOOD;
	return s->u->class->mode_select(s->u, s->cmd, row, bytes, (uint16_t)at, s->apply);
}

/* What the header and the descriptor say now: medium type, device-specific byte, descriptor. */
struct told {
	uint8_t bytes[2 + DESCRIPTOR_LEN];
};

static struct told told_now(struct spc_unit *u)
{
	struct told t = { { 0 } };

	if (u->class->mode_header)
		u->class->mode_header(u, &t.bytes[0], &t.bytes[1], &t.bytes[2]);
	return t;
}

static enum sts hand_over_header(struct select *s, uint16_t at)
{
	const uint8_t *h = s->list.p + at;

	if (!s->u->class->mode_select_header)
		return STS_GOOD;
	return s->u->class->mode_select_header(s->u, s->cmd, h[0], h[1], at, s->apply);
}

static enum sts take_descriptor(struct select *s, uint32_t len, uint16_t len_at)
{
	const uint32_t at = s->list.at;
	const uint8_t *bytes;

	if (!len)
		return STS_GOOD;
	if (len != DESCRIPTOR_LEN || !s->u->class->block_descriptor)
		return bad_param(s->cmd, len_at, 7);
	bytes = cursor_bytes(&s->list, len);
	return bytes ? hand_over(s, NULL, bytes, at) : STS_LIST_LENGTH;
}

/* MODE DATA LENGTH is reserved here; hosts send what they have read, and so it is not looked at. */
static enum sts take_header(struct select *s)
{
	const uint8_t *h = cursor_bytes(&s->list, s->six ? 4 : 8);
	enum sts sts;

	if (!h)
		return STS_LIST_LENGTH;
	if (!s->six && (h[4] & LONGLBA))
		return bad_param(s->cmd, 4, 0);
	sts = hand_over_header(s, s->six ? 1 : 2);
	if (sts != STS_GOOD)
		return sts;
	return s->six ? take_descriptor(s, h[3], 3) : take_descriptor(s, be_get(&h[6], 2), 6);
}

/* What a page would change must be the host's to change (SPC-5, MODE SELECT(6)). */
static enum sts check_mask(struct select *s, const struct mode_page *row, const uint8_t *bytes,
			   uint32_t at)
{
	uint8_t now[256];

	spc_mode_show(s->u, row, now);
	for (uint8_t i = row->subpage ? 4 : 2; i < row->len; i++) {
		const uint8_t mask = row->mask ? row->mask[i] : 0;
		const uint8_t bad = (uint8_t)((bytes[i] ^ now[i]) & ~mask);

		if (bad)
			return bad_param(s->cmd, (uint16_t)(at + i),
					 (uint8_t)(31 - __builtin_clz(bad)));
	}
	return STS_GOOD;
}

static void store(struct select *s, const struct mode_page *row, const uint8_t *bytes)
{
	uint8_t *now = spc_mode_bytes(s->u, row);

	for (uint8_t i = row->subpage ? 4 : 2; i < row->len; i++) {
		const uint8_t mask = row->mask ? row->mask[i] : 0;
		const uint8_t value = (uint8_t)((now[i] & ~mask) | (bytes[i] & mask));

		s->changed |= value != now[i];
		now[i] = value;
	}
}

/* The page's row from its header, and its length against the row's. */
static enum sts find_page(struct select *s, const struct mode_page **ret_row)
{
	const uint16_t at = (uint16_t)s->list.at;
	const uint8_t head = cursor_u8(&s->list);
	const bool sub = head & SPF;
	const uint8_t subpage = sub ? cursor_u8(&s->list) : 0;
	const uint32_t len = sub ? cursor_u16(&s->list) : cursor_u8(&s->list);
	const struct mode_page *row = spc_mode_row(s->u, head & 0x3f, subpage);

	if (s->list.bad)
		return STS_LIST_LENGTH;
	if (!row)
		return bad_param(s->cmd, at, 5);
	if (sub != (row->subpage != 0))
		return bad_param(s->cmd, at, 6);
	if (len + (sub ? 4 : 2) != row->len)
		return bad_param(s->cmd, (uint16_t)(at + (sub ? 2 : 1)), 7);
	*ret_row = row;
	return STS_GOOD;
}

static enum sts take_page(struct select *s)
{
	const uint32_t at = s->list.at;
	const struct mode_page *row = NULL;
	const uint8_t *bytes = s->list.p + at;
	enum sts sts = find_page(s, &row);

	if (sts != STS_GOOD)
		return sts;
	if (!cursor_bytes(&s->list, row->len - (s->list.at - at)))
		return STS_LIST_LENGTH;
	if (!s->apply)
		sts = check_mask(s, row, bytes, at);
	else
		store(s, row, bytes);
	return sts == STS_GOOD ? hand_over(s, row, bytes, at) : sts;
}

static enum sts one_pass(struct select *s)
{
	enum sts sts = take_header(s);

	if (sts == STS_GOOD && cursor_left(&s->list) && !(s->cmd->cdb[1] & PF))
		return bad_cdb(s->cmd, 1, 4);
	while (sts == STS_GOOD && cursor_left(&s->list))
		sts = take_page(s);
	return sts;
}

static enum sts mode_select(struct scsi_cmd *cmd, bool six)
{
	const struct select looking = {
		.cmd = cmd, .u = spc_unit_of(cmd), .six = six,
		.list = cursor_of(cmd->data, cmd->len),
	};
	const struct told before = told_now(looking.u);
	struct select s = looking;
	struct told after;
	enum sts sts;

	if (cmd->cdb[1] & SP)
		return bad_cdb(cmd, 1, 0);
	if (cmd->cdb[1] & RTD)
		return bad_cdb(cmd, 1, 1);
	if (!cmd->len)
		return STS_GOOD;
	sts = one_pass(&s);
	if (sts != STS_GOOD)
		return sts;
	s = looking;
	s.apply = true;
	sts = one_pass(&s);
	after = told_now(s.u);
	if (s.changed || memcmp(&before, &after, sizeof(before))) {
		spc_modes_changed(s.u);
		scsi_attention_raise_others(cmd->lu, cmd->initiator, STS_UA_MODE_CHANGED);
	}
	return sts;
}

enum sts spc_mode_select_6(struct scsi_cmd *cmd)
{
	return mode_select(cmd, true);
}

enum sts spc_mode_select_10(struct scsi_cmd *cmd)
{
	return mode_select(cmd, false);
}
