// SPDX-License-Identifier: GPL-2.0-only
/* preload_tape: a file to a cartridge, in blocks of one length and with a filemark behind. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/macros.h"
#include "conf/paths.h"
#include "tools/json.h"
#include "tools/tape_args.h"
#include "tools/tool.h"

static const char program[] = "preload_tape";

static const struct option longs[] = {
	{ "file", required_argument, NULL, 'F' },
	{ "block-size", required_argument, NULL, 'b' },
	{ "compression", required_argument, NULL, 'c' },
	{ "append", no_argument, NULL, 'a' },
	{ "debug", no_argument, NULL, 'd' },
	TAPE_LONGS,
	{ 0 },
};

static void help(void)
{
	puts("Usage: preload_tape -m BARCODE -F FILE -b BYTES [OPTION]...\n"
	     "Writes a file to a cartridge that is in no drive, from its beginning: what it held\n"
	     "is gone.  The last block is filled up with zeros, and a filemark follows.\n\n"
	     "  -m, --barcode BARCODE  the cartridge\n"
	     "  -F, --file FILE        what to write; - is standard input\n"
	     "  -b, --block-size BYTES 1 to 16777215\n"
	     "  -c, --compression NONE|LZO|ZLIB|ZSTD\n"
	     "                         how blocks are stored (NONE)\n"
	     "  -a, --append           behind what it holds\n"
	     "  -l, --library N        in that library's home; else in all\n"
	     "  -C, --config-dir DIR   where device.conf is (" MHVTL_CONF_DIR ")\n"
	     "  -H, --home-dir DIR     the folder of cartridges, whatever device.conf says\n"
	     "      --json             output for programs\n"
	     "  -d, --debug            the same as -v\n"
	     "  -v, --verbose          say what was written\n"
	     "  -V, --version          the version\n"
	     "  -h, --help             this text\n\n"
	     "Status: 0 done, 1 wrong usage or no such cartridge or file, 2 not all was written.");
}

struct preload {
	const struct tape_args *a;
	const char *path;
	FILE *from;
	uint32_t block;
	enum cart_codec codec;
	uint8_t *buf;
	uint64_t blocks, bytes;
};

static bool parse(struct preload *p)
{
	static const struct { const char *name; enum cart_codec codec; } codecs[] = {
		{ "NONE", CART_RAW }, { "LZO", CART_LZO }, { "ZLIB", CART_ZLIB },
		{ "ZSTD", CART_ZSTD },
	};
	const char *codec = p->a->value['c'] ? p->a->value['c'] : "NONE";
	const char *block = p->a->value['b'];
	uint64_t n;

	if (!block || !p->a->value['F'])
		return tool_fail(program, 0, "expected -m, -F and -b; preload_tape --help explains "
				 "them");
	if (!conf_number(block, CART_BLOCK_MAX, &n) || !n)
		return tool_fail(program, 0, "expected a block size of 1 to %d bytes, found \"%s\"",
				 CART_BLOCK_MAX, block);
	p->block = (uint32_t)n;
	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++) {
		if (!strcasecmp(codec, codecs[i].name)) {
			p->codec = codecs[i].codec;
			return true;
		}
	}
	return tool_fail(program, 0, "expected a compression of NONE, LZO, ZLIB or ZSTD, found "
			 "\"%s\"", codec);
}

static bool open_file(struct preload *p)
{
	const char *file = p->a->value['F'];
	struct stat st;

	if (!strcmp(file, "-")) {
		p->from = stdin;
		return true;
	}
	if (!stat(file, &st) && S_ISDIR(st.st_mode))
		return tool_fail(program, 0, "%s: %s", file, strerror(EISDIR));
	p->from = fopen(file, "re");
	return p->from || tool_fail(program, 0, "%s: %s", file, strerror(errno));
}

static enum cart_rc write_blocks(struct preload *p, struct cart *c)
{
	struct tool_progress progress;
	enum cart_rc rc = CART_OK;
	size_t n = p->block;

	tool_progress_begin(&progress, "writing", 0);
	while (!rc && n == p->block) {
		n = fread(p->buf, 1, p->block, p->from);
		if (!n)
			break;
		memset(p->buf + n, 0, p->block - n);
		rc = cart_write(c, p->buf, p->block);
		p->blocks += !rc;
		p->bytes += rc ? 0 : n;
		tool_progress(&progress, p->blocks, p->bytes);
	}
	tool_progress_end(&progress);
	return rc;
}

static int write_tape(struct preload *p, struct cart *c)
{
	enum cart_rc rc = cart_set_compression(c, p->codec, 1);

	if (rc == CART_OK && p->a->count['a'] && cart_locate_end(c, 0) != CART_OK)
		rc = CART_DAMAGED;
	if (rc == CART_OK)
		rc = write_blocks(p, c);
	if (rc == CART_OK && ferror(p->from))
		return tool_fail(program, TAPE_FAILED, "%s: %s", p->a->value['F'],
				 strerror(errno));
	if (rc == CART_OK)
		rc = cart_write_filemarks(c, 1, false);
	if (rc == CART_OK)
		return TAPE_DONE;
	return tool_fail(program, TAPE_FAILED, "%s: %s%s%s; %llu blocks were written", p->path,
			 tool_cart_error(rc), rc == CART_READ_ONLY ? ": " : "",
			 rc == CART_READ_ONLY ? cart_why_read_only(c) : "",
			 (unsigned long long)p->blocks);
}

static int say(const struct preload *p)
{
	struct json j = { .to = stdout };

	if (p->a->value['j']) {
		json_open(&j, NULL, '{');
		json_text(&j, "folder", p->path);
		json_number(&j, "blocks", p->blocks);
		json_number(&j, "block_size", p->block);
		json_number(&j, "bytes", p->bytes);
		json_close(&j, '}');
	} else if (p->a->count['v'] || p->a->count['d']) {
		printf("%s: %llu blocks of %u bytes, and a filemark\n", p->path,
		       (unsigned long long)p->blocks, p->block);
	}
	return tool_flush(program, TAPE_FAILED);
}

static int preload(struct preload *p)
{
	struct cartridge c;
	int status;

	p->buf = malloc(p->block);
	if (!p->buf)
		return tool_fail(program, TAPE_FAILED, "%s", strerror(ENOMEM));
	if (!cartridge_open(program, p->path, CART_TOOL, &c)) {
		free(p->buf);
		return TAPE_FAILED;
	}
	status = write_tape(p, c.cart);
	if (!cartridge_close(program, &c))
		status = TAPE_FAILED;
	free(p->buf);
	return status ? status : say(p);
}

int main(int argc, char **argv)
{
	static const struct tape_tool tool = { program, "m:l:F:b:c:adC:H:vVh", longs, help };
	struct tape_args a;
	struct preload p = { .a = &a };
	char path[CARTRIDGE_PATH];
	int status;

	if (tape_args_parse(&tool, argc, argv, &a, &status))
		return status;
	if (!parse(&p) || !tape_args_find(&a, path) || !open_file(&p))
		return TAPE_USAGE;
	p.path = path;
	status = preload(&p);
	if (p.from != stdin)
		fclose(p.from);
	return status;
}
