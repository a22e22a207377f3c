// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

uint8_t fuzz_byte(struct fuzz_input *in)
{
	if (!in->n)
		return 0;
	in->n--;
	return *in->p++;
}

size_t fuzz_bytes(struct fuzz_input *in, size_t len, const uint8_t **ret)
{
	const size_t n = len < in->n ? len : in->n;

	*ret = n ? in->p : (const uint8_t *)"";
	if (n)
		in->p += n;
	in->n -= n;
	return n;
}

void fuzz_must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "fuzz: does not hold: %s\n", what);
	abort();
}

static char folder[64];

static void remove_folder(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (system(command))
		perror(folder);
}

const char *fuzz_folder(void)
{
	if (*folder)
		return folder;
	strcpy(folder, access("/dev/shm", W_OK) ? "/tmp/fuzz.XXXXXX" : "/dev/shm/fuzz.XXXXXX");
	if (!mkdtemp(folder))
		abort();
	atexit(remove_folder);
	return folder;
}

void fuzz_file(const char *name, const void *bytes, size_t len)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
	f = fopen(path, "w");
	if (!f || (len && fwrite(bytes, 1, len, f) != len) || fclose(f))
		abort();
}
