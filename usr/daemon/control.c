// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "daemon/control.h"

enum { FAILED = 0 };			/* kind of a message of our thread's: code is an errno */

static struct control *of(struct channel *c)
{
	return container_of(c, struct control, channel);
}

/* The thread: messages as they come, and a failure once, until messages come again. */
static void *wait_for_messages(void *arg)
{
	struct control *c = arg;
	struct ctl_message m;
	bool told = false;
	int err;

	while ((err = ctl_receive(c->ctl, true, &m)) != -ECANCELED) {
		if (err == -EINTR)
			continue;
		if (err && !told) {
			m = (struct ctl_message){ .kind = FAILED, .code = (uint32_t)-err };
			send(c->threads, &m, sizeof(m), MSG_NOSIGNAL);
		}
		if (err)
			nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
		else if (send(c->threads, &m, sizeof(m), MSG_NOSIGNAL) < 0)
			break;
		told = err;
	}
	return NULL;
}

static void forget(struct control *c, struct exchange *x)
{
	struct exchange **at = &c->waiting;

	while (*at && *at != x)
		at = &(*at)->next;
	if (*at)
		*at = x->next;
	loop_timer_stop(c->loop, &x->timer);
	x->waiting = false;
}

static void no_reply(void *ctx)
{
	struct exchange *x = ctx;

	forget(of(x->channel), x);
	x->ended(x, NULL);
}

/* A reply that nobody waits for any more is dropped: its request has been given up. */
static void take_reply(struct control *c, const struct ctl_message *m)
{
	struct exchange *x = c->waiting;

	while (x && x->identity != m->identity)
		x = x->next;
	if (!x)
		return;
	forget(c, x);
	x->ended(x, m);
}

static void message_ready(void *ctx)
{
	struct control *c = ctx;
	struct ctl_message m;

	while (recv(c->ours, &m, sizeof(m), MSG_DONTWAIT) == sizeof(m)) {
		if (m.kind == FAILED)
			log_error(c->log, "message queue: %s", strerror((int)m.code));
		else if (m.kind == CTL_REPLY)
			take_reply(c, &m);
		else
			c->channel.received(c->channel.ctx, &m);
	}
}

static void request(struct channel *channel, struct exchange *x, uint32_t to, const char *text,
		    unsigned int timeout_ms)
{
	struct control *c = of(channel);
	const int err = ctl_request(c->ctl, to, text, &x->identity);

	if (err) {
		log_warn(c->log, "unit %u: cannot send \"%s\": %s", to, text, strerror(-err));
		x->identity = 0;
		timeout_ms = 0;
	}
	x->channel = channel;
	x->waiting = true;
	x->next = c->waiting;
	c->waiting = x;
	x->timer = (struct loop_timer){ .due = no_reply, .ctx = x };
	loop_timer_start(c->loop, &x->timer, timeout_ms);
}

static void reply(struct channel *channel, const struct ctl_message *m, enum ctl_code code,
		  const char *text)
{
	struct control *c = of(channel);
	const int err = ctl_reply(c->ctl, m, code, text);

	if (err)
		log_warn(c->log, "unit %u: cannot reply: %s", m->sender, strerror(-err));
}

static void event(struct channel *channel, uint32_t to, const char *text)
{
	struct control *c = of(channel);
	const int err = ctl_event(c->ctl, to, text);

	if (err)
		log_warn(c->log, "unit %u: cannot tell \"%s\": %s", to, text, strerror(-err));
}

static int start_thread(struct control *c)
{
	int pair[2], err;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	c->ours = pair[0];
	c->threads = pair[1];
	c->source = (struct loop_source){ c->ours, message_ready, c };
	err = loop_add(c->loop, &c->source);
	if (!err)
		err = -pthread_create(&c->thread, NULL, wait_for_messages, c);
	c->running = !err;
	return err;
}

int control_start(struct control *c, uint32_t self, struct loop *loop, const struct log *log)
{
	int err;

	*c = (struct control){
		.channel = { .request = request, .reply = reply, .event = event },
		.loop = loop, .log = log, .ours = -1, .threads = -1,
	};
	err = ctl_open(self, &c->ctl);
	return err ? err : start_thread(c);
}

void control_stop(struct control *c)
{
	if (c->running) {
		shutdown(c->ours, SHUT_RDWR);	/* it may be in send(), and nobody reads */
		ctl_wake(c->ctl);
		pthread_join(c->thread, NULL);
		loop_remove(c->loop, &c->source);
	}
	while (c->waiting)
		forget(c, c->waiting);
	if (c->ours >= 0) {
		close(c->ours);
		close(c->threads);
	}
	ctl_close(c->ctl);
	*c = (struct control){ .ours = -1, .threads = -1 };
}
