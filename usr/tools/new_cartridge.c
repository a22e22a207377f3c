// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cartridge is made under a name that no library looks for, and gets its own when it is whole
 * and on the disk.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/io.h"
#include "tools/new_cartridge.h"

enum { TEMPORARY_SIZE = 64 };

static enum new_cartridge __attribute__((format(printf, 2, 3)))
failed(char *why, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, NEW_CARTRIDGE_WHY, format, ap);
	va_end(ap);
	return NEW_CARTRIDGE_FAILED;
}

static const char *cart_failure(enum cart_rc rc)
{
	switch (rc) {
	case CART_FULL:
		return "no space left";
	case CART_WRITE_FAILED:
	case CART_READ_FAILED:
		return "input/output error";
	case CART_NO_MEMORY:
		return "out of memory";
	case CART_INVALID:
		return "no such cartridge can be made";
	case CART_OK:
	case CART_FILEMARK:
	case CART_EOD:
	case CART_BOP:
	case CART_DAMAGED:
	case CART_READ_ONLY:
	case CART_WORM:
	case CART_NOT_FOUND:
	case CART_BUSY:
	case CART_FOREIGN:
		break;
	}
	return "cannot be made";
}

/* Calls each with the folder and the name of every file in it, until one returns not 0. */
static int for_each_file(int folder, int (*each)(int folder, const char *name, void *ctx),
			 void *ctx)
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
		snprintf(why, NEW_CARTRIDGE_WHY, "there is no user vtl, so it belongs to root");
	}
	return owner;
}

static int own(int folder, const struct owner *owner)
{
	struct owner copy = *owner;
	int err = for_each_file(folder, own_file, &copy);

	if (err)
		return err;
	if (owner->change && fchown(folder, owner->uid, owner->gid))
		return -errno;
	/* After fchown(), which takes the set-group-ID bit away. */
	return fchmod(folder, 02770) || fsync(folder) ? -errno : 0;
}

static enum new_cartridge fill(const char *path, const struct cart_spec *spec, char *why)
{
	struct cart_folder *folder;
	int err = cart_folder_open(path, &folder);
	enum cart_rc rc;

	if (err)
		return failed(why, "%s: %s", path, strerror(-err));
	rc = cart_create(&cart_file_io, folder, spec);
	cart_folder_close(folder);
	return rc ? failed(why, "%s: %s", path, cart_failure(rc)) : NEW_CARTRIDGE_MADE;
}

/* home is open; the folder temporary in it is made, and is removed by the caller unless MADE. */
static enum new_cartridge make(int home, const char *home_path, const char *temporary,
			       const struct cart_spec *spec, char *why)
{
	char path[NEW_CARTRIDGE_WHY / 2], warning[NEW_CARTRIDGE_WHY] = "";
	const struct owner owner = find_owner(warning);
	int folder, err;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", home_path, temporary) >= sizeof(path))
		return failed(why, "%.500s: %s", home_path, strerror(ENAMETOOLONG));
	if (fill(path, spec, why) != NEW_CARTRIDGE_MADE)
		return NEW_CARTRIDGE_FAILED;
	folder = openat(home, temporary, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	err = folder < 0 ? -errno : own(folder, &owner);
	if (folder >= 0)
		close(folder);
	/* Replaces nothing but an empty folder, which is no cartridge. */
	if (!err && renameat(home, temporary, home, spec->barcode))
		err = -errno;
	if (!err && fsync(home))
		err = -errno;
	if (err == -EEXIST || err == -ENOTEMPTY)
		return NEW_CARTRIDGE_EXISTS;
	if (err)
		return failed(why, "%s: %s", path, strerror(-err));
	strcpy(why, warning);
	return NEW_CARTRIDGE_MADE;
}

static void discard(int home, const char *temporary)
{
	const int folder = openat(home, temporary, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (folder >= 0) {
		for_each_file(folder, remove_file, NULL);
		close(folder);
	}
	unlinkat(home, temporary, AT_REMOVEDIR);
}

enum new_cartridge new_cartridge(const char *home_path, const struct cart_spec *spec, char *why)
{
	const int home = open(home_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char temporary[TEMPORARY_SIZE];
	enum new_cartridge rc;
	struct stat st;

	*why = '\0';
	if (home < 0)
		return failed(why, "%.500s: %s", home_path, strerror(errno));
	snprintf(temporary, sizeof(temporary), ".new-%.32s", spec->barcode);
	if (!fstatat(home, spec->barcode, &st, AT_SYMLINK_NOFOLLOW)) {
		close(home);
		return NEW_CARTRIDGE_EXISTS;
	}
	discard(home, temporary);		/* what a crash left */
	if (mkdirat(home, temporary, 0700)) {
		rc = failed(why, "%.500s: %s", home_path, strerror(errno));
	} else {
		rc = make(home, home_path, temporary, spec, why);
		if (rc != NEW_CARTRIDGE_MADE)
			discard(home, temporary);
	}
	close(home);
	return rc;
}
