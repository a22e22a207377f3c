// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE		/* setresuid() */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/privileges.h"

int privileges_drop(const char *user)
{
	const struct passwd *pw;

	umask(007);
	if (geteuid())
		return 0;
	pw = getpwnam(user);
	if (!pw)
		return -ENOENT;
	if (initgroups(user, pw->pw_gid) || setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid))
		return -errno;
	return setuid(0) ? 0 : -EPERM;		/* there must be no way back */
}
