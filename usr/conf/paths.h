/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the installation put things; the build says so. */
#ifndef VTL_CONF_PATHS_H
#define VTL_CONF_PATHS_H

#ifndef MHVTL_CONF_DIR
#define MHVTL_CONF_DIR "/etc/mhvtl"
#endif
#ifndef MHVTL_HOME_DIR
#define MHVTL_HOME_DIR "/opt/mhvtl"
#endif
#ifndef VTL_VERSION
#define VTL_VERSION "0"
#endif

#endif
