// SPDX-License-Identifier: GPL-2.0-only
/* Folders are filled under a name that no library looks for. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/staged.h"

static int __attribute__((format(printf, 3, 4)))
failed(char *why, int err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, STAGED_WHY, format, ap);
	va_end(ap);
	return err;
}

int staged_each_file(int folder, int (*each)(int folder, const char *name, void *ctx), void *ctx)
{
	const int fd = dup(folder);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int err = 0;

	if (!dir) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		return err;
	}
	rewinddir(dir);
	while (!err && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			err = each(folder, entry->d_name, ctx);
	closedir(dir);
	return err;
}

static int remove_file(int folder, const char *name, void *ctx)
{
	(void)ctx;
	unlinkat(folder, name, 0);
	return 0;
}

struct owner {
	uid_t uid;
	gid_t gid;
	bool change;
};

static int own_file(int folder, const char *name, void *ctx)
{
	const struct owner *owner = ctx;
	const int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = (owner->change && fchown(fd, owner->uid, owner->gid)) || fchmod(fd, 0660) ||
	      fsync(fd) ? -errno : 0;
	close(fd);
	return err;
}

/* The daemons run as vtl; what root makes for them is theirs. */
static struct owner find_owner(char *why)
{
	const struct passwd *user = getpwnam("vtl");
	const struct group *group = getgrnam("vtl");
	struct owner owner = { .change = !geteuid() && user && group };

	if (owner.change) {
		owner.uid = user->pw_uid;
		owner.gid = group->gr_gid;
	} else if (!geteuid()) {
		snprintf(why, STAGED_WHY, "there is no user vtl, so it belongs to root");
	}
	return owner;
}

static int own(int folder, const struct owner *owner)
{
	struct owner copy = *owner;
	int err = staged_each_file(folder, own_file, &copy);

	if (err)
		return err;
	if (owner->change && fchown(folder, owner->uid, owner->gid))
		return -errno;
	/* After fchown(), which takes the set-group-ID bit away. */
	return fchmod(folder, 02770) || fsync(folder) ? -errno : 0;
}

/* Whoever fills the folder holds its lock, so that what a crash left is told from work going on. */
static int open_locked(int home, const char *temporary)
{
	const int fd = openat(home, temporary, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	close(fd);
	return -EBUSY;
}

static int remove_left_over(int home, const char *temporary)
{
	const int fd = open_locked(home, temporary);

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	staged_each_file(fd, remove_file, NULL);
	close(fd);
	return unlinkat(home, temporary, AT_REMOVEDIR) ? -errno : 0;
}

static void end(struct staged *s)
{
	if (s->folder >= 0)
		close(s->folder);
	if (s->home >= 0)
		close(s->home);
	s->folder = s->home = -1;
}

static int make_folder(struct staged *s)
{
	struct stat st;
	int err;

	if (!fstatat(s->home, s->name, &st, AT_SYMLINK_NOFOLLOW))
		return -EEXIST;
	if (errno != ENOENT)
		return -errno;
	err = remove_left_over(s->home, s->temporary);
	if (!err && mkdirat(s->home, s->temporary, 0700))
		err = -errno;
	if (err)
		return err;
	s->folder = open_locked(s->home, s->temporary);
	return s->folder < 0 ? s->folder : 0;
}

int staged_begin(struct staged *s, const char *home, const char *name, char *why)
{
	int err;

	*why = '\0';
	*s = (struct staged){ .home = -1, .folder = -1 };
	if ((size_t)snprintf(s->name, sizeof(s->name), "%s", name) >= sizeof(s->name) ||
	    (size_t)snprintf(s->path, sizeof(s->path), "%s/.new-%s", home, name) >=
	    sizeof(s->path))
		return failed(why, -ENAMETOOLONG, "%.500s/%.100s: %s", home, name,
			      strerror(ENAMETOOLONG));
	snprintf(s->temporary, sizeof(s->temporary), ".new-%s", s->name);
	s->home = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->home < 0)
		return failed(why, -errno, "%.500s: %s", home, strerror(errno));
	err = make_folder(s);
	if (!err)
		return 0;
	end(s);
	if (err == -EBUSY)
		return failed(why, err, "%.500s/%s: somebody else is making it", home, name);
	return failed(why, err, "%.500s%s%s: %s", home, err == -EEXIST ? "/" : "",
		      err == -EEXIST ? name : "", strerror(-err));
}

void staged_discard(struct staged *s)
{
	if (s->home < 0)
		return;
	if (s->folder >= 0)
		staged_each_file(s->folder, remove_file, NULL);
	unlinkat(s->home, s->temporary, AT_REMOVEDIR);
	end(s);
}

int staged_commit(struct staged *s, char *why)
{
	struct owner owner;
	int err;

	*why = '\0';
	owner = find_owner(why);
	err = own(s->folder, &owner);
	/* Replaces nothing but an empty folder, which is no cartridge. */
	if (!err && renameat(s->home, s->temporary, s->home, s->name))
		err = errno == ENOTEMPTY ? -EEXIST : -errno;
	if (!err && fsync(s->home))
		err = -errno;
	if (!err) {
		end(s);
		return 0;
	}
	failed(why, err, "%s: %s", s->path, strerror(-err));
	staged_discard(s);
	return err;
}
