// SPDX-License-Identifier: GPL-2.0-only
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "fake/post.h"

static struct post_unit *of(struct channel *c)
{
	return container_of(c, struct post_unit, channel);
}

static struct ctl_message *put(struct post *p, uint32_t from, uint32_t to, enum ctl_kind kind,
			       const char *text)
{
	struct ctl_message *m;

	assert(p->n < POST_MAX);
	p->bag[p->n].to = to;
	m = &p->bag[p->n++].m;
	*m = (struct ctl_message){
		.version = CTL_VERSION, .kind = kind, .sender = from, .identity = ++p->identity,
	};
	snprintf(m->text, sizeof(m->text), "%s", text);
	return m;
}

static void request(struct channel *c, struct exchange *x, uint32_t to, const char *text,
		    unsigned int timeout_ms)
{
	struct post_unit *u = of(c);

	(void)timeout_ms;
	assert(!x->waiting);
	x->identity = put(u->post, u->address, to, CTL_REQUEST, text)->identity;
	x->waiting = true;
	x->next = u->waiting;
	u->waiting = x;
}

static void reply(struct channel *c, const struct ctl_message *to, enum ctl_code code,
		  const char *text)
{
	struct post_unit *u = of(c);
	struct ctl_message *m = put(u->post, u->address, to->sender, CTL_REPLY, text);

	m->identity = to->identity;
	m->code = code;
}

static void event(struct channel *c, uint32_t to, const char *text)
{
	struct post_unit *u = of(c);

	put(u->post, u->address, to, CTL_EVENT, text);
}

struct post_unit *post_unit(struct post *p, uint32_t address)
{
	for (int i = 0; i < POST_UNITS; i++)
		if (p->units[i].address == address)
			return &p->units[i];
	return NULL;
}

struct channel *post_join(struct post *p, uint32_t address)
{
	struct post_unit *u = post_unit(p, address);

	if (!u)
		u = post_unit(p, 0);
	assert(u);
	*u = (struct post_unit){
		.channel = { .request = request, .reply = reply, .event = event },
		.post = p, .address = address,
	};
	return &u->channel;
}

static void end(struct post_unit *u, struct exchange **at, const struct ctl_message *m)
{
	struct exchange *x = *at;

	(void)u;
	*at = x->next;
	x->waiting = false;
	x->ended(x, m);
}

static void hand_over(struct post_unit *u, const struct ctl_message *m)
{
	struct exchange **at = &u->waiting;

	if (m->kind != CTL_REPLY) {
		u->channel.received(u->channel.ctx, m);
		return;
	}
	while (*at && (*at)->identity != m->identity)
		at = &(*at)->next;
	if (*at)
		end(u, at, m);
}

bool post_deliver(struct post *p)
{
	for (unsigned int i = 0; i < p->n; i++) {
		struct post_unit *u = post_unit(p, p->bag[i].to);
		const struct ctl_message m = p->bag[i].m;

		if (u && u->deaf)
			continue;
		if (p->bag[i].to == POST_TOOL) {
			p->last = m;
			p->has_last = true;
		}
		memmove(&p->bag[i], &p->bag[i + 1], (--p->n - i) * sizeof(p->bag[0]));
		if (u)
			hand_over(u, &m);
		return true;
	}
	return false;
}

void post_ask(struct post *p, uint32_t to, const char *text)
{
	p->has_last = false;
	put(p, POST_TOOL, to, CTL_REQUEST, text);
}

void post_time_passes(struct post *p)
{
	for (int i = 0; i < POST_UNITS; i++)
		while (p->units[i].waiting)
			end(&p->units[i], &p->units[i].waiting, NULL);
}
