// SPDX-License-Identifier: GPL-2.0-only
/* PERSISTENT RESERVE IN (SPC-5). */
#include "base/bytes.h"
#include "base/macros.h"
#include "spc/internal.h"

enum {
	READ_KEYS = 0x00, READ_RESERVATION = 0x01, REPORT_CAPABILITIES = 0x02,
	READ_FULL_STATUS = 0x03,
	STATUS_LEN = 24, TRANSPORT_ID_LEN = 24, PROTOCOL_SAS = 0x06,
	R_HOLDER = 0x01, RELATIVE_PORT = 1,
};

static uint32_t count(const struct spc_reservation *r)
{
	uint32_t n = 0;

	for (int i = 0; i < SPC_REGISTRANTS; i++)
		n += r->registrants[i].used;
	return n;
}

static void reply_header(struct scsi_cmd *cmd, const struct spc_reservation *r, uint32_t len)
{
	uint8_t h[8];

	be_put(&h[0], 4, r->generation);
	be_put(&h[4], 4, len);
	scsi_reply(cmd, h, sizeof(h));
}

static enum sts read_keys(struct scsi_cmd *cmd, const struct spc_reservation *r)
{
	uint8_t key[8];

	reply_header(cmd, r, count(r) * 8);
	for (int i = 0; i < SPC_REGISTRANTS; i++) {
		if (!r->registrants[i].used)
			continue;
		be_put64(key, 8, r->registrants[i].key);
		scsi_reply(cmd, key, sizeof(key));
	}
	return STS_GOOD;
}

/* Of an all registrants type nobody's key is the reservation's: 0. */
static enum sts read_reservation(struct scsi_cmd *cmd, struct spc_reservation *r)
{
	const struct spc_registrant *holder = spc_pr_registrant(r, r->holder);
	uint8_t d[16] = { 0 };

	reply_header(cmd, r, r->type ? sizeof(d) : 0);
	if (!r->type)
		return STS_GOOD;
	if (!spc_pr_all_hold(r) && holder)
		be_put64(d, 8, holder->key);
	d[13] = r->type;
	scsi_reply(cmd, d, sizeof(d));
	return STS_GOOD;
}

/* ATP_C, for there is one port; TMV; all types; nothing survives power loss. */
static enum sts report_capabilities(struct scsi_cmd *cmd)
{
	static const uint8_t d[8] = { 0x00, 0x08, 0x04, 0x80, 0xea, 0x01 };

	scsi_reply(cmd, d, sizeof(d));
	return STS_GOOD;
}

/* The initiator's number goes where SAS has its port name: SPC-5 has no TransportID for others. */
static void put_status(struct spc_reservation *r, const struct spc_registrant *who, uint8_t *d)
{
	be_put64(&d[0], 8, who->key);
	if (spc_pr_holds(r, who)) {
		d[12] = R_HOLDER;
		d[13] = r->type;
	}
	be_put(&d[18], 2, RELATIVE_PORT);
	be_put(&d[20], 4, TRANSPORT_ID_LEN);
	d[STATUS_LEN] = PROTOCOL_SAS;
	be_put64(&d[STATUS_LEN + 4], 8, who->initiator);
}

static enum sts read_full_status(struct scsi_cmd *cmd, struct spc_reservation *r)
{
	reply_header(cmd, r, count(r) * (STATUS_LEN + TRANSPORT_ID_LEN));
	for (int i = 0; i < SPC_REGISTRANTS; i++) {
		uint8_t d[STATUS_LEN + TRANSPORT_ID_LEN] = { 0 };

		if (!r->registrants[i].used)
			continue;
		put_status(r, &r->registrants[i], d);
		scsi_reply(cmd, d, sizeof(d));
	}
	return STS_GOOD;
}

enum sts spc_pr_in(struct scsi_cmd *cmd)
{
	struct spc_reservation *r = &spc_unit_of(cmd)->pr;

	if (r->reserved)			/* SPC-2 5.5.1 */
		return STS_CONFLICT;
	switch (cmd->cdb[1] & 0x1f) {
	case READ_KEYS:			return read_keys(cmd, r);
	case READ_RESERVATION:		return read_reservation(cmd, r);
	case REPORT_CAPABILITIES:	return report_capabilities(cmd);
	case READ_FULL_STATUS:		return read_full_status(cmd, r);
	default:			return bad_cdb(cmd, 1, 4);
	}
}
