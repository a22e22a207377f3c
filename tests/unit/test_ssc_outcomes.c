// SPDX-License-Identifier: GPL-2.0-only
/* What becomes of rare events in a drive: each outcome of a tape, each state in a log page. */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/macros.h"
#include "fake/rig.h"
#include "ssc/internal.h"

static const struct { enum cart_rc rc; enum sts sts; const char *what; } outcomes[] = {
	{ CART_OK, STS_GOOD, "all is well" },
	{ CART_FILEMARK, STS_FILEMARK, "a filemark" },
	{ CART_EOD, STS_EOD, "the end of data" },
	{ CART_BOP, STS_BOP, "the beginning of the partition" },
	{ CART_FULL, STS_VOLUME_OVERFLOW, "no room" },
	{ CART_READ_FAILED, STS_READ_ERROR, "the disk cannot be read" },
	{ CART_WRITE_FAILED, STS_WRITE_ERROR, "the disk cannot be written" },
	{ CART_DAMAGED, STS_FORMAT_CORRUPT, "damage" },
	{ CART_READ_ONLY, STS_WRITE_PROTECT, "a cartridge that is not to be written" },
	{ CART_WORM, STS_WORM_OVERWRITE, "a WORM tape has been written here" },
	{ CART_NO_MEMORY, STS_NO_MEMORY, "no memory" },
	{ CART_NOT_FOUND, STS_BAD_CDB, "there is no such thing" },
	{ CART_BUSY, STS_LOAD_FAILED, "another drive has it" },
	{ CART_FOREIGN, STS_UNKNOWN_FORMAT, "it is no cartridge of ours" },
	{ CART_INVALID, STS_BAD_CDB, "it cannot be asked for" },
};

static void test_outcomes(struct rig *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++)
		rig_want(r, ssc_from_cart(outcomes[i].rc) == outcomes[i].sts, outcomes[i].what);
}

/* Page 11h, parameter 0: very high frequency data, four bytes. */
#define VHF(bytes) { 0x4d, 0, 0x51, 0, 0, 0, 0, 0, 12 }, .begins = true, \
	.in = BYTES("\x11\0\0\0" "\0\0\0\4" bytes), \
	.mask = "\xff\0\0\0" "\xff\xff\0\xff" "\xff\xff\xff\xff"

static void raise_clean(void *rig)
{
	spc_alert(&((struct rig *)rig)->drive.unit, 20);
}

static void insert(void *rig)
{
	ssc_insert(&((struct rig *)rig)->drive, "E01001L8");
}

static void protect(void *rig)
{
	cart_set_protect(((struct rig *)rig)->drive.cart, true);
}

static void unprotect(void *rig)
{
	cart_set_protect(((struct rig *)rig)->drive.cart, false);
}

static void hear(void *rig)
{
	rig_hear(rig);
}

static const struct step states[] = {
	{ "empty", VHF("\1\0\0\0") },
	{ "LOG SELECT without a cartridge", { 0x4c, 2, 0x40 } },
	{ "the robot inserts", .event = insert },
	{ "loading", VHF("\1\x48\2\0") },
	{ "loaded", .event = rig_work },
	{ "attentions are heard", .event = hear },
	{ "ready", VHF("\1\x0f\0\0") },
	{ "its tab is set", .event = protect },
	{ "shows the tab", VHF("\x09\x0f\0\0") },
	{ "its tab is cleared", .event = unprotect },
	{ "PREVENT", { 0x1e, 0, 0, 0, 1 } },
	{ "shows that", VHF("\x81\x0f\0\0") },
	{ "ALLOW", { 0x1e } },
	{ "it wants to be cleaned", .event = raise_clean },
	{ "shows that, and an alert", VHF("\3\x0f\0\1") },
	{ "page 0Ch shows it", { 0x4d, 0, 0x4c, 0, 0, 1, 0, 0, 16 }, .begins = true,
	  .in = BYTES("\x0c\0\0\0" "\1\0\0\x08" "\0\0\0\0\0\0\0\1"),
	  .mask = "\xff\0\0\0" "\xff\xff\0\xff" "\xff\xff\xff\xff\xff\xff\xff\xff" },
	{ "UNLOAD, immediately", { 0x1b, 1 } },
	{ "unloading", VHF("\3\x48\3\1") },
	{ "unloaded", .event = rig_work },
	{ "in the mouth", VHF("\3\x28\0\1") },
	{ "no such page", { 0x4d, 0, 0x7d, 0, 0, 0, 0, 0, 255 }, .sense = 0x05, .asc = 0x2400 },
	{ 0 },
};

/* Displays, and the widest answers. */
static const struct step small[] = {
	{ "limits", { 0x05 }, .in = BYTES("\0\x80\0\0\0\1") },
	{ "largest object number", { 0x05, 1 }, .in = BYTES("\0\0\0\0\0\0\0\0\0\0\0\0"
	  "\xff\xff\xff\xff\xff\xff\xff\xff") },
	{ "no cartridge, no medium's densities", { 0x44, 1, 0, 0, 0, 0, 0, 0, 255 }, .sense = 0x02,
	  .asc = 0x3a00 },
	{ 0 },
};

static const struct step display[] = {
	{ "nothing to show", { 0x06 } },
	{ "half a display", { 0x06, 0, 0, 0, 16 }, .out = BYTES("\0HELLO   WORLD  "),
	  .sense = 0x05, .asc = 0x2400, .field = IN_CDB(4, 7) },
	{ "a display", { 0x06, 0, 0, 0, 17 }, .out = BYTES("\0HE\tLO~ \x7fWORLD\xff  ") },
	{ 0 },
};

