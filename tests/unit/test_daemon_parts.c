// SPDX-License-Identifier: GPL-2.0-only
/* What the daemons are made of: options, loop, worker, hook, channel, fifo, log, nodes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "daemon/control.h"
#include "daemon/fifo.h"
#include "daemon/hook.h"
#include "daemon/notify.h"
#include "daemon/options.h"
#include "daemon/worker.h"
#include "fake/report.h"

static int bad;		/* of this program's tests */

static void is(long long got, long long want, const char *what)
{
	bad += report_number("daemon parts", what, got, want);
}
#define IS(got, want, what) is((long long)(got), (long long)(want), what)

static void says(const char *got, const char *want, const char *what)
{
	bad += report_text("daemon parts", what, got, want);
}

static const struct option_row {
	const char *argv[8];
	int err;
	uint32_t unit;
	int verbose;
	bool foreground;
	const char *fifo;
	bool remove_all, discard;
	unsigned int wait_s;
} option_rows[] = {
	{ { "x", "-q", "10" }, 0, 10, -1, false, NULL, false, false, 0 },
	{ { "x", "-q10", "-v1", "-F" }, 0, 10, 1, true, NULL, false, false, 0 },
	{ { "x", "-F", "-q", "11", "-v", "3" }, 0, 11, 3, true, NULL, false, false, 0 },
	{ { "x", "-v", "-q", "11" }, 0, 11, 1, false, NULL, false, false, 0 },
	{ { "x", "-q11", "-d" }, 0, 11, 9, true, NULL, false, false, 0 },
	{ { "x", "-q11", "-f/run/a" }, 0, 11, -1, false, "/run/a", false, false, 0 },
	{ { "x", "-q11", "-f", "/run/a" }, 0, 11, -1, false, "/run/a", false, false, 0 },
	{ { "x", "--queue=12", "--foreground", "--verbose=2" }, 0, 12, 2, true, NULL, false, false,
	  0 },
	{ { "x", "-q08" }, 0, 8, -1, false, NULL, false, false, 0 },
	{ { "x", "-q", "1024" }, -EINVAL, 0, 0, false, NULL, false, false, 0 },
	{ { "x", "-q", "ten" }, -EINVAL, 0, 0, false, NULL, false, false, 0 },
	{ { "x", "-q" }, -EINVAL, 0, 0, false, NULL, false, false, 0 },
	{ { "x", "-q1", "-v99" }, -EINVAL, 0, 0, false, NULL, false, false, 0 },
	{ { "x", "-z" }, -EINVAL, 0, 0, false, NULL, false, false, 0 },
	{ { "x", "-q1", "more" }, -EINVAL, 0, 0, false, NULL, false, false, 0 },
	{ { "x", "--remove-all" }, 0, 0, -1, false, NULL, true, false, 0 },
	{ { "x", "--discard", "--remove-all=5" }, 0, 0, -1, false, NULL, true, true, 5 },
	{ { "x", "--remove-all", "--discard" }, 0, 0, -1, false, NULL, true, true, 0 },
	{ { "x", "--discard" }, -EINVAL, 0, 0, false, NULL, false, false, 0 },
	{ { "x", "-q1", "--discard=5" }, -EINVAL, 0, 0, false, NULL, false, false, 0 },
};

static void test_options(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(option_rows); i++) {
		const struct option_row *row = &option_rows[i];
		char *argv[9] = { NULL }, why[256] = "", what[64];
		struct options o;
		int argc = 0;

		for (; row->argv[argc]; argc++)
			argv[argc] = strdup(row->argv[argc]);
		snprintf(what, sizeof(what), "options %zu: %s %s", i, argv[1],
			 argc > 2 ? argv[2] : "");
		IS(options_parse(argc, argv, &o, why, sizeof(why)), row->err, what);
		IS(!row->err == !why[0], true, what);
		if (!row->err) {
			IS(o.unit, row->unit, what);
			IS(o.verbose, row->verbose, what);
			IS(o.foreground, row->foreground, what);
			IS(o.remove_all, row->remove_all, what);
			IS(o.discard, row->discard, what);
			IS(o.remove_wait_s, row->wait_s, what);
			says(o.fifo ? o.fifo : "", row->fifo ? row->fifo : "", what);
		}
		while (argc)
			free(argv[--argc]);
	}
}

struct ticks {
	char order[8];
	size_t n;
	struct loop *loop;
};

