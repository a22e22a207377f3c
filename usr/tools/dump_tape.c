// SPDX-License-Identifier: GPL-2.0-only
/* dump_tape: what is on a cartridge, object by object. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/paths.h"
#include "media/inspect.h"
#include "tools/json.h"
#include "tools/tape_args.h"
#include "tools/tool.h"

static const char program[] = "dump_tape";

static const struct option longs[] = {
	{ "folder", required_argument, NULL, 'f' },
	{ "dump", no_argument, NULL, 'D' },
	{ "debug", no_argument, NULL, 'd' },
	TAPE_LONGS,
	{ 0 },
};

static void help(void)
{
	puts("Usage: dump_tape -m BARCODE [OPTION]...\n"
	     "Lists what is on a cartridge, and changes nothing.\n\n"
	     "  -m, --barcode BARCODE  the cartridge\n"
	     "  -l, --library N        in that library's home; else in all\n"
	     "  -f, --folder DIR       the cartridge's folder, instead of -m\n"
	     "  -D, --dump             read the blocks, and show their bytes\n"
	     "  -d, --debug            the same as -v\n"
	     "  -v, --verbose          where each object is in its file, too\n"
	     "  -C, --config-dir DIR   where device.conf is (" MHVTL_CONF_DIR ")\n"
	     "  -H, --home-dir DIR     the folder of cartridges, whatever device.conf says\n"
	     "      --json             output for programs\n"
	     "  -V, --version          the version\n"
	     "  -h, --help             this text\n\n"
	     "Status: 0 all is there, 1 wrong usage or no such cartridge, 2 damaged.");
}

struct dump {
	struct cart *c;
	bool people, data, verbose;
	struct json json;
	uint8_t *buf;			/* CART_BLOCK_MAX bytes, or NULL without data */
	uint64_t lost;
};

static void put_summary(struct dump *d, const char *path)
{
	const struct cart_spec *s = cart_spec(d->c);
	uint64_t used = 0;

	for (uint32_t i = 0; i < cart_partitions(d->c); i++)
		used += cart_end_of(d->c, i).used;
	if (!d->people) {
		json_text(&d->json, "folder", path);
		json_text(&d->json, "barcode", s->barcode);
		json_text(&d->json, "medium", s->medium);
		json_number(&d->json, "density", s->density);
		json_text(&d->json, "type", tool_type_name(s->type));
		json_number(&d->json, "capacity", s->capacity);
		json_number(&d->json, "used", used);
		json_bool(&d->json, "write_protect", s->write_protect);
		return;
	}
	printf("Folder       : %s\nBarcode      : %s\nMedium       : %s\n", path, s->barcode,
	       s->medium);
	printf("Density code : 0x%02x\nType         : %s\n", s->density, tool_type_name(s->type));
	printf("Capacity     : %llu (%llu MiB)\n", (unsigned long long)s->capacity,
	       (unsigned long long)s->capacity >> 20);
	printf("Used         : %llu (%llu MiB)\n", (unsigned long long)used,
	       (unsigned long long)used >> 20);
	printf("Write protect: %s\n", s->write_protect ? "on" : "off");
}

static void put_bytes(const uint8_t *bytes, uint32_t len)
{
	for (uint32_t at = 0; at < len; at += 16) {
		const uint32_t n = len - at < 16 ? len - at : 16;

		printf("    %08x ", at);
		for (uint32_t i = 0; i < n; i++)
			printf(" %02x", bytes[at + i]);
		printf("%*s", (int)(16 - n) * 3 + 2, "");
		for (uint32_t i = 0; i < n; i++)
			putchar(isprint(bytes[at + i]) ? bytes[at + i] : '.');
		putchar('\n');
	}
}

static void put_object(struct dump *d, uint64_t n, const struct cart_object *o, const char *kind)
{
	if (!d->people) {
		json_open(&d->json, NULL, '{');
		json_number(&d->json, "object", n);
		json_text(&d->json, "kind", kind);
		json_number(&d->json, "length", o->len);
		json_number(&d->json, "stored", o->stored);
		json_text(&d->json, "compression", o->codec);
		json_number(&d->json, "offset", o->offset);
		json_close(&d->json, '}');
		return;
	}
	printf("  %llu %s", (unsigned long long)n, kind);
	if (o->len)
		printf(", %u bytes", o->len);
	if (o->len != o->stored && o->len)
		printf(", %s: %u", o->discarded ? "discarded" : o->codec, o->stored);
	if (d->verbose)
		printf(", at %llu", (unsigned long long)o->offset);
	putchar('\n');
}

