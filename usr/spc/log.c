// SPDX-License-Identifier: GPL-2.0-only
/* LOG SENSE and LOG SELECT (SPC-5), and the pages that both kinds of unit have. */
#include <string.h>

#include "base/bytes.h"
#include "scsi/cursor.h"
#include "spc/internal.h"

enum {
	SP = 0x01, PPC = 0x02, PCR = 0x02,
	PAGE_LIST = 0x00, TEMPERATURE = 0x0d, TAPE_ALERT = 0x2e, ALL_SUBPAGES = 0xff, END = 0xff,
	SUBPAGE_FORMAT = 0x40,
	PC_DEFAULT = 2,			/* 10b and 11b */
	HEADER_LEN = 4, PARAMETER_HEADER = 4, LOG_MAX = 16384,
	TEMPERATURE_UNKNOWN = 0xff,
	ALERTS = 64, ALERT_LEN = PARAMETER_HEADER + 1,
};

uint32_t spc_log_parameter(uint8_t *buf, uint32_t cap, uint16_t code, uint8_t control,
			   const void *value, uint8_t len)
{
	if (cap < (uint32_t)PARAMETER_HEADER + len)
		return 0;
	be_put(&buf[0], 2, code);
	buf[2] = control;
	buf[3] = len;
	memcpy(&buf[4], value, len);
	return (uint32_t)PARAMETER_HEADER + len;
}

uint32_t spc_log_number(uint8_t *buf, uint32_t cap, uint16_t code, uint8_t control,
			uint64_t value, uint8_t len)
{
	uint8_t bytes[8];

	if (len > sizeof(bytes))
		return 0;
	be_put64(bytes, len, value);
	return spc_log_parameter(buf, cap, code, control, bytes, len);
}

/* SSC-5, TapeAlert log page: a parameter for each flag; being read makes a flag inactive. */
static int alert_page(const struct spc_unit *u, uint8_t *buf, uint32_t cap)
{
	uint32_t n = 0;

	for (unsigned int flag = 1; flag <= ALERTS; flag++)
		n += spc_log_number(&buf[n], cap - n, (uint16_t)flag, 0x40,
				    u->alerts >> (flag - 1) & 1, 1);
	return (int)n;
}

/* SPC-5, Temperature log page.  There is nothing to measure, and the page has a value for that. */
static int temperature_page(uint8_t *buf, uint32_t cap)
{
	return (int)spc_log_number(buf, cap, 0, 0x01, TEMPERATURE_UNKNOWN, 2);
}

static bool page_known(const struct spc_unit *u, uint8_t page)
{
	const uint8_t *p = u->model->log_pages;

	if (page == PAGE_LIST)
		return true;
	while (*p != END && *p != page)
		p++;
	return *p == page;
}

static int fill_page(struct spc_unit *u, uint8_t page, uint8_t *buf, uint32_t cap)
{
	int n = -1;

	if (page == TAPE_ALERT)
		return alert_page(u, buf, cap);
	if (u->class->log_page)
		n = u->class->log_page(u, page, buf, cap);
	if (n < 0 && page == TEMPERATURE)
		n = temperature_page(buf, cap);
	return n;
}

static uint32_t put_code(uint8_t *buf, uint8_t page, uint8_t subpage, bool pairs)
{
	buf[0] = page;
	if (pairs)
		buf[1] = subpage;
	return pairs ? 2 : 1;
}

/* SPC-5, the three lists: of pages, of pages with subpages, of the subpages of one page. */
static uint32_t list_pages(const struct spc_unit *u, uint8_t page, bool pairs, uint8_t *buf)
{
	const uint8_t *p = u->model->log_pages;
	uint32_t n = 0;

	if (page != PAGE_LIST) {
		n += put_code(&buf[n], page, 0, true);
		return n + put_code(&buf[n], page, ALL_SUBPAGES, true);
	}
	n += put_code(&buf[n], PAGE_LIST, 0, pairs);
	if (pairs)
		n += put_code(&buf[n], PAGE_LIST, ALL_SUBPAGES, true);
	for (; *p != END; p++)
		if (*p != PAGE_LIST)
			n += put_code(&buf[n], *p, 0, pairs);
	return n;
}

/* Walks parameters: the offset of the first one with this code or a higher one; len: none. */
static uint32_t find_parameter(const uint8_t *buf, uint32_t len, uint16_t code)
{
	uint32_t at = 0;

	while (at < len && be_get(&buf[at], 2) < code)
		at += (uint32_t)PARAMETER_HEADER + buf[at + 3];
	return at;
}

/* Counters start at zero; lists (FORMAT AND LINKING 01b, 11b) have no other value. */
static void make_default(uint8_t *buf, uint32_t len)
{
	for (uint32_t at = 0; at < len; at += (uint32_t)PARAMETER_HEADER + buf[at + 3])
		if (!(buf[at + 2] & 0x01))
			memset(&buf[at + PARAMETER_HEADER], 0, buf[at + 3]);
}

