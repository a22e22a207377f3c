/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this layer share.  Nothing here is for others. */
#ifndef VTL_MEDIA_INTERNAL_H
#define VTL_MEDIA_INTERNAL_H

#include "base/crc.h"
#include "media/background.h"
#include "media/cart.h"
#include "media/codec.h"
#include "media/format.h"
#include "media/io.h"

enum {
	SCRATCH = 2 * META_SLOT,
	MARK_ROOM = 4096,		/* blocks leave so much of tape and disk to filemarks */
	DATA_STEP_MIN = 4 << 20,	/* bytes asked of the disk at a time, */
	DATA_STEP_MAX = 16 << 20,	/* when half of the last one is used */
	INDX_STEP = 64 << 10,
};

#define SYNC_EVERY ((uint64_t)256 << 20)	/* bytes of data without a proven point */
#define NO_PAGE    UINT64_MAX

/* A place in a partition: between two records, or at an end. */
struct place {
	uint64_t object, filemarks;	/* before it */
	uint64_t off;			/* in data */
};

struct part {
	uint32_t number, seed;
	int data, indx;			/* handles, -1 while closed */
	uint8_t log_id[16];
	uint32_t generation;
	uint64_t start;			/* first object of that generation */
	uint64_t capacity;
	struct place end;
	uint64_t synced_end;		/* proven: on disk */
	uint64_t data_space, indx_space;	/* allocated up to; UINT64_MAX: nobody can say */
	bool data_unsynced, indx_unsynced;
	bool tail_changed;		/* the tail page differs from what indx has */
	bool torn;			/* behind the end is damage, not the end of data */
	bool recovered;			/* the end was found by walking: meta must learn it */
	uint64_t tail_no, cache_no;
	struct index_page tail, cache;	/* page of the end; another one, or NO_PAGE */
};

struct meta {
	uint32_t compatible, read_only, incompatible;
	uint16_t minor;
	uint64_t sequence;
	struct cart_spec spec;
	struct cart_counters counters;
	uint64_t time;
	char owner[41];
	bool clean;
	uint32_t partitions;
	uint8_t *attributes, *unknown;	/* tags as stored; malloc */
	size_t attributes_len, unknown_len;
};

/* One sync of all partitions, by another thread; its memory until it is done. */
struct sync_job {
	struct cart_job job;
	const struct cart_io *io;
	void *ctx;
	uint32_t n;
	int handle[CART_PARTITIONS];	/* -1: nothing to do */
	uint64_t upto[CART_PARTITIONS];	/* bytes of data that it proves */
	int err;
};

struct cart {
	const struct cart_io *io;
	void *ctx;
	int handle;			/* of meta, -1 while closed */
	uint64_t slot;			/* that counts: 0 or 1 */
	bool slot_lost;			/* the other one did not hold when it was loaded */
	bool look, frozen;		/* frozen: nothing is changed any more */
	bool damaged;			/* frozen for a reason that is not the owner's */
	bool sync_failed;
	enum cart_sync_mode sync_mode;
	struct cart_background *background;	/* may be NULL */
	struct sync_job sync;
	bool syncing, sync_again;	/* sync is at work; and once more when it is done */
	bool deferred;			/* it failed, and nobody was told */
	bool saving;			/* counters are to be saved when it is done */
	uint64_t saved_written, saved_read;	/* as meta has them */
	bool disk_low;			/* the disk refused a step of space */
	char why[CART_WHY_MAX];		/* frozen, or recovered */
	struct meta m;
	struct part part[CART_PARTITIONS];
	uint32_t current;		/* the partition that the head is in */
	struct place head;
	uint64_t warning, pew;
	uint8_t *scratch;		/* SCRATCH bytes */
	struct codec_work *codec;
	struct cart_pool *pool;		/* may be NULL */
	struct ahead *ahead;		/* NULL: nothing is read ahead */
};

