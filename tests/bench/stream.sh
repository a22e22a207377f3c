#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# stream.sh MODULE [ROUNDS [MIB [SIZES]]]: dd to a file, through the bare loop and through
# vtltape, write
# and read, best of ROUNDS (5) interleaved, MIB (64) each, in blocks of SIZES, all on tmpfs.
# As root, in a guest:
#	make programs bench-programs
#	tests/hosts/uml-run tests/bench/stream.sh "$(tests/hosts/uml-prepare)"
# Tables of MB/s and of ratios: random data, stored as it is; then text, compressed with lzo,
# beside the compressor alone.
set -u
top=$(readlink -f "$(dirname "$0")/../..")
build=${MHVTL_BUILD:-$top/build}
export PATH=$build:$build/tests/bench:$PATH LC_ALL=C
module=$1 rounds=${2:-5} mib=${3:-64} sizes=${4:-10k 64k 256k}
dir=/dev/shm/stream
mkdir -p $dir/home $dir/etc
trap 'rm -rf $dir' EXIT

drive() {	# NUMBER TARGET COMPRESSION
	cat <<-END
	Drive: $1 CHANNEL: 00 TARGET: $2 LUN: 00
	 Vendor identification: IBM
	 Product identification: ULT3580-TD8
	 Unit serial number: BENCH$1
	 Compression: factor 1 enabled $3
	 Compression type: lzo

	END
}
{ drive 11 1 0; drive 12 2 1; } >$dir/etc/device.conf
echo "MHVTL_HOME_PATH=$dir/home" >$dir/etc/mhvtl.conf
export MHVTL_CONFIG_PATH=$dir/etc

nst() {		# TARGET
	local d
	for d in /sys/class/scsi_device/*:0:"$1":0/device/scsi_tape/nst*; do
		case ${d##*/} in
		nst*[alm]|nst\*) ;;
		nst*)	echo "/dev/${d##*/}" ;;
		esac
	done
}
ready() { [ -c "$(nst "$1")" ]; }
within() {	# COMMAND...: until it holds, for ten seconds
	local n
	for ((n = 0; n < 200; n++)); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.05
	done
	echo "stream.sh: not in time: $*: $("$@" 2>&1)" >&2
	cat $dir/log* >&2
	exit 1
}

for m in scsi_mod sg st; do
	[ -e /sys/module/$m ] || modprobe -q $m
done
insmod "$module" || exit 1
bare_loop $dir/bare 20 5 & pids=$!
for n in 1 2; do
	mktape -l 1 -H $dir/home -m BENCH${n}L8 -q -s 1000 -t data -d LTO8 || exit 1
	vtltape -F -q 1$n >$dir/log$n 2>&1 & pids+=" $!"
done
for t in 1 2 5; do within ready $t; done
bare=$(nst 5) raw=$(nst 1) lzo=$(nst 2)
for n in 1 2; do within vtlcmd 1$n load BENCH${n}L8; done
for t in $raw $lzo $bare; do within mt -f "$t" rewind; mt -f "$t" setblk 0 2>/dev/null; done

dd if=/dev/urandom of=$dir/noise bs=1M count="$mib" status=none
# Source text compresses as data of people does.
while [ "$(stat -c %s $dir/text 2>/dev/null || echo 0)" -lt $((mib << 20)) ]; do
	cat "$top"/usr/*/*.[ch] "$top"/tests/*/*.c >>$dir/text
done
truncate -s "${mib}M" $dir/text

declare -A best
# timed KEY DD-ARGUMENT...: keeps the best MB/s of KEY
timed() {
	local key=$1 line v
	shift
	line=$(dd "$@" 2>&1 | tail -1)
	v=$(awk '{ for (i = 1; i <= NF; i++) if ($i == "s,") s = $(i - 1)
		printf "%.0f", (s ? $1 / s / 1e6 : 0) }' <<<"$line")
	[ "$v" -gt "${best[$key]:-0}" ] && best[$key]=$v
	[ "$v" -gt 0 ] || echo "stream.sh: $key: $line" >&2
}
one() {		# NAME PLACE DATA BLOCK
	[ -f "$2" ] || mt -f "$2" rewind
	timed "$1 write $4" if="$3" of="$2" bs="$4"
	[ -f "$2" ] || mt -f "$2" rewind
	timed "$1 read $4" if="$2" of=/dev/null bs="$4"
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", b ? a / b : 0 }'; }

touch $dir/plain
for size in $sizes; do
	for ((r = 0; r < rounds; r++)); do
		one dd $dir/plain $dir/noise $size
		one bare "$bare" $dir/noise $size
		one ours "$raw" $dir/noise $size
		one dd_text $dir/plain $dir/text $size
		one lzo "$lzo" $dir/text $size
	done
done
echo "random        dd  bare  ours   bare/dd  ours/bare"
for way in write read; do
	for size in $sizes; do
		d=${best[dd $way $size]} b=${best[bare $way $size]} o=${best[ours $way $size]}
		printf '%-5s %4s %5s %5s %5s      %s       %s\n' $way $size "$d" "$b" "$o" \
			"$(ratio "$b" "$d")" "$(ratio "$o" "$b")"
	done
done
echo "text, lzo   lzo alone  dd  ours   ours/alone  ours/(alone and bare in turn)"
for size in $sizes; do
	read -r pack unpack <<<"$(engine lzo $dir/text ${size%k})"
	for way in write read; do
		alone=$pack
		[ $way = write ] || alone=$unpack
		o=${best[lzo $way $size]}
		both=$(awk -v a="$alone" -v b="${best[bare $way $size]}" \
			'BEGIN { printf "%.0f", 1 / (1 / a + 1 / b) }')
		printf '%-5s %4s %9s %6s %5s     %s       %s\n' $way $size "$alone" \
			"${best[dd_text $way $size]}" "$o" "$(ratio "$o" "$alone")" \
			"$(ratio "$o" "$both")"
	done
done
kill $pids
wait $pids 2>/dev/null
rmmod mhvtl
