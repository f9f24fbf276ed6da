#!/usr/bin/env bash
# Records the send streams in this folder on a loop-mounted btrfs. Needs root, btrfs-progs, attr, acl, zstd.
# Usage: record.sh [OUTPUT-FOLDER]
set -euo pipefail
out=$(realpath "${1:-$(dirname "$0")}")
work=$(mktemp -d)
loop=
cleanup() {
  cd /
  if mountpoint -q "$work/mnt"; then umount "$work/mnt"; fi
  if [ -n "$loop" ]; then losetup -d "$loop"; fi
  rm -rf "$work"
}
trap cleanup EXIT
truncate -s 256M "$work/image"
mkfs.btrfs -q "$work/image" >/dev/null
mkdir "$work/mnt"
loop=$(losetup --find --show "$work/image")
mount -o noatime "$loop" "$work/mnt"
cd "$work/mnt"
btrfs -q subvolume create origin
cd origin

text() { seq "$1" "$2" | sed 's/^/line /'; }
mkdir -p docs/deep/er 'häuser und straßen'
text 1 3000 >docs/long.txt
text 1 40 >docs/short.txt
printf 'inline' >docs/deep/tiny
: >docs/deep/er/empty
text 5000 12000 >'häuser und straßen/größe.txt'
printf 'latin-1' >"$(printf 'caf\xe9')"
printf 'newline' >"$(printf 'two\nlines')"
ln docs/short.txt docs/hard-link.txt
ln -s ../docs/long.txt docs/deep/symlink
ln -s nowhere dangling
mkfifo fifo
mknod null c 1 3
mknod block b 7 200
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
truncate -s 1M holes
printf 'in the middle' | dd of=holes bs=1 seek=524288 conv=notrunc status=none
cp --reflink=always docs/long.txt reflink.txt
setfattr -n user.comment -v 'an attribute' docs/long.txt
setfattr -n trusted.note -v 'for root only' docs
setfacl -m u:1234:rw docs/short.txt
cp docs/deep/tiny program && chmod 4755 program && setcap cap_net_raw+ep program
chown 1000:1000 docs/deep/tiny
chmod 0700 docs/deep
touch -d '2001-02-03 04:05:06.789012345 UTC' docs/long.txt
sync
cd ..
btrfs -q subvolume snapshot -r origin monday

cd origin
mv docs/long.txt 'häuser und straßen/renamed.txt'
mv docs/deep moved
printf 'more\n' >>docs/short.txt
truncate -s 100 reflink.txt
cp --reflink=always 'häuser und straßen/größe.txt' second-reflink.txt
rm dangling fifo "$(printf 'two\nlines')"
printf 'new latin-1' >"$(printf 'r\xe9sum\xe9')"
ln 'häuser und straßen/renamed.txt' linked-again
setfattr -x user.comment 'häuser und straßen/renamed.txt'
setfattr -n trusted.other -v another block
fallocate --punch-hole --offset 4096 --length 8192 'häuser und straßen/größe.txt'
chmod 0640 program
chown 1:2 moved
mkdir -p fresh/a/b && text 1 500 >fresh/a/b/c
rm -r moved/er
chattr +i null 2>/dev/null || chattr +c fresh
sync
cd ..
btrfs -q subvolume snapshot -r origin tuesday

for protocol in 1 2; do
  btrfs -q send --proto "$protocol" monday | zstd -q -19 -f -o "$out/full-v$protocol.zst"
  btrfs -q send --proto "$protocol" -p monday tuesday | zstd -q -19 -f -o "$out/delta-v$protocol.zst"
  btrfs -q send --proto "$protocol" --no-data monday | zstd -q -19 -f -o "$out/no-data-v$protocol.zst"
  btrfs -q send --proto "$protocol" -e -p monday monday tuesday \
    | zstd -q -19 -f -o "$out/one-header-v$protocol.zst"
done
ls -l "$out"
