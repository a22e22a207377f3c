// SPDX-License-Identifier: GPL-2.0-only
/* The operator: mail slots, on and off line, further slots, and who is told. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "conform/smc_steps.h"
#include "fake/library.h"

enum { OTHER = 1 };

enum act { OPEN, CLOSE, LOAD, EMPTY, OFFLINE, ONLINE, ADD_SLOT };

/* What the operator does, whether it is refused, and whether hosts are told (28/01). */
struct deed {
	const char *what;
	enum act act;
	const char *barcode;
	bool refused, told;
	const char *list;
};

static const char *do_it(struct smc_changer *c, const struct deed *d)
{
	uint32_t number;

	switch (d->act) {
	case OPEN:     return smc_operator_open(c, true);
	case CLOSE:    return smc_operator_open(c, false);
	case LOAD:     return smc_operator_load(c, d->barcode);
	case EMPTY:    return smc_operator_empty(c);
	case OFFLINE:  smc_operator_online(c, false); return NULL;
	case ONLINE:   smc_operator_online(c, true); return NULL;
	case ADD_SLOT: return smc_operator_add_slot(c, &number);
	}
	return "what?";
}

static const struct deed deeds[] = {
	{ "load into closed ones", LOAD, "NEW001L8", .refused = true, .list = "Contents:" },
	{ "empty closed ones", EMPTY, .refused = true },
	{ "open", OPEN, .told = true },
	{ "open again", OPEN },
	{ "load", LOAD, "NEW001L8", .told = true, .list = "Contents: NEW001L8" },
	{ "load it again", LOAD, "NEW001L8", .refused = true },
	{ "load what is in a slot", LOAD, "E01001L8", .refused = true },
	{ "load nothing", LOAD, "", .refused = true },
	{ "load a path", LOAD, "../etc", .refused = true },
	{ "load a command", LOAD, "A;reboot", .refused = true },
	{ "load two words", LOAD, "A B", .refused = true },
	{ "load a barcode that is too long", LOAD, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456",
	  .refused = true },
	{ "load a long one", LOAD, "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", .told = true },
	{ "a third", LOAD, "NEW003L8", .told = true },
	{ "a fourth", LOAD, "NEW004L8", .told = true },
	{ "a fifth finds no room", LOAD, "NEW005L8", .refused = true,
	  .list = "Contents: NEW001L8 ABCDEFGHIJKLMNOPQRSTUVWXYZ012345 NEW003L8 NEW004L8" },
	{ "empty", EMPTY, .told = true, .list = "Contents:" },
	{ "load it once more", LOAD, "NEW001L8", .told = true, .list = "Contents: NEW001L8" },
	{ "close", CLOSE, .told = true },
	{ "close again", CLOSE },
};

static int want(bool ok, const char *what, const char *why)
{
	if (ok)
		printf("ok - operator: %s\n", what);
	else
		printf("not ok - operator: %s: %s\n", what, why);
	return !ok;
}

static int check_told(struct fake_library *l, uint8_t initiator, const struct deed *d)
{
	const enum sts sts = scsi_attention_take(&l->c.unit.lu, initiator);
	const enum sts wanted = d->told ? STS_UA_IMPORT_EXPORT : STS_GOOD;

	if (sts != wanted || scsi_attention_take(&l->c.unit.lu, initiator) != STS_GOOD)
		return want(false, d->what, d->told ? "hosts are not told once" : "hosts are told");
	return 0;
}

static int check_deed(struct fake_library *l, const struct deed *d)
{
	const char *why = do_it(&l->c, d);
	char list[256];
	int failed;

	smc_operator_list(&l->c, list, sizeof(list));
	if ((why != NULL) != d->refused)
		return want(false, d->what, why ? why : "was not refused");
	failed = check_told(l, 0, d) + check_told(l, OTHER, d);
	if (d->list && strcmp(list, d->list))
		return want(false, d->what, list);
	return failed ? failed : want(true, d->what, "");
}

static void fresh(struct fake_library *l)
{
	fake_library_init(l);
	fake_take_attention(l, 0);
	fake_take_attention(l, OTHER);
}

static int test_deeds(void)
{
	struct fake_library l;
	int failed = 0;

	fresh(&l);
	for (size_t i = 0; i < ARRAY_SIZE(deeds); i++)
		failed += check_deed(&l, &deeds[i]) + fake_check(&l, deeds[i].what);
	fake_library_release(&l);
	return failed;
}

