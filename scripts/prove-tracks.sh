#!/usr/bin/env bash
# Proves that recorded tracks of any number of rows are read and played in bounded memory: ten million rows, frame by frame and one individual
# after the other (the worst case: all must be sorted), and a hundredth of them for comparison. Needs Python 3 (to tell the largest
# memory of a process) and 2 GB for temporary files; some minutes. What it prints is kept in docs/speed.md.
#
#     scripts/prove-tracks.sh [FLOCKWORK]
set -euo pipefail
program=$(realpath "$(command -v "${1:-flockwork}")")
work=$(mktemp -d "${TMPDIR:-/var/tmp}/tracks.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

# INDIVIDUALS FRAMES ORDER: a table of those that circle, each at a pace of its own.
table() {
  LC_ALL=C awk -v individuals="$1" -v frames="$2" -v order="$3" '
    function row(id, frame) { printf "%d,%d,%.3f,%.3f\n", id, frame, 50 * cos(id + frame * 0.001 * (1 + id % 7)), 50 * sin(id + frame * 0.001 * (1 + id % 7)) }
    BEGIN {
      print "id,frame,x/m,y/m"
      if (order == "frames") for (f = 0; f < frames; f++) for (i = 0; i < individuals; i++) row(i, f)
      else for (i = 0; i < individuals; i++) for (f = 0; f < frames; f++) row(i, f)
    }'
}

told() {
  python3 - "$program" "$1" "$2" <<'PYTHON'
import resource, subprocess, sys, time
program, file, what = sys.argv[1:]
begin = time.time()
out = subprocess.run([program, "run", file, "--rate", "25", "--threads", "1", "--measure", "polarisation", "--measure", "mean_speed"],
                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
took = time.time() - begin
import hashlib
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"| {what} | {peak:.0f} MB | {took:.1f} s | {out.count(bytes([10])) - 2} | {hashlib.sha256(out).hexdigest()[:12]} |")
PYTHON
}

echo "| rows | largest memory | time | steps | readings |"
echo "| --- | ---: | ---: | ---: | --- |"
table 1000 100 frames >small.csv && told small.csv "10⁵, frame by frame"
table 1000 10000 frames >frames.csv && told frames.csv "10⁷, frame by frame, $(($(stat -c %s frames.csv) / 1000000)) MB"
rm frames.csv
table 1000 10000 individuals >individuals.csv && told individuals.csv "10⁷, one individual after the other"
