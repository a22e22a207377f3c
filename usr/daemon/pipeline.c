// SPDX-License-Identifier: GPL-2.0-only
#include "base/macros.h"
#include "daemon/pipeline.h"

static struct pipeline *of(struct ssc_pipeline *p)
{
	return container_of(p, struct pipeline, base);
}

/* With the lock held, but for the writing.  Behind a failure there is nothing: no hole. */
static void write_next(struct pipeline *p)
{
	const struct ssc_blocks b = p->todo[p->finished % PIPELINE_DEPTH];
	enum cart_rc rc = p->rc;
	uint32_t done = 0;

	pthread_mutex_unlock(&p->lock);
	if (rc == CART_OK)
		rc = cart_write_blocks(b.cart, b.data, b.len, b.count, &done);
	pthread_mutex_lock(&p->lock);
	p->rc = rc;
	p->lost += b.count - done;
	p->finished++;
	pthread_cond_signal(&p->ended);
}

static void *work(void *arg)
{
	struct pipeline *p = arg;

	pthread_mutex_lock(&p->lock);
	while (!p->stopping) {
		if (p->finished == p->put)
			pthread_cond_wait(&p->wake, &p->lock);
		else
			write_next(p);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static bool put(struct ssc_pipeline *base, const struct ssc_blocks *b)
{
	struct pipeline *p = of(base);
	bool taken;

	if (!p->started)
		p->started = !pthread_create(&p->thread, NULL, work, p);
	pthread_mutex_lock(&p->lock);
	while (p->put - p->finished == PIPELINE_DEPTH)
		pthread_cond_wait(&p->ended, &p->lock);
	taken = p->rc == CART_OK && p->started;
	if (taken) {
		p->todo[p->put++ % PIPELINE_DEPTH] = *b;
		pthread_cond_signal(&p->wake);
	}
	pthread_mutex_unlock(&p->lock);
	return taken;
}

static uint64_t finished(struct ssc_pipeline *base, uint64_t at_least)
{
	struct pipeline *p = of(base);

	if (p->finished >= at_least)	/* asked with each command: no lock */
		return p->finished;
	pthread_mutex_lock(&p->lock);
	while (p->finished < at_least && p->finished < p->put)
		pthread_cond_wait(&p->ended, &p->lock);
	pthread_mutex_unlock(&p->lock);
	return p->finished;
}

static enum cart_rc failure(struct ssc_pipeline *base, uint64_t *ret_lost)
{
	struct pipeline *p = of(base);
	enum cart_rc rc;

	pthread_mutex_lock(&p->lock);
	rc = p->rc;
	*ret_lost = p->lost;
	p->rc = CART_OK;
	p->lost = 0;
	pthread_mutex_unlock(&p->lock);
	return rc;
}

void pipeline_init(struct pipeline *p, bool raw)
{
	*p = (struct pipeline){
		.base = { raw, put, finished, failure }, .lock = PTHREAD_MUTEX_INITIALIZER,
		.wake = PTHREAD_COND_INITIALIZER, .ended = PTHREAD_COND_INITIALIZER,
	};
}

void pipeline_release(struct pipeline *p)
{
	if (!p->started)
		return;
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_signal(&p->wake);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	p->started = false;
}
