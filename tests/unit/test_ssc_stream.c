// SPDX-License-Identifier: GPL-2.0-only
/* Streams: which WRITEs are answered before they are on file, and what a host may know of that. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/behind.h"
#include "media/internal.h"
#include "ssc/internal.h"

static const uint8_t block[7 * BED_LEN];

static struct bed *new_bed(void)
{
	return bed_new("ULT3580-TD8", CART_DATA_TAPE, 0);
}

/* At the end of data, a stream under way with n blocks that nobody has written yet. */
static void stream(struct bed *bed, unsigned int n)
{
	bed_write(bed);
	for (unsigned int i = 0; i < n; i++)
		bed_write(bed);
}

static void want_note(struct bed *bed, const struct behind_kept *k, uint64_t object)
{
	const struct cart_spec *spec = cart_spec(bed->r.drive.cart);
	struct ssc_kept is;

	rig_want(&bed->r, ssc_kept_read(k->note, k->data, k->len, &is), "its note can be read");
	rig_want(&bed->r, is.object == object && is.len == BED_LEN && is.count == 1 &&
		 is.partition == 0 && is.data == k->data, "and says which block that is");
	rig_want(&bed->r, !strcmp(is.barcode, "E01001L8") &&
		 !memcmp(is.uuid, spec->uuid, sizeof(is.uuid)), "of which cartridge");
}

static int test_early(void)
{
	struct bed *bed = new_bed();

	bed_write(bed);
	rig_want(&bed->r, bed_is_plain(bed), "the first block of a tape is written at once");
	for (uint64_t i = 1; i < 5; i++) {
		bed_write(bed);
		rig_want(&bed->r, bed_is_early(bed) && bed->b.keep == i, "the next is GOOD early");
		rig_want(&bed->r, bed->b.put == i && !bed->b.done, "before it is written");
		want_note(bed, &bed->b.kept[i - 1], i);
	}
	behind_work(&bed->b, 2);
	behind_forget(&bed->b);
	rig_want(&bed->r, bed->b.n_kept == 2, "what is on file is told");
	rig_want(&bed->r, ssc_stream_on_file(&bed->r.drive, 3) == 3, "one more, if one waits");
	rig_want(&bed->r, bed->r.drive.stream.open, "and the stream goes on");
	rig_want(&bed->r, ssc_stream_on_file(&bed->r.drive, UINT64_MAX) == 4, "or all");
	rig_want(&bed->r, !bed->r.drive.stream.open && bed_objects(bed) == 5, "then it has ended");
	bed_write(bed);
	rig_want(&bed->r, bed_is_early(bed) && bed->b.keep == 5, "another one counts on");
	want_note(bed, &bed->b.kept[bed->b.n_kept - 1], 5);
	return bed_end(bed);
}

/* Fixed blocks: count of them in one WRITE. */
static int test_fixed(void)
{
	struct bed *bed = new_bed();
	struct ssc_kept k = { .count = 0 };

	bed->r.drive.block_length = BED_LEN;
	bed_write(bed);
	behind_write(&bed->b, block, 7 * BED_LEN, 7);
	rig_want(&bed->r, bed_is_early(bed), "blocks of a fixed length, seven at once");
	ssc_kept_read(bed->b.kept[0].note, bed->b.kept[0].data, bed->b.kept[0].len, &k);
	rig_want(&bed->r, k.object == 1 && k.len == BED_LEN && k.count == 7, "are in the note");
	behind_write(&bed->b, block, BED_LEN, 1);
	ssc_kept_read(bed->b.kept[1].note, bed->b.kept[1].data, bed->b.kept[1].len, &k);
	rig_want(&bed->r, k.object == 8 && k.count == 1, "the next one is behind them");
	rig_want(&bed->r, ssc_stream_on_file(&bed->r.drive, UINT64_MAX) == 2 &&
		 bed_objects(bed) == 9,
		 "and all of them are written");
	return bed_end(bed);
}

static int test_budget(void)
{
	struct bed *bed = new_bed();
	uint32_t blocks;

	bed->r.drive.block_length = 1;
	bed_write(bed);
	behind_write(&bed->b, block, 1, 1);
	blocks = bed->r.drive.stream.room.blocks;
	rig_want(&bed->r, bed_is_early(bed) && blocks, "there is room for blocks");
	behind_write(&bed->b, block, blocks - 1, blocks - 1);
	rig_want(&bed->r, bed_is_early(bed) && !bed->b.done, "and for all but one of them");
	behind_write(&bed->b, block, 2, 2);
	rig_want(&bed->r, bed->b.done == 2 && !bed->b.status, "two do not fit: the stream ends");
	for (int i = 0; i < 3; i++)	/* what is asked of the disk is asked for at once */
		behind_write(&bed->b, block, 1, 1);
	rig_want(&bed->r, bed_is_early(bed), "and a new one begins");
	return bed_end(bed);
}

