// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/crc.h"
#include "base/macros.h"
#include "fake/pool.h"
#include "fake/text_tape.h"
#include "media/check.h"

enum {
	OBJECTS = 28, OBJECTS_LONG = 260, READS = 600, ROOM = CART_BLOCK_MAX,
	SPARE = 128 << 10,		/* bytes of the disk, for what is written on and made up */
};

static const struct cart_watch silent;

/* In the place of the kernel's: each run has the same cartridges. */
ssize_t getrandom(void *buf, size_t len, unsigned int flags)
{
	(void)flags;
	memset(buf, 0x5a, len);
	return (ssize_t)len;
}

/* The longest of the last blocks are in parts. */
static void fill(struct cart *c, unsigned int objects)
{
	struct fake_pool pool = fake_pool(2, 128);
	char block[300];

	for (unsigned int i = 0; i < objects; i++) {
		const uint32_t len = 1 + i * 7 % sizeof(block);

		memset(block, (int)('a' + i % 26), sizeof(block));
		if (i == objects / 4)
			cart_set_compression(c, CART_LZO, 1);
		if (i == objects / 2)
			cart_set_compression(c, CART_ZSTD, 1);
		if (i == objects / 4 * 3)
			cart_set_pool(c, &pool.base);
		fuzz_must(i % 9 ? !cart_write(c, block, len) :
			  !cart_write_filemarks(c, 1, i % 2), "the tape is written");
	}
	cart_set_pool(c, NULL);
}

static struct mem_io *make(unsigned int flags)
{
	struct mem_io *io = text_new();
	struct cart *c;
	const char name[] = "name";
	const struct cart_attribute a = {
		.id = 0x0801, .len = 4, .format = 1, .value = (const uint8_t *)name,
	};

	io->no_journal = true;
	c = text_load(io, NULL);
	fill(c, flags & FUZZ_LONG ? OBJECTS_LONG : OBJECTS);
	fuzz_must(!cart_attribute_set(c, 0, &a, 1), "an attribute is set");
	if (flags & FUZZ_IN_USE)
		cart_drop(c);
	else
		cart_close(c);
	return io;
}

/* In the memory of the run before: large pieces anew cost more than all that is done with them. */
static struct mem_io *again(struct mem_io *to, const struct mem_io *from)
{
	to = to ? to : mem_io_new();
	mem_io_assign(to, from);
	to->disk = SPARE;
	for (size_t i = 0; i < ARRAY_SIZE(to->file); i++)	/* and a copy of all */
		to->disk += 2 * to->file[i].now.size;
	return to;
}

struct mem_io *fuzz_cartridge(unsigned int flags)
{
	static struct mem_io *made[FUZZ_LONG + FUZZ_IN_USE + 1], *io;
	struct mem_io **of = &made[flags & (FUZZ_LONG | FUZZ_IN_USE)];

	if (!*of)
		*of = make(flags);
	io = again(io, *of);
	if (flags & FUZZ_NO_INDEX)
		fuzz_replace(io, "indx", "", 0);
	return io;
}

void fuzz_replace(struct mem_io *io, const char *file, const void *bytes, size_t len)
{
	int handle = mem_cart_io.open(io, file, true, true);
	struct iovec iov = { (void *)(uintptr_t)bytes, len };

	fuzz_must(handle >= 0 && !mem_cart_io.truncate(io, handle, 0) &&
		  mem_cart_io.pwritev(io, handle, &iov, 1, 0) == (ssize_t)len, "a file is made");
	mem_cart_io.close(io, handle);
}

struct meta_header *fuzz_slot(struct mem_io *io)
{
	uint8_t *meta = mem_io_file(io, "meta")->now.bytes;
	struct meta_header *a = (void *)meta, *b = (void *)(meta + META_SLOT);

	return le64_get(a->sequence) > le64_get(b->sequence) ? a : b;
}

uint32_t fuzz_seed(struct mem_io *io)
{
	const struct index_header *h = (void *)mem_io_file(io, "indx")->now.bytes;
	uint8_t name[20] = { 0 };

	memcpy(name, h->log_id, sizeof(h->log_id));
	return crc32c(0, name, sizeof(name));
}

static void walk_attributes(const struct cart *c, uint32_t partition)
{
	struct cart_attribute a = { 0 };
	uint32_t from = 0, sum = 0;

	while (from <= UINT16_MAX && !cart_attribute_next(c, partition, (uint16_t)from, &a)) {
		fuzz_must(a.id >= from, "attributes ascend");
		sum += a.len ? a.value[a.len - 1] : 0u;
		from = a.id + 1u;
	}
	(void)*(volatile uint32_t *)&sum;
}

