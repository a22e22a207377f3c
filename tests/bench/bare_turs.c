// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the transport could do at best, and what it does.
 *
 * bare_turs serve NUMBER TARGET: adds a unit, and says GOOD to everything there; until killed.
 * bare_turs remove NUMBER: the unit of a yardstick that was killed.
 * bare_turs rate SG COUNT: so many TEST UNIT READY; prints how many in a second.
 * bare_turs idle SG SECONDS ROUNDS: prints the lower quartile of hot ones, and of the first after
 * so many seconds of silence, in microseconds.  What is above it is the machine's other business.
 * bare_turs times SG COUNT [CDB]: so many commands of six bytes without data, in hexadecimal
 * digits; prints how many in a second, the median and the 99th percentile in microseconds.
 */
#include <errno.h>
#include <fcntl.h>
#include <scsi/sg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/uapi/mhvtl.h"
#include "tests/bench/clock.h"

enum { WINDOW = VTL_ASIDE_LEN + 65536, HOT = 200, MOST = 100 };

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int own(uint32_t number, uint32_t target)
{
	struct vtl_add_lu add = { .abi = VTL_ABI_VERSION, .number = number, .target = target,
				  .type = 1 };
	struct vtl_attach attach = { .version = VTL_ABI_VERSION };
	const int ctl = open("/dev/mhvtl-ctl", O_RDWR);
	const uint64_t len = WINDOW;
	char path[32];
	int fd;

	if (ctl < 0 || ioctl(ctl, VTL_IOC_ADD_LU, &add))
		die("unit");
	snprintf(path, sizeof(path), "/dev/mhvtl%u", number);
	fd = open(path, O_RDWR);
	if (fd < 0 || ioctl(fd, VTL_IOC_RESIZE, &len) || ioctl(fd, VTL_IOC_ATTACH, &attach) < 0)
		die(path);
	return fd;
}

/* The host's scan wants to see a tape drive. */
static void answer(uint8_t *window, const struct vtl_fetch *f, struct vtl_commit *c)
{
	static const uint8_t inquiry[36] = "\x01\x80\x05\x02\x1f\0\0\0BARE    LOOP            0001";

	*c = (struct vtl_commit){ .cookie = f->cookie };
	if (f->cdb[0] != 0x12 || f->data_len < sizeof(inquiry))
		return;
	memcpy(window + f->data_off, inquiry, sizeof(inquiry));
	c->data_off = f->data_off;
	c->data_len = sizeof(inquiry);
}

static void serve(uint32_t number, uint32_t target)
{
	const int fd = own(number, target);
	uint8_t *window = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	struct vtl_lu_op op = { .ops = VTL_OP_FETCH };

	if (window == MAP_FAILED)
		die("window");
	for (;;) {
		op.fetch = (struct vtl_fetch){ .wait_us = 4000000 };
		if (ioctl(fd, VTL_IOC_LU_OP, &op) && errno != ESTALE)
			die("LU_OP");
		op.ops = VTL_OP_FETCH;
		if (op.fetch.type != VTL_CMD)
			continue;
		answer(window, &op.fetch, &op.commit);
		op.ops |= VTL_OP_COMMIT;
	}
}

static int send(int fd, uint8_t *cdb)
{
	uint8_t sense[32];
	struct sg_io_hdr h = {
		.interface_id = 'S', .dxfer_direction = SG_DXFER_NONE, .cmd_len = 6,
		.cmdp = cdb, .mx_sb_len = sizeof(sense), .sbp = sense, .timeout = 20000,
	};

	if (ioctl(fd, SG_IO, &h) || h.host_status)
		die("command");
	return h.status;
}

static void tur(int fd)
{
	send(fd, (uint8_t[6]){ 0 });
}

static double timed(int fd)
{
	const double from = now_us();

	tur(fd);
	return now_us() - from;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double quartile(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), by_value);
	return v[n / 4];
}

static void rate(int fd, int count)
{
	double from;

	for (int i = 0; i < 100; i++)
		tur(fd);
	from = now_us();
	for (int i = 0; i < count; i++)
		tur(fd);
	printf("%.0f\n", count / ((now_us() - from) / 1e6));
}

static void idle(int fd, unsigned int seconds, int rounds)
{
	double hot[HOT], cold[MOST];

	for (int i = 0; i < rounds && i < MOST; i++) {
		for (int k = 0; k < HOT; k++)
			hot[k] = timed(fd);
		sleep(seconds);
		cold[i] = timed(fd);
	}
	printf("%.0f %.0f\n", quartile(hot, HOT), quartile(cold, rounds < MOST ? rounds : MOST));
}

/* A command that ends with anything but GOOD measures nothing. */
static void times(int fd, int count, const char *hex)
{
	double *t = calloc((size_t)count, sizeof(*t)), sum = 0;
	uint8_t cdb[6] = { 0 };

	if (count < 1 || !t)
		die("times");
	for (size_t i = 0; i < sizeof(cdb) && sscanf(hex + 2 * i, "%2hhx", &cdb[i]) == 1; i++)
		;
	for (int i = 0; i < count; i++) {
		const double from = now_us();
		const int status = send(fd, cdb);

		t[i] = now_us() - from;
		sum += t[i];
		if (status) {
			fprintf(stderr, "command %d of %d: status %d\n", i + 1, count, status);
			exit(1);
		}
	}
	qsort(t, (size_t)count, sizeof(*t), by_value);
	printf("%.1f %.2f %.2f\n", count / (sum / 1e6), t[count / 2],
	       t[(size_t)count * 99 / 100]);
	free(t);
}

/* Also of a unit that its dying owner still holds, for as long as that may take. */
static int removed(uint32_t number)
{
	struct vtl_remove_lu op = { .number = number };
	const int ctl = open("/dev/mhvtl-ctl", O_RDWR);

	for (int i = 0; i < 100 && ctl >= 0; i++) {
		if (!ioctl(ctl, VTL_IOC_REMOVE_LU, &op))
			return 0;
		if (errno != EBUSY)
			break;
		usleep(50000);
	}
	perror("remove");
	return 1;
}

int main(int argc, char **argv)
{
	int fd;

	if (argc == 3 && !strcmp(argv[1], "remove"))
		return removed((uint32_t)atoi(argv[2]));
	if (argc == 4 && !strcmp(argv[1], "serve"))
		serve((uint32_t)atoi(argv[2]), (uint32_t)atoi(argv[3]));
	if (argc < 4) {
		fprintf(stderr, "usage: bare_turs serve NUMBER TARGET | remove NUMBER | "
			"rate SG COUNT | idle SG SECONDS ROUNDS | times SG COUNT [CDB]\n");
		return 2;
	}
	fd = open(argv[2], O_RDWR | O_NONBLOCK);
	if (fd < 0)
		die(argv[2]);
	if (!strcmp(argv[1], "times"))
		times(fd, atoi(argv[3]), argc > 4 ? argv[4] : "");
	else if (!strcmp(argv[1], "rate"))
		rate(fd, atoi(argv[3]));
	else
		idle(fd, (unsigned int)atoi(argv[3]), argc > 4 ? atoi(argv[4]) : 3);
	return 0;
}
