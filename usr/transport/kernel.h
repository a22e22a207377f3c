/* SPDX-License-Identifier: GPL-2.0-only */
/* The transport through the kernel module: a unit's node, and the control node. */
#ifndef VTL_TRANSPORT_KERNEL_H
#define VTL_TRANSPORT_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/uapi/mhvtl.h"
#include "scsi/cmd.h"
#include "transport/transport.h"

/* The system calls, or a test's.  All return >= 0 or -errno; map gives NULL and sets *ret_err. */
struct kernel_calls {
	int (*open)(void *ctx, const char *path);
	void (*close)(void *ctx, int fd);
	int (*ioctl)(void *ctx, int fd, unsigned long request, void *arg);
	void *(*map)(void *ctx, int fd, size_t len, int *ret_err);
	void (*unmap)(void *ctx, void *at, size_t len);
};
extern const struct kernel_calls kernel_real_calls;	/* ctx is not looked at */

/* A window, as long as a command has its data in it. */
struct kernel_window {
	uint8_t *at;
	size_t len;
	unsigned int users;		/* commands in hand, and 1 while it is the present one */
};

enum { KERNEL_IN_HAND = 8 };		/* the module hands out two and tells of as many orphans */

/* A command in hand. */
struct kernel_cmd {
	struct scsi_cmd cmd;
	bool used;
	uint64_t cookie;
	uint32_t data_off;
	struct kernel_window *window;	/* that its data lie in; NULL: it has none */
	struct kernel_transport *home;
};

struct kernel_answer {
	struct vtl_commit commit;
	const struct scsi_op *op;
};

struct kernel_transport {
	struct transport base;
	const struct kernel_calls *calls;
	void *calls_ctx;
	struct lu *lu;
	struct kernel_window *window;	/* NULL until a command has data */
	struct kernel_cmd cmds[KERNEL_IN_HAND];
	struct kernel_answer answers[KERNEL_IN_HAND];	/* oldest first */
	unsigned int n_answers;
	uint64_t kept, released;	/* the last that the module was given, has given up */
	uint64_t inherited;		/* to be released; 0: nothing */
	uint64_t bad_answers;		/* that the module refused; each is a defect of ours */
};

/* Opens the unit's node; -errno: -EBUSY somebody owns it, -ENOENT, -EACCES. */
int kernel_open(struct kernel_transport *k, const struct kernel_calls *calls, void *calls_ctx,
		const char *path);
/*
 * From now on the unit's commands come here.  lu gives the opcodes that overtake.  Returns an enum
 * vtl_last_owner, or -errno: -EPROTO the module has another version.
 */
int kernel_attach(struct kernel_transport *k, struct lu *lu,
		  const struct transport_client *client, void *client_ctx);
void kernel_close(struct kernel_transport *k);	/* answers commands in hand no more */

/* The control node.  Each returns >= 0 or -errno as kernel/uapi/mhvtl.h has it. */
#define KERNEL_CONTROL "/dev/mhvtl-ctl"
struct kernel_control {
	const struct kernel_calls *calls;
	void *calls_ctx;
	int fd;
	struct vtl_version version;
};
/* -ENOENT, -ENXIO or -ENODEV: no module; -EPROTO: it has another version. */
int kernel_control_open(struct kernel_control *c, const struct kernel_calls *calls,
			void *calls_ctx, const char *path);
void kernel_control_close(struct kernel_control *c);
int kernel_unit_add(struct kernel_control *c, struct vtl_add_lu *add);
int kernel_unit_remove(struct kernel_control *c, uint32_t number, enum vtl_remove flags);
int kernel_unit_find(struct kernel_control *c, uint32_t number, struct vtl_unit *ret);
/* Up to cap units from number first on; returns how many were filled in. */
int kernel_unit_list(struct kernel_control *c, uint32_t first, struct vtl_unit *units,
		     uint32_t cap);

#endif
