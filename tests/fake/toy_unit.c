// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/macros.h"
#include "fake/toy_unit.h"

static const uint8_t inquiry_bytes[60] = { [0] = 0x01, [1] = 0x80, [2] = 0x06, [3] = 0x02 };
static const struct inquiry_row inquiry = { inquiry_bytes, sizeof(inquiry_bytes), 38, 12 };

static const uint8_t vendor_page[] = { 0xca, 0xfe, 0, 0, 0, 0, 0, 0, 0xbe, 0xef };
static const struct vpd_page vpd[] = {
	{ 0x80, VPD_SERIAL, 10, 0, 0, NULL },
	{ 0x83, VPD_IDENTIFIERS, 10, 0, 0, NULL },
	{ 0xc0, VPD_FIXED, sizeof(vendor_page), 2, 6, vendor_page },
	{ 0 },
};

static const uint8_t recovery[8] = { 0x01, 0x06, 0x10, 0x00, 0x20 };
static const uint8_t recovery_mask[8] = { 0x00, 0x00, 0x0f, 0x00, 0xff };
static const uint8_t control[12] = { 0x0a, 0x0a, 0x00 };
static const uint8_t control_mask[12] = { 0x00, 0x00, 0x04 };
static const uint8_t extension[6] = { 0x4a, 0x01, 0x00, 0x02, 0x07, 0x00 };
static const uint8_t extension_mask[6] = { 0x00, 0x00, 0x00, 0x00, 0x00, 0xff };
static const uint8_t exceptions[12] = { 0x1c, 0x0a, 0x08, 0x03 };
static const struct mode_page modes[] = {
	{ recovery, recovery_mask, 0x01, 0x00, sizeof(recovery) },
	{ control, control_mask, 0x0a, 0x00, sizeof(control) },
	{ extension, extension_mask, 0x0a, 0x01, sizeof(extension) },
	{ exceptions, NULL, 0x1c, 0x00, sizeof(exceptions) },
	{ 0 },
};

static const uint8_t log_pages[] = { 0x00, 0x02, 0x0d, 0x2e, 0x3e, 0xff };

const struct unit_model toy_model = {
	"ACME", "TOY", "0001", &inquiry, vpd, modes, log_pages,
};

static struct toy *toy_of(struct spc_unit *u)
{
	return container_of(u, struct toy, unit);
}

static void mode_header(struct spc_unit *u, uint8_t *medium_type, uint8_t *specific,
			uint8_t *descriptor)
{
	*medium_type = 0x18;
	*specific = toy_of(u)->specific;
	memcpy(descriptor, toy_of(u)->block, 8);
}

static void mode_refresh(struct spc_unit *u, const struct mode_page *row, uint8_t *page)
{
	if (row->page == 0x01)
		page[3] = toy_of(u)->refreshed;
}

/* Refuses speeds, the low four bits. */
static enum sts mode_select_header(struct spc_unit *u, struct scsi_cmd *cmd, uint8_t medium_type,
				   uint8_t specific, uint16_t at, bool apply)
{
	(void)medium_type;
	if (specific & 0x0f)
		return bad_param(cmd, (uint16_t)(at + 1), 3);
	if (apply)
		toy_of(u)->specific = specific;
	return STS_GOOD;
}

/* Refuses EEh in byte 4 of page 01h, and block counts. */
static enum sts mode_select(struct spc_unit *u, struct scsi_cmd *cmd, const struct mode_page *row,
			    const uint8_t *bytes, uint16_t at, bool apply)
{
	struct toy *t = toy_of(u);

	if (!row && be_get(&bytes[1], 3))
		return bad_param(cmd, (uint16_t)(at + 1), 7);
	if (row && row->page == 0x01 && bytes[4] == 0xee)
		return bad_param(cmd, (uint16_t)(at + 4), 7);
	if (!row && apply)
		memcpy(t->block, bytes, 8);
	t->applied += apply;
	return STS_GOOD;
}

static int log_page(struct spc_unit *u, uint8_t page, uint8_t *buf, uint32_t cap)
{
	uint32_t n = 0;

	(void)u;
	if (page != 0x02)
		return -1;
	n += spc_log_number(&buf[n], cap - n, 0x0001, 0x02, 0x01020304, 4);
	n += spc_log_number(&buf[n], cap - n, 0x0005, 0x00, 0x0102030405060708, 8);
	n += spc_log_parameter(&buf[n], cap - n, 0x8000, 0x01, "abc", 3);
	return (int)n;
}

static void log_reset(struct spc_unit *u, uint8_t page)
{
	toy_of(u)->log_resets++;
	toy_of(u)->last_reset = page;
}

static enum sts state(struct spc_unit *u, struct scsi_cmd *cmd)
{
	cmd->extra.progress = toy_of(u)->state == STS_BECOMING_READY ? 0x4000 : 0;
	return toy_of(u)->state;
}

static void removal_changed(struct spc_unit *u)
{
	toy_of(u)->removal_changes++;
}

const struct spc_class toy_class = {
	.device_type = 0x01,
	.block_descriptor = true,
	.mode_header = mode_header,
	.mode_refresh = mode_refresh,
	.mode_select_header = mode_select_header,
	.mode_select = mode_select,
	.log_page = log_page,
	.log_reset = log_reset,
	.state = state,
	.reserved_changed = removal_changed,
};
const struct spc_class toy_changer_class = { .device_type = 0x08 };

static enum sts nothing(struct scsi_cmd *cmd)
{
	(void)cmd;
	return STS_GOOD;
}

