// SPDX-License-Identifier: GPL-2.0-only
/* The message queue, on a key of its own, and the words. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "ctl/ctl.h"

static int failures;

static void check(bool ok, const char *what)
{
	printf(ok ? "ok - %s\n" : "not ok - %s: it is not so\n", what);
	failures += !ok;
}

static key_t key;

static int queue(void)
{
	return msgget(key, 0);
}

static unsigned long queued(void)
{
	struct msqid_ds ds = { 0 };

	return msgctl(queue(), IPC_STAT, &ds) ? 0 : (unsigned long)ds.msg_qnum;
}

/* A message that ctl would not send, as what is left of other times. */
static bool put_raw(uint32_t to, uint32_t version, uint64_t age_ms, const char *text)
{
	struct {
		long type;
		struct ctl_message m;
	} q = { .type = (long)to + 1, .m = { .version = version, .kind = CTL_REQUEST } };
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	q.m.time_ms = (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000 - age_ms;
	snprintf(q.m.text, sizeof(q.m.text), "%s", text);
	return !msgsnd(queue(), &q, offsetof(struct ctl_message, text) + strlen(text) + 1,
		       IPC_NOWAIT);
}

static void *serve(void *arg)
{
	struct ctl *c = arg;
	struct ctl_message m;
	int err;

	while ((err = ctl_receive(c, true, &m)) != -ECANCELED) {
		char text[CTL_TEXT_MAX + 1];

		if (err)
			continue;
		snprintf(text, sizeof(text), "heard %.100s", m.text);
		if (strcmp(m.text, "silence"))
			ctl_reply(c, &m, strcmp(m.text, "no") ? CTL_DONE : CTL_REFUSED, text);
	}
	return NULL;
}

static void one_child(int n)
{
	struct ctl_message reply;
	struct ctl *tool;
	bool ok = !ctl_open(CTL_TOOL, &tool);

	for (int i = 0; ok && i < 50; i++) {
		char text[32], want[64];

		snprintf(text, sizeof(text), "child %d call %d", n, i);
		snprintf(want, sizeof(want), "heard %s", text);
		ok = !ctl_call(tool, 11, text, 5000, &reply) && !strcmp(reply.text, want);
	}
	if (ok)
		ctl_close(tool);
	_exit(!ok);
}

static void test_many_callers(void)
{
	bool ok = true;

	fflush(stdout);
	for (int n = 0; n < 4; n++)
		if (!fork())
			one_child(n);
	for (int n = 0, status; n < 4; n++)
		ok = wait(&status) > 0 && !status && ok;
	check(ok, "four callers at once get each their own answers");
}

static void test_calls(void)
{
	struct ctl *daemon, *zero, *tool;
	struct ctl_message m;
	pthread_t thread;
	char big[CTL_TEXT_MAX + 2];

	if (ctl_open(11, &daemon) || ctl_open(0, &zero) || ctl_open(CTL_TOOL, &tool)) {
		check(false, "join");
		return;
	}
	check(ctl_open(CTL_UNIT_MAX + 1, &zero) == -EINVAL, "a unit's id ends at 1023");
	check(ctl_self(tool) == CTL_TOOL + (uint32_t)getpid(), "a tool's address is its own");
	pthread_create(&thread, NULL, serve, daemon);
	check(!ctl_call(tool, 11, "hello", 5000, &m) && m.kind == CTL_REPLY && m.code == CTL_DONE &&
	      !strcmp(m.text, "heard hello") && m.sender == 11, "a request gets its reply");
	check(!ctl_call(tool, 11, "no", 5000, &m) && m.code == CTL_REFUSED, "a refusal");
	check(ctl_call(tool, 11, "silence", 50, &m) == -ETIMEDOUT, "a wait has an end");
	check(ctl_call(tool, 12, "nobody", 50, &m) == -ETIMEDOUT && !queued(),
	      "a request that nobody took is withdrawn");
	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 1] = '\0';
	check(ctl_call(tool, 11, big, 50, &m) == -EMSGSIZE, "1001 characters are too many");
	big[CTL_TEXT_MAX] = '\0';
	check(!ctl_call(tool, 11, big, 5000, &m), "1000 are not");
	check(!ctl_event(tool, 0, "eject") && !ctl_receive(zero, false, &m) &&
	      m.kind == CTL_EVENT && !strcmp(m.text, "eject") && !ctl_from_unit(&m),
	      "unit 0 has an address, too");
	test_many_callers();
	check(!ctl_wake(daemon) && !pthread_join(thread, NULL), "the thread can be ended");
	check(ctl_receive(zero, false, &m) == -EAGAIN, "nothing left");
	ctl_close(daemon);
	ctl_close(zero);
	ctl_close(tool);
	ctl_close(NULL);
}

