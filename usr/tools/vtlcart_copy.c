// SPDX-License-Identifier: GPL-2.0-only
/*
 * vtlcart clone and snapshot: the files as they are, sharing extents where the file system can.
 * The source is locked as a reader: no drive can load it meanwhile, and what one has loaded is not
 * copied, as its files are not of one moment.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/inspect.h"
#include "tools/json.h"
#include "tools/making.h"
#include "tools/tool.h"
#include "tools/vtlcart.h"

enum { CHUNK = 1 << 20 };

struct copy {
	const struct vtlcart *v;
	bool own_identity;			/* a clone */
	char from[CARTRIDGE_PATH];
	struct cart_folder *source;
	int meta;				/* of the source, locked */
	uint32_t partitions;
	uint64_t total, done;			/* bytes */
	bool shared;				/* all of it, by extents */
	struct tool_progress progress;
	struct making m;
};

static int open_source(const struct copy *x, const char *name)
{
	return openat(cart_folder_fd(x->source), name,
		      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

static bool lock_source(struct copy *x)
{
	struct flock l = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	const char *program = x->v->where.program;

	if (!cartridge_folder(program, x->from, &x->source))
		return false;
	x->meta = open_source(x, "meta");
	if (x->meta < 0)
		return tool_fail(program, 0, "%s/meta: %s", x->from, strerror(errno));
	if (!fcntl(x->meta, F_OFD_SETLK, &l))
		return true;
	if (errno != EAGAIN && errno != EACCES)
		return tool_fail(program, 0, "%s/meta: %s", x->from, strerror(errno));
	return tool_fail(program, 0, "%s is loaded in a drive; it can be copied when it is "
			 "unloaded", x->from);
}

static bool look(struct copy *x)
{
	struct cartridge c;

	if (!cartridge_open(x->v->where.program, x->from, CART_LOOK, &c))
		return false;
	if (c.rc && x->own_identity) {	/* which would have to be written */
		tool_fail(x->v->where.program, 0, "%s: %s: %s", x->from, tool_cart_error(c.rc),
			  c.why);
		cartridge_drop(&c);
		return false;
	}
	cartridge_warn(x->v->where.program, x->from, &c);
	x->partitions = cart_partitions(c.cart);
	for (uint32_t i = 0; i < x->partitions; i++)
		x->total += cart_end_of(c.cart, i).used;
	cartridge_drop(&c);
	return true;
}

static int write_all(int fd, const uint8_t *bytes, size_t len)
{
	for (ssize_t n; len; bytes += n, len -= (size_t)n) {
		n = write(fd, bytes, len);
		if (n < 0)
			return -errno;
	}
	return 0;
}

/* The rest of the file by way of this process. */
static int copy_bytes(struct copy *x, int from, int to)
{
	uint8_t *buf = malloc(CHUNK);
	int err = buf ? 0 : -ENOMEM;
	ssize_t n = 1;

	while (!err && n) {
		n = read(from, buf, CHUNK);
		err = n < 0 ? -errno : write_all(to, buf, (size_t)n);
		x->done += n > 0 ? (uint64_t)n : 0;
		tool_progress(&x->progress, 0, x->done);
	}
	free(buf);
	return err;
}

static int copy_content(struct copy *x, int from, int to)
{
	ssize_t n;

	if (!ioctl(to, FICLONE, from))
		return 0;
	x->shared = false;
	while ((n = copy_file_range(from, NULL, to, NULL, (size_t)64 * CHUNK, 0)) > 0) {
		x->done += (uint64_t)n;
		tool_progress(&x->progress, 0, x->done);
	}
	if (n < 0 && errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
		return -errno;
	return copy_bytes(x, from, to);
}

/* Whether the file is there is for the cartridge to judge: an index can be made again. */
static int copy_file(struct copy *x, const char *name)
{
	const int from = open_source(x, name);
	struct stat st;
	int to, err;

	if (from < 0)
		return errno == ENOENT ? 0 : -errno;
	err = fstat(from, &st) ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;
	to = openat(x->m.staged.folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
	if (!err)
		err = to < 0 ? -errno : copy_content(x, from, to);
	if (to >= 0)
		close(to);
	close(from);
	return err;
}

static bool copy_named(struct copy *x, const char *name)
{
	const int err = copy_file(x, name);

	return !err || tool_fail(x->v->where.program, 0, "%s: %s: %s", x->from, name,
				 strerror(-err));
}

/* What repairs have saved is this tape's history, and of no use to another one. */
static int copy_saved(int folder, const char *name, void *ctx)
{
	(void)folder;
	return strstr(name, ".saved.") && !copy_named(ctx, name);
}

static bool copy_files(struct copy *x)
{
	char name[16] = "meta";
	bool ok;

	x->shared = true;
	tool_progress_begin(&x->progress, "copying", x->total);
	ok = copy_named(x, name);
	for (uint32_t i = 0; ok && i < 2 * x->partitions; i++) {
		snprintf(name, sizeof(name), i < 2 ? "%s" : "%s.%u", i & 1 ? "indx" : "data",
			 i / 2);
		ok = copy_named(x, name);
	}
	if (ok && !x->own_identity)
		ok = !staged_each_file(cart_folder_fd(x->source), copy_saved, x);
	tool_progress_end(&x->progress);
	return ok;
}

/* The log_ids stay, so that the data need not change. */
static bool make_own(struct copy *x)
{
	struct cart_spec spec;
	enum cart_rc rc;

	if (!making_open(&x->m))
		return false;
	spec = *cart_spec(x->m.c.cart);
	snprintf(spec.barcode, sizeof(spec.barcode), "%.32s", x->m.staged.name);
	if (getrandom(spec.uuid, sizeof(spec.uuid), 0) != sizeof(spec.uuid))
		return tool_fail(x->v->where.program, 0, "no random numbers");
	rc = cart_set_spec(x->m.c.cart, &spec);
	return !rc || tool_fail(x->v->where.program, 0, "%s: %s%s%s", x->from, tool_cart_error(rc),
				rc == CART_READ_ONLY ? ": " : "",
				rc == CART_READ_ONLY ? cart_why_read_only(x->m.c.cart) : "");
}

static int say(const struct copy *x)
{
	struct json j = { .to = stdout };

	if (x->v->json) {
		json_open(&j, NULL, '{');
		json_text(&j, "home", x->m.home);
		json_text(&j, "barcode", x->m.staged.name);
		json_bool(&j, "shared", x->shared);
		json_close(&j, '}');
	} else if (x->v->verbose) {
		printf("made %s/%s%s\n", x->m.home, x->m.staged.name,
		       x->shared ? ", sharing extents" : "");
	}
	return tool_flush(x->v->where.program, VTLCART_FAILED);
}

static int copy(struct copy *x)
{
	char home[CONF_PATH_SIZE], barcode[CONF_BARCODE_MAX + 1];
	const struct cartridge_where *w = &x->v->where;

	if (!cartridge_find(w, x->v->operand[0], x->from) || !lock_source(x) || !look(x) ||
	    !cartridge_place(w, x->v->operand[1], x->from, home, barcode) ||
	    !making_begin(&x->m, w->program, home, barcode))
		return VTLCART_FAILED;
	if (!copy_files(x) || (x->own_identity && !make_own(x))) {
		making_discard(&x->m);
		return VTLCART_FAILED;
	}
	return making_commit(&x->m) ? say(x) : VTLCART_FAILED;
}

static int run(const struct vtlcart *v, bool own_identity)
{
	struct copy x = { .v = v, .own_identity = own_identity, .meta = -1 };
	const int status = copy(&x);

	if (x.meta >= 0)
		close(x.meta);
	cart_folder_close(x.source);
	return status;
}

int vtlcart_clone(const struct vtlcart *v)
{
	return run(v, true);
}

int vtlcart_snapshot(const struct vtlcart *v)
{
	return run(v, false);
}
