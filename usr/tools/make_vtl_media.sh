#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# make_vtl_media: make the cartridges that library_contents.N name, but those that are there.
set -u
export LC_ALL=C

usage() {
	cat <<-END
	Usage: make_vtl_media [OPTION]...
	Makes the cartridges that each library's library_contents.N names.

	  -H, --home-dir DIR     where to make them, whatever device.conf says
	  -C, --config-dir DIR   where device.conf is (@SYSCONFDIR@)
	  -c, --create-dir       make their folders too
	  -f, --force            replace cartridges that are there: their data is lost
	  -m, --mktape-path DIR  where mktape is
	  -h, --help             this text
	      --version          the version
	END
}

say() { echo "make_vtl_media: $*" >&2; }
fail() { say "$*"; exit 1; }

config=${MHVTL_CONFIG_PATH:-@SYSCONFDIR@}
home='' create='' force='' mktape=mktape
while [ $# -gt 0 ]; do
	case $1 in
	-H | --home-dir | -C | --config-dir | -m | --mktape-path)
		[ $# -ge 2 ] || { say "$1 wants a folder"; exit 2; }
		case $1 in
		-H | --home-dir) home=$2 ;;
		-C | --config-dir) config=$2 ;;
		*) mktape=${2%/mktape}/mktape ;;
		esac
		shift
		;;
	--home-dir=*) home=${1#*=} ;;
	--config-dir=*) config=${1#*=} ;;
	--mktape-path=*) mktape=${1#*=} mktape=${mktape%/mktape}/mktape ;;
	-c | --create-dir) create=1 ;;
	-f | --force) force=1 ;;
	-h | --help) usage; exit 0 ;;
	--version) echo 'make_vtl_media @VERSION@'; exit 0 ;;
	*) usage >&2; exit 2 ;;
	esac
	shift
done
command -v "$mktape" >/dev/null || fail "cannot run $mktape; -m says where it is"
[ -r "$config/device.conf" ] || fail "cannot read $config/device.conf"

# setting KEY DEFAULT: of mhvtl.conf, without its quotes.
setting() {
	value=$(sed -n "s/^$1=//p" "$config/mhvtl.conf" 2>/dev/null | tail -n 1 |
		sed -e 's/[[:space:]]*\(#.*\)\{0,1\}$//' -e "s/^[\"']//" -e "s/[\"']\$//")
	echo "${value:-$2}"
}
capacity=$(setting CAPACITY 500)

libraries() {
	tr -d '\r' <"$config/device.conf" | awk '/^[ \t]*Library:/ { print $2 + 0 }'
}

# The barcodes of one library's slots and mail slots.
barcodes() {
	tr -d '\r' <"$1" | awk '
	/^[ \t]*(Slot|MAP)[ \t]*[0-9]+[ \t]*:/ {
		sub(/^[^:]*:[ \t]*/, "")
		if ($1 != "" && $1 !~ /^#/)
			print $1
	}' | sort -u
}

# ours FOLDER: it has a cartridge of ours in it and nothing else.
ours() {
	[ -d "$1" ] && [ ! -L "$1" ] && [ -f "$1/meta" ] && [ -f "$1/data" ] &&
		[ -f "$1/indx" ] || return 1
	for f in "$1"/* "$1"/.[!.]*; do
		[ -e "$f" ] || [ -L "$f" ] || continue
		case ${f##*/} in
		meta | data | indx | data.[1-9] | indx.[1-9])
			[ -f "$f" ] && [ ! -L "$f" ] || return 1
			;;
		*) return 1 ;;
		esac
	done
}

# one LIBRARY FOLDER BARCODE
one() {
	case $3 in
	*[!A-Za-z0-9_.-]* | . | ..) say "\"$3\" is no barcode"; return 1 ;;
	esac
	if [ "$force" ] && [ -e "$2/$3" ]; then
		ours "$2/$3" || { say "$2/$3 is no cartridge of ours, left as it is"; return 1; }
		rm -r "${2:?}/${3:?}" || return 1
	fi
	"$mktape" -q -C "$config" -H "$2" -l "$1" -m "$3" -s "$capacity" -t auto -d auto >/dev/null
}

folder() { # the library's, made if asked for
	[ ! -d "$1" ] || return 0
	[ "$create" ] || { say "there is no folder $1; -c makes it"; return 1; }
	mkdir -p "$1" || return 1
	if [ "$(id -u)" = 0 ] && getent passwd vtl >/dev/null; then
		chown vtl:vtl "$1" || return 1
	fi
	chmod 2770 "$1"
}

# library ID: make what its file names; false: not even one could be tried.
library() {
	to=$("$mktape" -C "$config" ${home:+-H "$home"} -l "$1" --print-home) || return 1
	contents=$config/library_contents.$1
	[ -r "$contents" ] || { say "cannot read $contents"; return 1; }
	folder "$to" || return 1
	set -f			# names are no patterns
	for barcode in $(barcodes "$contents"); do
		set +f
		one "$1" "$to" "$barcode" || failed="$failed $barcode,"
	done
	set +f
}

libraries=$(libraries)
[ "$libraries" ] || fail "$config/device.conf has no library"
if [ "$(id -u)" = 0 ] && ! getent passwd vtl >/dev/null; then
	say "warning: there is no user vtl, so cartridges belong to root"
fi
failed=''
for id in $libraries; do
	library "$id" || failed="$failed library $id,"
done
[ ! "$failed" ] || fail "not made:${failed%,}"
