// SPDX-License-Identifier: GPL-2.0-only
/* READ ATTRIBUTE and WRITE ATTRIBUTE: SPC-5 6.18, 6.47. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "ssc/internal.h"

enum { READ_ONLY = 0x80, FORMAT = 0x03, HEADER = 5 };

static bool is_device(uint16_t id)
{
	return id < 0x0800;
}

/*
 * The attribute with the lowest id >= from, the drive's or a host's; a host's counts where both
 * are there.  buf holds the drive's.
 */
static bool next_attribute(const struct ssc_drive *d, uint32_t partition, uint32_t from,
			   uint8_t *buf, struct cart_attribute *ret)
{
	struct cart_attribute stored = { 0 };
	bool device, host;

	if (from > UINT16_MAX)
		return false;
	device = ssc_attribute_device(d, partition, (uint16_t)from, buf, ret);
	host = cart_attribute_next(d->cart, partition, (uint16_t)from, &stored) == CART_OK;
	if (host && (!device || stored.id <= ret->id))
		*ret = stored;
	return device || host;
}

static enum sts check_partition(struct scsi_cmd *cmd)
{
	const struct ssc_drive *d = ssc_drive_of(cmd);

	if (cmd->cdb[5])
		return bad_cdb(cmd, 5, 7);	/* one logical volume, 0 */
	return cmd->cdb[7] < cart_partitions(d->cart) ? STS_GOOD : bad_cdb(cmd, 7, 7);
}

typedef void put_attribute(struct scsi_cmd *cmd, const struct cart_attribute *a);

static void put_value(struct scsi_cmd *cmd, const struct cart_attribute *a)
{
	uint8_t h[HEADER] = { 0 };

	be_put(h, 2, a->id);
	h[2] = (uint8_t)((a->format & FORMAT) | (is_device(a->id) ? READ_ONLY : 0));
	be_put(&h[3], 2, a->len);
	scsi_reply(cmd, h, sizeof(h));
	scsi_reply(cmd, a->value, a->len);
}

static void put_id(struct scsi_cmd *cmd, const struct cart_attribute *a)
{
	uint8_t id[2];

	be_put(id, 2, a->id);
	scsi_reply(cmd, id, sizeof(id));
}

/* AVAILABLE DATA is what there would be, whatever the host has room for. */
static enum sts walk(struct scsi_cmd *cmd, uint32_t first, bool values)
{
	const struct ssc_drive *d = ssc_drive_of(cmd);
	put_attribute *put = values ? put_value : put_id;
	uint8_t buf[SSC_ATTRIBUTE_MAX], header[4];
	uint32_t available = 0;
	struct cart_attribute a;

	for (uint32_t id = first; next_attribute(d, cmd->cdb[7], id, buf, &a); id = a.id + 1u)
		available += values ? HEADER + (uint32_t)a.len : 2u;
	if (!available)
		return bad_cdb(cmd, 8, 7);
	be_put(header, 4, available);
	scsi_reply(cmd, header, sizeof(header));
	for (uint32_t id = first; next_attribute(d, cmd->cdb[7], id, buf, &a); id = a.id + 1u)
		put(cmd, &a);
	return STS_GOOD;
}

enum sts ssc_attribute_values(struct scsi_cmd *cmd)
{
	const enum sts sts = check_partition(cmd);

	return sts ? sts : walk(cmd, be_get(&cmd->cdb[8], 2), true);
}

enum sts ssc_attribute_list(struct scsi_cmd *cmd)
{
	const enum sts sts = check_partition(cmd);

	return sts ? sts : walk(cmd, 0, false);
}

static enum sts put_range(struct scsi_cmd *cmd, uint32_t n)
{
	const uint8_t p[4] = { 0, 2, 0, (uint8_t)n };

	scsi_reply(cmd, p, sizeof(p));
	return STS_GOOD;
}

enum sts ssc_attribute_volumes(struct scsi_cmd *cmd)
{
	return put_range(cmd, 1);
}

enum sts ssc_attribute_partitions(struct scsi_cmd *cmd)
{
	return put_range(cmd, cart_partitions(ssc_drive_of(cmd)->cart));
}