static const struct step seen[] = {
	{ "a host sees it, put in by the operator", STATUS(0x13, MAIL, 1, 0, 36),
	  .in = BYTES("\0\x0a\0\1\0\0\0\x3c" "\3\x80\0\x34\0\0\0\x34"
		      "\0\x0a\x3b\0\0\0\0\0\0\1\0\0" "NEW001L8") },
	{ "and takes it in", MOVE(MAIL, EMPTY_SLOT) },
	{ "with no slot behind it but the mail slot", STATUS(0x12, EMPTY_SLOT, 1, 0, 36),
	  .in = BYTES("\x03\xfc\0\1\0\0\0\x3c" "\2\x80\0\x34\0\0\0\x34"
		      "\x03\xfc\x09\0\0\0\0\0\0\x81\0\x0a" "NEW001L8") },
	{ "a host opens", { 0x1b, 0, WORD(MAIL), 0 } },
	{ "it knows that itself", { 0x00 } },
	{ "the other one is told", { 0x00 }, .initiator = OTHER, .sense = 6, .asc = 0x2801 },
	{ "and closes", { 0x1b, 0, WORD(MAIL), 1 } },
	{ "which is told as well", { 0x00 }, .initiator = OTHER, .sense = 6, .asc = 0x2801 },
	{ "and prevents removal", { 0x1e, 0, 0, 0, 1 } },
	{ 0 },
};

static int test_seen(void)
{
	static const struct deed before[] = {
		{ "open", OPEN, .told = true }, { "load", LOAD, "NEW001L8", .told = true },
		{ "close", CLOSE, .told = true },
	};
	static const struct deed after = { "open what a host keeps shut", OPEN, .refused = true };
	struct fake_library l;
	int failed = 0;

	fresh(&l);
	for (size_t i = 0; i < ARRAY_SIZE(before); i++)
		failed += check_deed(&l, &before[i]);
	failed += fake_play(&l, "operator", seen) + check_deed(&l, &after);
	fake_library_release(&l);
	return failed;
}

static int test_unsaved(void)
{
	struct fake_library l;
	int failed;

	fresh(&l);
	smc_operator_open(&l.c, true);
	l.fail_save = 1;
	failed = want(smc_operator_load(&l.c, "NEW001L8") && !smc_element_with(&l.c, "NEW001L8"),
		      "a load that cannot be saved is none", "it is there");
	failed += want(!smc_operator_load(&l.c, "NEW001L8"), "load", "refused");
	l.fail_save = 1;
	failed += want(smc_operator_empty(&l.c) && smc_element_with(&l.c, "NEW001L8"),
		       "what cannot be saved as gone stays", "it is gone");
	failed += fake_check(&l, "unsaved");
	fake_library_release(&l);
	return failed;
}

/* The robot works in a mail slot while the operator wants to open it. */
static int test_busy(void)
{
	static const struct step load = { "load", MOVE(MAIL, DRIVE) };
	static const struct step open = { "open", { 0x1b, 0, WORD(MAIL), 0 } };
	struct fake_library l;
	int failed;

	fresh(&l);
	smc_operator_open(&l.c, true);
	smc_operator_load(&l.c, "NEW001L8");
	smc_operator_open(&l.c, false);
	fake_take_attention(&l, 0);
	l.later = true;
	script_send(&l.script, &load);
	failed = want(smc_operator_open(&l.c, true) != NULL, "the robot is there", "it opens");
	script_send(&l.script, &open);
	failed += want(l.script.answer.sense[2] == 2, "nor for a host", "it opens");
	fake_answer(&l);
	failed += want(!smc_operator_open(&l.c, true), "then it opens", "it does not");
	fake_library_release(&l);
	return failed;
}

static int test_short_list(void)
{
	struct fake_library l;
	char list[64];
	int failed = 0;

	fresh(&l);
	smc_operator_open(&l.c, true);
	smc_operator_load(&l.c, "NEW001L8");
	smc_operator_load(&l.c, "NEW002L8");
	for (size_t cap = 10; cap <= sizeof(list); cap++) {
		memset(list, '#', sizeof(list));
		smc_operator_list(&l.c, list, cap);
		if (strnlen(list, cap) == cap || (cap < sizeof(list) && list[cap] != '#') ||
		    (strlen(list) - strlen("Contents:")) % strlen(" NEW001L8"))
			failed += want(false, "a list that is cut", list);
	}
	fake_library_release(&l);
	return failed ? failed : want(true, "a list that is cut", "");
}

