/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this layer share, and the handlers for the table of opcodes. */
#ifndef VTL_SSC_INTERNAL_H
#define VTL_SSC_INTERNAL_H

#include "ssc/ssc.h"

/* A row of the table, and the capabilities (CAP_*) without which a model has not got it. */
struct ssc_row {
	uint32_t needs;
	struct scsi_op op;
};
extern const struct ssc_row ssc_rows[];		/* ends with .op.run == NULL; sorted */
/* The rows of a model, for struct lu; NULL: no memory.  The caller frees it. */
struct scsi_op *ssc_ops_make(uint32_t caps);

struct ssc_drive *ssc_drive_of(struct scsi_cmd *cmd);
struct ssc_drive *ssc_of_unit(struct spc_unit *u);

/* What the settings say of how the cartridge is written. */
void ssc_apply_settings(struct ssc_drive *d);

/* The one place where tape events become SCSI outcomes. */
enum sts ssc_from_cart(enum cart_rc rc);
/* ... of a READ or SPACE: with the residue, and EOM where the standard wants it. */
enum sts ssc_motion_end(struct scsi_cmd *cmd, enum cart_rc rc, uint64_t left);
/* To the log, with the barcode. */
void ssc_tell(struct ssc_drive *d, const char *why);
/* Counts it, and raises the TapeAlert flags. */
void ssc_note_write_error(struct ssc_drive *d);
/* What TEST UNIT READY says. */
enum sts ssc_ready(const struct ssc_drive *d);
bool ssc_write_protected(const struct ssc_drive *d);
bool ssc_clean_fits(const struct ssc_drive *d, const struct medium_model *medium);
uint32_t ssc_block_limit(const struct ssc_drive *d);
/*
 * Before the medium is changed at this place: append-only mode (SSC-5 4.2.21), the change
 * reference of this load, the warning zone of this partition.
 */
enum sts ssc_prepare_write(struct scsi_cmd *cmd);
/* After something was written: early warning, told with residue 0; or STS_GOOD. */
enum sts ssc_warning(struct scsi_cmd *cmd);
/*
 * stream.c.  begin: the head is at the end, all is prepared; true: the stream is open, for WRITEs
 * no larger than count blocks of len bytes.
 */
bool ssc_stream_begin(struct ssc_drive *d, uint32_t len, uint32_t count);
/* False: it does not go through the stream, which has ended then. */
bool ssc_stream_write(struct scsi_cmd *cmd, uint32_t len, uint32_t count);
void ssc_stream_end(struct ssc_drive *d);	/* the cartridge is the unit's */
enum sts ssc_stream_gate(struct scsi_cmd *cmd, const struct scsi_op *op);
/* What failed after its command was answered: SPC-5 4.4.7, deferred errors. */
enum sts ssc_deferred_error(struct scsi_cmd *cmd);
/* Bytes from the beginning of the partition to the head, as near as it is known. */
uint64_t ssc_head_bytes(const struct cart *c);
/* The zone before the end of a partition of this size, bytes. */
uint64_t ssc_warning_zone(const struct ssc_drive *d, uint64_t capacity);

/* Partition sizes that a page 11h asks for; returns 0, or the offset of the bad byte. */
struct ssc_partitions {
	uint32_t n;
	uint64_t sizes[CART_PARTITIONS];
};
uint8_t ssc_partitions_plan(const uint8_t *page, uint64_t capacity, uint32_t max,
			    struct ssc_partitions *ret);
uint32_t ssc_partitions_max(const struct ssc_drive *d);

/* Attributes: what the drive knows of a cartridge by itself, see attribute_device.c. */
enum { SSC_ATTRIBUTE_MAX = 64 };	/* bytes of the longest of them */
bool ssc_attribute_device(const struct ssc_drive *d, uint32_t partition, uint16_t from,
			  uint8_t *buf, struct cart_attribute *ret);
/* May a host store it?  false: it is not his, or the length or format is not right. */
bool ssc_attribute_allowed(const struct cart_attribute *a);
/* width bytes of text, blanks behind; src need not end. */
void ssc_put_text(uint8_t *to, uint32_t width, const char *src);
/* The medium's serial number, 32 bytes. */
void ssc_medium_serial(const struct cart *c, uint8_t *to);

/* Callbacks of struct spc_class. */
void ssc_mode_header(struct spc_unit *u, uint8_t *medium_type, uint8_t *specific,
		     uint8_t *descriptor);
void ssc_mode_refresh(struct spc_unit *u, const struct mode_page *row, uint8_t *page);
enum sts ssc_mode_select(struct spc_unit *u, struct scsi_cmd *cmd, const struct mode_page *row,
			 const uint8_t *bytes, uint16_t at, bool apply);
int ssc_log_page(struct spc_unit *u, uint8_t page, uint8_t *buf, uint32_t cap);
void ssc_log_reset(struct spc_unit *u, uint8_t page);

/* A log page in the making. */
struct ssc_log {
	struct ssc_drive *d;
	uint8_t *buf;
	uint32_t cap, at;
};
void ssc_log_number(struct ssc_log *l, uint16_t code, uint8_t control, uint64_t value, uint8_t len);
void ssc_log_text(struct ssc_log *l, uint16_t code, uint8_t control, const char *text, uint8_t len);
void ssc_log_bytes(struct ssc_log *l, uint16_t code, uint8_t control, const void *bytes,
		   uint8_t len);
/* Percent; 100 where nothing was stored. */
uint16_t ssc_log_ratio(uint64_t bytes, uint64_t stored);
void ssc_log_volume(struct ssc_log *l);		/* 17h */

enum sts ssc_test_unit_ready(struct scsi_cmd *cmd);
enum sts ssc_rewind(struct scsi_cmd *cmd);
enum sts ssc_format_medium(struct scsi_cmd *cmd);
enum sts ssc_read_block_limits(struct scsi_cmd *cmd);
enum sts ssc_load_display(struct scsi_cmd *cmd);
enum sts ssc_read_6(struct scsi_cmd *cmd);
enum sts ssc_write_6(struct scsi_cmd *cmd);
enum sts ssc_set_capacity(struct scsi_cmd *cmd);
enum sts ssc_write_filemarks_6(struct scsi_cmd *cmd);
enum sts ssc_space_6(struct scsi_cmd *cmd);
enum sts ssc_space_16(struct scsi_cmd *cmd);
enum sts ssc_verify_6(struct scsi_cmd *cmd);
enum sts ssc_erase_6(struct scsi_cmd *cmd);
enum sts ssc_load_unload(struct scsi_cmd *cmd);
enum sts ssc_locate_10(struct scsi_cmd *cmd);
enum sts ssc_locate_16(struct scsi_cmd *cmd);
enum sts ssc_position_short(struct scsi_cmd *cmd);
enum sts ssc_position_long(struct scsi_cmd *cmd);
enum sts ssc_position_extended(struct scsi_cmd *cmd);
enum sts ssc_report_density(struct scsi_cmd *cmd);
enum sts ssc_allow_overwrite(struct scsi_cmd *cmd);
enum sts ssc_attribute_values(struct scsi_cmd *cmd);
enum sts ssc_attribute_list(struct scsi_cmd *cmd);
enum sts ssc_attribute_volumes(struct scsi_cmd *cmd);
enum sts ssc_attribute_partitions(struct scsi_cmd *cmd);
enum sts ssc_attribute_supported(struct scsi_cmd *cmd);
enum sts ssc_write_attribute(struct scsi_cmd *cmd);
enum sts ssc_read_media_serial(struct scsi_cmd *cmd);

#endif
