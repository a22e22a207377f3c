// SPDX-License-Identifier: GPL-2.0-only
/* Cartridges of mhvtl: index, blocks and decompression. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "media/codec.h"
#include "tools/mhvtl_media.h"

enum {
	TYPE_MARK = 3, TYPE_BLOCK = 11,
	FLAGS = MHVTL_ZLIB | MHVTL_ENCRYPTED | MHVTL_LZO | MHVTL_CRC,
	ENTRIES = 128,				/* read at a time */
};

struct entry {
	le64 offset;
	le32 type, flags, number, len, stored, crc;
	uint8_t encryption[112];
	le32 partition;
	uint8_t zero[364];
};
static_assert(sizeof(struct entry) == 512, "an object of indx");

struct part {
	int data, indx, map;			/* map: -1 where there is none */
	uint64_t data_size, map_at;		/* map_at: of the number of filemarks */
};

struct mhvtl_media {
	struct mhvtl_info info;
	int folder;
	struct part part[CART_PARTITIONS];
	uint8_t *mam, *own;			/* whole files; info points into them */
	uint8_t *stored;			/* the longest block as stored */
	uint32_t stored_size;
	struct codec_work *work;
};

int mhvtl_failed(char *why, int err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, MHVTL_WHY, format, ap);
	va_end(ap);
	return err;
}

