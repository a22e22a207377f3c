// SPDX-License-Identifier: GPL-2.0-only
/* The arm when all goes wrong at once: drives that fail, full houses, files that are not saved. */
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "conform/smc_steps.h"
#include "fake/library.h"

/* One exchange: drive 1 holds A; B from slot 2 goes in, A comes out to slot 3. */
static const struct trouble {
	const char *what;
	unsigned int fail_load, fail_unload, fail_save;
	enum robot_rc as;
	bool full;			/* every slot but the two */
	bool swap;			/* A goes to slot 2, and slot 3 is full, too */
	uint8_t sense;
	uint16_t asc;
	const char *drive, *slot_2, *slot_3;
} troubles[] = {
	{ "nothing goes wrong", 0, 0, 0, ROBOT_DONE, false, false, 0, 0, "B", "", "A" },
	{ "A does not come out", 0, 1, 0, ROBOT_REFUSED, false, false, 4, 0x5300, "A", "B", "" },
	{ "its removal is prevented", 0, 1, 0, ROBOT_PREVENTED, false, false, 5, 0x5302, "A",
	  "B", "" },
	{ "the drive is silent", 0, 1, 0, ROBOT_NO_ANSWER, false, false, 4, 0x5300, "A", "B", "" },
	{ "B does not go in: A goes back", 1, 0, 0, ROBOT_REFUSED, false, false, 4, 0x5300, "A",
	  "B", "" },
	{ "the drive is full after all", 1, 0, 0, ROBOT_FULL, false, false, 5, 0x3b0d, "A",
	  "B", "" },
	{ "it is not saved: all goes back", 0, 0, 1, ROBOT_REFUSED, false, false, 4, 0x4400, "A",
	  "B", "" },
	{ "nor does B come out again: it stays, and A finds a place", 0, 2, 1, ROBOT_REFUSED,
	  false, false, 4, 0x4400, "B", "", "A" },
	{ "where slots are few: in that of B", 0, 2, 1, ROBOT_REFUSED, true, false, 4, 0x4400,
	  "B", "A", "" },
	{ "a swap", 0, 0, 0, ROBOT_DONE, true, true, 0, 0, "B", "A", "FULL3" },
	{ "a swap that is not saved", 0, 0, 1, ROBOT_REFUSED, true, true, 4, 0x4400, "A", "B",
	  "FULL3" },
	{ "nor undone: A has the place of B", 0, 2, 1, ROBOT_REFUSED, true, true, 4, 0x4400, "B",
	  "A", "FULL3" },
};

static struct smc_element *slot(struct fake_library *l, uint32_t n)
{
	return smc_element_nth(&l->c, SMC_SLOT, n);
}

static void make(struct fake_library *l, const struct trouble *t)
{
	static const uint32_t counts[SMC_TYPES] = {
		[SMC_PICKER] = 1, [SMC_SLOT] = 6, [SMC_MAP] = 2, [SMC_DRIVE] = 1,
	};

	fake_library_make(l, "STK", "L700", counts);
	smc_element_fill(&l->c, slot(l, 2), "B");
	smc_element_fill(&l->c, smc_element_nth(&l->c, SMC_DRIVE, 1), "A");
	strcpy(l->in_drive[0], "A");
	for (uint32_t n = 1; t->full && n <= 6; n++) {
		char barcode[8];

		snprintf(barcode, sizeof(barcode), "FULL%u", n);
		if (n != 2 && (n != 3 || t->swap))
			smc_element_fill(&l->c, slot(l, n), barcode);
	}
	fake_take_attention(l, 0);
	l->fail_load = t->fail_load;
	l->fail_unload = t->fail_unload;
	l->fail_save = t->fail_save;
	l->fail_as = t->as;
}

static int is_in(const struct smc_element *e, const char *barcode, const char *what)
{
	if (!strcmp(e->barcode, barcode))
		return 0;
	printf("not ok - arm: %s: \"%s\" is in %u, not \"%s\"\n", what, e->barcode, e->address,
	       barcode);
	return 1;
}

static int test_troubles(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(troubles); i++) {
		const struct trouble *t = &troubles[i];
		const struct step rows[] = {
			{ t->what, EXCHANGE(SLOT + 1, DRIVE, (SLOT + 2 - t->swap)),
			  .sense = t->sense, .asc = t->asc },
			{ 0 },
		};
		struct fake_library l;

		make(&l, t);
		failed += fake_play(&l, "arm", rows);
		failed += is_in(smc_element_nth(&l.c, SMC_DRIVE, 1), t->drive, t->what);
		failed += is_in(slot(&l, 2), t->slot_2, t->what);
		if (t->slot_3[0] == '\0' || !t->sense || t->full)
			failed += is_in(slot(&l, 3), t->slot_3, t->what);
		if (!smc_element_with(&l.c, "A") || !smc_element_with(&l.c, "B"))
			failed += printf("not ok - arm: %s: one is lost\n", t->what);
		fake_library_release(&l);
	}
	return failed;
}

static void reset(void *library)
{
	struct fake_library *l = library;

	smc_reset(&l->c);
	fake_take_attention(l, 0);
}

static void hook_too_early(void *library)
{
	smc_hook_done(&((struct fake_library *)library)->c, true);
}

static void robot_too_often(void *library)
{
	smc_robot_done(&((struct fake_library *)library)->c, ROBOT_DONE, NULL);
}

static const struct step waiting[] = {
	{ "answers that nobody waits for", .event = hook_too_early },
	{ "do nothing", .event = robot_too_often },
	{ "a move that takes its time", MOVE(SLOT, DRIVE), .status = SCRIPT_PENDING },
	{ "a hook did not ask", .event = hook_too_early },
	{ "nor has it moved", STATUS(0x12, SLOT, 1, 0, 16), .begins = true,
	  .in = BYTES("\x03\xe8\0\1") },
	{ "it has", .event = fake_answer, .status = SCRIPT_ANSWER },
	{ "once", .event = robot_too_often },
	{ "reset with nothing under way", .event = reset },
	{ "back", MOVE(DRIVE, SLOT), .status = SCRIPT_PENDING },
	{ "reset does not stop the arm", .event = reset },
	{ "it ends", .event = fake_answer, .status = SCRIPT_ANSWER },
	{ 0 },
};

/* A command that waits when the daemon ends is answered no more, and leaves no memory behind. */
static int test_waiting(void)
{
	static const struct step rows[] = {
		{ "one under way", MOVE(SLOT, DRIVE), .status = SCRIPT_PENDING },
		{ 0 },
	};
	struct fake_library l;
	int failed;

	fake_library_init(&l);
	fake_take_attention(&l, 0);
	l.later = true;
	failed = fake_play(&l, "arm", waiting);
	failed += script_run(&l.script, "arm", rows);
	fake_answer(&l);
	failed += fake_check(&l, "after the last one");
	fake_library_release(&l);
	return failed;
}

int main(void)
{
	return test_troubles() + test_waiting() != 0;
}
