// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/macros.h"
#include "daemon/notify.h"

enum {
	LOOK_MS = 20, LOOK_MAX_MS = 250, LOOK_PART = 4,
	SCAN_MS = 45000,	/* others are before us; below TimeoutStartSec= of the units */
	NODE_MS = 10000,
};

static const char not_found[] = "the host has not found it";

void notify_systemd(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const size_t len = path ? strlen(path) : 0;
	int fd;

	if (!len || len >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, len);
	if (to.sun_path[0] == '@')	/* an abstract address */
		to.sun_path[0] = 0;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&to,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

/* The one entry of the folder that is prefix and a number. */
static int find_entry(const char *folder, const char *prefix, char *ret_name, size_t cap)
{
	const size_t len = strlen(prefix);
	DIR *d = opendir(folder);
	struct dirent *e;
	int found = 0;

	while (d && !found && (e = readdir(d))) {
		const size_t digits = strncmp(e->d_name, prefix, len) ? 0 :
				      strspn(e->d_name + len, "0123456789");

		found = digits && !e->d_name[len + digits] && len + digits < cap;
		if (found)
			memcpy(ret_name, e->d_name, strlen(e->d_name) + 1);
	}
	if (d)
		closedir(d);
	return found;
}

static const struct {
	uint8_t type;			/* 0: every one */
	const char *folder, *prefix, *missing;
} nodes[] = {
	{ 0, "scsi_generic", "sg", "no sg node (is the module sg loaded?)" },
	{ 1, "scsi_tape", "st", "no st node (is the module st loaded?)" },
	{ 8, "scsi_changer", "sch", "no sch node (is the module ch loaded?)" },
};

const char *notify_missing_node(const struct notify_place *p, char *names, size_t cap)
{
	char device[PATH_MAX], path[PATH_MAX + 64], name[32];
	struct stat st;

	snprintf(device, sizeof(device), "%s/class/scsi_device/%u:%u:%u:%llu/device", p->sysfs,
		 p->host, p->channel, p->target, (unsigned long long)p->lun);
	if (stat(device, &st))
		return not_found;
	names[0] = 0;
	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
		if (nodes[i].type && nodes[i].type != p->type)
			continue;
		snprintf(path, sizeof(path), "%s/%s", device, nodes[i].folder);
		if (!find_entry(path, nodes[i].prefix, name, sizeof(name)))
			return nodes[i].missing;
		snprintf(path, sizeof(path), "%s/%s", p->dev, name);
		if (stat(path, &st))
			return nodes[i].missing;
		snprintf(names + strlen(names), cap - strlen(names), "%s%s", names[0] ? " " : "",
			 name);
	}
	return NULL;
}

unsigned int notify_again(struct notify_wait *w, uint64_t now_ms, const char *missing)
{
	const uint64_t part = (now_ms - w->begin_ms) / LOOK_PART;

	if (missing != w->missing)
		w->since_ms = now_ms;
	w->missing = missing;
	if (now_ms - w->since_ms >= (missing == not_found ? SCAN_MS : NODE_MS))
		return 0;
	return part < LOOK_MS ? LOOK_MS : part > LOOK_MAX_MS ? LOOK_MAX_MS : (unsigned int)part;
}
