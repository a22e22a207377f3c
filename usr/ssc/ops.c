// SPDX-License-Identifier: GPL-2.0-only
/* Every command of a drive: SSC-5, and SPC-5 for what all units have. */
#include <stdlib.h>

#include "ssc/internal.h"

#define NO_DATA        { DATA_NONE, 0, 0 }
#define IN(at, width)  { DATA_IN_CUT, at, width }
#define OUT(at, width) { DATA_OUT, at, width }
#define ALL_IN         { DATA_IN_UNITS, 0, 0 }		/* as long as it is */
#define BLOCKS_IN      { DATA_IN_UNITS, 2, 3 }
#define BLOCKS_OUT     { DATA_OUT_UNITS, 2, 3 }

#define ALWAYS  (OPF_SKIP_UA | OPF_RESERVED | OPF_OVERTAKE)
#define MANAGE  (OPF_RESERVED | OPF_OVERTAKE)
#define LOOK    OPF_OVERTAKE
#define FREE    OPF_RESERVED
#define READY   (OPF_MEDIUM | OPF_RESERVED | OPF_OVERTAKE)
#define TAPE    OPF_MEDIUM
#define MOVES   (OPF_MEDIUM | OPF_MOVES)
#define PLACES  (OPF_MEDIUM | OPF_MOVES | OPF_POSITION)
#define CHANGES (OPF_MEDIUM | OPF_MOVES | OPF_WRITE)

/* Bits that the host may set, from byte 1 on; in CONTROL none, for there is no ACA here. */
#define MASK(...)        { 0, __VA_ARGS__ }
#define LEN16            0xff, 0xff
#define LEN24            0xff, 0xff, 0xff
#define LEN32            0xff, 0xff, 0xff, 0xff
#define LEN64            LEN32, LEN32
#define PR_IN_MASK       MASK(0x1f, 0, 0, 0, 0, 0, LEN16)
#define PR_OUT_MASK      MASK(0x1f, 0xff, 0, 0, LEN32)
#define MAINTENANCE_MASK MASK(0x1f, 0, 0, 0, 0, LEN32)
#define ATTRIBUTE_MASK   MASK(0x1f, 0, 0, 0, 0xff, 0, 0xff, LEN16, LEN32, 0x01)

#define PR  CAP_PERSISTENT_RESERVE

enum { QUICK = 60, BLOCK = 1200, SEEK = 2400, LONG = 28800 };	/* s */

