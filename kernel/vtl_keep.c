// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data-out that is accepted and not yet on file.  The parts of the window that it lies in follow
 * one another round the ring behind the part for what overtakes.
 */
#include <linux/module.h>

#include "vtl.h"

#define KEEP_ALIGN	512

static const struct vtl_kept *nth(const struct vtl_lu *lu, u32 n)
{
	return &lu->kept[(lu->kept_first + n) % VTL_KEPT_MAX];
}

static bool fits(u32 off, u32 len, u32 end)
{
	return off <= end && len <= end - off;
}

u32 vtl_keep_place(const struct vtl_lu *lu, u32 len)
{
	const struct vtl_kept *oldest, *newest;
	u32 off;

	lockdep_assert_held(&lu->copy);
	if (!lu->kept_n)
		return fits(VTL_ASIDE_LEN, len, lu->window_len) ? VTL_ASIDE_LEN : 0;
	if (lu->kept_n == VTL_KEPT_MAX)
		return 0;
	oldest = nth(lu, 0);
	newest = nth(lu, lu->kept_n - 1);
	off = ALIGN(newest->off + newest->len, KEEP_ALIGN);
	if (newest->off >= oldest->off) {
		if (fits(off, len, lu->window_len))
			return off;
		off = VTL_ASIDE_LEN;
	}
	return fits(off, len, oldest->off) ? off : 0;
}

bool vtl_keep_may(const struct vtl_lu *lu, const struct vtl_slot *s, const struct vtl_commit *c)
{
	lockdep_assert_held(&lu->copy);
	return lu->pipeline && lu->kept_n < VTL_KEPT_MAX && c->status == SAM_STAT_GOOD &&
	       (!lu->kept_n || nth(lu, lu->kept_n - 1)->number < c->keep) && s->scmd && !s->aside &&
	       s->scmd->sc_data_direction == DMA_TO_DEVICE && scsi_bufflen(s->scmd);
}

/* Under lock: vtl_cmd_ready() looks at untold with that alone. */
static void set_counts(struct vtl_lu *lu, u32 kept_n, u32 untold)
{
	spin_lock_irq(&lu->lock);
	lu->kept_n = kept_n;
	lu->untold = untold;
	spin_unlock_irq(&lu->lock);
}

/* The open node holds the module now, but may be gone before what is kept. */
void vtl_keep_add(struct vtl_lu *lu, u32 off, u32 len, const struct vtl_commit *c)
{
	struct vtl_kept *k = &lu->kept[(lu->kept_first + lu->kept_n) % VTL_KEPT_MAX];

	lockdep_assert_held(&lu->copy);
	if (!lu->kept_n)
		__module_get(THIS_MODULE);
	*k = (struct vtl_kept){ .number = c->keep, .off = off, .len = len };
	memcpy(k->note, c->note, sizeof(k->note));
	set_counts(lu, lu->kept_n + 1, lu->untold);
}

/* What another owner left has a window that this one has never asked for: it shall. */
static void forget_oldest(struct vtl_lu *lu)
{
	lu->kept_first = (lu->kept_first + 1) % VTL_KEPT_MAX;
	set_counts(lu, lu->kept_n - 1, min(lu->untold, lu->kept_n - 1));
	if (lu->kept_n)
		return;
	if (lu->inherited)
		lu->window_len = 0;
	lu->inherited = false;
	module_put(THIS_MODULE);
}

void vtl_keep_release(struct vtl_lu *lu, u64 number)
{
	lockdep_assert_held(&lu->copy);
	while (lu->kept_n > lu->untold && nth(lu, 0)->number <= number)
		forget_oldest(lu);
}

bool vtl_keep_tell(struct vtl_lu *lu, struct vtl_fetch *f)
{
	const struct vtl_kept *k = nth(lu, lu->kept_n - lu->untold);

	lockdep_assert_held(&lu->copy);
	if (!lu->untold)
		return false;
	f->type = VTL_KEPT;
	f->cookie = k->number;
	f->data_off = k->off;
	f->data_len = k->len;
	memcpy(f->note, k->note, sizeof(f->note));
	set_counts(lu, lu->kept_n, lu->untold - 1);
	return true;
}

void vtl_keep_untell(struct vtl_lu *lu)
{
	lockdep_assert_held(&lu->copy);
	if (lu->untold < lu->kept_n)
		set_counts(lu, lu->kept_n, lu->untold + 1);
}

void vtl_keep_bequeath(struct vtl_lu *lu)
{
	lockdep_assert_held(&lu->copy);
	lu->inherited = lu->kept_n;
	set_counts(lu, lu->kept_n, lu->kept_n);
}

void vtl_keep_discard(struct vtl_lu *lu)
{
	lockdep_assert_held(&lu->copy);
	if (lu->kept_n)
		dev_warn(&lu->dev, "removed with %u writes that are not on file\n", lu->kept_n);
	while (lu->kept_n)
		forget_oldest(lu);
}
