// SPDX-License-Identifier: GPL-2.0-only
/* SEND VOLUME TAG (SMC-3 6.17): look for cartridges by a barcode with wild cards. */
#include <string.h>

#include "base/bytes.h"
#include "smc/inner.h"

enum {
	LIST_LEN = 40, SEQUENCE_MIN = 34,	/* bytes of the parameter list */
	SEARCH_ALL = 0, SEARCH_PRIMARY = 1, SEARCH_ALTERNATE = 2,
	ANY_SEQUENCE = 4,		/* added to these: sequence numbers do not count */
};

/* '*' any number of characters, '?' one. */
static bool matches(const char *pattern, const char *text)
{
	const char *star = NULL, *again = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = pattern++;
			again = text;
		} else if (*pattern == '?' || *pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star + 1;
			text = ++again;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

/* Our cartridges have sequence number 0 and no alternate tags. */
bool smc_search_finds(const struct smc_search *s, const struct smc_element *e)
{
	const uint8_t what = s->action % ANY_SEQUENCE;
	const bool sequence = s->action >= ANY_SEQUENCE || s->least_sequence == 0;

	return e->full && sequence && what != SEARCH_ALTERNATE &&
	       (s->type == SMC_ANY || s->type == e->type) && e->address >= s->start &&
	       matches(s->pattern, e->barcode);
}

static bool is_search(uint8_t action)
{
	return action < 2 * ANY_SEQUENCE && action % ANY_SEQUENCE <= SEARCH_ALTERNATE;
}

enum sts smc_send_tag(struct scsi_cmd *cmd)
{
	struct smc_search *s = &changer_of(cmd)->search;
	const uint8_t action = cmd->cdb[5] & 0x1f, type = cmd->cdb[1] & 0x0f;

	if (type >= SMC_TYPES)
		return bad_cdb(cmd, 1, 3);
	if (!is_search(action))
		return bad_cdb(cmd, 5, 4);
	if (!cmd->len)
		return STS_GOOD;
	if (cmd->len != LIST_LEN)
		return STS_LIST_LENGTH;
	*s = (struct smc_search){
		.valid = true, .initiator = cmd->initiator, .action = action, .type = type,
		.start = (uint16_t)be_get(&cmd->cdb[2], 2),
		.least_sequence = (uint16_t)be_get(&cmd->data[SEQUENCE_MIN], 2),
	};
	memcpy(s->pattern, cmd->data, SMC_BARCODE_MAX);
	for (size_t n = SMC_BARCODE_MAX; n && (s->pattern[n - 1] == ' ' || !s->pattern[n - 1]); )
		s->pattern[--n] = '\0';
	return STS_GOOD;
}
