// SPDX-License-Identifier: GPL-2.0-only
/* Blocks that a drive answered and had not written when its daemon died: the module kept them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/tape.h"

/* Of a cartridge that is not in the drive. */
struct elsewhere {
	struct cart_folder *folder;
	struct cart *cart;		/* NULL: it cannot be had */
	char why[CART_WHY_MAX];
};

static void open_elsewhere(const struct tape *t, const char *barcode, struct elsewhere *e)
{
	char path[CONF_PATH_SIZE + CART_BARCODE_MAX + 2];
	int err;

	*e = (struct elsewhere){ 0 };
	snprintf(path, sizeof(path), "%s/%s", t->home, barcode);
	err = strchr(barcode, '/') ? -EINVAL : cart_folder_open(path, &e->folder);
	if (err) {
		snprintf(e->why, sizeof(e->why), "%s", strerror(-err));
		return;
	}
	cart_open(&cart_file_io, e->folder, CART_TOOL, "", (uint64_t)time(NULL), &e->cart, e->why);
}

static enum cart_rc close_elsewhere(struct elsewhere *e)
{
	const enum cart_rc rc = e->cart ? cart_close(e->cart) : CART_NOT_FOUND;

	cart_folder_close(e->folder);
	return rc;
}

static bool is_that(const struct cart *cart, const struct ssc_kept *k)
{
	return cart && !memcmp(cart_spec(cart)->uuid, k->uuid, sizeof(k->uuid));
}

static const char *plural(uint32_t n)
{
	return n == 1 ? "" : "s";
}

static enum cart_rc finish(struct tape *t, const struct ssc_kept *k, char *why)
{
	struct elsewhere e = { 0 };
	enum cart_rc rc = CART_NOT_FOUND, closed = CART_OK;
	uint32_t written = 0;

	if (is_that(t->drive.cart, k)) {
		rc = ssc_kept_write(k, t->drive.cart, &written);
		snprintf(why, CART_WHY_MAX, "%s", cart_why_read_only(t->drive.cart));
	} else {
		open_elsewhere(t, k->barcode, &e);
		if (is_that(e.cart, k))
			rc = ssc_kept_write(k, e.cart, &written);
		closed = close_elsewhere(&e);
		snprintf(why, CART_WHY_MAX, "%s", e.why);
	}
	if (written)
		log_info(t->log, "%s: %u block%s from object %llu on, answered before the last "
			 "daemon died, are written", k->barcode, (unsigned int)written,
			 plural(written), (unsigned long long)k->object);
	return rc ? rc : closed;
}

/* What cannot be written now stays where it is, and with it the drive: nothing answered is lost. */
int tape_kept(void *tape, const uint8_t *note, const uint8_t *data, uint32_t len)
{
	char why[CART_WHY_MAX] = "";
	struct tape *t = tape;
	struct ssc_kept k;

	if (!ssc_kept_read(note, data, len, &k)) {
		log_error(t->log, "%u bytes that were answered before the last daemon died are "
			  "lost: nobody knows where they belong", (unsigned int)len);
		ssc_kept_lost(&t->drive);
		return 0;
	}
	if (finish(t, &k, why) == CART_OK)
		return 0;
	log_error(t->log, "%s: %u block%s from object %llu on, answered before the last daemon "
		  "died, cannot be written%s%s.  Start this drive again when they can, or give "
		  "them up: vtltape --remove-all --discard", k.barcode, (unsigned int)k.count,
		  plural(k.count), (unsigned long long)k.object, why[0] ? ": " : "", why);
	return -ECANCELED;
}
