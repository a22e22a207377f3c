// SPDX-License-Identifier: GPL-2.0-only
/* How a daemon comes to own its unit, what it says where it cannot, and how units are removed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "daemon/unit.h"
#include "fake/capture.h"
#include "fake/module.h"
#include "fake/report.h"
#include "model/model.h"

enum { TYPE_TAPE = 1, NUMBER = 11 };

static int bad;		/* of this program's tests */

static void is(long long got, long long want, const char *what)
{
	bad += report_number("unit", what, got, want);
}

static const struct conf_unit conf = {
	.id = NUMBER, .channel = 1, .target = 2, .lun = 3, .vendor = "IBM",
	.product = "ULT3580-TD8", .serial = "XYZZY_A1", .has_naa = true, .naa = { 0x50, 1 },
};

/* A unit of our number that the module has already. */
enum there { NOT_THERE, IN_PLACE, ELSEWHERE };

static const struct open_row {
	const char *what;
	int open_error, add_error;
	uint32_t older;				/* versions that the module is behind */
	enum there there;
	int busy;				/* refusals to remove it */
	bool keeps;				/* data of its last owner */
	int node_errors, node_error;
	int status;
	const char *says;			/* regular expression of the log */
	unsigned int target;			/* the unit's, in the end */
} opens[] = {
	{ .what = "a new unit", .target = 2 },
	{ .what = "the unit is there from before", .there = IN_PLACE, .target = 2 },
	{ .what = "it is there, at another address", .there = ELSEWHERE, .target = 2 },
	{ .what = "it is at another address, with an owner", .there = ELSEWHERE, .busy = 1,
	  .status = UNIT_OWNED, .says = "another daemon has this unit, at another address",
	  .target = 7 },
	{ .what = "it is there, and keeps data", .there = IN_PLACE, .keeps = true, .target = 2 },
	{ .what = "it is at another address, and keeps data", .there = ELSEWHERE, .keeps = true,
	  .status = UNIT_FAILED, .says = "at its old address the unit keeps data .*start the "
	  "daemon there once, .*vtltape --remove-all --discard", .target = 7 },
	{ .what = "no module", .open_error = -ENOENT, .status = UNIT_NO_MODULE,
	  .says = "the mhvtl module is not loaded: modprobe mhvtl" },
	{ .what = "a node without a driver", .open_error = -ENXIO, .status = UNIT_NO_MODULE,
	  .says = "the mhvtl module is not loaded: modprobe mhvtl" },
	{ .what = "a node without a device", .open_error = -ENODEV, .status = UNIT_NO_MODULE,
	  .says = "the mhvtl module is not loaded: modprobe mhvtl" },
	{ .what = "no right to the control node", .open_error = -EACCES, .status = UNIT_FAILED,
	  .says = "/dev/mhvtl-ctl: Permission denied" },
	{ .what = "a module of another version", .older = 1, .status = UNIT_FAILED,
	  .says = "of another version: unload it, install, and modprobe mhvtl" },
	{ .what = "the address is another unit's", .add_error = -EADDRINUSE,
	  .status = UNIT_FAILED, .says = "channel 1 target 2 LUN 3 is another unit's" },
	{ .what = "the module has no room", .add_error = -ENOSPC, .status = UNIT_FAILED,
	  .says = "the module refuses the unit: No space left on device" },
	{ .what = "the node gets its group late", .node_errors = 2, .node_error = -EACCES,
	  .target = 2 },
	{ .what = "the node itself comes late", .node_errors = 1, .node_error = -ENOENT,
	  .target = 2 },
	{ .what = "the node has an owner", .node_errors = 1, .node_error = -EBUSY,
	  .status = UNIT_OWNED, .says = "another daemon runs this unit", .target = 2 },
	{ .what = "the node fails", .node_errors = 1, .node_error = -EIO,
	  .status = UNIT_FAILED, .says = "/dev/mhvtl11: Input/output error", .target = 2 },
};

static void set_up(struct fake_module *m, const struct open_row *row)
{
	fake_module_init(m);
	m->open_error = row->open_error;
	m->version -= row->older;
	m->add_error = row->add_error;
	m->busy = row->busy;
	m->keeping = row->keeps ? NUMBER : 0;
	m->node_errors = row->node_errors;
	m->node_error = row->node_error;
	if (row->there == NOT_THERE)
		return;
	m->n_units = 1;
	m->units[0] = (struct vtl_unit){
		.number = NUMBER, .channel = 1, .target = row->there == IN_PLACE ? 2 : 7,
		.lun = 3, .type = TYPE_TAPE,
	};
}

