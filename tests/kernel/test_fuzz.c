// SPDX-License-Identifier: GPL-2.0-only
/*
 * Both nodes get what nobody would send: fields that are nearly right, memory that is not there,
 * everything at any moment, from several threads, while the host gives commands.  What each call
 * returns is written in the contract; the rest is for the kernel's own checks.  FUZZ_SEED repeats a
 * run as far as threads can be repeated, FUZZ_SECONDS is its length.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lab.h"

enum { NUMBER = 30, UNITS = 4, TARGET = 12, PAGE = 4096 };

struct fuzz {
	volatile bool stop;
	uint32_t seed;
	uint8_t *readonly, *unmapped;
	volatile uint32_t calls, good, strange, last_strange;
};

struct fuzzer {
	struct fuzz *all;
	uint32_t random;
	int fd;
	uint64_t cookie, kept;
	void *map;
	size_t map_len;
};

static uint32_t pick(struct fuzzer *f, uint32_t n)
{
	f->random ^= f->random << 13;
	f->random ^= f->random >> 17;
	f->random ^= f->random << 5;
	return f->random % n;
}

static bool one_in(struct fuzzer *f, uint32_t n)
{
	return !pick(f, n);
}

static uint32_t any(struct fuzzer *f)
{
	static const uint32_t edges[] = {
		0, 1, 7, 8, 511, 512, 4095, 4096, 0xffff, 0x10000, 0x10001, VTL_MAX_TRANSFER,
		VTL_WINDOW_MAX, VTL_WINDOW_MAX + 1, 0x7fffffff, 0x80000000, 0xffffffff,
	};

	return one_in(f, 4) ? pick(f, 0xffffffff) : edges[pick(f, sizeof(edges) / sizeof(*edges))];
}

/* Now and then a bit that is not to be there. */
static void spoil(struct fuzzer *f, void *what, uint32_t len)
{
	if (one_in(f, 20))
		((uint8_t *)what)[pick(f, len)] ^= (uint8_t)(1u << pick(f, 8));
}

static void count(struct fuzzer *f, long ret)
{
	static const int documented[] = {
		EINVAL, EFAULT, ESTALE, ESHUTDOWN, EBUSY, EPROTO, ENOTTY, ENOMEM, EEXIST,
		EADDRINUSE, ERANGE, ENOENT, ENODEV, EINTR, ENOTEMPTY, EOPNOTSUPP, EBADF,
	};
	const int err = errno;

	__atomic_fetch_add(&f->all->calls, 1, __ATOMIC_RELAXED);
	if (ret >= 0)
		__atomic_fetch_add(&f->all->good, 1, __ATOMIC_RELAXED);
	if (ret >= 0)
		return;
	for (size_t i = 0; i < sizeof(documented) / sizeof(*documented); i++)
		if (err == documented[i])
			return;
	f->all->last_strange = (uint32_t)err;
	__atomic_fetch_add(&f->all->strange, 1, __ATOMIC_RELAXED);
}

/* The argument where it is, or where it cannot be read, or written. */
static long call(struct fuzzer *f, unsigned long request, void *arg, size_t len)
{
	const uint32_t where = pick(f, 30);
	long ret;

	if (where == 0)
		arg = f->all->unmapped;
	else if (where == 1)
		arg = memcpy(f->all->readonly + 2 * PAGE - len, arg, len);
	else if (where == 2)
		arg = f->all->unmapped - pick(f, (uint32_t)len);
	else if (where == 3)
		arg = (void *)(uintptr_t)-PAGE;
	else if (where == 4)
		arg = f->all->readonly + 2 * PAGE + pick(f, 64);
	ret = ioctl(f->fd, request, arg);
	count(f, ret);
	return ret;
}

static void commit_of(struct fuzzer *f, struct vtl_commit *c)
{
	static const uint8_t status[] = { 0, 0, 0, 2, 2, 8, 0x18, 0x28, 0x40, 4, 0xff };

	c->cookie = one_in(f, 4) ? (uint64_t)any(f) << 32 | pick(f, 32) : f->cookie;
	c->status = status[pick(f, sizeof(status))];
	c->sense_len = (uint8_t)(one_in(f, 8) ? any(f) : c->status == CHECK ? 18 : 0);
	c->sense[0] = one_in(f, 8) ? (uint8_t)any(f) : 0x70;
	c->sense[2] = (uint8_t)pick(f, 16);
	c->data_off = one_in(f, 2) ? VTL_ASIDE_LEN : any(f);
	c->data_len = one_in(f, 2) ? pick(f, 65536) : any(f);
	if (one_in(f, 2))
		c->keep = one_in(f, 8) ? any(f) : ++f->kept;
	if (c->keep)
		c->note[pick(f, VTL_NOTE_LEN)] = (uint8_t)any(f);
	spoil(f, c, sizeof(*c));
}

