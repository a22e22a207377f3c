// SPDX-License-Identifier: GPL-2.0-only
/* Data that the module keeps for a unit: when it may, what it is told, when it gives it up. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/module.h"
#include "fake/report.h"

static int bad;		/* of this program's tests */

static void is(long long got, long long want, const char *what)
{
	bad += report_number("kernel", what, got, want);
}
#define IS(got, want, what) is((long long)(got), (long long)(want), what)

static void says(const char *got, const char *want, const char *what)
{
	bad += report_text("kernel", what, got, want);
}

enum { OP_GOOD = 0x00, OP_READ = 0x08, OP_WRITE = 0x0a, OP_LATER = 0x1b };

enum { STALE = 1, REFUSED = 2 };	/* byte 1 of a CDB: the module does not take the answer */

/* A unit that keeps what it may, and is slow: it writes when it is waited for. */
struct rig {
	struct fake_module m;
	struct kernel_transport k;
	struct lu lu;
	struct scsi_cmd *waiting;
	bool fast;			/* it writes at once */
	bool may[8];			/* what each command was told */
	unsigned int commands, unheard;
	uint64_t number, done;		/* of WRITEs */
	uint64_t done_before;		/* the last command came */
	uint64_t waited_for;		/* the first that it was waited for */
	char told[64];			/* notes of what was inherited */
	uint32_t told_len;
	int kept_answer;
};

static enum sts run_row(struct scsi_cmd *cmd)
{
	(void)cmd;
	return STS_GOOD;
}

static const struct scsi_op rows[] = {
	{ .name = "ANY", .opcode = OP_GOOD, .action = NO_SA, .run = run_row },
	{ 0 },
};

static void answer(struct rig *r, struct scsi_cmd *cmd)
{
	cmd->status = SAM_GOOD;
	cmd->len = cmd->out_len;
	if (cmd->may_keep) {
		cmd->keep = ++r->number;
		snprintf((char *)cmd->note, sizeof(cmd->note), "write %u", (unsigned)r->number);
		r->done = r->fast ? r->number : r->done;
	}
	cmd->done(cmd);
}

static void command(void *ctx, struct scsi_cmd *cmd)
{
	struct rig *r = ctx;

	cmd->op = &rows[0];
	r->done_before = r->done;
	r->m.stale_next = cmd->cdb[1] == STALE;
	r->m.refuse_next = cmd->cdb[1] == REFUSED;
	r->may[r->commands++ % ARRAY_SIZE(r->may)] = cmd->may_keep;
	if (cmd->cdb[0] == OP_LATER)
		r->waiting = cmd;
	else
		answer(r, cmd);
}

static void unheard(void *ctx, const struct scsi_op *op)
{
	(void)op;
	((struct rig *)ctx)->unheard++;
}

static void nothing(void *ctx)
{
	(void)ctx;
}

static uint64_t on_file(void *ctx, uint64_t at_least)
{
	struct rig *r = ctx;

	if (at_least && at_least < UINT64_MAX && !r->waited_for)
		r->waited_for = at_least;
	if (at_least > r->number)
		at_least = r->number;
	r->done = r->done > at_least ? r->done : at_least;
	return r->done;
}

static int kept(void *ctx, const uint8_t *note, const uint8_t *data, uint32_t len)
{
	struct rig *r = ctx;
	const size_t n = strlen(r->told);

	snprintf(r->told + n, sizeof(r->told) - n, "%s;", (const char *)note);
	for (uint32_t i = 0; i < len; i++)	/* ASan looks whether it is all there */
		r->told_len += data[i] + 1u;
	return r->kept_answer;
}

static const struct transport_client keeps = {
	command, unheard, nothing, nothing, on_file, kept,
};
static const struct transport_client keeps_nothing = {
	command, unheard, nothing, nothing, NULL, NULL,
};

static struct rig *new_rig(const struct transport_client *client)
{
	struct rig *r = calloc(1, sizeof(*r));

	fake_module_init(&r->m);
	r->lu.ops = rows;
	IS(kernel_open(&r->k, &fake_module_calls, &r->m, "/dev/mhvtl1"), 0, "opens");
	IS(kernel_attach(&r->k, &r->lu, client, r), 0, "attaches");
	return r;
}

