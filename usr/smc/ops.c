// SPDX-License-Identifier: GPL-2.0-only
/* Every command of a changer: SMC-3, and SPC-5 for what all units have. */
#include "smc/inner.h"

/* LUN of SCSI-2, byte 1: the ch driver and, for older units, the midlayer still fill it in. */
#define LUN 0xe0

#define NO_DATA	      { DATA_NONE, 0, 0 }
#define IN(at, width)  { DATA_IN_CUT, at, width }
#define OUT(at, width) { DATA_OUT, at, width }

#define ARM	OPF_ONLINE
#define READY	(OPF_ONLINE | OPF_RESERVED | OPF_OVERTAKE)
#define LOOK	OPF_OVERTAKE
#define MANAGE	(OPF_RESERVED | OPF_OVERTAKE)
#define ALWAYS	(OPF_SKIP_UA | OPF_RESERVED | OPF_OVERTAKE)
#define FREE	OPF_RESERVED

/* Bits that the host may set, from byte 1 on; in CONTROL none, for there is no ACA here. */
#define MASK(...)	   { 0, __VA_ARGS__ }
#define ADDRESS		   0xff, 0xff
#define LEN16		   0xff, 0xff
#define LEN24		   0xff, 0xff, 0xff
#define LEN32		   0xff, 0xff, 0xff, 0xff
#define PR_IN_MASK	   MASK(0x1f, 0, 0, 0, 0, 0, LEN16)
#define PR_OUT_MASK	   MASK(0x1f, 0xff, 0, 0, LEN32)
#define MAINTENANCE_MASK   MASK(0x1f, 0, 0, 0, 0, LEN32)

enum { QUICK = 5, MOVES = 600 };	/* s */

