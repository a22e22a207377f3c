// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/module.h"

enum { FAKE_FD = 1000 };

static int fake_open(void *ctx, const char *path)
{
	struct fake_module *m = ctx;

	if (m->open_error)
		return m->open_error;
	if (m->node_errors && strcmp(path, KERNEL_CONTROL)) {
		m->node_errors--;
		return m->node_error;
	}
	m->open_files++;
	return FAKE_FD;
}

static void fake_close(void *ctx, int fd)
{
	struct fake_module *m = ctx;

	(void)fd;
	m->open_files--;
}

static void broken(struct fake_module *m, const char *rule)
{
	snprintf(m->wrong, sizeof(m->wrong), "%s", rule);
}

static void release(struct fake_module *m, uint64_t number)
{
	const size_t len = strlen(m->releases);
	unsigned int n = 0;

	snprintf(m->releases + len, sizeof(m->releases) - len, "%llu ",
		 (unsigned long long)number);
	if (!m->n_kept || number > m->kept[m->n_kept - 1].number)
		broken(m, "released what was not kept");
	while (n < m->n_kept - m->untold && m->kept[n].number <= number)
		n++;
	if (!n)
		broken(m, "released nothing");
	m->n_kept -= n;
	memmove(m->kept, m->kept + n, m->n_kept * sizeof(m->kept[0]));
}

static int keep(struct fake_module *m, const struct vtl_commit *c)
{
	static const uint8_t none[VTL_NOTE_LEN];

	if (!c->keep && memcmp(c->note, none, sizeof(none)))
		broken(m, "a note for nothing");
	if (!c->keep)
		return 0;
	if (m->n_kept == VTL_KEPT_MAX || c->status || m->in_hand != VTL_DIR_OUT ||
	    (m->n_kept && m->kept[m->n_kept - 1].number >= c->keep))
		return -EINVAL;
	m->kept[m->n_kept].number = c->keep;
	m->kept[m->n_kept].off = m->in_hand_off;
	m->kept[m->n_kept++].len = c->data_len;
	m->keeps++;
	return 0;
}

static int commit(struct fake_module *m, const struct vtl_commit *c)
{
	int err;

	if (m->stale_next) {
		m->stale_next--;
		return -ESTALE;
	}
	if (m->refuse_next) {
		m->refuse_next--;
		return -EINVAL;
	}
	err = keep(m, c);
	if (err)
		return err;
	m->commits[m->n_commits++ % FAKE_COMMITS] = *c;
	return 0;
}

/* As the module: a window that is too small is asked for, and the command comes again. */
static void fetch(struct fake_module *m, struct vtl_fetch *f)
{
	const struct fake_fetch *t = &m->todo[m->next];
	const uint32_t wait = f->wait_us;

	m->fetches++;
	m->last_wait_us = wait;
	m->last_flags = f->flags;
	m->last_watch = f->watch_fd;
	if (f->reserved || f->flags & ~(uint32_t)VTL_FETCH_WATCH || (!f->flags && f->watch_fd))
		broken(m, "FETCH with what must be zero");
	*f = (struct vtl_fetch){ .wait_us = wait };
	if (m->untold) {
		const unsigned int n = m->n_kept - m->untold--;

		f->type = VTL_KEPT;
		f->cookie = m->kept[n].number;
		f->data_off = m->kept[n].off;
		f->data_len = m->kept[n].len;
		snprintf((char *)f->note, sizeof(f->note), "note %u", (unsigned int)f->cookie);
		return;
	}
	if (m->next == m->n_todo)
		return;
	*f = t->f;
	if (f->data_len && m->n_kept >= m->kept_max) {
		*f = (struct vtl_fetch){ .type = VTL_FULL, .data_len = f->data_len };
		m->full++;
		return;
	}
	if (f->type == VTL_CMD && f->data_len &&
	    (uint64_t)f->data_off + f->data_len > m->window_len) {
		f->type = m->n_kept ? VTL_FULL : VTL_NEEDS;
		return;
	}
	if (t->out)
		memcpy(m->window + f->data_off, t->out, f->data_len);
	m->in_hand = f->dir;
	m->in_hand_off = f->data_off;
	m->next++;
}

static int lu_op(struct fake_module *m, struct vtl_lu_op *op)
{
	int err = m->fail_op;

	m->fail_op = 0;
	if (err)
		return err;
	if (!op->ops)
		return -EINVAL;
	op->ops_done = 0;
	if (op->ops & VTL_OP_RELEASE)
		release(m, op->release);
	if (op->ops & VTL_OP_COMMIT)
		err = commit(m, &op->commit);
	if (err && op->ops & VTL_OP_RELEASE) {	/* what was done is told, the error once more */
		m->stale_next += err == -ESTALE;
		m->refuse_next += err == -EINVAL;
		op->ops_done = VTL_OP_RELEASE;
		return 0;
	}
	if (err)
		return err;
	op->ops_done = op->ops;
	if (op->ops & VTL_OP_DETACH)
		m->detached = true;
	if (op->ops & VTL_OP_FETCH)
		fetch(m, &op->fetch);
	return 0;
}

