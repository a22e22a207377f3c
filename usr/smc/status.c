// SPDX-License-Identifier: GPL-2.0-only
/* READ ELEMENT STATUS (SMC-3 6.11): elements in the order of their addresses, a page for a type. */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "smc/inner.h"

enum {
	HEADER = 8, DESCRIPTOR = 12, TAG = 36, IDENTIFIER = 4,	/* bytes */
	DESCRIPTOR_MAX = DESCRIPTOR + TAG + IDENTIFIER + UINT8_MAX,
	NO_BARCODE_LEN = 5,
	CODE_SET_ASCII = 2, TYPE_VENDOR_SPECIFIC = 0, TYPE_T10_VENDOR = 1,
	FULL = 0x01, BY_OPERATOR = 0x02, EXCEPT = 0x04, ACCESS = 0x08, EXPORT = 0x10, IMPORT = 0x20,
	SOURCE_VALID = 0x80, PRIMARY_TAG = 0x80,
};

struct status_query {
	struct smc_changer *c;
	bool tags, ids;
	enum smc_type type;
	uint32_t at, number;		/* index of the first that counts; elements at most */
	const struct smc_search *search;	/* NULL: whatever its barcode */
	uint8_t action;
};

/* What the answer will hold; elements of a type lie together, so a type is a page. */
struct totals {
	uint32_t of[SMC_TYPES], count, bytes;
	uint16_t first;
};

static uint8_t identifier_length(const struct status_query *q, enum smc_type type)
{
	const bool wanted = q->ids || q->c->model->caps & LIB_DVCID_ALWAYS;

	return type == SMC_DRIVE && wanted ? q->c->model->dvcid_len : 0;
}

static uint32_t descriptor_length(const struct status_query *q, enum smc_type type)
{
	const uint32_t tag = q->tags ? TAG : 0;

	return DESCRIPTOR + tag + IDENTIFIER + identifier_length(q, type);
}

static uint8_t status_bits(const struct smc_changer *c, const struct smc_element *e)
{
	const uint8_t full = e->full ? FULL : 0, except = e->except ? EXCEPT : 0;
	const uint8_t access = e->access || !e->full ? ACCESS : 0;

	switch (e->type) {
	case SMC_MAP:
		return (uint8_t)(full | except | EXPORT | IMPORT | (c->map_open ? 0 : ACCESS) |
				 (e->by_operator ? BY_OPERATOR : 0));
	case SMC_SLOT:
	case SMC_DRIVE:
		return (uint8_t)(full | except | access);
	case SMC_PICKER:
	case SMC_ANY:
	case SMC_TYPES:
		break;
	}
	return full | except;
}

static uint8_t volume_type(const struct smc_element *e)
{
	switch (e->volume.kind) {
	case VOLUME_UNKNOWN:    return 0;
	case VOLUME_DATA:       return 1;
	case VOLUME_CLEANING:   return 2;
	case VOLUME_DIAGNOSTIC: return 3;
	case VOLUME_WORM:       return 4;
	}
	return 0;
}

/* Blank padded text in a field that has no terminator. */
static void put_text(uint8_t *field, size_t len, const char *text)
{
	const size_t n = strnlen(text, len);

	memset(field, ' ', len);
	memcpy(field, text, n);
}

/* Identification, two reserved bytes, sequence number 0.  A label may be there and unreadable. */
static void put_tag(uint8_t *d, const struct smc_element *e)
{
	if (e->full && strncmp(e->barcode, "NOBAR", NO_BARCODE_LEN))
		put_text(d, SMC_BARCODE_MAX, e->barcode);
}

/* As in the drive's own VPD page 83h: T10 vendor identification, or the serial number alone. */
static void put_identifier(const struct status_query *q, uint8_t *d, const struct smc_element *e)
{
	const bool serial = q->c->model->caps & LIB_DVCID_SERIAL;
	const uint8_t len = identifier_length(q, e->type);
	char id[8 + 16 + sizeof(e->serial)];

	if (!len || !e->installed)
		return;
	d[0] = CODE_SET_ASCII;
	d[1] = serial ? TYPE_VENDOR_SPECIFIC : TYPE_T10_VENDOR;
	d[3] = len;
	if (serial)
		snprintf(id, sizeof(id), "%s", e->serial);
	else
		snprintf(id, sizeof(id), "%-8.8s%-16.16s%s", e->vendor, e->product, e->serial);
	put_text(&d[4], len, id);
}

/*
 * LUN and SCSI bus address (bytes 6 and 7) stay without their valid bits: with these set, the ch
 * driver holds on to the drives' devices, and neither they nor the module can be removed.
 */
