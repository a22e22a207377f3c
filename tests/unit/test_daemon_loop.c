// SPDX-License-Identifier: GPL-2.0-only
/* A unit in the loop: its transport is watched there, or sleeps for it. */
#include <errno.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "daemon/unit.h"
#include "fake/capture.h"

/* The unit calls it whenever the loop has seen to something. */
static void count(void *ctx)
{
	++*(int *)ctx;
}

static int serve(struct transport *t)
{
	uint64_t n;

	return read(t->fd, &n, sizeof(n)) == sizeof(n) ? 0 : -1;
}

static bool no_answers(const struct transport *t)
{
	(void)t;
	return false;
}

/* A transport that sleeps for the loop: a command, then the loop's own source, then a failure. */
struct sleeper {
	struct transport t;
	struct loop *loop;
	int calls, sources, watch, wait_ms;
};

static int await_next(struct transport *t, int watch, int wait_ms)
{
	static const int returns[] = { 0, 1, 0, -ESHUTDOWN };
	struct sleeper *s = (struct sleeper *)t;

	s->watch = watch;
	s->wait_ms = wait_ms;
	return returns[s->calls++];
}

static void see_source(void *ctx)
{
	((struct sleeper *)ctx)->sources++;
}

static const struct sleep_row {
	const char *what;
	int max_ms, calls, sources, seen_to;
	bool attached, stopped;
	const char *says;
} sleep_rows[] = {
	{ "a command is served", 10, 1, 0, 1, true, false, "" },
	{ "another source is seen to", 0, 2, 1, 2, true, false, "" },
	{ "nothing came", -1, 3, 1, 3, true, false, "" },
	{ "the unit is lost", -1, 4, 1, 3, false, true, "was taken away from this daemon" },
	{ "the loop sleeps itself then", 0, 4, 2, 3, false, true, "" },
};

static int test_sleeps(void)
{
	struct sleeper s = { .t = { .await = await_next, .has_answers = no_answers, .fd = -1 } };
	struct loop_source source = { .fd = eventfd(1, 0), .ready = see_source, .ctx = &s };
	const struct unit_events events = { .seen_to = count };
	struct log log;
	struct loop loop;
	struct unit u = { .loop = &loop, .log = &log };
	int n = 0, failed = 0;

	log_init(&log, "vtltape", 11, 0);
	loop_init(&loop);
	loop_add(&loop, &source);
	unit_use(&u, &s.t, &events, &n);
	for (size_t i = 0; i < sizeof(sleep_rows) / sizeof(sleep_rows[0]); i++) {
		const struct sleep_row *row = &sleep_rows[i];
		bool ok;

		capture_begin();
		loop_step(&loop, row->max_ms);
		failed |= capture_check(row->what, 0, 0, capture_end(), row->says);
		ok = s.calls == row->calls && s.sources == row->sources && n == row->seen_to &&
		     u.attached == row->attached && loop.stopped == row->stopped &&
		     s.watch == loop.epoll && (!row->attached || s.wait_ms == row->max_ms);
		printf("%s - loop: the transport sleeps: %s\n", ok ? "ok" : "not ok", row->what);
		failed |= !ok;
	}
	unit_close(&u, false);
	loop_release(&loop);
	close(source.fd);
	return failed;
}

static int test_watched(void)
{
	struct transport t = { .serve = serve, .has_answers = no_answers, .fd = eventfd(1, 0) };
	const struct unit_events events = { .seen_to = count };
	struct loop loop;
	struct unit u = { .loop = &loop };
	int n = 0, failed;

	loop_init(&loop);
	unit_use(&u, &t, &events, &n);
	loop_step(&loop, 0);
	failed = n != 1;
	unit_close(&u, false);
	loop_step(&loop, 0);
	failed |= n != 1;
	printf("%s - loop: told when all was seen to\n", failed ? "not ok" : "ok");
	close(t.fd);
	loop_release(&loop);
	return failed;
}

int main(void)
{
	return (test_watched() | test_sleeps()) != 0;
}
