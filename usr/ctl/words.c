// SPDX-License-Identifier: GPL-2.0-only
/* The words of the protocol: who takes them, and what follows them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/macros.h"
#include "ctl/ctl.h"

/* Takes what follows the word; r->argument and r->number are its to set. */
typedef bool argument_fn(const char *text, struct ctl_command *r);

struct word {
	const char *text;		/* in lower case, blanks as they must be */
	enum ctl_verb verb;
	unsigned int takes;		/* enum ctl_takes: receivers; FROM_TOOL: tools may say it */
	argument_fn *argument;
	const char *expected;		/* behind the word */
	const char *help;
};

static bool copy(const char *text, struct ctl_command *r)
{
	if (strlen(text) >= sizeof(r->argument))
		return false;
	strcpy(r->argument, text);
	return true;
}

static bool nothing(const char *text, struct ctl_command *r)
{
	(void)r;
	return !*text;
}

static bool barcode(const char *text, struct ctl_command *r)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789_.-";
	const size_t len = strlen(text);

	return len && len <= 16 && strspn(text, allowed) == len && strcmp(text, ".") &&
	       strcmp(text, "..") && copy(text, r);
}

static bool maybe_barcode(const char *text, struct ctl_command *r)
{
	return !*text || barcode(text, r);
}

static bool small_number(const char *text, unsigned int max, uint64_t *ret)
{
	unsigned int v = 0;

	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '9' || v > max)
			return false;
		v = v * 10 + (unsigned int)(*p - '0');
	}
	*ret = v;
	return *text && v <= max;
}

static bool level(const char *text, struct ctl_command *r)
{
	return !*text || (small_number(text, 9, &r->number) && copy(text, r));
}

static bool flags(const char *text, struct ctl_command *r)
{
	const char *p = text + (!strncasecmp(text, "0x", 2) ? 2 : 0);
	uint64_t v = 0;

	if (!*p || strlen(p) > 16)
		return false;
	for (; *p; p++) {
		static const char digits[] = "00112233445566778899aAbBcCdDeEfF";
		const char *at = strchr(digits, *p);

		if (!at)
			return false;
		v = v << 4 | (uint64_t)(at - digits) / 2;
	}
	r->number = v;
	return copy(text, r);
}

/* The word, in lower case as the table has it. */
static bool one_of(const char *text, const char *const *words, struct ctl_command *r)
{
	for (; *words; words++)
		if (!strcasecmp(text, *words))
			return copy(*words, r);
	return false;
}

static bool algorithm(const char *text, struct ctl_command *r)
{
	static const char *const words[] = { "lzo", "zlib", "zstd", NULL };

	return one_of(text, words, r);
}

static bool yes_no(const char *text, struct ctl_command *r)
{
	static const char *const words[] = { "yes", "no", NULL };

	return one_of(text, words, r);
}

/* How long a step takes, in seconds; no host should wait longer. */
static bool delay(const char *text, struct ctl_command *r)
{
	static const struct { const char *step; unsigned int max; } steps[CTL_STEPS] = {
		[CTL_STEP_LOAD] = { "load", 20 }, [CTL_STEP_UNLOAD] = { "unload", 20 },
		[CTL_STEP_REWIND] = { "rewind", 30 }, [CTL_STEP_POSITION] = { "position", 20 },
		[CTL_STEP_THREAD] = { "thread", 20 },
	};
	const char *blank = strchr(text, ' ');

	for (size_t i = 0; blank && i < ARRAY_SIZE(steps); i++) {
		const size_t len = (size_t)(blank - text);

		if (len != strlen(steps[i].step) || strncasecmp(text, steps[i].step, len))
			continue;
		r->step = (enum ctl_step)i;
		return small_number(blank + 1, steps[i].max, &r->number) && copy(steps[i].step, r);
	}
	return false;
}

#define ANY  (CTL_TO_LIBRARY | CTL_TO_DRIVE | CTL_FROM_TOOL)
#define LIB  (CTL_TO_LIBRARY | CTL_FROM_TOOL)
#define DRV  (CTL_TO_DRIVE | CTL_FROM_TOOL)