const struct scsi_op smc_ops[] = {
	/* name                  opcode, action  flags   data, host's bits, handler, timeout */
	{ "TEST UNIT READY",        0x00, NO_SA, READY,  NO_DATA,
	  MASK(LUN), smc_test_ready, QUICK },
	{ "REZERO UNIT",            0x01, NO_SA, ARM,    NO_DATA,
	  MASK(LUN), smc_test_ready, MOVES },
	{ "REQUEST SENSE",          0x03, NO_SA, ALWAYS, IN(4, 1),
	  MASK(LUN | 0x01, 0, 0, 0xff), spc_request_sense, QUICK },
	{ "INITIALIZE ELEMENT STATUS", 0x07, NO_SA, ARM, NO_DATA,
	  MASK(LUN), smc_initialize, MOVES },
	{ "INQUIRY",                0x12, NO_SA, ALWAYS, IN(3, 2),
	  MASK(LUN | 0x01, 0xff, LEN16), spc_inquiry, QUICK },
	{ "MODE SELECT(6)",         0x15, NO_SA, 0,      OUT(4, 1),
	  MASK(LUN | 0x11, 0, 0, 0xff), spc_mode_select_6, QUICK },
	{ "RESERVE(6)",             0x16, NO_SA, 0,      NO_DATA,
	  MASK(LUN), spc_reserve, QUICK },
	{ "RELEASE(6)",             0x17, NO_SA, FREE,   NO_DATA,
	  MASK(LUN), spc_release, QUICK },
	{ "MODE SENSE(6)",          0x1a, NO_SA, LOOK,   IN(4, 1),
	  MASK(LUN | 0x08, 0xff, 0xff, 0xff), spc_mode_sense_6, QUICK },
	{ "OPEN/CLOSE IMPORT/EXPORT ELEMENT", 0x1b, NO_SA, ARM, NO_DATA,
	  MASK(LUN, ADDRESS, 0x1f), smc_open_close, MOVES },
	{ "RECEIVE DIAGNOSTIC RESULTS", 0x1c, NO_SA, 0,  IN(3, 2),
	  MASK(LUN | 0x01, 0xff, LEN16), spc_receive_diagnostic, QUICK },
	{ "SEND DIAGNOSTIC",        0x1d, NO_SA, 0,      OUT(3, 2),
	  MASK(0xff, 0, LEN16), spc_send_diagnostic, MOVES },
	{ "PREVENT ALLOW MEDIUM REMOVAL", 0x1e, NO_SA, 0, NO_DATA,
	  MASK(LUN, 0, 0, 0x03), spc_prevent_allow, QUICK },
	{ "POSITION TO ELEMENT",    0x2b, NO_SA, ARM,    NO_DATA,
	  MASK(LUN, ADDRESS, ADDRESS), smc_position, MOVES },
	{ "INITIALIZE ELEMENT STATUS WITH RANGE", 0x37, NO_SA, ARM, NO_DATA,
	  MASK(LUN | 0x03, ADDRESS, 0, 0, LEN16), smc_initialize, MOVES },
	{ "WRITE BUFFER",           0x3b, NO_SA, 0,      OUT(6, 3),
	  MASK(0xff, 0xff, LEN24, LEN24), spc_write_buffer, QUICK },
	{ "READ BUFFER(10)",        0x3c, NO_SA, 0,      IN(6, 3),
	  MASK(0xff, 0xff, LEN24, LEN24), spc_read_buffer, QUICK },
	{ "LOG SELECT",             0x4c, NO_SA, 0,      OUT(7, 2),
	  MASK(LUN | 0x03, 0xff, 0xff, 0, 0, 0, LEN16), spc_log_select, QUICK },
	{ "LOG SENSE",              0x4d, NO_SA, MANAGE, IN(7, 2),
	  MASK(LUN | 0x03, 0xff, 0xff, 0, 0xff, 0xff, LEN16), spc_log_sense, QUICK },
	{ "MODE SELECT(10)",        0x55, NO_SA, 0,      OUT(7, 2),
	  MASK(LUN | 0x11, 0, 0, 0, 0, 0, LEN16), spc_mode_select_10, QUICK },
	{ "RESERVE(10)",            0x56, NO_SA, 0,      NO_DATA,
	  MASK(LUN), spc_reserve, QUICK },
	{ "RELEASE(10)",            0x57, NO_SA, FREE,   NO_DATA,
	  MASK(LUN), spc_release, QUICK },
	{ "MODE SENSE(10)",         0x5a, NO_SA, LOOK,   IN(7, 2),
	  MASK(LUN | 0x18, 0xff, 0xff, 0, 0, 0, LEN16), spc_mode_sense_10, QUICK },
	{ "PERSISTENT RESERVE IN, READ KEYS", 0x5e, 0x00, MANAGE, IN(7, 2),
	  PR_IN_MASK, spc_pr_in, QUICK },
	{ "PERSISTENT RESERVE IN, READ RESERVATION", 0x5e, 0x01, MANAGE, IN(7, 2),
	  PR_IN_MASK, spc_pr_in, QUICK },
	{ "PERSISTENT RESERVE IN, REPORT CAPABILITIES", 0x5e, 0x02, MANAGE, IN(7, 2),
	  PR_IN_MASK, spc_pr_in, QUICK },
	{ "PERSISTENT RESERVE IN, READ FULL STATUS", 0x5e, 0x03, MANAGE, IN(7, 2),
	  PR_IN_MASK, spc_pr_in, QUICK },
	{ "PERSISTENT RESERVE OUT, REGISTER", 0x5f, 0x00, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK },
	{ "PERSISTENT RESERVE OUT, RESERVE", 0x5f, 0x01, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK },
	{ "PERSISTENT RESERVE OUT, RELEASE", 0x5f, 0x02, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK },
	{ "PERSISTENT RESERVE OUT, CLEAR", 0x5f, 0x03, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK },
	{ "PERSISTENT RESERVE OUT, PREEMPT", 0x5f, 0x04, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK },
	{ "PERSISTENT RESERVE OUT, PREEMPT AND ABORT", 0x5f, 0x05, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK },
	{ "PERSISTENT RESERVE OUT, REGISTER AND IGNORE", 0x5f, 0x06, FREE, OUT(5, 4),
	  PR_OUT_MASK, spc_pr_out, QUICK },
	{ "REPORT LUNS",            0xa0, NO_SA, ALWAYS, IN(6, 4),
	  MASK(0, 0xff, 0, 0, 0, LEN32), spc_report_luns, QUICK },
	{ "REPORT SUPPORTED OPERATION CODES", 0xa3, 0x0c, MANAGE, IN(6, 4),
	  MASK(0x1f, 0x87, 0xff, 0xff, 0xff, LEN32), spc_report_opcodes, QUICK },
	{ "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS", 0xa3, 0x0d, MANAGE, IN(6, 4),
	  MASK(0x1f, 0x80, 0, 0, 0, LEN32), spc_report_functions, QUICK },
	{ "REPORT TIMESTAMP",       0xa3, 0x0f, MANAGE,  IN(6, 4),
	  MAINTENANCE_MASK, spc_report_timestamp, QUICK },
	{ "SET TIMESTAMP",          0xa4, 0x0f, 0,       OUT(6, 4),
	  MAINTENANCE_MASK, spc_set_timestamp, QUICK },
	{ "MOVE MEDIUM",            0xa5, NO_SA, ARM,    NO_DATA,
	  MASK(LUN, ADDRESS, ADDRESS, ADDRESS), smc_move_medium, MOVES },
	{ "EXCHANGE MEDIUM",        0xa6, NO_SA, ARM,    NO_DATA,
	  MASK(LUN, ADDRESS, ADDRESS, ADDRESS, ADDRESS), smc_exchange_medium, MOVES },
	{ "REQUEST VOLUME ELEMENT ADDRESS", 0xb5, NO_SA, ARM | LOOK, IN(7, 3),
	  MASK(LUN | 0x1f, ADDRESS, LEN16, 0, LEN24), smc_request_address, QUICK },
	{ "SEND VOLUME TAG",        0xb6, NO_SA, ARM,    OUT(8, 2),
	  MASK(LUN | 0x0f, ADDRESS, 0, 0x1f, 0, 0, LEN16), smc_send_tag, QUICK },
	{ "READ ELEMENT STATUS",    0xb8, NO_SA, ARM | LOOK, IN(7, 3),
	  MASK(LUN | 0x1f, ADDRESS, LEN16, 0x03, LEN24), smc_read_status, QUICK },
	{ "INITIALIZE ELEMENT STATUS WITH RANGE, vendor's", 0xe7, NO_SA, ARM, NO_DATA,
	  MASK(LUN | 0x1f, ADDRESS, 0xff, 0xff, LEN24, 0xc0), smc_initialize, MOVES },
	{ .name = NULL },
};
