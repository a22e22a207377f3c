// SPDX-License-Identifier: GPL-2.0-only
/* vtlcart check and repair: is a cartridge whole, and if it is not, what can be saved of it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "media/check.h"
#include "media/io.h"
#include "tools/json.h"
#include "tools/making.h"
#include "tools/tool.h"
#include "tools/vtlcart.h"

static const struct {
	const char *name, *text;
} faults[] = {
	[FAULT_META_LOST]     = { "meta-lost", "no slot holds: what this tape is is not known" },
	[FAULT_META_SLOT]     = { "meta-slot", "a slot does not hold" },
	[FAULT_META_SEQUENCE] = { "meta-sequence", "both slots claim to be the newest" },
	[FAULT_META_OLD]      = { "meta-old", "newer than meta" },
	[FAULT_TOO_NEW]       = { "too-new", "something that this program does not know" },
	[FAULT_NOT_PUT_AWAY]  = { "not-put-away", "in a drive, or left by a crash: checked up to "
						  "what is proven" },
	[FAULT_IN_USE]        = { "in-use", "changed while it was checked: check it again" },
	[FAULT_MISSING]       = { "missing", "is missing" },
	[FAULT_UNREADABLE]    = { "unreadable", "cannot be opened, or the disk does not give it" },
	[FAULT_SHORT]         = { "short", "ends too early" },
	[FAULT_LONG]          = { "long", "goes on behind its end" },
	[FAULT_INDEX_HEADER]  = { "index-header", "the header page does not hold" },
	[FAULT_INDEX_PAGE]    = { "index-page", "the page does not hold" },
	[FAULT_INDEX_ORDER]   = { "index-order", "contradicts what is before it" },
	[FAULT_RECORD]        = { "record", "does not hold" },
	[FAULT_LOST]          = { "lost", "lost in an earlier repair, cannot be read" },
	[FAULT_NO_LOG_ID]     = { "no-log-id", "neither meta nor the index has the log's "
					       "identity: nothing can be proven" },
	[FAULT_CUT]           = { "cut", "cut off behind the last object" },
};

struct watch {
	const struct vtlcart *v;
	struct json json;
	struct tool_progress progress;
	bool silent;
	unsigned int seen;		/* 1 << enum cart_fault */
};

static void put_json(struct json *j, const struct cart_finding *f)
{
	json_open(j, NULL, '{');
	json_text(j, "fault", faults[f->fault].name);
	json_bool(j, "damage", f->damage);
	json_text(j, "file", f->file);
	json_number(j, "offset", f->offset);
	json_number(j, "partition", f->partition);
	json_number(j, "object", f->object);
	json_number(j, "count", f->count);
	json_number(j, "bytes", f->bytes);
	json_close(j, '}');
}

static void put_line(const struct cart_finding *f)
{
	printf("%s", f->file);
	if (f->offset || f->count)
		printf(", offset %llu", (unsigned long long)f->offset);
	if (f->bytes)
		printf(", %llu bytes", (unsigned long long)f->bytes);
	if (f->count == 1)
		printf(", object %llu", (unsigned long long)f->object);
	else if (f->count)
		printf(", objects %llu to %llu", (unsigned long long)f->object,
		       (unsigned long long)(f->object + f->count - 1));
	printf(": %s\n", faults[f->fault].text);
}

static void finding(void *arg, const struct cart_finding *f)
{
	struct watch *w = arg;

	w->seen |= 1u << f->fault;
	if (w->silent)
		return;
	tool_progress_end(&w->progress);
	if (w->v->json)
		put_json(&w->json, f);
	else
		put_line(f);
}

static void progress(void *arg, uint64_t done, uint64_t total)
{
	struct watch *w = arg;

	w->progress.total = total;
	tool_progress(&w->progress, 0, done);
}

static bool begin(struct watch *w, const struct vtlcart *v, char path[CARTRIDGE_PATH],
		  struct cart_folder **ret)
{
	*w = (struct watch){ .v = v, .json = { .to = stdout } };
	return cartridge_find(&v->where, v->operand[0], path) &&
	       cartridge_folder(v->where.program, path, ret);
}

static void open_findings(struct watch *w, const char *path)
{
	if (!w->v->json)
		return;
	json_open(&w->json, NULL, '{');
	json_text(&w->json, "folder", path);
	json_open(&w->json, "findings", '[');
}

/* 1 speaks of the tape, 2 of everything else. */
static int check_status(enum cart_rc rc)
{
	return rc == CART_OK ? VTLCART_DONE : rc == CART_DAMAGED ? VTLCART_FAILED : VTLCART_USAGE;
}

