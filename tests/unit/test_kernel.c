// SPDX-License-Identifier: GPL-2.0-only
/* The transport through the module, against a module in memory. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/module.h"
#include "fake/report.h"

static int bad;		/* of this program's tests */

static void is(long long got, long long want, const char *what)
{
	bad += report_number("kernel", what, got, want);
}
#define IS(got, want, what) is((long long)(got), (long long)(want), what)

/* A unit whose answers the test chooses by opcode. */
enum { OP_GOOD = 0x00, OP_ILI = 0x01, OP_FAIL = 0x02, OP_SENDS = 0x08, OP_TAKES = 0x0a,
       OP_LATER = 0x1b, OP_ASIDE = 0x12 };

struct rig {
	struct fake_module m;
	struct kernel_transport k;
	struct lu lu;
	struct scsi_cmd *waiting;
	unsigned int commands, unheard, late, resets;
	const struct scsi_op *unheard_op;
	char taken[64];
};

static enum sts run_row(struct scsi_cmd *cmd)
{
	(void)cmd;
	return STS_GOOD;
}

static const struct scsi_op rows[] = {
	{ .name = "TEST", .opcode = OP_GOOD, .action = NO_SA, .flags = OPF_OVERTAKE,
	  .run = run_row },
	{ .name = "ASIDE", .opcode = OP_ASIDE, .action = NO_SA, .flags = OPF_OVERTAKE,
	  .run = run_row },
	{ .name = "LATER", .opcode = OP_LATER, .action = NO_SA, .run = run_row, .timeout_s = 600 },
	{ 0 },
};

static void answer(struct scsi_cmd *cmd, uint8_t status, uint8_t byte2)
{
	cmd->status = status;
	if (status == SAM_CHECK) {
		memset(cmd->sense, 0, 18);
		cmd->sense[0] = 0x70;
		cmd->sense[2] = byte2;
		cmd->sense[7] = 10;
		cmd->sense_len = 18;
	}
	cmd->done(cmd);
}

static void command(void *ctx, struct scsi_cmd *cmd)
{
	struct rig *r = ctx;

	r->commands++;
	cmd->op = &rows[cmd->cdb[0] == OP_LATER ? 2 : 0];
	switch (cmd->cdb[0]) {
	case OP_LATER:
		r->waiting = cmd;
		return;
	case OP_ILI:
		cmd->len = cmd->out_len;
		answer(cmd, SAM_CHECK, 0x20);
		return;
	case OP_FAIL:
		cmd->len = cmd->out_len;
		answer(cmd, SAM_CHECK, 0x03);
		return;
	case OP_SENDS:
	case OP_ASIDE:
		memset(cmd->data, cmd->cdb[0], cmd->in_cap);
		cmd->in_len = cmd->cdb[4];
		break;
	case OP_TAKES:
		memcpy(r->taken, cmd->data, cmd->out_len < 64 ? cmd->out_len : 64);
		cmd->len = cmd->cdb[4];
		break;
	}
	answer(cmd, SAM_GOOD, 0);
}

static void unheard(void *ctx, const struct scsi_op *op)
{
	struct rig *r = ctx;

	r->unheard++;
	r->unheard_op = op;
}

static void late(void *ctx)
{
	((struct rig *)ctx)->late++;
}

static void reset(void *ctx)
{
	((struct rig *)ctx)->resets++;
}

static const struct transport_client client = {
	.command = command, .unheard = unheard, .late = late, .reset = reset,
};

static struct rig *new_rig(void)
{
	struct rig *r = calloc(1, sizeof(*r));

	fake_module_init(&r->m);
	r->lu.ops = rows;
	r->m.attach_answer = VTL_UNCLEAN;
	IS(kernel_open(&r->k, &fake_module_calls, &r->m, "/dev/mhvtl1"), 0, "opens");
	IS(kernel_attach(&r->k, &r->lu, &client, r), VTL_UNCLEAN, "tells how the last one left");
	r->m.ioctls = 0;
	return r;
}

static void end_rig(struct rig *r)
{
	kernel_close(&r->k);
	IS(r->m.open_files, 0, "closes the node");
	IS(r->m.maps, 0, "unmaps every window");
	free(r);
}

static int serve(struct rig *r)
{
	return r->k.base.serve(&r->k.base);
}

