// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes that the drive makes (SPC-5 7.4.2: device and medium types) and the rules for those
 * that hosts store.  A row is an attribute.
 */
#include <string.h>

#include "base/bytes.h"
#include "ssc/internal.h"

enum { BINARY, ASCII, TEXT };
enum { TYPE_CLEANING = 0x01, TYPE_WORM = 0x80, CLEANINGS_MAX = 50 };
enum { MIB_SHIFT = 20 };

struct source {
	const struct ssc_drive *d;
	uint32_t partition;
};

struct device_row {
	uint16_t id;
	uint8_t len, format;
	void (*get)(const struct source *s, uint8_t *v);
};

static void remaining(const struct source *s, uint8_t *v)
{
	const struct cart_end end = cart_end_of(s->d->cart, s->partition);

	be_put64(v, 8, (end.used < end.capacity ? end.capacity - end.used : 0) >> MIB_SHIFT);
}

static void maximum(const struct source *s, uint8_t *v)
{
	be_put64(v, 8, cart_end_of(s->d->cart, s->partition).capacity >> MIB_SHIFT);
}

static void alerts(const struct source *s, uint8_t *v)
{
	/* Flag 1 is the first bit on the wire. */
	for (unsigned int flag = 0; flag < 64; flag++)
		if (s->d->unit.alerts >> flag & 1)
			v[flag / 8] |= (uint8_t)(0x80 >> flag % 8);
}

static void loads(const struct source *s, uint8_t *v)
{
	be_put64(v, 8, cart_counters(s->d->cart)->loads);
}

/* Each stored attribute takes its header and its value. */
static void mam_room(const struct source *s, uint8_t *v)
{
	struct cart_attribute a = { 0 };
	uint64_t used = 0;

	for (uint32_t id = 0; id <= UINT16_MAX; id = a.id + 1u) {
		if (cart_attribute_next(s->d->cart, s->partition, (uint16_t)id, &a))
			break;
		used += 5u + a.len;
	}
	be_put64(v, 8, s->d->medium->mam_bytes > used ? s->d->medium->mam_bytes - used : 0);
}

static void organization(const struct source *s, uint8_t *v)
{
	ssc_put_text(v, 8, s->d->medium->organization);
}

static void formatted_density(const struct source *s, uint8_t *v)
{
	v[0] = cart_spec(s->d->cart)->density;
}

static void initializations(const struct source *s, uint8_t *v)
{
	be_put(v, 2, cart_counters(s->d->cart)->initializations);
}

static void change_reference(const struct source *s, uint8_t *v)
{
	be_put(v, 4, cart_counters(s->d->cart)->change_reference);
}

static void put_drive(const struct source *s, uint8_t *v, unsigned int i)
{
	ssc_put_text(v, 40, cart_counters(s->d->cart)->drives[i]);
}

static void drive_0(const struct source *s, uint8_t *v) { put_drive(s, v, 0); }
static void drive_1(const struct source *s, uint8_t *v) { put_drive(s, v, 1); }
static void drive_2(const struct source *s, uint8_t *v) { put_drive(s, v, 2); }
static void drive_3(const struct source *s, uint8_t *v) { put_drive(s, v, 3); }

static void written(const struct source *s, uint8_t *v)
{
	be_put64(v, 8, cart_counters(s->d->cart)->written >> MIB_SHIFT);
}

static void read_total(const struct source *s, uint8_t *v)
{
	be_put64(v, 8, cart_counters(s->d->cart)->read >> MIB_SHIFT);
}

static void written_last(const struct source *s, uint8_t *v)
{
	be_put64(v, 8, cart_counters(s->d->cart)->written_last >> MIB_SHIFT);
}

static void read_last(const struct source *s, uint8_t *v)
{
	be_put64(v, 8, cart_counters(s->d->cart)->read_last >> MIB_SHIFT);
}

static void manufacturer(const struct source *s, uint8_t *v)
{
	(void)s;
	ssc_put_text(v, 8, "VTL");
}

static void serial(const struct source *s, uint8_t *v)
{
	ssc_medium_serial(s->d->cart, v);
}

static void length(const struct source *s, uint8_t *v)
{
	be_put(v, 4, s->d->medium->length);
}

static void width(const struct source *s, uint8_t *v)
{
	be_put(v, 4, s->d->medium->width);
}

static void density(const struct source *s, uint8_t *v)
{
	v[0] = s->d->medium->density;
}

/* Unless whoever made the cartridge stored one. */
static void date(const struct source *s, uint8_t *v)
{
	(void)s;
	ssc_put_text(v, 8, "20260101");
}

static void mam_size(const struct source *s, uint8_t *v)
{
	be_put64(v, 8, s->d->medium->mam_bytes);
}

