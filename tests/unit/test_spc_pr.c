// SPDX-License-Identifier: GPL-2.0-only
/* Reservations, of SPC-2 and persistent, from three initiators: A is 0, B is 1, C is 2. */
#include <stdio.h>
#include <string.h>

#include "fake/toy_unit.h"

#define ILLEGAL(f)   .sense = 0x05, .asc = 0x2400, .field = (f)
#define BAD_LIST(f)  .sense = 0x05, .asc = 0x2600, .field = (f)
#define CONFLICT     .status = SAM_CONFLICT
#define UA(code)     .sense = 0x06, .asc = (code)
#define A            .initiator = 0
#define B            .initiator = 1
#define C            .initiator = 2
#define RESTART      { "as new", .event = toy_again }

#define READY        { 0x00 }
#define READ         { 0x08 }
#define WRITE        { 0x0a }
#define SELECT       { 0x15, 0x10 }
#define RESERVE6     { 0x16 }
#define RELEASE6     { 0x17 }

static const struct step classic[] = {
	RESTART,
	{ "A reserves", RESERVE6, A },
	{ "again", RESERVE6, A },
	{ "B may not", RESERVE6, B, CONFLICT },
	{ "nor write", WRITE, B, CONFLICT },
	{ "nor read", READ, B, CONFLICT },
	{ "nor prevent removal", { 0x1e, 0, 0, 0, 1 }, B, CONFLICT },
	{ "but allow it", { 0x1e }, B },
	{ "and inquire", { 0x12, 0, 0, 0, 5 }, .in = BYTES("\x01\x80\x06\x02\x37"), B },
	{ "and have no effect with RELEASE", RELEASE6, B },
	{ "A writes", WRITE, A },
	{ "B writes not yet", WRITE, B, CONFLICT },
	{ "persistent ones are kept out", { 0x5e, 0, 0, 0, 0, 0, 0, 0, 64 }, A, CONFLICT },
	{ "both ways", { 0x5f, 0, 0, 0, 0, 0, 0, 0, 24 }, .out = BLANK(24), A, CONFLICT },
	{ "A releases with 10", { 0x57 }, A },
	{ "B writes", WRITE, B },
	{ "B reserves with 10", { 0x56 }, B },
	{ "A reads not", READ, A, CONFLICT },
	{ "third parties", { 0x16, 0x10 }, B, ILLEGAL(IN_CDB(1, 4)) },
	{ "a list", { 0x56, 0, 0, 0, 0, 0, 0, 0, 8 }, B, ILLEGAL(IN_CDB(7, 7)) },
	{ "releasing for third parties", { 0x17, 0x10 }, B, ILLEGAL(IN_CDB(1, 4)) },
	{ 0 },
};

/* Keys as eight equal bytes. */
#define K(c)   c c c c c c c c
#define K0     K("\0")
#define KA     K("\xaa")
#define KB     K("\xbb")
#define KC     K("\xcc")
#define TAIL   "\0\0\0\0\0\0\0\0"
#define OUT_CDB(action, type) { 0x5f, action, type, 0, 0, 0, 0, 0, 24 }
#define REGISTER(old, new)  OUT_CDB(0, 0), .out = BYTES(old new TAIL)
#define IGNORING(new)       OUT_CDB(6, 0), .out = BYTES(K("\x11") new TAIL)
#define RESERVE(type, key)  OUT_CDB(1, type), .out = BYTES(key K0 TAIL)
#define RELEASE(type, key)  OUT_CDB(2, type), .out = BYTES(key K0 TAIL)
#define CLEAR(key)          OUT_CDB(3, 0), .out = BYTES(key K0 TAIL)
#define PREEMPT(type, key, victim) OUT_CDB(4, type), .out = BYTES(key victim TAIL)
#define ABORT(type, key, victim)   OUT_CDB(5, type), .out = BYTES(key victim TAIL)
#define KEYS                { 0x5e, 0, 0, 0, 0, 0, 0, 1, 0 }
#define RESERVATION         { 0x5e, 1, 0, 0, 0, 0, 0, 1, 0 }
#define CAPABILITIES        { 0x5e, 2, 0, 0, 0, 0, 0, 1, 0 }
#define FULL_STATUS         { 0x5e, 3, 0, 0, 0, 0, 0, 1, 0 }
#define EVERYBODY           { "A registers", REGISTER(K0, KA), A }, \
			    { "B registers", REGISTER(K0, KB), B }, \
			    { "C registers", REGISTER(K0, KC), C }

