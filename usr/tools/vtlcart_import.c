// SPDX-License-Identifier: GPL-2.0-only
/* vtlcart import: a new cartridge of a SIMH tape image, all of it or nothing. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/json.h"
#include "tools/making.h"
#include "tools/tap.h"
#include "tools/tool.h"
#include "tools/vtlcart.h"

struct import {
	const struct vtlcart *v;
	const char *path;
	FILE *from;
	uint64_t offset;		/* in the image */
	uint8_t *buf;			/* CART_BLOCK_MAX bytes */
	uint64_t objects, filemarks, bytes, bad;
	struct making m;
};

static bool may_be_bad(const struct import *x, enum tap_kind kind)
{
	if (kind != TAP_BAD || x->v->accept_bad)
		return true;
	return tool_fail(x->v->where.program, 0, "%s: block %llu is marked as bad, before byte "
			 "%llu; --accept-bad takes it as it is", x->path,
			 (unsigned long long)x->objects, (unsigned long long)x->offset);
}

/* False: it failed, or *ret_end is true. */
static bool take_object(struct import *x, bool *ret_end)
{
	enum cart_rc rc = CART_OK;
	enum tap_kind kind;
	char why[TAP_WHY];
	uint32_t len = 0;

	*ret_end = false;
	if (tap_read(x->from, &x->offset, x->buf, CART_BLOCK_MAX, &kind, &len, why))
		return tool_fail(x->v->where.program, 0, "%s: %s", x->path, why);
	*ret_end = kind == TAP_END;
	if (kind == TAP_END || !may_be_bad(x, kind))
		return false;
	if (kind == TAP_MARK)
		rc = cart_write_filemarks(x->m.c.cart, 1, true);
	else
		rc = cart_write(x->m.c.cart, x->buf, len);
	if (rc)
		return tool_fail(x->v->where.program, 0, "%s", making_failure(rc));
	x->objects++;
	x->filemarks += kind == TAP_MARK;
	x->bad += kind == TAP_BAD;
	x->bytes += len;
	return true;
}

static bool take_all(struct import *x)
{
	struct tool_progress progress;
	struct stat st = { 0 };
	bool end;

	tool_progress_begin(&progress, "importing",
			    !fstat(fileno(x->from), &st) && S_ISREG(st.st_mode) ?
			    (uint64_t)st.st_size : 0);
	while (take_object(x, &end))
		tool_progress(&progress, x->objects, x->offset);
	tool_progress_end(&progress);
	return end;
}

static int say(const struct import *x)
{
	struct json j = { .to = stdout };
	const char *name = x->m.staged.name;

	if (x->v->json) {
		json_open(&j, NULL, '{');
		json_text(&j, "home", x->m.home);
		json_text(&j, "barcode", name);
		json_number(&j, "objects", x->objects);
		json_number(&j, "filemarks", x->filemarks);
		json_number(&j, "bytes", x->bytes);
		json_number(&j, "bad", x->bad);
		json_close(&j, '}');
	} else if (x->v->verbose) {
		printf("imported %s/%s: %llu objects, %llu bytes\n", x->m.home, name,
		       (unsigned long long)x->objects, (unsigned long long)x->bytes);
	}
	if (x->bad)
		tool_fail(x->v->where.program, 0, "warning: %llu blocks were marked as bad, and "
			  "are now as good as others", (unsigned long long)x->bad);
	return tool_flush(x->v->where.program, VTLCART_FAILED);
}

static int import(struct import *x)
{
	const struct vtlcart *v = x->v;
	char home[CONF_PATH_SIZE], barcode[CONF_BARCODE_MAX + 1];
	struct cart_spec spec;

	if (!cartridge_place(&v->where, v->operand[1], NULL, home, barcode) ||
	    !making_spec(v, barcode, &spec) ||
	    !making_begin(&x->m, v->where.program, home, barcode))
		return VTLCART_FAILED;
	if (!making_create(&x->m, &spec) || !take_all(x)) {
		making_discard(&x->m);
		return VTLCART_FAILED;
	}
	return making_commit(&x->m) ? say(x) : VTLCART_FAILED;
}

static bool open_image(struct import *x)
{
	struct stat st;

	if (!strcmp(x->path, "-")) {
		x->from = stdin;
		return true;
	}
	if (!stat(x->path, &st) && S_ISDIR(st.st_mode))
		return tool_fail(x->v->where.program, 0, "%s: %s", x->path, strerror(EISDIR));
	x->from = fopen(x->path, "re");
	return x->from ||
	       tool_fail(x->v->where.program, 0, "%s: %s", x->path, strerror(errno));
}

int vtlcart_import(const struct vtlcart *v)
{
	struct import x = { .v = v, .path = v->operand[0] };
	int status = VTLCART_FAILED;

	if (v->from_mhvtl)
		return vtlcart_import_mhvtl(v);
	if (v->n < 2)
		return tool_fail(v->where.program, VTLCART_USAGE, "expected vtlcart import "
				 "FILE.tap CART");
	x.buf = malloc(CART_BLOCK_MAX);
	if (!x.buf)
		return tool_fail(v->where.program, VTLCART_FAILED, "%s", strerror(ENOMEM));
	if (open_image(&x)) {
		status = import(&x);
		if (x.from != stdin)
			fclose(x.from);
	}
	free(x.buf);
	return status;
}
