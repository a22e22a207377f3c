// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random commands and failures against a plain model: an array that says what is where.  SEED and
 * ROUNDS in the environment play another game.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "conform/smc_steps.h"
#include "fake/library.h"

enum { PLACES = 4 + 4 + 39, EMPTY = -1, GAMES = 20, ROUNDS = 2000 };

/* Places in the order of their addresses; cartridges are numbers. */
struct game {
	struct fake_library l;
	int what[PLACES];
	char barcodes[PLACES][SMC_BARCODE_MAX + 1];
	uint32_t seed;
};

static uint32_t draw(struct game *g, uint32_t below)
{
	g->seed = g->seed * 1664525 + 1013904223;
	return (g->seed >> 8) % below;
}

static uint16_t address_of(int place)
{
	if (place < 4)
		return (uint16_t)(MAIL + place);
	return (uint16_t)(place < 8 ? DRIVE + place - 4 : SLOT + place - 8);
}

static bool is_drive(int place)
{
	return place >= 4 && place < 8;
}

static void begin(struct game *g, uint32_t seed)
{
	int next = 0;

	g->seed = seed;
	fake_library_init(&g->l);
	fake_take_attention(&g->l, 0);
	for (int i = 0; i < PLACES; i++) {
		const struct smc_element *e = smc_element_at(&g->l.c, address_of(i));

		g->what[i] = e->full ? next : EMPTY;
		if (e->full)
			snprintf(g->barcodes[next++], sizeof(g->barcodes[0]), "%s", e->barcode);
	}
}

/* The outcome that the rules give, and what it makes of the array. */
static uint16_t model_move(struct game *g, int from, int to)
{
	if (g->what[from] == EMPTY)
		return 0x3b0e;
	if (g->what[to] != EMPTY)
		return 0x3b0d;
	g->what[to] = g->what[from];
	g->what[from] = EMPTY;
	return 0;
}

static uint16_t model_exchange(struct game *g, int from, int first, int then)
{
	const int out = g->what[first];

	if (from == first || then == first)
		return 0x2101;
	if (g->what[from] == EMPTY || out == EMPTY)
		return 0x3b0e;
	if (g->what[then] != EMPTY && then != from)
		return 0x3b0d;
	g->what[first] = g->what[from];
	g->what[from] = EMPTY;
	g->what[then] = out;
	return 0;
}

static int compare(struct game *g, uint32_t round)
{
	for (int i = 0; i < PLACES; i++) {
		const struct smc_element *e = smc_element_at(&g->l.c, address_of(i));
		const char *want = g->what[i] == EMPTY ? "" : g->barcodes[g->what[i]];

		if (!strcmp(e->barcode, want))
			continue;
		printf("not ok - random moves: round %u, element %u: \"%s\", not \"%s\"\n", round,
		       e->address, e->barcode, want);
		return 1;
	}
	return fake_check(&g->l, "random moves");
}

static int send(struct game *g, const uint8_t *cdb, uint16_t want, uint32_t round)
{
	struct step row = { "random", { 0 } };
	const struct script_answer *a = &g->l.script.answer;
	uint16_t got;

	memcpy(row.cdb, cdb, 12);
	script_send(&g->l.script, &row);
	for (int n = 0; !a->came && n < 8; n++)
		fake_answer(&g->l);
	got = (uint16_t)(a->sense_len ? be_get(&a->sense[12], 2) : 0);
	if (a->came && got == want)
		return compare(g, round);
	printf("not ok - random moves: round %u: sense %04x, not %04x\n", round, got, want);
	return 1;
}

static int move(struct game *g, uint32_t round)
{
	const int from = (int)draw(g, PLACES), to = (int)draw(g, PLACES);
	const uint8_t cdb[12] = { 0xa5, 0, WORD(0), WORD(address_of(from)), WORD(address_of(to)) };

	return send(g, cdb, model_move(g, from, to), round);
}

static int exchange(struct game *g, uint32_t round)
{
	const int from = (int)draw(g, PLACES), first = (int)draw(g, PLACES);
	const int then = draw(g, 4) ? (int)draw(g, PLACES) : from;
	const uint8_t cdb[12] = {
		0xa6, 0, WORD(0), WORD(address_of(from)), WORD(address_of(first)),
		WORD(address_of(then)),
	};

	return send(g, cdb, model_exchange(g, from, first, then), round);
}

/* A move that would be good, of which something fails: nothing may change. */
static int failing_move(struct game *g, uint32_t round)
{
	const int from = (int)draw(g, PLACES), to = (int)draw(g, PLACES);
	const uint8_t cdb[12] = { 0xa5, 0, WORD(0), WORD(address_of(from)), WORD(address_of(to)) };
	int failed;

	if (g->what[from] == EMPTY || g->what[to] != EMPTY)
		return 0;
	if (is_drive(to) && draw(g, 2)) {
		g->l.fail_load = 1;
		return send(g, cdb, 0x5300, round);
	}
	if (is_drive(from) && draw(g, 2)) {
		g->l.fail_unload = 1;
		return send(g, cdb, 0x5300, round);
	}
	g->l.fail_save = 1;
	failed = send(g, cdb, 0x4400, round);
	return failed;
}

static int play(uint32_t seed, uint32_t rounds)
{
	static struct game g;
	int failed = 0;

	begin(&g, seed);
	for (uint32_t n = 0; n < rounds && !failed; n++) {
		const uint32_t kind = draw(&g, 8);

		g.l.later = draw(&g, 2);
		g.l.has_hook = draw(&g, 2);
		failed = kind < 5 ? move(&g, n) : kind < 7 ? exchange(&g, n) : failing_move(&g, n);
	}
	fake_library_release(&g.l);
	if (failed)
		printf("# SEED=%u\n", seed);
	return failed;
}

int main(void)
{
	const char *seed = getenv("SEED"), *rounds = getenv("ROUNDS");
	const uint32_t n = rounds ? (uint32_t)strtoul(rounds, NULL, 0) : ROUNDS;

	const uint32_t first = seed ? (uint32_t)strtoul(seed, NULL, 0) : 1;

	for (uint32_t game = first; game - first < GAMES; game++)
		if (play(game, n))
			return 1;
	printf("ok - random moves: games %u to %u, %u rounds each\n", first, first + GAMES - 1, n);
	return 0;
}
