#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# mhvtl_kernel_mod_build [KERNEL]: build the module from its installed source for a kernel (the
# running one), install and register it.
set -eu
source=@SRCDIR@
kernel=${1:-$(uname -r)}

case $kernel in
-h|--help)
	echo "usage: mhvtl_kernel_mod_build [KERNEL]"
	echo "Builds and installs the mhvtl module for KERNEL, the running one by default."
	exit 0 ;;
-V|--version)
	echo "mhvtl_kernel_mod_build @VERSION@"
	exit 0 ;;
-*)
	echo "mhvtl_kernel_mod_build: unknown option $kernel, see --help" >&2
	exit 2 ;;
esac
kdir=/lib/modules/$kernel/build
if [ ! -e "$kdir/Makefile" ]; then
	echo "mhvtl_kernel_mod_build: no headers of kernel $kernel at $kdir" >&2
	exit 1
fi
if [ "$(id -u)" != 0 ]; then
	echo "mhvtl_kernel_mod_build: installing a module needs root" >&2
	exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$source/." "$work/"
make -C "$work" KDIR="$kdir" >"$work/log" 2>&1 || { tail -30 "$work/log" >&2; exit 1; }
install -D -m 644 "$work/mhvtl.ko" "/lib/modules/$kernel/updates/mhvtl.ko"
depmod "$kernel"
echo "mhvtl is installed for kernel $kernel"