static void end_rig(struct rig *r)
{
	kernel_close(&r->k);
	IS(r->m.maps, 0, "unmaps every window");
	says(r->m.wrong, "", "no rule is broken");
	free(r);
}

static int serve(struct rig *r)
{
	return r->k.base.serve(&r->k.base);
}

static void write_one(struct rig *r, uint64_t cookie)
{
	fake_command(&r->m, cookie, OP_WRITE, 0, "data", 4);
}

static void test_may(void)
{
	struct rig *r = new_rig(&keeps);

	IS(r->m.attach.features, VTL_FEATURE_PIPELINE, "the feature is taken");
	fake_command(&r->m, 1, OP_READ, 16, NULL, 0);
	fake_command(&r->m, 2, OP_GOOD, 0, NULL, 0);
	fake_command(&r->m, 3, OP_WRITE, 0, "data", 4)->data_off = 0;
	write_one(r, 4);
	serve(r);
	IS(r->may[0], false, "data-in is not kept");
	IS(r->may[1], false, "nor is nothing");
	IS(r->may[2], false, "nor what overtakes");
	IS(r->may[3], true, "data-out may be");
	end_rig(r);
	r = new_rig(&keeps_nothing);
	write_one(r, 1);
	serve(r);
	IS(r->may[0], false, "but not for a unit that keeps nothing");
	IS(r->m.keeps, 0, "which does not");
	end_rig(r);
}

static void test_commit(void)
{
	struct rig *r = new_rig(&keeps);

	for (uint64_t i = 0; i < 3; i++)
		write_one(r, 100 + i);
	fake_command(&r->m, 7, OP_GOOD, 0, NULL, 0);
	serve(r);
	IS(r->m.keeps, 3, "three are kept");
	IS(r->m.commits[1].keep, 2, "each under its number");
	says((const char *)r->m.commits[1].note, "write 2", "with its note");
	IS(r->m.commits[3].keep, 0, "another is not");
	IS(r->m.commits[3].note[0], 0, "and has no note");
	IS(r->m.n_kept, 0, "at the end nothing is kept");
	says(r->m.releases, "3 ", "for all is on file, and given up at once");
	IS(r->m.ioctls, 1 + 1 + 1 + 5 + 1, "by one call more: ATTACH, NEEDS, RESIZE, commands");
	IS(serve(r), 0, "another round");
	says(r->m.releases, "3 ", "has nothing to give up");
	end_rig(r);
}

/* A unit that is faster than the transport: what was not committed is not released. */
static void test_release(void)
{
	struct rig *r = new_rig(&keeps);

	r->fast = true;
	for (uint64_t i = 0; i < 3; i++)
		write_one(r, 100 + i);
	serve(r);
	says(r->m.releases, "1 2 3 ", "what is on file goes with the next call");
	IS(r->m.n_kept, 0, "nothing is left");
	end_rig(r);
}

static void test_full(void)
{
	struct rig *r = new_rig(&keeps);

	r->m.kept_max = 2;
	for (uint64_t i = 0; i < 5; i++)
		write_one(r, 100 + i);
	fake_command(&r->m, 1, OP_GOOD, 0, NULL, 0);
	IS(serve(r), 0, "a window that is full");
	IS(r->m.n_commits, 6, "keeps nobody out");
	IS(r->m.full, 3, "each time one is waited for");
	IS(r->waited_for, 1, "beginning with the oldest");
	says(r->m.releases, "1 2 3 5 ", "and released");
	fake_command(&r->m, 2, OP_WRITE, 0, NULL, 64 << 10);
	fake_command(&r->m, 3, OP_WRITE, 0, NULL, 1 << 20)->dir = VTL_DIR_OUT;
	fake_command(&r->m, 4, OP_WRITE, 0, NULL, 4 << 20)->dir = VTL_DIR_OUT;
	IS(serve(r), 0, "a command that needs a larger window");
	IS(r->m.n_commits, 9, "gets it");
	end_rig(r);
}

