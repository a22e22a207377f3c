// SPDX-License-Identifier: GPL-2.0-only
/* A FETCH that sleeps for the unit and for another descriptor at once.  Unit 11. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "lab.h"

enum { NONE = VTL_NONE, WATCHED = VTL_WATCHED, LONG_US = 5000000, SOON_MS = 50 };

static struct vtl_lu_op fetch_of(int watch, uint32_t wait_us)
{
	return (struct vtl_lu_op){
		.ops = VTL_OP_FETCH,
		.fetch = { .flags = VTL_FETCH_WATCH, .watch_fd = watch, .wait_us = wait_us },
	};
}

/* Its type, or -errno; *ret_ms: how long it took. */
static int fetched(int node, struct vtl_lu_op op, uint64_t *ret_ms)
{
	const uint64_t start = now_ms();
	const int err = ioctl(node, VTL_IOC_LU_OP, &op) ? -errno : 0;

	*ret_ms = now_ms() - start;
	if (!err && op.ops_done != op.ops)
		return -EPROTO;
	return err ? err : (int)op.fetch.type;
}

static void refused(int node)
{
	const struct { const char *what; struct vtl_fetch f; int err; } rows[] = {
		{ "watch: unknown flag", { .flags = 2 }, EINVAL },
		{ "watch: all flags", { .flags = UINT32_MAX, .watch_fd = node }, EINVAL },
		{ "watch: a descriptor without the flag", { .watch_fd = node }, EINVAL },
		{ "watch: reserved", { .flags = 1, .watch_fd = node, .reserved = 1 }, EINVAL },
		{ "watch: descriptor -1", { .flags = 1, .watch_fd = -1 }, EBADF },
		{ "watch: no descriptor", { .flags = 1, .watch_fd = 9999 }, EBADF },
		{ "watch: the lowest number", { .flags = 1, .watch_fd = INT32_MIN }, EBADF },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct vtl_lu_op op = { .ops = VTL_OP_FETCH, .fetch = rows[i].f };

		want_errno(ioctl(node, VTL_IOC_LU_OP, &op), rows[i].err, rows[i].what);
	}
}

/* What is watched; each row makes its own, so that its time begins with the row. */
static int quiet(void) { return eventfd(0, 0); }
static int readable(void) { return eventfd(1, 0); }
static int regular(void) { return open("/etc/passwd", O_RDONLY); }

static int soon(void)
{
	const struct itimerspec at = { .it_value.tv_nsec = SOON_MS * 1000000L };
	const int fd = timerfd_create(CLOCK_MONOTONIC, 0);

	timerfd_settime(fd, 0, &at, NULL);
	return fd;
}

static int hung_up(void)
{
	int ends[2];

	if (pipe(ends))
		return -1;
	close(ends[1]);
	return ends[0];
}

/* In a set of epoll(7), of which another descriptor keeps it. */
static int in_set(int fd)
{
	const int set = epoll_create1(0);
	struct epoll_event e = { .events = EPOLLIN };

	epoll_ctl(set, EPOLL_CTL_ADD, fd, &e);
	return set;
}

static int set_readable(void) { return in_set(readable()); }
static int set_quiet(void) { return in_set(quiet()); }
static int set_soon(void) { return in_set(soon()); }

static const struct {
	const char *what;
	int (*make)(void);
	uint32_t us;
	int type;
	uint64_t least, most;
} silences[] = {
	{ "nothing, a look only", quiet, 0, NONE, 0, 1000 },
	{ "nothing, for 200 ms", quiet, 200000, NONE, 200, 2000 },
	{ "readable, a look only", readable, 0, WATCHED, 0, 1000 },
	{ "readable at once", readable, LONG_US, WATCHED, 0, 1000 },
	{ "hung up", hung_up, LONG_US, WATCHED, 0, 1000 },
	{ "a file that cannot wait", regular, LONG_US, WATCHED, 0, 1000 },
	{ "readable in a moment", soon, LONG_US, WATCHED, SOON_MS / 2, 2000 },
	{ "a set, readable", set_readable, LONG_US, WATCHED, 0, 1000 },
	{ "a set, nothing", set_quiet, 100000, NONE, 100, 2000 },
	{ "a set, in a moment", set_soon, LONG_US, WATCHED, SOON_MS / 2, 2000 },
};

