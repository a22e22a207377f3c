// SPDX-License-Identifier: GPL-2.0-only
/* What can be seen of a command's way: bytes copied, and the tracepoints.  Unit 21. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab.h"

#define TRACING	"/sys/kernel/tracing"
#define TRACE	TRACING "/instances/mhvtl_test"

enum { NUMBER = 21, TARGET = 5, MOST = 4096, STORED = 5000 };

/* Opcodes that nobody but this test gives a changer, so that no scan of the host's is counted. */
static const struct row {
	const char *what, *end;		/* the event that ends it */
	uint8_t opcode;
	bool out;
	uint32_t times, len, timeout_ms;
	uint32_t first, second;		/* of the last event: status and moved, opcode and len */
} rows[] = {
	/* what            last event    opcode     out    times len    ms    its fields */
	{ "no data",       "vtl_commit", TOY_FAIL,  false, 20, 0,      0,    CHECK,    0 },
	{ "data out",      "vtl_commit", TOY_WRITE, true,  3,  STORED, 0,    GOOD,     STORED },
	{ "short data in", "vtl_commit", TOY_READ,  false, 3,  8192,   0,    GOOD,     STORED },
	{ "given up",      "vtl_abort",  TOY_HOLD,  false, 1,  0,      1000, TOY_HOLD, 0 },
};

struct event {
	char name[16];
	unsigned long long cookie;
	uint32_t unit, first, second;
};

static bool parse(const char *line, struct event *e)
{
	const char *at = strstr(line, ": vtl_");

	if (!at)
		return false;
	return sscanf(at, ": %15[a-z_]: unit=%u cookie=%llx opcode=%x len=%u", e->name, &e->unit,
		      &e->cookie, &e->first, &e->second) == 5 ||
	       sscanf(at, ": %15[a-z_]: unit=%u cookie=%llx status=%x moved=%u", e->name, &e->unit,
		      &e->cookie, &e->first, &e->second) == 5;
}

/* This unit's, oldest first.  Lines of events that cannot be read are counted in *ret_strange. */
static size_t read_events(struct event *events, uint32_t *ret_strange)
{
	FILE *f = fopen(TRACE "/trace", "re");
	char line[512];
	uint32_t strange = 0;
	size_t n = 0;

	while (f && n < MOST && fgets(line, sizeof(line), f)) {
		if (parse(line, &events[n]))
			n += events[n].unit == NUMBER;
		else
			strange += line[0] != '#';
	}
	if (f)
		fclose(f);
	*ret_strange = strange;
	return n;
}

static bool is(const struct event *e, const char *name, uint32_t first, uint32_t second)
{
	return !strcmp(e->name, name) && e->first == first && e->second == second;
}

/* After its vtl_queue at events[0]: one vtl_fetch and one last event, in this order. */
static bool whole_way(const struct event *events, size_t n, const struct row *r)
{
	const struct event *way[2];
	size_t i, found = 0;

	for (i = 1; i < n; i++) {
		if (events[i].cookie != events[0].cookie)
			continue;
		if (found == 2)
			return false;
		way[found++] = &events[i];
	}
	return found == 2 && is(way[0], "vtl_fetch", r->opcode, r->len) &&
	       is(way[1], r->end, r->first, r->second);
}

static void check_row(const struct event *events, size_t n, const struct row *r)
{
	uint32_t queued = 0, whole = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!is(&events[i], "vtl_queue", r->opcode, r->len))
			continue;
		queued++;
		whole += whole_way(events + i, n - i, r);
	}
	ok(queued == r->times && whole == r->times,
	   "%s: %u of %u queued, %u fetched and ended as they did", r->what, queued, r->times,
	   whole);
}

static void give(int fd)
{
	static uint8_t data[8192];
	uint32_t i, k;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (k = 0; k < rows[i].times; k++) {
			struct io io = { .fd = fd, .cdb = { rows[i].opcode }, .out = rows[i].out,
					 .data = data, .len = rows[i].len,
					 .timeout_ms = rows[i].timeout_ms };

			sg_io(&io);
		}
	}
}

static void copied(unsigned long long *ret_out, unsigned long long *ret_in)
{
	char text[64] = "";

	attr_get(NUMBER, "copied", text, sizeof(text));
	if (sscanf(text, "out %llu\nin %llu", ret_out, ret_in) != 2)
		ok(false, "copied: %s", text);
}

/* Once each: as much as the commands moved; more went in if the host asked who this is. */
static void give_and_count(int fd)
{
	unsigned long long out = 0, in = 0, out_was = 0, in_was = 0, moved = 3 * STORED;

	copied(&out_was, &in_was);
	give(fd);
	copied(&out, &in);
	out -= out_was;
	in -= in_was;
	ok(out == moved, "%llu bytes out, %llu copied", moved, out);
	ok(in >= moved && in < 2 * moved, "%llu bytes in, %llu copied, INQUIRY's too", moved, in);
}

static bool begin(void)
{
	if (access(TRACING "/instances", F_OK))
		mount("tracefs", TRACING, "tracefs", 0, NULL);
	if (access(TRACING "/instances", F_OK))
		return false;
	rmdir(TRACE);
	return ok(!mkdir(TRACE, 0700) && write_file(TRACE "/events/mhvtl/enable", "1"),
		  "events enabled");
}

static void end(void)
{
	struct event *events = calloc(MOST, sizeof(*events));
	uint32_t strange;
	size_t i, n;

	write_file(TRACE "/events/mhvtl/enable", "0");
	n = read_events(events, &strange);
	ok(n && n < MOST && !strange, "%zu events, %u that cannot be read", n, strange);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_row(events, n, &rows[i]);
	ok(!rmdir(TRACE), "events disabled");
	free(events);
}

void test_trace(void)
{
	struct toy *t = toy_new(NUMBER);
	bool traced;
	int fd;

	want_errno(add_lu(NUMBER, 8, TARGET, 0), 0, "a changer");
	ok(toy_start(t), "its daemon");
	fd = open_sg(TARGET, 0);
	ok(udev_is_done(), "udev knows it");
	traced = begin();
	give_and_count(fd);
	if (traced)
		end();
	else
		skip("tracepoints", "this kernel has none");
	close(fd);
	toy_stop(t);
	want_errno(remove_lu(NUMBER), 0, "and goes");
}