/* The answer to the second of two is not taken: its data is on file before anything comes. */
static void test_not_taken(uint8_t how, bool fast)
{
	struct rig *r = new_rig(&keeps);

	r->fast = fast;
	write_one(r, 1);
	fake_command(&r->m, 2, OP_WRITE, 0, "data", 4)->cdb[1] = how;
	fake_command(&r->m, 3, OP_GOOD, 0, NULL, 0);
	IS(serve(r), 0, "an answer that the module does not take");
	IS(r->commands, 3, "is no end");
	IS(r->done_before, 2, "its data is on file before the next command comes");
	IS(r->unheard, how == STALE, "what nobody heard is told");
	IS(r->k.bad_answers, how == REFUSED, "what is refused is counted");
	IS(r->m.keeps, 1, "it is not kept");
	if (how == REFUSED) {
		IS(r->m.commits[1].status, SAM_CHECK, "the host gets an error");
		IS(r->m.commits[1].keep, 0, "of which nothing is kept");
		IS(r->m.commits[1].note[0], 0, "and noted");
	}
	says(r->m.releases, "1 ", "the other one is given up");
	end_rig(r);
}

static void test_inherited(void)
{
	struct rig *r = new_rig(&keeps);

	fake_kept(&r->m, 40, VTL_ASIDE_LEN, 100);
	fake_kept(&r->m, 41, VTL_ASIDE_LEN + 512, 1000);
	fake_kept(&r->m, 45, VTL_ASIDE_LEN + 2048, 7);
	write_one(r, 1);
	IS(serve(r), 0, "what another has left");
	says(r->told, "note 40;note 41;note 45;", "is told, the oldest first");
	IS(r->told_len, 1107, "all of its data");
	says(r->m.releases, "40 41 45 1 ", "each is given up when it is seen to");
	IS(r->m.n_commits, 1, "then commands come");
	IS(r->m.maps, 1, "and what was mapped for it is not any more");
	end_rig(r);
	r = new_rig(&keeps_nothing);
	fake_kept(&r->m, 40, VTL_ASIDE_LEN, 100);
	IS(serve(r), -EPROTO, "a unit that keeps nothing cannot take it");
	says(r->m.releases, "", "and it is not lost");
	end_rig(r);
	r = new_rig(&keeps);
	fake_kept(&r->m, 40, VTL_ASIDE_LEN, 100);
	r->m.map_error = -ENOMEM;
	IS(serve(r), -ENOMEM, "where it cannot be mapped the daemon ends");
	says(r->m.releases, "", "and it is not lost either");
	end_rig(r);
	r = new_rig(&keeps);
	fake_kept(&r->m, 40, VTL_ASIDE_LEN, 100);
	fake_kept(&r->m, 41, VTL_ASIDE_LEN + 512, 100);
	r->kept_answer = -ECANCELED;
	IS(serve(r), -ECANCELED, "nor where it cannot be written");
	says(r->told, "note 40;", "what is behind it waits");
	says(r->m.releases, "", "and both stay");
	IS(r->m.maps, 0, "unmapped");
	end_rig(r);
}

static void test_detach(void)
{
	struct rig *r = new_rig(&keeps);

	fake_command(&r->m, 1, OP_LATER, 0, "data", 4);
	serve(r);
	answer(r, r->waiting);
	IS(r->m.n_kept, 0, "a WRITE that is answered outside");
	IS(r->k.base.detach(&r->k.base), 0, "detach gives its answer");
	IS(r->m.detached, true, "and leaves");
	IS(r->m.keeps, 1, "the module had it");
	IS(r->m.n_kept, 0, "and has given it up: it is on file");
	end_rig(r);
}

static void test_gone(void)
{
	struct rig *r = new_rig(&keeps);

	write_one(r, 1);
	write_one(r, 2);
	fake_command(&r->m, 3, OP_GOOD, 0, NULL, 0)->type = 99;
	IS(serve(r), -EPROTO, "also where serving ends by an error");
	IS(r->done, 2, "nothing is under way afterwards");
	end_rig(r);
}

int main(void)
{
	test_may();
	test_commit();
	test_release();
	test_full();
	test_not_taken(STALE, false);
	test_not_taken(STALE, true);
	test_not_taken(REFUSED, false);
	test_not_taken(REFUSED, true);
	test_inherited();
	test_detach();
	test_gone();
	return bad != 0;
}
