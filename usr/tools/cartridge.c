// SPDX-License-Identifier: GPL-2.0-only
/* Cartridges that users name: where they are, and opening them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tools/cartridge.h"
#include "tools/tool.h"

enum { HOMES_MAX = 64 };

struct homes {
	char path[HOMES_MAX][CONF_PATH_SIZE];	/* no two are the same */
	size_t n;
};

static void add_home(struct homes *h, const char *path)
{
	for (size_t i = 0; i < h->n; i++)
		if (!strcmp(h->path[i], path))
			return;
	if (h->n < HOMES_MAX)
		snprintf(h->path[h->n++], CONF_PATH_SIZE, "%s", path);
}

static bool configured_homes(const struct cartridge_where *w, const struct conf_devices *d,
			     const struct conf_site *site, struct homes *ret)
{
	char home[CONF_PATH_SIZE];
	uint64_t id = 0;

	if (w->library && !conf_number(w->library, CONF_ID_MAX, &id))
		return tool_fail(w->program, 0, "expected a library, 0 to 1023, found \"%s\"",
				 w->library);
	for (size_t i = 0; i < d->n_libraries; i++) {
		const unsigned int n = d->libraries[i].unit.id;

		if ((!w->library || n == id) && !conf_library_home(d, site, n, home))
			add_home(ret, home);
	}
	if (ret->n)
		return true;
	if (w->library)
		return tool_fail(w->program, 0, "%s/device.conf has no library %s", site->dir,
				 w->library);
	return tool_fail(w->program, 0, "%s/device.conf has no library", site->dir);
}

static bool find_homes(const struct cartridge_where *w, struct homes *ret)
{
	struct conf_devices *devices;
	struct conf_site site;
	bool ok;

	ret->n = 0;
	if (w->home) {
		add_home(ret, w->home);
		return true;
	}
	if (!tool_load(w->program, w->dir, &site, &devices))
		return false;
	ok = configured_homes(w, devices, &site, ret);
	conf_free_devices(devices);
	return ok;
}

static bool is_barcode(const struct cartridge_where *w, const char *name)
{
	return conf_barcode_ok(name) ||
	       tool_fail(w->program, 0, "expected a barcode of 1 to 16 letters, digits and _.-, "
			 "or a folder with a slash in its name, found \"%s\"", name);
}

static bool is_folder(const char *home, const char *name)
{
	char path[CARTRIDGE_PATH];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", home, name);
	return !lstat(path, &st);
}

/* Without the slashes at the end, but for the root. */
static bool copy_path(const struct cartridge_where *w, const char *path, char *ret)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	if (len >= CONF_PATH_SIZE)
		return tool_fail(w->program, 0, "%.60s...: %s", path, strerror(ENAMETOOLONG));
	memcpy(ret, path, len);
	ret[len] = '\0';
	return true;
}

bool cartridge_find(const struct cartridge_where *w, const char *name, char *ret)
{
	const char *home = NULL;
	struct homes homes;

	if (strchr(name, '/'))
		return copy_path(w, name, ret);
	if (!is_barcode(w, name) || !find_homes(w, &homes))
		return false;
	for (size_t i = 0; i < homes.n; i++) {
		if (!is_folder(homes.path[i], name))
			continue;
		if (home)
			return tool_fail(w->program, 0, "%s is in %s and in %s; -l or the folder "
					 "itself says which", name, home, homes.path[i]);
		home = homes.path[i];
	}
	if (!home)
		return tool_fail(w->program, 0, "there is no cartridge %s in %s%s", name,
				 homes.path[0], homes.n > 1 ? " or another library's home" : "");
	snprintf(ret, CARTRIDGE_PATH, "%s/%s", home, name);
	return true;
}

/* The last part of a path, and the folder that it is in: of "NAME/" this one. */
static bool split(const struct cartridge_where *w, const char *path, char *ret_home,
		  char *ret_name)
{
	const char *name;
	char *slash;

	if (!copy_path(w, path, ret_home))
		return false;
	slash = strrchr(ret_home, '/');
	name = slash ? slash + 1 : ret_home;
	if (!is_barcode(w, name))
		return false;
	strcpy(ret_name, name);
	if (slash)
		slash[slash == ret_home] = '\0';
	else
		strcpy(ret_home, ".");
	return true;
}

bool cartridge_place(const struct cartridge_where *w, const char *name, const char *near,
		     char *ret_home, char *ret_barcode)
{
	char other[CONF_BARCODE_MAX + 1];
	struct homes homes;

	if (strchr(name, '/'))
		return split(w, name, ret_home, ret_barcode);
	if (!is_barcode(w, name))
		return false;
	strcpy(ret_barcode, name);
	if (near && !w->home && !w->library)
		return split(w, near, ret_home, other);
	if (!find_homes(w, &homes))
		return false;
	if (homes.n > 1)
		return tool_fail(w->program, 0, "there are several homes; -l or a folder says "
				 "where %s is to be", name);
	strcpy(ret_home, homes.path[0]);
	return true;
}

bool cartridge_folder(const char *program, const char *path, struct cart_folder **ret)
{
	const int err = cart_folder_open(path, ret);

	if (err == -ELOOP)
		return tool_fail(program, 0, "%s: a symlink, not a cartridge's folder", path);
	return !err || tool_fail(program, 0, "%s: %s", path, strerror(-err));
}

bool cartridge_open(const char *program, const char *path, int flags, struct cartridge *ret)
{
	*ret = (struct cartridge){ 0 };
	if (!cartridge_folder(program, path, &ret->folder))
		return false;
	ret->rc = cart_open(&cart_file_io, ret->folder, flags, program, (uint64_t)time(NULL),
			    &ret->cart, ret->why);
	if (ret->cart)
		return true;
	if (ret->rc == CART_READ_FAILED && *ret->why)	/* that names it better */
		tool_fail(program, 0, "%s/%s", path, ret->why);
	else
		tool_fail(program, 0, "%s: %s%s%s", path, tool_cart_error(ret->rc),
			  *ret->why ? ": " : "", ret->why);
	cartridge_drop(ret);
	return false;
}

bool cartridge_look(const struct cartridge_where *w, const char *name, char *ret_path,
		    struct cartridge *ret)
{
	return cartridge_find(w, name, ret_path) &&
	       cartridge_open(w->program, ret_path, CART_LOOK, ret);
}

void cartridge_warn(const char *program, const char *path, const struct cartridge *c)
{
	if (c->rc)
		tool_fail(program, 0, "warning: %s: %s", path, c->why);
}

bool cartridge_close(const char *program, struct cartridge *c)
{
	struct cart *cart = c->cart;
	enum cart_rc rc;

	c->cart = NULL;
	rc = cart ? cart_close(cart) : CART_OK;
	cartridge_drop(c);
	return rc == CART_OK ||
	       tool_fail(program, 0, "the cartridge cannot be put away: %s", tool_cart_error(rc));
}

void cartridge_drop(struct cartridge *c)
{
	cart_drop(c->cart);
	cart_folder_close(c->folder);
	c->cart = NULL;
	c->folder = NULL;
}

bool cartridge_busy(const char *path)
{
	struct flock l = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	char meta[CARTRIDGE_PATH + 8];
	bool busy;
	int fd;

	snprintf(meta, sizeof(meta), "%s/meta", path);
	fd = open(meta, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	busy = !fcntl(fd, F_OFD_GETLK, &l) && l.l_type != F_UNLCK;
	close(fd);
	return busy;
}
