// SPDX-License-Identifier: GPL-2.0-only
/* The daemons as programs: statuses and words of a start that fails; and their smaller parts. */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/macros.h"
#include "daemon/background.h"
#include "daemon/cart_thread.h"
#include "daemon/notify.h"
#include "daemon/privileges.h"
#include "daemon/program.h"
#include "fake/report.h"
#include "media/background.h"

static int bad;		/* of this program's tests */

static void is(long long got, long long want, const char *what)
{
	bad += report_number("program", what, got, want);
}
#define IS(got, want, what) is((long long)(got), (long long)(want), what)

static const char good_conf[] =
	"VERSION: 5\n\nLibrary: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n Vendor identification: STK\n"
	" Product identification: L700\n Unit serial number: A\n\n"
	"Drive: 11 CHANNEL: 00 TARGET: 01 LUN: 00\n Vendor identification: IBM\n"
	" Product identification: ULT3580-TD8\n Unit serial number: A1\n";

/* Statuses below 0: what the host has decides (a module, or none), and it is not 0. */
static const struct start_row {
	const char *arguments, *conf;
	int status;
	const char *says;
} starts[] = {
	{ "--help", NULL, 0, "usage: vtl" },
	{ "-h", NULL, 0, "--config-dir DIR" },
	{ "--version", NULL, 0, VTL_VERSION },
	{ "-V", NULL, 0, VTL_VERSION },
	{ "", NULL, 1, "expected -q and a unit's number" },
	{ "-q", NULL, 1, "try --help" },
	{ "-q 1024", NULL, 1, "expected a number from 0 to 1023" },
	{ "-q 11 -v99", NULL, 1, "expected a number from 0 to 9" },
	{ "--nonsense", NULL, 1, "unknown option" },
	{ "-q 12 more", NULL, 1, "unexpected argument: more" },
	{ "--help", NULL, 0, "--discard " },
	{ "-q 12 --discard", NULL, 1, "--discard is for --remove-all alone" },
	{ "--remove-all=soon --discard", NULL, 1, "expected a number from 0 to 3600" },
	{ "-F -q 99", good_conf, 1, "device.conf has no " },
	{ "-F -q 99", "Library: what\n", 1, "device.conf:1: expected id" },
	{ "-F -q 99", NULL, 1, "device.conf: No such file" },
};

static int run(const char *command, char *said, size_t cap)
{
	FILE *f = popen(command, "r");
	size_t n;

	n = f ? fread(said, 1, cap - 1, f) : 0;
	said[n] = '\0';
	return f ? WEXITSTATUS(pclose(f)) : -1;
}

static void start(const char *bin, const char *daemon, const char *dir, const struct start_row *r)
{
	char command[512], said[4096], path[128], what[160];
	FILE *f;

	snprintf(path, sizeof(path), "%s/device.conf", dir);
	unlink(path);
	f = r->conf ? fopen(path, "w") : NULL;
	if (f) {
		fputs(r->conf, f);
		fclose(f);
	}
	snprintf(command, sizeof(command), "%.200s/%s -C %s %s 2>&1 </dev/null", bin, daemon, dir,
		 r->arguments);
	snprintf(what, sizeof(what), "%s %s", daemon, r->arguments);
	IS(run(command, said, sizeof(said)), r->status, what);
	IS(strstr(said, r->says) != NULL, true, r->says);
}

static void test_starts(const char *bin)
{
	char dir[] = "/tmp/mhvtl-program-XXXXXX", command[128];

	if (!mkdtemp(dir))
		abort();
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		start(bin, "vtltape", dir, &starts[i]);
		start(bin, "vtllibrary", dir, &starts[i]);
	}
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	IS(system(command), 0, "all is removed");
}

/* What vtlcmd's verbose does to a level. */
static const struct { int before; bool given; uint64_t level; int after; } levels[] = {
	{ 0, false, 0, 3 }, { 3, false, 0, 2 }, { 2, false, 0, 1 }, { 1, false, 0, 0 },
	{ 9, false, 0, 3 }, { 4, false, 0, 3 }, { 0, true, 9, 9 }, { 9, true, 0, 0 },
	{ 2, true, 2, 2 },
};

static void test_levels(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		struct log log = { .verbose = levels[i].before };
		char text[32], want[32];

		program_set_verbose(&log, levels[i].given, levels[i].level, text, sizeof(text));
		snprintf(want, sizeof(want), "verbose %d", levels[i].after);
		IS(log.verbose, levels[i].after, want);
		IS(strcmp(text, want), 0, text);
	}
}