/* To the end of data, or the first that cannot be read. */
static void read_all(struct cart *c, uint8_t *buf)
{
	const struct cart_pos from = cart_position(c);
	uint64_t objects = 0, marks = 0;
	enum cart_rc rc = CART_OK;

	for (int i = 0; i < READS && (rc == CART_OK || rc == CART_FILEMARK); i++) {
		uint32_t len = 0;

		rc = cart_read(c, buf, ROOM, &len);
		objects += rc == CART_OK || rc == CART_FILEMARK;
		marks += rc == CART_FILEMARK;
		fuzz_must(rc != CART_OK || (len && len <= CART_BLOCK_MAX), "a block has a length");
	}
	fuzz_must(cart_position(c).object - from.object == objects &&
		  cart_position(c).filemarks - from.filemarks == marks, "the position counts");
}

static void move(struct cart *c, uint32_t partition)
{
	const struct cart_end end = cart_end_of(c, partition);
	uint64_t left;

	cart_locate_end(c, partition);
	fuzz_must(end.filemarks <= end.objects, "filemarks are objects");
	cart_space_filemarks(c, -1, &left);
	cart_space_blocks(c, 3, &left);
	cart_locate(c, partition, end.objects / 2);
	cart_space_sequential(c, 2, &left);
	cart_locate_file(c, partition, end.filemarks / 2);
	cart_space_filemarks(c, INT64_MIN, &left);
	cart_locate(c, partition, 0);
}

static void write_on(struct cart *c, uint8_t *buf)
{
	const uint64_t end = cart_end_of(c, 0).objects;
	const bool discards = cart_spec(c)->type == CART_NULL_TAPE;
	enum cart_rc rc;
	uint32_t len = 0;

	if (cart_locate_end(c, 0) || cart_write(c, "fuzz", 4) || cart_write_filemarks(c, 1, false))
		return;
	fuzz_must(!cart_locate(c, 0, end), "what was written has a place");
	rc = cart_read(c, buf, ROOM, &len);
	fuzz_must(discards ? rc == CART_READ_FAILED : !rc && len == 4 && !memcmp(buf, "fuzz", 4),
		  "what was written is read, where it is kept");
	if (end > 2 && !cart_locate(c, 0, end / 2))
		cart_write(c, "over", 4);
}

static void load(struct mem_io *io, int flags, uint8_t *buf)
{
	struct fake_pool pool = fake_pool(3, 128);
	char why[CART_WHY_MAX] = "";
	struct cart *c = NULL;
	enum cart_rc rc = cart_open(&mem_cart_io, io, flags, "FUZZ    0001", 1000, &c, why);

	fuzz_must((rc == CART_OK || rc == CART_DAMAGED) || !c, "a cartridge with another outcome");
	fuzz_must(rc == CART_OK || *why, "there is a reason");
	if (!c)
		return;
	fuzz_must(rc == CART_OK || cart_read_only(c), "damage is read-only");
	if (!(flags & CART_LOOK))
		cart_set_pool(c, &pool.base);
	for (uint32_t p = 0; p < cart_partitions(c); p++) {
		walk_attributes(c, p);
		move(c, p);
		read_all(c, buf);
	}
	if (!(flags & CART_LOOK))
		write_on(c, buf);
	cart_close(c);
}

/* What one repair leaves, another finds nothing wrong with, and a drive loads. */
static void repair(struct mem_io *io, uint8_t *buf)
{
	const struct cart_spec spec = text_spec(CART_DATA_TAPE, 1 << 20);
	struct cart_repaired done = { 0 }, again = { 0 };

	if (cart_repair(&mem_cart_io, io, &spec, &silent, &done))
		return;
	fuzz_must(!cart_repair(&mem_cart_io, io, &spec, &silent, &again) && !again.changed,
		  "a repair is the last");
	load(io, 0, buf);
}

void fuzz_use(struct mem_io *io)
{
	static struct mem_io *hurt;
	static uint8_t *buf;

	buf = buf ? buf : malloc(ROOM);
	hurt = again(hurt, io);
	cart_check(&mem_cart_io, io, CART_CHECK_DATA, &silent);
	load(io, CART_LOOK, buf);
	load(io, 0, buf);
	load(io, 0, buf);
	repair(hurt, buf);
	cart_check(&mem_cart_io, hurt, CART_CHECK_DATA, &silent);
}
