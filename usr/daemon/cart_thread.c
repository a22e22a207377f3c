// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/macros.h"
#include "daemon/cart_thread.h"

static struct cart_thread *of(struct cart_background *b)
{
	return container_of(b, struct cart_thread, base);
}

static void ring(int fd)
{
	const uint64_t one = 1;

	while (fd >= 0 && write(fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

static struct cart_job *next_job(struct cart_thread *t)
{
	struct cart_job *job;

	pthread_mutex_lock(&t->lock);
	while (!t->job && !t->stopping)
		pthread_cond_wait(&t->changed, &t->lock);
	job = t->job;
	pthread_mutex_unlock(&t->lock);
	return job;
}

static void *work(void *arg)
{
	struct cart_thread *t = arg;
	struct cart_job *job;

	while ((job = next_job(t))) {
		job->run(job);
		pthread_mutex_lock(&t->lock);
		t->job = NULL;
		pthread_cond_broadcast(&t->changed);
		pthread_mutex_unlock(&t->lock);
		ring(t->finished);
	}
	return NULL;
}

static bool submit(struct cart_background *b, struct cart_job *job)
{
	struct cart_thread *t = of(b);

	if (!t->started)
		t->started = !pthread_create(&t->thread, NULL, work, t);
	if (!t->started)
		return false;
	pthread_mutex_lock(&t->lock);
	t->job = job;
	pthread_cond_broadcast(&t->changed);
	pthread_mutex_unlock(&t->lock);
	return true;
}

static bool done(struct cart_background *b, bool wait)
{
	struct cart_thread *t = of(b);
	bool idle;

	pthread_mutex_lock(&t->lock);
	while (wait && t->job)
		pthread_cond_wait(&t->changed, &t->lock);
	idle = !t->job;
	pthread_mutex_unlock(&t->lock);
	return idle;
}

static void finished(void *ctx)
{
	struct cart_thread *t = ctx;
	uint64_t n;

	if (read(t->finished, &n, sizeof(n)) == sizeof(n))
		t->done(t->ctx);
}

int cart_thread_init(struct cart_thread *t, struct loop *loop, void (*told)(void *ctx), void *ctx)
{
	*t = (struct cart_thread){
		.base = { submit, done }, .lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER, .loop = loop, .done = told, .ctx = ctx,
		.finished = told ? eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : -1,
	};
	if (!told)
		return 0;
	if (t->finished < 0)
		return -errno;
	t->source = (struct loop_source){ t->finished, finished, t };
	return loop_add(loop, &t->source);
}

void cart_thread_release(struct cart_thread *t)
{
	if (t->started) {
		pthread_mutex_lock(&t->lock);
		t->stopping = true;
		pthread_cond_broadcast(&t->changed);
		pthread_mutex_unlock(&t->lock);
		pthread_join(t->thread, NULL);
	}
	if (t->finished < 0)
		return;
	loop_remove(t->loop, &t->source);
	close(t->finished);
	t->finished = -1;
}
