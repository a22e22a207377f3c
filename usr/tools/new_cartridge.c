// SPDX-License-Identifier: GPL-2.0-only
/* An empty cartridge in a folder that is staged. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "media/io.h"
#include "tools/new_cartridge.h"
#include "tools/staged.h"
#include "tools/tool.h"

static_assert((int)NEW_CARTRIDGE_WHY == (int)STAGED_WHY, "why is handed on");

static enum new_cartridge fill(const char *path, const struct cart_spec *spec, char *why)
{
	struct cart_folder *folder;
	int err = cart_folder_open(path, &folder);
	enum cart_rc rc;

	if (err) {
		snprintf(why, NEW_CARTRIDGE_WHY, "%s: %s", path, strerror(-err));
		return NEW_CARTRIDGE_FAILED;
	}
	rc = cart_create(&cart_file_io, folder, spec);
	cart_folder_close(folder);
	if (rc == CART_OK)
		return NEW_CARTRIDGE_MADE;
	snprintf(why, NEW_CARTRIDGE_WHY, "%s: %s", path, tool_cart_error(rc));
	return NEW_CARTRIDGE_FAILED;
}

static enum new_cartridge from_errno(int err)
{
	return !err ? NEW_CARTRIDGE_MADE : err == -EEXIST ? NEW_CARTRIDGE_EXISTS :
	       NEW_CARTRIDGE_FAILED;
}

enum new_cartridge new_cartridge(const char *home, const struct cart_spec *spec, char *why)
{
	struct staged s;
	const int err = staged_begin(&s, home, spec->barcode, why);
	enum new_cartridge rc;

	if (err)
		return from_errno(err);
	rc = fill(s.path, spec, why);
	if (rc != NEW_CARTRIDGE_MADE) {
		staged_discard(&s);
		return rc;
	}
	return from_errno(staged_commit(&s, why));
}
