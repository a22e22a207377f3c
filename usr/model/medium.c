// SPDX-License-Identifier: GPL-2.0-only
/* Kinds of cartridges.  Density codes are their makers': the same one may occur twice. */
#include <stddef.h>
#include <strings.h>

#include "model/model.h"

#define LTO(n, code, parts, gb, mam, bpmm, m, trk, data, worm, dname, text) \
	{ "LTO" n, code, parts, (gb) * 1000, mam, bpmm, 127, m, trk, data, worm, "LTO-CVE", \
	  dname, "Ultrium " text }
#define JAG(name, code, mb, trk, bpmm, dname) \
	{ name, code, 1, mb, 8192, bpmm, 127, 609, trk, 0, 0, "IBM", dname, "" }
#define STK(name, code, mb, m, trk, dname, text) \
	{ name, code, 1, mb, 8192, 0, 127, m, trk, 0, 0, "STK", dname, text }
#define DLT(name, code, mb, bpmm, trk, dname, text) \
	{ name, code, 1, mb, 8192, bpmm, 127, 557, trk, 0, 0, "DLT-CVE", dname, text }
#define AIT(name, code, mb, bpmm, m, text) \
	{ name, code, 1, mb, 8192, bpmm, 80, m, 1, 0, 0, "SONY", name, text }
#define DDS(name, code, mb, bpmm, m) \
	{ name, code, 1, mb, 8192, bpmm, 38, m, 1, 0, 0, "DDS-CVE", name, "" }

const struct medium_model medium_models[] = {
	/*  name  density parts GB    MAM    b/mm   m     tracks type  WORM  names */
	LTO("1",   0x40, 1,   100,  4096,  4880,  609,  384, 0x18, 0x18, "U-18",  "1/8T"),
	LTO("2",   0x42, 1,   200,  4096,  7398,  609,  512, 0x28, 0x28, "U-28",  "2/8T"),
	LTO("3",   0x44, 1,   400,  4096,  9638,  680,  704, 0x38, 0x3c, "U-316", "3/16T"),
	LTO("4",   0x46, 1,   800,  4096, 12725,  820,  896, 0x48, 0x4c, "U-416", "4/16T"),
	LTO("5",   0x58, 2,  1500,  8192, 15142,  846, 1280, 0x58, 0x5c, "U-516", "5/16T"),
	LTO("6",   0x5a, 2,  2500,  8192, 15142,  846, 2176, 0x68, 0x6c, "U-616", "6/16T"),
	LTO("7",   0x5c, 4,  6000,  8192, 19107,  960, 3584, 0x78, 0x7c, "U-732", "7/32T"),
	LTO("7M8", 0x5d, 4,  9000,  8192, 19107,  960, 5376, 0x78, 0x78, "U-732M", "M8/32T"),
	LTO("8",   0x5e, 4, 12000,  8192, 20669,  960, 6656, 0x88, 0x8c, "U-832", "8/32T"),
	LTO("9",   0x60, 4, 18000, 16384, 21456, 1035, 8960, 0x98, 0x9c, "U-932", "9/32T"),
	/*         density MB     tracks b/mm   name */
	JAG("J1A", 0x51,  300000,  512, 11800, "3592A1"),
	JAG("E05", 0x52,  700000,  896, 11800, "3592A2"),
	JAG("E06", 0x53, 1000000, 1152, 13452, "3592A3"),
	JAG("E07", 0x54, 4000000, 2560, 13452, "3592A4"),
	/*           density MB     m     tracks names */
	STK("T10KA", 0x4a,  500000,  917,  768, "T1 - 500", "T1 - 500 GB"),
	STK("T10KB", 0x4b, 1000000,  917, 1152, "T1-1000",  "T1 - 1000 GB"),
	STK("T10KC", 0x4c, 5000000, 1147, 1536, "T2-5000",  "T2 - 5000 GB"),
	STK("9840A", 0x42,   20000,  271,  288, "R-20",     "Raven 20 GB"),
	STK("9840B", 0x42,   20000,  271,  288, "R-20",     "Raven 20 GB"),
	STK("9840C", 0x45,   40000,  271,  288, "R-40",     "Raven 40 GB"),
	STK("9840D", 0x46,   75000,  271,  576, "R-75",     "Raven 75 GB"),
	STK("9940A", 0x43,   60000,  650,  288, "P-60",     "Peak capacity 60 GB"),
	STK("9940B", 0x44,  200000,  650,  576, "P-200",    "Peak capacity 200GB"),
	/*             density MB     b/mm  tracks names */
	DLT("DLT3",    0x19,  10000,  62500,  128, "TK85",  "DLTtape III"),
	DLT("DLT4",    0x1b,  20000,  85937,  208, "TK88",  "DLTtape IV"),
	DLT("SDLT1",   0x48, 110000, 133000,  448, "SDLT1", "Super DLTtape I"),
	DLT("SDLT220", 0x48, 110000, 133000,  448, "SDLT1", "SDLT 220"),
	DLT("SDLT320", 0x49, 160000, 190000,  448, "SDLT1", "SDLT 320"),
	DLT("SDLT600", 0x4a, 300000, 233000,  640, "SDLT2", "SDLT 600"),
	/*          density MB   b/mm m    text */
	AIT("AIT1", 0x30,  35000, 4567, 230, "Advanced Intelligent"),
	AIT("AIT2", 0x31,  50000, 6102, 230, "Advanced Intelligent"),
	AIT("AIT3", 0x32, 100000, 6102, 230, "Advanced Intelligent"),
	AIT("AIT4", 0x33, 200000, 6102, 246, "Advanced Intelligent"),
	/*          density MB   b/mm m */
	DDS("DDS1", 0x13,  2000, 2400,  90),
	DDS("DDS2", 0x24,  4000, 2400, 120),
	DDS("DDS3", 0x25, 12000, 4800, 125),
	DDS("DDS4", 0x26, 20000, 4800, 150),
	DDS("DDS5", 0x47, 36000, 6400, 170),
	{ 0 },
};

const struct medium_model *medium_model_find(const char *name)
{
	for (const struct medium_model *m = medium_models; m->name; m++)
		if (!strcasecmp(m->name, name))
			return m;
	return NULL;
}
