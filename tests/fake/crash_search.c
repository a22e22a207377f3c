// SPDX-License-Identifier: GPL-2.0-only
#include "fake/crash_search.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "fake/pool.h"
#include "fake/text_tape.h"

enum { LENGTH = 600, CRASHES = 25, ATTRIBUTE = 0x0800 };

/* What the tape is, as text_tape.h has it. */
struct model {
	char tape[LENGTH + 1];
	size_t at, end, durable;
	uint8_t attribute;
};

struct life {
	uint64_t dice;
	struct mem_io *disk, *next;
	struct cart *cart;
	struct model is, will;		/* before and after the operation */
	size_t cut;			/* how much of the old tape that may leave */
	struct fake_pool pool;		/* capitals are long enough for it */
	struct crash_counts *counts;
	char *why;
};

static uint32_t roll(struct life *l, uint32_t sides)
{
	l->dice ^= l->dice << 13;
	l->dice ^= l->dice >> 7;
	l->dice ^= l->dice << 17;
	return (uint32_t)(l->dice >> 32) % sides;
}

static bool wrong(struct life *l, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(l->why, CRASH_WHY, format, args);
	va_end(args);
	return false;
}

/* What was written but not synced is so now, however it came about. */
static void all_durable(struct model *m)
{
	m->durable = m->end;
}

static void cut_at_head(struct life *l)
{
	struct model *m = &l->will;

	l->cut = m->end = m->at;
	m->tape[m->end] = 0;
	if (m->durable > m->at)
		m->durable = m->at;
}

static void append(struct life *l, char object)
{
	struct model *m = &l->will;

	cut_at_head(l);
	m->tape[m->at++] = object;
	m->tape[m->at] = 0;
	m->end = m->at;
}

static enum cart_rc write_block(struct life *l)
{
	const uint32_t kind = roll(l, 40);
	const char text[] = { (char)(kind < 26 ? 'a' + kind : 'A' + kind - 26), 0 };

	append(l, *text);
	return text_write(l->cart, text);
}

static enum cart_rc write_mark(struct life *l)
{
	const bool immed = roll(l, 2);

	append(l, '|');
	if (!immed)
		all_durable(&l->will);
	return cart_write_filemarks(l->cart, 1, immed);
}

static enum cart_rc sync_it(struct life *l)
{
	all_durable(&l->will);
	return roll(l, 2) ? cart_sync(l->cart) : cart_save(l->cart);
}

static enum cart_rc locate(struct life *l)
{
	l->will.at = roll(l, 3) ? l->will.end : roll(l, (uint32_t)l->will.end + 1);
	return cart_locate(l->cart, 0, l->will.at);
}

static enum cart_rc erase(struct life *l)
{
	cut_at_head(l);
	all_durable(&l->will);
	return cart_erase(l->cart);
}

static enum cart_rc format(struct life *l)
{
	l->will = (struct model){ .attribute = l->will.attribute };
	l->cut = 0;
	return cart_format(l->cart, 1, NULL, 0x5e);
}

static enum cart_rc set_attribute(struct life *l)
{
	const uint8_t value = ++l->will.attribute;
	const struct cart_attribute a = { .id = ATTRIBUTE, .len = 1, .value = &value };

	all_durable(&l->will);
	return cart_attribute_set(l->cart, 0, &a, 1);
}

static enum cart_rc unload(struct life *l)
{
	enum cart_rc rc = cart_close(l->cart);

	l->cart = NULL;
	all_durable(&l->will);
	l->will.at = 0;
	if (rc == CART_OK)
		l->cart = text_load(l->disk, &rc);
	return rc;
}

static enum cart_rc compress(struct life *l)
{
	return cart_set_compression(l->cart, (enum cart_codec)roll(l, 4), 1);
}

static enum cart_rc share(struct life *l)
{
	return cart_set_pool(l->cart, roll(l, 4) ? &l->pool.base : NULL);
}

/* Odds are of all odds in the table. */
static const struct {
	uint32_t odds;
	enum cart_rc (*run)(struct life *l);
} operations[] = {
	{ 60, write_block },
	{ 20, write_mark },
	{ 8, sync_it },
	{ 12, locate },
	{ 2, erase },
	{ 1, format },
	{ 3, set_attribute },
	{ 3, unload },
	{ 3, compress },
	{ 3, share },
};

static enum cart_rc operate(struct life *l)
{
	uint32_t all = 0, which;
	size_t i = 0;