static void reply_element(struct scsi_cmd *cmd, const struct status_query *q,
			  const struct smc_element *e)
{
	uint8_t d[DESCRIPTOR_MAX] = { 0 };

	be_put(&d[0], 2, e->address);
	d[2] = status_bits(q->c, e);
	be_put(&d[4], 2, e->except ? e->asc : 0);
	d[9] = e->full ? volume_type(e) : 0;
	if (e->full && e->has_source) {
		d[9] |= SOURCE_VALID;
		be_put(&d[10], 2, e->source);
	}
	if (q->tags)
		put_tag(&d[DESCRIPTOR], e);
	put_identifier(q, &d[DESCRIPTOR + (q->tags ? TAG : 0)], e);
	scsi_reply(cmd, d, descriptor_length(q, e->type));
}

static bool is_wanted(const struct status_query *q, const struct smc_element *e)
{
	return (q->type == SMC_ANY || e->type == q->type) &&
	       (!q->search || smc_search_finds(q->search, e));
}

static struct totals total(const struct status_query *q)
{
	struct totals t = { 0 };

	for (uint32_t i = q->at; i < q->c->count && t.count < q->number; i++) {
		const struct smc_element *e = &q->c->elements[i];

		if (!is_wanted(q, e))
			continue;
		t.first = t.count++ ? t.first : e->address;
		t.bytes += (t.of[e->type]++ ? 0 : HEADER) + descriptor_length(q, e->type);
	}
	return t;
}

static void reply_header(struct scsi_cmd *cmd, const struct status_query *q,
			 const struct totals *t)
{
	uint8_t d[HEADER] = { 0 };

	be_put(&d[0], 2, t->first);
	be_put(&d[2], 2, t->count);
	d[4] = q->action;
	be_put(&d[5], 3, t->bytes);
	scsi_reply(cmd, d, sizeof(d));
}

static void reply_page_header(struct scsi_cmd *cmd, const struct status_query *q,
			      enum smc_type type, uint32_t n)
{
	const uint32_t len = descriptor_length(q, type);
	uint8_t d[HEADER] = { (uint8_t)type, q->tags ? PRIMARY_TAG : 0 };

	be_put(&d[2], 2, len);
	be_put(&d[5], 3, n * len);
	scsi_reply(cmd, d, sizeof(d));
}

/* Lengths are of the whole report, however little of it the host takes. */
static void reply_status(struct scsi_cmd *cmd, const struct status_query *q)
{
	const struct totals t = total(q);
	enum smc_type page = SMC_ANY;
	uint32_t left = t.count;

	reply_header(cmd, q, &t);
	for (uint32_t i = q->at; left && cmd->in_len < cmd->len; i++) {
		const struct smc_element *e = &q->c->elements[i];

		if (!is_wanted(q, e))
			continue;
		if (e->type != page)
			reply_page_header(cmd, q, e->type, t.of[e->type]);
		page = e->type;
		reply_element(cmd, q, e);
		left--;
	}
}

/* CURDATA needs no answer of its own: nothing has to move for this. */
enum sts smc_read_status(struct scsi_cmd *cmd)
{
	struct smc_changer *c = changer_of(cmd);
	const struct status_query q = {
		.c = c, .tags = cmd->cdb[1] & 0x10, .ids = cmd->cdb[6] & 0x01,
		.type = cmd->cdb[1] & 0x0f, .number = be_get(&cmd->cdb[4], 2),
		.at = inventory_from(c, (uint16_t)be_get(&cmd->cdb[2], 2)),
	};
	const uint32_t of_type = q.type == SMC_ANY ? c->count : c->counts[q.type % SMC_TYPES];

	if (q.type >= SMC_TYPES)
		return bad_cdb(cmd, 1, 3);
	if (of_type && q.at >= (q.type == SMC_ANY ? 0 : c->first[q.type]) + of_type)
		return bad_cdb(cmd, 2, 7);
	reply_status(cmd, &q);
	return STS_GOOD;
}

/* The result of the initiator's last SEND VOLUME TAG; nobody searched, nothing found. */
enum sts smc_request_address(struct scsi_cmd *cmd)
{
	struct smc_changer *c = changer_of(cmd);
	const bool searched = c->search.initiator == cmd->initiator && c->search.valid;
	const uint16_t start = (uint16_t)be_get(&cmd->cdb[2], 2);
	const struct status_query q = {
		.c = c, .tags = cmd->cdb[1] & 0x10, .type = cmd->cdb[1] & 0x0f,
		.number = searched ? be_get(&cmd->cdb[4], 2) : 0, .search = &c->search,
		.at = inventory_from(c, start), .action = c->search.action,
	};

	if (q.type >= SMC_TYPES)
		return bad_cdb(cmd, 1, 3);
	reply_status(cmd, &q);
	return STS_GOOD;
}
