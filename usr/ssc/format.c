// SPDX-License-Identifier: GPL-2.0-only
/* ERASE, FORMAT MEDIUM, SET CAPACITY, ALLOW OVERWRITE: SSC-5 6.2, 7.1, 7.4, 7.11. */
#include <string.h>

#include "base/bytes.h"
#include "ssc/internal.h"

#define OVERWRITE_FORMAT UINT64_MAX

/* Short or long: the data ends here (SHORT ERASE MODE 2 of page 10h/01h). */
enum sts ssc_erase_6(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	const enum sts sts = ssc_prepare_write(cmd);

	return sts ? sts : ssc_from_cart(cart_erase(d->cart));
}

uint32_t ssc_partitions_max(const struct ssc_drive *d)
{
	uint32_t max = CART_PARTITIONS;

	if (!(d->model->caps & CAP_PARTITIONS))
		return 1;
	if (d->medium)
		max = d->medium->partitions;
	return max < CART_PARTITIONS ? max : CART_PARTITIONS;
}

enum { FDP_SDP = 0xc0, IDP = 0x20, SIZES_AT = 8, REMAINDER = 0xffff, EXPONENT_MAX = 12 };

static uint64_t unit_of(const uint8_t *page)
{
	const uint8_t psum = page[4] >> 3 & 0x03;
	const unsigned int exponent = psum == 3 ? page[6] & 0x0f : psum * 3u;
	uint64_t unit = 1;

	for (unsigned int i = 0; i < exponent; i++)
		unit *= 10;
	return unit;
}

/*
 * A host that asks for gigabytes on a small cartridge, and leaves the remainder to one partition,
 * gets the others smaller: half of the medium at most.
 */
static void scale(struct ssc_partitions *p, uint64_t sum, uint64_t capacity)
{
	for (uint32_t i = 0; sum > capacity / 2 && i < p->n; i++)
		p->sizes[i] = (uint64_t)((double)p->sizes[i] / (double)sum *
					 (double)(capacity / 2));
}

static uint8_t plan_sizes(const uint8_t *page, uint64_t capacity, struct ssc_partitions *p)
{
	uint32_t rest = p->n;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < p->n; i++) {
		const uint8_t at = (uint8_t)(SIZES_AT + 2 * i);
		const uint32_t size = be_get(&page[at], 2);

		if (!size || (size == REMAINDER && rest < p->n))
			return at;
		if (size == REMAINDER)
			rest = i;
		p->sizes[i] = size == REMAINDER ? 0 : size * unit_of(page);
		sum += p->sizes[i];
	}
	if (rest == p->n)
		return sum > capacity ? SIZES_AT : 0;
	scale(p, sum, capacity);
	sum = 0;
	for (uint32_t i = 0; i < p->n; i++)
		sum += p->sizes[i];
	p->sizes[rest] = capacity - sum;
	return 0;
}

uint8_t ssc_partitions_plan(const uint8_t *page, uint64_t capacity, uint32_t max,
			    struct ssc_partitions *ret)
{
	struct ssc_partitions p = { .n = page[3] + 1u };
	uint8_t bad = 0;

	if (p.n > max)
		return 3;
	if ((page[6] & 0x0f) > EXPONENT_MAX)
		return 6;
	if (page[4] & IDP)
		bad = page[4] & FDP_SDP ? 4 : plan_sizes(page, capacity, &p);
	else
		for (uint32_t i = 0; i < p.n; i++)
			p.sizes[i] = capacity / p.n;
	if (!bad)
		*ret = p;
	return bad;
}

static enum sts check_start(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	const struct cart_pos pos = cart_position(d->cart);

	if (pos.partition || pos.object)
		return STS_POSITION_PAST_BOP;
	if (d->overwrite_allowed && d->overwrite_at == OVERWRITE_FORMAT)
		d->overwrite_at = 0;
	return ssc_prepare_write(cmd);
}

static enum sts format(struct ssc_drive *d, const struct ssc_partitions *p)
{
	const enum cart_rc rc = cart_format(d->cart, p->n, p->sizes, cart_spec(d->cart)->density);

	if (rc == CART_OK)
		d->partition_chosen = false;
	return ssc_from_cart(rc);
}

/* 0: one partition; 1 and 2: those that MODE SELECT of page 11h asked for. */
enum sts ssc_format_medium(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	const uint8_t how = cmd->cdb[2] & 0x0f;
	const uint64_t capacity = cart_spec(d->cart)->capacity;
	struct ssc_partitions p = { 1, { capacity } };
	enum sts sts;

	if (how > 2 || (how && !(d->model->caps & CAP_PARTITIONS)))
		return bad_cdb(cmd, 2, 3);
	sts = check_start(cmd);
	if (sts)
		return sts;
	if (how && d->partition_chosen &&
	    ssc_partitions_plan(d->partition_page, capacity, ssc_partitions_max(d), &p))
		return STS_PARAM_VALUE;	/* the cartridge is another one than at MODE SELECT */
	return format(d, &p);
}

/* A proportion of the medium, in 1/65535. */
enum sts ssc_set_capacity(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	const uint64_t proportion = be_get(&cmd->cdb[3], 2);
	const uint64_t capacity = cart_spec(d->cart)->capacity;
	struct ssc_partitions p = { .n = 1 };
	const enum sts sts = check_start(cmd);

	if (sts)
		return sts;
	p.sizes[0] = capacity / 65535 * proportion + capacity % 65535 * proportion / 65535;
	return format(d, &p);
}

enum { OVERWRITE_OFF, OVERWRITE_HERE, OVERWRITE_AT_FORMAT };

/* SSC-5 7.1: what append-only mode lets a host write over, once. */
enum sts ssc_allow_overwrite(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	const struct cart_pos pos = cart_position(d->cart);
	const uint64_t object = be_get64(&cmd->cdb[4], 8);
	const uint8_t mode = cmd->cdb[2] & 0x0f;

	if (mode > OVERWRITE_AT_FORMAT)
		return bad_cdb(cmd, 2, 3);
	if (cmd->cdb[3] >= cart_partitions(d->cart))
		return bad_cdb(cmd, 3, 7);
	if (mode == OVERWRITE_HERE && (cmd->cdb[3] != pos.partition || object != pos.object))
		return STS_BAD_POSITION;
	d->overwrite_allowed = mode != OVERWRITE_OFF;
	d->overwrite_at = mode == OVERWRITE_HERE ? object : OVERWRITE_FORMAT;
	return STS_GOOD;
}
