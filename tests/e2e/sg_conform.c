// SPDX-License-Identifier: GPL-2.0-only
/*
 * sg_conform changer|drive DEVICE: the tables of conform/, over SG_IO, to a device as it is when
 * the default configuration was made.  They load and move cartridges: for test guests alone.  Rows
 * that need more than one initiator, or somebody at the unit itself, are left to the unit tests.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <scsi/sg_pt.h>

#include "base/macros.h"
#include "conform/smc_steps.h"
#include "conform/ssc_steps.h"
#include "fake/script.h"

enum { TIMEOUT_S = 60, ATTENTIONS_MAX = 16, UNIT_ATTENTION = 0x06 };

static const struct {
	const char *kind;
	const struct conform_table *tables;
} kinds[] = {
	{ "changer", smc_conform },
	{ "drive", ssc_conform },
};

struct port {
	int fd;
	unsigned int passed, failed, skipped;
};

static void take_sense(struct sg_pt_base *pt, struct script_answer *a)
{
	const int len = get_scsi_pt_sense_len(pt);

	if (a->status != SAM_CHECK || len < 8)
		return;
	a->sense_len = (uint8_t)len;
	if (a->sense[7] + 8 < len)	/* what lies behind is the buffer's, not the unit's */
		a->sense_len = (uint8_t)(a->sense[7] + 8);
}

static void fill_in(struct sg_pt_base *pt, const struct step *row, struct script_answer *a,
		    uint8_t *out)
{
	const uint32_t room = row->room ? row->room : SCRIPT_ROOM;

	set_scsi_pt_cdb(pt, row->cdb, (int)scsi_cdb_length(row->cdb[0]));
	set_scsi_pt_sense(pt, a->sense, sizeof(a->sense));
	if (row->out.n) {
		if (row->out.p)
			memcpy(out, row->out.p, row->out.n);
		set_scsi_pt_data_out(pt, out, (int)row->out.n);
	} else if (room != SCRIPT_NO_ROOM) {
		a->in = calloc(1, room);
		a->in_len = room;
		set_scsi_pt_data_in(pt, a->in, (int)room);
	}
}

/* The caller frees .in; .came is false when no status came back. */
static struct script_answer send_row(struct port *port, const struct step *row)
{
	struct sg_pt_base *pt = construct_scsi_pt_obj_with_fd(port->fd, 0);
	uint8_t *out = calloc(1, row->out.n + 1);
	struct script_answer a = { 0 };
	int rc;

	fill_in(pt, row, &a, out);
	rc = do_scsi_pt(pt, port->fd, TIMEOUT_S, 0);
	a.came = rc == SCSI_PT_DO_START_OK && !get_scsi_pt_transport_err(pt);
	a.status = (uint8_t)get_scsi_pt_status_response(pt);
	take_sense(pt, &a);
	if (a.in)
		a.in_len -= (uint32_t)get_scsi_pt_resid(pt);
	if (a.status != SAM_GOOD && !(a.sense[2] & 0xe0))
		a.in_len = 0;
	destruct_scsi_pt_obj(pt);
	free(out);
	return a;
}

/* What happened before this is of no interest. */
static void take_attentions(struct port *port)
{
	static const struct step ready = { "ready", { 0x00 }, .room = SCRIPT_NO_ROOM };
	bool attention = true;

	for (int i = 0; attention && i < ATTENTIONS_MAX; i++) {
		struct script_answer a = send_row(port, &ready);

		attention = a.status == SAM_CHECK && (a.sense[2] & 0x0f) == UNIT_ATTENTION;
	}
}

static const char *unfit(const struct step *rows)
{
	for (; rows->what; rows++) {
		if (rows->event)
			return "something happens at the unit";
		if (rows->initiator)
			return "needs a second initiator";
	}
	return NULL;
}

static void play(struct port *port, const struct conform_table *t)
{
	const char *why = unfit(t->rows);

	if (why) {
		printf("skip - %s: %s\n", t->name, why);
		port->skipped++;
		return;
	}
	for (const struct step *row = t->rows; row->what; row++) {
		struct script_answer a = send_row(port, row);

		if (script_check(t->name, row, &a))
			port->failed++;
		else
			port->passed++;
		free(a.in);
	}
}

static const struct conform_table *tables_of(const char *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].kind, kind))
			return kinds[i].tables;
	return NULL;
}

int main(int argc, char **argv)
{
	const struct conform_table *t = argc == 3 ? tables_of(argv[1]) : NULL;
	struct port port = { 0 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!t) {
		fprintf(stderr, "usage: sg_conform changer|drive DEVICE\n");
		return 2;
	}
	port.fd = scsi_pt_open_device(argv[2], false, 0);
	if (port.fd < 0) {
		fprintf(stderr, "sg_conform: %s: %s\n", argv[2], strerror(-port.fd));
		return 2;
	}
	take_attentions(&port);
	for (; t->rows; t++)
		play(&port, t);
	scsi_pt_close_device(port.fd);
	printf("%u passed, %u failed, %u skipped\n", port.passed, port.failed, port.skipped);
	return port.failed != 0;
}