static void test_attach(void)
{
	struct rig *r = new_rig();

	IS(r->m.attach.version, VTL_ABI_VERSION, "attach says the version");
	IS(r->m.attach.overtake[0], 1, "TEST may overtake");
	IS(r->m.attach.overtake[OP_ASIDE / 8], 1 << OP_ASIDE % 8, "ASIDE may overtake");
	IS(r->m.attach.overtake[OP_LATER / 8] & 1 << OP_LATER % 8, 0, "LATER may not");
	IS(r->m.attach.slow[OP_LATER / 8], 1 << OP_LATER % 8, "LATER gets more time");
	IS(r->m.attach.slow[0], 0, "TEST does not");
	end_rig(r);
}

static void test_stream(void)
{
	struct rig *r = new_rig();

	for (unsigned int i = 0; i < 10; i++)
		fake_command(&r->m, i + 1, OP_GOOD, 0, NULL, 0);
	IS(serve(r), 0, "ten commands are served");
	IS(r->m.n_commits, 10, "and all answered");
	IS(r->m.ioctls, 11, "one system call for one command");
	IS(r->m.last_wait_us, 20000, "waits a moment for the one after");
	IS(r->m.commits[9].cookie, 10, "answers name their command");
	IS(r->k.base.has_answers(&r->k.base), false, "nothing is left over");
	r->m.ioctls = 0;
	IS(serve(r), 0, "nothing to serve");
	IS(r->m.ioctls, 1, "is one look");
	IS(r->m.last_wait_us, 0, "without waiting");
	end_rig(r);
}

static int await(struct rig *r, int ms)
{
	return r->k.base.await(&r->k.base, 5, ms);
}

static void test_await(void)
{
	static const struct { int ms; uint32_t us; } waits[] = {
		{ 0, 0 }, { 1, 1000 }, { 3600000, 3600000000 }, { 3600001, 3600000000 },
		{ INT_MAX, 3600000000 }, { -1, 3600000000 },
	};
	struct rig *r = new_rig();

	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		IS(await(r, waits[i].ms), 0, "nothing comes");
		IS(r->m.last_wait_us, waits[i].us, "in the time that it waits for");
	}
	IS(r->m.last_flags == VTL_FETCH_WATCH && r->m.last_watch == 5, true, "watching");
	IS(r->m.ioctls, sizeof(waits) / sizeof(waits[0]), "with one system call for each");
	r->m.ioctls = 0;
	fake_command(&r->m, 1, OP_GOOD, 0, NULL, 0);
	IS(await(r, -1), 0, "a command comes");
	IS(r->m.n_commits, 1, "and is answered");
	IS(r->m.ioctls, 2, "with the one that waited and one more");
	IS(r->m.last_wait_us, 20000, "which waits a moment for the one after");
	IS(r->m.last_flags, 0, "and for that alone");
	fake_event(&r->m, VTL_WATCHED, 0);
	fake_command(&r->m, 2, OP_GOOD, 0, NULL, 0);
	IS(await(r, -1), 1, "what is watched is told");
	IS(r->m.n_commits, 1, "and nothing served before it is seen to");
	IS(await(r, -1), 0, "then it goes on");
	IS(r->m.n_commits, 2, "with what came");
	r->m.fail_op = -ESHUTDOWN;
	IS(await(r, -1), -ESHUTDOWN, "the unit is lost");
	IS(r->m.wrong[0], 0, r->m.wrong);
	end_rig(r);
}

/* An answer that nobody waits for is no reason to stop before something was fetched. */
static void test_await_stale(void)
{
	struct rig *r = new_rig();

	fake_command(&r->m, 1, OP_LATER, 0, NULL, 0);
	IS(await(r, -1), 0, "one that waits");
	answer(r->waiting, SAM_GOOD, 0);
	r->m.stale_next = 1;
	fake_command(&r->m, 2, OP_GOOD, 0, NULL, 0);
	IS(await(r, 7), 0, "nobody wants its answer");
	IS(r->unheard, 1, "which is told");
	IS(r->m.n_commits, 1, "the next one is served");
	IS(r->m.commits[0].cookie, 2, "in the same call");
	end_rig(r);
}

static void test_share(void)
{
	struct rig *r = new_rig();

	for (unsigned int i = 0; i < FAKE_FETCHES; i++)
		fake_command(&r->m, i + 1, OP_GOOD, 0, NULL, 0);
	serve(r);
	IS(r->m.next, 256, "a stream is left for other sources after 256 commands");
	IS(r->m.n_commits, 256, "with all of them answered");
	serve(r);
	IS(r->m.n_commits, FAKE_FETCHES, "and then goes on");
	end_rig(r);
}

