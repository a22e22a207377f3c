// SPDX-License-Identifier: GPL-2.0-only
/*
 * A session that is cut short at each call that changes something: what a kill, a power failure
 * or one failed call may leave behind, and what not.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "fake/pool.h"
#include "fake/text_tape.h"
#include "media/background.h"

/*
 * A letter is a block, a capital a longer one, which compresses, | a filemark at once, _ a synced
 * one, a space a sync, a digit goes to that
 * object, E erases, U unloads and loads, M changes an attribute, S saves counters, F formats.
 */
static const char *const sessions[] = {
	"abc",
	"ab|c d",
	"ab_c_d",
	"abcd 2x",
	"abcd 2xy_z",
	"abcd2xy0z",
	"abcdeU3x4y5zUw",
	"ab 1x1y1z w",
	"abMcMd",
	"ab SabSc",
	"abc 1E",
	"abcd 3E2E1x",
	"ab_cUd_U0e",
	"ab FcdU",
	"ab_FFc_0d",
	"a_b_c_1x_2y_",
	"ab|| 2xyz4wv",
	"abcd 2||y 4w U5z",
	"AB|C D",
	"AbC_D1X|Y_2z",
	"ABCD 2XYUZ_",
	"A|B|C|D_1X|",
	"ABU1C|E_2D",
};

/*
 * A thread that has always just begun: it works when somebody waits, and else at the third look.
 * Killed, it does nothing more.
 */
struct lazy {
	struct cart_background base;
	struct cart_job *job;
	int looks;
	bool dead;
	struct fake_pool pool;		/* capitals are long enough for it */
};

static bool lazy_submit(struct cart_background *b, struct cart_job *job)
{
	struct lazy *l = container_of(b, struct lazy, base);

	l->job = job;
	l->looks = 0;
	return true;
}

static bool lazy_done(struct cart_background *b, bool wait)
{
	struct lazy *l = container_of(b, struct lazy, base);
	struct cart_job *job = l->job;

	if (l->dead || !job)
		return true;
	if (!wait && ++l->looks < 3)
		return false;
	l->job = NULL;
	job->run(job);
	return true;
}

struct state {
	char tape[64];
	size_t at, durable;
	char attribute;
};

/* What a step makes of the tape, if it works.  *cut: how much of the old tape it leaves. */
static struct state after(const struct state *s, char step, size_t *cut)
{
	struct state t = *s;

	*cut = strlen(s->tape);
	if (step >= '0' && step <= '9') {
		t.at = (size_t)(step - '0');
	} else if (step == ' ' || step == 'U' || step == 'S' || step == 'M') {
		t.durable = strlen(t.tape);
		t.at = step == 'U' ? 0 : t.at;
		t.attribute = (char)(t.attribute + (step == 'M'));
	} else if (step == 'F') {
		*cut = t.durable = t.at = 0;
		*t.tape = 0;
	} else {
		*cut = t.at;
		t.durable = t.durable < t.at ? t.durable : t.at;
		t.tape[t.at] = step == 'E' ? 0 : step == '_' ? '|' : step;
		t.at += step != 'E';
		t.tape[t.at] = 0;
		t.durable = step == '_' || step == 'E' ? t.at : t.durable;
	}
	return t;
}

static enum cart_rc set_attribute(struct cart *c, char value)
{
	const struct cart_attribute a = { .id = 0x800, .len = 1, .format = 1,
					  .value = (const uint8_t *)&value };

	return cart_attribute_set(c, 0, &a, 1);
}

static char get_attribute(const struct cart *c)
{
	struct cart_attribute a;

	return cart_attribute_next(c, 0, 0, &a) ? 'a' : (char)*a.value;
}

static enum cart_rc reload(struct mem_io *io, struct cart **c)
{
	enum cart_rc rc = cart_close(*c);

	*c = NULL;
	if (rc == CART_OK)
		*c = text_load(io, &rc);
	if (*c)
		cart_locate_end(*c, 0);
	return rc;
}

static enum cart_rc take(struct mem_io *io, struct cart **c, const struct state *s, char step)
{
	enum cart_rc rc = CART_OK;
	const char text[] = { step, 0 };