/* What is there, and what hosts may add; vendors' ranges are not spelled out. */
enum sts ssc_attribute_supported(struct scsi_cmd *cmd)
{
	const struct ssc_drive *d = ssc_drive_of(cmd);
	uint8_t ids[2 * 128], header[4], buf[SSC_ATTRIBUTE_MAX];
	struct cart_attribute a;
	uint32_t n = 0;

	for (uint32_t id = 0; id < 0x1000; id++) {
		const struct cart_attribute deletion = { .id = (uint16_t)id };

		if (ssc_attribute_allowed(&deletion) ||
		    (ssc_attribute_device(d, 0, (uint16_t)id, buf, &a) && a.id == id))
			be_put(&ids[2 * n++], 2, id);
	}
	be_put(header, 4, 2 * n);
	scsi_reply(cmd, header, sizeof(header));
	scsi_reply(cmd, ids, 2 * n);
	return STS_GOOD;
}

/* One attribute of the list; *at moves past it. */
static enum sts take_attribute(struct scsi_cmd *cmd, uint32_t end, uint32_t *at,
			       struct cart_attribute *ret)
{
	const uint8_t *p = cmd->data + *at;

	if (end - *at < HEADER)
		return STS_LIST_LENGTH;
	*ret = (struct cart_attribute){
		.id = (uint16_t)be_get(p, 2), .format = p[2] & FORMAT,
		.len = (uint16_t)be_get(&p[3], 2), .value = p + HEADER,
	};
	if (end - *at - HEADER < ret->len)
		return STS_LIST_LENGTH;
	if (!ssc_attribute_allowed(ret))
		return bad_param(cmd, (uint16_t)*at, 7);
	*at += HEADER + (uint32_t)ret->len;
	return STS_GOOD;
}

static enum sts take_list(struct scsi_cmd *cmd, uint32_t end, struct cart_attribute *list,
			  size_t *ret_n)
{
	size_t n = 0;

	for (uint32_t at = 4; at < end; n++) {
		const enum sts sts = take_attribute(cmd, end, &at, &list[n]);

		if (sts)
			return sts;
	}
	*ret_n = n;
	return STS_GOOD;
}

static bool listed(const struct cart_attribute *list, size_t n, uint16_t id)
{
	while (n && list[n - 1].id != id)
		n--;
	return n;
}

/* In the memory that attribute 0004h tells of; what only deletes always does. */
static bool fits(const struct ssc_drive *d, uint32_t partition, const struct cart_attribute *list,
		 size_t n)
{
	struct cart_attribute a = { 0 };
	uint64_t added = 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		added += list[i].len ? HEADER + (uint64_t)list[i].len : 0;
	for (uint32_t id = 0; id <= UINT16_MAX; id = a.id + 1u) {
		if (cart_attribute_next(d->cart, partition, (uint16_t)id, &a))
			break;
		kept += listed(list, n, a.id) ? 0 : HEADER + (uint64_t)a.len;
	}
	return !added || kept + added <= d->medium->mam_bytes;
}

/* All of the list or nothing. */
static enum sts store(struct scsi_cmd *cmd, const struct cart_attribute *list, size_t n)
{
	const struct ssc_drive *d = ssc_drive_of(cmd);
	enum cart_rc rc = CART_FULL;

	if (fits(d, cmd->cdb[7], list, n))
		rc = n ? cart_attribute_set(d->cart, cmd->cdb[7], list, n) : CART_OK;
	if (rc == CART_FULL)
		return STS_MAM_FULL;
	return rc == CART_INVALID ? bad_param(cmd, 4, 7) : ssc_from_cart(rc);
}

enum sts ssc_write_attribute(struct scsi_cmd *cmd)
{
	struct cart_attribute *list;
	enum sts sts = check_partition(cmd);
	size_t n = 0;

	if (sts || !cmd->len)
		return sts;
	if (cmd->len < 4 || be_get(cmd->data, 4) > cmd->len - 4)
		return STS_LIST_LENGTH;
	list = calloc(cmd->len / HEADER + 1, sizeof(*list));
	if (!list)
		return STS_NO_MEMORY;
	sts = take_list(cmd, 4 + be_get(cmd->data, 4), list, &n);
	if (!sts)
		sts = store(cmd, list, n);
	free(list);
	return sts;
}
