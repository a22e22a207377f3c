// SPDX-License-Identifier: GPL-2.0-only
/* vtlcart import --from-mhvtl: a new cartridge with all that one of mhvtl has, or nothing. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/macros.h"
#include "media/inspect.h"
#include "model/model.h"
#include "tools/json.h"
#include "tools/making.h"
#include "tools/mhvtl_media.h"
#include "tools/tool.h"
#include "tools/vtlcart.h"

enum {
	HEADER = 64, ALIGN = 8,		/* of a record: see cartridge(5) */
	SLACK = 1 << 20,		/* bytes of a partition that stay free */
};

struct import {
	const struct vtlcart *v;
	const char *path;
	struct mhvtl_media *media;
	uint8_t *buf;			/* CART_BLOCK_MAX bytes */
	uint64_t objects, bytes;
	uint64_t capacity;		/* as it was, if it had to grow; else 0 */
	struct making m;
};

/* Some densities are of several media: the name of the density or the barcode tells them apart. */
static const struct medium_model *find_medium(const struct mhvtl_info *info, const char *barcode)
{
	const struct medium_model *of_barcode, *found = NULL;
	const char *type;

	for (const struct medium_model *m = medium_models; m->name; m++) {
		if (m->density != info->density)
			continue;
		if (*info->density_name && !strcmp(m->density_name, info->density_name))
			return m;
		found = found ? found : m;
	}
	if (barcode_classify(barcode, &of_barcode, &type) && of_barcode->density == info->density)
		return of_barcode;
	return found;
}

static bool medium_of(const struct import *x, const char *barcode,
		      const struct medium_model **ret)
{
	const struct mhvtl_info *info = mhvtl_info(x->media);
	const char *density = x->v->density, *program = x->v->where.program;

	*ret = density ? medium_model_find(density) : find_medium(info, barcode);
	if (*ret)
		return true;
	if (density)
		return tool_fail(program, 0, "unknown density \"%s\"; mktape --help lists them",
				 density);
	return tool_fail(program, 0, "%s: nothing has density 0x%02x; -d says what it is", x->path,
			 info->density);
}

static uint64_t needed(const struct mhvtl_partition *p)
{
	return p->bytes + p->objects * (HEADER + ALIGN - 1) + SLACK;
}

/*
 * Blocks that were compressed may take more room here: a partition grows where it must.  Those of
 * unknown capacity share what the others leave.
 */
static uint64_t divide(const struct mhvtl_info *info, uint64_t capacity, uint64_t *sizes)
{
	uint64_t left = capacity, sum = 0, share, unknown = 0;

	for (uint32_t i = 0; i < info->partitions; i++) {
		const uint64_t said = info->partitions == 1 ? 0 : info->partition[i].capacity;

		sizes[i] = said < capacity ? said : 0;
		left -= sizes[i] < left ? sizes[i] : left;
		unknown += !sizes[i];
	}
	share = unknown ? left / unknown : 0;
	for (uint32_t i = 0; i < info->partitions; i++) {
		sizes[i] = sizes[i] ? sizes[i] : share;
		if (sizes[i] < needed(&info->partition[i]) && info->type != CART_NULL_TAPE)
			sizes[i] = needed(&info->partition[i]);
		sizes[i] = sizes[i] ? sizes[i] : SLACK;
		sum += sizes[i];
	}
	return sum;
}

static bool make_spec(struct import *x, const char *barcode, struct cart_spec *ret,
		      uint64_t *sizes)
{
	const struct mhvtl_info *info = mhvtl_info(x->media);
	const struct medium_model *medium;
	uint64_t mb = 0, sum;

	if (x->v->size && !conf_number(x->v->size, UINT32_MAX, &mb))
		return tool_fail(x->v->where.program, 0, "expected a size in MiB, found \"%s\"",
				 x->v->size);
	if (!medium_of(x, barcode, &medium))
		return false;
	*ret = (struct cart_spec){ .type = info->type, .density = medium->density };
	snprintf(ret->barcode, sizeof(ret->barcode), "%s", barcode);
	snprintf(ret->medium, sizeof(ret->medium), "%s", medium->name);
	ret->capacity = mb ? mb << 20 : info->capacity && !x->v->size ? info->capacity :
			(uint64_t)medium->capacity_mb * 1000000;
	if (x->v->type && !tool_type_find(x->v->type, &ret->type))
		return tool_fail(x->v->where.program, 0, "expected a type of data, clean, WORM "
				 "or NULL, found \"%s\"", x->v->type);
	sum = divide(info, ret->capacity, sizes);
	if (sum > ret->capacity) {
		x->capacity = ret->capacity;
		ret->capacity = sum;
	}
	return true;
}

