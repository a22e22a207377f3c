// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "daemon/loop.h"

enum { EVENTS = 16 };

uint64_t loop_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static uint64_t now_ms(const struct loop *l)
{
	return l->clock ? *l->clock : loop_now_ms();
}

int loop_init(struct loop *l)
{
	*l = (struct loop){ .epoll = epoll_create1(EPOLL_CLOEXEC) };
	return l->epoll < 0 ? -errno : 0;
}

void loop_release(struct loop *l)
{
	if (l->epoll >= 0)
		close(l->epoll);
	*l = (struct loop){ .epoll = -1 };
}

int loop_add(struct loop *l, struct loop_source *s)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = s };

	return epoll_ctl(l->epoll, EPOLL_CTL_ADD, s->fd, &e) ? -errno : 0;
}

void loop_remove(struct loop *l, struct loop_source *s)
{
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, s->fd, NULL);
}

void loop_timer_stop(struct loop *l, struct loop_timer *t)
{
	struct loop_timer **at = &l->timers;

	while (*at && *at != t)
		at = &(*at)->next;
	if (*at)
		*at = t->next;
	t->armed = false;
}

void loop_timer_start(struct loop *l, struct loop_timer *t, uint64_t ms)
{
	struct loop_timer **at = &l->timers;

	if (t->armed)
		loop_timer_stop(l, t);
	t->at_ms = now_ms(l) + ms;
	while (*at && (*at)->at_ms <= t->at_ms)
		at = &(*at)->next;
	t->next = *at;
	*at = t;
	t->armed = true;
}

/* Milliseconds until the first timer, at most max_ms. */
static int patience(const struct loop *l, int max_ms)
{
	uint64_t now, left;

	if (!l->timers)
		return max_ms;
	now = now_ms(l);
	left = l->timers->at_ms > now ? l->timers->at_ms - now : 0;
	if (left > INT_MAX)
		left = INT_MAX;
	return max_ms < 0 || left < (uint64_t)max_ms ? (int)left : max_ms;
}

static void run_timers(struct loop *l)
{
	while (l->timers && l->timers->at_ms <= now_ms(l)) {
		struct loop_timer *t = l->timers;

		l->timers = t->next;
		t->armed = false;
		t->due(t->ctx);
	}
}

static int wait_for_events(struct loop *l, struct epoll_event *e, int ms)
{
	if (!l->sleep)
		return epoll_wait(l->epoll, e, EVENTS, ms);
	return l->sleep(l->sleep_ctx, l->epoll, ms) ? epoll_wait(l->epoll, e, EVENTS, 0) : 0;
}

void loop_step(struct loop *l, int max_ms)
{
	struct epoll_event e[EVENTS];
	const int n = wait_for_events(l, e, patience(l, max_ms));

	for (int i = 0; i < n; i++) {
		struct loop_source *s = e[i].data.ptr;

		s->ready(s->ctx);
	}
	run_timers(l);
	if (l->after)
		l->after(l->after_ctx);
}

int loop_run(struct loop *l)
{
	while (!l->stopped)
		loop_step(l, -1);
	return l->status;
}

void loop_stop(struct loop *l, int status)
{
	if (!l->stopped)
		l->status = status;
	l->stopped = true;
}