/* Commands that come one by one, as from somebody who polls: in ms, and how many are a share. */
static const struct { const char *what; uint64_t ms[6]; unsigned int share; } paces[] = {
	{ "five in 20 ms", { 1, 6, 11, 16, 21, 26 }, 5 },
	{ "two, after a pause", { 1, 500, 501 }, 2 },
	{ "all that come at once", { 7, 7, 7, 7, 7, 7 }, 6 },
	{ "one that has waited for longer than the one before", { 30, 7, 31, 32 }, 4 },
};

static void test_share_of_time(void)
{
	for (size_t i = 0; i < sizeof(paces) / sizeof(paces[0]); i++) {
		struct rig *r = new_rig();
		unsigned int n = 0;

		for (; n < 6 && paces[i].ms[n]; n++)
			fake_command(&r->m, n + 1, OP_GOOD, 0, NULL, 0)->queued_ns =
				paces[i].ms[n] * 1000000;
		serve(r);
		IS(r->m.next, paces[i].share, paces[i].what);
		IS(r->m.n_commits, paces[i].share, "with all of them answered");
		while (r->m.next < n)
			serve(r);
		IS(r->m.n_commits, n, "and then it goes on");
		end_rig(r);
	}
}

static const struct data_row {
	const char *what;
	uint8_t opcode, length;		/* the CDB's */
	uint32_t in;
	const char *out;
	uint32_t moved;
	uint8_t status;
} data_rows[] = {
	{ "data in, as long as wanted", OP_SENDS, 16, 16, NULL, 16, SAM_GOOD },
	{ "data in, shorter", OP_SENDS, 5, 16, NULL, 5, SAM_GOOD },
	{ "data in, never more than fits", OP_SENDS, 99, 16, NULL, 16, SAM_GOOD },
	{ "data out, all of it", OP_TAKES, 11, 0, "hello world", 11, SAM_GOOD },
	{ "data out, less than the host has", OP_TAKES, 5, 0, "hello world", 5, SAM_GOOD },
	{ "data out, refused", OP_FAIL, 11, 0, "hello world", 0, SAM_CHECK },
	{ "data out, taken with a remark", OP_ILI, 11, 0, "hello world", 11, SAM_CHECK },
	{ 0 },
};

static void test_data(void)
{
	struct rig *r = new_rig();

	for (const struct data_row *d = data_rows; d->what; d++) {
		const uint32_t out = d->out ? (uint32_t)strlen(d->out) : 0;
		const struct vtl_commit *c;

		fake_command(&r->m, 7, d->opcode, d->in, d->out, out)->cdb[4] = d->length;
		serve(r);
		c = &r->m.commits[r->m.n_commits - 1];
		IS(c->data_len, d->moved, d->what);
		IS(c->status, d->status, d->what);
		if (d->in)
			IS(r->m.window[c->data_off + d->moved - 1], d->opcode, d->what);
	}
	IS(memcmp(r->taken, "hello world", 11), 0, "the host's bytes arrive");
	IS(r->m.resizes, 1, "one window does for all of them");
	fake_command(&r->m, 8, OP_SENDS, VTL_MAX_TRANSFER, NULL, 0);
	serve(r);
	IS(r->m.window_len, VTL_WINDOW_MAX, "the longest transfer has the longest window");
	end_rig(r);
}

/* A command waits with its data in the old window while another one needs a new one. */
static void test_overtaking(void)
{
	struct rig *r = new_rig();
	struct vtl_fetch *f;

	fake_command(&r->m, 1, OP_LATER, 100, NULL, 0);
	f = fake_command(&r->m, 2, OP_ASIDE, 20, NULL, 0);
	f->data_off = 0;
	f->cdb[4] = 20;
	serve(r);
	IS(r->m.n_commits, 1, "one is answered while the other waits");
	IS(r->m.commits[0].cookie, 2, "the one that came later");
	f = fake_command(&r->m, 3, OP_SENDS, 4 << 20, NULL, 0);
	f->cdb[4] = 9;
	serve(r);
	IS(r->m.maps, 2, "the old window stays while it is used");
	memset(r->waiting->data, 0xab, 100);
	r->waiting->in_len = 100;
	answer(r->waiting, SAM_GOOD, 0);
	IS(r->k.base.has_answers(&r->k.base), true, "the late answer waits for the next call");
	IS(r->m.maps, 1, "and the old window goes");
	serve(r);
	IS(r->m.commits[2].cookie, 1, "then it is given");
	IS(r->m.window[r->m.commits[2].data_off + 99], 0xab, "with its data in the new window");
	end_rig(r);
}

