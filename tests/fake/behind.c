// SPDX-License-Identifier: GPL-2.0-only
#include "fake/behind.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/macros.h"

static struct behind *of(struct ssc_pipeline *p)
{
	return container_of(p, struct behind, base);
}

static bool put(struct ssc_pipeline *p, const struct ssc_blocks *blocks)
{
	struct behind *b = of(p);

	if (b->refuse || b->rc)
		return false;
	assert(b->put - b->done < BEHIND_MAX);
	b->todo[b->put++ % BEHIND_MAX] = *blocks;
	return true;
}

static void work_one(struct behind *b)
{
	const struct ssc_blocks t = b->todo[b->done++ % BEHIND_MAX];
	uint32_t n = 0;

	if (b->rc == CART_OK && b->done == b->fail_at)
		b->rc = b->fail_rc;
	else if (b->rc == CART_OK)
		b->rc = cart_write_blocks(t.cart, t.data, t.len, t.count, &n);
	b->lost += t.count - n;
}

void behind_work(struct behind *b, uint64_t n)
{
	for (; n && b->done < b->put; n--)
		work_one(b);
}

static uint64_t finished(struct ssc_pipeline *p, uint64_t at_least)
{
	struct behind *b = of(p);

	while (b->done < b->put && b->done < at_least)
		work_one(b);
	return b->done;
}

static enum cart_rc failure(struct ssc_pipeline *p, uint64_t *ret_lost)
{
	struct behind *b = of(p);
	const enum cart_rc rc = b->rc;

	assert(b->done == b->put);
	*ret_lost = b->lost;
	b->rc = CART_OK;
	b->lost = 0;
	return rc;
}

void behind_init(struct behind *b, struct ssc_drive *d)
{
	*b = (struct behind){ .base = { true, put, finished, failure }, .drive = d,
			      .may_keep = true };
	d->stream.pipeline = &b->base;
}

void behind_forget(struct behind *b)
{
	const uint64_t upto = ssc_stream_on_file(b->drive, 0);
	unsigned int left = 0;

	for (unsigned int i = 0; i < b->n_kept; i++) {
		if (b->kept[i].keep <= upto)
			free(b->kept[i].data);
		else
			b->kept[left++] = b->kept[i];
	}
	b->n_kept = left;
}

void behind_release(struct behind *b)
{
	for (unsigned int i = 0; i < b->n_kept; i++)
		free(b->kept[i].data);
	b->n_kept = 0;
}

/* As the module: kept when it is answered, else the room is the next one's. */
static void answered(struct scsi_cmd *cmd)
{
	struct behind *b = cmd->owner;

	b->status = cmd->status;
	b->keep = cmd->keep;
	b->sense = (struct script_sense){ 0 };
	b->sense_code = cmd->sense_len ? cmd->sense[0] & 0x7f : 0;
	if (cmd->sense_len)
		script_sense_parse(cmd->sense, cmd->sense_len, &b->sense);
	if (!cmd->keep) {
		free(cmd->data);
		return;
	}
	assert(b->n_kept < BEHIND_MAX && cmd->status == SAM_GOOD);
	b->kept[b->n_kept] = (struct behind_kept){
		.keep = cmd->keep, .len = cmd->len, .data = cmd->data,
	};
	memcpy(b->kept[b->n_kept++].note, cmd->note, SCSI_NOTE_LEN);
}

void behind_send(struct behind *b, const void *data, uint32_t bytes, uint32_t len, bool fixed)
{
	struct scsi_cmd cmd = {
		.lu = &b->drive->unit.lu, .cdb = { 0x0a, fixed }, .out_len = bytes,
		.may_keep = b->may_keep, .done = answered, .owner = b, .data = malloc(bytes),
	};

	be_put(&cmd.cdb[2], 3, len);
	memcpy(cmd.data, data, bytes);
	behind_forget(b);
	scsi_dispatch(&cmd);
}

void behind_write(struct behind *b, const void *data, uint32_t len, uint32_t count)
{
	behind_send(b, data, len, count ? count : len, count);
}

struct bed *bed_new(const char *product, enum cart_type type, uint64_t capacity)
{
	struct bed *bed = calloc(1, sizeof(*bed));

	rig_init(&bed->r, product);
	rig_make(&bed->r, "E01001L8", "LTO8", type, capacity);
	rig_insert(&bed->r, "E01001L8");
	behind_init(&bed->b, &bed->r.drive);
	return bed;
}

void bed_send(struct bed *bed, const struct step *row)
{
	script_send(&bed->r.script, row);
}

void bed_rewind(struct bed *bed)
{
	bed_send(bed, &(struct step){ "", { 0x01 } });
}

void bed_write(struct bed *bed)
{
	static const uint8_t block[BED_LEN];

	behind_write(&bed->b, block, BED_LEN, 0);
}

bool bed_is_early(const struct bed *bed)
{
	return bed->b.keep && bed->b.status == SAM_GOOD;
}

bool bed_is_plain(const struct bed *bed)
{
	return !bed->b.keep && bed->b.status == SAM_GOOD;
}

uint64_t bed_objects(const struct bed *bed)
{
	const struct cart *c = bed->r.drive.cart;

	return cart_end_of(c, cart_position(c).partition).objects;
}

int bed_end(struct bed *bed)
{
	const int failed = bed->r.failed;

	rig_release(&bed->r);
	behind_release(&bed->b);
	free(bed);
	return failed;
}
