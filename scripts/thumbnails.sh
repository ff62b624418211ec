#!/bin/sh
# Makes the small picture of every gallery scene, scenes/NAME.png, as the gallery shows it.
# usage: scripts/thumbnails.sh [NAME...]    (default: all scenes whose picture is missing)
set -eu
cd "$(dirname "$0")/.."
cargo build --release --quiet
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
for scene in scenes/*.ron; do
    name=$(basename "$scene" .ron)
    picture="scenes/$name.png"
    if [ $# -gt 0 ]; then
        case " $* " in *" $name "*) ;; *) continue ;; esac
    elif [ -e "$picture" ]; then
        continue
    fi
    "$target/release/flockwork" record "$name" -o "$picture" --steps "${STEPS:-400}" --size 320x200 --set view.legend=false
done