	if (step >= '0' && step <= '9')
		return cart_locate(*c, 0, (uint64_t)(step - '0'));
	switch (step) {
	case '_':
		return cart_write_filemarks(*c, 1, false);
	case 'E':
		return cart_erase(*c);
	case 'M':
		return set_attribute(*c, (char)(s->attribute + 1));
	case 'S':
		return cart_save(*c);
	case 'F':
		return cart_format(*c, 1, NULL, 0x5e);
	case 'U':
		rc = reload(io, c);
		if (*c)
			cart_locate(*c, 0, 0);
		return rc;
	default:
		return text_write(*c, text);
	}
}

struct outcome {
	struct state before, after;
	size_t cut;
	bool done;			/* nothing failed */
	struct cart *cart;		/* as the failure left it; may be NULL */
};

static void set_up(struct cart *c, struct lazy *lazy, bool shared)
{
	if (!c)
		return;
	if (shared)
		cart_set_pool(c, &lazy->pool.base);
	cart_set_compression(c, CART_LZO, 1);
	cart_set_background(c, &lazy->base);
}

static bool is_block(char step)
{
	return step >= 'a' || (step >= 'A' && step <= 'Z' && !strchr("EFMSU", step));
}

static struct outcome run(struct mem_io *io, const char *session, struct lazy *lazy)
{
	struct outcome o = { .before.attribute = 'a', .done = true };
	const bool shared = io->fail_from % 3 == 0;	/* blocks in parts */
	enum cart_rc rc = CART_OK;

	*lazy = (struct lazy){ .base = { lazy_submit, lazy_done },
			       .pool = fake_pool(2, TEXT_LONG / 2) };
	o.cart = text_load(io, &rc);
	set_up(o.cart, lazy, shared);
	o.after = o.before;
	for (; rc == CART_OK && *session; session++) {
		if (is_block(*session) && o.before.at != strlen(o.before.tape))
			o.cut = o.before.at;
		o.after = after(&o.before, *session, &o.cut);
		rc = take(io, &o.cart, &o.before, *session);
		if (*session == 'U')
			set_up(o.cart, lazy, shared);
		if (rc == CART_OK)
			o.before = o.after;
	}
	o.done = rc == CART_OK;
	return o;
}

static bool begins(const char *tape, const char *got, size_t n, size_t least)
{
	return n >= least && n <= strlen(tape) && !strncmp(tape, got, n);
}

/* Nothing crashed but the daemon: all that was acknowledged, or the tape cut for what failed. */
static bool kept(const struct outcome *o, const char *got)
{
	const size_t n = strlen(got);

	return !strcmp(got, o->before.tape) || !strcmp(got, o->after.tape) ||
	       (n == o->cut && begins(o->before.tape, got, n, 0));
}

/* The power failed: what was durable, and of the rest a beginning. */
static bool survived(const struct outcome *o, const char *got)
{
	const size_t n = strlen(got), d = o->before.durable;

	return begins(o->before.tape, got, n, d) ||
	       begins(o->after.tape, got, n, d < o->cut ? d : o->cut);
}

/* Loads, compares, writes on, and loads again. */
static const char *look(struct mem_io *io, const struct outcome *o,
			bool (*right)(const struct outcome *, const char *))
{
	static char text[TEXT_MAX], again[TEXT_MAX];
	const char *why = NULL;
	enum cart_rc rc;
	struct cart *c = text_load(io, &rc);
	char attribute;

	if (!c || rc) {
		snprintf(text, sizeof(text), "%s", c ? cart_why_read_only(c) : "does not load");
		cart_drop(c);
		return text;
	}
	text_read(c, text);
	if (text[strlen(text) - 1] != '.')
		why = text;
	text[strlen(text) - 1] = 0;
	if (!why && !right(o, text))
		why = *text ? text : "blank";
	attribute = get_attribute(c);
	if (!why && attribute != o->before.attribute && attribute != o->after.attribute)
		why = "another attribute";
	if (!why && text_write(c, "q|"))
		why = "cannot be written on";
	if (cart_close(c) && !why)
		why = "cannot be put away";
	if (why)
		return why;
	text_play(io, again);
	strcat(text, "q|.");
	return strcmp(text, again) ? "does not stay" : NULL;
}

/* A new tape; where the session runs; and what is found afterwards. */
struct disks {
	struct mem_io *fresh, *disk, *after;
};

