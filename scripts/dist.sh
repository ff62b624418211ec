#!/bin/sh
# Makes dist/flockwork-VERSION-PLATFORM.tar.gz: the stripped binary with its licences, for a machine without a compiler.
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh

need build
version=$(sed -n 's/^version *= *"\(.*\)"/\1/p' Cargo.toml | head -n 1)
host=$(rustc -vV | sed -n 's/^host: //p')
exe=
case $host in
*-linux-*) system=linux ;;
*-apple-*) system=macos ;;
*-windows-*) system=windows exe=.exe ;;
*) stop "No archive is made for $host." ;;
esac
name=flockwork-$version-${host%%-*}-$system
archive=dist/$name.tar.gz
most=60000000

# Incremental code is split smaller and runs slower.
CARGO_INCREMENTAL=0 cargo build --release --locked
target=$(cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/; s/\\\\/\//g')

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
inside=$work/$name
mkdir -p "$inside/licences" dist
cp "$target/release/flockwork$exe" LICENSE-MIT LICENSE-APACHE README.md CHANGELOG.md "$inside"

# The licences that lie beside what is embedded: fonts, recorded tracks.
for folder in assets scenes; do
  [ -d $folder ] || continue
  find $folder -type f \( -iname '*licen[cs]e*' -o -iname '*OFL*' \) | while IFS= read -r file; do
    cp "$file" "$inside/licences/$(printf %s "$file" | tr / -)"
  done
done

# The crates that are linked in: a list, then each licence text once, under the names of the crates that bring it.
sources=${CARGO_HOME:-$HOME/.cargo}/registry/src
cargo tree --locked --package flockwork --edges normal,no-proc-macro --target "$host" --prefix none --format '{p} {l}' |
  sed 's/ (\*)$//' | grep -v '^flockwork' | sort -u >"$work/crates"
mkdir "$work/texts"
while read -r crate number _; do
  for folder in "$sources"/*/"$crate-${number#v}"; do
    [ -d "$folder" ] || continue
    find "$folder" -maxdepth 2 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' -o -iname 'notice*' -o -path '*/fonts/*.txt' \) \
      ! -name '*.rs' ! -name '*.html' ! -name '*.tpl' | sort | while IFS= read -r file; do
      sum=$(tr -d '\r' <"$file" | cksum | tr ' ' -)
      [ -e "$work/texts/$sum" ] || tr -d '\r' <"$file" >"$work/texts/$sum"
      echo "$crate" >>"$work/texts/$sum.crates"
    done
  done
done <"$work/crates"
{
  echo "Crates linked into Flockwork $version: name, version, licence"
  echo
  cat "$work/crates"
  for text in "$work"/texts/*.crates; do
    echo
    echo "================================================================================"
    sort -u "$text" | tr '\n' ' ' | fold -s -w 80
    echo
    echo "--------------------------------------------------------------------------------"
    cat "${text%.crates}"
  done
} >"$inside/licences/THIRD-PARTY.txt"

if [ $system = linux ]; then
  strip "$inside/flockwork"
  # Versions that the dynamic linker insists on: those not marked weak.
  glibc=$(readelf --version-info --wide "$inside/flockwork" |
    sed -n 's/.*Name: GLIBC_\([0-9.]*\)  *Flags: none .*/\1/p' | sort -V | tail -n 1)
  [ -n "$glibc" ] || stop "The oldest glibc could not be read from the binary."
  cat >"$inside/REQUIREMENTS.txt" <<END
Flockwork $version for ${host%%-*} Linux
Oldest glibc: $glibc (ldd --version tells yours)

flockwork run, scenes, models, measures, replay and verify need nothing else but libstdc++ (Debian: libstdc++6), which
every desktop has.
To draw stills and films: Vulkan's loader and a driver (Debian: libvulkan1 mesa-vulkan-drivers).
To open the window, besides these:
  under X11      libx11-6 libx11-xcb1 libxcb1 libxcursor1 libxi6 libxkbcommon0 libxkbcommon-x11-0
  under Wayland  libwayland-client0 libxkbcommon0
A desktop has them.
END
fi

tar -C "$work" -czf "$archive" "$name"
size=$(wc -c <"$archive" | tr -d ' ')
[ "$size" -le $most ] || stop "$archive is $size bytes long; at most $most are allowed."
[ $system != linux ] || echo "oldest glibc: $glibc"
echo "$PWD/$archive: $size bytes"