static bool take_partition(struct import *x, uint32_t n, struct tool_progress *progress)
{
	const struct mhvtl_partition *p = &mhvtl_info(x->media)->partition[n];
	struct cart *c = x->m.c.cart;
	char why[MHVTL_WHY];
	enum cart_rc rc;

	rc = cart_locate(c, n, 0);
	for (uint64_t i = 0; !rc && i < p->objects; i++) {
		uint32_t len = 0;

		if (mhvtl_read(x->media, n, i, x->buf, &len, why))
			return tool_fail(x->v->where.program, 0, "%s: %s", x->path, why);
		rc = len ? cart_write(c, x->buf, len) : cart_write_filemarks(c, 1, true);
		x->objects++;
		x->bytes += len;
		tool_progress(progress, x->objects, x->bytes);
	}
	return !rc || tool_fail(x->v->where.program, 0, "%s", making_failure(rc));
}

static bool take_data(struct import *x)
{
	const struct mhvtl_info *info = mhvtl_info(x->media);
	struct tool_progress progress;
	uint64_t total = 0;
	bool ok = true;

	for (uint32_t i = 0; i < info->partitions; i++)
		total += info->partition[i].bytes;
	tool_progress_begin(&progress, "importing", total);
	for (uint32_t i = 0; ok && i < info->partitions; i++)
		if (info->partition[i].objects)
			ok = take_partition(x, i, &progress);
	tool_progress_end(&progress);
	return ok;
}

/* The drive makes the barcode's attribute itself. */
static bool is_wanted(const struct import *x, const struct mhvtl_attribute *a)
{
	return a->a.id != 0x0806 || strcmp(mhvtl_info(x->media)->barcode, x->m.staged.name);
}

static enum cart_rc take_attributes(struct import *x)
{
	const struct mhvtl_info *info = mhvtl_info(x->media);
	struct cart_attribute some[MHVTL_ATTRIBUTES];
	enum cart_rc rc = CART_OK;

	for (uint32_t i = 0; !rc && i < info->partitions; i++) {
		size_t n = 0;

		for (size_t k = 0; k < info->attributes; k++)
			if (info->attribute[k].partition == i &&
			    is_wanted(x, &info->attribute[k]))
				some[n++] = info->attribute[k].a;
		rc = cart_attribute_set(x->m.c.cart, i, some, n);
	}
	return rc;
}

static bool take_meta(struct import *x)
{
	const struct mhvtl_info *info = mhvtl_info(x->media);
	struct cart_counters n = info->counters;
	enum cart_rc rc = take_attributes(x);

	if (!n.initializations)
		n.initializations = 1;
	if (rc == CART_OK)
		rc = cart_set_counters(x->m.c.cart, &n);
	if (rc == CART_OK && info->write_protect)
		rc = cart_set_protect(x->m.c.cart, true);
	return !rc || tool_fail(x->v->where.program, 0, "%s: MAM: %s", x->path,
				tool_cart_error(rc));
}

/* Stored as it was, on the whole: a drive may do otherwise with what it writes. */
static enum cart_codec codec_of(const struct mhvtl_info *info)
{
	return info->flags & MHVTL_LZO ? CART_LZO : info->flags & MHVTL_ZLIB ? CART_ZLIB : CART_RAW;
}

/* The room that was not wanted after all goes; what of it is shared by partitions stays. */
static bool shrink(struct import *x)
{
	const uint64_t most = cart_end_of(x->m.c.cart, 0).used + SLACK;
	struct cart_spec spec = *cart_spec(x->m.c.cart);
	enum cart_rc rc;

	if (!x->capacity || mhvtl_info(x->media)->partitions > 1)
		return true;
	spec.capacity = most > x->capacity ? most : x->capacity;
	rc = cart_set_spec(x->m.c.cart, &spec);
	if (most <= x->capacity)
		x->capacity = 0;
	return !rc || tool_fail(x->v->where.program, 0, "%s", tool_cart_error(rc));
}

static bool take(struct import *x, const struct cart_spec *spec, const uint64_t *sizes)
{
	const struct mhvtl_info *info = mhvtl_info(x->media);
	enum cart_rc rc;

	if (!making_create(&x->m, spec))
		return false;
	rc = cart_set_compression(x->m.c.cart, codec_of(info), 1);
	if (rc == CART_OK && info->partitions > 1)
		rc = cart_format(x->m.c.cart, info->partitions, sizes, spec->density);
	if (rc)
		return tool_fail(x->v->where.program, 0, "%s: partitions: %s", x->path,
				 tool_cart_error(rc));
	return take_data(x) && shrink(x) && take_meta(x);
}