static void medium_type(const struct source *s, uint8_t *v)
{
	const enum cart_type type = cart_spec(s->d->cart)->type;

	v[0] = type == CART_WORM_TAPE ? TYPE_WORM : type == CART_CLEANING_TAPE ? TYPE_CLEANING : 0;
}

static void medium_information(const struct source *s, uint8_t *v)
{
	if (cart_spec(s->d->cart)->type == CART_CLEANING_TAPE)
		be_put(v, 2, CLEANINGS_MAX);
}

static void barcode(const struct source *s, uint8_t *v)
{
	ssc_put_text(v, 32, cart_spec(s->d->cart)->barcode);
}

static const struct device_row device_rows[] = {
	/* id    len format  get */
	{ 0x0000, 8, BINARY, remaining },
	{ 0x0001, 8, BINARY, maximum },
	{ 0x0002, 8, BINARY, alerts },
	{ 0x0003, 8, BINARY, loads },
	{ 0x0004, 8, BINARY, mam_room },
	{ 0x0005, 8, ASCII, organization },
	{ 0x0006, 1, BINARY, formatted_density },
	{ 0x0007, 2, BINARY, initializations },
	{ 0x0009, 4, BINARY, change_reference },
	{ 0x020a, 40, ASCII, drive_0 },
	{ 0x020b, 40, ASCII, drive_1 },
	{ 0x020c, 40, ASCII, drive_2 },
	{ 0x020d, 40, ASCII, drive_3 },
	{ 0x0220, 8, BINARY, written },
	{ 0x0221, 8, BINARY, read_total },
	{ 0x0222, 8, BINARY, written_last },
	{ 0x0223, 8, BINARY, read_last },
	{ 0x0400, 8, ASCII, manufacturer },
	{ 0x0401, 32, ASCII, serial },
	{ 0x0402, 4, BINARY, length },
	{ 0x0403, 4, BINARY, width },
	{ 0x0404, 8, ASCII, organization },
	{ 0x0405, 1, BINARY, density },
	{ 0x0406, 8, ASCII, date },
	{ 0x0407, 8, BINARY, mam_size },
	{ 0x0408, 1, BINARY, medium_type },
	{ 0x0409, 2, BINARY, medium_information },
	{ 0x0806, 32, ASCII, barcode },
	{ 0 },
};

bool ssc_attribute_device(const struct ssc_drive *d, uint32_t partition, uint16_t from,
			  uint8_t *buf, struct cart_attribute *ret)
{
	const struct source s = { d, partition };
	const struct device_row *r = device_rows;

	while (r->get && r->id < from)
		r++;
	if (!r->get)
		return false;
	memset(buf, 0, SSC_ATTRIBUTE_MAX);
	r->get(&s, buf);
	*ret = (struct cart_attribute){ r->id, r->len, r->format, buf };
	return true;
}

/* Hosts' attributes (SPC-5 7.4.2.4): first to last, the lengths from least to most. */
static const struct host_row {
	uint16_t first, last, least, most;
	uint8_t format;
} host_rows[] = {
	{ 0x0800, 0x0800,   8,   8, ASCII },	/* application vendor */
	{ 0x0801, 0x0801,  32,  32, ASCII },	/* application name */
	{ 0x0802, 0x0802,   8,   8, ASCII },	/* application version */
	{ 0x0803, 0x0803, 160, 160, TEXT },	/* user medium label */
	{ 0x0804, 0x0804,  12,  12, ASCII },	/* date and time last written */
	{ 0x0805, 0x0805,   1,   1, BINARY },	/* localization identifier */
	{ 0x0806, 0x0806,  32,  32, ASCII },	/* barcode */
	{ 0x0807, 0x0807,  80,  80, TEXT },	/* owning host */
	{ 0x0808, 0x0808, 160, 160, TEXT },	/* media pool */
	{ 0x0809, 0x0809,  16,  16, ASCII },	/* partition user label */
	{ 0x080a, 0x080a,   1,   1, BINARY },	/* load and unload at partition */
	{ 0x080b, 0x080b,  16,  16, ASCII },	/* application format version */
	{ 0x080c, 0x080c,  23, 1023, BINARY },	/* volume coherency information */
	{ 0x0820, 0x0821,  36,  36, BINARY },	/* medium and media pool GUIDs */
	{ 0x1400, 0x17ff,   1, CART_MAM_MAX, UINT8_MAX },	/* hosts' vendors'; any format */
	{ 0 },
};

bool ssc_attribute_allowed(const struct cart_attribute *a)
{
	for (const struct host_row *r = host_rows; r->first; r++) {
		if (a->id < r->first || a->id > r->last)
			continue;
		if (!a->len)
			return true;
		return a->len >= r->least && a->len <= r->most &&
		       (r->format == UINT8_MAX || r->format == a->format);
	}
	return false;
}