#define ANY6   { 0, 255, 255, 255, 255, 0 }
#define ANY10  { 0, 255, 255, 255, 255, 255, 255, 255, 255, 0 }
#define ANY12  { 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0 }
#define ANY16  { 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0 }
#define NONE   { DATA_NONE, 0, 0 }
#define CUT(a, w) { DATA_IN_CUT, a, w }
#define OUT(a, w) { DATA_OUT, a, w }
#define ALWAYS (OPF_SKIP_UA | OPF_RESERVED)

const struct scsi_op toy_unit_ops[] = {
	{ "TEST UNIT READY", 0x00, NO_SA, OPF_RESERVED, NONE, { 0 }, nothing, 5 },
	{ "REQUEST SENSE", 0x03, NO_SA, ALWAYS, CUT(4, 1), ANY6, spc_request_sense, 0 },
	{ "READ(6)", 0x08, NO_SA, OPF_MEDIUM, NONE, ANY6, nothing, 0 },
	{ "WRITE(6)", 0x0a, NO_SA, OPF_MEDIUM | OPF_WRITE, NONE, ANY6, nothing, 0 },
	{ "INQUIRY", 0x12, NO_SA, ALWAYS, CUT(3, 2), ANY6, spc_inquiry, 60 },
	{ "MODE SELECT(6)", 0x15, NO_SA, 0, OUT(4, 1), ANY6, spc_mode_select_6, 0 },
	{ "RESERVE(6)", 0x16, NO_SA, 0, NONE, ANY6, spc_reserve, 0 },
	{ "RELEASE(6)", 0x17, NO_SA, OPF_RESERVED, NONE, ANY6, spc_release, 0 },
	{ "MODE SENSE(6)", 0x1a, NO_SA, 0, CUT(4, 1), ANY6, spc_mode_sense_6, 0 },
	{ "RECEIVE DIAGNOSTIC", 0x1c, NO_SA, 0, CUT(3, 2), ANY6, spc_receive_diagnostic, 0 },
	{ "SEND DIAGNOSTIC", 0x1d, NO_SA, 0, OUT(3, 2), ANY6, spc_send_diagnostic, 0 },
	{ "PREVENT ALLOW", 0x1e, NO_SA, 0, NONE, ANY6, spc_prevent_allow, 0 },
	{ "WRITE BUFFER", 0x3b, NO_SA, 0, OUT(6, 3), ANY10, spc_write_buffer, 0 },
	{ "READ BUFFER", 0x3c, NO_SA, 0, CUT(6, 3), ANY10, spc_read_buffer, 0 },
	{ "LOG SELECT", 0x4c, NO_SA, 0, OUT(7, 2), ANY10, spc_log_select, 0 },
	{ "LOG SENSE", 0x4d, NO_SA, OPF_RESERVED, CUT(7, 2), ANY10, spc_log_sense, 0 },
	{ "MODE SELECT(10)", 0x55, NO_SA, 0, OUT(7, 2), ANY10, spc_mode_select_10, 0 },
	{ "RESERVE(10)", 0x56, NO_SA, 0, NONE, ANY10, spc_reserve, 0 },
	{ "RELEASE(10)", 0x57, NO_SA, OPF_RESERVED, NONE, ANY10, spc_release, 0 },
	{ "MODE SENSE(10)", 0x5a, NO_SA, 0, CUT(7, 2), ANY10, spc_mode_sense_10, 0 },
	{ "PERSISTENT RESERVE IN", 0x5e, NO_SA, OPF_RESERVED, CUT(7, 2), ANY10, spc_pr_in, 0 },
	{ "PERSISTENT RESERVE OUT", 0x5f, NO_SA, OPF_RESERVED, OUT(5, 4), ANY10, spc_pr_out, 0 },
	{ "REPORT LUNS", 0xa0, NO_SA, ALWAYS, CUT(6, 4), ANY12, spc_report_luns, 0 },
	{ "REPORT OPCODES", 0xa3, 0x0c, OPF_RESERVED, CUT(6, 4), ANY12, spc_report_opcodes, 0 },
	{ "REPORT FUNCTIONS", 0xa3, 0x0d, OPF_RESERVED, CUT(6, 4), ANY12,
	  spc_report_functions, 0 },
	{ "REPORT TIMESTAMP", 0xa3, 0x0f, OPF_RESERVED, CUT(6, 4), ANY12,
	  spc_report_timestamp, 0 },
	{ "SET TIMESTAMP", 0xa4, 0x0f, 0, OUT(6, 4), ANY12, spc_set_timestamp, 0 },
	{ 0 },
};

scsi_gate *const toy_unit_gates[] = { spc_gate_reservation, NULL };

static uint64_t toy_clock(void *clock)
{
	return *(uint64_t *)clock;
}

void toy_init(struct toy *t, const struct spc_class *class)
{
	static const struct spc_identity id = {
		.serial = "XYZZY_A1", .has_naa = true,
		.naa = { 0x50, 0x22, 0x33, 0x44, 0xab, 0x00, 0x01, 0x00 },
	};

	memset(t, 0, sizeof(*t));
	if (spc_unit_init(&t->unit, class, toy_unit_ops, toy_unit_gates, &toy_model, &id))
		abort();
	t->unit.now_ms = toy_clock;
	t->unit.clock = &t->clock;
	t->clock = 0x0123456789ab;
	t->specific = 0x10;
	for (uint64_t i = 0; i < 3; i++)
		scsi_attention_take(&t->unit.lu, i);
}

void toy_release(struct toy *t)
{
	spc_unit_release(&t->unit);
}

void toy_again(void *toy)
{
	struct toy *t = toy;
	const struct spc_class *class = t->unit.class;

	toy_release(t);
	toy_init(t, class);
}
