// SPDX-License-Identifier: GPL-2.0-only
/* SEND DIAGNOSTIC, RECEIVE DIAGNOSTIC RESULTS (SPC-5): a self-test, and page 00h. */
#include "base/bytes.h"
#include "scsi/cursor.h"
#include "spc/internal.h"

enum {
	PF = 0x10, SELFTEST = 0x04,
	FOREGROUND_SHORT = 5, FOREGROUND_EXTENDED = 6,
	PAGE_LIST = 0x00,
};

/* Only the list of pages can be sent: it asks for what RECEIVE DIAGNOSTIC then tells anyway. */
static enum sts take_page(struct scsi_cmd *cmd)
{
	struct cursor list = cursor_of(cmd->data, cmd->len);
	const uint8_t page = cursor_u8(&list);
	uint16_t len;

	cursor_u8(&list);
	len = cursor_u16(&list);
	if (list.bad)
		return STS_LIST_LENGTH;
	if (page != PAGE_LIST)
		return bad_param(cmd, 0, 7);
	if (len)
		return bad_param(cmd, 2, 7);
	return cursor_left(&list) ? STS_LIST_LENGTH : STS_GOOD;
}

/* There is nothing that could wear out: a self-test is done when it is asked for. */
enum sts spc_send_diagnostic(struct scsi_cmd *cmd)
{
	const uint8_t code = cmd->cdb[1] >> 5;
	const bool selftest = cmd->cdb[1] & SELFTEST;

	if (code && (selftest || (code != FOREGROUND_SHORT && code != FOREGROUND_EXTENDED)))
		return bad_cdb(cmd, 1, 7);
	if (!cmd->len)
		return STS_GOOD;
	if (code || selftest)
		return bad_cdb(cmd, 3, 7);
	return cmd->cdb[1] & PF ? take_page(cmd) : bad_cdb(cmd, 1, 4);
}

enum sts spc_receive_diagnostic(struct scsi_cmd *cmd)
{
	static const uint8_t pages[5] = { PAGE_LIST, 0x00, 0x00, 0x01, PAGE_LIST };

	if (cmd->cdb[2] != PAGE_LIST)
		return bad_cdb(cmd, 2, 7);
	scsi_reply(cmd, pages, sizeof(pages));
	return STS_GOOD;
}