static void lu_op(struct fuzzer *f)
{
	struct vtl_lu_op op = { .ops = one_in(f, 16) ? any(f) : pick(f, 16) };

	if (op.ops & VTL_OP_DETACH && !one_in(f, 8))
		op.ops &= ~(uint32_t)VTL_OP_DETACH;
	op.release = one_in(f, 8) ? UINT64_MAX : f->kept - pick(f, 4);
	commit_of(f, &op.commit);
	op.fetch.wait_us = pick(f, 2000);
	op.fetch.spin_us = pick(f, 2) ? pick(f, 100) : any(f);
	op.fetch.flags = pick(f, 2) ? VTL_FETCH_WATCH : 0;
	if (op.fetch.flags)
		op.fetch.watch_fd = one_in(f, 8) ? (int)any(f) : (int)pick(f, 16);
	spoil(f, &op.fetch, sizeof(op.fetch));
	op.fetch.wait_us %= 4000000;
	if (!call(f, VTL_IOC_LU_OP, &op, sizeof(op)) && op.ops_done & VTL_OP_FETCH &&
	    (op.fetch.type == VTL_CMD || op.fetch.type == VTL_ABORTED))
		f->cookie = op.fetch.cookie;
}

static void attach_any(struct fuzzer *f)
{
	struct vtl_attach a = {
		.version = VTL_ABI_VERSION, .features = one_in(f, 8) ? 0 : VTL_FEATURE_PIPELINE,
	};

	for (size_t i = 0; i < sizeof(a.overtake); i++) {
		a.overtake[i] = (uint8_t)pick(f, 256);
		a.slow[i] = (uint8_t)pick(f, 256);
	}
	spoil(f, &a, sizeof(a));
	call(f, VTL_IOC_ATTACH, &a, sizeof(a));
}

static void resize_any(struct fuzzer *f)
{
	uint64_t len = one_in(f, 2) ? any(f) : (uint64_t)pick(f, 64) * PAGE + VTL_ASIDE_LEN;

	call(f, VTL_IOC_RESIZE, &len, sizeof(len));
}

static void unmap(struct fuzzer *f)
{
	if (f->map)
		munmap(f->map, f->map_len);
	f->map = NULL;
}

/* What is mapped is written to: the pages must be this owner's, to the end of the mapping. */
static void map_any(struct fuzzer *f)
{
	const size_t len = (size_t)(1 + pick(f, 80)) * PAGE;
	const off_t off = one_in(f, 4) ? (off_t)pick(f, 64) * PAGE : 0;
	void *at;

	unmap(f);
	at = mmap(NULL, len, PROT_READ | PROT_WRITE, one_in(f, 10) ? MAP_PRIVATE : MAP_SHARED,
		  f->fd, off);
	count(f, at == MAP_FAILED ? -1 : 0);
	if (at == MAP_FAILED)
		return;
	f->map = at;
	f->map_len = len;
	memset(at, 0xa5, len);
}

static void reopen(struct fuzzer *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = open_unit(NUMBER + pick(f, UNITS));
}

static void look(struct fuzzer *f)
{
	struct pollfd p = { .fd = f->fd, .events = POLLIN };
	const int twin = one_in(f, 20) ? dup(f->fd) : -1;
	uint64_t word = 0;

	poll(&p, 1, 0);
	if (twin >= 0)
		close(twin);
	count(f, ioctl(f->fd, _IOC(pick(f, 4), 'V', pick(f, 24), pick(f, 300)), &word));
}

static void *node_fuzzer(void *arg)
{
	struct fuzzer *f = arg;

	f->fd = -1;
	while (!f->all->stop) {
		const uint32_t what = pick(f, 40);

		if (f->fd < 0 || !what)
			reopen(f);
		if (f->fd < 0)
			sleep_ms(1);
		else if (what < 4)
			attach_any(f);
		else if (what < 6)
			resize_any(f);
		else if (what < 9)
			map_any(f);
		else if (what == 9)
			look(f);
		else
			lu_op(f);
	}
	unmap(f);
	if (f->fd >= 0)
		close(f->fd);
	return NULL;
}

static uint32_t number_of(struct fuzzer *f)
{
	return one_in(f, 10) ? VTL_MAX_UNITS | any(f) : NUMBER + pick(f, UNITS);
}

static void add_any(struct fuzzer *f)
{
	const uint32_t number = number_of(f);
	struct vtl_add_lu a = add_of(number, pick(f, 2) ? 1 : 8, TARGET + pick(f, 2), pick(f, 3));

	if (one_in(f, 10))
		a.max_transfer = any(f);
	if (one_in(f, 20))
		a.target = 0x10000 | any(f);
	if (one_in(f, 20))
		a.channel = 0x10000 | any(f);
	for (uint32_t i = 0; one_in(f, 3) && i < sizeof(a.identity.serial); i++)
		a.identity.serial[i] = (char)pick(f, 256);
	if (one_in(f, 10))
		((uint8_t *)&a.reserved)[pick(f, 16)] = 1;
	call(f, VTL_IOC_ADD_LU, &a, sizeof(a));
}

