// SPDX-License-Identifier: GPL-2.0-only
/* The message queue against others who use it: old, foreign, forged and broken messages. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "ctl/ctl.h"

static int failures;
static key_t key;

static void check(bool ok, const char *what)
{
	printf(ok ? "ok - limits: %s\n" : "not ok - limits: %s: it is not so\n", what);
	failures += !ok;
}

static int queue(void)
{
	return msgget(key, 0);
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* What lies in the queue for unit 11, and whether its owner gets to see it. */
enum { TAIL = 32 };

static const struct raw_row {
	const char *what;
	uint32_t version, kind;
	int64_t age_ms;
	long size;			/* of the message, bytes; -1: up to the end of the text */
	bool seen;
} raws[] = {
	{ "a request", CTL_VERSION, CTL_REQUEST, 0, -1, true },
	{ "a reply", CTL_VERSION, CTL_REPLY, 0, -1, true },
	{ "an event", CTL_VERSION, CTL_EVENT, 0, -1, true },
	{ "a request, nearly too old", CTL_VERSION, CTL_REQUEST, CTL_STALE_MS - 1000, -1, true },
	{ "a request that is too old", CTL_VERSION, CTL_REQUEST, CTL_STALE_MS + 1000, -1, false },
	{ "a request of the future", CTL_VERSION, CTL_REQUEST, -60000, -1, false },
	{ "an event, however old", CTL_VERSION, CTL_EVENT, 3600000, -1, true },
	{ "a reply, however old", CTL_VERSION, CTL_REPLY, 3600000, -1, true },
	{ "an older version", CTL_VERSION - 1, CTL_REQUEST, 0, -1, false },
	{ "a newer version", CTL_VERSION + 1, CTL_REQUEST, 0, -1, false },
	{ "no kind", CTL_VERSION, 0, 0, -1, false },
	{ "a kind that there is not", CTL_VERSION, CTL_EVENT + 1, 0, -1, false },
	{ "a wake-up that is not ours", CTL_VERSION, 0x1000, 0, -1, false },
	{ "no text at all", CTL_VERSION, CTL_REQUEST, 0, offsetof(struct ctl_message, text), true },
	{ "a head that is cut", CTL_VERSION, CTL_REQUEST, 0, offsetof(struct ctl_message, text) - 1,
	  false },
	{ "nothing", CTL_VERSION, CTL_REQUEST, 0, 0, false },
	{ "a text without an end", CTL_VERSION, CTL_REQUEST, 0, sizeof(struct ctl_message), true },
	{ "more than a message", CTL_VERSION, CTL_REQUEST, 0, sizeof(struct ctl_message) + TAIL,
	  true },
};

struct raw {
	long type;
	struct ctl_message m;
	char tail[TAIL];
};

static void put_raw(const struct raw_row *row)
{
	struct raw q = {
		.type = 12, .m = { .version = row->version, .kind = row->kind, .sender = 11,
				   .identity = 5 },
	};

	q.m.time_ms = now_ms() - (uint64_t)row->age_ms;
	memset(q.m.text, 'x', sizeof(q.m.text));
	if (row->size < 0)
		q.m.text[1] = '\0';
	if (msgsnd(queue(), &q, row->size < 0 ? offsetof(struct ctl_message, text) + 2 :
		   (size_t)row->size, IPC_NOWAIT))
		check(false, "it is sent");
}

static void test_raw(void)
{
	struct ctl_message m;
	struct msqid_ds ds;
	struct ctl *c;

	check(!ctl_open(11, &c), "join");
	for (size_t i = 0; i < ARRAY_SIZE(raws); i++) {
		int err;

		put_raw(&raws[i]);
		err = ctl_receive(c, false, &m);
		check(raws[i].seen ? !err && m.kind == raws[i].kind &&
		      strlen(m.text) <= CTL_TEXT_MAX : err == -EAGAIN, raws[i].what);
		msgctl(queue(), IPC_STAT, &ds);
		check(!ds.msg_qnum, "nothing is left of it");
	}
	ctl_close(c);
}

/* Other tools' replies, events and old replies are not the reply that a caller waits for. */
static void *answer_oddly(void *arg)
{
	struct ctl *c = arg;
	struct ctl_message m, other;

	if (ctl_receive(c, true, &m))
		return NULL;
	other = m;
	other.identity++;
	ctl_event(c, m.sender, "news");
	ctl_reply(c, &other, CTL_REFUSED, "of another");
	ctl_reply(c, &m, CTL_FULL, "the one");
	return NULL;
}

static void test_replies(void)
{
	struct ctl_message m;
	struct ctl *daemon = NULL, *tool = NULL;
	pthread_t thread;

	check(!ctl_open(11, &daemon) && !ctl_open(CTL_TOOL, &tool), "both join");
	pthread_create(&thread, NULL, answer_oddly, daemon);
	check(!ctl_call(tool, 11, "question", 5000, &m) && m.code == CTL_FULL &&
	      !strcmp(m.text, "the one"), "only the reply to it ends a call");
	pthread_join(thread, NULL);
	ctl_close(tool);
	check(!ctl_wake(daemon) && ctl_receive(daemon, false, &m) == -ECANCELED, "woken once");
	check(ctl_receive(daemon, false, &m) == -EAGAIN, "and no more");
	ctl_close(daemon);
}