static const struct step registering[] = {
	RESTART,
	{ "nobody", KEYS, .in = BYTES("\0\0\0\0\0\0\0\0") },
	{ "A registers with a wrong old key", REGISTER(KB, KA), A, CONFLICT },
	{ "A registers nothing", REGISTER(K0, K0), A },
	{ "A registers", REGISTER(K0, KA), A },
	{ "A and its generation", KEYS, .in = BYTES("\0\0\0\1\0\0\0\x08" KA) },
	{ "A with a wrong key", REGISTER(KC, KB), A, CONFLICT },
	{ "A takes another key", REGISTER(KA, KC), A },
	{ "and another, ignoring the old", IGNORING(KA), A },
	{ "B too", IGNORING(KB), B },
	{ "both", KEYS, .in = BYTES("\0\0\0\4\0\0\0\x10" KA KB) },
	{ "no reservation yet", RESERVATION, .in = BYTES("\0\0\0\4\0\0\0\0") },
	{ "RESERVE of SPC-2 is kept out", RESERVE6, A, CONFLICT },
	{ "and RELEASE", RELEASE6, A, CONFLICT },
	{ "B leaves", REGISTER(KB, K0), B },
	{ "A leaves, ignoring", IGNORING(K0), A },
	{ "C leaves, never having come", IGNORING(K0), C },
	{ "nobody again", KEYS, .in = BYTES("\0\0\0\6\0\0\0\0") },
	{ "what it can", CAPABILITIES, .in = BYTES("\0\x08\x04\x80\xea\x01\0\0") },
	{ "unknown action in", { 0x5e, 4, 0, 0, 0, 0, 0, 1, 0 }, ILLEGAL(IN_CDB(1, 4)) },
	{ "unknown action out", OUT_CDB(7, 0), .out = BLANK(24), ILLEGAL(IN_CDB(1, 4)) },
	{ "a short list", { 0x5f, 0, 0, 0, 0, 0, 0, 0, 23 }, .out = BLANK(23), .sense = 0x05,
	  .asc = 0x1a00 },
	{ "through power loss", OUT_CDB(0, 0), .out = BYTES(K0 KA "\0\0\0\0\1\0\0\0"),
	  BAD_LIST(IN_LIST(20, 0)) },
	{ "for other initiators", OUT_CDB(0, 0), .out = BYTES(K0 KA "\0\0\0\0\x08\0\0\0"),
	  BAD_LIST(IN_LIST(20, 3)) },
	{ "through all ports", OUT_CDB(0, 0), .out = BYTES(K0 KA "\0\0\0\0\4\0\0\0") },
	{ 0 },
};

static const struct step exclusive[] = {
	RESTART,
	{ "C registers", REGISTER(K0, KC), C },
	{ "C leaves", REGISTER(KC, K0), C },
	{ "A registers", REGISTER(K0, KA), A },
	{ "B registers", REGISTER(K0, KB), B },
	{ "C reserves without registration", RESERVE(3, K0), C, CONFLICT },
	{ "A reserves with a wrong key", RESERVE(3, KB), A, CONFLICT },
	{ "an element", RESERVE(0x23, KA), A, ILLEGAL(IN_CDB(2, 7)) },
	{ "an unknown type", RESERVE(2, KA), A, ILLEGAL(IN_CDB(2, 3)) },
	{ "A reserves", RESERVE(3, KA), A },
	{ "again", RESERVE(3, KA), A },
	{ "with another type", RESERVE(1, KA), A, CONFLICT },
	{ "B may not", RESERVE(3, KB), B, CONFLICT },
	{ "the holder's key is told", RESERVATION, C,
	  .in = BYTES("\0\0\0\4\0\0\0\x10" KA "\0\0\0\0\0\x03\0\0") },
	{ "A writes", WRITE, A },
	{ "B does not read", READ, B, CONFLICT },
	{ "C neither", READ, C, CONFLICT },
	{ "nor select", SELECT, C, CONFLICT },
	{ "C is ready", READY, C },
	{ "B releases nothing", RELEASE(3, KB), B },
	{ "A releases with another type", RELEASE(1, KA), A, .sense = 0x05, .asc = 0x2604 },
	{ "A releases", RELEASE(3, KA), A },
	{ "B does not hear", READ, B },
	{ "B reserves", RESERVE(3, KB), B },
	{ "A does not write", WRITE, A, CONFLICT },
	{ "B leaves and its reservation ends", REGISTER(KB, K0), B },
	{ "A does not hear, and writes", WRITE, A },
	{ 0 },
};

