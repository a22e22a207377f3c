// SPDX-License-Identifier: GPL-2.0-only
/* The control node: version, ADD_LU, REMOVE_LU, UNIT, LIST. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lab.h"

#define AT(field)	offsetof(struct vtl_add_lu, field)

/* One field of a request that is otherwise good. */
static const struct { const char *what; size_t at; uint32_t value; int err; } bad_adds[] = {
	{ "ADD_LU: other version",		AT(abi),	VTL_ABI_VERSION + 1,	EPROTO },
	{ "ADD_LU: version 0",			AT(abi),			0,	EPROTO },
	{ "ADD_LU: reserved",			AT(reserved),			1,	EINVAL },
	{ "ADD_LU: reserved, last",		AT(reserved) + 12,		1,	EINVAL },
	{ "ADD_LU: type 0",			AT(type),			0,	EINVAL },
	{ "ADD_LU: type 5",			AT(type),			5,	EINVAL },
	{ "ADD_LU: transfer of 513",		AT(max_transfer),		513,	EINVAL },
	{ "ADD_LU: transfer over 16 MiB",	AT(max_transfer),	0x1000200,	EINVAL },
	{ "ADD_LU: number 1024",		AT(number),			1024,	ERANGE },
	{ "ADD_LU: number -1",			AT(number),		UINT32_MAX,	ERANGE },
	{ "ADD_LU: channel too high",		AT(channel),			32,	ERANGE },
	{ "ADD_LU: target too high",		AT(target),			1024,	ERANGE },
	{ "ADD_LU: LUN too high",		AT(lun),			16384,	ERANGE },
	{ "ADD_LU: LUN above 32 bits",		AT(lun) + 4,			1,	ERANGE },
};

static void bad_requests(void)
{
	struct vtl_remove_lu r = { .number = 5, .flags = 2 };
	struct vtl_list list = { .reserved = 1 };
	struct vtl_unit u = { .number = 5 };
	struct vtl_add_lu a;
	size_t i;

	for (i = 0; i < sizeof(bad_adds) / sizeof(*bad_adds); i++) {
		a = add_of(5, 1, 5, 0);
		memcpy((char *)&a + bad_adds[i].at, &bad_adds[i].value, 4);
		want_errno(ioctl(ctl(), VTL_IOC_ADD_LU, &a), bad_adds[i].err, bad_adds[i].what);
	}
	for (i = 0; i < sizeof(a.identity.reserved); i++) {
		a = add_of(5, 1, 5, 0);
		a.identity.reserved[i] = 1;
		want_errno(ioctl(ctl(), VTL_IOC_ADD_LU, &a), EINVAL, "ADD_LU: identity's reserved");
	}
	want_errno(ioctl(ctl(), VTL_IOC_ADD_LU, NULL), EFAULT, "ADD_LU: no argument");
	want_errno(ioctl(ctl(), VTL_IOC_REMOVE_LU, &r), EINVAL, "REMOVE_LU: unknown flag");
	want_errno(remove_lu(5), ENOENT, "REMOVE_LU: no such unit");
	want_errno(remove_lu(1024), ENOENT, "REMOVE_LU: number out of range");
	want_errno(remove_lu(UINT32_MAX), ENOENT, "REMOVE_LU: number -1");
	want_errno(ioctl(ctl(), VTL_IOC_UNIT, &u), ENOENT, "UNIT: no such unit");
	want_errno(ioctl(ctl(), VTL_IOC_LIST, &list), EINVAL, "LIST: reserved");
	want_errno(ioctl(ctl(), VTL_IOC_ATTACH, &a), ENOTTY, "a unit's call on the control node");
	want_errno(open_unit(5), ENOENT, "nothing of this has made a unit");
}

static void version(void)
{
	struct vtl_version v;

	memset(&v, 0xff, sizeof(v));
	if (!want_errno(ioctl(ctl(), VTL_IOC_VERSION, &v), 0, "VERSION"))
		return;
	ok(v.version == VTL_ABI_VERSION, "version %u", v.version);
	ok(v.features == VTL_FEATURE_PIPELINE, "features");
	ok(v.max_channel >= 15 && v.max_target >= 15 && v.max_lun >= 15,
	   "addresses to %u:%u:%u", v.max_channel, v.max_target, v.max_lun);
	ok(!v.reserved && !v.reserved2[0] && !v.reserved2[1], "reserved of VERSION is zero");
}

