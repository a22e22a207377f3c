// SPDX-License-Identifier: GPL-2.0-only
/* Drives.  Adding one is adding a row, and what its family does not share yet. */
#include <stddef.h>
#include <string.h>

#include "model/drive.h"

#define PLAIN_CAPS (CAP_EARLY_WARNING | CAP_WORM)
#define T10K_CAPS  (PLAIN_CAPS | CAP_PERSISTENT_RESERVE | CAP_LOAD_DISPLAY | CAP_ENCRYPTION)
#define LTO5_CAPS  (PLAIN_CAPS | CAP_PERSISTENT_RESERVE | CAP_PROG_WARNING | CAP_APPEND_ONLY | \
		    CAP_PARTITIONS | CAP_ENCRYPTION | CAP_LBP_RS)
#define LTO7_CAPS  (LTO5_CAPS | CAP_LBP_CRC32C)

enum { MIB = 1 << 20 };

#define READS(m)  { m, ACCESS_READ }
#define WRITES(m) { m, ACCESS_WRITE }

static const struct drive_medium media_lto5[] = {
	READS("LTO3"), WRITES("LTO4"), WRITES("LTO5"), { 0 },
};
static const struct drive_medium media_lto6[] = {
	READS("LTO4"), WRITES("LTO5"), WRITES("LTO6"), { 0 },
};
static const struct drive_medium media_lto7[] = {
	READS("LTO5"), WRITES("LTO6"), WRITES("LTO7"), { 0 },
};
static const struct drive_medium media_lto8[] = {
	WRITES("LTO7"), WRITES("LTO7M8"), WRITES("LTO8"), { 0 },
};
static const struct drive_medium media_lto9[] = { WRITES("LTO8"), WRITES("LTO9"), { 0 } };
static const struct drive_medium media_t10ka[] = { WRITES("T10KA"), { 0 } };
static const struct drive_medium media_t10kb[] = { WRITES("T10KA"), WRITES("T10KB"), { 0 } };
static const struct drive_medium media_t10kc[] = {
	READS("T10KA"), READS("T10KB"), WRITES("T10KC"), { 0 },
};
static const struct drive_medium media_any[] = {
	WRITES("LTO1"), WRITES("LTO2"), WRITES("LTO3"), WRITES("LTO4"), WRITES("LTO5"),
	WRITES("LTO6"), WRITES("LTO7"), WRITES("LTO7M8"), WRITES("LTO8"), WRITES("LTO9"),
	WRITES("J1A"), WRITES("E05"), WRITES("E06"), WRITES("E07"), WRITES("T10KA"),
	WRITES("T10KB"), WRITES("T10KC"), WRITES("9840A"), WRITES("9840B"), WRITES("9840C"),
	WRITES("9840D"), WRITES("9940A"), WRITES("9940B"), WRITES("DLT3"), WRITES("DLT4"),
	WRITES("SDLT1"), WRITES("SDLT220"), WRITES("SDLT320"), WRITES("SDLT600"),
	WRITES("AIT1"), WRITES("AIT2"), WRITES("AIT3"), WRITES("AIT4"), WRITES("DDS1"),
	WRITES("DDS2"), WRITES("DDS3"), WRITES("DDS4"), WRITES("DDS5"), { 0 },
};

static const uint8_t logs_plain[] = {
	0x00, 0x02, 0x03, 0x0c, 0x0d, 0x10, 0x17, 0x2e, 0x30, 0x31, 0x32, 0x37, 0xff,
};
static const uint8_t logs_ibm_lto[] = {
	0x00, 0x02, 0x03, 0x0c, 0x0d, 0x10, 0x11, 0x17, 0x2e, 0x30, 0x31, 0x32, 0x37, 0xff,
};

#define IBM_LTO(product, rev) { "IBM", product, rev, &inquiry_ibm_lto, vpd_ibm_lto, \
				mode_pages_ibm_lto, logs_ibm_lto }
#define T10K(product, rev) { "STK", product, rev, &inquiry_t10k, vpd_t10k, \
			     mode_pages_plain, logs_plain }

const struct drive_model drive_models[] = {
	/* unit                         density caps      block     unit warning     media */
	{ IBM_LTO("ULT3580-TD5", "G361"), 0x58, LTO5_CAPS, 8 * MIB, MIB, 256 * MIB, media_lto5 },
	{ IBM_LTO("ULT3580-TD6", "G9P1"), 0x5a, LTO5_CAPS, 8 * MIB, MIB, 256 * MIB, media_lto6 },
	{ IBM_LTO("ULT3580-TD7", "G9Q1"), 0x5c, LTO7_CAPS, 8 * MIB, MIB, 256 * MIB, media_lto7 },
	{ IBM_LTO("ULT3580-TD8", "HB82"), 0x5e, LTO7_CAPS, 8 * MIB, MIB, 256 * MIB, media_lto8 },
	{ IBM_LTO("ULT3580-TD9", "Q3F5"), 0x60, LTO7_CAPS, 8 * MIB, MIB, 256 * MIB, media_lto9 },
	{ T10K("T10000A", "1.51"),        0x4a, T10K_CAPS, 2 * MIB, MIB, 256 * MIB, media_t10ka },
	{ T10K("T10000B", "1.51"),        0x4b, T10K_CAPS, 2 * MIB, MIB, 256 * MIB, media_t10kb },
	{ T10K("T10000C", "1.57"),        0x4c, T10K_CAPS, 2 * MIB, MIB, 256 * MIB, media_t10kc },
	{ .density = 0 },
};

/* For products that are not in the list: everything fits, nothing is special. */
static const struct drive_model unknown_drive = {
	{ "VTL", "unknown", "0100", &inquiry_plain, vpd_plain, mode_pages_plain, logs_plain },
	0x5e, PLAIN_CAPS, 16 * MIB - 1, MIB, 64 * MIB, media_any,
};

static bool same_product(const char *row, const char *product)
{
	const size_t n = strlen(row);

	return !strncmp(row, product, n) && product[n + strspn(product + n, " ")] == '\0';
}

const struct drive_model *drive_model_find(const char *vendor, const char *product)
{
	(void)vendor;		/* resellers put their own name into device.conf */
	for (const struct drive_model *m = drive_models; m->unit.product; m++)
		if (same_product(m->unit.product, product))
			return m;
	return &unknown_drive;
}

enum medium_access drive_model_access(const struct drive_model *drive, const char *medium)
{
	for (const struct drive_medium *m = drive->media; m->medium; m++)
		if (!strcmp(m->medium, medium))
			return m->access;
	return ACCESS_NONE;
}