/* Slots lie above or below the other elements: what is found by address stays where it is. */
static int add_slots(const char *vendor, const char *product, const uint32_t counts[SMC_TYPES],
		     uint32_t room)
{
	struct fake_library l;
	uint32_t number = 0, added = 0;
	int failed = 0;

	fake_library_make(&l, vendor, product, counts);
	fake_take_attention(&l, 0);
	smc_element_fill(&l.c, smc_element_nth(&l.c, SMC_SLOT, 2), "A00001L8");
	smc_element_fill(&l.c, smc_element_nth(&l.c, SMC_MAP, 1), "A00002L8");
	while (added < 1000 && !smc_operator_add_slot(&l.c, &number)) {
		added++;
		failed += fake_check(&l, product);
	}
	failed += want(added == room && number == counts[SMC_SLOT] + room, product,
		       "another number of slots fits");
	failed += want(scsi_attention_take(&l.c.unit.lu, 0) == STS_UA_MODE_CHANGED,
		       "hosts are told of further slots", "they are not");
	fake_library_release(&l);
	return failed;
}

static int test_add_slot(void)
{
	static const uint32_t few[SMC_TYPES] = { 0, 1, 30, 2, 2 };
	static const uint32_t many[SMC_TYPES] = { 0, 1, 64530, 2, 2 };

	return add_slots("HP", "MSL G3 Series", few, 416 - 30) +
	       add_slots("SPECTRA", "GATOR", few, 645 - 30) +
	       add_slots("STK", "L700", many, 6);
}

static const struct {
	const char *vendor, *product;
	uint32_t counts[SMC_TYPES];
	const char *why;	/* NULL: it fits */
} layouts[] = {
	{ "STK", "L700", { 0, 9, 64536, 490, 500 }, NULL },
	{ "STK", "L700", { 0, 1, 64537, 4, 4 }, "64537 slots" },
	{ "STK", "L700", { 0, 1, 10, 491, 4 }, "491 mail slots" },
	{ "STK", "L700", { 0, 1, 10, 4, 501 }, "501 drives" },
	{ "STK", "L700", { 0, 10, 10, 4, 4 }, "10 pickers" },
	{ "STK", "L700", { 0, 1, 0, 0, 65036 }, NULL },
	{ "STK", "L700", { 0, 1, 0, 0, UINT32_MAX }, "4294967295 drives" },
	{ "SPECTRA", "215", { 0, 1, 31, 0, 1 }, "31 slots" },
	{ "STK", "L700", { 0 }, NULL },
};

static int test_layouts(void)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		const struct spc_identity id = { .serial = "X" };
		struct smc_changer c;
		char why[200] = "";
		int rc;

		smc_changer_init(&c, library_model_find(layouts[i].vendor, layouts[i].product),
				 &id, NULL, NULL);
		rc = smc_changer_elements(&c, layouts[i].counts, why, sizeof(why));
		failed += want(layouts[i].why ? rc == -EINVAL && strstr(why, layouts[i].why)
					      : rc == 0 && !*why,
			       layouts[i].why ? layouts[i].why : layouts[i].product, why);
		smc_changer_release(&c);
	}
	return failed;
}

static int test_fill(void)
{
	struct fake_library l;
	struct smc_element *e;
	int failed;

	fresh(&l);
	e = smc_element_nth(&l.c, SMC_SLOT, 21);
	failed = want(smc_element_fill(&l.c, e, "E01001L8") == -EEXIST, "a barcode twice", "taken");
	failed += want(smc_element_fill(&l.c, e, "") == -EINVAL, "no barcode", "taken");
	failed += want(smc_element_fill(&l.c, e - 1, "X") == -EEXIST, "a full element", "taken");
	failed += want(smc_element_fill(&l.c, e, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456") == -EINVAL,
		       "33 characters", "taken");
	failed += want(!smc_element_nth(&l.c, SMC_SLOT, 0) &&
		       !smc_element_nth(&l.c, SMC_SLOT, 40) &&
		       !smc_element_nth(&l.c, SMC_ANY, 1) && !smc_element_with(&l.c, "X") &&
		       !smc_element_at(&l.c, 0), "what is not there is not found", "it is");
	failed += fake_check(&l, "fill");
	fake_library_release(&l);
	return failed;
}

int main(void)
{
	return (test_deeds() + test_seen() + test_unsaved() + test_busy() + test_short_list() +
		test_add_slot() + test_layouts() + test_fill()) != 0;
}