static void test_open(const struct open_row *row)
{
	static struct fake_module m;
	const struct unit_kernel k = { &fake_module_calls, &m };
	const struct unit_model *model = &drive_model_find(conf.vendor, conf.product)->unit;
	struct loop loop = { .epoll = -1 };
	struct unit u;
	struct log log;
	int status;

	set_up(&m, row);
	capture_begin();
	log_init(&log, "vtltape", NUMBER, 0);
	status = unit_open(&u, &k, &log, &loop, &conf, TYPE_TAPE, model);
	bad += capture_check(row->what, status, row->status, capture_end(),
			     row->says ? row->says : "");
	is(m.n_units, row->target != 0, "it is one unit, or none");
	is(m.units[0].target, row->target, "at this target");
	is(m.open_files, !row->status, "the control node is closed, and its own is open");
	unit_close(&u, true);
	unit_close(&u, true);
	is(m.open_files, 0, "closed twice is closed");
}

/* What the module itself answers with while no daemon is there. */
static void test_identity(void)
{
	static struct fake_module m;
	const struct unit_kernel k = { &fake_module_calls, &m };
	const struct unit_model *model = &drive_model_find(conf.vendor, conf.product)->unit;
	const struct vtl_identity *id = &m.added.identity;
	struct loop loop = { .epoll = -1 };
	struct conf_unit own = conf;
	struct unit u;
	struct log log;

	log_init(&log, "vtltape", NUMBER, 0);
	fake_module_init(&m);
	is(unit_open(&u, &k, &log, &loop, &conf, TYPE_TAPE, model), 0, "a unit is added");
	is(memcmp(id->vendor, "IBM     ", 8), 0, "vendor, padded");
	is(memcmp(id->product, "ULT3580-TD8     ", 16), 0, "product, padded");
	is(memcmp(id->revision, model->revision, 4), 0, "the model's revision");
	is(memcmp(id->serial, "XYZZY_A1", 9), 0, "serial number");
	is(memcmp(id->naa, conf.naa, 8), 0, "name");
	is(id->version, model->inquiry->bytes[2], "version of the standard");
	unit_close(&u, true);
	fake_module_init(&m);
	snprintf(own.revision, sizeof(own.revision), "A9");
	own.has_naa = false;
	is(unit_open(&u, &k, &log, &loop, &own, TYPE_TAPE, model), 0, "and another");
	is(memcmp(id->revision, "A9  ", 4), 0, "with a revision of its own");
	is(memcmp(id->naa, "\0\0\0\0\0\0\0\0", 8), 0, "and no name");
	unit_close(&u, true);
}

static const struct remove_row {
	const char *what;
	int open_error;
	uint32_t older;
	unsigned int units;
	int busy;
	unsigned int wait_s;
	uint32_t keeping;			/* unit */
	bool discard;
	int status;
	const char *says;
	unsigned int left;
} removes[] = {
	{ .what = "no units" },
	{ .what = "more units than one list holds", .units = FAKE_UNITS },
	{ .what = "no module, no units", .open_error = -ENOENT, .units = 3, .left = 3 },
	{ .what = "a module of another version", .older = 1, .units = 3, .left = 3,
	  .status = UNIT_FAILED, .says = "of another version" },
	{ .what = "one is in use", .units = 3, .busy = 1, .status = UNIT_FAILED,
	  .says = "unit 10: Device or resource busy", .left = 1 },
	{ .what = "one is in use for a moment", .units = 3, .busy = 3, .wait_s = 5 },
	{ .what = "one keeps data", .units = 3, .keeping = 20, .status = UNIT_FAILED,
	  .says = "unit 20 keeps data .*start its daemon, .*--remove-all --discard", .left = 1 },
	{ .what = "one keeps data that may be lost", .units = 3, .keeping = 20, .discard = true,
	  .says = "unit 20: data .*are lost" },
	{ .what = "one is in use, and is not discarded", .units = 3, .busy = 1, .discard = true,
	  .status = UNIT_FAILED, .says = "unit 10: Device or resource busy", .left = 1 },
};

static void test_remove(const struct remove_row *row)
{
	static struct fake_module m;
	const struct unit_kernel k = { &fake_module_calls, &m };
	struct log log;
	int status;

	fake_module_init(&m);
	m.open_error = row->open_error;
	m.version -= row->older;
	m.busy = row->busy;
	m.keeping = row->keeping;
	for (m.n_units = 0; m.n_units < row->units; m.n_units++)
		m.units[m.n_units] = (struct vtl_unit){ .number = 10 * (m.n_units + 1) };
	capture_begin();
	log_init(&log, "vtllibrary", 0, 0);
	status = unit_remove_all(&k, &log, row->wait_s, row->discard);
	bad += capture_check(row->what, status, row->status, capture_end(),
			     row->says ? row->says : "");
	is(m.n_units, row->left, "units that are left");
	is(m.open_files, 0, "the control node is closed");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(opens); i++)
		test_open(&opens[i]);
	test_identity();
	for (size_t i = 0; i < ARRAY_SIZE(removes); i++)
		test_remove(&removes[i]);
	return bad != 0;
}