static void dump_object(struct dump *d, uint32_t partition, uint64_t n)
{
	static const char *const kinds[] = {
		[CART_BLOCK] = "block", [CART_MARK] = "filemark", [CART_LOST] = "unreadable",
	};
	struct cart_object o = { .kind = CART_LOST, .codec = "unknown" };
	enum cart_rc rc = cart_locate(d->c, partition, n);
	uint32_t len = 0;

	if (rc == CART_OK)
		rc = cart_object(d->c, &o);
	if (rc == CART_OK && d->data) {
		rc = cart_read(d->c, d->buf, CART_BLOCK_MAX, &len);
		rc = rc == CART_FILEMARK || o.discarded ? CART_OK : rc;
	}
	if (rc)
		o.kind = CART_LOST;
	d->lost += o.kind == CART_LOST;
	put_object(d, n, &o, kinds[o.kind]);
	if (d->data && d->people && o.kind == CART_BLOCK)
		put_bytes(d->buf, len);
}

static void dump_partition(struct dump *d, uint32_t partition)
{
	const struct cart_end end = cart_end_of(d->c, partition);

	if (d->people) {
		printf("\nPartition %u: %llu objects, %llu of them filemarks; %llu of %llu bytes\n",
		       partition, (unsigned long long)end.objects,
		       (unsigned long long)end.filemarks, (unsigned long long)end.used,
		       (unsigned long long)end.capacity);
	} else {
		json_open(&d->json, NULL, '{');
		json_number(&d->json, "filemarks", end.filemarks);
		json_open(&d->json, "objects", '[');
	}
	for (uint64_t n = 0; n < end.objects && !ferror(stdout); n++)
		dump_object(d, partition, n);
	if (d->people) {
		printf("  %llu end of data\n", (unsigned long long)end.objects);
		return;
	}
	json_close(&d->json, ']');
	json_close(&d->json, '}');
}

static void dump_all(struct dump *d, const char *path)
{
	if (!d->people)
		json_open(&d->json, NULL, '{');
	put_summary(d, path);
	if (!d->people)
		json_open(&d->json, "partitions", '[');
	for (uint32_t i = 0; i < cart_partitions(d->c); i++)
		dump_partition(d, i);
	if (!d->people) {
		json_close(&d->json, ']');
		json_close(&d->json, '}');
	}
}

static int dump(struct dump *d, const char *path)
{
	struct cartridge c;
	int status;

	if (!cartridge_open(program, path, CART_LOOK, &c))
		return TAPE_FAILED;
	d->c = c.cart;
	dump_all(d, path);
	status = tool_flush(program, TAPE_FAILED);
	if (c.rc)
		status = tool_fail(program, TAPE_FAILED, "%s: %s", path, c.why);
	else if (d->lost)
		status = tool_fail(program, TAPE_FAILED, "%s: %llu objects cannot be read", path,
				   (unsigned long long)d->lost);
	cartridge_drop(&c);
	return status;
}

int main(int argc, char **argv)
{
	static const struct tape_tool tool = { program, "m:l:f:DdC:H:vVh", longs, help };
	struct dump d = { .json = { .to = stdout } };
	char path[CARTRIDGE_PATH];
	struct tape_args a;
	int status;

	if (tape_args_parse(&tool, argc, argv, &a, &status))
		return status;
	if (!tape_args_find(&a, path))
		return TAPE_USAGE;
	d.people = !a.count['j'];
	d.verbose = a.count['v'] || a.count['d'];
	d.data = a.count['D'];
	d.buf = d.data ? malloc(CART_BLOCK_MAX) : NULL;
	if (d.data && !d.buf)
		return tool_fail(program, TAPE_FAILED, "%s", strerror(ENOMEM));
	status = dump(&d, path);
	free(d.buf);
	return status;
}
