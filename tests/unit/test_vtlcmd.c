// SPDX-License-Identifier: GPL-2.0-only
/* vtlcmd and what a daemon answers: exit status, text, and that each answer is to its question. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/macros.h"
#include "ctl/ctl.h"
#include "fake/capture.h"

enum { DRIVE = 11, QUEUE = 0x59000000 };

static const char device_conf[] =
	"VERSION: 5\n\n"
	"Library: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n Vendor identification: STK\n"
	" Product identification: L700\n Unit serial number: A\n Home directory: /nonexistent\n\n"
	"Drive: 11 CHANNEL: 00 TARGET: 01 LUN: 00\n Library ID: 10 Slot: 01\n"
	" Vendor identification: IBM\n Product identification: ULT3580-TD8\n"
	" Unit serial number: A1\n\n"
	"Drive: 12 CHANNEL: 00 TARGET: 02 LUN: 00\n Vendor identification: IBM\n"
	" Product identification: ULT3580-TD8\n Unit serial number: A2\n";

static const struct row {
	const char *what, *words;
	enum ctl_code code;
	const char *answer, *heard;	/* heard: what the daemon got; NULL: nothing */
	int status;
	const char *says;
} rows[] = {
	/* what           words            code         answer   heard    status says */
	{ "done",         "11 verbose 2",  CTL_DONE,    "",      "verbose 2", 0, "" },
	{ "done, a text", "11 status",     CTL_DONE,    "fine",  "status", 0, "(^|\n)fine\n" },
	{ "words in another case", "11 STATUS", CTL_DONE, "fine", "STATUS", 0, "fine\n$" },
	{ "refused",      "11 unload",     CTL_REFUSED, "it is empty", "unload", 1,
	  "^vtlcmd: it is empty\n$" },
	{ "refused, nobody knows why", "11 unload", CTL_REFUSED, "", "unload", 1,
	  "^vtlcmd: refused\n$" },
	{ "wrong usage",  "11 verbose",    CTL_USAGE,   "a level", "verbose", 2,
	  "^vtlcmd: a level\n$" },
	{ "prevented",    "11 unload",     CTL_PREVENTED, "a host holds it", "unload", 1,
	  "^vtlcmd: a host holds it\n$" },
	{ "full",         "11 unload",     CTL_FULL,    "", "unload", 1, "^vtlcmd: refused\n$" },
	{ "a load of no cartridge", "11 load NONE01L8", CTL_DONE, "", NULL, 1,
	  "no cartridge /nonexistent/NONE01L8" },
	{ "of a drive in no library", "-t 0 12 load NONE01L8", CTL_DONE, "", NULL, 3,
	  "no answer from 12" },
	{ "a word of libraries", "11 open map", CTL_DONE, "", NULL, 2, "not for a drive" },
	{ "nobody is there", "-t 0 10 online", CTL_DONE, "", NULL, 3,
	  "^vtlcmd: no answer from 10 in 0 seconds; is its daemon running\\?\n$" },
};

/* The daemon of drive 11: hears one thing, and answers. */
struct daemon {
	struct ctl *ctl;
	const struct row *row;
	char heard[CTL_TEXT_MAX + 1];
};

static void *serve(void *daemon)
{
	struct daemon *d = daemon;
	struct ctl_message m;

	if (ctl_receive(d->ctl, true, &m) || ctl_reply(d->ctl, &m, d->row->code, d->row->answer))
		return NULL;
	strcpy(d->heard, m.text);
	return NULL;
}

static int run_tool(const char *bin, const char *words)
{
	char command[8192];
	int status;

	snprintf(command, sizeof(command), "%s/vtlcmd -C . %s", bin, words);
	status = system(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int test_row(const struct row *r, struct ctl *ctl, const char *bin)
{
	struct daemon d = { .ctl = ctl, .row = r };
	pthread_t thread;
	int failed, status;

	if (r->heard && pthread_create(&thread, NULL, serve, &d))
		return 1;
	capture_begin();
	status = run_tool(bin, r->words);
	failed = capture_check(r->what, status, r->status, capture_end(), r->says);
	if (r->heard) {
		if (failed)
			ctl_wake(ctl);
		pthread_join(thread, NULL);
		if (strcmp(d.heard, r->heard))
			failed |= printf("not ok - %s: heard \"%s\"\n", r->what, d.heard) > 0;
	}
	return failed;
}

/* What was not for this drive, or nobody took, does not wait for ever. */
static int test_rest(struct ctl *ctl)
{
	struct ctl_message m;
	const int err = ctl_receive(ctl, false, &m);

	if (err == -EAGAIN)
		return printf("ok - nothing is left over\n"), 0;
	return printf("not ok - nothing is left over: %d\n", err), 1;
}

/* MHVTL_BIN, or two folders above this program: build/tests/unit/. */
static void find_bin(char *to, size_t size)
{
	const char *said = getenv("MHVTL_BIN");
	ssize_t n;

	if (said) {
		snprintf(to, size, "%s", said);
		return;
	}
	n = readlink("/proc/self/exe", to, size - 1);
	to[n < 0 ? 0 : n] = '\0';
	for (int i = 0; i < 3; i++)
		if (strrchr(to, '/'))
			*strrchr(to, '/') = '\0';
}

int main(void)
{
	char folder[] = "/tmp/test_vtlcmd.XXXXXX", command[64], bin[4096], key[32];
	const int queue = QUEUE + (int)getpid();
	struct ctl *ctl;
	int failed = 0;
	FILE *f;

	find_bin(bin, sizeof(bin));
	snprintf(key, sizeof(key), "%d", queue);
	if (setenv(CTL_KEY_ENV, key, 1) || !mkdtemp(folder) || chdir(folder))
		return 1;
	f = fopen("device.conf", "w");
	if (!f || fputs(device_conf, f) < 0 || fclose(f) || ctl_open(DRIVE, &ctl))
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		failed |= test_row(&rows[i], ctl, bin);
	failed |= test_rest(ctl);
	ctl_close(ctl);
	msgctl(msgget(queue, 0), IPC_RMID, NULL);
	if (chdir("/") || system(strcat(strcpy(command, "rm -rf "), folder)))
		return 1;
	return failed;
}