/* A word that begins like another one comes behind the longer. */
static const struct word words[] = {
	{ "verbose", CTL_VERBOSE, ANY, level, " [0-9]", "what the log gets; alone: less by one" },
	{ "debug", CTL_DEBUG, ANY, nothing, "", "the most to the log" },
	{ "exit", CTL_EXIT, ANY, nothing, "", "end the daemon" },
	{ "tapealert", CTL_TAPE_ALERT, ANY, flags, " HEX", "set TapeAlert flags" },
	{ "inquirydatachange", CTL_INQUIRY_CHANGE, ANY, nothing, "",
	  "tell hosts that INQUIRY data has changed" },
	{ "online", CTL_ONLINE, ANY, nothing, "", "take part again" },
	{ "offline", CTL_OFFLINE, ANY, nothing, "", "be not ready" },
	{ "status", CTL_STATUS, ANY, nothing, "", "show what it is and holds" },
	{ "add slot", CTL_ADD_SLOT, LIB, nothing, "", "one storage slot more" },
	{ "open map", CTL_OPEN_MAP, LIB, nothing, "", "open the mail slots" },
	{ "close map", CTL_CLOSE_MAP, LIB, nothing, "", "close them" },
	{ "empty map", CTL_EMPTY_MAP, LIB, nothing, "", "take out what is in them" },
	{ "list map", CTL_LIST_MAP, LIB, nothing, "", "show what is in them" },
	{ "load map", CTL_LOAD_MAP, LIB, barcode, " BARCODE", "put a cartridge into one" },
	{ "load", CTL_LOAD, DRV, barcode, " BARCODE", "load a cartridge by hand" },
	{ "unload", CTL_UNLOAD, DRV, maybe_barcode, " [BARCODE]", "unload it" },
	{ "compression", CTL_COMPRESSION, DRV, algorithm, " lzo|zlib|zstd", "use it from now on" },
	{ "append only", CTL_APPEND_ONLY, DRV, yes_no, " Yes|No", "of the loaded cartridge" },
	{ "delay", CTL_DELAY, DRV, delay, " load|unload|position|thread 0-20 or rewind 0-30",
	  "seconds that it takes" },
	{ "dump", CTL_DUMP, DRV, nothing, "", "write its state to the log" },
	{ "register", CTL_REGISTER, CTL_TO_DRIVE, nothing, "", NULL },
	{ "state", CTL_STATE, CTL_TO_DRIVE, nothing, "", NULL },
};

static bool allowed(const struct word *w, unsigned int takes)
{
	return (w->takes & takes) == takes;
}

/* NULL, or what follows the word and its blanks. */
static const char *behind(const struct word *w, const char *text)
{
	const size_t len = strlen(w->text);

	if (strncasecmp(text, w->text, len) || (text[len] && text[len] != ' '))
		return NULL;
	return text + len + strspn(text + len, " ");
}

int ctl_parse(const char *text, unsigned int takes, struct ctl_command *ret, char *why)
{
	char clean[CTL_TEXT_MAX + 1];
	size_t len = strlen(text);

	while (len && text[len - 1] == ' ')
		len--;
	snprintf(clean, sizeof(clean), "%.*s", (int)(len < sizeof(clean) ? len : 0), text);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const char *rest = behind(&words[i], clean);
		struct ctl_command r = { .verb = words[i].verb };

		if (!rest)
			continue;
		if (!allowed(&words[i], takes)) {
			snprintf(why, CTL_TEXT_MAX + 1, "\"%s\" is not for a %s", words[i].text,
				 takes & CTL_TO_LIBRARY ? "library" : "drive");
			return -EINVAL;
		}
		if (!words[i].argument(rest, &r)) {
			snprintf(why, CTL_TEXT_MAX + 1, "expected \"%s%s\"", words[i].text,
				 words[i].expected);
			return -EINVAL;
		}
		*ret = r;
		return 0;
	}
	snprintf(why, CTL_TEXT_MAX + 1, "unknown command \"%.60s\"", clean);
	return -EINVAL;
}

bool ctl_usage(unsigned int takes, unsigned int n, char *line, size_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		char usage[80];

		if (!words[i].help || !allowed(&words[i], takes) || n--)
			continue;
		snprintf(usage, sizeof(usage), "%s%s", words[i].text, words[i].expected);
		snprintf(line, size, "%-28s %s", usage, words[i].help);
		return true;
	}
	return false;
}
