// SPDX-License-Identifier: GPL-2.0-only
/* A unit's commands through its node: one ioctl gives an answer and takes the next command. */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "transport/kernel.h"

enum {
	/* After an answer, for the next command; less than a tick would set the timer each time. */
	LINGER_US = 20000,
	MOST_MS = 3600000,	/* of one FETCH's sleep: it has 32 bits for microseconds */
	SHARE_COMMANDS = 256,	/* then the loop looks at its other sources */
	SHARE_BYTES = 16 << 20,
	SHARE_NS = 20000000,
	WINDOW_MIN = VTL_ASIDE_LEN + (256 << 10),
	KEEP_DEEP = 4,			/* commands of the largest size that the window holds */
	SLOW_S = 60,			/* a row that may take longer asks for more time */
};

static struct kernel_transport *of(struct transport *t)
{
	return container_of(t, struct kernel_transport, base);
}

static void window_put(struct kernel_transport *k, struct kernel_window *w)
{
	if (!w || --w->users)
		return;
	k->calls->unmap(k->calls_ctx, w->at, w->len);
	free(w);
}

static uint64_t on_file(struct kernel_transport *k, uint64_t at_least)
{
	const struct transport_client *client = k->base.client;

	return client->on_file ? client->on_file(k->base.ctx, at_least) : 0;
}

/* With room for what is kept behind what comes, as far as there can be. */
static size_t window_need(const struct kernel_transport *k, size_t need)
{
	const size_t more = (need - VTL_ASIDE_LEN) * KEEP_DEEP;

	if (!k->base.client->on_file || need <= VTL_ASIDE_LEN || need > VTL_WINDOW_MAX)
		return need;
	return more < VTL_MAX_TRANSFER ? VTL_ASIDE_LEN + more : VTL_WINDOW_MAX;
}

/* The old one lives until the commands that have their data there are answered. */
static int window_grow(struct kernel_transport *k, size_t need)
{
	struct kernel_window *w = calloc(1, sizeof(*w));
	uint64_t len = WINDOW_MIN;
	int err;

	if (!w)
		return -ENOMEM;
	need = window_need(k, need);
	while (len < need)
		len = (len - VTL_ASIDE_LEN) * 2 + VTL_ASIDE_LEN;
	err = need > VTL_WINDOW_MAX ? -EPROTO :
	      k->calls->ioctl(k->calls_ctx, k->base.fd, VTL_IOC_RESIZE, &len);
	if (err >= 0)
		w->at = k->calls->map(k->calls_ctx, k->base.fd, len, &err);
	if (err < 0) {
		free(w);
		return err;
	}
	w->len = len;
	w->users = 1;
	window_put(k, k->window);
	k->window = w;
	return 0;
}

static uint8_t sense_key(const struct scsi_cmd *cmd)
{
	const bool descriptor = cmd->sense_len && (cmd->sense[0] & 0x7e) == 0x72;

	return cmd->sense_len > 2 ? cmd->sense[descriptor ? 1 : 2] & 0x0f : 0;
}

/* Bytes that moved, for the residual.  A command that failed took nothing. */
static uint32_t moved(const struct scsi_cmd *cmd)
{
	if (cmd->in_cap)
		return cmd->in_len < cmd->in_cap ? cmd->in_len : cmd->in_cap;
	if (cmd->status != SAM_GOOD && (cmd->status != SAM_CHECK || sense_key(cmd)))
		return 0;
	return cmd->len && cmd->len < cmd->out_len ? cmd->len : cmd->out_len;
}

static void answered(struct scsi_cmd *cmd)
{
	struct kernel_cmd *kc = cmd->owner;
	struct kernel_transport *k = kc->home;
	struct kernel_answer *a = &k->answers[k->n_answers++];

	assert(k->n_answers <= KERNEL_IN_HAND && kc->used);
	*a = (struct kernel_answer){
		.commit = {
			.cookie = kc->cookie, .data_off = kc->data_off, .data_len = moved(cmd),
			.status = cmd->status, .sense_len = cmd->sense_len, .keep = cmd->keep,
		},
		.op = cmd->op,
	};
	if (cmd->keep)
		memcpy(a->commit.note, cmd->note, sizeof(a->commit.note));
	if (!cmd->in_cap && !cmd->out_len)
		a->commit.data_off = 0;
	memcpy(a->commit.sense, cmd->sense, cmd->sense_len);
	if (cmd->in_cap && kc->window != k->window)
		memcpy(k->window->at + kc->data_off, cmd->data, a->commit.data_len);
	window_put(k, kc->window);
	kc->used = false;
}

