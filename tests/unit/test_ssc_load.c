// SPDX-License-Identifier: GPL-2.0-only
/* Cartridges come and go: robot, operator and host, in turn and at the same time. */
#include <string.h>

#include "fake/rig.h"

#define LOAD       { 0x1b, 0, 0, 0, 1 }
#define LOAD_NOW   { 0x1b, 1, 0, 0, 1 }
#define UNLOAD     { 0x1b }
#define UNLOAD_NOW { 0x1b, 1 }
#define READY      { 0x00 }
#define PREVENT(n) { 0x1e, 0, 0, 0, n }

#define NO_MEDIUM  .sense = 0x02, .asc = 0x3a00
#define BECOMING   .sense = 0x02, .asc = 0x0401
#define CLEANING   .sense = 0x02, .asc = 0x3003
#define UA(code)   .sense = 0x06, .asc = (code)
#define PENDING    .status = SCRIPT_PENDING
#define ANSWERED   .event = rig_work, .status = SCRIPT_ANSWER

static void insert(void *rig)
{
	ssc_insert(&((struct rig *)rig)->drive, "E01001L8");
}

static void eject(void *rig)
{
	ssc_eject(&((struct rig *)rig)->drive);
}

static const struct step host[] = {
	{ "LOAD of nothing", LOAD, NO_MEDIUM },
	{ "UNLOAD of nothing", UNLOAD, NO_MEDIUM },
	{ "the robot begins", .event = insert },
	{ "not yet", READY, BECOMING },
	{ "LOAD has to wait", LOAD, BECOMING },
	{ "UNLOAD has to wait", UNLOAD, BECOMING },
	{ "the robot is done", .event = rig_work },
	{ "the first initiator hears", READY, UA(0x2800) },
	{ "and then it is ready", READY },
	{ "so does the second", READY, .initiator = 1, UA(0x2800) },
	{ "and the third", READY, .initiator = 2, UA(0x2800) },
	{ "LOAD of what is loaded rewinds", LOAD },
	{ "retension is a LOAD", { 0x1b, 0, 0, 0, 3 } },
	{ "LOAD to the end of tape", { 0x1b, 0, 0, 0, 5 }, .sense = 0x05, .asc = 0x2400,
	  .field = IN_CDB(4, 2) },
	{ "UNLOAD waits for the loader", UNLOAD, PENDING },
	{ "the drive says so", READY, BECOMING },
	{ "a second one is refused", UNLOAD, BECOMING },
	{ "UNLOAD is answered", ANSWERED },
	{ "the cartridge is in the mouth", READY, NO_MEDIUM },
	{ "UNLOAD again is no error", UNLOAD },
	{ "HOLD leaves it there", { 0x1b, 0, 0, 0, 9 } },
	{ "LOAD brings it back", LOAD, PENDING },
	{ "the drive says so", READY, .initiator = 1, BECOMING },
	{ "LOAD is answered", ANSWERED },
	{ "who asked hears of it", READY, UA(0x2800) },
	{ "others hear of it", READY, .initiator = 1, UA(0x2800) },
	{ "UNLOAD at once", UNLOAD_NOW },
	{ "it is on its way", READY, BECOMING },
	{ "it is done", .event = rig_work },
	{ "in the mouth", READY, NO_MEDIUM },
	{ "LOAD at once", LOAD_NOW },
	{ "it is on its way", READY, BECOMING },
	{ "it is done", .event = rig_work },
	{ "who asked hears, for he cannot know when", READY, UA(0x2800) },
	{ "ready", READY },
	{ 0 },
};

static const struct step preventing[] = {
	{ "PREVENT", PREVENT(1) },
	{ "UNLOAD is refused", UNLOAD, .sense = 0x05, .asc = 0x5302 },
	{ "another one's ALLOW is not ours", PREVENT(0), .initiator = 1 },
	{ "UNLOAD is refused", UNLOAD, .initiator = 1, .sense = 0x05, .asc = 0x5302 },
	{ "the robot tries", .event = eject },
	{ "it is still there", READY },
	{ "ALLOW", PREVENT(0) },
	{ "the robot takes it", .event = eject },
	{ "gone", READY, NO_MEDIUM },
	{ 0 },
};

static void test_host(struct rig *r)
{
	r->hold = true;
	rig_play(r, "host", host);
	rig_want(r, r->host_unloads == 2, "the loader hears of the host's UNLOADs");
	r->hold = false;
	rig_hear(r);
	rig_play(r, "prevent", preventing);
	rig_want(r, r->kept == 1 && r->ejected == 1, "the robot is told no, then yes");
	rig_want(r, r->host_unloads == 2, "what the robot takes is no UNLOAD of the host");
}

