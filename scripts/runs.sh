#!/bin/sh
# Makes the runs of this version that later versions must go on opening: tests/runs/VERSION/NAME.flock, each from the
# journal tests/runs/NAME.journal. To be done once, for a release; what lies there is never made anew.
set -eu
cd "$(dirname "$0")/.."
cargo build --release --quiet
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
version=$("$target/release/flockwork" --version | cut -d' ' -f2)
mkdir -p "tests/runs/$version"
for journal in tests/runs/*.journal; do
    name=$(basename "$journal" .journal)
    run="tests/runs/$version/$name.flock"
    [ -e "$run" ] && continue
    "$target/release/flockwork" run "$name" --steps 150 --journal "$journal" --save "$run" >/dev/null
    "$target/release/flockwork" replay "$run"
done