static int take_command(struct kernel_transport *k, const struct vtl_fetch *f)
{
	struct kernel_cmd *kc = k->cmds;

	while (kc < k->cmds + KERNEL_IN_HAND && kc->used)
		kc++;
	if (kc == k->cmds + KERNEL_IN_HAND || f->cdb_len > sizeof(kc->cmd.cdb) ||
	    (f->data_len && (!k->window || f->data_off > k->window->len ||
			     f->data_len > k->window->len - f->data_off)))
		return -EPROTO;
	*kc = (struct kernel_cmd){
		.cmd = {
			.lu = k->lu, .initiator = f->initiator,
			.out_len = f->dir == VTL_DIR_OUT ? f->data_len : 0,
			.in_cap = f->dir == VTL_DIR_IN ? f->data_len : 0,
			.done = answered, .owner = kc,
		},
		.used = true, .cookie = f->cookie, .home = k, .data_off = f->data_off,
	};
	memcpy(kc->cmd.cdb, f->cdb, f->cdb_len);
	if (f->data_len) {
		kc->window = k->window;
		kc->window->users++;
		kc->cmd.data = k->window->at + f->data_off;
		kc->cmd.may_keep = f->dir == VTL_DIR_OUT && f->data_off >= VTL_ASIDE_LEN &&
				   k->base.client->on_file;
	}
	k->base.client->command(k->base.ctx, &kc->cmd);
	return 0;
}

/* A look at it, for the window may be of any length; the next command asks for ours. */
static int take_kept(struct kernel_transport *k, const struct vtl_fetch *f)
{
	const size_t len = (size_t)f->data_off + f->data_len;
	uint8_t *at;
	int err;

	if (!k->base.client->kept)
		return -EPROTO;
	at = k->calls->map(k->calls_ctx, k->base.fd, len, &err);
	if (!at)
		return err;
	err = k->base.client->kept(k->base.ctx, f->note, at + f->data_off, f->data_len);
	k->calls->unmap(k->calls_ctx, at, len);
	k->inherited = err ? 0 : f->cookie;
	return err;
}

/* Abort needs no act: what waits ends by its own event, and its answer finds nobody (ESTALE). */
static int take(struct kernel_transport *k, const struct vtl_fetch *f)
{
	switch ((enum vtl_type)f->type) {
	case VTL_NONE:
	case VTL_WATCHED:
	case VTL_ABORTED:
		return 0;
	case VTL_CMD:
		return take_command(k, f);
	case VTL_KEPT:
		return take_kept(k, f);
	case VTL_FULL:
		on_file(k, k->released + 1);
		return 0;
	case VTL_NEEDS:
		return window_grow(k, (size_t)f->data_off + f->data_len);
	case VTL_LATE:
		k->base.client->late(k->base.ctx);
		return 0;
	case VTL_RESET:
		k->base.client->reset(k->base.ctx);
		return 0;
	}
	return -EPROTO;
}

static void drop_answer(struct kernel_transport *k)
{
	k->n_answers--;
	memmove(k->answers, k->answers + 1, k->n_answers * sizeof(k->answers[0]));
}

/* The module would not have it: say that the unit failed, which it did. */
static int mend_answer(struct kernel_transport *k)
{
	struct vtl_commit *c = &k->answers[0].commit;
	static const uint8_t failure[18] = {
		0x70, 0, 0x04, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x44, 0x00,
	};

	k->bad_answers++;
	if (c->status == SAM_CHECK && !memcmp(c->sense, failure, sizeof(failure)))
		return -EPROTO;		/* not even that */
	*c = (struct vtl_commit){
		.cookie = c->cookie, .status = SAM_CHECK, .sense_len = sizeof(failure),
	};
	memcpy(c->sense, failure, sizeof(failure));
	return 0;
}

/* What is on file now, of what the module has already been told to keep. */
static void add_release(struct kernel_transport *k, struct vtl_lu_op *op)
{
	const uint64_t done = k->kept == k->released ? 0 : on_file(k, 0);

	op->release = k->inherited ? k->inherited : done < k->kept ? done : k->kept;
	if (k->inherited || op->release > k->released)
		op->ops |= VTL_OP_RELEASE;
}

static void note_done(struct kernel_transport *k, const struct vtl_lu_op *op)
{
	if (op->ops_done & VTL_OP_RELEASE && !k->inherited)
		k->released = op->release;
	if (op->ops_done & VTL_OP_RELEASE)
		k->inherited = 0;
	if (!(op->ops_done & VTL_OP_COMMIT))
		return;
	if (op->commit.keep)
		k->kept = op->commit.keep;
	drop_answer(k);
}

/*
 * The oldest answer and what else ops has, in one system call.  Sets op->ops_done in any case.
 * What the module does not keep may be overwritten with the next command: it is waited for.
 */
static int run(struct kernel_transport *k, struct vtl_lu_op *op)
{
	int err;

	op->ops_done = 0;
	if (op->ops & VTL_OP_COMMIT)
		op->commit = k->answers[0].commit;
	add_release(k, op);
	err = k->calls->ioctl(k->calls_ctx, k->base.fd, VTL_IOC_LU_OP, op);
	if (err < 0)
		op->ops_done = 0;
	note_done(k, op);
	if (!(op->ops & VTL_OP_COMMIT) || err >= 0)
		return err < 0 ? err : 0;
	if (op->commit.keep)
		on_file(k, UINT64_MAX);
	if (err == -ESTALE) {
		const struct scsi_op *row = k->answers[0].op;

		drop_answer(k);
		k->base.client->unheard(k->base.ctx, row);
		return 0;
	}
	return err == -EINVAL ? mend_answer(k) : err;
}

