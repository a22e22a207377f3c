// SPDX-License-Identifier: GPL-2.0-only
/* The message queue: joining, sending, receiving. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "ctl/ctl.h"

enum {
	WAKE_KIND = 0x1000,		/* of ctl_wake(); others do not know its identity */
	POLL_MS   = 5,			/* while a queue is full, or a reply is waited for */
	QUEUE_MAX = 100000,		/* messages that a sweep looks at, at most */
};

/* msgsnd() wants a positive type, and there is a unit 0. */
struct queued {
	long type;
	struct ctl_message m;
};

struct ctl {
	key_t key;
	uint32_t self;
	uid_t uid;			/* CTL_OWNER's, or root's where there is none */
	gid_t gid;
	uint64_t wake;			/* identity of our own wake-up */
	_Atomic int queue;
	_Atomic uint64_t identity;
};

static long type_of(uint32_t address)
{
	return (long)address + 1;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void pause_ms(unsigned int ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = (long)ms * 1000000 }, NULL);
}

static key_t wanted_key(void)
{
	const char *text = getenv(CTL_KEY_ENV);
	unsigned long v;
	char *end;

	if (!text || !*text)
		return CTL_KEY;
	v = strtoul(text, &end, !strncasecmp(text, "0x", 2) ? 16 : 10);
	return *end ? CTL_KEY : (key_t)v;
}

/* A queue that root makes is for the daemons, who are not root. */
static void give_away(int queue, uid_t uid, gid_t gid)
{
	struct msqid_ds ds;

	if (geteuid() || msgctl(queue, IPC_STAT, &ds) || ds.msg_perm.uid || !uid)
		return;
	ds.msg_perm.uid = uid;
	ds.msg_perm.gid = gid;
	ds.msg_perm.mode = 0660;
	msgctl(queue, IPC_SET, &ds);
}

/* Who else may have made it: anybody could have, and would read and answer everything. */
static int check_owner(int queue, uid_t uid)
{
	struct msqid_ds ds;

	if (msgctl(queue, IPC_STAT, &ds))
		return -errno;
	if (ds.msg_perm.uid && ds.msg_perm.uid != uid && ds.msg_perm.uid != geteuid())
		return -EPERM;
	return 0;
}

static int join(struct ctl *c)
{
	int queue = msgget(c->key, IPC_CREAT | 0660), err;

	if (queue < 0)
		return -errno;
	give_away(queue, c->uid, c->gid);
	err = check_owner(queue, c->uid);
	if (!err)
		atomic_store(&c->queue, queue);
	return err;
}

/* EIDRM, EINVAL: somebody removed it; the next one is as good. */
static bool removed(int err)
{
	return err == EIDRM || err == EINVAL;
}

static ssize_t take(struct ctl *c, long type, int flags, struct queued *q)
{
	ssize_t n;

	memset(q, 0, sizeof(*q));
	n = msgrcv(atomic_load(&c->queue), q, sizeof(q->m), type, flags | MSG_NOERROR);
	if (n >= 0)
		q->m.text[CTL_TEXT_MAX] = '\0';
	return n;
}

static bool is_message(const struct ctl_message *m, ssize_t size)
{
	return size >= (ssize_t)offsetof(struct ctl_message, text) && m->version == CTL_VERSION;
}

static bool stale(const struct ctl_message *m)
{
	const uint64_t now = now_ms();

	return m->time_ms > now || now - m->time_ms > CTL_STALE_MS;
}

static int put(struct ctl *c, const struct queued *q)
{
	const size_t size = offsetof(struct ctl_message, text) + strlen(q->m.text) + 1;

	return msgsnd(atomic_load(&c->queue), q, size, IPC_NOWAIT) ? -errno : 0;
}

/*
 * Takes each message of a type (0 all) once, and puts back in the same order all but what is
 * stale, is none, or has the identity.  Nothing that anybody still waits for is lost.
 */
static void sweep(struct ctl *c, long type, uint64_t identity)
{
	struct msqid_ds ds;
	struct queued q;

	if (msgctl(atomic_load(&c->queue), IPC_STAT, &ds))
		return;
	for (msgqnum_t n = 0; n < ds.msg_qnum && n < QUEUE_MAX; n++) {
		const ssize_t size = take(c, type, IPC_NOWAIT, &q);

		if (size < 0)
			return;
		if (is_message(&q.m, size) && !stale(&q.m) &&
		    (!identity || q.m.identity != identity))
			put(c, &q);
	}
}

static int send_message(struct ctl *c, const struct queued *q)
{
	const uint64_t end = now_ms() + CTL_SEND_MS;
	int err = put(c, q);

	if (err == -EAGAIN)
		sweep(c, 0, 0);
	while (err) {
		if (removed(-err)) {
			err = join(c);
			if (err)
				return err;
		} else if (err != -EAGAIN && err != -EINTR) {
			return err;
		} else if (now_ms() > end) {
			return -ETIMEDOUT;
		} else {
			pause_ms(POLL_MS);
		}
		err = put(c, q);
	}
	return 0;
}