static char complaint[200];

static bool complain(const char *why, const char *session, int n, const char *what, uint32_t seed)
{
	if (why)
		snprintf(complaint, sizeof(complaint), "%s, call %d, %s %u: %s", session, n, what,
			 seed, why);
	return why;
}

/* The nth change is the last one that happened, or happened by half. */
static bool crash_at(const struct disks *d, const char *session, int n, bool tear,
		     bool *done)
{
	struct mem_io *disk = d->disk, *io = d->after;
	struct outcome o;
	struct lazy lazy;
	bool bad;

	mem_io_assign(disk, d->fresh);
	disk->fail_from = n;
	disk->fail_to = INT_MAX;
	disk->tear = tear;
	o = run(disk, session, &lazy);
	*done = o.done;
	lazy.dead = true;
	cart_drop(o.cart);
	mem_io_assign(io, disk);
	bad = complain(look(io, &o, kept), session, n, "kill", 0);
	for (uint32_t seed = 0; seed < 12 && !bad; seed++) {
		mem_io_crash(io, disk, seed < 3 ? (seed + 1) << 16 : (seed - 3) * 7919);
		bad = complain(look(io, &o, survived), session, n, "power failure", seed);
	}
	return bad;
}

/* The nth change fails, alone.  Then the drive goes on if it may, and puts the tape away. */
static bool fail_at(const struct disks *d, const char *session, int n, int with, bool *done)
{
	struct mem_io *disk = d->disk, *io = d->after;
	struct outcome o;
	struct lazy lazy;
	bool bad = false;

	mem_io_assign(disk, d->fresh);
	disk->fail_from = n;
	disk->fail_to = n + 1;
	disk->fail_with = with;
	disk->tear = true;
	o = run(disk, session, &lazy);
	*done = o.done && disk->changes < n;
	for (uint32_t first = 0; first < 2 && !bad; first++) {
		mem_io_crash(io, disk, first << 16);
		bad = complain(look(io, &o, survived), session, n, "failure, then crash", first);
	}
	if (!bad && o.cart && !cart_read_only(o.cart)) {
		mem_io_assign(io, disk);
		bad = complain(look(io, &o, kept), session, n, "failure, then kill", 0);
	}
	if (o.cart)
		cart_close(o.cart);
	bad = bad || complain(look(disk, &o, kept), session, n, "failure", (uint32_t)-with);
	return bad;
}

/* The nth change is a sync, which loses what it should have written, as kernels do. */
static bool lose_at(const struct disks *d, const char *session, int n, bool *done)
{
	struct mem_io *disk = d->disk, *io = d->after;
	struct outcome o;
	struct lazy lazy;
	bool bad;

	mem_io_assign(disk, d->fresh);
	disk->fail_from = n;
	disk->fail_to = n + 1;
	o = run(disk, session, &lazy);
	*done = o.done && disk->changes < n;
	lazy.dead = true;
	cart_drop(o.cart);
	mem_io_crash(io, disk, 0);
	bad = complain(look(io, &o, survived), session, n, "lost pages", 0);
	return bad;
}

static int report(const char *what)
{
	if (*complaint)
		return printf("not ok - %s: %s\n", what, complaint), 1;
	return printf("ok - %s\n", what), 0;
}

static int test_session(const char *session)
{
	char what[100];
	struct mem_io *fresh = text_new(), *disk = mem_io_new(), *after_it = mem_io_new();
	const struct disks all = { fresh, disk, after_it }, *d = &all;
	bool done = false, bad = false;
	int n = 1;

	snprintf(what, sizeof(what), "%s, cut short at each call", session);
	for (; !done && !bad; n++)
		bad = crash_at(d, session, n, n % 2, &done) ||
		      crash_at(d, session, n, n % 2 == 0, &done);
	done = false;
	for (n = 1; !done && !bad; n++)
		bad = fail_at(d, session, n, -EIO, &done) ||
		      fail_at(d, session, n, -ENOSPC, &done) ||
		      lose_at(d, session, n, &done);
	mem_io_free(fresh);
	mem_io_free(disk);
	mem_io_free(after_it);
	return report(what);
}

int main(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sessions) && !failed; i++)
		failed |= test_session(sessions[i]);
	return failed;
}