static void reply(struct scsi_cmd *cmd, uint8_t page, uint8_t subpage, const uint8_t *buf,
		  uint32_t len)
{
	uint8_t h[HEADER_LEN] = { page, subpage };

	if (subpage)
		h[0] |= SUBPAGE_FORMAT;
	be_put(&h[2], 2, len);
	scsi_reply(cmd, h, sizeof(h));
	scsi_reply(cmd, buf, len);
}

static void clear_alerts(struct spc_unit *u, const struct scsi_cmd *cmd, uint16_t first)
{
	const uint32_t told = cmd->in_len < HEADER_LEN ? 0 : (cmd->in_len - HEADER_LEN) / ALERT_LEN;
	const unsigned int from = first ? first - 1u : 0;

	for (unsigned int i = 0; i < told && from + i < ALERTS; i++)
		u->alerts &= ~((uint64_t)1 << (from + i));
}

static enum sts sense_page(struct scsi_cmd *cmd, uint8_t page)
{
	struct spc_unit *u = spc_unit_of(cmd);
	const uint16_t first = (uint16_t)be_get(&cmd->cdb[5], 2);
	uint8_t buf[LOG_MAX];
	const int n = fill_page(u, page, buf, sizeof(buf));
	uint32_t from;

	if (n < 0)
		return bad_cdb(cmd, 2, 5);
	from = find_parameter(buf, (uint32_t)n, first);
	if (first && from >= (uint32_t)n)
		return bad_cdb(cmd, 5, 7);
	if (cmd->cdb[2] >> 6 >= PC_DEFAULT)
		make_default(buf, (uint32_t)n);
	reply(cmd, page, 0, &buf[from], (uint32_t)n - from);
	if (page == TAPE_ALERT && cmd->cdb[2] >> 6 < PC_DEFAULT)
		clear_alerts(u, cmd, first);
	return STS_GOOD;
}

enum sts spc_log_sense(struct scsi_cmd *cmd)
{
	const struct spc_unit *u = spc_unit_of(cmd);
	const uint8_t page = cmd->cdb[2] & 0x3f, subpage = cmd->cdb[3];
	uint8_t buf[256];
	uint32_t n;

	if (cmd->cdb[1] & SP)
		return bad_cdb(cmd, 1, 0);
	if (cmd->cdb[1] & PPC)
		return bad_cdb(cmd, 1, 1);
	if (!page_known(u, page))
		return bad_cdb(cmd, 2, 5);
	if (subpage && subpage != ALL_SUBPAGES)
		return bad_cdb(cmd, 3, 7);
	if (page != PAGE_LIST && !subpage)
		return sense_page(cmd, page);
	if (be_get(&cmd->cdb[5], 2))
		return bad_cdb(cmd, 5, 7);
	n = list_pages(u, page, subpage != 0, buf);
	reply(cmd, page, subpage, buf, n);
	return STS_GOOD;
}

static void reset_counters(struct scsi_cmd *cmd, uint8_t page)
{
	struct spc_unit *u = spc_unit_of(cmd);

	if (page == PAGE_LIST || page == TAPE_ALERT)
		u->alerts = 0;
	if (u->class->log_reset)
		u->class->log_reset(u, page == PAGE_LIST ? 0xff : page);
	scsi_attention_raise_others(&u->lu, cmd->initiator, STS_UA_LOG_CHANGED);
}

/* No parameter is the host's to set.  The first that it sends is pointed at. */
static enum sts refuse_list(struct scsi_cmd *cmd)
{
	struct cursor list = cursor_of(cmd->data, cmd->len);
	const uint8_t page = cursor_u8(&list) & 0x3f;

	cursor_u8(&list);
	if (!cursor_bytes(&list, cursor_u16(&list)))
		return STS_LIST_LENGTH;
	if (!page_known(spc_unit_of(cmd), page) || page == PAGE_LIST)
		return bad_param(cmd, 0, 5);
	return list.at == HEADER_LEN ? STS_GOOD : bad_param(cmd, HEADER_LEN, 7);
}

/* Without a list, PC 01b and 11b speak of counters, 00b and 10b of thresholds. */
enum sts spc_log_select(struct scsi_cmd *cmd)
{
	const uint8_t control = cmd->cdb[2] >> 6, page = cmd->cdb[2] & 0x3f;
	const bool reset = cmd->cdb[1] & PCR;

	if (cmd->cdb[1] & SP)
		return bad_cdb(cmd, 1, 0);
	if (!page_known(spc_unit_of(cmd), page))
		return bad_cdb(cmd, 2, 5);
	if (cmd->cdb[3])
		return bad_cdb(cmd, 3, 7);
	if (cmd->len)
		return reset ? bad_cdb(cmd, 7, 7) : refuse_list(cmd);
	if (reset ? control & 1 : control == 3)
		reset_counters(cmd, page);
	return STS_GOOD;
}
