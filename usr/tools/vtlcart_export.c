// SPDX-License-Identifier: GPL-2.0-only
/* vtlcart export: a partition to a SIMH tape image, what cannot be read marked as bad. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/inspect.h"
#include "tools/json.h"
#include "tools/tap.h"
#include "tools/tool.h"
#include "tools/vtlcart.h"

struct export {
	const struct vtlcart *v;
	const char *path;			/* of the image; "-" is stdout */
	char temporary[CONF_PATH_SIZE + 8];
	FILE *to;
	struct cart *c;
	uint32_t partition;
	uint8_t *buf;				/* CART_BLOCK_MAX bytes */
	uint64_t objects, filemarks, bytes, unreadable;
	bool cut;				/* nobody knows what was behind the end */
};

static int64_t number(const struct export *x)
{
	uint64_t n = 0;

	if (x->v->partition)
		conf_number(x->v->partition, CART_PARTITIONS - 1, &n);
	if (n >= cart_partitions(x->c)) {
		tool_fail(x->v->where.program, 0, "there is no partition %llu",
			  (unsigned long long)n);
		return -1;
	}
	if (!x->v->partition && cart_partitions(x->c) > 1) {
		tool_fail(x->v->where.program, 0, "the cartridge has %u partitions and an image "
			  "takes one; -p says which", cart_partitions(x->c));
		return -1;
	}
	return (int64_t)n;
}

/* What stands for an object that cannot be read: its filemark, or a bad block of its length. */
static int put_lost(struct export *x)
{
	struct cart_object o = { .kind = CART_LOST };

	x->unreadable++;
	if (cart_object(x->c, &o) == CART_OK && o.kind == CART_MARK)
		return tap_write(x->to, TAP_MARK, NULL, 0);
	o.len = o.len ? o.len : 1;
	memset(x->buf, 0, o.len);
	return tap_write(x->to, TAP_BAD, x->buf, o.len);
}

static int put_object(struct export *x, uint64_t object)
{
	enum cart_rc rc = CART_OK;
	uint32_t len = 0;

	x->objects++;
	if (cart_position(x->c).object != object)
		rc = cart_locate(x->c, x->partition, object);
	if (rc == CART_OK)
		rc = cart_read(x->c, x->buf, CART_BLOCK_MAX, &len);
	if (rc == CART_FILEMARK) {
		x->filemarks++;
		return tap_write(x->to, TAP_MARK, NULL, 0);
	}
	if (rc)
		return put_lost(x);
	x->bytes += len;
	return tap_write(x->to, TAP_BLOCK, x->buf, len);
}

static bool put_all(struct export *x)
{
	const struct cart_end end = cart_end_of(x->c, x->partition);
	struct tool_progress progress;
	uint32_t len;
	int err = 0;

	tool_progress_begin(&progress, "exporting", end.used);
	cart_locate(x->c, x->partition, 0);
	for (uint64_t n = 0; !err && n < end.objects; n++) {
		err = put_object(x, n);
		tool_progress(&progress, n + 1, x->bytes);
	}
	tool_progress_end(&progress);
	x->cut = cart_locate_end(x->c, x->partition) ||
		 cart_read(x->c, x->buf, CART_BLOCK_MAX, &len) != CART_EOD;
	if (!err)
		err = tap_write(x->to, TAP_END, NULL, 0);
	if (!err && fflush(x->to) == 0)
		return true;
	return tool_fail(x->v->where.program, 0, "%s: %s", x->path, strerror(errno));
}

static bool open_image(struct export *x)
{
	struct stat st;
	int fd;

	if (!strcmp(x->path, "-")) {
		x->to = stdout;
		return true;
	}
	if (!lstat(x->path, &st))
		return tool_fail(x->v->where.program, 0, "%s: %s", x->path, strerror(EEXIST));
	if ((size_t)snprintf(x->temporary, sizeof(x->temporary), "%s.new", x->path) >=
	    sizeof(x->temporary))
		return tool_fail(x->v->where.program, 0, "%.60s...: %s", x->path,
				 strerror(ENAMETOOLONG));
	fd = open(x->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0)
		return tool_fail(x->v->where.program, 0, "%s: %s", x->temporary, strerror(errno));
	x->to = fdopen(fd, "w");
	if (x->to)
		return true;
	close(fd);
	unlink(x->temporary);
	return tool_fail(x->v->where.program, 0, "%s", strerror(ENOMEM));
}

/* An image has its name when it is all there. */
static bool close_image(struct export *x, bool ok)
{
	int err;

	if (x->to == stdout)
		return ok;
	err = ok && fsync(fileno(x->to)) ? errno : 0;
	if (fclose(x->to) && ok && !err)
		err = errno;
	if (ok && !err && renameat2(AT_FDCWD, x->temporary, AT_FDCWD, x->path, RENAME_NOREPLACE))
		err = errno != EINVAL && errno != ENOSYS ? errno :
		      rename(x->temporary, x->path) ? errno : 0;
	if (ok && !err)
		return true;
	unlink(x->temporary);
	if (ok)
		tool_fail(x->v->where.program, 0, "%s: %s", x->path, strerror(err));
	return false;
}

static int say(const struct export *x)
{
	struct json j = { .to = x->to == stdout ? stderr : stdout };
	const char *program = x->v->where.program;

	if (x->v->json) {
		json_open(&j, NULL, '{');
		json_text(&j, "file", x->path);
		json_number(&j, "partition", x->partition);
		json_number(&j, "objects", x->objects);
		json_number(&j, "filemarks", x->filemarks);
		json_number(&j, "bytes", x->bytes);
		json_number(&j, "unreadable", x->unreadable);
		json_bool(&j, "cut", x->cut);
		json_close(&j, '}');
	} else if (x->v->verbose) {
		fprintf(j.to, "exported %llu objects, %llu bytes\n",
			(unsigned long long)x->objects, (unsigned long long)x->bytes);
	}
	if (x->unreadable)
		tool_fail(program, 0, "%llu of %llu objects could not be read, and are marked as "
			  "bad in %s", (unsigned long long)x->unreadable,
			  (unsigned long long)x->objects, x->path);
	if (x->cut)
		tool_fail(program, 0, "the end of the data is damaged; what was behind is not "
			  "in %s", x->path);
	if (x->unreadable || x->cut)
		return VTLCART_FAILED;
	return tool_flush(program, VTLCART_FAILED);
}

static int export(struct export *x)
{
	const int64_t partition = number(x);
	bool ok;

	if (partition < 0)
		return VTLCART_FAILED;
	x->partition = (uint32_t)partition;
	x->buf = malloc(CART_BLOCK_MAX);
	if (!x->buf)
		return tool_fail(x->v->where.program, VTLCART_FAILED, "%s", strerror(ENOMEM));
	ok = open_image(x);
	if (ok) {
		ok = put_all(x);
		ok = close_image(x, ok);
	}
	free(x->buf);
	return ok ? say(x) : VTLCART_FAILED;
}

int vtlcart_export(const struct vtlcart *v)
{
	struct export x = { .v = v, .path = v->operand[1] };
	char path[CARTRIDGE_PATH];
	struct cartridge c;
	int status;

	if (!cartridge_look(&v->where, v->operand[0], path, &c))
		return VTLCART_FAILED;
	cartridge_warn(v->where.program, path, &c);
	if (cartridge_busy(path))
		tool_fail(v->where.program, 0, "warning: %s is loaded in a drive; exported as it "
			  "was found", path);
	x.c = c.cart;
	status = export(&x);
	cartridge_drop(&c);
	return status;
}