static void list_any(struct fuzzer *f)
{
	struct vtl_unit units[3];
	struct vtl_list l = {
		.units = one_in(f, 4) ? (uintptr_t)f->all->readonly : (uintptr_t)units,
		.first = any(f), .count = pick(f, 4),
	};

	spoil(f, &l.first, 4);
	call(f, VTL_IOC_LIST, &l, sizeof(l));
}

static void *control_fuzzer(void *arg)
{
	struct fuzzer *f = arg;
	struct vtl_version v;

	f->fd = ctl();
	while (!f->all->stop) {
		struct vtl_remove_lu r = {
			.number = number_of(f), .flags = one_in(f, 20) ? any(f) : pick(f, 2),
		};
		struct vtl_unit u = { .number = any(f) };
		const uint32_t what = pick(f, 12);

		if (what < 5)
			add_any(f);
		else if (what < 7)
			call(f, VTL_IOC_REMOVE_LU, &r, sizeof(r));
		else if (what < 9)
			list_any(f);
		else if (what == 9)
			call(f, VTL_IOC_UNIT, &u, sizeof(u));
		else if (what == 10)
			call(f, VTL_IOC_VERSION, &v, sizeof(v));
		else
			look(f);
		if (one_in(f, 4))
			sleep_ms(pick(f, 10));
	}
	return NULL;
}

static void *host(void *arg)
{
	struct fuzzer *f = arg;
	uint8_t *data = calloc(1, 128 * KIB);

	while (!f->all->stop && data) {
		struct io io = { .cdb = { (uint8_t)pick(f, 256) }, .data = data,
				 .len = one_in(f, 3) ? 0 : pick(f, 128 * KIB),
				 .out = pick(f, 2), .timeout_ms = 100 + pick(f, 200) };

		sleep_ms(pick(f, 20));
		if (!sdev_exists(TARGET + pick(f, 2), pick(f, 3)))
			continue;
		io.fd = open_sg_now(TARGET + pick(f, 2), pick(f, 3));
		if (io.fd < 0)
			continue;
		sg_io(&io);
		close(io.fd);
	}
	free(data);
	return NULL;
}

static void still_works(void)
{
	struct toy *t = toy_new(NUMBER);
	struct io io;

	for (uint32_t i = 0; i < UNITS; i++)
		discard_lu(NUMBER + i);
	ok(unit_of(NUMBER).state == UINT32_MAX, "all its units can be removed");
	want_errno(add_lu(NUMBER, 1, TARGET, 0), 0, "a unit is added");
	ok(toy_start(t), "its daemon starts");
	io = io_of(open_sg(TARGET, 0), 0x00, NULL, 0);
	ok(!io.err && !io.host_status && io.status == GOOD, "and answers");
	close(io.fd);
	toy_stop(t);
	want_errno(remove_lu(NUMBER), 0, "and goes");
}

void test_fuzz(void)
{
	static void *(*const threads[])(void *) = {
		node_fuzzer, node_fuzzer, node_fuzzer, control_fuzzer, host, host,
	};
	enum { THREADS = sizeof(threads) / sizeof(*threads) };
	const char *seed = getenv("FUZZ_SEED"), *secs = getenv("FUZZ_SECONDS");
	const uint32_t first = seed ? (uint32_t)strtoul(seed, NULL, 0) : (uint32_t)now_ms();
	struct fuzzer f[THREADS];
	pthread_t id[THREADS];
	struct fuzz all = {
		.seed = first,
		.readonly = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	};

	all.unmapped = all.readonly + 5 * PAGE;
	munmap(all.unmapped, 3 * PAGE);
	memset(all.readonly, 0, 4 * PAGE);
	mprotect(all.readonly + 2 * PAGE, 2 * PAGE, PROT_READ);
	printf("# FUZZ_SEED=%u\n", first);
	for (uint32_t i = 0; i < THREADS; i++) {
		f[i] = (struct fuzzer){ .all = &all, .random = (first + i * 7919) | 1 };
		pthread_create(&id[i], NULL, threads[i], &f[i]);
	}
	sleep_ms(1000 * (secs ? (unsigned int)atoi(secs) : 5));
	all.stop = true;
	for (uint32_t i = 0; i < THREADS; i++)
		pthread_join(id[i], NULL);
	printf("# %u calls, %u succeeded\n", all.calls, all.good);
	ok(all.calls > 100 && all.good > 10 && all.good < all.calls, "calls of both kinds");
	ok(!all.strange, "each error is documented%s%s", all.strange ? ", but " : "",
	   all.strange ? strerror((int)all.last_strange) : "");
	still_works();
}
