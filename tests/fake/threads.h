/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VTL_FAKE_THREADS_H
#define VTL_FAKE_THREADS_H

unsigned int threads_now(void);		/* of this process; one that has ended may be seen yet */

#endif
