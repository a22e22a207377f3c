// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE		/* pthread_timedjoin_np() */
#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "daemon/worker.h"

static void append(struct job **list, struct job *job)
{
	while (*list)
		list = &(*list)->next;
	job->next = NULL;
	*list = job;
}

static struct job *take(struct job **list)
{
	struct job *job = *list;

	if (job)
		*list = job->next;
	return job;
}

static void ring(int fd)
{
	const uint64_t one = 1;

	while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

static struct job *next_job(struct worker *w)
{
	struct job *job;

	pthread_mutex_lock(&w->lock);
	while (!w->todo && !w->stopping)
		pthread_cond_wait(&w->wake, &w->lock);
	job = w->stopping ? NULL : take(&w->todo);
	pthread_mutex_unlock(&w->lock);
	return job;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct job *job;

	while ((job = next_job(w))) {
		job->run(job, w->cancel);
		pthread_mutex_lock(&w->lock);
		append(&w->finished, job);
		pthread_mutex_unlock(&w->lock);
		ring(w->results);
	}
	return NULL;
}

static void hand_back(struct worker *w)
{
	struct job *job;

	do {
		pthread_mutex_lock(&w->lock);
		job = take(&w->finished);
		pthread_mutex_unlock(&w->lock);
		if (job)
			job->done(job);
	} while (job);
}

static void results_ready(void *ctx)
{
	struct worker *w = ctx;
	uint64_t n;

	if (read(w->results, &n, sizeof(n)) == sizeof(n))
		hand_back(w);
}

int worker_start(struct worker *w, struct loop *loop)
{
	int err;

	*w = (struct worker){
		.results = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
		.cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
		.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER,
		.loop = loop,
	};
	if (w->results < 0 || w->cancel < 0)
		return -errno;
	w->source = (struct loop_source){ w->results, results_ready, w };
	err = loop_add(loop, &w->source);
	if (!err)
		err = -pthread_create(&w->thread, NULL, work, w);
	w->running = !err;
	return err;
}

void worker_submit(struct worker *w, struct job *job)
{
	pthread_mutex_lock(&w->lock);
	append(&w->todo, job);
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
}

static bool join(struct worker *w, unsigned int ms)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000L;
	if (t.tv_nsec >= 1000000000L) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000L;
	}
	return !pthread_timedjoin_np(w->thread, NULL, &t);
}

bool worker_stop(struct worker *w, unsigned int ms)
{
	struct job *job;

	if (!w->running)
		return true;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	while ((job = take(&w->todo)))
		append(&w->finished, job);
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	ring(w->cancel);
	if (!join(w, ms))
		return false;
	w->running = false;
	hand_back(w);
	loop_remove(w->loop, &w->source);
	close(w->results);
	close(w->cancel);
	return true;
}