static const struct step types[] = {
	RESTART, EVERYBODY, { "C leaves", REGISTER(KC, K0), C },
	{ "write exclusive", RESERVE(1, KA), A },
	{ "B reads", READ, B }, { "B does not write", WRITE, B, CONFLICT },
	{ "C reads", READ, C }, { "C does not select", SELECT, C, CONFLICT },
	{ "gone", RELEASE(1, KA), A },
	{ "write exclusive, registrants", RESERVE(5, KA), A },
	{ "B writes", WRITE, B }, { "C reads", READ, C },
	{ "C does not write", WRITE, C, CONFLICT },
	{ "gone", RELEASE(5, KA), A },
	{ "B hears", READY, B, UA(0x2a04) }, { "C does not", READY, C },
	{ "exclusive access, registrants", RESERVE(6, KA), A },
	{ "B writes", WRITE, B }, { "C does not read", READ, C, CONFLICT },
	{ "A leaves", REGISTER(KA, K0), A },
	{ "B hears", READY, B, UA(0x2a04) }, { "all may", WRITE, C },
	{ "A is back", REGISTER(K0, KA), A },
	{ "write exclusive, all registrants", RESERVE(7, KA), A },
	{ "B holds it too", RESERVE(7, KB), B },
	{ "it has no key", RESERVATION, .in = BYTES("\0\0\0\6\0\0\0\x10" K0 "\0\0\0\0\0\x07\0\0") },
	{ "A leaves", REGISTER(KA, K0), A },
	{ "it stays", WRITE, C, CONFLICT }, { "B writes", WRITE, B },
	{ "B leaves", REGISTER(KB, K0), B }, { "it is gone", WRITE, C },
	{ "B is back", REGISTER(K0, KB), B },
	{ "exclusive access, all registrants", RESERVE(8, KB), B },
	{ "C does not read", READ, C, CONFLICT },
	{ "full status", FULL_STATUS, .in = BYTES("\0\0\0\x09\0\0\0\x30"
	  KB "\0\0\0\0" "\1\x08\0\0\0\0\0\1" "\0\0\0\x18"
	  "\6\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0") },
	{ 0 },
};

static const struct step clearing[] = {
	RESTART, EVERYBODY,
	{ "A reserves", RESERVE(3, KA), A },
	{ "C clears with a wrong key", CLEAR(KA), C, CONFLICT },
	{ "C clears", CLEAR(KC), C },
	{ "A hears", READY, A, UA(0x2a03) },
	{ "B hears", READY, B, UA(0x2a03) },
	{ "C does not", READY, C },
	{ "nobody is left", KEYS, .in = BYTES("\0\0\0\4\0\0\0\0") },
	{ "nothing is reserved", WRITE, B },
	{ 0 },
};