static void test_refusals(struct rig *r)
{
	rig_eject(r);
	rig_want(r, r->kept == 2 && strstr(r->why, "no cartridge"), "nothing to eject");
	rig_insert(r, "NOSUCHL8");
	rig_want(r, r->refused == 1 && r->drive.state == SSC_EMPTY,
	     "a cartridge that is not there");
	rig_insert(r, "");
	rig_insert(r, "A1234567890123456789012345678901234567890");
	rig_want(r, r->refused == 3 && r->drive.state == SSC_EMPTY,
	     "barcodes of no length, or all");
	rig_insert(r, "E01001L5");
	rig_want(r, r->refused == 4 && r->drive.state == SSC_EMPTY && strstr(r->why, "LTO5") &&
		 r->drive.unit.alerts == 1 << 11,
		 "a generation that does not fit goes out again, alert 12");
	rig_insert(r, "E01001L8");
	rig_insert(r, "E01002L8");
	rig_want(r, r->refused == 5 && !strcmp(r->drive.barcode, "E01001L8"), "two do not fit");
	rig_want(r, !r->drive.unit.alerts, "a good load clears the alert");
	rig_eject(r);
}

static const struct step cleaned[] = {
	{ "the drive tells of the cleaning cartridge", READY, CLEANING },
	{ "for reading, too", { 0x08, 0, 0, 0, 1 }, CLEANING },
	{ "INQUIRY works", { 0x12, 0, 0, 0, 5 }, .in = BYTES("\1\x80\5\2\x3b") },
	{ 0 },
};

static const struct step clean_again[] = {
	{ "the host loads it again", LOAD, PENDING },
	{ "nobody knows yet what it is", READY, BECOMING },
	{ "it cleans", .event = rig_work },
	{ "and is on its way out", READY, CLEANING },
	{ "LOAD is answered when it is out", ANSWERED },
	{ "the drive tells of it", READY, CLEANING },
	{ 0 },
};

static uint32_t uses(struct rig *r)
{
	struct cart *cart = NULL;
	char why[CART_WHY_MAX];
	uint32_t n = 0;

	if (cart_open(&mem_cart_io, rig_cartridge(r, "CLN101L6"), CART_LOOK, "", 0, &cart, why))
		return n;
	n = cart_counters(cart)->cleanings;
	cart_drop(cart);
	return n;
}

static void test_cleaning(struct rig *r)
{
	rig_insert(r, "CLN101L6");
	rig_want(r, !strcmp(r->why, "") && r->drive.state == SSC_MOUTH,
		 "a cleaning cartridge of any generation cleans, and comes out");
	rig_want(r, r->drive.unit.alerts == 1 << 10, "alert 11");
	rig_want(r, uses(r) == 1, "its use is counted");
	rig_play(r, "cleaning", cleaned);
	r->hold = true;
	rig_play(r, "cleaning again", clean_again);
	r->hold = false;
	rig_want(r, uses(r) == 2, "is another use");
	rig_eject(r);
	rig_want(r, r->drive.state == SSC_EMPTY && !r->drive.unit.alerts, "alert 11 goes with it");
	for (int i = 2; i < 50; i++) {
		rig_insert(r, "CLN101L6");
		rig_eject(r);
	}
	rig_want(r, uses(r) == 50, "fifty uses");
	rig_insert(r, "CLN101L6");
	rig_want(r, uses(r) == 50 && r->drive.unit.alerts == (1 << 10 | 1 << 21),
		 "then it has expired: alert 22");
	rig_eject(r);
	rig_insert(r, "CLN303TA");
	rig_want(r, r->drive.state == SSC_EMPTY && strstr(r->why, "does not clean"),
		 "another maker's does not fit");
}

/* Robot and host at the same time. */
static const struct step both[] = {
	{ "the host unloads", UNLOAD, PENDING },
	{ "the robot comes for it", .event = eject },
	{ "the host is answered", ANSWERED },
	{ "and it is gone", READY, NO_MEDIUM },
	{ 0 },
};

static void test_both(struct rig *r)
{
	const int ejected = r->ejected, kept = r->kept;

	rig_insert(r, "E01001L8");
	r->hold = true;
	rig_play(r, "both", both);
	rig_want(r, r->ejected == ejected + 1 && r->drive.state == SSC_EMPTY, "the robot has it");
	ssc_insert(&r->drive, "E01001L8");
	ssc_eject(&r->drive);
	rig_want(r, r->kept == kept + 1, "no ejecting while it loads");
	rig_work(r);
	ssc_eject(&r->drive);
	ssc_eject(&r->drive);
	rig_want(r, r->kept == kept + 2, "one ejecting at a time");
	rig_work(r);
	rig_want(r, r->ejected == ejected + 2, "is done");
	r->hold = false;
	rig_hear(r);
}

static void break_cartridge(void *rig)
{
	mem_io_file(rig_cartridge(rig, "E01002L8"), "meta")->exists = false;
}

static const struct step spoilt[] = {
	{ "out", UNLOAD },
	{ "its meta is gone", .event = break_cartridge },
	{ "LOAD says so", LOAD, .sense = 0x04, .asc = 0x5300 },
	{ "it is still in the mouth", READY, NO_MEDIUM },
	{ 0 },
};

