// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>

#include "fake/threads.h"

unsigned int threads_now(void)
{
	DIR *d = opendir("/proc/self/task");
	unsigned int n = 0;

	for (const struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}