static struct vtl_unit *find(struct fake_module *m, uint32_t number)
{
	for (unsigned int i = 0; i < m->n_units; i++)
		if (m->units[i].number == number)
			return &m->units[i];
	return NULL;
}

static int add(struct fake_module *m, const struct vtl_add_lu *a)
{
	if (a->abi != VTL_ABI_VERSION)
		return -EPROTO;
	if (m->add_error)
		return m->add_error;
	if (find(m, a->number))
		return -EEXIST;
	m->added = *a;
	m->units[m->n_units++] = (struct vtl_unit){
		.number = a->number, .channel = a->channel, .target = a->target, .lun = a->lun,
		.type = a->type,
	};
	return 0;
}

static int list(struct fake_module *m, struct vtl_list *l)
{
	struct vtl_unit *to = (struct vtl_unit *)(uintptr_t)l->units;
	uint32_t n = 0;

	for (unsigned int i = 0; i < m->n_units; i++)
		if (m->units[i].number >= l->first && n < l->count)
			to[n++] = m->units[i];
	l->count = n;
	return 0;
}

static int remove_unit(struct fake_module *m, const struct vtl_remove_lu *r)
{
	struct vtl_unit *u = find(m, r->number);

	if (r->flags & ~(uint32_t)VTL_REMOVE_DISCARD)
		return -EINVAL;
	if (m->busy) {
		m->busy--;
		return -EBUSY;
	}
	if (!u)
		return -ENOENT;
	if (m->keeping == r->number && !(r->flags & VTL_REMOVE_DISCARD))
		return -ENOTEMPTY;
	m->n_units--;			/* the others stay in order */
	memmove(u, u + 1, (size_t)(&m->units[m->n_units] - u) * sizeof(*u));
	return 0;
}

static int control(struct fake_module *m, unsigned long request, void *arg)
{
	struct vtl_unit *u;

	switch (request) {
	case VTL_IOC_VERSION:
		((struct vtl_version *)arg)->version = m->version;
		return 0;
	case VTL_IOC_ADD_LU:
		return add(m, arg);
	case VTL_IOC_UNIT:
		u = find(m, ((struct vtl_unit *)arg)->number);
		if (u)
			*(struct vtl_unit *)arg = *u;
		return u ? 0 : -ENOENT;
	case VTL_IOC_REMOVE_LU:
		return remove_unit(m, arg);
	case VTL_IOC_LIST:
		return list(m, arg);
	}
	return -ENOTTY;
}

static int fake_ioctl(void *ctx, int fd, unsigned long request, void *arg)
{
	struct fake_module *m = ctx;

	m->ioctls++;
	if (fd != FAKE_FD)
		return -EBADF;
	switch (request) {
	case VTL_IOC_LU_OP:
		return lu_op(m, arg);
	case VTL_IOC_ATTACH:
		m->attach = *(struct vtl_attach *)arg;
		return m->attach_answer;
	case VTL_IOC_RESIZE:
		if (m->n_kept)
			broken(m, "RESIZE while something is kept");
		m->window_len = *(uint64_t *)arg;
		m->resizes++;
		return 0;
	}
	return control(m, request, arg);
}

/* Each mapping is memory of its own, so that ASan sees who uses one that is gone. */
static void *fake_map(void *ctx, int fd, size_t len, int *ret_err)
{
	struct fake_module *m = ctx;

	(void)fd;
	if (m->map_error) {
		*ret_err = m->map_error;
		return NULL;
	}
	m->window = calloc(1, len);
	m->maps++;
	return m->window;
}

static void fake_unmap(void *ctx, void *at, size_t len)
{
	struct fake_module *m = ctx;

	(void)len;
	m->maps--;
	free(at);
}

const struct kernel_calls fake_module_calls = {
	fake_open, fake_close, fake_ioctl, fake_map, fake_unmap,
};

void fake_module_init(struct fake_module *m)
{
	*m = (struct fake_module){ .version = VTL_ABI_VERSION, .kept_max = VTL_KEPT_MAX };
}

struct vtl_fetch *fake_command(struct fake_module *m, uint64_t cookie, uint8_t opcode,
			       uint32_t in_len, const char *out, uint32_t out_len)
{
	struct fake_fetch *t = &m->todo[m->n_todo++];

	*t = (struct fake_fetch){
		.f = {
			.type = VTL_CMD, .cookie = cookie, .initiator = 1, .cdb_len = 6,
			.data_off = VTL_ASIDE_LEN, .data_len = in_len + out_len,
			.dir = in_len ? VTL_DIR_IN : out_len ? VTL_DIR_OUT : VTL_DIR_NONE,
			.cdb = { opcode },
		},
		.out = out,
	};
	return &t->f;
}

void fake_kept(struct fake_module *m, uint64_t number, uint32_t off, uint32_t len)
{
	m->kept[m->n_kept].number = number;
	m->kept[m->n_kept].off = off;
	m->kept[m->n_kept++].len = len;
	m->untold++;
}

void fake_event(struct fake_module *m, enum vtl_type type, uint64_t cookie)
{
	m->todo[m->n_todo++] = (struct fake_fetch){ .f = { .type = type, .cookie = cookie } };
}
