// SPDX-License-Identifier: GPL-2.0-only
/* Blocks that a drive answered and had not written when its daemon died: the module kept them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/tape.h"

static bool is_that(const struct cart *cart, const struct ssc_kept *k)
{
	return cart && !memcmp(cart_spec(cart)->uuid, k->uuid, sizeof(k->uuid));
}

static const char *plural(uint32_t n)
{
	return n == 1 ? "" : "s";
}

/* Of a cartridge that is not in the drive. */
static enum cart_rc write_elsewhere(const struct tape *t, const struct ssc_kept *k,
				    uint32_t *ret_written, char *why)
{
	char path[CONF_PATH_SIZE + CART_BARCODE_MAX + 2];
	enum cart_rc rc = CART_NOT_FOUND, closed;
	struct cart_folder *folder;
	struct cart *cart;

	if (strchr(k->barcode, '/')) {
		snprintf(why, CART_WHY_MAX, "%s", strerror(EINVAL));
		return CART_INVALID;
	}
	snprintf(path, sizeof(path), "%s/%s", t->home, k->barcode);
	tape_open_folder(path, CART_TOOL, "", &folder, &cart, why);
	if (!cart)
		return CART_NOT_FOUND;
	if (is_that(cart, k))
		rc = ssc_kept_write(k, cart, ret_written);
	closed = cart_close(cart);
	cart_folder_close(folder);
	return rc ? rc : closed;
}

static enum cart_rc finish(struct tape *t, const struct ssc_kept *k, char *why)
{
	enum cart_rc rc;
	uint32_t written = 0;

	if (is_that(t->drive.cart, k)) {
		rc = ssc_kept_write(k, t->drive.cart, &written);
		snprintf(why, CART_WHY_MAX, "%s", cart_why_read_only(t->drive.cart));
	} else {
		rc = write_elsewhere(t, k, &written, why);
	}
	if (written)
		log_info(t->log, "%s: %u block%s from object %llu on, answered before the last "
			 "daemon died, are written", k->barcode, (unsigned int)written,
			 plural(written), (unsigned long long)k->object);
	return rc;
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