/* An older generation that this drive can read: the density's WRTOK is not set. */
static const struct step older[] = {
	{ "densities of the medium", { 0x44, 1, 0, 0, 0, 0, 0, 0, 7 },
	  .in = BYTES("\0\x36\0\0\x58\x58\0") },
	{ "it is not written", { 0x0a, 0, 0, 0, 1 }, .out = BYTES("x"), .sense = 0x07,
	  .asc = 0x2700 },
	{ "its memory is", { 0x8d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10 },
	  .out = BYTES("\0\0\0\6\x08\x05\0\0\1\7") },
	{ 0 },
};

static const struct step overwrite[] = {
	{ "two blocks", { 0x0a, 0, 0, 0, 1 }, .out = BYTES("a") },
	{ "of one byte", { 0x0a, 0, 0, 0, 1 }, .out = BYTES("b") },
	{ "allowed where it is", { 0x82, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2 } },
	{ "not at another object", { 0x82, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, .sense = 0x05,
	  .asc = 0x3b00 },
	{ "nor in another partition", { 0x82, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 2 }, .sense = 0x05,
	  .asc = 0x2400 },
	{ "nor in a way that there is not", { 0x82, 0, 3 }, .sense = 0x05, .asc = 0x2400 },
	{ "rewind", { 0x01 } },
	{ 0 },
};

#define SET(n) { 0x8d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n }
#define ROOM(value) { 0x8c, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 17 }, .begins = true, \
	.in = BYTES("\0\0\0\0\0\4\x80\0\x08\0\0\0\0\0\0" value), \
	.mask = "\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"

/* Then 989 bytes are left. */
static const struct step memory[] = {
	{ "what is left", ROOM("\3\xdd") },
	{ "smaller ones fit", SET(10), .out = BYTES("\0\0\0\6\x17\0\0\0\1\3") },
	{ "and take room", ROOM("\3\xd7") },
	{ "in place of a larger one", SET(10), .out = BYTES("\0\0\0\6\x16\0\0\0\1\3") },
	{ "they give some back", ROOM("\7\xd6") },
	{ "deleting, too", SET(9), .out = BYTES("\0\0\0\5\x17\0\0\0\0") },
	{ "gives room", ROOM("\7\xdc") },
	{ 0 },
};

/* The cartridge's memory fills up: what does not fit changes nothing. */
static void test_memory(struct rig *r)
{
	uint8_t list[4 + 5 + 1024] = { 0 };
	struct step row = { "attribute", { 0x8d }, .out = { (const char *)list, sizeof(list) } };
	const struct script_answer *a = &r->script.answer;
	struct script_sense sense = { 0 };
	unsigned int n = 0;

	be_put(&row.cdb[10], 4, sizeof(list));
	be_put(list, 4, sizeof(list) - 4);
	be_put(&list[7], 2, 1024);
	for (; n < 32; n++) {
		be_put(&list[4], 2, 0x1600 + n);
		script_send(&r->script, &row);
		if (a->status != SAM_GOOD)
			break;
	}
	script_sense_parse(a->sense, a->sense_len, &sense);
	rig_want(r, n == 7, "8 KiB hold seven of a KiB and their headers");
	rig_want(r, sense.byte2 == 0x05 && sense.asc == 0x5506, "where it says that it is full");
	row = (struct step){ "read", { 0x8c }, .room = 16 };
	be_put(&row.cdb[8], 2, 0x1600 + n);
	be_put(&row.cdb[10], 4, 16);
	script_send(&r->script, &row);
	rig_want(r, a->status == SAM_CHECK, "what did not fit is not there");
	be_put(&row.cdb[8], 2, 0x1600 + n - 1);
	script_send(&r->script, &row);
	rig_want(r, a->status == SAM_GOOD && a->in_len == 16, "what did is");
	rig_play(r, "memory", memory);
}

static int test_capabilities(void)
{
	struct rig r;
	int failed;

	rig_init(&r, "ULT3580-TD7");
	rig_make(&r, "E01001L5", "LTO5", CART_DATA_TAPE, 0);
	rig_insert(&r, "E01001L5");
	rig_play(&r, "an older tape", older);
	rig_release(&r);
	failed = r.failed;
	rig_init(&r, "T10000B");
	rig_play(&r, "display", display);
	rig_want(&r, !strcmp(r.logged, "display: HE LO~   WORLD   "),
		 "the log has it, without what is no character");
	rig_release(&r);
	failed += r.failed;
	rig_init(&r, "ULT3580-TD8");
	rig_make(&r, "E01001L8", "LTO8", CART_DATA_TAPE, 0);
	rig_insert(&r, "E01001L8");
	rig_play(&r, "overwriting", overwrite);
	test_memory(&r);
	rig_release(&r);
	return failed + r.failed;
}

int main(void)
{
	static struct rig r;

	rig_init(&r, "ULT3580-TD8");
	rig_make(&r, "E01001L8", "LTO8", CART_DATA_TAPE, 0);
	test_outcomes(&r);
	rig_play(&r, "small answers", small);
	r.hold = true;
	rig_play(&r, "states", states);
	rig_release(&r);
	return test_capabilities() + r.failed != 0;
}