static const struct step preempting[] = {
	RESTART, EVERYBODY,
	{ "with a wrong key", PREEMPT(3, KB, KC), A, CONFLICT },
	{ "nobody's key", PREEMPT(3, KA, K("\x99")), A, CONFLICT },
	{ "key 0", PREEMPT(3, KA, K0), A, BAD_LIST(IN_LIST(8, 7)) },
	{ "A removes C", PREEMPT(3, KA, KC), A },
	{ "C hears", READY, C, UA(0x2a05) }, { "B does not", READY, B },
	{ "nothing is reserved", WRITE, C },
	{ "B reserves", RESERVE(3, KB), B },
	{ "B releases", RELEASE(3, KB), B },
	{ "A removes B, who holds nothing now", PREEMPT(2, KA, KB), A },
	{ "B hears", READY, B, UA(0x2a05) },
	{ "nothing is reserved", RESERVATION, .in = BYTES("\0\0\0\5\0\0\0\0") },
	{ "B is back", REGISTER(K0, KB), B },
	{ "B reserves", RESERVE(3, KB), B },
	{ "A takes it, of an unknown type", PREEMPT(2, KA, KB), A, ILLEGAL(IN_CDB(2, 3)) },
	{ "A takes it", PREEMPT(1, KA, KB), A },
	{ "B hears", READY, B, UA(0x2a05) },
	{ "it is A's", RESERVATION, .in = BYTES("\0\0\0\7\0\0\0\x10" KA "\0\0\0\0\0\x01\0\0") },
	{ "B is no registrant", KEYS, .in = BYTES("\0\0\0\7\0\0\0\x08" KA) },
	{ "B reads", READ, B }, { "but does not write", WRITE, B, CONFLICT },
	{ "A takes from itself", PREEMPT(3, KA, KA), A },
	{ "and stays", KEYS, .in = BYTES("\0\0\0\x08\0\0\0\x08" KA) },
	{ "B does not read", READ, B, CONFLICT },
	{ 0 },
};

static const struct step preempting_shared[] = {
	RESTART, EVERYBODY,
	{ "registrants only", RESERVE(6, KA), A },
	{ "B takes it with another type", PREEMPT(5, KB, KA), B },
	{ "A is out", READY, A, UA(0x2a05) },
	{ "C hears that the old one is gone", READY, C, UA(0x2a04) },
	{ "C shares the new one", WRITE, C },
	{ "A reads", READ, A }, { "but does not write", WRITE, A, CONFLICT },
	RESTART, EVERYBODY,
	{ "registrants only", RESERVE(6, KA), A },
	{ "B takes it as it is", PREEMPT(6, KB, KA), B },
	{ "for C nothing has changed", WRITE, C },
	RESTART, EVERYBODY,
	{ "exclusive access", RESERVE(3, KA), A },
	{ "B takes it with another type", PREEMPT(6, KB, KA), B },
	{ "C shares it without a word", WRITE, C },
	RESTART, EVERYBODY,
	{ "all registrants", RESERVE(8, KA), A },
	{ "B removes C", PREEMPT(8, KB, KC), B },
	{ "C is out", READ, C, UA(0x2a05) }, { "for good", READ, C, CONFLICT },
	{ "A is not", WRITE, A },
	{ "B takes all, key 0", PREEMPT(3, KB, K0), B },
	{ "A is out", READY, A, UA(0x2a05) }, { "for good", READ, A, CONFLICT },
	{ "B is in", WRITE, B },
	{ "one is left", KEYS, .in = BYTES("\0\0\0\5\0\0\0\x08" KB) },
	RESTART, { "A registers", REGISTER(K0, KA), A },
	{ "for all registrants, that is A", RESERVE(7, KA), A },
	{ "A removes its own key", PREEMPT(7, KA, KA), A },
	{ "nobody is left, nothing reserved", WRITE, C },
	{ 0 },
};

static const struct step aborting[] = {
	RESTART, EVERYBODY,
	{ "C prevents removal", { 0x1e, 0, 0, 0, 1 }, C },
	{ "C reserves", RESERVE(3, KC), C },
	{ "B takes it and what C has in hand", ABORT(3, KB, KC), B },
	{ "C hears", READY, C, UA(0x2a05) },
	{ "C is out", READ, C, CONFLICT },
	{ "B is in", WRITE, B },
	{ 0 },
};

