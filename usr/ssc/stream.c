// SPDX-License-Identifier: GPL-2.0-only
/*
 * Streams: a WRITE is answered when its data are safe from the end of this program, and put on the
 * tape while the host prepares the next one.  Any other command finds the tape at rest.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "ssc/internal.h"

/* What the transport keeps beside the data. */
struct note {
	le64 object;
	le32 len, partition;
	uint8_t uuid[16];
	char barcode[CART_BARCODE_MAX];		/* filled with zeros */
};
static_assert(sizeof(struct note) == SCSI_NOTE_LEN, "for the next daemon");

bool ssc_stream_begin(struct ssc_drive *d, uint32_t len, uint32_t count)
{
	struct ssc_stream *s = &d->stream;

	if (!s->pipeline || (!s->pipeline->raw && !cart_compresses(d->cart)))
		return false;
	s->room = cart_sure_room(d->cart, cart_block_size(len) * count);
	s->next = cart_position(d->cart);
	s->open = s->room.bytes;
	return s->open;
}

static void put_note(const struct ssc_drive *d, uint32_t len, uint8_t *to)
{
	const struct cart_spec *spec = cart_spec(d->cart);	/* no write changes it */
	struct note n = {
		.object = le64_of(d->stream.next.object), .len = le32_of(len),
		.partition = le32_of(d->stream.next.partition),
	};

	memcpy(n.uuid, spec->uuid, sizeof(n.uuid));
	memcpy(n.barcode, spec->barcode, strnlen(spec->barcode, sizeof(n.barcode)));
	memcpy(to, &n, sizeof(n));
}

static bool has_room(const struct ssc_stream *s, uint32_t len, uint32_t count)
{
	const uint64_t size = cart_block_size(len) * count;

	return size <= s->room.most && size <= s->room.bytes && count <= s->room.blocks;
}

/* What is kept is what the host sent: a note tells blocks by their length alone. */
static bool is_all_kept(const struct scsi_cmd *cmd, uint32_t len, uint32_t count)
{
	return cmd->may_keep && (uint64_t)len * count == cmd->out_len;
}

bool ssc_stream_write(struct scsi_cmd *cmd, uint32_t len, uint32_t count)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	struct ssc_stream *s = &d->stream;
	const struct ssc_blocks blocks = { d->cart, cmd->data, len, count };

	if (!s->open)
		return false;
	if (!is_all_kept(cmd, len, count) || !has_room(s, len, count) ||
	    !s->pipeline->put(s->pipeline, &blocks)) {
		ssc_stream_end(d);
		return false;
	}
	cmd->keep = ++s->number;
	put_note(d, len, cmd->note);
	s->room.bytes -= cart_block_size(len) * count;
	s->room.blocks -= count;
	s->next.object += count;
	return true;
}

static void say_lost(struct ssc_drive *d, uint64_t lost)
{
	const char *why = cart_why_read_only(d->cart);
	char text[CART_WHY_MAX + 96];

	snprintf(text, sizeof(text), "%" PRIu64 " blocks that were answered are lost: %s", lost,
		 why[0] ? why : "the disk is full, or failed");
	d->loader->log(d->loader, text);
}

void ssc_stream_end(struct ssc_drive *d)
{
	struct ssc_stream *s = &d->stream;
	enum cart_rc rc;
	uint64_t lost;

	if (!s->open)
		return;
	s->pipeline->finished(s->pipeline, s->number);
	s->open = false;
	rc = s->pipeline->failure(s->pipeline, &lost);
	if (rc == CART_OK)
		return;
	say_lost(d, lost);
	s->failed = cart_take_deferred(d->cart) ? CART_WRITE_FAILED : rc;
}

uint64_t ssc_stream_on_file(struct ssc_drive *d, uint64_t at_least)
{
	struct ssc_stream *s = &d->stream;

	if (at_least > s->number)
		ssc_stream_end(d);
	if (!s->pipeline || !s->open)
		return s->number;
	return s->pipeline->finished(s->pipeline, at_least);
}

enum sts ssc_stream_gate(struct scsi_cmd *cmd, const struct scsi_op *op)
{
	if (op->run != ssc_write_6)
		ssc_stream_end(ssc_drive_of(cmd));
	return STS_GOOD;
}

static enum cart_rc take_failure(struct ssc_drive *d)
{
	const enum cart_rc rc = d->stream.failed;

	d->stream.failed = CART_OK;
	if (rc || !d->cart || !cart_take_deferred(d->cart))
		return rc;
	d->loader->log(d->loader, cart_why_read_only(d->cart));
	return CART_WRITE_FAILED;
}

enum sts ssc_deferred_error(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	const enum cart_rc rc = take_failure(d);

	if (rc == CART_OK)
		return STS_GOOD;
	ssc_note_write_error(d);
	cmd->extra.deferred = true;
	return ssc_from_cart(rc);
}

bool ssc_kept_read(const uint8_t *note, const uint8_t *data, uint32_t data_len,
		   struct ssc_kept *ret)
{
	struct note n;

	memcpy(&n, note, sizeof(n));
	*ret = (struct ssc_kept){
		.object = le64_get(n.object), .partition = le32_get(n.partition),
		.len = le32_get(n.len), .data = data,
	};
	if (!ret->len || ret->len > CART_BLOCK_MAX || !data_len || data_len % ret->len ||
	    !n.barcode[0])
		return false;
	ret->count = data_len / ret->len;
	memcpy(ret->uuid, n.uuid, sizeof(ret->uuid));
	memcpy(ret->barcode, n.barcode, sizeof(n.barcode));
	return true;
}

enum cart_rc ssc_kept_write(const struct ssc_kept *k, struct cart *cart, uint32_t *ret_written)
{
	const uint64_t end = cart_end_of(cart, k->partition).objects;
	const uint64_t there = end - k->object;
	enum cart_rc rc;

	*ret_written = 0;
	if (k->partition >= cart_partitions(cart) || end < k->object)
		return CART_INVALID;
	if (there >= k->count)
		return CART_OK;
	rc = cart_locate_end(cart, k->partition);
	if (rc == CART_OK || rc == CART_EOD)
		rc = cart_write_blocks(cart, k->data + there * k->len, k->len,
				       k->count - (uint32_t)there, ret_written);
	cart_locate(cart, 0, 0);
	return rc;
}

void ssc_kept_lost(struct ssc_drive *d)
{
	d->stream.failed = CART_WRITE_FAILED;
}
