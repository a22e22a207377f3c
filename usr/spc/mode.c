// SPDX-License-Identifier: GPL-2.0-only
/* Mode pages: their bytes, and MODE SENSE (SPC-5). */
#include <string.h>

#include "base/bytes.h"
#include "spc/internal.h"

enum {
	CONTROL_PAGE = 0x0a, D_SENSE = 0x04,
	DBD = 0x08,
	PC_CURRENT = 0, PC_CHANGEABLE = 1, PC_DEFAULT = 2, PC_SAVED = 3,
	MODE_DATA_MAX = 4096, DESCRIPTOR_LEN = 8,
};

uint32_t spc_modes_size(const struct unit_model *model)
{
	uint32_t size = 0;

	for (const struct mode_page *row = model->mode; row->value; row++)
		size += row->len;
	return size;
}

void spc_modes_changed(struct spc_unit *u)
{
	const uint8_t *control = spc_mode_page(u, CONTROL_PAGE, 0);

	u->lu.descriptor_sense = control && (control[2] & D_SENSE);
}

void spc_modes_restore(struct spc_unit *u)
{
	uint8_t *p = u->modes.current;

	for (const struct mode_page *row = u->model->mode; row->value; p += row->len, row++)
		memcpy(p, row->value, row->len);
	spc_modes_changed(u);
}

const struct mode_page *spc_mode_row(const struct spc_unit *u, uint8_t page, uint8_t subpage)
{
	for (const struct mode_page *row = u->model->mode; row->value; row++)
		if (row->page == page && row->subpage == subpage)
			return row;
	return NULL;
}

uint8_t *spc_mode_bytes(const struct spc_unit *u, const struct mode_page *row)
{
	uint8_t *p = u->modes.current;

	for (const struct mode_page *r = u->model->mode; r != row; r++)
		p += r->len;
	return p;
}

uint8_t *spc_mode_page_edit(struct spc_unit *u, uint8_t page, uint8_t subpage)
{
	const struct mode_page *row = spc_mode_row(u, page, subpage);

	return row ? spc_mode_bytes(u, row) : NULL;
}

const uint8_t *spc_mode_page(const struct spc_unit *u, uint8_t page, uint8_t subpage)
{
	const struct mode_page *row = spc_mode_row(u, page, subpage);

	return row ? spc_mode_bytes(u, row) : NULL;
}

void spc_mode_show(struct spc_unit *u, const struct mode_page *row, uint8_t *page)
{
	memcpy(page, spc_mode_bytes(u, row), row->len);
	if (u->class->mode_refresh)
		u->class->mode_refresh(u, row, page);
}

/* Page header: page_0 format has two bytes of it, sub_page format four. */
static uint8_t header_len(const struct mode_page *row)
{
	return row->subpage ? 4 : 2;
}

static void show_mask(const struct mode_page *row, uint8_t *page)
{
	const uint8_t head = header_len(row);

	memcpy(page, row->value, row->len);
	if (row->mask)
		memcpy(page + head, row->mask + head, (size_t)row->len - head);
	else
		memset(page + head, 0, (size_t)row->len - head);
}

/* What no host can change has no default but what it is. */
static void show(struct spc_unit *u, const struct mode_page *row, uint8_t control, uint8_t *page)
{
	if (control == PC_CHANGEABLE)
		show_mask(row, page);
	else if (control == PC_DEFAULT && row->mask)
		memcpy(page, row->value, row->len);
	else
		spc_mode_show(u, row, page);
}

/* What MODE SENSE asks for, and where the answer grows. */
struct answer {
	uint8_t page, subpage, control;
	uint8_t bytes[MODE_DATA_MAX];
	uint32_t len, max;	/* max: what the length field can tell */
	bool found;
};

static bool asked_for(const struct answer *a, const struct mode_page *row)
{
	if (a->page != MODE_ALL_PAGES && a->page != row->page)
		return false;
	return a->subpage == MODE_ALL_SUBPAGES || a->subpage == row->subpage;
}

/* A page that would not fit is left out whole: what is told stays true. */
static void add_pages(struct spc_unit *u, struct answer *a)
{
	for (const struct mode_page *row = u->model->mode; row->value; row++) {
		if (!asked_for(a, row))
			continue;
		a->found = true;
		if (a->len + row->len > a->max)
			continue;
		show(u, row, a->control, &a->bytes[a->len]);
		a->len += row->len;
	}
}

static bool page_known(const struct spc_unit *u, uint8_t page)
{
	for (const struct mode_page *row = u->model->mode; row->value; row++)
		if (row->page == page)
			return true;
	return false;
}

/* Page 0 without such a row asks for header and block descriptor alone, as st(4) does. */
static enum sts find_pages(struct scsi_cmd *cmd, struct answer *a)
{
	struct spc_unit *u = spc_unit_of(cmd);

	if (a->page == MODE_ALL_PAGES && a->subpage && a->subpage != MODE_ALL_SUBPAGES)
		return bad_cdb(cmd, 3, 7);
	add_pages(u, a);
	if (a->found || (!a->page && !a->subpage))
		return STS_GOOD;
	return page_known(u, a->page) ? bad_cdb(cmd, 3, 7) : bad_cdb(cmd, 2, 5);
}

/* Mode parameter header of 4 or 8 bytes, its own length field left out. */
static void put_header(struct spc_unit *u, struct answer *a, bool six, bool descriptor)
{
	uint8_t medium_type = 0, specific = 0, block[DESCRIPTOR_LEN] = { 0 };
	uint8_t *h = a->bytes;

	if (u->class->mode_header)
		u->class->mode_header(u, &medium_type, &specific, block);
	h[six ? 1 : 2] = medium_type;
	h[six ? 2 : 3] = specific;
	a->len = six ? 4 : 8;
	a->max = six ? 256 : MODE_DATA_MAX;
	if (!descriptor)
		return;
	h[six ? 3 : 7] = DESCRIPTOR_LEN;
	memcpy(&h[a->len], block, DESCRIPTOR_LEN);
	a->len += DESCRIPTOR_LEN;
}

static enum sts mode_sense(struct scsi_cmd *cmd, bool six)
{
	struct spc_unit *u = spc_unit_of(cmd);
	struct answer a = {
		.page = cmd->cdb[2] & 0x3f,
		.subpage = cmd->cdb[3],
		.control = cmd->cdb[2] >> 6,
	};
	enum sts sts;

	if (a.control == PC_SAVED)
		return STS_SAVING_UNSUPPORTED;
	put_header(u, &a, six, u->class->block_descriptor && !(cmd->cdb[1] & DBD));
	sts = find_pages(cmd, &a);
	if (sts != STS_GOOD)
		return sts;
	if (six)
		a.bytes[0] = (uint8_t)(a.len - 1);
	else
		be_put(&a.bytes[0], 2, a.len - 2);
	scsi_reply(cmd, a.bytes, a.len);
	return STS_GOOD;
}

enum sts spc_mode_sense_6(struct scsi_cmd *cmd)
{
	return mode_sense(cmd, true);
}

/* LLBAA allows long descriptors; it does not ask for them. */
enum sts spc_mode_sense_10(struct scsi_cmd *cmd)
{
	return mode_sense(cmd, false);
}
