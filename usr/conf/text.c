// SPDX-License-Identifier: GPL-2.0-only
/* Lines of a configuration file, and messages about them. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc.h"
#include "conf/text.h"

enum { FILE_MAX = 16 << 20 };	/* bytes; the largest true one is far below */

static const char blanks[] = " \t\r\v\f";

int report_errno(struct conf_report *report, const char *path, int err)
{
	snprintf(report->error, sizeof(report->error), "%s: %s", path, strerror(-err));
	return err;
}

static int read_all(struct lines *l, FILE *file)
{
	size_t room = 4096, got;

	for (;;) {
		char *more = realloc(l->text, room + 1);

		if (!more)
			return -ENOMEM;
		l->text = more;
		got = fread(l->text + l->size, 1, room - l->size, file);
		l->size += got;
		if (ferror(file))
			return errno ? -errno : -EIO;
		if (l->size < room)
			return 0;
		if (room >= FILE_MAX)
			return -EFBIG;
		room *= 2;
	}
}

/* A NUL would hide what follows it. */
static int check_text(struct lines *l)
{
	const char *nul = memchr(l->text, '\0', l->size);
	unsigned int line = 1;

	l->text[l->size] = '\0';
	if (!nul)
		return 0;
	for (const char *p = l->text; p < nul; p++)
		line += *p == '\n';
	return lines_fail(l, line, "expected text, found a NUL byte");
}

int lines_open(struct lines *l, const char *path, struct conf_report *report)
{
	FILE *file = fopen(path, "re");
	int err;

	*l = (struct lines){ .path = path, .report = report };
	if (!file)
		return report_errno(report, path, -errno);
	errno = 0;
	err = read_all(l, file);
	fclose(file);
	if (err)
		report_errno(report, path, err);
	else
		err = check_text(l);
	if (err)
		lines_close(l);
	l->next = l->text;
	return err;
}

void lines_close(struct lines *l)
{
	free(l->text);
	l->text = l->next = NULL;
}

char *lines_next(struct lines *l)
{
	char *s = l->next, *end;

	if (!s || s == l->text + l->size)
		return NULL;
	end = strchr(s, '\n');
	l->next = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	l->line++;
	return trim(s);
}

uint32_t lines_checksum(const struct lines *l)
{
	return crc32c(0, l->text, l->size);
}

int lines_fail(const struct lines *l, unsigned int line, const char *format, ...)
{
	char *to = l->report->error;
	const size_t size = sizeof(l->report->error);
	va_list ap;
	int n = snprintf(to, size, "%s:%u: ", l->path, line ? line : l->line);

	if (n < 0 || (size_t)n >= size)
		return -EINVAL;
	va_start(ap, format);
	vsnprintf(to + n, size - (size_t)n, format, ap);
	va_end(ap);
	return -EINVAL;
}

int lines_expected(const struct lines *l, const char *expected, const char *found)
{
	char shown[64];

	snprintf(shown, sizeof(shown), "%s", found);
	for (char *p = shown; *p; p++)
		*p = *p < ' ' || *p > '~' ? '?' : *p;
	if (!*found)
		return lines_fail(l, 0, "expected %s, found nothing", expected);
	return lines_fail(l, 0, "expected %s, found \"%s\"", expected, shown);
}

void lines_warn(const struct lines *l, const char *format, ...)
{
	char text[CONF_TEXT_SIZE], message[CONF_TEXT_SIZE + CONF_PATH_SIZE];
	va_list ap;

	if (!l->report->warn)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	snprintf(message, sizeof(message), "%s:%u: %s", l->path, l->line, text);
	l->report->warn(l->report->ctx, message);
}

char *trim(char *s)
{
	size_t len;

	s += strspn(s, blanks);
	for (len = strlen(s); len && strchr(blanks, s[len - 1]); len--)
		s[len - 1] = '\0';
	return s;
}

char *next_word(char **s)
{
	char *word = *s + strspn(*s, blanks);
	size_t len = strcspn(word, blanks);

	if (!len)
		return NULL;
	*s = word + len;
	if (**s)
		*(*s)++ = '\0';
	return word;
}

bool printable(const char *s, size_t size, bool with_blanks)
{
	size_t len = 0;

	for (; s[len]; len++)
		if (s[len] < (with_blanks ? ' ' : '!') || s[len] > '~')
			return false;
	return len && len < size;
}

bool conf_number(const char *text, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;

	for (const char *p = text; *p; p++) {
		const unsigned int digit = (unsigned int)*p - '0';

		if (digit > 9 || v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	if (!*text || v > max)
		return false;
	*ret = v;
	return true;
}

bool conf_barcode_ok(const char *barcode)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789_.-";
	const size_t len = strlen(barcode);

	return len && len <= CONF_BARCODE_MAX && strspn(barcode, allowed) == len &&
	       strcmp(barcode, ".") && strcmp(barcode, "..");
}
