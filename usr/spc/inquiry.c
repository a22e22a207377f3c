// SPDX-License-Identifier: GPL-2.0-only
/* INQUIRY (SPC-5 6.7) and the vital product data pages (7.7). */
#include <string.h>

#include "base/bytes.h"
#include "spc/internal.h"

enum {
	EVPD = 0x01, CMDDT = 0x02,
	PAGE_LIST = 0x00,
	VPD_MAX = 4 + 255,
	ASSOCIATED_PORT = 0x10,
	ASCII = 0x02, BINARY = 0x01,
	T10_VENDOR = 0x01, NAA = 0x03, RELATIVE_PORT = 0x04,
};

/* A text field: left-aligned, blanks behind, cut where it ends. */
static void put_text(uint8_t *p, size_t width, const char *text)
{
	const size_t len = strnlen(text, width);

	memset(p, ' ', width);
	memcpy(p, text, len);
}

static enum sts standard_data(struct scsi_cmd *cmd)
{
	const struct spc_unit *u = spc_unit_of(cmd);
	const struct inquiry_row *row = u->model->inquiry;
	uint8_t d[256] = { 0 };

	memcpy(d, row->bytes, row->len);
	d[4] = (uint8_t)(row->len - 5);
	put_text(&d[8], 8, u->id.vendor);
	put_text(&d[16], 16, u->id.product);
	put_text(&d[32], 4, u->id.revision);
	if (row->serial_len)
		put_text(&d[row->serial_at], row->serial_len, u->id.serial);
	scsi_reply(cmd, d, row->len);
	return STS_GOOD;
}

static size_t put_page_list(const struct vpd_page *rows, uint8_t *p)
{
	size_t n = 0;

	p[n++] = PAGE_LIST;
	for (; rows->kind != VPD_END; rows++)
		if (rows->page != PAGE_LIST)
			p[n++] = rows->page;
	return n;
}

static size_t put_serial(const struct spc_unit *u, const struct vpd_page *row, uint8_t *p)
{
	const size_t len = strlen(u->id.serial);
	const size_t width = len < row->width ? row->width : len;

	put_text(p, width, u->id.serial);
	return width;
}

/* Designation descriptor of page 83h; returns where the next one goes. */
static uint8_t *put_designator(uint8_t *d, uint8_t code_set, uint8_t type, size_t len)
{
	d[0] = code_set;
	d[1] = type;
	d[2] = 0;
	d[3] = (uint8_t)len;
	return d + 4 + len;
}

static size_t put_identifiers(const struct spc_unit *u, const struct vpd_page *row, uint8_t *p)
{
	uint8_t *d = p;

	put_text(&d[4], 8, u->id.vendor);
	put_text(&d[12], 16, u->id.product);
	d = put_designator(d, ASCII, T10_VENDOR, 24 + put_serial(u, row, &d[28]));
	if (u->id.has_naa) {
		memcpy(&d[4], u->id.naa, sizeof(u->id.naa));
		d = put_designator(d, BINARY, NAA, sizeof(u->id.naa));
	}
	be_put(&d[4], 4, 1);
	d = put_designator(d, BINARY, ASSOCIATED_PORT | RELATIVE_PORT, 4);
	return (size_t)(d - p);
}

static size_t put_fixed(const struct spc_unit *u, const struct vpd_page *row, uint8_t *p)
{
	memcpy(p, row->bytes, row->width);
	if (row->serial_len)
		put_text(&p[row->serial_at], row->serial_len, u->id.serial);
	return row->width;
}

static size_t put_page(const struct spc_unit *u, const struct vpd_page *row, uint8_t *p)
{
	switch (row->kind) {
	case VPD_FIXED:		return put_fixed(u, row, p);
	case VPD_SERIAL:	return put_serial(u, row, p);
	case VPD_IDENTIFIERS:	return put_identifiers(u, row, p);
	case VPD_END:		break;
	}
	return put_page_list(u->model->vpd, p);
}

/* The list's row is the end of the table: it has none of its own. */
static const struct vpd_page *vpd_row(const struct vpd_page *rows, uint8_t page)
{
	while (rows->kind != VPD_END && rows->page != page)
		rows++;
	return rows->kind != VPD_END || page == PAGE_LIST ? rows : NULL;
}

static enum sts vital_product_data(struct scsi_cmd *cmd, uint8_t page)
{
	const struct spc_unit *u = spc_unit_of(cmd);
	const struct vpd_page *row = vpd_row(u->model->vpd, page);
	uint8_t d[VPD_MAX] = { 0 };
	size_t len;

	if (!row)
		return bad_cdb(cmd, 2, 7);
	len = put_page(u, row, &d[4]);
	d[0] = u->class->device_type;
	d[1] = page;
	be_put(&d[2], 2, (uint32_t)len);
	scsi_reply(cmd, d, 4 + (uint32_t)len);
	return STS_GOOD;
}

enum sts spc_inquiry(struct scsi_cmd *cmd)
{
	const uint8_t page = cmd->cdb[2];

	if (cmd->cdb[1] & CMDDT)
		return bad_cdb(cmd, 1, 1);
	if (cmd->cdb[1] & EVPD)
		return vital_product_data(cmd, page);
	return page ? bad_cdb(cmd, 2, 7) : standard_data(cmd);
}