static int repair_status(enum cart_rc rc)
{
	return rc == CART_OK ? VTLCART_DONE : rc == CART_BUSY || rc == CART_FOREIGN ?
	       VTLCART_FAILED : VTLCART_USAGE;
}

static int end(struct watch *w, const char *path, enum cart_rc rc, int status)
{
	if (w->v->json) {
		json_text(&w->json, "error", status == VTLCART_DONE ? "" : tool_cart_error(rc));
		json_close(&w->json, '}');
	}
	if (rc && rc != CART_DAMAGED)
		tool_fail(w->v->where.program, 0, "%s: %s", path, tool_cart_error(rc));
	return tool_flush(w->v->where.program, VTLCART_USAGE) ? VTLCART_USAGE : status;
}

int vtlcart_check(const struct vtlcart *v)
{
	struct watch w;
	const struct cart_watch watch = { finding, progress, &w };
	char path[CARTRIDGE_PATH];
	struct cart_folder *folder;
	enum cart_rc rc;

	if (!begin(&w, v, path, &folder))
		return VTLCART_USAGE;
	open_findings(&w, path);
	tool_progress_begin(&w.progress, "checked", 0);
	rc = cart_check(&cart_file_io, folder, v->data ? CART_CHECK_DATA : 0, &watch);
	tool_progress_end(&w.progress);
	cart_folder_close(folder);
	if (v->json) {
		json_close(&w.json, ']');
		json_bool(&w.json, "whole", rc == CART_OK);
	} else if (rc == CART_OK || rc == CART_DAMAGED) {
		printf("%s: %s\n", path, rc ? "damaged" : "whole");
	}
	return end(&w, path, rc, check_status(rc));
}

static bool has_file(struct cart_folder *folder, const char *name)
{
	const int handle = cart_file_io.open(folder, name, false, false);

	if (handle >= 0)
		cart_file_io.close(folder, handle);
	return handle != -ENOENT;
}

/* Which tape it was: the name of its folder, and -d, -s and -t, say so where meta does not. */
static bool identity(struct watch *w, const char *path, struct cart_folder *folder,
		     struct cart_spec *ret)
{
	const struct cart_watch watch = { finding, NULL, w };
	const char *slash = strrchr(path, '/');
	enum cart_rc rc;

	*ret = (struct cart_spec){ .type = CART_DATA_TAPE };
	w->silent = true;
	rc = cart_check(&cart_file_io, folder, 0, &watch);
	w->silent = false;
	if (rc != CART_NOT_FOUND && !(w->seen & 1u << FAULT_META_LOST))
		return true;
	if (rc == CART_NOT_FOUND && !has_file(folder, "data") && !has_file(folder, "indx"))
		return true;		/* nothing to repair, as repair will say */
	return making_spec(w->v, slash ? slash + 1 : path, ret);
}

static void put_result(struct watch *w, const char *path, const struct cart_repaired *r)
{
	if (w->v->json) {
		json_bool(&w->json, "changed", r->changed);
		json_bool(&w->json, "meta_made", r->meta_made);
		json_number(&w->json, "saved", r->saved);
		json_number(&w->json, "lost", r->lost);
		json_number(&w->json, "cut", r->cut);
		return;
	}
	if (!r->changed) {
		printf("%s: was whole\n", path);
		return;
	}
	printf("%s: repaired, %llu objects lost, %llu bytes cut; what was changed is in "
	       "*.saved.%u\n", path, (unsigned long long)r->lost, (unsigned long long)r->cut,
	       r->saved);
	if (r->meta_made)
		printf("%s: meta made anew, write protected: look at it with vtlcart info, then "
		       "edit_tape\n", path);
}

int vtlcart_repair(const struct vtlcart *v)
{
	struct watch w;
	const struct cart_watch watch = { finding, progress, &w };
	struct cart_repaired repaired;
	char path[CARTRIDGE_PATH];
	struct cart_folder *folder;
	struct cart_spec lost;
	enum cart_rc rc;

	if (!begin(&w, v, path, &folder))
		return VTLCART_USAGE;
	if (!identity(&w, path, folder, &lost)) {
		cart_folder_close(folder);
		return VTLCART_USAGE;
	}
	open_findings(&w, path);
	tool_progress_begin(&w.progress, "repaired", 0);
	rc = cart_repair(&cart_file_io, folder, &lost, &watch, &repaired);
	tool_progress_end(&w.progress);
	cart_folder_close(folder);
	if (v->json)
		json_close(&w.json, ']');
	if (v->json || rc == CART_OK)
		put_result(&w, path, &repaired);
	return end(&w, path, rc, repair_status(rc));
}