static void tick_a(void *ctx)
{
	struct ticks *t = ctx;

	t->order[t->n++] = 'a';
}

static void tick_b(void *ctx)
{
	struct ticks *t = ctx;

	t->order[t->n++] = 'b';
	loop_stop(t->loop, 7);
}

static void test_loop(void)
{
	struct loop l;
	struct ticks t = { .loop = &l };
	struct loop_timer a = { .due = tick_a, .ctx = &t }, b = { .due = tick_b, .ctx = &t },
			  never = { .due = tick_a, .ctx = &t };

	loop_init(&l);
	loop_timer_start(&l, &b, 20);
	loop_timer_start(&l, &a, 30);
	loop_timer_start(&l, &never, 10);
	loop_timer_start(&l, &a, 5);
	loop_timer_stop(&l, &never);
	IS(loop_run(&l), 7, "the loop ends with the status it is told");
	loop_stop(&l, 8);
	IS(l.status, 7, "and the first word counts");
	says(t.order, "ab", "timers come in their order, once");
	loop_release(&l);
}

struct work {
	struct job job;
	struct ticks *ticks;
	char name;
	bool ran;
	int sleep_ms;
};

static void run_work(struct job *job, int cancel_fd)
{
	struct work *w = container_of(job, struct work, job);

	(void)cancel_fd;
	usleep((useconds_t)w->sleep_ms * 1000);
	w->ran = true;
}

static void work_done(struct job *job)
{
	struct work *w = container_of(job, struct work, job);

	w->ticks->order[w->ticks->n++] = w->name;
}

static void test_worker(void)
{
	struct loop l;
	struct worker w;
	struct ticks t = { .loop = &l };
	struct work a = { { .run = run_work, .done = work_done }, &t, 'a', false, 0 };
	struct work b = a, slow = a, late = a;

	b.name = 'b';
	slow.name = 's';
	slow.sleep_ms = 100;
	late.name = 'l';
	loop_init(&l);
	IS(worker_start(&w, &l), 0, "a worker starts");
	worker_submit(&w, &a.job);
	worker_submit(&w, &b.job);
	for (int i = 0; i < 200 && t.n < 2; i++)
		loop_step(&l, 10);
	says(t.order, "ab", "jobs come back in order");
	worker_submit(&w, &slow.job);
	worker_submit(&w, &late.job);
	usleep(20000);
	IS(worker_stop(&w, 10), false, "it says that a job is still at work");
	IS(worker_stop(&w, 2000), true, "and waits for it");
	IS(slow.ran, true, "which ends");
	IS(late.ran, false, "what had not begun does not begin");
	IS(t.n, 4, "and both come back");
	loop_release(&l);
}

static const struct hook_row {
	const char *command, *why;
	uint32_t seconds;
} hook_rows[] = {
	{ "true", NULL, 5 },
	{ "false", "it failed", 5 },
	{ "sleep 60;:", "it did not end in time", 0 },
	{ "kill -9 $$;:", "it failed", 5 },
	{ "/no/such/program", "it failed", 5 },
	{ "test \"$3\" = Drive && test \"$5\" = 'A;B $(exit)' && :", NULL, 5 },
	{ "test \"$3\" = Storage && :", "it failed", 5 },
};

static void test_hook(void)
{
	const char *const args[HOOK_ARGS] = { "Storage", "1", "Drive", "2", "A;B $(exit)" };
	char path[] = "/tmp/mhvtl-hook-XXXXXX", command[128], line[128] = "";
	int cancel[2], fd = mkstemp(path);

	for (size_t i = 0; i < ARRAY_SIZE(hook_rows); i++) {
		const char *why = hook_run(hook_rows[i].command, args, hook_rows[i].seconds, -1);

		says(why ? why : "done", hook_rows[i].why ? hook_rows[i].why : "done",
		     hook_rows[i].command);
	}
	snprintf(command, sizeof(command), "printf '%%s,' >%s", path);
	IS(hook_run(command, args, 5, -1) == NULL, true, "a hook runs");
	IS(read(fd, line, sizeof(line) - 1) > 0, true, "with its words");
	says(line, "Storage,1,Drive,2,A;B $(exit),", "as they are");
	close(fd);
	unlink(path);
	if (pipe(cancel) || write(cancel[1], "x", 1) != 1)
		bad++;
	says(hook_run("sleep 60;:", args, 60, cancel[0]), "it did not end in time",
	     "and ends when the daemon does");
	close(cancel[0]);
	close(cancel[1]);
}

