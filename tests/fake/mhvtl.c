// SPDX-License-Identifier: GPL-2.0-only
/* Cartridges of mhvtl, written from the description of their bytes. */
#include <lzo/lzo1x.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "fake/mhvtl.h"

static FILE *create(const struct mhvtl_fake *f, const char *name, int p)
{
	char path[256];
	FILE *to;

	if (p < 0 || f->format == 3)
		snprintf(path, sizeof(path), "%s/%s", f->path, name);
	else
		snprintf(path, sizeof(path), "%s/%s.%d", f->path, name, p);
	to = fopen(path, "w");
	if (!to)
		abort();
	return to;
}

static void put32(uint8_t *to, uint32_t v)
{
	const le32 w = le32_of(v);

	memcpy(to, &w, sizeof(w));
}

static void put64(uint8_t *to, uint64_t v)
{
	put32(to, (uint32_t)v);
	put32(to + 4, (uint32_t)(v >> 32));
}

void mhvtl_fake_begin(struct mhvtl_fake *f)
{
	char command[160];

	snprintf(command, sizeof(command), "rm -rf %s", f->path);
	if (system(command) || mkdir(f->path, 0770))
		abort();
	memset(f->part, 0, sizeof(f->part));
	for (int p = 0; p < f->partitions; p++) {
		f->part[p].data = create(f, "data", p);
		f->part[p].indx = create(f, "indx", p);
	}
}

/* Half of it compresses. */
void mhvtl_fake_fill(uint8_t *to, uint32_t len, int p, uint32_t n)
{
	uint32_t x = n * 2654435761u + (uint32_t)p + 1;

	for (uint32_t i = 0; i < len; i++) {
		x = x * 1664525u + 1013904223u;
		to[i] = i & 64 ? (uint8_t)(n + (uint32_t)p) : (uint8_t)(x >> 24);
	}
}

static uint32_t pack(const uint8_t *from, uint32_t len, uint32_t flags, uint8_t *to)
{
	uLongf zlib_len = compressBound(len);
	lzo_uint lzo_len = 0;
	void *work;

	if (flags & FAKE_ZLIB) {
		if (compress2(to, &zlib_len, from, len, 1) != Z_OK)
			abort();
		return (uint32_t)zlib_len;
	}
	if (!(flags & FAKE_LZO)) {
		memcpy(to, from, len);
		return len;
	}
	work = malloc(LZO1X_1_MEM_COMPRESS);
	if (!work || lzo_init() || lzo1x_1_compress(from, len, to, &lzo_len, work))
		abort();
	free(work);
	return (uint32_t)lzo_len;
}

static void put_record(struct mhvtl_fake *f, int p, const uint32_t *fields)
{
	uint8_t record[512] = { 0 };

	put64(record, f->part[p].off);
	for (int i = 0; i < 6; i++)
		put32(record + 8 + 4 * i, fields[i]);
	if (fields[1] & FAKE_ENCRYPTED)
		put32(record + 32, 32);
	if (f->format == 6)
		put32(record + 144, (uint32_t)p);
	if (fwrite(record, 1, sizeof(record), f->part[p].indx) != sizeof(record))
		abort();
}

void mhvtl_fake_block(struct mhvtl_fake *f, int p, uint32_t len, uint32_t flags)
{
	const uint32_t n = f->part[p].objects++;
	uint8_t *plain = malloc(len), *stored = malloc(len + len / 16 + 1024);
	uint32_t stored_len;

	if (!plain || !stored)
		abort();
	mhvtl_fake_fill(plain, len, p, n);
	stored_len = pack(plain, len, flags, stored);

	const uint32_t fields[6] = { 11, flags, n, len, stored_len,
				     flags & FAKE_CRC ? crc32c(0, plain, len) : 0 };

	put_record(f, p, fields);
	if (f->type != 2 && fwrite(stored, 1, stored_len, f->part[p].data) != stored_len)
		abort();
	f->part[p].off += stored_len;
	free(plain);
	free(stored);
}

void mhvtl_fake_mark(struct mhvtl_fake *f, int p)
{
	const uint32_t n = f->part[p].objects++;
	const uint32_t fields[6] = { 3, 0, n, 0, 0, 0 };

	put_record(f, p, fields);
	f->part[p].mark[f->part[p].marks++] = n;
}

static void put_text(uint8_t *to, size_t len, const char *text)
{
	memset(to, ' ', len);
	if (text)
		memcpy(to, text, strlen(text) < len ? strlen(text) : len);
}

static void end_v3(const struct mhvtl_fake *f, FILE *meta)
{
	uint8_t mam[1024] = { 0 };

	put32(mam, 3);
	put32(mam + 4, 3);
	be_put64(mam + 16, 8, f->capacity);
	be_put64(mam + 32, 8, 77);
	be_put64(mam + 56, 2, 2);
	put_text(mam + 58, 40, "IBM     SERIAL3");
	be_put64(mam + 218, 8, 123456);
	be_put64(mam + 226, 8, 654321);
	put_text(mam + 258, 32, "SERIALNUMBER3");
	mam[318] = mam[319] = f->density;
	mam[320] = f->type;
	put_text(mam + 332, 8, "vtl-1.5 ");
	put_text(mam + 340, 32, f->application);
	put_text(mam + 372, 8, "3");
	put_text(mam + 553, 32, f->barcode);
	mam[826] = f->write_protect ? 2 : 0;
	fwrite(mam, 1, sizeof(mam), meta);
}

