// SPDX-License-Identifier: GPL-2.0-only
/* What mhvtl keeps of a cartridge beside its data: numbers are big-endian but for flags. */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/macros.h"
#include "tools/mhvtl_media.h"

enum { BINARY, ASCII, TEXT };
enum { SERIAL = 0x0401, VENDOR = 0x0800, VERSION = 0x0802, BARCODE = 0x0806, COHERENCY = 0x080c };
enum { WRITE_PROTECT = 2 };

/* Attributes of hosts, and the place that format 3 has for them. */
static const struct host_row {
	uint16_t id, at, len;		/* len 0: format 3 has none */
	uint8_t format;
} host_rows[] = {
	/* id      at  len  format */
	{ SERIAL,  258,  32, ASCII },	/* medium serial number */
	{ VENDOR,  332,   8, ASCII },	/* application vendor */
	{ 0x0801,  340,  32, ASCII },	/* application name */
	{ VERSION, 372,   8, ASCII },	/* application version */
	{ 0x0803,  380, 160, TEXT },	/* user medium text label */
	{ 0x0804,  540,  12, ASCII },	/* date and time last written */
	{ 0x0805,  552,   1, BINARY },	/* localization */
	{ BARCODE, 553,  32, ASCII },
	{ 0x0807,  585,  80, TEXT },	/* owning host */
	{ 0x0808,  665, 160, TEXT },	/* media pool */
	{ 0x080b,    0,   0, ASCII },	/* application format version */
	{ COHERENCY, 0,   0, BINARY },
	{ 0x1623,    0,   0, BINARY },	/* volume lock */
};

static const struct host_row *host_row(uint16_t id)
{
	for (size_t i = 0; i < ARRAY_SIZE(host_rows); i++)
		if (host_rows[i].id == id)
			return &host_rows[i];
	return NULL;
}

/* Printable characters up to the first that is not, without the blanks at the end. */
static void get_text(char *to, size_t size, const uint8_t *from, size_t len)
{
	size_t n = 0;

	while (n < len && n < size - 1 && from[n] >= ' ' && from[n] <= '~')
		n++;
	while (n && from[n - 1] == ' ')
		n--;
	memcpy(to, from, n);
	to[n] = '\0';
}

static bool is_blank(const uint8_t *value, size_t len)
{
	while (len)
		if (value[--len] && value[len] != ' ')
			return false;
	return true;
}

static int add(struct mhvtl_info *info, uint32_t partition, const struct host_row *row,
	       const uint8_t *value, size_t len, char *why)
{
	if (is_blank(value, len))
		return 0;
	if (len > CART_MAM_MAX || info->attributes == MHVTL_ATTRIBUTES)
		return mhvtl_failed(why, -EINVAL, "mam: attribute %04x: too long or too many",
				    row->id);
	if (row->id == BARCODE)
		get_text(info->barcode, sizeof(info->barcode), value, len);
	info->attribute[info->attributes++] = (struct mhvtl_attribute){
		.partition = partition,
		.a = { .id = row->id, .len = (uint16_t)len, .format = row->format,
		       .value = value },
	};
	return 0;
}

static void drop(struct mhvtl_info *info, uint16_t id)
{
	size_t kept = 0;

	for (size_t i = 0; i < info->attributes; i++)
		if (info->attribute[i].a.id != id)
			info->attribute[kept++] = info->attribute[i];
	info->attributes = kept;
}

/* mktape of mhvtl signs as the application: that was no host. */
static void drop_signature(struct mhvtl_info *info)
{
	for (size_t i = 0; i < info->attributes; i++) {
		const struct cart_attribute *a = &info->attribute[i].a;

		if (a->id != VENDOR || a->len < 4 || memcmp(a->value, "vtl-", 4))
			continue;
		drop(info, VENDOR);
		drop(info, VERSION);
		return;
	}
}

static int set_type(struct mhvtl_info *info, uint8_t type, char *why)
{
	switch (type) {
	case 0:
		info->type = CART_DATA_TAPE;
		return 0;
	case 1:
	case 0x80:
		info->type = CART_WORM_TAPE;
		return 0;
	case 2:
		info->type = CART_NULL_TAPE;
		return 0;
	case 6:
		info->type = CART_CLEANING_TAPE;
		return 0;
	}
	return mhvtl_failed(why, -EINVAL, "mam: medium type %u", type);
}