static void reset(void *toy)
{
	spc_unit_reset(&((struct toy *)toy)->unit, STS_UA_RESET);
}

static const struct step resetting[] = {
	RESTART,
	{ "A reserves", RESERVE6, A },
	{ "a reset", .event = reset },
	{ "ends it", READ, B, UA(0x2903) }, { "for B", READ, B },
	{ "A hears", READ, A, UA(0x2903) },
	{ "A registers", REGISTER(K0, KA), A },
	{ "A reserves", RESERVE(3, KA), A },
	{ "another reset", .event = reset },
	{ "is told", READ, B, UA(0x2903) },
	{ "but does not end that", READ, B, CONFLICT },
	{ 0 },
};

/* One more than there are places for. */
static int many(struct script *s)
{
	static const struct step over[] = {
		{ "one registrant too many", REGISTER(K0, KA), .initiator = SPC_REGISTRANTS,
		  .sense = 0x05, .asc = 0x5504 },
		{ "all of them", { 0x5e, 0, 0, 0, 0, 0, 0, 4, 0 }, .room = 1024, .begins = true,
		  .initiator = SPC_REGISTRANTS, .in = BYTES("\0\0\0\x20\0\0\1\0" KA KA) },
		{ 0 },
	};
	struct toy *t = s->ctx;
	struct step row = { "register", REGISTER(K0, KA) };
	bool good = true;
	int failed;

	toy_again(t);
	for (uint8_t i = 0; i < SPC_REGISTRANTS; i++) {
		row.initiator = i;
		scsi_attention_take(&t->unit.lu, i);
		good &= script_send(s, &row) && s->answer.status == SAM_GOOD;
	}
	printf("%s - reservation: %d registrants%s\n", good ? "ok" : "not ok", SPC_REGISTRANTS,
	       good ? "" : ": refused");
	scsi_attention_take(&t->unit.lu, SPC_REGISTRANTS);
	failed = script_run(s, "reservation", over);
	failed += script_cut(s, "reservation", &over[1], 7, 2);
	row = (struct step){ "full status", FULL_STATUS, .room = 1600,
			     .initiator = SPC_REGISTRANTS };
	failed += script_cut(s, "reservation", &row, 7, 2);
	return failed + !good;
}

static void with_registrants(void *toy)
{
	struct spc_reservation *r = &((struct toy *)toy)->unit.pr;

	toy_again(toy);
	for (int i = 0; i < 2; i++)
		r->registrants[i] = (struct spc_registrant){
			.used = true, .initiator = (uint64_t)i, .key = 0xaaaaaaaaaaaaaaaa };
}

int main(void)
{
	static const struct step out[] = {
		{ "REGISTER", REGISTER(KA, KB) }, { "RESERVE", RESERVE(3, KA) },
		{ "RELEASE", RELEASE(3, KA) }, { "CLEAR", CLEAR(KA) },
		{ "PREEMPT", PREEMPT(3, KA, KA) }, { "PREEMPT AND ABORT", ABORT(3, KA, KA) },
		{ "REGISTER AND IGNORE", IGNORING(KB) }, { 0 },
	};
	static struct toy t;
	struct script s = { .lu = &t.unit.lu, .ctx = &t };
	int failed = 0;

	toy_init(&t, &toy_class);
	failed += script_run(&s, "RESERVE", classic);
	failed += script_run(&s, "registration", registering);
	failed += script_run(&s, "exclusive access", exclusive);
	failed += script_run(&s, "types", types);
	failed += script_run(&s, "clear", clearing);
	failed += script_run(&s, "preempt", preempting);
	failed += script_run(&s, "preempt shared", preempting_shared);
	failed += script_run(&s, "preempt and abort", aborting);
	failed += !!spc_removal_prevented(&t.unit);
	failed += script_run(&s, "reset", resetting);
	failed += many(&s);
	for (const struct step *row = out; row->what; row++)
		failed += script_hostile(&s, "reservation", row, 5, 4, with_registrants);
	toy_release(&t);
	script_run(&s, "end", &(const struct step){ 0 });
	return failed != 0;
}
