// SPDX-License-Identifier: GPL-2.0-only
/* Commands through sg, here or beside the caller. */
#include <errno.h>
#include <pthread.h>
#include <scsi/sg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "lab.h"

static uint8_t cdb_len(uint8_t opcode)
{
	static const uint8_t lens[8] = { 6, 10, 10, 6, 16, 12, 6, 6 };	/* by group; vendor's: 6 */

	return lens[opcode >> 5];
}

void sg_io(struct io *io)
{
	const uint64_t start = now_ms();
	struct sg_io_hdr h = {
		.interface_id = 'S',
		.dxfer_direction = !io->len ? SG_DXFER_NONE :
				   io->out ? SG_DXFER_TO_DEV : SG_DXFER_FROM_DEV,
		.cmd_len = cdb_len(io->cdb[0]),
		.cmdp = io->cdb,
		.dxfer_len = io->len,
		.dxferp = io->data,
		.mx_sb_len = sizeof(io->sense),
		.sbp = io->sense,
		.timeout = io->timeout_ms ? io->timeout_ms : 30000,
	};

	memset(io->sense, 0, sizeof(io->sense));
	io->err = ioctl(io->fd, SG_IO, &h) ? errno : 0;
	io->status = h.status;
	io->host_status = h.host_status;
	io->resid = (uint32_t)h.resid;
	io->took_ms = (uint32_t)(now_ms() - start);
}

struct io io_of(int fd, uint8_t opcode, void *data, uint32_t len)
{
	struct io io = { .fd = fd, .cdb = { opcode }, .data = data, .len = len };

	if (opcode == 0x12) {
		io.cdb[3] = (uint8_t)(len >> 8);
		io.cdb[4] = (uint8_t)len;
	} else if (opcode == 0x03) {
		io.cdb[4] = (uint8_t)len;
	} else if (opcode == 0xa0) {
		io.cdb[8] = (uint8_t)(len >> 8);
		io.cdb[9] = (uint8_t)len;
	}
	sg_io(&io);
	return io;
}

bool is_sense(const struct io *io, uint8_t key, uint8_t asc, uint8_t ascq)
{
	return !io->err && io->status == CHECK && (io->sense[2] & 0x0f) == key &&
	       io->sense[12] == asc && io->sense[13] == ascq;
}

struct bg {
	pthread_t thread;
	struct io *io;
};

static void *run(void *arg)
{
	struct bg *bg = arg;

	sg_io(bg->io);
	return NULL;
}

struct bg *bg_start(struct io *io)
{
	struct bg *bg = malloc(sizeof(*bg));

	if (!bg)
		abort();
	bg->io = io;
	if (pthread_create(&bg->thread, NULL, run, bg))
		abort();
	return bg;
}

void bg_end(struct bg *bg)
{
	pthread_join(bg->thread, NULL);
	free(bg);
}
