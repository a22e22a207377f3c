// SPDX-License-Identifier: GPL-2.0-only
#include "fake/late.h"

#include <stdlib.h>

#include "base/macros.h"

void late_work(struct late *l)
{
	struct cart_job *job = l->job;

	l->job = NULL;
	if (job)
		job->run(job);
}

static bool submit(struct cart_background *b, struct cart_job *job)
{
	struct late *l = container_of(b, struct late, base);

	if (l->refuse)
		return false;
	if (l->job)
		abort();
	l->submitted++;
	l->job = job;
	if (l->at_once)
		late_work(l);
	return true;
}

static bool done(struct cart_background *b, bool wait)
{
	struct late *l = container_of(b, struct late, base);

	if (l->job && wait) {
		l->waited++;
		late_work(l);
	}
	return !l->job;
}

struct late late_new(bool at_once)
{
	return (struct late){ .base = { submit, done }, .at_once = at_once };
}