static int post(struct ctl *c, uint32_t to, const struct ctl_message *head, const char *text)
{
	struct queued q = { .type = type_of(to), .m = *head };

	if (strlen(text) > CTL_TEXT_MAX)
		return -EMSGSIZE;
	q.m.version = CTL_VERSION;
	q.m.sender = c->self;
	q.m.time_ms = now_ms();
	strcpy(q.m.text, text);
	return send_message(c, &q);
}

static void find_owner(struct ctl *c)
{
	const struct passwd *user = getpwnam(CTL_OWNER);
	const struct group *group = getgrnam(CTL_OWNER);

	c->uid = user ? user->pw_uid : 0;
	c->gid = group ? group->gr_gid : getegid();
}

int ctl_open(uint32_t self, struct ctl **ret)
{
	struct ctl *c;
	uint64_t seed;
	int err;

	if (self > CTL_UNIT_MAX && self != CTL_TOOL)
		return -EINVAL;
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return -EIO;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->key = wanted_key();
	find_owner(c);
	c->self = self == CTL_TOOL ? CTL_TOOL + (uint32_t)getpid() : self;
	c->wake = seed | 1;
	atomic_init(&c->identity, seed ^ (uint64_t)getpid() << 32);
	err = join(c);
	if (err) {
		free(c);
		return err;
	}
	*ret = c;
	return 0;
}

void ctl_close(struct ctl *c)
{
	struct queued q;

	if (!c)
		return;
	while (c->self >= CTL_TOOL && take(c, type_of(c->self), IPC_NOWAIT, &q) >= 0)
		;
	free(c);
}

uint32_t ctl_self(const struct ctl *c)
{
	return c->self;
}

int ctl_request(struct ctl *c, uint32_t to, const char *text, uint64_t *ret_identity)
{
	struct ctl_message head = { .kind = CTL_REQUEST };
	int err;

	do
		head.identity = atomic_fetch_add(&c->identity, 1);
	while (!head.identity);
	err = post(c, to, &head, text);
	if (!err)
		*ret_identity = head.identity;
	return err;
}

int ctl_event(struct ctl *c, uint32_t to, const char *text)
{
	struct ctl_message head = { .kind = CTL_EVENT };

	head.identity = atomic_fetch_add(&c->identity, 1);
	return post(c, to, &head, text);
}

int ctl_reply(struct ctl *c, const struct ctl_message *request, enum ctl_code code,
	      const char *text)
{
	struct ctl_message head = {
		.kind = CTL_REPLY, .identity = request->identity, .code = code,
	};

	if (request->sender > CTL_TOOL &&
	    kill((pid_t)(request->sender - CTL_TOOL), 0) && errno == ESRCH)
		return 0;
	return post(c, request->sender, &head, text);
}

int ctl_wake(struct ctl *c)
{
	struct ctl_message head = { .kind = WAKE_KIND, .identity = c->wake };

	return post(c, c->self, &head, "");
}

/* What the receiver is to see; the rest is dropped. */
static bool welcome(const struct ctl *c, const struct ctl_message *m, ssize_t size)
{
	if (!is_message(m, size))
		return false;
	if (m->kind == WAKE_KIND)
		return m->identity == c->wake && m->sender == c->self;
	if (m->kind == CTL_REQUEST)
		return !stale(m);
	return m->kind == CTL_REPLY || m->kind == CTL_EVENT;
}

int ctl_receive(struct ctl *c, bool block, struct ctl_message *ret)
{
	struct queued q;

	for (;;) {
		ssize_t n = take(c, type_of(c->self), block ? 0 : IPC_NOWAIT, &q);

		if (n < 0 && removed(errno)) {
			int err = join(c);

			if (err)
				return err;
		} else if (n < 0) {
			return errno == ENOMSG ? -EAGAIN : -errno;
		} else if (welcome(c, &q.m, n)) {
			break;
		}
	}
	if (q.m.kind == WAKE_KIND)
		return -ECANCELED;
	*ret = q.m;
	return 0;
}

/* Only the reply counts: what else is addressed to a tool is for one that had its process id. */
static int wait_reply(struct ctl *c, uint64_t identity, uint64_t end, struct ctl_message *ret)
{
	struct ctl_message m;

	for (;;) {
		int err = ctl_receive(c, false, &m);

		if (!err && m.kind == CTL_REPLY && m.identity == identity) {
			*ret = m;
			return 0;
		}
		if (err && err != -EAGAIN && err != -EINTR)
			return err;
		if (now_ms() > end)
			return -ETIMEDOUT;
		if (err)
			pause_ms(POLL_MS);
	}
}

int ctl_call(struct ctl *c, uint32_t to, const char *text, unsigned int timeout_ms,
	     struct ctl_message *ret)
{
	const uint64_t end = now_ms() + timeout_ms;
	uint64_t identity;
	int err = ctl_request(c, to, text, &identity);

	if (err)
		return err;
	err = wait_reply(c, identity, end, ret);
	if (err)
		sweep(c, type_of(to), identity);
	return err;
}