static enum sts spy(struct scsi_cmd *cmd)
{
	struct bed *bed = container_of(ssc_drive_of(cmd), struct bed, r.drive);

	bed->runs++;
	bed->at_rest &= !bed->r.drive.stream.open && bed->b.done == bed->b.put;
	return STS_GOOD;
}

/* All rows that there are, and spies in the place of their handlers. */
static void watch(struct bed *bed)
{
	struct ssc_drive *d = &bed->r.drive;

	free(d->ops);
	d->ops = ssc_ops_make(UINT32_MAX);
	d->unit.lu.ops = d->ops;
	for (struct scsi_op *op = d->ops; op->run; op++)
		if (op->run != ssc_write_6)
			op->run = spy;
	bed->at_rest = true;
}

static struct step plainest(const struct scsi_op *op)
{
	struct step s = { op->name, { op->opcode } };

	if (op->action != NO_SA)
		s.cdb[1] = (uint8_t)op->action;
	return s;
}

static int test_at_rest(void)
{
	struct bed *bed = new_bed();
	unsigned int rows = 0;

	watch(bed);
	bed_write(bed);
	for (const struct scsi_op *op = bed->r.drive.ops; op->run; op++) {
		const struct step s = plainest(op);
		const unsigned int runs = bed->runs;
		bool early;

		if (op->run != spy)
			continue;
		bed_write(bed);
		early = bed_is_early(bed) && bed->b.put > bed->b.done;
		bed_send(bed, &s);
		rig_want(&bed->r, early && bed->runs == runs + 1 && bed->at_rest, op->name);
		rows++;
	}
	for (const struct ssc_row *row = ssc_rows; row->op.run; row++)
		rows -= row->op.run != ssc_write_6;
	rig_want(&bed->r, !rows, "that is every row but WRITE");
	return bed_end(bed);
}

static bool is_deferred(const struct script_sense *s)
{
	return s->deferred && s->byte2 == 0x03 && s->asc == 0x0c00 && !s->has_info;
}

static bool answer_is_deferred(const struct bed *bed)
{
	const struct script_answer *a = &bed->r.script.answer;
	struct script_sense s;

	return a->came && a->status == SAM_CHECK && a->sense[0] == 0x71 &&
	       script_sense_parse(a->sense, a->sense_len, &s) && is_deferred(&s);
}

static bool has_alert(const struct bed *bed, unsigned int flag)
{
	return bed->r.drive.unit.alerts >> (flag - 1) & 1;
}

/* The second of four fails; blocks behind it are not written either. */
static struct bed *new_failing(enum cart_rc rc)
{
	struct bed *bed = new_bed();

	bed->b.fail_at = 2;
	bed->b.fail_rc = rc;
	stream(bed, 4);
	rig_want(&bed->r, bed_is_early(bed), "a stream of which the disk refuses a block");
	return bed;
}

/* The first WRITE behind a failure: told, not done; the one after that is. */
static int test_failure(bool descriptor)
{
	struct bed *bed = new_failing(CART_WRITE_FAILED);

	bed->r.drive.unit.lu.descriptor_sense = descriptor;
	behind_work(&bed->b, 2);
	bed_write(bed);
	rig_want(&bed->r, !bed->b.keep && bed->b.status == SAM_CHECK && is_deferred(&bed->b.sense),
		 "the next WRITE is told");
	rig_want(&bed->r, bed->b.sense_code == (descriptor ? 0x73 : 0x71),
		 "by the code of deferred errors");
	rig_want(&bed->r, bed_objects(bed) == 2, "and not done");
	rig_want(&bed->r, strstr(bed->r.logged, "3 blocks that were answered are lost"),
		 "the log says how many are lost");
	rig_want(&bed->r, has_alert(bed, 3) && has_alert(bed, 6), "TapeAlert does");
	rig_want(&bed->r, bed->r.drive.write_errors == 1, "the counter does");
	bed_write(bed);
	rig_want(&bed->r, !bed->b.status && bed_is_early(bed), "once is enough");
	bed_rewind(bed);
	rig_want(&bed->r, !bed->r.script.answer.status && bed_objects(bed) == 3, "all goes on");
	return bed_end(bed);
}

/* A failure that is first found when a stream is waited for is this command's to tell. */
static int test_failure_later(void)
{
	struct bed *bed = new_failing(CART_WRITE_FAILED);

	ssc_stream_on_file(&bed->r.drive, UINT64_MAX);
	rig_want(&bed->r, strstr(bed->r.logged, "3 blocks"), "the log knows at once");
	bed_write(bed);
	rig_want(&bed->r, is_deferred(&bed->b.sense), "a host when it asks");
	bed_write(bed);
	rig_want(&bed->r, !bed->b.status, "and not again");
	return bed_end(bed);
}

