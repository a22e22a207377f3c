// SPDX-License-Identifier: GPL-2.0-only
/* tapeexerciser: writes, spaces and reads on a tape device, and says of each step if it held. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mtio.h>
#include <unistd.h>

#include "conf/paths.h"
#include "tools/tool.h"

static const char program[] = "tapeexerciser";

enum { EXIT_HELD, EXIT_NOT, EXIT_USAGE };

enum { K = 1024, BUFFER = 256 * K, ANY = -1, NO_CHECK = -1 };

enum op {
	OP = 0x100,		/* below it, an operation of MTIOCTOP */
	DO_WRITE = OP, DO_READ,
};

/*
 * What is written: block 0 of 8 K, 1 of 64 K, filemark 2, blocks 3 to 7 of 64 K, filemark 8; then
 * from block 8 on blocks 8 to 10 of 128 K, filemark 11, block 12, filemark 13, block 14, filemarks
 * 15 and 16.  A block's bytes are its number's.
 */
static const struct step {
	const char *what;
	int op;
	int count;		/* of MTIOCTOP; bytes to write; bytes that a read gives */
	int fails;		/* the errno it ends with; ANY: it may fail */
	int block;		/* where the tape is then, READ POSITION's number; NO_CHECK */
	int repeat;		/* 0 is once */
} steps[] = {
	/* what                             op        count    fails  block repeat */
	{ "rewind",                         MTREW,          1, 0,      0, 0 },
	{ "blocks of any length",           MTSETBLK,       0, 0,      0, 0 },
	{ "compression off",                MTCOMPRESSION,  0, ANY,    0, 0 },
	{ "write 8 KiB",                    DO_WRITE,   8 * K, 0,      1, 0 },
	{ "write 64 KiB",                   DO_WRITE,  64 * K, 0,      2, 0 },
	{ "write a filemark",               MTWEOF,         1, 0,      3, 0 },
	{ "write 5 blocks of 64 KiB",       DO_WRITE,  64 * K, 0, NO_CHECK, 5 },
	{ "write a filemark behind them",   MTWEOF,         1, 0,      9, 0 },
	{ "rewind",                         MTREW,          1, 0,      0, 0 },
	{ "over the first filemark",        MTFSF,          1, 0,      3, 0 },
	{ "over 5 blocks",                  MTFSR,          5, 0,      8, 0 },
	{ "write 3 blocks of 128 KiB",      DO_WRITE, 128 * K, 0, NO_CHECK, 3 },
	{ "write a filemark",               MTWEOF,         1, 0,     12, 0 },
	{ "write 128 KiB",                  DO_WRITE, 128 * K, 0,     13, 0 },
	{ "write a filemark",               MTWEOF,         1, 0,     14, 0 },
	{ "write 128 KiB",                  DO_WRITE, 128 * K, 0,     15, 0 },
	{ "write 2 filemarks",              MTWEOF,         2, 0,     17, 0 },
	{ "rewind",                         MTREW,          1, 0,      0, 0 },
	{ "read 8 KiB",                     DO_READ,    8 * K, 0,      1, 0 },
	{ "read 64 KiB",                    DO_READ,   64 * K, 0,      2, 0 },
	{ "read the filemark",              DO_READ,        0, 0,      3, 0 },
	{ "read the block behind it",       DO_READ,   64 * K, 0,      4, 0 },
	{ "back over it",                   MTBSR,          1, 0,      3, 0 },
	{ "a filemark stops blocks back",   MTBSR,          1, EIO,    2, 0 },
	{ "a filemark stops blocks",        MTFSR,          1, EIO,    3, 0 },
	{ "back over the filemark",         MTBSF,          1, 0,      2, 0 },
	{ "back over 2 blocks",             MTBSR,          2, 0,      0, 0 },
	{ "over 2 filemarks",               MTFSF,          2, 0,     12, 0 },
	{ "read 128 KiB",                   DO_READ,  128 * K, 0,     13, 0 },
	{ "to the end of data",             MTEOM,          1, 0,     17, 0 },
	{ "there are no more filemarks",    MTFSF,          1, EIO,   17, 0 },
	{ "back over 2 filemarks",          MTBSF,          2, 0,     15, 0 },
	{ "back over a block",              MTBSR,          1, 0,     14, 0 },
	{ "read what was written last",     DO_READ,  128 * K, 0,     15, 0 },
	{ "to block 9",                     MTSEEK,         9, 0,      9, 0 },
	{ "read it",                        DO_READ,  128 * K, 0,     10, 0 },
	{ "to block 7",                     MTSEEK,         7, 0,      7, 0 },
	{ "read the last that was kept",    DO_READ,   64 * K, 0,      8, 0 },
	{ "read the first that was not",    DO_READ,  128 * K, 0,      9, 0 },
	{ "too many filemarks back",        MTBSF,         99, EIO,    0, 0 },
	{ "rewind",                         MTREW,          1, 0,      0, 0 },
};