static int deliver(struct kernel_transport *k, unsigned int all_but)
{
	int err = 0;

	while (!err && k->n_answers > all_but)
		err = run(k, &(struct vtl_lu_op){ .ops = VTL_OP_COMMIT });
	return err;
}

/* Commits what there is and fetches.  f: how to wait, where no answer sets that; then what came. */
static int step(struct kernel_transport *k, struct vtl_fetch *f)
{
	struct vtl_lu_op op;
	int err = deliver(k, 1);

	if (err)
		return err;
	do {
		op = (struct vtl_lu_op){ .ops = VTL_OP_FETCH, .fetch = *f };
		if (k->n_answers)
			op.ops |= VTL_OP_COMMIT;
		if (k->n_answers && !f->flags)
			op.fetch.wait_us = LINGER_US;
		err = run(k, &op);
	} while (!err && !(op.ops_done & VTL_OP_FETCH));
	*f = op.fetch;
	return err ? err : take(k, f);
}

struct share {
	uint64_t commands, bytes, begin_ns;
};

/* The host's clock tells of the time: a look at ours would be a system call in some guests. */
static bool goes_on(struct share *s, const struct vtl_fetch *f)
{
	int64_t ns = 0;

	if (f->type == VTL_NONE || f->type == VTL_WATCHED)
		return false;
	if (f->type == VTL_CMD) {
		s->bytes += f->data_len;
		s->begin_ns = s->begin_ns ? s->begin_ns : f->queued_ns;
		ns = (int64_t)(f->queued_ns - s->begin_ns);
	}
	return ++s->commands < SHARE_COMMANDS && s->bytes < SHARE_BYTES && ns < SHARE_NS;
}

/* A fair share of commands.  f: as step(), for the first one and from the last. */
static int share(struct kernel_transport *k, struct vtl_fetch *f)
{
	struct share s = { 0 };
	int err = step(k, f);

	while (!err && goes_on(&s, f)) {
		*f = (struct vtl_fetch){ 0 };
		err = step(k, f);
	}
	on_file(k, UINT64_MAX);		/* outside of here nothing is under way */
	if (!err)
		err = deliver(k, 0);
	return err || k->kept == k->released ? err : run(k, &(struct vtl_lu_op){ 0 });
}

static int serve(struct transport *t)
{
	return share(of(t), &(struct vtl_fetch){ 0 });
}

static int await(struct transport *t, int watch, int wait_ms)
{
	struct vtl_fetch f = {
		.flags = VTL_FETCH_WATCH, .watch_fd = watch,
		.wait_us = (uint32_t)(wait_ms < 0 || wait_ms > MOST_MS ? MOST_MS : wait_ms) * 1000,
	};
	const int err = share(of(t), &f);

	return err ? err : f.type == VTL_WATCHED;
}

static bool has_answers(const struct transport *t)
{
	return container_of(t, const struct kernel_transport, base)->n_answers;
}

static int detach(struct transport *t)
{
	int err = deliver(of(t), 0);

	on_file(of(t), UINT64_MAX);
	return err ? err : run(of(t), &(struct vtl_lu_op){ .ops = VTL_OP_DETACH });
}

int kernel_open(struct kernel_transport *k, const struct kernel_calls *calls, void *calls_ctx,
		const char *path)
{
	const int fd = calls->open(calls_ctx, path);

	*k = (struct kernel_transport){
		.base = {
			.serve = serve, .await = await, .has_answers = has_answers,
			.detach = detach, .fd = fd,
		},
		.calls = calls, .calls_ctx = calls_ctx,
	};
	return fd < 0 ? fd : 0;
}

static void slow_map(const struct scsi_op *ops, uint8_t *map)
{
	for (; ops->run; ops++)
		if (ops->timeout_s > SLOW_S)
			map[ops->opcode / 8] |= (uint8_t)(1 << ops->opcode % 8);
}

int kernel_attach(struct kernel_transport *k, struct lu *lu,
		  const struct transport_client *client, void *client_ctx)
{
	struct vtl_attach a = { .version = VTL_ABI_VERSION, .features = VTL_FEATURE_PIPELINE };

	k->lu = lu;
	k->base.client = client;
	k->base.ctx = client_ctx;
	scsi_overtake_map(lu->ops, a.overtake);
	slow_map(lu->ops, a.slow);
	return k->calls->ioctl(k->calls_ctx, k->base.fd, VTL_IOC_ATTACH, &a);
}

void kernel_close(struct kernel_transport *k)
{
	for (struct kernel_cmd *kc = k->cmds; kc < k->cmds + KERNEL_IN_HAND; kc++)
		if (kc->used)
			window_put(k, kc->window);
	window_put(k, k->window);
	if (k->base.fd >= 0)
		k->calls->close(k->calls_ctx, k->base.fd);
	*k = (struct kernel_transport){ .base.fd = -1 };
}