static void silence(int node)
{
	uint64_t took;
	size_t i;

	for (i = 0; i < sizeof(silences) / sizeof(*silences); i++) {
		const uint64_t start = now_ms();	/* a slow machine takes long to make one */
		const int fd = silences[i].make();
		const int type = fetched(node, fetch_of(fd, silences[i].us), &took);

		ok(type == silences[i].type && now_ms() - start >= silences[i].least &&
		   took < silences[i].most, "watch: %s: %d after %d ms", silences[i].what, type,
		   (int)took);
		close(fd);
	}
	ok(fetched(node, fetch_of(node, 100000), &took) == NONE && took >= 100,
	   "watch: the node itself, where nothing comes");
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void interrupted(int node)
{
	const struct itimerval soon = { .it_value.tv_usec = SOON_MS * 1000 };
	const struct sigaction act = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	const int never = eventfd(0, 0);
	uint64_t took;

	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	ok(fetched(node, fetch_of(never, LONG_US), &took) == NONE && took < 2000,
	   "watch: a signal ends the wait");
	close(never);
}

/* What is watched comes first, and the command loses nothing by it. */
static void beside_a_command(int node, int sg)
{
	const int ready = eventfd(1, 0), never = eventfd(0, 0);
	struct io io = { .fd = sg, .cdb = { TOY_HOLD } };
	struct vtl_lu_op op = fetch_of(never, LONG_US);
	struct bg *bg = bg_start(&io);
	uint64_t took;
	int type;

	ok(!ioctl(node, VTL_IOC_LU_OP, &op) && op.fetch.type == VTL_CMD, "watch: a command comes");
	type = fetched(node, (struct vtl_lu_op){
		.ops = VTL_OP_COMMIT | VTL_OP_FETCH, .commit.cookie = op.fetch.cookie,
		.fetch = { .flags = VTL_FETCH_WATCH, .watch_fd = -1 },
	}, &took);
	ok(type == -EBADF && attr_is(11, "in_flight", "1"),
	   "watch: COMMIT with a bad descriptor: it is still in hand");
	type = fetched(node, (struct vtl_lu_op){
		.ops = VTL_OP_COMMIT | VTL_OP_FETCH, .commit.cookie = op.fetch.cookie,
		.fetch = { .flags = VTL_FETCH_WATCH, .watch_fd = ready, .wait_us = LONG_US },
	}, &took);
	ok(type == WATCHED && took < 1000, "watch: COMMIT, then what is watched");
	bg_end(bg);
	ok(!io.err && io.status == GOOD, "GOOD");

	bg = bg_start(&io);
	while (!attr_is(11, "in_flight", "1"))
		sleep_ms(1);
	ok(fetched(node, fetch_of(ready, LONG_US), &took) == WATCHED && took < 1000,
	   "watch: readable, and a command waits");
	ok(fetched(node, fetch_of(node, LONG_US), &took) == WATCHED && took < 1000,
	   "watch: the node itself, where a command waits");
	op = fetch_of(never, LONG_US);
	ok(!ioctl(node, VTL_IOC_LU_OP, &op) && op.fetch.type == VTL_CMD, "it is there after that");
	op.ops = VTL_OP_COMMIT;
	op.commit = (struct vtl_commit){ .cookie = op.fetch.cookie };
	ok(!ioctl(node, VTL_IOC_LU_OP, &op), "and is answered");
	bg_end(bg);
	ok(!io.err && io.status == GOOD, "GOOD");
	close(ready);
	close(never);
}

static void *close_soon(void *fd)
{
	sleep_ms(SOON_MS);
	close(*(int *)fd);
	return NULL;
}

/* fd is closed by another thread meanwhile. */
static int fetched_while_closing(int node, int watch, int fd, uint32_t us, uint64_t *ret_ms)
{
	pthread_t thread;
	int type;

	pthread_create(&thread, NULL, close_soon, &fd);
	type = fetched(node, fetch_of(watch, us), ret_ms);
	pthread_join(thread, NULL);
	return type;
}

static void closed_meanwhile(int node)
{
	const int never = eventfd(0, 0), watched = eventfd(0, 0);
	uint64_t took;

	ok(fetched_while_closing(node, watched, watched, 300000, &took) == NONE && took >= 300,
	   "watch: a descriptor that is closed meanwhile never stirs");
	ok(fetched_while_closing(node, never, dup(node), LONG_US, &took) == -ESHUTDOWN &&
	   took < 2000, "watch: the unit is lost meanwhile");
	ok(fetched(node, fetch_of(never, LONG_US), &took) == -ESHUTDOWN && took < 1000,
	   "watch: the unit was lost before");
	close(never);
}

void test_watch(void)
{
	const int node = open_unit(11), sg = open_sg(1, 0);

	if (!ok(node >= 0 && sg >= 0 && attach(node) >= 0, "a daemon that watches"))
		return;
	refused(node);
	silence(node);
	interrupted(node);
	beside_a_command(node, sg);
	closed_meanwhile(node);
	close(node);
	close(sg);
}