/* ---- cart.c ---- */
/* From now on nothing is changed; says why once.  Returns rc. */
enum cart_rc cart_freeze(struct cart *c, enum cart_rc rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
enum cart_rc cart_part_at_end(const struct part *p);	/* CART_EOD or CART_DAMAGED */

/* ---- meta.c ---- */
enum cart_rc meta_read(struct cart *c);
/*
 * Slot n, into its half of scratch: its sequence in *ret_sequence if it holds.  CART_DAMAGED;
 * CART_FOREIGN without our magic; CART_READ_FAILED.
 */
enum cart_rc meta_slot(struct cart *c, uint64_t n, uint64_t *ret_sequence);
/* Takes what meta_slot() has read, whether it holds or not.  CART_FOREIGN: makes no sense. */
enum cart_rc meta_take(struct cart *c, uint64_t n);
/* Commits what is in memory.  CART_FULL: does not fit, nothing changed.  Freezes if it fails. */
enum cart_rc meta_write(struct cart *c);
void meta_free(struct meta *m);

/* ---- tags.c: struct meta to payload and back ---- */
/* Length, or 0 if it does not fit into META_PAYLOAD bytes. */
size_t tags_encode(const struct cart *c, uint8_t *to);
enum cart_rc tags_decode(struct cart *c, const uint8_t *from, size_t len);
uint32_t tags_seed(const struct part *p);

/* ---- sync.c ---- */
int sync_handle(struct cart *c, int handle);	/* 0 or -errno, as the mode has it */
/* Begins a sync in the background; false: there is none, or nothing to do. */
bool sync_start(struct cart *c);
/* Takes the result of the one at work, if it is done; with wait, when it is. */
void sync_settle(struct cart *c, bool wait);
/* Before more is written: a proven point every SYNC_EVERY bytes. */
enum cart_rc sync_pace(struct cart *c, struct part *p);
/* A proven point, and the tail page says so; the page may be missing, data has it all. */
enum cart_rc sync_prove(struct cart *c, struct part *p);
enum cart_rc sync_data(struct cart *c, struct part *p);
/* Data, tail pages and indexes of all partitions: what a commit of meta vouches for. */
enum cart_rc sync_all(struct cart *c);
/* sync_all() and meta_write() */
enum cart_rc sync_commit(struct cart *c);
/*
 * The end of data moves back to end: sync, meta with the next generation, then the cut.  What a
 * crash leaves behind it carries an older generation and so does not count.
 */
enum cart_rc sync_cut(struct cart *c, struct part *p, struct place end);
/*
 * Bytes of data asked of the disk ahead, where bytes are about to be written at end: a short tape
 * takes little; several writes fit, so that the disk warns before it refuses one.
 */
uint64_t sync_data_step(uint64_t end, uint64_t bytes);
/* Space for that many bytes more of data and a page of index, and keep bytes behind them. */
enum cart_rc sync_reserve(struct cart *c, struct part *p, uint64_t bytes, uint64_t keep);

/* ---- index.c ---- */
enum page_state { PAGE_GOOD, PAGE_BAD, PAGE_NEWER };

uint64_t index_page_offset(uint64_t no);
enum page_state index_page_check(const struct part *p, const struct index_page *page, uint64_t no);
enum cart_rc index_page_read(struct cart *c, struct part *p, uint64_t no, struct index_page *page);
void index_page_begin(struct index_page *page, uint64_t filemarks);
uint32_t index_page_filemarks(const struct index_page *page, uint32_t count);
uint64_t index_entry_size(const struct index_entry *e);
static inline uint64_t index_entry_offset(const struct index_entry *e)
{
	return le48_get(e->offset) * RECORD_ALIGN;
}
static inline uint8_t index_entry_type(const struct index_entry *e)
{
	return e->kind & 0x0f;
}
/* It counts as a filemark. */
static inline bool index_entry_is_mark(const struct index_entry *e)
{
	return index_entry_type(e) == RECORD_FILEMARK ||
	       (index_entry_type(e) == RECORD_UNREADABLE && (e->flags & RECORD_WAS_MARK));
}
enum cart_rc index_header_write(struct cart *c, struct part *p);
/* It is what index_header_write() writes. */
bool index_header_holds(struct cart *c, const struct part *p);
enum cart_rc index_tail_write(struct cart *c, struct part *p);
/* Writes a full tail page and begins the next: append below does not fail then. */
enum cart_rc index_make_room(struct cart *c, struct part *p);
void index_append(struct part *p, uint64_t off, const struct record_header *h);
/* object < end.object */
enum cart_rc index_entry_get(struct cart *c, struct part *p, uint64_t object,
			     struct index_entry *ret);
/* The entries from object on to the end of its page or of data; *ret until the next call. */
enum cart_rc index_entries(struct cart *c, struct part *p, uint64_t object,
			   const struct index_entry **ret, uint32_t *ret_n);
/* object <= end.object */
enum cart_rc index_place(struct cart *c, struct part *p, uint64_t object, struct place *ret);
/* The place before filemark n, counted from 0; n < end.filemarks */
enum cart_rc index_find_filemark(struct cart *c, struct part *p, uint64_t n, struct place *ret);

/* ---- record.c ---- */
static inline uint64_t record_size(uint64_t stored, uint64_t extension)
{
	return sizeof(struct record_header) +
	       (stored + extension + RECORD_ALIGN - 1) / RECORD_ALIGN * RECORD_ALIGN;
}
static inline bool record_is_mark(const struct record_header *h)
{
	return h->type == RECORD_FILEMARK ||
	       (h->type == RECORD_UNREADABLE && (le16_get(h->flags) & RECORD_WAS_MARK));
}
/* Magic and CRC, and the lengths that the format allows: only then a field means anything. */
bool record_header_holds(const struct part *p, const struct record_header *h);
void record_seal(const struct part *p, struct record_header *h);
/* Takes *crc on over len bytes of data at off.  CART_DAMAGED: they are not there. */
enum cart_rc record_crc(struct cart *c, struct part *p, uint64_t off, uint64_t len, uint32_t *crc);
/* One block behind the end; count filemarks there, at most what the tail page has room for. */
enum cart_rc record_put_block(struct cart *c, struct part *p, const void *buf, uint32_t len);
/* n blocks of len bytes, not compressed, in one call; at most what the tail page has room for. */
enum { RECORD_BATCH = 64, RECORD_BATCH_BLOCK = 64 << 10 };
enum cart_rc record_put_blocks(struct cart *c, struct part *p, const uint8_t *buf, uint32_t len,
			       uint32_t n);
enum cart_rc record_put_filemarks(struct cart *c, struct part *p, uint32_t count);
/* Header h is that of e's record at that place, with the flags of a block that can be read. */
bool record_is_at(const struct part *p, const struct place *at, const struct index_entry *e,
		  const struct record_header *h);
/* Its header does, in data: e is what the index says of it. */
bool record_begins(struct cart *c, struct part *p, const struct place *at,
		   const struct index_entry *e);
/* Reads the record of e at the head, checks all of it; at most cap bytes of it in buf. */
enum cart_rc record_get(struct cart *c, struct part *p, const struct index_entry *e, void *buf,
			uint32_t cap);

/*
 * So many blocks of len bytes at the head as one call reads, at most n, each checked like one
 * alone; 0: this is not the way.  Those that follow entries e up to n, in one page.
 */
uint32_t record_get_blocks(struct cart *c, struct part *p, const struct index_entry *e, uint32_t n,
			   uint8_t *buf, uint32_t len);

enum walk { WALK_RECORD, WALK_END, WALK_NEWER, WALK_ERROR };
/* Looks at the record at that place without an index; its header in *ret if WALK_RECORD. */
enum walk record_walk(struct cart *c, struct part *p, const struct place *at, uint64_t size,
		      struct record_header *ret);

/* ---- ahead.c ---- */
/* Forgets what was read ahead; the thread touches no file any more. */
void ahead_drop(struct cart *c);
void ahead_share(struct cart *c);	/* c->pool is another one */
void ahead_end(struct cart *c);		/* and gives its memory back */
/* The block at the head, if it was read ahead: as record_get() reads it, its entry in *ret. */
bool ahead_take(struct cart *c, struct part *p, void *buf, uint32_t cap, struct index_entry *ret);
void ahead_follow(struct cart *c, struct part *p);	/* the head is behind what was just read */

/* ---- recover.c ---- */
/* The end of data as meta, index and data have it; sets torn, recovered, and freezes if need be. */
enum cart_rc recover_part(struct cart *c, struct part *p);

/*
 * The greatest size of data that was on disk once, as meta and pages of index have it; *newer is
 * set if a page is newer than meta.
 */
uint64_t recover_proven(struct cart *c, struct part *p, uint64_t pages, bool *newer);

/* ---- attribute.c ---- */
void attribute_forget(struct meta *m);	/* those of partitions that are gone */

/* ---- make.c ---- */
bool make_bad_spec(const struct cart_spec *s);

/* ---- load.c ---- */
enum cart_rc load_new(const struct cart_io *io, void *ctx, struct cart **ret);
/* "data" or "indx" of a partition.  0 or -errno. */
int load_file(struct cart *c, const char *what, uint32_t number, bool create, int *ret);
void load_close_part(struct cart *c, struct part *p);
char *load_name(char name[16], const char *what, uint32_t number);

#endif