	for (size_t k = 0; k < ARRAY_SIZE(operations); k++)
		all += operations[k].odds;
	which = roll(l, all);
	while (which >= operations[i].odds)
		which -= operations[i++].odds;
	l->will = l->is;
	l->cut = l->is.end;
	l->counts->operations++;
	if (l->is.at >= LENGTH)
		return locate(l);
	return operations[i].run(l);
}

static bool begins(const char *tape, const char *got, size_t n, size_t least)
{
	return n >= least && n <= strlen(tape) && !memcmp(tape, got, n);
}

static bool allowed(const struct life *l, const char *got, bool killed)
{
	const size_t n = strlen(got), d = l->is.durable;

	if (!killed)
		return begins(l->is.tape, got, n, d) ||
		       begins(l->will.tape, got, n, d < l->cut ? d : l->cut);
	return !strcmp(got, l->is.tape) || !strcmp(got, l->will.tape) ||
	       (n == l->cut && begins(l->is.tape, got, n, 0));
}

static bool same_attribute(struct life *l)
{
	struct cart_attribute a;
	const uint8_t value = cart_attribute_next(l->cart, 0, ATTRIBUTE, &a) ? 0 : *a.value;

	if (value != l->is.attribute && value != l->will.attribute)
		return wrong(l, "attribute is %u, not %u or %u", value, l->is.attribute,
			     l->will.attribute);
	l->is.attribute = value;
	return true;
}

/* It loads, and holds what it must; the model becomes what is there. */
static bool look(struct life *l, bool killed, const char *how)
{
	char text[TEXT_MAX];
	enum cart_rc rc;
	size_t n;

	l->cart = text_load(l->disk, &rc);
	if (!l->cart || rc)
		return wrong(l, "%s: %s", how, l->cart ? cart_why_read_only(l->cart) :
			     "does not load");
	n = strlen(text_read(l->cart, text)) - 1;
	if (text[n] != '.')
		return wrong(l, "%s: reads as %s", how, text);
	text[n] = 0;
	if (!allowed(l, text, killed))
		return wrong(l, "%s: is %s\nwas %s (%zu durable)\nwould be %s", how, text,
			     l->is.tape, l->is.durable, l->will.tape);
	if (!same_attribute(l))
		return false;
	l->counts->lost += l->is.end > n ? l->is.end - n : 0;
	strcpy(l->is.tape, text);
	l->is.at = l->is.end = l->is.durable = n;
	return true;
}

static bool crash(struct life *l)
{
	const uint32_t how = roll(l, 4);
	struct mem_io *old = l->disk;

	l->counts->crashes++;
	cart_drop(l->cart);
	l->cart = NULL;
	if (how == 0)
		mem_io_assign(l->next, old);
	else
		mem_io_crash(l->next, old, how == 1 ? roll(l, 20) << 16 : roll(l, 65536));
	l->disk = l->next;
	l->next = old;
	return look(l, how == 0, how ? "power failure" : "kill");
}

/* Until a call fails, or for long enough; then it crashes. */
static bool stretch(struct life *l)
{
	const uint32_t steps = 1 + roll(l, 60);
	enum cart_rc rc = CART_OK;

	l->disk->fail_from = l->disk->changes + 1 + (int)roll(l, 100);
	l->disk->fail_to = roll(l, 2) ? INT_MAX : l->disk->fail_from + 1;
	l->disk->fail_with = roll(l, 2) ? -EIO : -ENOSPC;
	l->disk->tear = roll(l, 2);
	for (uint32_t i = 0; i < steps && rc == CART_OK; i++) {
		rc = operate(l);
		if (rc == CART_OK)
			l->is = l->will;
	}
	if (rc == CART_OK)
		l->will = l->is, l->cut = l->is.end;
	else if (l->disk->changes < l->disk->fail_from)
		return wrong(l, "outcome %d, and nothing had failed", (int)rc);
	return crash(l);
}

const char *crash_search(uint32_t seed, struct crash_counts *counts, char why[CRASH_WHY])
{
	struct life l = {
		.dice = seed * 0x9e3779b97f4a7c15 + 1, .disk = text_new(), .next = mem_io_new(),
		.counts = counts, .why = why, .pool = fake_pool(2, TEXT_LONG / 2),
	};
	bool ok = true;

	*why = 0;
	l.cart = text_load(l.disk, NULL);
	for (int i = 0; i < CRASHES && ok; i++)
		ok = stretch(&l);
	cart_drop(l.cart);
	mem_io_free(l.disk);
	mem_io_free(l.next);
	return ok ? NULL : why;
}