static void test_stale(void)
{
	struct ctl *c, *dead;
	struct ctl_message m, request = { .kind = CTL_REQUEST, .identity = 7 };
	pid_t pid;

	ctl_open(11, &c);
	put_raw(11, CTL_VERSION, CTL_STALE_MS + 1000, "old");
	put_raw(11, CTL_VERSION + 1, 0, "other version");
	put_raw(11, CTL_VERSION, 0, "new");
	check(!ctl_receive(c, false, &m) && !strcmp(m.text, "new"),
	      "what is too old or of another version is dropped");
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	request.sender = CTL_TOOL + (uint32_t)pid;
	check(!ctl_reply(c, &request, CTL_DONE, "late") && !queued(),
	      "a reply to who is gone leaves nothing");
	ctl_open(CTL_TOOL, &dead);
	request.sender = ctl_self(dead);
	ctl_reply(c, &request, CTL_DONE, "late");
	check(queued() == 1, "one to a tool that lives stays");
	ctl_close(dead);
	check(!queued(), "until it goes");
	ctl_close(c);
}

static void test_full(void)
{
	struct ctl *c;
	struct ctl_message m;
	uint64_t identity;
	unsigned long n = 0;

	ctl_open(11, &c);
	put_raw(13, CTL_VERSION, 0, "first");
	while (put_raw(12, CTL_VERSION, CTL_STALE_MS + 1000, "x"))
		n++;
	check(n > 5 && !ctl_request(c, 11, "through", &identity),
	      "a queue full of what is stale is swept");
	check(!ctl_receive(c, false, &m) && m.identity == identity && queued() == 1,
	      "what is not stale stays");
	while (put_raw(12, CTL_VERSION, 0, "x"))
		n++;
	check(ctl_request(c, 11, "no room", &identity) == -ETIMEDOUT,
	      "one full of what is not ends the wait");
	ctl_close(c);
	msgctl(queue(), IPC_RMID, NULL);
}

static void *remove_soon(void *arg)
{
	struct ctl *sender = NULL;

	(void)arg;
	usleep(20000);
	msgctl(queue(), IPC_RMID, NULL);
	usleep(20000);
	if (!ctl_open(CTL_TOOL, &sender))
		ctl_event(sender, 11, "after");
	ctl_close(sender);
	return NULL;
}

static void test_removed(void)
{
	struct ctl *a, *b;
	struct ctl_message m;
	pthread_t thread;

	ctl_open(11, &a);
	ctl_open(12, &b);
	msgctl(queue(), IPC_RMID, NULL);
	check(!ctl_event(b, 11, "again") && !ctl_receive(a, false, &m) && !strcmp(m.text, "again"),
	      "a queue that was removed is made again");
	pthread_create(&thread, NULL, remove_soon, NULL);
	check(!ctl_receive(a, true, &m) && !strcmp(m.text, "after"),
	      "also under one who waits in it");
	pthread_join(thread, NULL);
	ctl_close(a);
	ctl_close(b);
}

#define L CTL_TO_LIBRARY
#define D CTL_TO_DRIVE
#define T CTL_FROM_TOOL
enum { REFUSED = -1 };

