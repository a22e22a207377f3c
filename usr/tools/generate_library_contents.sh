#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# generate_library_contents: write a library_contents.N for each library of device.conf.
set -u
export LC_ALL=C

usage() {
	cat <<-END
	Usage: generate_library_contents [OPTION]...
	Writes a library_contents.N for each library of device.conf.

	  -C, --config-dir DIR    where device.conf is (@SYSCONFDIR@)
	  -D, --override-dir DIR  where to write them (where device.conf is)
	  -f, --force             replace those that are there
	  -h, --help              this text
	      --version           the version
	END
}

fail() {
	echo "generate_library_contents: $*" >&2
	exit 1
}

config=${MHVTL_CONFIG_PATH:-@SYSCONFDIR@}
dir='' force=''
while [ $# -gt 0 ]; do
	case $1 in
	-C | --config-dir | -D | --override-dir)
		[ $# -ge 2 ] || { echo "generate_library_contents: $1 wants a folder" >&2; exit 2; }
		case $1 in
		-C | --config-dir) config=$2 ;;
		*) dir=$2 ;;
		esac
		shift
		;;
	--config-dir=*) config=${1#*=} ;;
	--override-dir=*) dir=${1#*=} ;;
	-f | --force) force=1 ;;
	-h | --help) usage; exit 0 ;;
	--version) echo 'generate_library_contents @VERSION@'; exit 0 ;;
	*) usage >&2; exit 2 ;;
	esac
	shift
done
dir=${dir:-$config}
[ -r "$config/device.conf" ] || fail "cannot read $config/device.conf"

# The ids of all libraries, and "slot serial" of each drive of one.
libraries() {
	tr -d '\r' <"$config/device.conf" | awk '/^[ \t]*Library:/ { print $2 + 0 }'
}
drives() {
	tr -d '\r' <"$config/device.conf" | awk -v id="$1" '
	function put() { if (slot) print slot, serial; slot = 0; serial = "" }
	/^[ \t]*(Library|Drive):/ { put() }
	/^[ \t]*Library ID:/ { if ($3 + 0 == id) slot = $5 + 0 }
	/^[ \t]*Unit serial number:/ { serial = $4 }
	END { put() }' | sort -n
}

# cartridges FIRST LAST FORMAT: a slot each, with a barcode that counts from 1; no format: empty.
cartridges() {
	awk -v slot="$1" -v last="$2" -v format="${3-}" -v start="${4-1}" 'BEGIN {
		for (n = start; slot <= last; slot++)
			print "Slot " slot ":" (format ? " " sprintf(format, n++) : "")
	}'
}

slots() {
	case $1 in
	10)
		cartridges 1 20 'E01%03dL8'
		cartridges 21 21
		cartridges 22 22 'CLN101L8'
		cartridges 23 23 'CLN102L6'
		cartridges 24 29
		cartridges 30 39 'F01%03dL6' 30
		;;
	30)
		cartridges 1 39 'G03%03dTA'
		cartridges 40 40 'CLN303TA'
		;;
	*)
		cartridges 1 39 "M$(printf %03d "$1")%02dL8"
		;;
	esac
}

generate() {
	cat <<-'END'
	# library_contents(5) explains all of it: drives, pickers, mail slots and slots from 1.
	VERSION: 2

	END
	drives "$1" | while read -r slot serial; do
		echo "Drive $slot:${serial:+ $serial}"
	done
	printf '\nPicker 1:\n\nMAP 1:\nMAP 2:\nMAP 3:\nMAP 4:\n\n'
	slots "$1"
}

libraries=$(libraries)
[ "$libraries" ] || fail "$config/device.conf has no library"
for id in $libraries; do
	[ "$force" ] || [ ! -e "$dir/library_contents.$id" ] ||
		fail "$dir/library_contents.$id exists; -f replaces it"
done
for id in $libraries; do
	to=$dir/library_contents.$id
	if ! mkdir -p "$dir" || ! generate "$id" >"$to.new" || ! mv "$to.new" "$to"; then
		fail "cannot write $to"
	fi
done