/* The parent's status is what became of the start, whichever way it ends. */
static const struct { const char *what; bool ready, killed; int child, status; } leaves[] = {
	{ "ready", true, false, 7, 0 },
	{ "ends with a status before it is ready", false, false, 5, 5 },
	{ "ends with 0 before it is ready", false, false, 0, 0 },
	{ "is killed before it is ready", false, true, 0, 1 },
};

static void test_background(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(leaves); i++) {
		struct background b = { .parent = -1 };
		int status = 0;
		pid_t pid;

		fflush(stdout);
		pid = fork();
		if (!pid) {
			if (background_start(&b))
				_exit(99);
			if (leaves[i].ready)
				background_ready(&b);
			if (leaves[i].killed)
				abort();
			_exit(leaves[i].ready && b.parent >= 0 ? 98 : leaves[i].child);
		}
		waitpid(pid, &status, 0);
		IS(WIFEXITED(status) ? WEXITSTATUS(status) : -1, leaves[i].status, leaves[i].what);
	}
}

/* A child says whether it is root still; it stays as it is when there is no such user. */
static void test_privileges(void)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		const bool root = !geteuid();
		const int err = privileges_drop("nobody");

		_exit(err || !geteuid() || (root && !setuid(0)) || umask(0) != 007);
	}
	waitpid(pid, &status, 0);
	IS(status, 0, "nobody is root any more");
	IS(privileges_drop("no-such-user-here"), geteuid() ? 0 : -ENOENT, "an unknown user");
}

/* How systemd is told, by a path and by an abstract name. */
static void test_notify(void)
{
	static const char *const names[] = { "/tmp/mhvtl-notify-%d", "@mhvtl-notify-%d" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct sockaddr_un at = { .sun_family = AF_UNIX };
		const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
		char name[64], text[64] = "";
		socklen_t len;

		snprintf(name, sizeof(name), i ? "@mhvtl-notify-%d" : "/tmp/mhvtl-notify-%d",
			 (int)getpid());
		strcpy(at.sun_path, name);
		at.sun_path[0] = i ? '\0' : '/';
		len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
		IS(bind(fd, (const struct sockaddr *)&at, len), 0, names[i]);
		setenv("NOTIFY_SOCKET", name, 1);
		notify_systemd("READY=1");
		IS(recv(fd, text, sizeof(text) - 1, 0), 7, names[i]);
		IS(strcmp(text, "READY=1"), 0, text);
		unsetenv("NOTIFY_SOCKET");
		notify_systemd("STOPPING=1");
		IS(recv(fd, text, sizeof(text) - 1, 0), -1, "nobody asked to be told");
		close(fd);
		unlink(name);
	}
}

struct sync_job {
	struct cart_job base;
	int runs;
};

static void run_sync(struct cart_job *job)
{
	struct sync_job *j = (struct sync_job *)job;

	usleep(20000);
	j->runs++;
}

static void count(void *n)
{
	++*(int *)n;
}

static void test_cart_thread(void)
{
	struct loop l;
	struct cart_thread t;
	struct sync_job job = { { run_sync }, 0 };
	int told = 0;

	IS(loop_init(&l), 0, "a loop");
	IS(cart_thread_init(&t, &l, count, &told), 0, "no thread is made before it is needed");
	IS(t.started, false, "none");
	IS(t.base.done(&t.base, true), true, "no job is no wait");
	for (int i = 1; i <= 3; i++) {
		IS(t.base.submit(&t.base, &job.base), true, "a job is taken");
		IS(t.base.done(&t.base, false), false, "and is not done at once");
		IS(t.base.done(&t.base, true), true, "but when it is waited for");
		IS(job.runs, i, "and has run, once");
		for (int n = 0; n < 100 && told < i; n++)
			loop_step(&l, 10);
		IS(told, i, "the loop hears of it");
	}
	t.base.submit(&t.base, &job.base);
	cart_thread_release(&t);
	cart_thread_release(&t);
	IS(t.finished, -1, "it can be released twice");
	loop_release(&l);
}

int main(int argc, char **argv)
{
	char path[512];

	(void)argc;
	setenv("ASAN_OPTIONS", "detect_leaks=0", 1);	/* a program that ends leaves its memory */
	snprintf(path, sizeof(path), "%s", argv[0]);
	strcat(dirname(path), "/../..");
	test_starts(getenv("MHVTL_BIN") ? getenv("MHVTL_BIN") : path);
	test_levels();
	test_background();
	test_privileges();
	test_notify();
	test_cart_thread();
	return bad != 0;
}
