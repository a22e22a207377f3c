/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints: the way of each command.  Off, one is an instruction that does nothing. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mhvtl

#if !defined(VTL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define VTL_TRACE_H

#include <linux/tracepoint.h>
#include <scsi/scsi_cmnd.h>

DECLARE_EVENT_CLASS(vtl_command,
	TP_PROTO(u32 unit, u64 cookie, struct scsi_cmnd *scmd),
	TP_ARGS(unit, cookie, scmd),
	TP_STRUCT__entry(
		__field(u64, cookie)
		__field(u32, unit)
		__field(u32, len)
		__field(u8, opcode)
	),
	TP_fast_assign(
		__entry->cookie = cookie;
		__entry->unit = unit;
		__entry->len = scsi_bufflen(scmd);
		__entry->opcode = scmd->cmnd[0];
	),
	TP_printk("unit=%u cookie=%llx opcode=%02x len=%u", __entry->unit, __entry->cookie,
		  __entry->opcode, __entry->len)
);

/* The host gave it; a daemon has it; it ended without a daemon's answer. */
DEFINE_EVENT(vtl_command, vtl_queue,
	TP_PROTO(u32 unit, u64 cookie, struct scsi_cmnd *scmd),
	TP_ARGS(unit, cookie, scmd));
DEFINE_EVENT(vtl_command, vtl_fetch,
	TP_PROTO(u32 unit, u64 cookie, struct scsi_cmnd *scmd),
	TP_ARGS(unit, cookie, scmd));
DEFINE_EVENT(vtl_command, vtl_abort,
	TP_PROTO(u32 unit, u64 cookie, struct scsi_cmnd *scmd),
	TP_ARGS(unit, cookie, scmd));

TRACE_EVENT(vtl_commit,
	TP_PROTO(u32 unit, u64 cookie, u8 status, u32 moved),
	TP_ARGS(unit, cookie, status, moved),
	TP_STRUCT__entry(
		__field(u64, cookie)
		__field(u32, unit)
		__field(u32, moved)
		__field(u8, status)
	),
	TP_fast_assign(
		__entry->cookie = cookie;
		__entry->unit = unit;
		__entry->moved = moved;
		__entry->status = status;
	),
	TP_printk("unit=%u cookie=%llx status=%02x moved=%u", __entry->unit, __entry->cookie,
		  __entry->status, __entry->moved)
);

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE vtl_trace
#include <trace/define_trace.h>