static void test_events(void)
{
	struct rig *r = new_rig();

	fake_command(&r->m, 1, OP_LATER, 0, NULL, 0);
	fake_event(&r->m, VTL_ABORTED, 1);
	fake_event(&r->m, VTL_RESET, 0);
	fake_event(&r->m, VTL_LATE, 0);
	serve(r);
	IS(r->resets, 1, "a reset is told");
	IS(r->late, 1, "so is a late answer");
	IS(r->unheard, 0, "an abort is told when the command has ended");
	r->m.stale_next = 1;
	answer(r->waiting, SAM_GOOD, 0);
	serve(r);
	IS(r->unheard, 1, "an answer that nobody heard is told");
	IS(r->unheard_op == &rows[2], true, "with the command's row");
	IS(r->m.n_commits, 0, "and not given again");
	end_rig(r);
}

static void test_two_answers(void)
{
	struct rig *r = new_rig();

	fake_command(&r->m, 1, OP_LATER, 0, NULL, 0);
	serve(r);
	fake_command(&r->m, 2, OP_GOOD, 0, NULL, 0);
	answer(r->waiting, SAM_GOOD, 0);
	IS(r->k.base.detach(&r->k.base), 0, "detaches");
	IS(r->m.n_commits, 1, "after the last answer");
	IS(r->m.detached, true, "in good order");
	IS(r->commands, 1, "and takes no further command");
	end_rig(r);
}

static void test_refusals(void)
{
	struct rig *r = new_rig();

	r->m.refuse_next = 1;
	fake_command(&r->m, 1, OP_GOOD, 0, NULL, 0);
	IS(serve(r), 0, "an answer that the module refuses");
	IS(r->k.bad_answers, 1, "is counted");
	IS(r->m.commits[0].status, SAM_CHECK, "and becomes an error");
	IS(r->m.commits[0].sense[2], 0x04, "of the hardware");
	IS(r->m.commits[0].sense[12], 0x44, "an internal failure");
	r->m.refuse_next = 2;
	fake_command(&r->m, 2, OP_GOOD, 0, NULL, 0);
	IS(serve(r), -EPROTO, "if that is refused too, it is over");
	r->k.n_answers = 0;
	r->m.fail_op = -ESHUTDOWN;
	IS(serve(r), -ESHUTDOWN, "a unit taken away is told");
	fake_command(&r->m, 3, OP_GOOD, 0, NULL, 0)->type = 99;
	IS(serve(r), -EPROTO, "an event that is unknown is refused");
	end_rig(r);
	r = new_rig();
	fake_command(&r->m, 4, OP_SENDS, VTL_MAX_TRANSFER + 4096, NULL, 0);
	IS(serve(r), -EPROTO, "so is a transfer beyond the limit");
	end_rig(r);
}

static void test_control(void)
{
	struct vtl_add_lu add = { .number = 11, .target = 1, .type = 1 };
	struct fake_module m;
	struct kernel_control c;
	struct vtl_unit u[4];

	fake_module_init(&m);
	IS(kernel_control_open(&c, &fake_module_calls, &m, KERNEL_CONTROL), 0, "control opens");
	IS(kernel_unit_add(&c, &add), 0, "a unit is added");
	IS(kernel_unit_add(&c, &add), -EEXIST, "once");
	add.number = 12;
	kernel_unit_add(&c, &add);
	IS(kernel_unit_find(&c, 11, &u[0]), 0, "it is found");
	IS(u[0].target, 1, "where it was put");
	IS(kernel_unit_find(&c, 13, &u[0]), -ENOENT, "another is not");
	IS(kernel_unit_list(&c, 12, u, 4), 1, "the list begins where it is told to");
	IS(u[0].number, 12, "and has the number");
	IS(kernel_unit_remove(&c, 11, 0), 0, "it is removed");
	IS(kernel_unit_find(&c, 11, &u[0]), -ENOENT, "and gone");
	kernel_control_close(&c);
	m.version = VTL_ABI_VERSION + 1;
	IS(kernel_control_open(&c, &fake_module_calls, &m, KERNEL_CONTROL), -EPROTO,
	   "another version is refused");
	m.open_error = -ENOENT;
	IS(kernel_control_open(&c, &fake_module_calls, &m, KERNEL_CONTROL), -ENOENT,
	   "no module is told");
	IS(m.open_files, 0, "nothing stays open");
}

int main(void)
{
	test_attach();
	test_stream();
	test_await();
	test_await_stale();
	test_share();
	test_share_of_time();
	test_data();
	test_overtaking();
	test_events();
	test_two_answers();
	test_refusals();
	test_control();
	return bad != 0;
}