struct talk {
	struct control a, b;
	char heard[64], answer[64];
	uint32_t code;
	unsigned int ended, silent;
};

static void heard(void *ctx, const struct ctl_message *m)
{
	struct talk *t = ctx;

	snprintf(t->heard, sizeof(t->heard), "%.60s", m->text);
	if (m->kind == CTL_REQUEST && strcmp(m->text, "silence"))
		t->b.channel.reply(&t->b.channel, m, CTL_REFUSED, "no");
}

static void ended(struct exchange *x, const struct ctl_message *reply)
{
	struct talk *t = x->ctx;

	t->ended++;
	t->silent += !reply;
	if (reply) {
		t->code = reply->code;
		snprintf(t->answer, sizeof(t->answer), "%.60s", reply->text);
	}
}

/* A queue of this process alone. */
static void test_control(void)
{
	struct loop l;
	struct log log;
	struct talk t = { .ended = 0 };
	struct exchange x = { .ended = ended, .ctx = &t };
	char key[32];
	int id;

	snprintf(key, sizeof(key), "0x%x", 0x4d000000u + (unsigned int)getpid());
	setenv(CTL_KEY_ENV, key, 1);
	log_init(&log, "test", 0, 0);
	log.fd = -1;
	loop_init(&l);
	IS(control_start(&t.a, 10, &l, &log), 0, "a channel opens");
	IS(control_start(&t.b, 11, &l, &log), 0, "and another");
	t.a.channel.received = t.b.channel.received = heard;
	t.a.channel.ctx = t.b.channel.ctx = &t;
	t.a.channel.request(&t.a.channel, &x, 11, "question", 3000);
	for (int i = 0; i < 300 && !t.ended; i++)
		loop_step(&l, 10);
	says(t.heard, "question", "a request arrives");
	says(t.answer, "no", "and its reply");
	IS(t.code, CTL_REFUSED, "with its code");
	t.a.channel.request(&t.a.channel, &x, 11, "silence", 50);
	for (int i = 0; i < 300 && t.ended < 2; i++)
		loop_step(&l, 10);
	IS(t.silent, 1, "no reply is an end too");
	t.b.channel.event(&t.b.channel, 10, "news");
	for (int i = 0; i < 300 && strcmp(t.heard, "news"); i++)
		loop_step(&l, 10);
	says(t.heard, "news", "an event arrives");
	t.a.channel.request(&t.a.channel, &x, 12, "nobody", 60000);
	control_stop(&t.a);
	control_stop(&t.b);
	IS(t.ended, 2, "what waits at the end is forgotten");
	IS(l.timers == NULL, true, "with its timer");
	loop_release(&l);
	id = msgget((key_t)strtoul(key, NULL, 0), 0);
	if (id >= 0)
		msgctl(id, IPC_RMID, NULL);
}

static void test_fifo(void)
{
	char dir[] = "/tmp/mhvtl-fifo-XXXXXX", path[64], file[64], text[256] = "";
	struct fifo f;
	int fd;

	if (!mkdtemp(dir))
		abort();
	snprintf(path, sizeof(path), "%s/f", dir);
	snprintf(file, sizeof(file), "%s/plain", dir);
	IS(fifo_open(&f, 11, ""), 0, "no fifo is fine");
	fifo_tell(&f, "nothing");
	IS(fifo_open(&f, 11, path), 0, "a fifo is made");
	fd = open(path, O_RDONLY | O_NONBLOCK);
	fifo_tell(&f, "Loaded");
	IS(read(fd, text, sizeof(text) - 1) > 0, true, "and told");
	says(strstr(text, " - 11: - ") ? strstr(text, " - 11: - ") : text, " - 11: - Loaded\n",
	     "in its form");
	close(fd);
	for (int i = 0; i < 10000; i++)
		fifo_tell(&f, "a text that nobody reads, which fills the pipe");
	IS(1, 1, "a full one does not block");
	fifo_close(&f);
	close(open(file, O_CREAT | O_WRONLY, 0600));
	IS(fifo_open(&f, 11, file), -EEXIST, "a plain file is no fifo");
	unlink(path);
	unlink(file);
	rmdir(dir);
}

static void make(const char *root, const char *path, bool folder)
{
	char all[256];

	snprintf(all, sizeof(all), "%s/%s", root, path);
	if (folder)
		mkdir(all, 0700);
	else
		close(open(all, O_CREAT | O_WRONLY, 0600));
}

