// SPDX-License-Identifier: GPL-2.0-only
/* make_corpus DIR: what the fuzzer begins with, of real cartridges, images and configurations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"
#include "fake/mhvtl.h"
#include "fuzz/folder.h"
#include "fuzz/fuzz.h"

enum { SEED_MAX = 64 << 10, FIELDS = offsetof(struct meta_header, crc) };

struct seed {
	uint8_t bytes[SEED_MAX];
	size_t n;
};

static void add(struct seed *s, const void *bytes, size_t len)
{
	if (s->n + len > SEED_MAX)
		abort();
	if (len)
		memcpy(s->bytes + s->n, bytes, len);
	s->n += len;
}

static void add_byte(struct seed *s, unsigned int byte)
{
	const uint8_t b = (uint8_t)byte;

	add(s, &b, 1);
}

static void save(struct seed *s, const char *target, const char *name)
{
	char path[200];
	FILE *f;

	mkdir(target, 0777);
	snprintf(path, sizeof(path), "%s/%s", target, name);
	f = fopen(path, "w");
	if (!f || fwrite(s->bytes, 1, s->n, f) != s->n || fclose(f)) {
		perror(path);
		exit(1);
	}
	s->n = 0;
}

static void cartridges(struct seed *s, unsigned int flags, const char *name)
{
	struct mem_io *io = fuzz_cartridge(flags);
	const struct meta_header *h = fuzz_slot(io);
	const struct mem_image *indx = &mem_io_file(io, "indx")->now;
	const struct mem_image *data = &mem_io_file(io, "data")->now;

	add_byte(s, flags);
	add(s, h, FIELDS);
	add(s, (const uint8_t *)h + META_HEADER, le32_get(h->len));
	save(s, "meta", name);

	add_byte(s, flags);
	add(s, indx->bytes + INDEX_PAGE, indx->size - INDEX_PAGE);
	save(s, "index", name);

	if (flags & FUZZ_LONG)
		return;
	for (unsigned int no_index = 0; no_index <= FUZZ_NO_INDEX; no_index += FUZZ_NO_INDEX) {
		char with[64];

		snprintf(with, sizeof(with), "%s%s", name, no_index ? "-walked" : "");
		add_byte(s, flags | no_index);
		add(s, data->bytes, data->size < 4000 ? (size_t)data->size : 4000);
		save(s, "record", with);
		/* The compressed ones are at the end. */
		add_byte(s, flags | no_index);
		add(s, data->bytes + data->size - 2048, 2048);
		strcat(with, "-end");
		save(s, "record", with);
	}
}

static const struct {
	const char *name, *bytes;
	size_t n;
} images[] = {
#define IMAGE(name, text) { name, text, sizeof(text) - 1 }
	IMAGE("blocks", "\2\0\0\0ab\2\0\0\0\3\0\0\0abc\0\3\0\0\0\0\0\0\0\377\377\377\377"),
	IMAGE("gaps", "\376\377\377\377\2\0\0\0ab\2\0\0\0\377\377\376\377\377\377\0\0\0\0"),
	IMAGE("bad", "\2\0\0\200ab\2\0\0\200\0\0\0\0\0\0\0\0\377\377\377\377"),
	IMAGE("private", "\3\0\0\220\1\2\3\0\3\0\0\220D3\"\341\0\0\0\377\0\0\0\0"),
	IMAGE("unpadded", "\3\0\0\0abc\3\0\0\0\0\0\0\0\1\0\0\0x\1\0\0\0\377\377\377\377"),
#undef IMAGE
};

static void add_file(struct seed *s, const char *folder, unsigned int which)
{
	static const char *const files[FUZZ_MHVTL_FILES] = FUZZ_MHVTL_NAMES;
	static uint8_t bytes[UINT16_MAX];
	char path[200];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, files[which]);
	f = fopen(path, "r");
	if (!f)
		return;
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	add_byte(s, which);
	add_byte(s, (unsigned int)n & 0xff);
	add_byte(s, (unsigned int)n >> 8);
	add(s, bytes, n);
}

static const uint32_t kinds[] = {
	FAKE_CRC, FAKE_LZO | FAKE_CRC, FAKE_ZLIB | FAKE_CRC, 0, FAKE_LZO, FAKE_ZLIB,
};

static void mhvtl(struct seed *s, int format, int partitions, const char *name)
{
	struct mhvtl_fake f = {
		.format = format, .partitions = partitions, .density = 0x5e,
		.capacity = 1 << 20, .barcode = "E01001L8", .density_name = "U-832",
	};

	snprintf(f.path, sizeof(f.path), "%s/old", fuzz_folder());
	mhvtl_fake_begin(&f);
	for (int p = 0; p < partitions; p++) {
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
			mhvtl_fake_block(&f, p, 20 + 30 * (uint32_t)i, kinds[i]);
		mhvtl_fake_mark(&f, p);
		mhvtl_fake_block(&f, p, 512, FAKE_CRC);
	}
	mhvtl_fake_end(&f);
	for (unsigned int i = 0; i < FUZZ_MHVTL_FILES; i++)
		add_file(s, f.path, i);
	save(s, "mhvtl", name);
}

