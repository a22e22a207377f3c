// SPDX-License-Identifier: GPL-2.0-only
/* What the drive and its cartridge can hold: SSC-5 6.5, 6.7, 7.5. */
#include <string.h>

#include "base/bytes.h"
#include "ssc/internal.h"

enum sts ssc_read_block_limits(struct scsi_cmd *cmd)
{
	uint8_t p[20] = { 0 };

	if (cmd->cdb[1] & 0x01) {		/* MLOI: the largest object number */
		memset(&p[12], 0xff, 8);
		scsi_reply(cmd, p, sizeof(p));
		return STS_GOOD;
	}
	be_put(&p[1], 3, ssc_block_limit(ssc_drive_of(cmd)));
	p[5] = 1;
	scsi_reply(cmd, p, 6);
	return STS_GOOD;
}

enum { WRTOK = 0x80, DEFLT = 0x20, DESCRIPTOR = 52, MEDIA = 0x01 };

void ssc_put_text(uint8_t *to, uint32_t width, const char *src)
{
	for (; width && *src; width--)
		*to++ = (uint8_t)*src++;
	memset(to, ' ', width);
}

static void put_density(struct scsi_cmd *cmd, const struct medium_model *m,
			enum medium_access access)
{
	const struct ssc_drive *d = ssc_drive_of(cmd);
	uint8_t p[DESCRIPTOR] = { m->density, m->density };

	p[2] = access == ACCESS_WRITE ? WRTOK : 0;
	if (m->density == d->model->density)
		p[2] |= DEFLT;
	be_put(&p[5], 3, m->bits_per_mm);
	be_put(&p[8], 2, m->width);
	be_put(&p[10], 2, m->tracks);
	be_put(&p[12], 4, m->capacity_mb);
	ssc_put_text(&p[16], 8, m->organization);
	ssc_put_text(&p[24], 8, m->density_name);
	ssc_put_text(&p[32], 20, m->description);
	scsi_reply(cmd, p, sizeof(p));
}

/* The drive's media with this density: the writable one, should several have it; NULL none. */
static const struct drive_medium *medium_with(const struct ssc_drive *d, unsigned int density)
{
	const struct drive_medium *found = NULL;

	for (const struct drive_medium *m = d->model->media; m->medium; m++) {
		const struct medium_model *medium = medium_model_find(m->medium);

		if (medium && medium->density == density && (!found || m->access > found->access))
			found = m;
	}
	return found;
}

/* In ascending order of density codes, each of them once (SSC-5 7.5.2). */
static void put_all(struct scsi_cmd *cmd)
{
	const struct ssc_drive *d = ssc_drive_of(cmd);

	for (unsigned int density = 0; density <= 0xff; density++) {
		const struct drive_medium *m = medium_with(d, density);

		if (m)
			put_density(cmd, medium_model_find(m->medium), m->access);
	}
}

static uint32_t count_all(const struct ssc_drive *d)
{
	uint32_t n = 0;

	for (unsigned int density = 0; density <= 0xff; density++)
		n += medium_with(d, density) != NULL;
	return n;
}

enum sts ssc_report_density(struct scsi_cmd *cmd)
{
	const struct ssc_drive *d = ssc_drive_of(cmd);
	const bool media = cmd->cdb[1] & MEDIA;
	const enum sts sts = media ? ssc_ready(d) : STS_GOOD;
	const uint32_t n = media ? 1 : count_all(d);
	uint8_t header[4] = { 0 };

	if (sts)
		return sts;
	be_put(header, 2, 2 + n * DESCRIPTOR);
	scsi_reply(cmd, header, sizeof(header));
	if (media)
		put_density(cmd, d->medium, d->access);
	else
		put_all(cmd);
	return STS_GOOD;
}

/* Barcode and the beginning of the UUID: no two cartridges have the same. */
void ssc_medium_serial(const struct cart *c, uint8_t *to)
{
	const struct cart_spec *spec = cart_spec(c);
	char text[CART_BARCODE_MAX + 10] = { 0 };
	size_t n = strnlen(spec->barcode, 23);

	memcpy(text, spec->barcode, n);
	text[n++] = '_';
	for (int i = 0; i < 4; i++) {
		text[n++] = "0123456789ABCDEF"[spec->uuid[i] >> 4];
		text[n++] = "0123456789ABCDEF"[spec->uuid[i] & 0x0f];
	}
	ssc_put_text(to, 32, text);
}

enum sts ssc_read_media_serial(struct scsi_cmd *cmd)
{
	uint8_t p[4 + 32] = { 0, 0, 0, 32 };

	ssc_medium_serial(ssc_drive_of(cmd)->cart, &p[4]);
	scsi_reply(cmd, p, sizeof(p));
	return STS_GOOD;
}

/* The text goes to the log: there is no window to show it in. */
enum sts ssc_load_display(struct scsi_cmd *cmd)
{
	struct ssc_drive *d = ssc_drive_of(cmd);
	char text[] = "display: 12345678 12345678";

	if (cmd->len < 17)
		return cmd->len ? bad_cdb(cmd, 4, 7) : STS_GOOD;
	for (int i = 0; i < 16; i++) {
		const uint8_t c = cmd->data[1 + i];

		text[i + 9 + i / 8] = c >= 0x20 && c < 0x7f ? (char)c : ' ';
	}
	d->loader->log(d->loader, text);
	return STS_GOOD;
}