static const struct {
	uint64_t at_ms;
	const char *what;
	bool found;			/* by the host */
	unsigned int again;
} looks[] = {
	{ 1000,  "the first look is soon followed by another", false, 20 },
	{ 1400,  "a fourth of what has passed", false, 100 },
	{ 45000, "units before this one take their time", false, 250 },
	{ 45900, "but not more than systemd gives", false, 250 },
	{ 45950, "the host has found it, the nodes have their own time", true, 250 },
	{ 55949, "... which is ten seconds", false, 250 },
	{ 55950, "... and then it is over", false, 0 },
	{ 0 },
};

/* How the looks for nodes follow each other; the clock begins at 1000. */
static void test_looks(void)
{
	char dir[] = "/tmp/mhvtl-looks-XXXXXX", names[64], command[128];
	const struct notify_place p = { .sysfs = dir, .dev = dir, .host = 2, .target = 1,
					.type = 1 };
	struct notify_wait w = { .begin_ms = 1000 };

	if (!mkdtemp(dir))
		abort();
	for (size_t i = 0; looks[i].what; i++) {
		if (looks[i].found) {
			make(dir, "class", true);
			make(dir, "class/scsi_device", true);
			make(dir, "class/scsi_device/2:0:1:0", true);
			make(dir, "class/scsi_device/2:0:1:0/device", true);
		}
		IS(notify_again(&w, looks[i].at_ms, notify_missing_node(&p, names, sizeof(names))),
		   looks[i].again, looks[i].what);
	}
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command))
		bad++;
}

static void test_nodes(void)
{
	char dir[] = "/tmp/mhvtl-nodes-XXXXXX", names[64] = "", command[128];
	struct notify_place p = { .sysfs = dir, .dev = dir, .host = 2, .target = 1, .type = 1 };

	if (!mkdtemp(dir))
		abort();
	says(notify_missing_node(&p, names, sizeof(names)), "the host has not found it",
	     "no device yet");
	make(dir, "class", true);
	make(dir, "class/scsi_device", true);
	make(dir, "class/scsi_device/2:0:1:0", true);
	make(dir, "class/scsi_device/2:0:1:0/device", true);
	says(notify_missing_node(&p, names, sizeof(names)),
	     "no sg node (is the module sg loaded?)", "no sg yet");
	make(dir, "class/scsi_device/2:0:1:0/device/scsi_generic", true);
	make(dir, "class/scsi_device/2:0:1:0/device/scsi_generic/sg7", true);
	says(notify_missing_node(&p, names, sizeof(names)),
	     "no sg node (is the module sg loaded?)", "no node for sg yet");
	make(dir, "sg7", false);
	make(dir, "class/scsi_device/2:0:1:0/device/scsi_tape", true);
	make(dir, "class/scsi_device/2:0:1:0/device/scsi_tape/nst3", true);
	make(dir, "class/scsi_device/2:0:1:0/device/scsi_tape/st3a", true);
	says(notify_missing_node(&p, names, sizeof(names)),
	     "no st node (is the module st loaded?)", "no st yet");
	make(dir, "class/scsi_device/2:0:1:0/device/scsi_tape/st3", true);
	make(dir, "st3", false);
	IS(notify_missing_node(&p, names, sizeof(names)) == NULL, true, "all are there");
	says(names, "sg7 st3", "by name");
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command))
		bad++;
}

static void test_log(void)
{
	char text[2048] = "", line[1500];
	struct log l;
	int fds[2];

	if (pipe(fds))
		abort();
	log_init(&l, "vtltape", 11, 1);
	l.fd = fds[1];
	log_warn(&l, "%s: %s", "what", "why");
	log_debug(&l, "not at this level");
	IS(read(fds[0], text, sizeof(text) - 1), 22, "one line");
	says(text, "vtltape 11: what: why\n", "who, what, why");
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	log_error(&l, "%s", line);
	memset(text, 0, sizeof(text));
	IS(read(fds[0], text, sizeof(text) - 1) < LOG_LINE_MAX, true, "a long line is cut");
	IS(text[strlen(text) - 1], '\n', "and has its end");
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	test_options();
	test_loop();
	test_worker();
	test_hook();
	test_control();
	test_fifo();
	test_looks();
	test_nodes();
	test_log();
	return bad != 0;
}
