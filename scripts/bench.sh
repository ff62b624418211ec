#!/bin/sh
# Times the models beside tight kernels and keeps what is told, with machine, date and command, in benches/RESULTS.md.
# A part alone, without keeping it: cargo bench --bench speed -- FAMILY... LARGEST
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh

need build
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo bench --bench speed >"$work/tables"
processor=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1)
{
  printf '# How fast models step\n\n'
  printf '| | |\n| --- | --- |\n'
  printf '| date | %s |\n' "$(date -u +%F)"
  printf '| version | %s |\n' "$(git describe --always --dirty 2>/dev/null || printf 'unknown')"
  printf '| machine | %s, %s of its cores, %s |\n' "${processor:-$(uname -m)}" "$(getconf _NPROCESSORS_ONLN)" "$(uname -sr)"
  printf '| compiler | %s |\n' "$(rustc --version)"
  printf '| command | `make bench` |\n\n'
  cat "$work/tables"
  cat benches/peers/measured.md
} >benches/RESULTS.md.part
mv benches/RESULTS.md.part benches/RESULTS.md
say "Written: benches/RESULTS.md"