static bool is_unit(const struct vtl_unit *u, uint32_t number, uint32_t target, uint64_t lun)
{
	return u->number == number && !u->channel && u->target == target && u->lun == lun;
}

static void list_units(void)
{
	struct vtl_unit u[4];
	struct vtl_list list = { .units = (uintptr_t)u, .count = 4 };

	memset(u, 0xff, sizeof(u));
	want_errno(ioctl(ctl(), VTL_IOC_LIST, &list), 0, "LIST");
	ok(list.count == 3 && list.total == 3, "three units listed");
	ok(is_unit(&u[0], 10, 0, 0) && is_unit(&u[1], 11, 1, 0) && is_unit(&u[2], 12, 2, 3),
	   "by number, with their addresses");
	ok(u[3].number == UINT32_MAX, "nothing beyond them");

	list = (struct vtl_list){ .units = (uintptr_t)u, .first = 11, .count = 1 };
	want_errno(ioctl(ctl(), VTL_IOC_LIST, &list), 0, "LIST from 11 with room for one");
	ok(list.count == 1 && list.total == 2 && u[0].number == 11, "one of two listed");

	list = (struct vtl_list){ .units = 8, .count = 4 };
	want_errno(ioctl(ctl(), VTL_IOC_LIST, &list), EFAULT, "LIST to a bad address");
	list = (struct vtl_list){ .first = UINT32_MAX };
	want_errno(ioctl(ctl(), VTL_IOC_LIST, &list), 0, "LIST beyond the last");
	ok(!list.total, "none there");
}

static void one_unit(void)
{
	const struct vtl_unit u = unit_of(11);
	const struct vtl_add_lu a = add_of(11, 1, 1, 0);

	ok(is_unit(&u, 11, 1, 0) && u.type == 1, "UNIT: address and type");
	ok(u.state == VTL_STATE_OFFLINE && !u.owner && !u.in_flight, "UNIT: offline, not owned");
	ok(u.max_transfer == VTL_MAX_TRANSFER, "UNIT: transfer 0 is the most");
	ok(u.grace_ms == 15000, "UNIT: grace %u ms", u.grace_ms);
	ok(!memcmp(&u.identity, &a.identity, sizeof(u.identity)), "UNIT: identity as given");
	ok(attr_is(11, "state", "offline") && attr_is(11, "owner", "0") &&
	   attr_is(11, "in_flight", "0") && attr_is(11, "max_transfer", "16777216"),
	   "sysfs agrees");
	ok(!sdev_exists(1, 0), "the host is not told before the first ATTACH");
}

/* All numbers at once, over channels, targets and LUNs. */
static void many(void)
{
	struct vtl_unit *u = calloc(VTL_MAX_UNITS, sizeof(*u));
	struct vtl_list list = { .units = (uintptr_t)u, .count = VTL_MAX_UNITS };
	struct vtl_add_lu a;
	uint32_t i, added = 0, removed = 0;

	for (i = 100; i < VTL_MAX_UNITS; i++) {
		a = add_of(i, 1 + i % 2 * 7, i % 16, i / 256);
		a.channel = 1 + i / 16 % 16;
		added += !ioctl(ctl(), VTL_IOC_ADD_LU, &a);
	}
	ok(added == VTL_MAX_UNITS - 100, "%u units added", added);
	ok(!ioctl(ctl(), VTL_IOC_LIST, &list) && list.count == added + 3, "and listed");
	for (i = 100; i < VTL_MAX_UNITS; i++)
		removed += !remove_lu(i);
	ok(removed == added, "and removed");
	free(u);
}

void test_control(void)
{
	version();
	bad_requests();
	want_errno(add_lu(10, 8, 0, 0), 0, "add unit 10, a changer");
	want_errno(add_lu(11, 1, 1, 0), 0, "add unit 11, a drive");
	want_errno(add_lu(12, 1, 2, 3), 0, "add unit 12, LUN 3 without a LUN 0");
	want_errno(add_lu(11, 1, 7, 0), EEXIST, "number twice");
	want_errno(add_lu(13, 1, 1, 0), EADDRINUSE, "address twice");
	list_units();
	one_unit();
	many();
}
