/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Conformance tables and what plays them: each row is a command and the answer it must get.  Rows
 * know nothing of the unit, so that the same ones go to an object in this process or, through
 * another port, to a real device.
 *
 *	static const struct step basics[] = {
 *		{ "power on is told",  { 0x00 }, .sense = 0x06, .asc = 0x2900 },
 *		{ "then it is ready",  { 0x00 } },
 *		{ "write",             { 0x0a, 0, 0, 0, 5 }, .out = BYTES("hello") },
 *		{ "read it back",      { 0x08, 0, 0, 0, 5 }, .in = BYTES("hello") },
 *		{ 0 },
 *	};
 *	struct script s = { .lu = &drive.lu, .ctx = &drive };
 *	failed |= script_run(&s, "basics", basics);
 */
#ifndef VTL_FAKE_SCRIPT_H
#define VTL_FAKE_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "scsi/cmd.h"

/* Rows leave out what they have no opinion on. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct script_bytes {
	const char *p;
	uint32_t n;
};

#define BYTES(s) { s, sizeof(s) - 1 }	/* these bytes and no other */
#define BLANK(n) { NULL, n }		/* out: n zeros; in: any n bytes */
#define ANY      { NULL, SCRIPT_ANY }	/* in: whatever comes, or nothing */

/* Field pointer wanted: to CDB or parameter list, byte and bit. */
#define IN_CDB(byte, bit)  (0x8000u | 0x4000u | (uint32_t)(bit) << 16 | (byte))
#define IN_LIST(byte, bit) (0x8000u | (uint32_t)(bit) << 16 | (byte))

enum {
	SCRIPT_ROOM = 256,		/* data-in room unless a row says so */
	SCRIPT_PENDING = 0xfe,		/* status: no answer yet */
	SCRIPT_ANSWER = 0xfd,		/* status of an event: a pending command is answered */
};
#define SCRIPT_ANY     UINT32_MAX
#define SCRIPT_NO_ROOM UINT32_MAX

struct step {
	const char *what;		/* NULL ends the table */
	uint8_t cdb[32];
	struct script_bytes out, in;
	uint8_t sense;			/* key, and FILEMARK, EOM, ILI as in byte 2 */
	uint16_t asc;			/* both 0: GOOD, nothing to sense */
	uint8_t status;			/* 0: as sense says; SAM_CONFLICT, SCRIPT_* */
	bool has_info;			/* INFORMATION is valid and is .info */
	bool no_info;			/* INFORMATION is not valid */
	bool deferred;			/* the error is that of an earlier command */
	int64_t info;
	uint32_t field;			/* IN_CDB(), IN_LIST(); 0: no matter */
	const char *mask;		/* of .in, as long: the bits that count; NULL all */
	bool begins;			/* .in is how the answer begins; more may follow */
	uint32_t room;			/* data-in bytes the host takes; 0: SCRIPT_ROOM */
	uint8_t initiator;		/* 0, 1, ... */
	void (*event)(void *ctx);	/* no command: something happens to the unit */
};

/* What came back for a row. */
struct script_answer {
	bool came;
	uint8_t status, sense_len;
	uint8_t sense[SENSE_MAX];
	uint8_t *in;			/* heap; the caller frees it */
	uint32_t in_len;
};

/* Sense data of either format, taken apart. */
struct script_sense {
	uint8_t byte2;			/* key and flags */
	uint16_t asc;
	bool has_info, has_field, in_list, deferred;
	int64_t info;			/* fixed format: 32 bits, sign extended */
	uint16_t byte;
	uint8_t bit;
	uint16_t progress;
};
/* False: not valid sense data. */
bool script_sense_parse(const uint8_t *sense, uint8_t len, struct script_sense *ret);

/*
 * Compares and prints "ok - table: what" or "not ok - table: what: why"; returns 1 on failure.
 * For players of other ports too.
 */
int script_check(const char *table, const struct step *row, const struct script_answer *a);

/* The player in this process: exact-size heap buffers show the first byte too many to ASan. */
struct script {
	struct lu *lu;
	void *ctx;			/* for event rows */
	/*
	 * Another way to a unit than scsi_dispatch(), or NULL.  Sends the row and fills .answer;
	 * false: a row like this cannot go this way, and script_run() passes it over.
	 */
	bool (*port)(struct script *s, const struct step *row);
	void *port_ctx;
	struct script_answer answer;	/* of the row in hand */
	unsigned int answers;
	bool passed_over;		/* by the port */
};

/* Plays the rows; returns the number that failed. */
int script_run(struct script *s, const char *table, const struct step *rows);

/* One command, answered into s->answer (valid till the next); true: an answer came. */
bool script_send(struct script *s, const struct step *row);

/*
 * Truncation: the row (good, data-in) with every allocation length from 0 to .room, in the CDB
 * field of width bytes at at, must give the beginning of the longest answer, and no more.
 */
int script_cut(struct script *s, const char *table, const struct step *row, unsigned int at,
	       unsigned int width);

/*
 * Hostility: the row (data-out) with every shorter list, with the CDB's field (width bytes at at)
 * telling the truth and telling of more, and with every byte of the list changed in some ways.
 * Any answer will do that is one; after each restore(ctx), if given.  Returns failures.
 */
int script_hostile(struct script *s, const char *table, const struct step *row, unsigned int at,
		   unsigned int width, void (*restore)(void *ctx));

/*
 * A storm: rounds commands of the unit's rows, in the bits that a host may set, with random fields,
 * lists and room; the same ones in each run.  Any answer will do that is one, and none where
 * restore(ctx), called after each, brings it.  Returns failures.
 */
int script_storm(struct script *s, const char *table, unsigned int rounds,
		 void (*restore)(void *ctx));

#endif