static void warn(const struct import *x)
{
	const struct mhvtl_info *info = mhvtl_info(x->media);
	const char *program = x->v->where.program;

	for (uint32_t i = 0; i < info->partitions; i++) {
		if (info->partition[i].map_differs)
			tool_fail(program, 0, "warning: %s: the list of filemarks of partition %u "
				  "is not that of the index, which counts", x->path, i);
		if (info->partition[i].left_over && info->type != CART_NULL_TAPE)
			tool_fail(program, 0, "warning: %s: %llu bytes of data of partition %u "
				  "are in no index, and left out", x->path,
				  (unsigned long long)info->partition[i].left_over, i);
	}
	if (x->capacity)
		tool_fail(program, 0, "warning: %s: its data wants more room here than %llu MiB; "
			  "the new cartridge has it", x->path,
			  (unsigned long long)x->capacity >> 20);
}

static int say(const struct import *x)
{
	const struct mhvtl_info *info = mhvtl_info(x->media);
	struct json j = { .to = stdout };

	if (x->v->json) {
		json_open(&j, NULL, '{');
		json_text(&j, "home", x->m.home);
		json_text(&j, "barcode", x->m.staged.name);
		json_number(&j, "format", info->format);
		json_number(&j, "partitions", info->partitions);
		json_number(&j, "objects", x->objects);
		json_number(&j, "bytes", x->bytes);
		json_close(&j, '}');
	} else if (x->v->verbose) {
		printf("imported %s/%s of format %u: %llu objects, %llu bytes\n", x->m.home,
		       x->m.staged.name, info->format, (unsigned long long)x->objects,
		       (unsigned long long)x->bytes);
	}
	warn(x);
	return tool_flush(x->v->where.program, VTLCART_FAILED);
}

/* Without a name for it, it has the old one's, in the home. */
static bool find_place(const struct import *x, char *home, char *barcode)
{
	const char *name = x->path;
	char base[CONF_PATH_SIZE];
	size_t len;

	if (x->v->n > 1)
		return cartridge_place(&x->v->where, x->v->operand[1], NULL, home, barcode);
	snprintf(base, sizeof(base), "%s", name);
	for (len = strlen(base); len > 1 && base[len - 1] == '/'; len--)
		base[len - 1] = '\0';
	name = strrchr(base, '/');
	return cartridge_place(&x->v->where, name ? name + 1 : base, NULL, home, barcode);
}

static bool is_itself(const struct import *x, const char *home, const char *barcode)
{
	char path[CARTRIDGE_PATH];
	struct stat a, b;

	snprintf(path, sizeof(path), "%s/%s", home, barcode);
	return !stat(path, &a) && !stat(x->path, &b) && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

static int import(struct import *x)
{
	char home[CONF_PATH_SIZE], barcode[CONF_BARCODE_MAX + 1];
	uint64_t sizes[CART_PARTITIONS];
	struct cart_spec spec;

	if (!find_place(x, home, barcode))
		return VTLCART_FAILED;
	if (is_itself(x, home, barcode))
		return tool_fail(x->v->where.program, VTLCART_FAILED, "%s is where the new "
				 "cartridge would be: say a folder for it, or move the old one "
				 "away", x->path);
	if (!make_spec(x, barcode, &spec, sizes) ||
	    !making_begin(&x->m, x->v->where.program, home, barcode))
		return VTLCART_FAILED;
	if (!take(x, &spec, sizes)) {
		making_discard(&x->m);
		return VTLCART_FAILED;
	}
	return making_commit(&x->m) ? say(x) : VTLCART_FAILED;
}

int vtlcart_import_mhvtl(const struct vtlcart *v)
{
	struct import x = { .v = v };
	char path[CARTRIDGE_PATH], why[MHVTL_WHY];
	int status = VTLCART_FAILED;

	if (!cartridge_find(&v->where, v->operand[0], path))
		return VTLCART_FAILED;
	x.path = path;
	if (mhvtl_open(path, &x.media, why))
		return tool_fail(v->where.program, VTLCART_FAILED, "%s: %s", path, why);
	x.buf = malloc(CART_BLOCK_MAX);
	if (x.buf)
		status = import(&x);
	else
		tool_fail(v->where.program, 0, "%s", strerror(ENOMEM));
	free(x.buf);
	mhvtl_close(x.media);
	return status;
}
