#!/bin/sh
# Builds Flockwork and opens its window; where there is no display, makes a still of the first scene and prints its readings.
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh

if has_display; then
  need build window
  exec cargo run --release
fi

say "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window opens:"
say "a still of the first scene is made instead, and its readings are printed."
need build picture
cargo run --release -- record vicsek -o first.png --steps 300
say "The still, of step 300: $PWD/first.png"
say "The readings of the first 20 steps (flockwork run vicsek --steps 20):"
cargo run --quiet --release -- run vicsek --steps 20
