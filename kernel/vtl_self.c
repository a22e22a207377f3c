// SPDX-License-Identifier: GPL-2.0-only
/* What the module says itself: which LUNs there are, and what a unit is while it has no daemon. */
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "vtl.h"

#define STD_LEN		36	/* SPC-4 6.6.2 */
#define VPD_HEAD	4
#define VPD_MAX		(VPD_HEAD + 32)
#define RMB		0x80

static void fill(u8 *to, const char *from, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		to[i] = from[i] ?: ' ';
}

/* As much of it as fits the CDB's allocation length and the buffer. */
static void good(struct scsi_cmnd *scmd, const void *data, u32 len, u32 alloc)
{
	const u32 moved = min3(len, alloc, scsi_bufflen(scmd));

	if (moved)
		sg_copy_from_buffer(scsi_sglist(scmd), scsi_sg_count(scmd), data, moved);
	scsi_set_resid(scmd, scsi_bufflen(scmd) - moved);
	scmd->result = SAM_STAT_GOOD;
}

static void check(struct scsi_cmnd *scmd, u8 key, u8 asc, u8 ascq)
{
	scsi_set_resid(scmd, scsi_bufflen(scmd));
	scsi_build_sense(scmd, 0, key, asc, ascq);
}

static void inquiry_std(struct scsi_cmnd *scmd, u8 type, const struct vtl_identity *id)
{
	u8 d[STD_LEN] = { type, RMB, id->version, 2, STD_LEN - 5 };

	fill(d + 8, id->vendor, sizeof(id->vendor));
	fill(d + 16, id->product, sizeof(id->product));
	fill(d + 32, id->revision, sizeof(id->revision));
	good(scmd, d, sizeof(d), get_unaligned_be16(scmd->cmnd + 3));
}

static u32 vpd_list(const struct vtl_identity *id, u8 *d)
{
	u32 n = 0;

	d[n++] = 0x00;
	if (id->serial[0])
		d[n++] = 0x80;
	if (memchr_inv(id->naa, 0, sizeof(id->naa)))
		d[n++] = 0x83;
	return n;
}

static u32 vpd_serial(const struct vtl_identity *id, u8 *d)
{
	const u32 n = strnlen(id->serial, sizeof(id->serial));

	memcpy(d, id->serial, n);
	return n;
}

/* SPC-4 7.8.6.6: binary, of the logical unit, NAA. */
static u32 vpd_naa(const struct vtl_identity *id, u8 *d)
{
	if (!memchr_inv(id->naa, 0, sizeof(id->naa)))
		return 0;
	d[0] = 0x01;
	d[1] = 0x03;
	d[3] = sizeof(id->naa);
	memcpy(d + 4, id->naa, sizeof(id->naa));
	return 4 + sizeof(id->naa);
}

static void inquiry_vpd(struct scsi_cmnd *scmd, u8 type, const struct vtl_identity *id)
{
	u8 d[VPD_MAX] = { type, scmd->cmnd[2] };
	u32 n = 0;

	BUILD_BUG_ON(sizeof(id->serial) > VPD_MAX - VPD_HEAD);
	switch (scmd->cmnd[2]) {
	case 0x00:
		n = vpd_list(id, d + VPD_HEAD);
		break;
	case 0x80:
		n = vpd_serial(id, d + VPD_HEAD);
		break;
	case 0x83:
		n = vpd_naa(id, d + VPD_HEAD);
		break;
	}
	d[3] = n;
	if (n)
		good(scmd, d, VPD_HEAD + n, get_unaligned_be16(scmd->cmnd + 3));
	else
		check(scmd, ILLEGAL_REQUEST, 0x24, 0x00);
}

static void inquiry(struct scsi_cmnd *scmd, u8 type, const struct vtl_identity *id)
{
	if (scmd->cmnd[1] & 1)
		inquiry_vpd(scmd, type, id);
	else if (scmd->cmnd[2])
		check(scmd, ILLEGAL_REQUEST, 0x24, 0x00);
	else
		inquiry_std(scmd, type, id);
}

/* SPC-4 6.33; no well-known units.  BUSY is tried again. */
static void report_luns(struct scsi_cmnd *scmd)
{
	struct scsi_device *sdev = scmd->device;
	const u8 which = scmd->cmnd[2];
	__be64 *data;
	u64 *luns;
	u32 i, n;

	if (which > 2)
		return check(scmd, ILLEGAL_REQUEST, 0x24, 0x00);
	data = kzalloc((VTL_MAX_UNITS + 1) * sizeof(*data), GFP_ATOMIC);
	if (!data) {
		scmd->result = SAM_STAT_BUSY;
		return;
	}
	luns = (u64 *)(data + 1);
	n = which == 1 ? 0 : vtl_table_luns(shost_priv(sdev->host), sdev->channel, sdev->id, luns);
	for (i = 0; i < n; i++)
		int_to_scsilun(luns[i], (struct scsi_lun *)(data + 1 + i));
	put_unaligned_be32(n * sizeof(*data), data);
	good(scmd, data, (n + 1) * sizeof(*data), get_unaligned_be32(scmd->cmnd + 6));
	kfree(data);
}

/* As parameter data, not as a CHECK CONDITION: the question itself can be answered. */
static void request_sense(struct scsi_cmnd *scmd, u8 key, u8 asc)
{
	u8 d[18] = { 0 };
	const bool desc = scmd->cmnd[1] & 1;

	scsi_build_sense_buffer(desc, d, key, asc, 0x00);
	good(scmd, d, desc ? 8 : sizeof(d), scmd->cmnd[4]);
}

/* SPC-4 6.6.2: qualifier 3, type 1Fh. */
void vtl_self_no_lun(struct scsi_cmnd *scmd)
{
	static const struct vtl_identity nobody = { .version = 5 };

	switch (scmd->cmnd[0]) {
	case INQUIRY:
		inquiry(scmd, 0x7f, &nobody);
		break;
	case REPORT_LUNS:
		report_luns(scmd);
		break;
	case REQUEST_SENSE:
		request_sense(scmd, ILLEGAL_REQUEST, 0x25);
		break;
	default:
		check(scmd, ILLEGAL_REQUEST, 0x25, 0x00);
	}
	scsi_done(scmd);
}

bool vtl_self_is_question(u8 op)
{
	return op == INQUIRY || op == TEST_UNIT_READY || op == REQUEST_SENSE;
}

static void offline(struct vtl_lu *lu, struct scsi_cmnd *scmd)
{
	if (scmd->cmnd[0] == INQUIRY)
		inquiry(scmd, lu->type, &lu->identity);
	else if (scmd->cmnd[0] == REQUEST_SENSE)
		request_sense(scmd, NOT_READY, 0x04);
	else
		check(scmd, NOT_READY, 0x04, 0x00);
}

/* GRACE: its daemon died with it; the midlayer does not retry this sense. */
void vtl_self_answer(struct vtl_lu *lu, struct scsi_cmnd *scmd, enum vtl_state why)
{
	if (why == VTL_STATE_REMOVED) {
		scsi_set_resid(scmd, scsi_bufflen(scmd));
		set_host_byte(scmd, DID_NO_CONNECT);
	} else if (scmd->cmnd[0] == REPORT_LUNS) {
		report_luns(scmd);
	} else if (why == VTL_STATE_OFFLINE) {
		offline(lu, scmd);
	} else {
		check(scmd, HARDWARE_ERROR, 0x44, 0x00);
	}
	scsi_done(scmd);
}
