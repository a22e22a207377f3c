#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# generate_device_conf: write a device.conf of two libraries with four drives each.
set -u
export LC_ALL=C

usage() {
	cat <<-END
	Usage: generate_device_conf [OPTION]...
	Writes a device.conf of two libraries with four drives each.

	  -H, --home-dir DIR      where cartridges are (@MHVTL_HOME_PATH@)
	  -D, --override-dir DIR  where to write it (@SYSCONFDIR@)
	  -f, --force             replace one that is there
	  -o, --stdout            write it to standard output instead
	  -h, --help              this text
	      --version           the version
	END
}

fail() {
	echo "generate_device_conf: $*" >&2
	exit 1
}

home=@MHVTL_HOME_PATH@
dir=@SYSCONFDIR@
force='' stdout=''
while [ $# -gt 0 ]; do
	case $1 in
	-H | --home-dir | -D | --override-dir | --config-dir)
		[ $# -ge 2 ] || { echo "generate_device_conf: $1 wants a folder" >&2; exit 2; }
		case $1 in
		-H | --home-dir) home=$2 ;;
		*) dir=$2 ;;
		esac
		shift
		;;
	--home-dir=*) home=${1#*=} ;;
	--override-dir=* | --config-dir=*) dir=${1#*=} ;;
	-f | --force) force=1 ;;
	-o | --stdout) stdout=1 ;;
	-h | --help) usage; exit 0 ;;
	--version) echo 'generate_device_conf @VERSION@'; exit 0 ;;
	*) usage >&2; exit 2 ;;
	esac
	shift
done
case $home in
/*) ;;
*) fail "expected an absolute path for cartridges, found \"$home\"" ;;
esac

# unit KIND ID TARGET LIBRARY: the head of a record.  The NAA repeats the two digits of the target.
unit() {
	printf '\n%s: %s CHANNEL: 00 TARGET: %02d LUN: 00\n' "$1" "$2" "$3"
	naa=$(printf '%s:22:33:44:ab:00:%02d:00' "$4" "$3")
}

library() { # ID TARGET VENDOR PRODUCT SERIAL
	unit Library "$1" "$2" "$1"
	cat <<-END
	 Vendor identification: $3
	 Product identification: $4
	 Unit serial number: $5
	 NAA: $naa
	 Home directory: $home
	 PERSIST: True
	 Backoff: 400
	END
}

drive() { # ID TARGET LIBRARY SLOT VENDOR PRODUCT REVISION SERIAL
	unit Drive "$1" "$2" "$3"
	cat <<-END
	 Library ID: $3 Slot: $(printf %02d "$4")
	 Vendor identification: $5
	 Product identification: $6
	 Product revision level: $7
	 Unit serial number: $8
	 NAA: $naa
	 Compression: factor 1 enabled 1
	 Compression type: lzo
	 Backoff: 400
	END
}

generate() {
	cat <<-'END'
	# device.conf(5) explains all of it.
	# A record is a line with number and address, lines that begin with a blank, an empty line.
	VERSION: 5
	END
	library 10 0 STK L700 XYZZY_A
	drive 11 1 10 1 IBM ULT3580-TD8 HB82 XYZZY_A1
	drive 12 2 10 2 IBM ULT3580-TD8 HB82 XYZZY_A2
	drive 13 3 10 3 IBM ULT3580-TD6 2160 XYZZY_A3
	drive 14 4 10 4 IBM ULT3580-TD6 2160 XYZZY_A4
	library 30 8 STK L80 XYZZY_B
	drive 31 9 30 1 STK T10000B 550V XYZZY_B1
	drive 32 10 30 2 STK T10000B 550V XYZZY_B2
	drive 33 11 30 3 STK T10000B 550V XYZZY_B3
	drive 34 12 30 4 STK T10000B 550V XYZZY_B4
}

if [ "$stdout" ]; then
	generate
	exit
fi
to=$dir/device.conf
[ "$force" ] || [ ! -e "$to" ] || fail "$to exists; -f replaces it"
if ! mkdir -p "$dir" || ! generate >"$to.new" || ! mv "$to.new" "$to"; then
	fail "cannot write $to"
fi