struct tape {
	int fd;
	uint8_t *buf;
};

static int position(const struct tape *t)
{
	struct mtpos pos = { 0 };

	return ioctl(t->fd, MTIOCPOS, &pos) ? -errno : (int)pos.mt_blkno;
}

static void fill(uint8_t *buf, int len, int block)
{
	for (int i = 0; i < len; i++)
		buf[i] = (uint8_t)(block * 37 + i + i / 251);
}

static bool holds(const uint8_t *buf, int len, int block)
{
	for (int i = 0; i < len; i++)
		if (buf[i] != (uint8_t)(block * 37 + i + i / 251))
			return false;
	return true;
}

static int write_block(const struct tape *t, int len)
{
	ssize_t n;

	fill(t->buf, len, position(t));
	n = write(t->fd, t->buf, (size_t)len);
	return n < 0 ? -errno : n == len ? 0 : -ENOSPC;
}

/* -EILSEQ: another length, -EBADMSG: other bytes. */
static int read_block(const struct tape *t, int len)
{
	const int block = position(t);
	const ssize_t n = read(t->fd, t->buf, BUFFER);

	if (n < 0)
		return -errno;
	return n != len ? -EILSEQ : holds(t->buf, len, block) ? 0 : -EBADMSG;
}

static int act(const struct tape *t, const struct step *s)
{
	struct mtop op = { .mt_op = (short)s->op, .mt_count = s->count };

	if (s->op == DO_WRITE)
		return write_block(t, s->count);
	if (s->op == DO_READ)
		return read_block(t, s->count);
	return ioctl(t->fd, MTIOCTOP, &op) ? -errno : 0;
}

static const char *error_text(int err)
{
	return err == -EILSEQ ? "another length" : err == -EBADMSG ? "other bytes" :
	       err ? strerror(-err) : "it should fail, and did not";
}

static bool run_step(const struct tape *t, const struct step *s)
{
	int err = 0, at;

	for (int i = 0; !err && i < (s->repeat ? s->repeat : 1); i++)
		err = act(t, s);
	if (err != -s->fails && s->fails != ANY) {
		printf("not ok - %s: %s\n", s->what, error_text(err));
		return false;
	}
	at = s->block == NO_CHECK ? NO_CHECK : position(t);
	if (at != s->block)
		printf("not ok - %s: at block %d, expected %d\n", s->what, at, s->block);
	else
		printf("ok - %s\n", s->what);
	return at == s->block;
}

static int run(const char *device)
{
	struct tape t = { .fd = open(device, O_RDWR | O_CLOEXEC) };
	struct mtget status;
	bool ok = true;

	if (t.fd < 0)
		return tool_fail(program, EXIT_NOT, "%s: %s", device, strerror(errno));
	if (ioctl(t.fd, MTIOCGET, &status)) {
		close(t.fd);
		return tool_fail(program, EXIT_USAGE, "%s is no tape device", device);
	}
	t.buf = malloc(BUFFER);
	for (size_t i = 0; t.buf && i < sizeof(steps) / sizeof(steps[0]); i++)
		ok = run_step(&t, &steps[i]) && ok;
	if (!t.buf)
		ok = tool_fail(program, 0, "%s", strerror(ENOMEM));
	free(t.buf);
	if (close(t.fd))
		ok = tool_fail(program, 0, "%s: %s", device, strerror(errno));
	printf("%s\n", ok ? "passed" : "failed");
	return tool_flush(program, EXIT_NOT) || !ok ? EXIT_NOT : EXIT_HELD;
}

static int help(void)
{
	puts("Usage: tapeexerciser -f /dev/nstN\n"
	     "Writes, spaces and reads on a tape, from its beginning: what it held is gone.\n\n"
	     "  -f, --file DEVICE  a tape device that does not rewind\n"
	     "  -V, --version      the version\n"
	     "  -h, --help         this text\n\n"
	     "Status: 0 every step held, 1 one did not, 2 wrong usage.");
	return EXIT_HELD;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "file", required_argument, NULL, 'f' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *device = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "f:Vh", longs, NULL)) != -1) {
		if (option == 'h')
			return help();
		if (option == 'V')
			return puts("tapeexerciser " VTL_VERSION) < 0;
		if (option == '?')
			return EXIT_USAGE;
		device = optarg;
	}
	if (!device || optind < argc)
		return tool_fail(program, EXIT_USAGE, "expected -f DEVICE; it is overwritten");
	return run(device);
}