static int test_told_by(const struct scsi_op *op)
{
	const struct step s = plainest(op);
	struct bed *bed = new_failing(CART_WRITE_FAILED);

	watch(bed);
	bed_send(bed, &s);
	if (op->flags & OPF_MEDIUM) {
		rig_want(&bed->r, answer_is_deferred(bed) && !bed->runs, op->name);
		bed_send(bed, &s);
	}
	rig_want(&bed->r, bed->runs == 1 && bed->at_rest && !bed->r.script.answer.status,
		 "and is done");
	bed_write(bed);
	rig_want(&bed->r, is_deferred(&bed->b.sense) == !(op->flags & OPF_MEDIUM),
		 "told once, by what needs the tape");
	return bed_end(bed);
}

static int test_failures(void)
{
	int failed = test_failure(false);

	failed += test_failure(true);
	failed += test_failure_later();
	for (const struct ssc_row *row = ssc_rows; row->op.run; row++)
		if (row->op.run != ssc_write_6)
			failed += test_told_by(&row->op);
	return failed;
}

static int test_full_behind(void)
{
	struct bed *bed = new_failing(CART_FULL);

	bed_rewind(bed);
	rig_want(&bed->r, bed->r.script.answer.sense[0] == 0x71 &&
		 (bed->r.script.answer.sense[2] & 0x0f) == 0x0d, "a full disk is told as such");
	return bed_end(bed);
}

/* The background's sync fails while the stream is written: the tape is not written any more. */
static int test_sync_behind(void)
{
	struct bed *bed = new_bed();

	stream(bed, 2);
	cart_freeze(bed->r.drive.cart, CART_WRITE_FAILED, "sync");
	bed->r.drive.cart->deferred = true;
	bed_write(bed);
	bed_rewind(bed);
	rig_want(&bed->r, answer_is_deferred(bed), "a sync that failed meanwhile is a write error");
	bed_rewind(bed);
	rig_want(&bed->r, !answer_is_deferred(bed), "once");
	return bed_end(bed);
}

/* Nobody is told in time: whoever takes the tape away is. */
static int test_unload(void)
{
	struct bed *bed = new_failing(CART_WRITE_FAILED);
	int failed;

	bed_send(bed, &(struct step){ "", { 0x1b } });
	rig_want(&bed->r, bed->r.script.answer.status == SAM_CHECK &&
		 (bed->r.script.answer.sense[2] & 0x0f) == 0x03, "UNLOAD tells what is lost");
	rig_want(&bed->r, has_alert(bed, 3), "so does TapeAlert");
	bed_send(bed, &(struct step){ "", { 0x1b, 0, 0, 0, 1 } });
	rig_hear(&bed->r);
	bed_rewind(bed);
	rig_want(&bed->r, !bed->r.script.answer.status, "the next tape has nothing to do with it");
	failed = bed_end(bed);
	bed = new_failing(CART_WRITE_FAILED);
	rig_eject(&bed->r);
	rig_want(&bed->r, bed->r.ejected == 1 && bed->b.done == bed->b.put && has_alert(bed, 3),
		 "a robot waits for the stream");
	rig_insert(&bed->r, "E01001L8");
	bed_rewind(bed);
	rig_want(&bed->r, !bed->r.script.answer.status && bed_objects(bed) == 2, "which has ended");
	return failed + bed_end(bed);
}

static int test_events(void)
{
	struct bed *bed = new_bed();
	int failed;

	stream(bed, 3);
	ssc_position_lost(&bed->r.drive);
	rig_want(&bed->r, bed->b.done == 3 &&
		 bed_objects(bed) == 4, "unheard: all of it is written");
	bed_write(bed);
	rig_want(&bed->r, bed->b.sense.asc == 0x3b00, "and the position is not known");
	failed = bed_end(bed);
	bed = new_bed();
	bed->r.drive.block_length = BED_LEN;
	stream(bed, 3);
	ssc_reset(&bed->r.drive);
	rig_hear(&bed->r);
	rig_want(&bed->r, bed->b.done == 3 && bed_objects(bed) == 4, "reset: all of it is written");
	bed_write(bed);
	rig_want(&bed->r, bed_is_early(bed), "and one goes on behind it");
	return failed + bed_end(bed);
}

int main(void)
{
	int failed = test_early();

	failed += test_fixed();
	failed += test_budget();
	failed += test_at_rest();
	failed += test_failures();
	failed += test_full_behind();
	failed += test_sync_behind();
	failed += test_unload();
	failed += test_events();
	return failed != 0;
}
