// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/fifo.h"

int fifo_open(struct fifo *f, uint32_t unit, const char *path)
{
	struct stat st;

	*f = (struct fifo){ .fd = -1, .unit = unit };
	if (!path || !path[0])
		return 0;
	if (mkfifo(path, 0644) && errno != EEXIST)
		return -errno;
	f->fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (f->fd < 0)
		return -errno;
	if (fstat(f->fd, &st) || !S_ISFIFO(st.st_mode)) {
		fifo_close(f);
		return -EEXIST;
	}
	return 0;
}

void fifo_tell(const struct fifo *f, const char *text)
{
	const time_t now = time(NULL);
	char date[32], line[512];
	struct tm tm;
	int n;

	if (f->fd < 0 || !localtime_r(&now, &tm))
		return;
	strftime(date, sizeof(date), "%a %b %e %H:%M:%S %Y", &tm);
	n = snprintf(line, sizeof(line), "%s - %u: - %s\n", date, f->unit, text);
	if (n >= (int)sizeof(line)) {
		n = (int)sizeof(line) - 1;
		line[n - 1] = '\n';
	}
	if (write(f->fd, line, (size_t)n) < 0)
		return;			/* full: who does not read does not want to know */
}

void fifo_close(struct fifo *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}
