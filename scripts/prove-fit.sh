#!/bin/sh
# Proves that `flockwork fit` finds parameters that are known: for each of ten seeds a run is made with known values, and the values
# are looked for in what the run read; one free parameter of three models, and two of Vicsek's together. Some fifteen minutes on two
# cores; the table goes to standard output. A part alone:
#
#     scripts/prove-fit.sh [FLOCKWORK [PART...]]
set -eu
program=${1:-flockwork}
[ $# -eq 0 ] || shift
parts=${*:-vicsek boids kuramoto vicsek-two}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# "PATH=VALUE..." FREE MEASURES FIT-OPTIONS MODEL SETTINGS...
prove() {
  known=$1 free="--free $2" measures=$3 options=$4 model=$5
  shift 5
  sets= flags=
  for pair in $known; do sets="$sets --set $pair"; done
  for measure in $measures; do flags="$flags --measure $measure"; done
  # What a run writes is a column an instrument: of a spread, or a last reading, the instrument.
  read=$(for measure in $measures; do echo "${measure%_spread}"; done | sort -u | sed 's/^/--measure /')
  for seed in 1 2 3 4 5 6 7 8 9 10; do
    # The words of these lists are separate arguments.
    # shellcheck disable=SC2086
    "$program" run "$model" "$@" $sets --seed $seed --steps 600 $read -o "$work/read.csv" 2>/dev/null
    # shellcheck disable=SC2086
    "$program" fit "$model" "$@" --to "$work/read.csv" $free $flags $options --seed $((1000 + seed)) -o "$work/fit.csv" 2>"$work/said"
    rm -f "$work/fit.csv" "$work/fit.csv.flock"
    for pair in $known; do
      path=${pair%%=*}
      sed -n "s/^ *$path  *\([0-9.-]*\)  *\([0-9.-]*\) to \([0-9.-]*\).*/\1 \2 \3/p" "$work/said" >>"$work/$model-$path"
    done
  done
  for pair in $known; do
    path=${pair%%=*}
    LC_ALL=C awk -v model="$model" -v known="$pair" -v value="${pair#*=}" '
      { inside += $2 <= value && value <= $3; mean += $1; width += $3 - $2; all = all (NR > 1 ? "; " : "") $1 " (" $2 "–" $3 ")" }
      END { printf "| %s | %s | %d of %d | %.3f | %.3f | %s |\n", model, known, inside, NR, mean / NR, width / NR, all }' "$work/$model-$path"
    rm "$work/$model-$path"
  done
}

echo '| model | known | inside the 90 % interval | mean of means | mean width | mean (interval), seeds 1 to 10 |'
echo '| --- | --- | --- | ---: | ---: | --- |'
fit="--particles 100 --generations 6"
more="--particles 100 --generations 10"
for part in $parts; do
  case $part in
    vicsek) prove noise=2 noise polarisation "$fit" vicsek --set agents=100 --set size=5 ;;
    boids) prove interaction=0.5 interaction "polarisation nearest_distance nearest_distance_spread" "$fit --discard 0" boids --set agents=60 --set size=32 ;;
    kuramoto) prove coupling=1.3 coupling order "$fit" kuramoto --set agents=300 --set width=0.5 ;;
    vicsek-two) prove "noise=2 radius=0.7" noise=0.5:4,radius=0.3:1.5 "polarisation nearest_distance" "$more" vicsek --set agents=100 --set size=5 ;;
    *) echo "no part '$part': vicsek, boids, kuramoto, vicsek-two" >&2; exit 2 ;;
  esac
done