static const struct {
	const char *text;
	unsigned int takes;
	int verb;			/* or REFUSED */
	const char *argument;		/* or, refused, what the reason has in it */
	uint64_t number;
} words[] = {
	{ "verbose", L | T, CTL_VERBOSE, "", 0 },
	{ "verbose 9", D | T, CTL_VERBOSE, "9", 9 },
	{ "verbose 10", D | T, REFUSED, "verbose [0-9]", 0 },
	{ "verbose9", D | T, REFUSED, "unknown command", 0 },
	{ "debug ", D | T, CTL_DEBUG, "", 0 },
	{ "debug 1", D | T, REFUSED, "expected", 0 },
	{ "EXIT", L | T, CTL_EXIT, "", 0 },
	{ "TapeAlert 80000", D | T, CTL_TAPE_ALERT, "80000", 0x80000 },
	{ "TapeAlert 0xFFFFFFFFFFFFFFFF", L | T, CTL_TAPE_ALERT, "0xFFFFFFFFFFFFFFFF", UINT64_MAX },
	{ "TapeAlert 10000000000000000", D | T, REFUSED, "HEX", 0 },
	{ "TapeAlert xyz", D | T, REFUSED, "HEX", 0 },
	{ "TapeAlert 0x", D | T, REFUSED, "HEX", 0 },
	{ "TapeAlert", D | T, REFUSED, "HEX", 0 },
	{ "InquiryDataChange", D | T, CTL_INQUIRY_CHANGE, "", 0 },
	{ "online", L | T, CTL_ONLINE, "", 0 },
	{ "offline", D | T, CTL_OFFLINE, "", 0 },
	{ "status", D | T, CTL_STATUS, "", 0 },
	{ "add slot", L | T, CTL_ADD_SLOT, "", 0 },
	{ "add", L | T, REFUSED, "unknown command", 0 },
	{ "add slot", D | T, REFUSED, "not for a drive", 0 },
	{ "open map", L | T, CTL_OPEN_MAP, "", 0 },
	{ "close map", L | T, CTL_CLOSE_MAP, "", 0 },
	{ "close  map", L | T, REFUSED, "unknown command", 0 },
	{ "empty map", L | T, CTL_EMPTY_MAP, "", 0 },
	{ "list map", L | T, CTL_LIST_MAP, "", 0 },
	{ "load map E01001L8", L | T, CTL_LOAD_MAP, "E01001L8", 0 },
	{ "load map ABCDEFGHIJKLMNOP", L | T, CTL_LOAD_MAP, "ABCDEFGHIJKLMNOP", 0 },
	{ "load map ABCDEFGHIJKLMNOPQ", L | T, REFUSED, "BARCODE", 0 },
	{ "load map", L | T, REFUSED, "BARCODE", 0 },
	{ "load map ../../etc", L | T, REFUSED, "BARCODE", 0 },
	{ "load map ..", L | T, REFUSED, "BARCODE", 0 },
	{ "load map a;b", L | T, REFUSED, "BARCODE", 0 },
	{ "load E01001L8", D | T, CTL_LOAD, "E01001L8", 0 },
	{ "load E01001L8", L | T, REFUSED, "not for a library", 0 },
	{ "unload", D | T, CTL_UNLOAD, "", 0 },
	{ "unload E01001L8", D, CTL_UNLOAD, "E01001L8", 0 },
	{ "unload /", D, REFUSED, "BARCODE", 0 },
	{ "compression ZLIB", D | T, CTL_COMPRESSION, "zlib", 0 },
	{ "compression lzma", D | T, REFUSED, "lzo|zlib|zstd", 0 },
	{ "Append Only Yes", D | T, CTL_APPEND_ONLY, "yes", 0 },
	{ "append only maybe", D | T, REFUSED, "Yes|No", 0 },
	{ "delay load 20", D | T, CTL_DELAY, "load", 20 },
	{ "delay rewind 30", D | T, CTL_DELAY, "rewind", 30 },
	{ "delay load 21", D | T, REFUSED, "delay", 0 },
	{ "delay load", D | T, REFUSED, "delay", 0 },
	{ "delay load 99999999999999999999", D | T, REFUSED, "delay", 0 },
	{ "dump", D | T, CTL_DUMP, "", 0 },
	{ "register", D, CTL_REGISTER, "", 0 },
	{ "register", D | T, REFUSED, "not for", 0 },
	{ "state", D, CTL_STATE, "", 0 },
	{ "dance", D | T, REFUSED, "unknown command \"dance\"", 0 },
	{ "", D | T, REFUSED, "unknown command", 0 },
};

static void test_words(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		char why[CTL_TEXT_MAX + 1] = "", what[200];
		struct ctl_command cmd = { 0 };
		const int err = ctl_parse(words[i].text, words[i].takes, &cmd, why);
		bool ok;

		if (words[i].verb == REFUSED)
			ok = err == -EINVAL && strstr(why, words[i].argument);
		else
			ok = !err && (int)cmd.verb == words[i].verb &&
			     !strcmp(cmd.argument, words[i].argument) &&
			     cmd.number == words[i].number;
		snprintf(what, sizeof(what), "word \"%s\" (%x) %.60s", words[i].text,
			 words[i].takes, why);
		check(ok, what);
	}
}

/* Every verb of a tool is in the help of those who take it, once. */
static void test_usage(void)
{
	char line[160];
	unsigned int libraries = 0, drives = 0;

	while (ctl_usage(CTL_TO_LIBRARY | CTL_FROM_TOOL, libraries, line, sizeof(line)))
		libraries++;
	while (ctl_usage(CTL_TO_DRIVE | CTL_FROM_TOOL, drives, line, sizeof(line)))
		drives++;
	check(libraries == 14 && drives == 14, "help has 14 words for each kind of unit");
}

int main(void)
{
	char text[32];

	key = (key_t)(0x56000000 | (getpid() & 0xffffff));
	snprintf(text, sizeof(text), "0x%x", (unsigned int)key);
	setenv(CTL_KEY_ENV, text, 1);
	test_words();
	test_usage();
	test_calls();
	test_stale();
	test_full();
	test_removed();
	msgctl(queue(), IPC_RMID, NULL);
	return failures != 0;
}