/* Withdrawing a request leaves the messages of others, in their order. */
static void test_withdrawal(void)
{
	struct ctl *tool = NULL, *unit = NULL;
	struct ctl_message m;
	uint64_t identity;

	check(!ctl_open(CTL_TOOL, &tool) && !ctl_open(12, &unit), "both join");
	ctl_request(tool, 12, "first", &identity);
	ctl_event(tool, 12, "second");
	check(ctl_call(tool, 12, "withdrawn", 30, &m) == -ETIMEDOUT, "nobody answers");
	check(!ctl_receive(unit, false, &m) && !strcmp(m.text, "first"), "the first is there");
	check(m.identity == identity, "as it was sent");
	check(!ctl_receive(unit, false, &m) && !strcmp(m.text, "second"), "and the second");
	check(ctl_receive(unit, false, &m) == -EAGAIN, "and no third");
	ctl_close(tool);
	ctl_close(unit);
}

/* The key that the environment gives, in the two forms that it may have. */
static void test_keys(void)
{
	static const char *const names[] = { "hexadecimal", "HEXADECIMAL", "decimal" };

	for (int i = 0; i < 3; i++) {
		struct ctl *c = NULL;
		char text[32];

		if (i < 2)
			snprintf(text, sizeof(text), "0%c%x", "xX"[i], (unsigned int)key);
		else
			snprintf(text, sizeof(text), "%u", (unsigned int)key);
		msgctl(queue(), IPC_RMID, NULL);
		setenv(CTL_KEY_ENV, text, 1);
		check(!ctl_open(11, &c) && queue() >= 0, names[i]);
		ctl_close(c);
	}
}

/* A queue of a stranger would let him read and answer everything. */
static void test_stranger(void)
{
	struct msqid_ds ds;
	struct ctl *c = NULL;
	int id = msgget(key, IPC_CREAT | 0666);

	if (geteuid() || msgctl(id, IPC_STAT, &ds))
		return;				/* only root can give it away */
	ds.msg_perm.uid = 54321;
	msgctl(id, IPC_SET, &ds);
	check(ctl_open(11, &c) == -EPERM, "a stranger's queue is not joined");
	msgctl(id, IPC_RMID, NULL);
	check(!ctl_open(11, &c), "one that nobody has is made");
	ctl_close(c);
}

#define D CTL_TO_DRIVE
#define T CTL_FROM_TOOL

/* Words at their boundaries: what the argument must be, or NULL where it is refused. */
static const struct { const char *text, *argument; uint64_t number; } words[] = {
	{ "verbose 0", "0", 0 }, { "verbose -1", NULL, 0 }, { "verbose 00", "00", 0 },
	{ "verbose 1 ", "1", 1 }, { "TapeAlert 0", "0", 0 }, { "TapeAlert 0X1f", "0X1f", 0x1f },
	{ "TapeAlert 0000000000000001", "0000000000000001", 1 },
	{ "TapeAlert ffffffffffffffff", "ffffffffffffffff", UINT64_MAX },
	{ "TapeAlert -1", NULL, 0 }, { "TapeAlert 1 2", NULL, 0 },
	{ "load A", "A", 0 }, { "load .", NULL, 0 }, { "load a b", NULL, 0 },
	{ "load ABCDEFGHIJKLMNOP", "ABCDEFGHIJKLMNOP", 0 }, { "load ABCDEFGHIJKLMNOPQ", NULL, 0 },
	{ "delay load 0", "load", 0 }, { "delay unload 20", "unload", 20 },
	{ "delay load -1", NULL, 0 }, { "delay dance 1", NULL, 0 }, { "delay ", NULL, 0 },
	{ "compression", NULL, 0 }, { "append only", NULL, 0 }, { " status", NULL, 0 },
	{ "stat", NULL, 0 }, { "statuses", NULL, 0 },
};

static void test_words(void)
{
	char why[CTL_TEXT_MAX + 1], lengthy[CTL_TEXT_MAX + 1];
	struct ctl_command cmd;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const char *want = words[i].argument;

		cmd = (struct ctl_command){ .number = 0 };
		if (want)
			check(!ctl_parse(words[i].text, D | T, &cmd, why) &&
			      !strcmp(cmd.argument, want) && cmd.number == words[i].number,
			      words[i].text);
		else
			check(ctl_parse(words[i].text, D | T, &cmd, why) == -EINVAL && *why,
			      words[i].text);
	}
	memset(lengthy, 'x', CTL_TEXT_MAX);
	lengthy[CTL_TEXT_MAX] = '\0';
	check(ctl_parse(lengthy, D | T, &cmd, why) == -EINVAL && strlen(why) < 200,
	      "a word of 1000 letters, in a reason of one line");
	memcpy(lengthy, "load ", 5);
	check(ctl_parse(lengthy, D | T, &cmd, why) == -EINVAL, "a barcode of 995");
	memcpy(lengthy, "TapeAlert ", 10);
	memset(lengthy + 10, '0', CTL_TEXT_MAX - 11);
	check(ctl_parse(lengthy, D | T, &cmd, why) == -EINVAL, "a number of 990 digits");
}

int main(void)
{
	char text[32];

	key = (key_t)(0x57000000 | (getpid() & 0xffffff));
	snprintf(text, sizeof(text), "0x%x", (unsigned int)key);
	setenv(CTL_KEY_ENV, text, 1);
	test_raw();
	test_replies();
	test_withdrawal();
	test_stranger();
	test_words();
	test_keys();
	msgctl(queue(), IPC_RMID, NULL);
	return failures != 0;
}
