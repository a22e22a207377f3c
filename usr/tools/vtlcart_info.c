// SPDX-License-Identifier: GPL-2.0-only
/* vtlcart info: everything that meta, index and sizes tell, for people or as JSON. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "media/inspect.h"
#include "tools/json.h"
#include "tools/tool.h"
#include "tools/vtlcart.h"

/* One description of what there is; it goes to people as "key: value", or to programs. */
struct out {
	bool people;
	struct json json;
};

static void text(struct out *o, const char *key, const char *value)
{
	if (!o->people)
		json_text(&o->json, key, value);
	else if (*value)
		printf("%*s%s: %s\n", (int)o->json.depth * 2, "", key, value);
}

static void number(struct out *o, const char *key, uint64_t n)
{
	if (o->people)
		printf("%*s%s: %llu\n", (int)o->json.depth * 2, "", key, (unsigned long long)n);
	else
		json_number(&o->json, key, n);
}

static void yes_no(struct out *o, const char *key, bool value)
{
	if (o->people)
		printf("%*s%s: %s\n", (int)o->json.depth * 2, "", key, value ? "yes" : "no");
	else
		json_bool(&o->json, key, value);
}

static void hex(struct out *o, const char *key, const uint8_t *bytes, size_t len)
{
	if (!o->people) {
		json_hex(&o->json, key, bytes, len);
		return;
	}
	printf("%*s%s: ", (int)o->json.depth * 2, "", key);
	for (size_t i = 0; i < len; i++)
		printf("%02x", bytes[i]);
	putchar('\n');
}

/* no: the number in a list that begins or goes on, or -1 in front of a record that is no item. */
static void group(struct out *o, const char *key, char bracket, int no)
{
	if (!o->people) {
		json_open(&o->json, key, bracket);
		return;
	}
	if (no >= 0)
		printf("%*s%s %d:\n", (int)o->json.depth * 2, "", key ? key : "", no);
	else if (key)
		printf("%*s%s:\n", (int)o->json.depth * 2, "", key);
	o->json.depth++;
}

static void end_group(struct out *o, char bracket)
{
	if (o->people)
		o->json.depth--;
	else
		json_close(&o->json, bracket);
}

static void put_identity(struct out *o, const struct cart_spec *s)
{
	char density[8];

	snprintf(density, sizeof(density), "0x%02x", s->density);
	text(o, "barcode", s->barcode);
	hex(o, "uuid", s->uuid, sizeof(s->uuid));
	text(o, "medium", s->medium);
	text(o, "type", tool_type_name(s->type));
	text(o, "density", density);
	number(o, "capacity", s->capacity);
	yes_no(o, "write_protect", s->write_protect);
	yes_no(o, "append_only", s->append_only);
}

static void put_state(struct out *o, const struct cartridge *c, bool busy)
{
	struct cart_meta m;
	char when[32] = "";
	const struct tm *tm;
	time_t t;

	cart_meta(c->cart, &m);
	t = (time_t)m.time;
	tm = m.time ? gmtime(&t) : NULL;	/* NULL also where no calendar has it */
	if (tm)
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", tm);
	yes_no(o, "in_use", busy);
	yes_no(o, "put_away", m.clean);
	yes_no(o, "damaged", m.damaged);
	text(o, "why", c->why);
	yes_no(o, "read_only", m.damaged || cart_spec(c->cart)->write_protect || *c->why);
	text(o, "last_load", when);
	text(o, "last_drive", m.owner);
	number(o, "format_minor", m.minor);
	number(o, "features_compatible", m.compatible);
	number(o, "features_read_only", m.read_only);
	number(o, "features_incompatible", m.incompatible);
	number(o, "commits", m.sequence);
}

static void put_counters(struct out *o, const struct cart_counters *n)
{
	group(o, "counters", '{', -1);
	number(o, "loads", n->loads);
	number(o, "bytes_written", n->written);
	number(o, "bytes_read", n->read);
	number(o, "bytes_written_last_load", n->written_last);
	number(o, "bytes_read_last_load", n->read_last);
	number(o, "cleanings", n->cleanings);
	number(o, "formats", n->initializations);
	number(o, "change_reference", n->change_reference);
	end_group(o, '}');
	group(o, "drives", '[', -1);
	for (int i = 0; i < 4; i++)
		if (*n->drives[i] && o->people)
			printf("  %s\n", n->drives[i]);
		else if (*n->drives[i])
			json_text(&o->json, NULL, n->drives[i]);
	end_group(o, ']');
}

/* Text without the blanks and zeros that fill it up; false: bytes for hex. */
static bool as_text(const struct cart_attribute *a, char *to, size_t size)
{
	size_t len = a->len;

	while (len && (a->value[len - 1] == ' ' || !a->value[len - 1]))
		len--;
	if (!a->format || len >= size)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isprint(a->value[i]))
			return false;
	memcpy(to, a->value, len);
	to[len] = '\0';
	return true;
}

static void put_attributes(struct out *o, const struct cart *c, uint32_t partition)
{
	struct cart_attribute a = { 0 };
	char key[8], value[256];

	group(o, "attributes", '{', -1);
	for (uint32_t id = 0; id <= UINT16_MAX; id = a.id + 1u) {
		if (cart_attribute_next(c, partition, (uint16_t)id, &a))
			break;
		snprintf(key, sizeof(key), "%04x", a.id);
		if (as_text(&a, value, sizeof(value)))
			text(o, key, value);
		else
			hex(o, key, a.value, a.len);
	}
	end_group(o, '}');
}

static void put_partitions(struct out *o, const struct cart *c)
{
	struct cart_meta m;

	cart_meta(c, &m);
	if (!o->people)
		json_open(&o->json, "partitions", '[');
	for (uint32_t i = 0; i < cart_partitions(c); i++) {
		const struct cart_end end = cart_end_of(c, i);
		const struct cart_log *log = &m.log[i];

		group(o, o->people ? "partition" : NULL, '{', (int)i);
		number(o, "objects", end.objects);
		number(o, "filemarks", end.filemarks);
		number(o, "used", end.used);
		number(o, "capacity", end.capacity);
		number(o, "on_disk", log->proven);
		number(o, "generation", log->generation);
		number(o, "generation_start", log->start);
		hex(o, "log_id", log->log_id, sizeof(log->log_id));
		put_attributes(o, c, i);
		end_group(o, '}');
	}
	if (!o->people)
		json_close(&o->json, ']');
}

int vtlcart_info(const struct vtlcart *v)
{
	struct out o = { .people = !v->json, .json = { .to = stdout } };
	char path[CARTRIDGE_PATH];
	struct cartridge c;

	if (!cartridge_look(&v->where, v->operand[0], path, &c))
		return VTLCART_FAILED;
	if (v->json)
		json_open(&o.json, NULL, '{');
	text(&o, "folder", path);
	put_identity(&o, cart_spec(c.cart));
	put_state(&o, &c, cartridge_busy(path));
	put_counters(&o, cart_counters(c.cart));
	put_partitions(&o, c.cart);
	if (v->json)
		json_close(&o.json, '}');
	cartridge_drop(&c);
	return tool_flush(v->where.program, VTLCART_FAILED);
}