int mhvtl_mam_v3(struct mhvtl_info *info, const uint8_t *mam, char *why)
{
	struct cart_counters *n = &info->counters;
	int err = 0;

	info->capacity = be_get64(mam + 16, 8);
	n->loads = be_get64(mam + 32, 8);
	n->initializations = be_get(mam + 56, 2);
	for (int i = 0; i < 4; i++)
		get_text(n->drives[i], sizeof(n->drives[i]), mam + 58 + 40 * i, 40);
	n->written = be_get64(mam + 218, 8);
	n->read = be_get64(mam + 226, 8);
	n->written_last = be_get64(mam + 234, 8);
	n->read_last = be_get64(mam + 242, 8);
	info->density = mam[319];
	info->write_protect = (mam[826] | mam[827]) & WRITE_PROTECT;
	for (size_t i = 0; !err && i < ARRAY_SIZE(host_rows); i++)
		err = add(info, 0, &host_rows[i], mam + host_rows[i].at, host_rows[i].len, why);
	drop_signature(info);
	return err ? err : set_type(info, mam[320], why);
}

struct item {
	uint16_t id;
	size_t len;
	const uint8_t *value;
};

/* 1: there is one, and *at is behind it; 0: none; -EINVAL. */
static int next_item(const uint8_t *list, size_t len, size_t *at, struct item *ret)
{
	le16 head[2];

	if (*at == len)
		return 0;
	if (len - *at < sizeof(head))
		return -EINVAL;
	memcpy(head, list + *at, sizeof(head));
	*ret = (struct item){ le16_get(head[0]), le16_get(head[1]), list + *at + sizeof(head) };
	if (ret->len > len - *at - sizeof(head))
		return -EINVAL;
	*at += sizeof(head) + ret->len;
	return 1;
}

static uint64_t number(const struct item *i)
{
	return i->len <= 8 ? be_get64(i->value, (unsigned int)i->len) : 0;
}

static int take(struct mhvtl_info *info, const struct item *i, char *why)
{
	struct cart_counters *n = &info->counters;

	switch (i->id) {
	case 0x0001:
		info->capacity = number(i);
		break;
	case 0x0003:
		n->loads = number(i);
		break;
	case 0x0007:
		n->initializations = (uint32_t)number(i);
		break;
	case 0x0009:
		n->change_reference = (uint32_t)number(i);
		break;
	case 0x020a:
	case 0x020b:
	case 0x020c:
	case 0x020d:
		get_text(n->drives[i->id - 0x020a], sizeof(n->drives[0]), i->value, i->len);
		break;
	case 0x0220:
		n->written = number(i);
		break;
	case 0x0221:
		n->read = number(i);
		break;
	case 0x0222:
		n->written_last = number(i);
		break;
	case 0x0223:
		n->read_last = number(i);
		break;
	case 0x0405:
		info->density = (uint8_t)number(i);
		break;
	case 0x0408:
		return set_type(info, (uint8_t)number(i), why);
	}
	return host_row(i->id) ? add(info, 0, host_row(i->id), i->value, i->len, why) : 0;
}

/* mhvtl_data: coherency and capacity of the partitions are by their number. */
static int take_own(struct mhvtl_info *info, const struct item *i, char *why)
{
	enum { FLAGS = 0x01, DENSITY_NAME = 0x08, COHERENCY_1 = 0x0a, CAPACITY_0 = 0x0d };

	if (i->id == FLAGS)
		for (size_t n = 0; n < i->len; n++)
			info->write_protect |= i->value[n] & WRITE_PROTECT;
	if (i->id == DENSITY_NAME)
		get_text(info->density_name, sizeof(info->density_name), i->value, i->len);
	if (i->id >= CAPACITY_0 && i->id < CAPACITY_0 + CART_PARTITIONS)
		info->partition[i->id - CAPACITY_0].capacity = number(i);
	if (i->id >= COHERENCY_1 && i->id < COHERENCY_1 + CART_PARTITIONS - 1)
		return add(info, i->id - COHERENCY_1 + 1u, host_row(COHERENCY), i->value, i->len,
			   why);
	return 0;
}

static int take_all(struct mhvtl_info *info, const uint8_t *list, size_t len, const char *name,
		    int (*each)(struct mhvtl_info *info, const struct item *i, char *why),
		    char *why)
{
	struct item i;
	size_t at = 0;
	int err;

	while ((err = next_item(list, len, &at, &i)) > 0) {
		err = each(info, &i, why);
		if (err)
			return err;
	}
	return err ? mhvtl_failed(why, err, "%s: cut at byte %zu", name, at) : 0;
}

int mhvtl_mam_v6(struct mhvtl_info *info, const uint8_t *mam, size_t len, const uint8_t *own,
		 size_t own_len, char *why)
{
	int err;

	if (len < 8)
		return mhvtl_failed(why, -EINVAL, "mam: %zu bytes", len);
	err = take_all(info, mam + 8, len - 8, "mam", take, why);
	if (!err)
		err = take_all(info, own, own_len, "mhvtl_data", take_own, why);
	drop_signature(info);
	return err;
}