static void test_spoilt(struct rig *r)
{
	rig_insert(r, "E01002L8");
	rig_play(r, "spoilt", spoilt);
	rig_want(r, r->drive.state == SSC_MOUTH, "the robot can take it away");
	rig_eject(r);
	rig_want(r, r->drive.state == SSC_EMPTY, "and does");
}

static const struct step damaged[] = {
	{ "it is there", READY },
	{ "for reading alone", { 0x1a, 8, 0, 0, 4 }, .in = BYTES("\3\x88\x90\0") },
	{ "nothing is written", { 0x0a, 0, 0, 0, 1 }, .out = BYTES("x"), .sense = 0x07,
	  .asc = 0x2700 },
	{ "what is before the damage is read", { 0x08, 0, 0, 0, 2 }, .in = BYTES("b0") },
	{ "the damage is no blank tape", { 0x08, 0, 0, 0, 2 }, .sense = 0x03, .asc = 0x3100 },
	{ 0 },
};

static const struct step two_blocks[] = {
	{ "write", { 0x0a, 0, 0, 0, 2 }, .out = BYTES("b0") },
	{ "write", { 0x0a, 0, 0, 0, 2 }, .out = BYTES("b1") },
	{ "make it durable", { 0x10 } },
	{ 0 },
};

static void test_damaged(struct rig *r)
{
	const int before = r->inserted;
	struct mem_io *io = rig_make(r, "E01003L8", "LTO8", CART_DATA_TAPE, 0);
	struct mem_file *data;

	rig_insert(r, "E01003L8");
	rig_play(r, "damaged", two_blocks);
	rig_eject(r);
	data = mem_io_file(io, "data");
	data->now.size -= 8;		/* a truncated cartridge */
	rig_insert(r, "E01003L8");
	rig_want(r, r->inserted == before + 2 && r->logged[0],
		 "a damaged cartridge loads, and is told of");
	rig_want(r, r->drive.unit.alerts == (1 << 3 | 1 << 17), "alerts 4 and 18");
	rig_play(r, "damaged", damaged);
	rig_eject(r);
}

static const struct step born_again[] = {
	{ "the drive was reset by itself", READY, UA(0x2904) },
	{ "for others, too", READY, .initiator = 1, UA(0x2904) },
	{ "for new ones, too", READY, .initiator = 7, UA(0x2904) },
	{ "no reading at an unknown place", { 0x08, 0, 0, 0, 1 }, .sense = 0x03, .asc = 0x3b00 },
	{ "no filemark either", { 0x10, 0, 0, 0, 1 }, .sense = 0x03, .asc = 0x3b00 },
	{ "rewind", { 0x01 } },
	{ "now a filemark", { 0x10, 0, 0, 0, 1 } },
	{ 0 },
};

static const struct step reset[] = {
	{ "block length 512", { 0x15, 0x10, 0, 0, 12 },
	  .out = BYTES("\0\0\x10\x08\0\0\0\0\0\0\2\0") },
	{ "reserve", { 0x16 } },
	{ "prevent", PREVENT(1) },
	{ 0 },
};

static const struct step after_reset[] = {
	{ "it is told", READY, UA(0x2903) },
	{ "nobody has reserved it", READY, .initiator = 1, UA(0x2903) },
	{ "it is free", READY, .initiator = 1 },
	{ "block length is 0 again", { 0x1a, 0, 0, 0, 12 },
	  .in = BYTES("\x0b\x88\x10\x08\x5e\0\0\0\0\0\0\0") },
	{ "removal is allowed", UNLOAD },
	{ 0 },
};

static void test_starts(struct rig *r)
{
	struct cart *cart = NULL;
	char why[CART_WHY_MAX];

	cart_open(&mem_cart_io, rig_cartridge(r, "E01001L8"), 0, "IBM", 0, &cart, why);
	ssc_drive_start(&r->drive, true, "E01001L8", cart);
	rig_play(r, "after its owner's death", born_again);
	rig_play(r, "before the reset", reset);
	rig_hear(r);
	ssc_reset(&r->drive);
	rig_play(r, "after the reset", after_reset);
	rig_eject(r);
	ssc_drive_start(&r->drive, false, "E01001L8", NULL);
	rig_want(r, r->drive.state == SSC_MOUTH,
	     "a cartridge that could not be opened is in the mouth");
	rig_hear(r);
	rig_eject(r);
}

int main(void)
{
	static struct rig r;

	rig_init(&r, "ULT3580-TD8");
	rig_make(&r, "E01001L8", "LTO8", CART_DATA_TAPE, 0);
	rig_make(&r, "E01002L8", "LTO8", CART_DATA_TAPE, 0);
	rig_make(&r, "E01001L5", "LTO5", CART_DATA_TAPE, 0);
	rig_make(&r, "CLN101L6", "LTO6", CART_CLEANING_TAPE, 0);
	rig_make(&r, "CLN303TA", "T10KA", CART_CLEANING_TAPE, 0);
	test_host(&r);
	test_refusals(&r);
	test_cleaning(&r);
	test_both(&r);
	test_spoilt(&r);
	test_damaged(&r);
	test_starts(&r);
	rig_release(&r);
	return r.failed != 0;
}
