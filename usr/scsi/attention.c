// SPDX-License-Identifier: GPL-2.0-only
/* Unit attentions (SAM-5 5.14): one queue for each initiator, the latest to send first. */
#include <string.h>

#include "scsi/cmd.h"

static bool pending(const struct attention_queue *q, enum sts ua)
{
	return memchr(q->sts, (int)ua, q->n) != NULL;
}

/* A queue that runs over says what makes a host ask for everything anew. */
static void add(struct attention_queue *q, enum sts ua)
{
	if (pending(q, ua))
		return;
	if (q->n == LU_ATTENTIONS) {
		q->n = 0;
		ua = STS_UA_POWER_ON;
	}
	q->sts[q->n++] = (uint8_t)ua;
}

static enum sts greeting(const struct lu *lu)
{
	return lu->greeting ? (enum sts)lu->greeting : STS_UA_POWER_ON;
}

/*
 * The queue of an initiator, moved to the front.  The one that has been silent for longest gives
 * way to a new one; when it comes again it is new itself, and power on covers what it missed.
 */
static struct attention_queue *queue_of(struct lu *lu, uint64_t initiator)
{
	struct attention_queue *all = lu->attentions, found = { .initiator = initiator };
	size_t i = 0;

	while (i < LU_INITIATORS - 1 && all[i].used && all[i].initiator != initiator)
		i++;
	if (all[i].used && all[i].initiator == initiator) {
		found = all[i];
	} else {
		found.used = true;
		add(&found, greeting(lu));
	}
	if (i)
		memmove(&all[1], &all[0], i * sizeof(all[0]));
	all[0] = found;
	return &all[0];
}

void scsi_attention_raise(struct lu *lu, enum sts ua)
{
	for (size_t i = 0; i < LU_INITIATORS && lu->attentions[i].used; i++)
		add(&lu->attentions[i], ua);
}

void scsi_attention_raise_for(struct lu *lu, uint64_t initiator, enum sts ua)
{
	add(queue_of(lu, initiator), ua);
}

void scsi_attention_raise_others(struct lu *lu, uint64_t initiator, enum sts ua)
{
	for (size_t i = 0; i < LU_INITIATORS && lu->attentions[i].used; i++)
		if (lu->attentions[i].initiator != initiator)
			add(&lu->attentions[i], ua);
}

void scsi_attention_restart(struct lu *lu, enum sts ua)
{
	lu->greeting = (uint8_t)ua;
	for (size_t i = 0; i < LU_INITIATORS && lu->attentions[i].used; i++) {
		lu->attentions[i].n = 0;
		add(&lu->attentions[i], ua);
	}
}

enum sts scsi_attention_take(struct lu *lu, uint64_t initiator)
{
	struct attention_queue *q = queue_of(lu, initiator);
	enum sts ua = STS_GOOD;

	if (q->n) {
		ua = (enum sts)q->sts[0];
		q->n--;
		memmove(&q->sts[0], &q->sts[1], q->n);
	}
	return ua;
}
