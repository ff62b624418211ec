#!/bin/sh
# Proves that the archive of `make dist` runs on a bare Debian 12 without a compiler: in a fresh root made by debootstrap.
# Run as root; the network is used. The root is removed afterwards.
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh

[ "$(id -u)" = 0 ] || stop "A root folder can only be made by root: sudo $0"
set -- dist/flockwork-*-linux.tar.gz
if [ $# != 1 ] || [ ! -f "$1" ]; then
  stop "One archive in dist is wanted: run make dist first, and remove older ones."
fi
archive=$1
need_debootstrap() {
  found debootstrap || want debootstrap "makes the root folder"
}
need debootstrap

root=$(mktemp -d)
chmod 755 "$root"
leave() {
  ! mountpoint -q "$root/proc" || umount "$root/proc"
  rm -rf --one-file-system "$root"
}
trap leave EXIT
trap 'exit 1' INT TERM

inside() {
  chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

say "== a bare Debian 12"
debootstrap --variant=minbase bookworm "$root" >"$root.log" 2>&1 || {
  cat "$root.log" >&2
  exit 1
}
rm "$root.log"
mount -t proc proc "$root/proc"
for tool in cc gcc clang rustc; do
  ! inside which $tool || stop "There is a compiler in the root folder: $tool"
done
tar -C "$root/opt" --strip-components 1 -xzf "$archive"
inside ldd --version | head -n 1
grep glibc "$root/opt/REQUIREMENTS.txt"

say "== flockwork scenes"
inside /opt/flockwork scenes
say "== flockwork run vicsek --steps 10"
inside /opt/flockwork run vicsek --steps 10

say "== a still, after installing Vulkan and its software driver"
inside apt-get update -qq
inside apt-get -o Dpkg::Use-Pty=0 install -qq -y --no-install-recommends libvulkan1 mesa-vulkan-drivers >/dev/null
inside /opt/flockwork record vicsek -o /root/still.png --steps 100
[ "$(head -c 4 "$root/root/still.png" | tail -c 3)" = PNG ] || stop "The still is not a PNG."
say "The archive runs on a bare Debian 12: $archive"