static void put_item(FILE *to, uint16_t id, const void *value, uint16_t len)
{
	const le16 head[2] = { le16_of(id), le16_of(len) };

	fwrite(head, 1, sizeof(head), to);
	fwrite(value, 1, len, to);
}

static void put_number(FILE *to, uint16_t id, uint16_t len, uint64_t v)
{
	uint8_t value[8];

	be_put64(value, len, v);
	put_item(to, id, value, len);
}

static void put_string(FILE *to, uint16_t id, uint16_t len, const char *text)
{
	uint8_t value[160];

	put_text(value, len, text);
	put_item(to, id, value, len);
}

static void end_v6(const struct mhvtl_fake *f)
{
	FILE *mam = create(f, "mam", -1), *own = create(f, "mhvtl_data", -1);
	uint8_t head[8], coherency[70];

	put32(head, 6);
	put32(head + 4, 4);
	fwrite(head, 1, sizeof(head), mam);
	put_number(mam, 0x0001, 8, f->capacity);
	put_number(mam, 0x0003, 8, 88);
	put_number(mam, 0x0007, 2, 1);
	put_number(mam, 0x0009, 4, 4711);
	put_string(mam, 0x020a, 40, "IBM     SERIAL6");
	put_number(mam, 0x0220, 8, 1234567);
	put_number(mam, 0x0221, 8, 7654321);
	put_string(mam, 0x0401, 32, "SERIALNUMBER6");
	put_number(mam, 0x0405, 1, f->density);
	put_number(mam, 0x0408, 1, f->type);
	put_string(mam, 0x0800, 8, f->application ? "IBM" : "vtl-1.8 ");
	put_string(mam, 0x0801, 32, f->application);
	put_string(mam, 0x0802, 8, "6");
	put_string(mam, 0x0806, 32, f->barcode);
	memset(coherency, 0xc0, sizeof(coherency));
	if (f->application)
		put_item(mam, 0x080c, coherency, sizeof(coherency));
	put_number(own, 0x0001, 2, f->write_protect ? 2 : 0);
	put_number(own, 0x0004, 1, (uint64_t)f->partitions);
	put_string(own, 0x0008, 8, f->density_name);
	for (int p = 1; p < f->partitions; p++) {
		memset(coherency, 0xc0 + p, sizeof(coherency));
		put_item(own, (uint16_t)(0x000a + p - 1), coherency, sizeof(coherency));
	}
	for (int p = 0; p < f->partitions; p++)
		put_number(own, (uint16_t)(0x000d + p), 8, f->part[p].capacity);
	fclose(mam);
	fclose(own);
}

void mhvtl_fake_end(struct mhvtl_fake *f)
{
	for (int p = 0; p < f->partitions; p++) {
		FILE *meta = create(f, "meta", p);
		uint8_t word[512] = { 0 };

		if (f->format == 3)
			end_v3(f, meta);
		put32(word, f->part[p].marks);
		fwrite(word, 1, sizeof(word), meta);
		for (uint32_t i = 0; i < f->part[p].marks; i++) {
			put32(word, f->part[p].mark[i]);
			fwrite(word, 1, 4, meta);
		}
		fclose(meta);
		fclose(f->part[p].data);
		fclose(f->part[p].indx);
	}
	if (f->format == 6)
		end_v6(f);
}

void mhvtl_fake_objects(struct mhvtl_fake *f, int p, const char *objects)
{
	static const uint32_t lengths[] = { 65536, 1, 512, 10240, 63, 100000 };

	for (int i = 0; objects[i]; i++) {
		const uint32_t len = lengths[i % 6];

		switch (objects[i]) {
		case '|':
			mhvtl_fake_mark(f, p);
			break;
		case 'L':
		case 'l':
			mhvtl_fake_block(f, p, len, FAKE_LZO | (objects[i] == 'L' ? FAKE_CRC : 0));
			break;
		case 'Z':
		case 'z':
			mhvtl_fake_block(f, p, len, FAKE_ZLIB | (objects[i] == 'Z' ? FAKE_CRC : 0));
			break;
		case 'E':
			mhvtl_fake_block(f, p, len, FAKE_ENCRYPTED | FAKE_CRC);
			break;
		default:
			mhvtl_fake_block(f, p, len, objects[i] == 'N' ? FAKE_CRC : 0);
		}
	}
}

struct mhvtl_fake mhvtl_fake_new(int format, const char *a, const char *b)
{
	struct mhvtl_fake f = {
		.path = "old/E01001L8", .format = format, .partitions = b ? 2 : 1,
		.density = 0x5e, .capacity = 100 << 20, .barcode = "E01001L8",
		.density_name = "U-832",
	};

	mhvtl_fake_begin(&f);
	mhvtl_fake_objects(&f, 0, a);
	if (b)
		mhvtl_fake_objects(&f, 1, b);
	return f;
}