const struct mhvtl_info *mhvtl_info(const struct mhvtl_media *m)
{
	return &m->info;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void mhvtl_close(struct mhvtl_media *m)
{
	if (!m)
		return;
	for (int i = 0; i < CART_PARTITIONS; i++) {
		close_fd(m->part[i].data);
		close_fd(m->part[i].indx);
		close_fd(m->part[i].map);
	}
	close_fd(m->folder);
	free(m->mam);
	free(m->own);
	free(m->stored);
	codec_work_free(m->work);
	free(m);
}

static char *name_of(const struct mhvtl_media *m, const char *what, uint32_t n, char name[16])
{
	if (m->info.format == 3)
		snprintf(name, 16, "%s", what);
	else
		snprintf(name, 16, "%s.%u", what, n);
	return name;
}

/* A regular file of the folder; its size in *ret_size. */
static int open_file(const struct mhvtl_media *m, const char *name, uint64_t *ret_size)
{
	const int fd = openat(m->folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	*ret_size = (uint64_t)st.st_size;
	return fd;
}

static int read_at(int fd, void *buf, size_t len, uint64_t off)
{
	const ssize_t n = pread(fd, buf, len, (off_t)off);

	return n < 0 ? -errno : (size_t)n < len ? -EINVAL : 0;
}

/* The first most bytes of a small file, malloc. */
static int slurp(const struct mhvtl_media *m, const char *name, size_t most, uint8_t **ret,
		 size_t *ret_len, char *why)
{
	uint64_t size = 0;
	const int fd = open_file(m, name, &size);
	int err = fd < 0 ? fd : 0;

	if (fd < 0)
		return mhvtl_failed(why, err, "%s: %s", name, strerror(-err));
	*ret_len = size < most ? (size_t)size : most;
	*ret = malloc(*ret_len + 1);
	err = *ret ? read_at(fd, *ret, *ret_len, 0) : -ENOMEM;
	close(fd);
	return err ? mhvtl_failed(why, err, "%s: %s", name, strerror(-err)) : 0;
}

static uint32_t word_at(const uint8_t *from, size_t at)
{
	le32 v;

	memcpy(&v, from + at, sizeof(v));
	return le32_get(v);
}

static int read_mam_v3(struct mhvtl_media *m, char *why)
{
	size_t len = 0;
	int err = slurp(m, "meta", MHVTL_MAM_V3, &m->mam, &len, why);

	if (err)
		return err;
	if (len < MHVTL_MAM_V3)
		return mhvtl_failed(why, -EINVAL, "meta: no cartridge of mhvtl, %zu bytes", len);
	if (word_at(m->mam, 0) != 3)
		return mhvtl_failed(why, -EOPNOTSUPP, "meta: no cartridge of mhvtl, format 3 "
				    "or 6");
	return mhvtl_mam_v3(&m->info, m->mam, why);
}

/* A cartridge that mhvtl 1.8 has converted says 5 until its MAM is written again. */
static int read_mam_v6(struct mhvtl_media *m, char *why)
{
	size_t len = 0, own_len = 0;
	int err = slurp(m, "mam", MHVTL_MAM_MAX, &m->mam, &len, why);

	if (err)
		return err;
	if (len < 8)
		return mhvtl_failed(why, -EINVAL, "mam: %zu bytes", len);
	if (word_at(m->mam, 0) < 5 || word_at(m->mam, 0) > 6 || word_at(m->mam, 4) != 4)
		return mhvtl_failed(why, -EOPNOTSUPP, "mam: format %u with a MAM of format %u",
				    word_at(m->mam, 0), word_at(m->mam, 4));
	err = slurp(m, "mhvtl_data", MHVTL_MAM_MAX, &m->own, &own_len, why);
	return err ? err : mhvtl_mam_v6(&m->info, m->mam, len, m->own, own_len, why);
}

static bool is_there(const struct mhvtl_media *m, const char *name)
{
	struct stat st;

	return !fstatat(m->folder, name, &st, AT_SYMLINK_NOFOLLOW);
}

static int open_part(struct mhvtl_media *m, uint32_t n, uint64_t *ret_objects, char *why)
{
	struct part *p = &m->part[n];
	uint64_t size = 0;
	char name[16];

	p->data = open_file(m, name_of(m, "data", n, name), &p->data_size);
	if (p->data < 0)
		return mhvtl_failed(why, p->data, "%s: %s", name, strerror(-p->data));
	p->indx = open_file(m, name_of(m, "indx", n, name), &size);
	if (p->indx < 0)
		return mhvtl_failed(why, p->indx, "%s: %s", name, strerror(-p->indx));
	if (size % sizeof(struct entry))
		return mhvtl_failed(why, -EINVAL, "%s: %llu bytes are no whole number of records",
				    name, (unsigned long long)size);
	*ret_objects = size / sizeof(struct entry);
	p->map = open_file(m, name_of(m, "meta", n, name), &size);
	p->map_at = m->info.format == 3 ? MHVTL_MAM_V3 : 0;
	return 0;
}

/* Longest that a block of that length gets. */
static uint64_t stored_max(uint32_t flags, uint32_t len)
{
	if (flags & MHVTL_LZO)
		return (uint64_t)len + len / 16 + 64 + 3;
	return flags & MHVTL_ZLIB ? (uint64_t)len + len / 64 + 64 : len;
}

static const char *check_block(const struct mhvtl_media *m, const struct part *p,
			       const struct entry *e, uint64_t end)
{
	const uint32_t flags = le32_get(e->flags), len = le32_get(e->len);
	const uint64_t stored = le32_get(e->stored), off = le64_get(e->offset);

	if ((flags & ~(uint32_t)FLAGS) || (flags & MHVTL_ZLIB && flags & MHVTL_LZO))
		return "unknown flags";
	if (!len || len > CART_BLOCK_MAX)
		return "impossible length";
	if (m->info.type == CART_NULL_TAPE)
		return NULL;
	if (!stored || stored > stored_max(flags, len) ||
	    (stored != len && !(flags & (MHVTL_ZLIB | MHVTL_LZO))))
		return "impossible length in data";
	if (off < end)
		return "overlaps the block before it";
	if (off > p->data_size || stored > p->data_size - off)
		return "ends behind the end of data";
	return NULL;
}

/* What is wrong with an entry, or NULL; *end: of the data of those before it. */
static const char *check_entry(const struct mhvtl_media *m, uint32_t n, const struct entry *e,
			       uint64_t object, uint64_t *end)
{
	const char *wrong;

	if (le32_get(e->type) != TYPE_BLOCK && le32_get(e->type) != TYPE_MARK)
		return "unknown type";
	if (le32_get(e->number) != object)
		return "has another number";
	if (m->info.format != 3 && le32_get(e->partition) != n)
		return "is of another partition";
	if (le32_get(e->type) == TYPE_MARK)
		return NULL;
	wrong = check_block(m, &m->part[n], e, *end);
	if (!wrong && m->info.type != CART_NULL_TAPE)
		*end = le64_get(e->offset) + le32_get(e->stored);
	return wrong;
}

static void count_mark(struct mhvtl_media *m, uint32_t n, uint64_t object)
{
	struct mhvtl_partition *to = &m->info.partition[n];
	const struct part *p = &m->part[n];
	le32 at;

	if (p->map < 0 || read_at(p->map, &at, sizeof(at), p->map_at + 512 + to->filemarks * 4) ||
	    le32_get(at) != object)
		to->map_differs = true;
	to->filemarks++;
}

static int check_one(struct mhvtl_media *m, uint32_t n, const struct entry *e, uint64_t object,
		     uint64_t *end, char *why)
{
	const char *wrong = check_entry(m, n, e, object, end);
	char name[16];

	if (wrong)
		return mhvtl_failed(why, -EINVAL, "%s: record %llu %s", name_of(m, "indx", n, name),
				    (unsigned long long)object, wrong);
	if (le32_get(e->type) == TYPE_MARK) {
		count_mark(m, n, object);
		return 0;
	}
	if (le32_get(e->flags) & MHVTL_ENCRYPTED)
		return mhvtl_failed(why, -EOPNOTSUPP, "%s: block %llu is encrypted",
				    name_of(m, "indx", n, name), (unsigned long long)object);
	m->info.flags |= le32_get(e->flags);
	if (m->info.type != CART_NULL_TAPE && le32_get(e->stored) > m->stored_size)
		m->stored_size = le32_get(e->stored);
	m->info.partition[n].bytes += le32_get(e->len);
	return 0;
}

static int check_part(struct mhvtl_media *m, uint32_t n, struct entry *entries, char *why)
{
	struct mhvtl_partition *to = &m->info.partition[n];
	const struct part *p = &m->part[n];
	uint64_t end = 0;
	le32 marks;
	int err = 0;

	for (uint64_t first = 0; !err && first < to->objects; first += ENTRIES) {
		const uint64_t left = to->objects - first;
		const size_t count = left < ENTRIES ? (size_t)left : ENTRIES;

		err = read_at(p->indx, entries, count * sizeof(*entries),
			      first * sizeof(*entries));
		if (err)
			return mhvtl_failed(why, err, "indx of partition %u: %s", n,
					    strerror(-err));
		for (size_t i = 0; !err && i < count; i++)
			err = check_one(m, n, &entries[i], first + i, &end, why);
	}
	if (err)
		return err;
	if (p->map < 0 || read_at(p->map, &marks, sizeof(marks), p->map_at) ||
	    le32_get(marks) != to->filemarks)
		to->map_differs = true;
	to->left_over = p->data_size - (end < p->data_size ? end : p->data_size);
	return 0;
}

static int open_parts(struct mhvtl_media *m, char *why)
{
	struct entry *entries = malloc(ENTRIES * sizeof(*entries));
	uint32_t n = 0;
	char name[16];
	int err = entries ? 0 : -ENOMEM;

	do {
		if (!err)
			err = open_part(m, n, &m->info.partition[n].objects, why);
		if (!err)
			err = check_part(m, n, entries, why);
		n++;
	} while (!err && m->info.format != 3 && n < CART_PARTITIONS &&
		 is_there(m, name_of(m, "data", n, name)));
	m->info.partitions = n;
	free(entries);
	return err;
}

static int open_media(struct mhvtl_media *m, char *why)
{
	int err;

	m->info.format = is_there(m, "mam") || is_there(m, "data.0") ? 6 : 3;
	err = m->info.format == 3 ? read_mam_v3(m, why) : read_mam_v6(m, why);
	if (err)
		return err;
	err = open_parts(m, why);
	if (err)
		return err;
	m->stored = malloc((size_t)m->stored_size + 1);
	m->work = codec_work_new();
	return m->stored && m->work ? 0 : -ENOMEM;
}

int mhvtl_open(const char *path, struct mhvtl_media **ret, char *why)
{
	struct mhvtl_media *m = calloc(1, sizeof(*m));
	int err;

	*why = '\0';
	if (!m)
		return mhvtl_failed(why, -ENOMEM, "%s", strerror(ENOMEM));
	for (int i = 0; i < CART_PARTITIONS; i++)
		m->part[i] = (struct part){ -1, -1, -1, 0, 0 };
	m->folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	err = m->folder < 0 ? -errno : open_media(m, why);
	if (!err) {
		*ret = m;
		return 0;
	}
	if (!*why)
		mhvtl_failed(why, err, "%s", strerror(-err));
	mhvtl_close(m);
	return err;
}

static int read_block(struct mhvtl_media *m, uint32_t n, const struct entry *e, uint8_t *buf,
		      char *why)
{
	const uint32_t flags = le32_get(e->flags), len = le32_get(e->len);
	const uint32_t stored = le32_get(e->stored), object = le32_get(e->number);
	const struct codec_row *codec = flags & MHVTL_LZO ? codec_find(CODEC_LZO) :
					flags & MHVTL_ZLIB ? codec_find(CODEC_ZLIB) : NULL;
	int err;

	if (m->info.type == CART_NULL_TAPE) {
		memset(buf, 0, len);
		return 0;
	}
	err = codec && stored > m->stored_size ? -EINVAL :
	      read_at(m->part[n].data, codec ? m->stored : buf, stored, le64_get(e->offset));
	if (err)
		return mhvtl_failed(why, err, "data of partition %u, offset %llu: block %u: %s", n,
				    (unsigned long long)le64_get(e->offset), object,
				    strerror(-err));
	if (codec && !codec->decompress(m->work, m->stored, stored, buf, len))
		return mhvtl_failed(why, -EINVAL, "data of partition %u, offset %llu: block %u "
				    "cannot be decompressed", n,
				    (unsigned long long)le64_get(e->offset), object);
	if ((flags & MHVTL_CRC) && crc32c(0, buf, len) != le32_get(e->crc))
		return mhvtl_failed(why, -EINVAL, "data of partition %u, offset %llu: block %u: "
				    "checksum", n, (unsigned long long)le64_get(e->offset),
				    object);
	return 0;
}

int mhvtl_read(struct mhvtl_media *m, uint32_t partition, uint64_t object, uint8_t *buf,
	       uint32_t *ret_len, char *why)
{
	const struct part *p = &m->part[partition];
	uint64_t end = 0;
	struct entry e;
	int err = read_at(p->indx, &e, sizeof(e), object * sizeof(e));

	/* Again: the file may have changed since it was opened. */
	if (!err && check_entry(m, partition, &e, object, &end))
		err = -EINVAL;
	if (err)
		return mhvtl_failed(why, err, "indx of partition %u: record %llu cannot be read "
				    "again", partition, (unsigned long long)object);
	if (le32_get(e.type) == TYPE_MARK) {
		*ret_len = 0;
		return 0;
	}
	err = read_block(m, partition, &e, buf, why);
	if (!err)
		*ret_len = le32_get(e.len);
	return err;
}