static const struct {
	const char *name;
	uint8_t file;
	const char *text;
} texts[] = {
	{ "device", 0,
	  "VERSION: 5\n\nLibrary: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n"
	  " Vendor identification: STK\n Product identification: L700\n"
	  " Unit serial number: XYZZY_A\n NAA: 10:22:33:44:ab:00:00:00\n"
	  " Home directory: /opt/mhvtl\n PERSIST: True\n Backoff: 400\n\n"
	  "Drive: 11 CHANNEL: 00 TARGET: 01 LUN: 00\n Library ID: 10 Slot: 01\n"
	  " Vendor identification: IBM\n Product identification: ULT3580-TD8\n"
	  " Unit serial number: XYZZY_A1\n NAA: 10:22:33:44:ab:00:01:00\n"
	  " Compression: factor 1 enabled 1\n Compression type: lzo\n"
	  " fifo: /var/tmp/mhvtl\n" },
	{ "contents", 1,
	  "VERSION: 2\n\nDrive 1: XYZZY_A1\nDrive 2: XYZZY_A2\n\nPicker 1:\n\nMAP 1:\nMAP 2:\n\n"
	  "Slot 1: E01001L8\nSlot 2: E01002L8\nSlot 3: CLN101L8\nSlot 5:\n" },
	{ "site", 3, "VERBOSE=1\nVTL_DEBUG=0\nDAEMON_DEBUG=\"-d\"\nCAPACITY=500\n"
	  "MHVTL_HOME_PATH=/opt/mhvtl\nMHVTL_CONFIG_PATH=/etc/mhvtl\n" },
};

static void persisted(struct seed *s)
{
	static const char text[] = "Drive 1: E01001L8\nPicker 1:\nMAP 1:\nSlot 1:\n"
		"Slot 2: E01002L8\n";

	add_byte(s, 2);
	add(s, text, sizeof(text) - 1);
	save(s, "conf", "persist");
}

/* Commands as fuzz/commands.h has them. */
static const struct {
	const char *target, *name, *bytes;
	size_t n;
} commands[] = {
#define COMMANDS(target, name, text) { target, name, text, sizeof(text) - 1 }
#define WRITE_4 "\x04\x04\x0a\0\0\0\4\0fuzz"
#define MARK "\0\0\x10\0\0\0\1\0"
#define REWIND "\0\0\1\0\0\0\0\0"
	COMMANDS("drive", "write", "\0" WRITE_4 MARK WRITE_4 REWIND "\0\1\x08\0\0\0\4\0"
		 "\0\1\x11\1\0\0\1\0" "\0\2\x34\0\0\0\0\0\0\0\0\0"),
	COMMANDS("drive", "modes", "\0" "\0\xff\x1a\0\x3f\0\xff\0" "\0\xff\x5a\0\x3f\0\0\0\0\1\0\0"
		 "\x04\x0c\x15\x10\0\0\x0c\0\0\0\x10\x08\x58\0\0\0\0\0\2\0"
		 "\x04\x1c\x15\x10\0\0\x1c\0\0\0\x10\0\x0f\x0e\xc0\x80\0\0\0\1\0\0\0\1\0\0\0\0"
		 "\0\0\0\0\0\0\0\0"),
	COMMANDS("drive", "logs", "\0" "\0\xff\x4d\0\x40\0\0\0\0\1\0\0"
		 "\0\xff\x4d\0\x6e\0\0\0\0\1\0\0"
		 "\0\xff\x12\1\x83\0\xff\0" "\0\xff\xa3\x0c\0\0\0\0\0\0\4\0\0\0"),
	COMMANDS("drive", "attributes", "\0" "\x04\x0f\x8d\0\0\0\0\0\0\0\0\0\0\x0f\0\0"
		 "\0\0\0\x0b\x08\1\1\0\6mhvtl " "\0\xff\x8c\0\0\0\0\0\0\0\0\0\0\xff\0\0"),
	COMMANDS("drive", "reserve", "\1" "\x04\x18\x5f\0\0\0\0\0\0\0\x18\0"
		 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0"
		 "\1\xff\x5e\0\0\0\0\0\0\1\0\0" "\x20\0\0\0\0\0\0\0" "\x60\0\0\0\0\0\0\0"),
	COMMANDS("changer", "status", "\0\xff\xb8\x10\0\0\xff\xff\0\0\xff\xff\0\0"
		 "\0\xff\x1a\x08\x3f\0\xff\0" "\0\0\7\0\0\0\0\0" "\0\xff\x12\1\0\0\xff\0"),
	COMMANDS("changer", "moves", "\0\0\xa5\0\0\0\3\xe8\1\xf4\0\0\0\0"
		 "\x10\0\xa5\0\0\0\3\xe9\1\xf5\0\0\0\0" "\0\0\xa5\0\0\0\1\xf4\3\xe8\0\0\0\0"
		 "\0\0\xa6\0\0\0\3\xea\3\xeb\3\xea\0\0"),
#undef COMMANDS
};

int main(int argc, char **argv)
{
	static struct seed s;

	fuzz_folder();
	if (argc != 2 || (mkdir(argv[1], 0777), chdir(argv[1]))) {
		fprintf(stderr, "usage: make_corpus DIR\n");
		return 2;
	}
	cartridges(&s, 0, "away");
	cartridges(&s, FUZZ_IN_USE, "in-use");
	cartridges(&s, FUZZ_LONG | FUZZ_IN_USE, "long");
	for (size_t i = 0; i < ARRAY_SIZE(images); i++) {
		add(&s, images[i].bytes, images[i].n);
		save(&s, "tap", images[i].name);
	}
	mhvtl(&s, 3, 1, "v3");
	mhvtl(&s, 6, 2, "v6");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		add_byte(&s, texts[i].file);
		add(&s, texts[i].text, strlen(texts[i].text));
		save(&s, "conf", texts[i].name);
	}
	persisted(&s);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		add(&s, commands[i].bytes, commands[i].n);
		save(&s, commands[i].target, commands[i].name);
	}
	return 0;
}
