// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay_log LOG DISK FROM TO: does to DISK what entries FROM to before TO of a dm-log-writes log
 * say, as a disk that then loses power has it; prints the number of marks before TO.  A mark is a
 * number; the one that the target itself makes when it is removed is none.
 * replay_log LOG: prints the number of entries, and those of the first and the last mark.
 *
 * sector 0	le64 magic | version, 1 | entries | le32 bytes of a sector
 * then	entries, each in a sector: le64 sector | sectors | flags | length of a mark; and the data,
 *		unless it is a discard
 */
#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/bytes.h"

#define LOG_MAGIC UINT64_C(0x6a736677736872)

enum { LOG_DISCARD = 4, LOG_MARK = 8, CHUNK = 1 << 20 };

struct super {
	le64 magic, version, entries;
	le32 sector;
};

struct entry {
	le64 sector, sectors, flags, mark_len;
};

struct replay {
	int log, disk;			/* disk: -1 for a look */
	uint64_t sector, entries, at;	/* at: bytes in the log */
	uint64_t marks, first_mark, last_mark;
};

static bool get(int fd, void *to, size_t len, uint64_t off)
{
	return pread(fd, to, len, (off_t)off) == (ssize_t)len;
}

static bool begin(struct replay *r)
{
	struct super s;

	if (!get(r->log, &s, sizeof(s), 0) || le64_get(s.magic) != LOG_MAGIC)
		return false;
	r->sector = le32_get(s.sector);
	r->entries = le64_get(s.entries);
	r->at = r->sector;
	return r->sector >= 512;
}

static bool copy_out(const struct replay *r, uint64_t to, uint64_t len)
{
	static uint8_t chunk[CHUNK];

	for (uint64_t done = 0; done < len;) {
		const size_t n = len - done < CHUNK ? (size_t)(len - done) : CHUNK;

		if (!get(r->log, chunk, n, r->at + done) ||
		    pwrite(r->disk, chunk, n, (off_t)(to + done)) != (ssize_t)n)
			return false;
		done += n;
	}
	return true;
}

static bool step(struct replay *r, uint64_t n, bool apply)
{
	struct { struct entry e; uint8_t mark; } head;
	uint64_t flags, len;

	if (!get(r->log, &head, sizeof(head), r->at))
		return false;
	r->at += r->sector;
	flags = le64_get(head.e.flags);
	len = le64_get(head.e.sectors) * r->sector;
	if (flags & LOG_MARK) {
		if (isdigit(head.mark)) {
			r->first_mark = r->marks++ ? r->first_mark : n;
			r->last_mark = n;
		}
		return true;
	}
	/* What a disk makes of a discard is its own affair: it is free to do nothing. */
	if (flags & LOG_DISCARD)
		return true;
	if (apply && !copy_out(r, le64_get(head.e.sector) * r->sector, len))
		return false;
	r->at += len;
	return true;
}

int main(int argc, char **argv)
{
	struct replay r = { .disk = -1 };
	const uint64_t from = argc > 3 ? strtoull(argv[3], NULL, 0) : 0;
	uint64_t to;

	r.log = argc > 1 ? open(argv[1], O_RDONLY) : -1;
	if (argc > 2)
		r.disk = open(argv[2], O_WRONLY);
	if ((argc != 2 && argc != 5) || r.log < 0 || (argc == 5 && r.disk < 0) || !begin(&r)) {
		fprintf(stderr, "usage: replay_log LOG [DISK FROM TO]\n");
		return 2;
	}
	to = argc > 4 ? strtoull(argv[4], NULL, 0) : r.entries;
	for (uint64_t n = 0; n < to && n < r.entries; n++) {
		if (!step(&r, n, r.disk >= 0 && n >= from)) {
			fprintf(stderr, "replay_log: entry %" PRIu64 " does not hold\n", n);
			return 1;
		}
	}
	if (argc == 2)
		printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", r.entries, r.first_mark,
		       r.last_mark);
	else
		printf("%" PRIu64 "\n", r.marks);
	return 0;
}
