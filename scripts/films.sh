#!/bin/sh
# Makes twelve clips, one a scene, 10 seconds of 1920x1080 each, without a display: films/NAME.mp4. Those that are there stay.
# Where ffmpeg is found it looks at them (scripts/probe-films.sh) and makes a contact sheet, films/contact-sheet.png.
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh

need build picture
cargo build --release --quiet
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
mkdir -p films
# Scene, and the options that show it best.
while read -r scene options; do
  [ -e "films/$scene.mp4" ] && continue
  # shellcheck disable=SC2086 # one word an option
  "$target/release/flockwork" record "$scene" -o "films/$scene.mp4" --seconds 10 --size 1920x1080 $options
done <<END
vicsek
vicsek-1b --from 300
vicsek-2 --set noise=0.8
vicsek-vectorial --from 100
boids
boids-many
kuramoto
kuramoto-lattice
swarmalators --from 100
active-phase-wave --from 200
static-phase-wave
corridor --from 200
END
found ffmpeg && found ffprobe || exit 0
scripts/probe-films.sh films/*.mp4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
for film in films/*.mp4; do
  number=$((number + 1))
  ffmpeg -v error -ss 7 -i "$film" -frames:v 1 -vf scale=640:-1 "$work/$(printf %02d $number).png"
done
ffmpeg -v error -y -framerate 1 -i "$work/%02d.png" -vf tile=3x4:padding=8:margin=8 -frames:v 1 films/contact-sheet.png
say "films/contact-sheet.png"
