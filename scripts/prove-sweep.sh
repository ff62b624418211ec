#!/usr/bin/env bash
# Proves what a sweep promises, on a thousand short runs: that it costs little over the runs themselves, that its memory stays flat,
# and that a sweep killed five times ends in the very bytes of one that was never killed. Some minutes on two cores, of a machine
# that does nothing else; what it prints is kept in docs/sweeps.md.
#
#     scripts/prove-sweep.sh [FLOCKWORK]
set -euo pipefail
program=$(realpath "$(command -v "${1:-flockwork}")")
work=$(mktemp -d)
child=
# Only what was started here is ended.
trap 'if [ -n "$child" ]; then kill -9 "$child" 2>/dev/null || true; fi; rm -rf "$work"' EXIT
cd "$work"

sweep=(sweep vicsek --set agents=300 --seed 11 --steps 1000 --vary noise=0:6:50 --repeats 20)
echo "flockwork ${sweep[*]}"
echo "$(nproc) cores, $("$program" --version)"

# Resident memory of a process in kB, now.
resident() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$1/status" 2>/dev/null || true; }
rows() { if [ -f "$1.part" ]; then grep -vc '^#' "$1.part" || true; else echo 0; fi; }

for jobs in 1 2; do
  "$program" "${sweep[@]}" --jobs $jobs -o "whole-$jobs.csv" 2>"said-$jobs" &
  child=$!
  memory=
  for share in 10 500 990; do
    while kill -0 "$child" 2>/dev/null && [ "$(rows "whole-$jobs.csv")" -lt $share ]; do sleep 0.05; done
    now=$(resident "$child")
    memory="$memory, ${now:-?} kB after $share runs"
  done
  wait "$child"
  child=
  # `  12.3 s for 24.5 s of runs, 2 at once`
  sed -n 's/^  *\([0-9.]*\) s for \([0-9.]*\) s of runs.*/\1 \2/p' "said-$jobs" | LC_ALL=C awk -v jobs=$jobs -v memory="$memory" \
    '{ printf "%d at once: %.2f s for %.2f s of runs, overhead %.1f %%%s\n", jobs, $1, $2, 100 * ($1 * jobs / $2 - 1), memory }'
done
cmp whole-1.csv whole-2.csv

for time in 1 2 3 4 5; do
  before=$(rows killed.csv)
  "$program" "${sweep[@]}" --jobs 2 -o killed.csv 2>/dev/null &
  child=$!
  while [ "$(rows killed.csv)" -lt $((before + 150)) ]; do sleep 0.02; done
  kill -9 "$child"
  wait "$child" 2>/dev/null || true
  child=
  [ ! -e killed.csv ] || { echo "it was whole before it was killed" >&2; exit 1; }
  echo "killed with SIGKILL after $(rows killed.csv) rows ($time)"
done
"$program" "${sweep[@]}" --jobs 2 -o killed.csv 2>/dev/null
cmp whole-1.csv killed.csv
cmp whole-1.csv.flock killed.csv.flock
echo "the same $(($(wc -l <killed.csv) - 1)) rows, to the last byte: $(sha256sum <killed.csv | cut -c1-16)"