const struct ssc_row ssc_rows[] = {
	/* caps, name             opcode, action  flags    data, host's bits, handler, timeout */
	{ 0, { "TEST UNIT READY",      0x00, NO_SA, READY,   NO_DATA,
	  MASK(0), ssc_test_unit_ready, QUICK } },
	{ 0, { "REWIND",               0x01, NO_SA, PLACES,  NO_DATA,
	  MASK(0x01), ssc_rewind, SEEK } },
	{ 0, { "REQUEST SENSE",        0x03, NO_SA, ALWAYS,  IN(4, 1),
	  MASK(0x01, 0, 0, 0xff), spc_request_sense, QUICK } },
	{ 0, { "FORMAT MEDIUM",        0x04, NO_SA, CHANGES, NO_DATA,
	  MASK(0x03, 0x0f), ssc_format_medium, LONG } },
	{ 0, { "READ BLOCK LIMITS",    0x05, NO_SA, FREE,    ALL_IN,
	  MASK(0x01), ssc_read_block_limits, QUICK } },
	{ CAP_LOAD_DISPLAY, { "LOAD DISPLAY", 0x06, NO_SA, 0, OUT(4, 1),
	  MASK(0, 0, 0, 0xff), ssc_load_display, QUICK } },
	{ 0, { "READ(6)",              0x08, NO_SA, MOVES,   BLOCKS_IN,
	  MASK(0x03, LEN24), ssc_read_6, BLOCK } },
	{ 0, { "WRITE(6)",             0x0a, NO_SA, CHANGES, BLOCKS_OUT,
	  MASK(0x01, LEN24), ssc_write_6, BLOCK } },
	{ 0, { "SET CAPACITY",         0x0b, NO_SA, CHANGES, NO_DATA,
	  MASK(0x01, 0, LEN16), ssc_set_capacity, LONG } },
	{ 0, { "WRITE FILEMARKS(6)",   0x10, NO_SA, CHANGES, NO_DATA,
	  MASK(0x01, LEN24), ssc_write_filemarks_6, BLOCK } },
	{ 0, { "SPACE(6)",             0x11, NO_SA, PLACES,  NO_DATA,
	  MASK(0x07, LEN24), ssc_space_6, SEEK } },
	{ 0, { "INQUIRY",              0x12, NO_SA, ALWAYS,  IN(3, 2),
	  MASK(0x03, 0xff, LEN16), spc_inquiry, QUICK } },
	{ 0, { "VERIFY(6)",            0x13, NO_SA, MOVES,   BLOCKS_OUT,
	  MASK(0x0f, LEN24), ssc_verify_6, SEEK } },
	{ 0, { "MODE SELECT(6)",       0x15, NO_SA, 0,       OUT(4, 1),
	  MASK(0x13, 0, 0, 0xff), spc_mode_select_6, QUICK } },
	{ 0, { "RESERVE(6)",           0x16, NO_SA, 0,       NO_DATA,
	  MASK(0), spc_reserve, QUICK } },
	{ 0, { "RELEASE(6)",           0x17, NO_SA, FREE,    NO_DATA,
	  MASK(0), spc_release, QUICK } },
	{ 0, { "ERASE(6)",             0x19, NO_SA, CHANGES, NO_DATA,
	  MASK(0x03), ssc_erase_6, LONG } },
	{ 0, { "MODE SENSE(6)",        0x1a, NO_SA, LOOK,    IN(4, 1),
	  MASK(0x08, 0xff, 0xff, 0xff), spc_mode_sense_6, QUICK } },
	{ 0, { "LOAD UNLOAD",          0x1b, NO_SA, OPF_POSITION, NO_DATA,
	  MASK(0x01, 0, 0, 0x0f), ssc_load_unload, SEEK } },
	{ 0, { "RECEIVE DIAGNOSTIC RESULTS", 0x1c, NO_SA, 0, IN(3, 2),
	  MASK(0x01, 0xff, LEN16), spc_receive_diagnostic, QUICK } },
	{ 0, { "SEND DIAGNOSTIC",      0x1d, NO_SA, 0,       OUT(3, 2),
	  MASK(0xff, 0, LEN16), spc_send_diagnostic, SEEK } },
	{ 0, { "PREVENT ALLOW MEDIUM REMOVAL", 0x1e, NO_SA, 0, NO_DATA,
	  MASK(0, 0, 0, 0x03), spc_prevent_allow, QUICK } },
	{ 0, { "LOCATE(10)",           0x2b, NO_SA, PLACES,  NO_DATA,
	  MASK(0x07, 0, LEN32, 0, 0xff), ssc_locate_10, SEEK } },
	{ 0, { "READ POSITION, SHORT", 0x34, 0x00,  TAPE,    ALL_IN,
	  MASK(0x1f), ssc_position_short, QUICK } },
	{ 0, { "READ POSITION, SHORT, VENDOR'S", 0x34, 0x01, TAPE, ALL_IN,
	  MASK(0x1f), ssc_position_short, QUICK } },
	{ 0, { "READ POSITION, LONG",  0x34, 0x06,  TAPE,    ALL_IN,
	  MASK(0x1f), ssc_position_long, QUICK } },
	{ 0, { "READ POSITION, EXTENDED", 0x34, 0x08, TAPE,  IN(7, 2),
	  MASK(0x1f, 0, 0, 0, 0, 0, LEN16), ssc_position_extended, QUICK } },
	{ 0, { "WRITE BUFFER",         0x3b, NO_SA, 0,       OUT(6, 3),
	  MASK(0xff, 0xff, LEN24, LEN24), spc_write_buffer, BLOCK } },
	{ 0, { "READ BUFFER",          0x3c, NO_SA, 0,       IN(6, 3),
	  MASK(0xff, 0xff, LEN24, LEN24), spc_read_buffer, QUICK } },
	{ 0, { "REPORT DENSITY SUPPORT", 0x44, NO_SA, FREE,  IN(7, 2),
	  MASK(0x01, 0, 0, 0, 0, 0, LEN16), ssc_report_density, QUICK } },
	{ 0, { "LOG SELECT",           0x4c, NO_SA, 0,       OUT(7, 2),
	  MASK(0x03, 0xff, 0xff, 0, 0, 0, LEN16), spc_log_select, QUICK } },
	{ 0, { "LOG SENSE",            0x4d, NO_SA, LOOK,    IN(7, 2),
	  MASK(0x03, 0xff, 0xff, 0, LEN16, LEN16), spc_log_sense, QUICK } },
	{ 0, { "MODE SELECT(10)",      0x55, NO_SA, 0,       OUT(7, 2),
	  MASK(0x13, 0, 0, 0, 0, 0, LEN16), spc_mode_select_10, QUICK } },
	{ 0, { "RESERVE(10)",          0x56, NO_SA, 0,       NO_DATA,
	  MASK(0), spc_reserve, QUICK } },
	{ 0, { "RELEASE(10)",          0x57, NO_SA, FREE,    NO_DATA,
	  MASK(0), spc_release, QUICK } },
	{ 0, { "MODE SENSE(10)",       0x5a, NO_SA, LOOK,    IN(7, 2),
	  MASK(0x18, 0xff, 0xff, 0, 0, 0, LEN16), spc_mode_sense_10, QUICK } },
	{ PR, { "PERSISTENT RESERVE IN, READ KEYS", 0x5e, 0x00, MANAGE, IN(7, 2),
	  PR_IN_MASK, spc_pr_in, QUICK } },
	{ PR, { "PERSISTENT RESERVE IN, READ RESERVATION", 0x5e, 0x01, MANAGE, IN(7, 2),
	  PR_IN_MASK, spc_pr_in, QUICK } },
	{ PR, { "PERSISTENT RESERVE IN, REPORT CAPABILITIES", 0x5e, 0x02, MANAGE, IN(7, 2),
	  PR_IN_MASK, spc_pr_in, QUICK } },
	{ PR, { "PERSISTENT RESERVE IN, READ FULL STATUS", 0x5e, 0x03, MANAGE, IN(7, 2),
	  PR_IN_MASK, spc_pr_in, QUICK } },
	{ PR, { "PERSISTENT RESERVE OUT, REGISTER", 0x5f, 0x00, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK } },
	{ PR, { "PERSISTENT RESERVE OUT, RESERVE", 0x5f, 0x01, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK } },
	{ PR, { "PERSISTENT RESERVE OUT, RELEASE", 0x5f, 0x02, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK } },
	{ PR, { "PERSISTENT RESERVE OUT, CLEAR", 0x5f, 0x03, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK } },
	{ PR, { "PERSISTENT RESERVE OUT, PREEMPT", 0x5f, 0x04, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK } },
	{ PR, { "PERSISTENT RESERVE OUT, PREEMPT AND ABORT", 0x5f, 0x05, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK } },
	{ PR, { "PERSISTENT RESERVE OUT, REGISTER AND IGNORE", 0x5f, 0x06, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK } },
	{ 0, { "ALLOW OVERWRITE",      0x82, NO_SA, MOVES,   NO_DATA,
	  MASK(0, 0x0f, 0xff, LEN64), ssc_allow_overwrite, QUICK } },
	{ 0, { "READ ATTRIBUTE, VALUES", 0x8c, 0x00, TAPE,   IN(10, 4),
	  ATTRIBUTE_MASK, ssc_attribute_values, QUICK } },
	{ 0, { "READ ATTRIBUTE, LIST", 0x8c, 0x01,  TAPE,    IN(10, 4),
	  ATTRIBUTE_MASK, ssc_attribute_list, QUICK } },
	{ 0, { "READ ATTRIBUTE, VOLUMES", 0x8c, 0x02, TAPE,  IN(10, 4),
	  ATTRIBUTE_MASK, ssc_attribute_volumes, QUICK } },
	{ 0, { "READ ATTRIBUTE, PARTITIONS", 0x8c, 0x03, TAPE, IN(10, 4),
	  ATTRIBUTE_MASK, ssc_attribute_partitions, QUICK } },
	{ 0, { "READ ATTRIBUTE, SUPPORTED", 0x8c, 0x05, TAPE, IN(10, 4),
	  ATTRIBUTE_MASK, ssc_attribute_supported, QUICK } },
	{ 0, { "WRITE ATTRIBUTE",      0x8d, NO_SA, OPF_MEDIUM, OUT(10, 4),
	  MASK(0x01, 0, 0, 0, 0xff, 0, 0xff, 0, 0, LEN32), ssc_write_attribute, QUICK } },
	{ 0, { "SPACE(16)",            0x91, NO_SA, PLACES,  NO_DATA,
	  MASK(0x0f, 0, 0, LEN64), ssc_space_16, SEEK } },
	{ 0, { "LOCATE(16)",           0x92, NO_SA, PLACES,  NO_DATA,
	  MASK(0x3b, 0, 0xff, LEN64), ssc_locate_16, SEEK } },
	{ 0, { "REPORT LUNS",          0xa0, NO_SA, ALWAYS,  IN(6, 4),
	  MASK(0, 0xff, 0, 0, 0, LEN32), spc_report_luns, QUICK } },
	{ 0, { "REPORT SUPPORTED OPERATION CODES", 0xa3, 0x0c, MANAGE, IN(6, 4),
	  MASK(0x1f, 0x87, 0xff, LEN16, LEN32), spc_report_opcodes, QUICK } },
	{ 0, { "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", 0xa3, 0x0d, MANAGE, IN(6, 4),
	  MASK(0x1f, 0x80, 0, 0, 0, LEN32), spc_report_functions, QUICK } },
	{ 0, { "REPORT TIMESTAMP",     0xa3, 0x0f,  MANAGE,  IN(6, 4),
	  MAINTENANCE_MASK, spc_report_timestamp, QUICK } },
	{ 0, { "SET TIMESTAMP",        0xa4, 0x0f,  0,       OUT(6, 4),
	  MAINTENANCE_MASK, spc_set_timestamp, QUICK } },
	{ 0, { "READ MEDIA SERIAL NUMBER", 0xab, 0x01, TAPE | FREE, IN(6, 4),
	  MAINTENANCE_MASK, ssc_read_media_serial, QUICK } },
	{ 0, { NULL, 0, 0, 0, NO_DATA, { 0 }, NULL, 0 } },
};

struct scsi_op *ssc_ops_make(uint32_t caps)
{
	const size_t all = sizeof(ssc_rows) / sizeof(ssc_rows[0]);
	struct scsi_op *ops = calloc(all, sizeof(*ops));
	size_t n = 0;

	for (const struct ssc_row *r = ssc_rows; ops && r->op.run; r++)
		if ((r->needs & caps) == r->needs)
			ops[n++] = r->op;
	return ops;
}
