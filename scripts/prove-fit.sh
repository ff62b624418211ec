#!/bin/sh
# Proves that `flockwork fit` finds parameters that are known: for three models and ten seeds each, a run is made with a known
# value, and the value is looked for in what the run read. Some ten minutes on two cores; the table goes to standard output.
#
#     scripts/prove-fit.sh [FLOCKWORK]
set -eu
program=${1:-flockwork}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# MODEL PATH VALUE MEASURES SETTINGS...
prove() {
  model=$1 path=$2 value=$3 measures=$4
  shift 4
  inside=0 all=
  for seed in 1 2 3 4 5 6 7 8 9 10; do
    flags=
    for measure in $measures; do flags="$flags --measure $measure"; done
    # The words of both lists are separate arguments.
    # shellcheck disable=SC2086
    "$program" run "$model" "$@" --set "$path=$value" --seed $seed --steps 600 $flags -o "$work/read.csv" 2>/dev/null
    # shellcheck disable=SC2086
    "$program" fit "$model" "$@" --to "$work/read.csv" --free "$path" $flags --seed $((1000 + seed)) --particles 100 --generations 6 \
      -o "$work/fit-$model-$seed.csv" 2>"$work/said"
    told=$(sed -n "s/^ *$path  *\([0-9.-]*\)  *\([0-9.-]*\) to \([0-9.-]*\).*/\1 \2 \3/p" "$work/said")
    hit=$(echo "$told" | awk -v v="$value" '{ print ($2 <= v && v <= $3) ? 1 : 0 }')
    inside=$((inside + hit))
    all="$all $(echo "$told" | awk '{ printf "%s (%s–%s)", $1, $2, $3 }');"
  done
  echo "| $model | $path = $value | $inside of 10 |${all%;} |"
}

echo '| model | known | inside the 90 % interval | mean (interval), seeds 1 to 10 |'
echo '| --- | --- | --- | --- |'
prove vicsek noise 2 polarisation --set agents=100 --set size=5
prove boids interaction 0.5 "polarisation mean_speed nearest_distance" --set agents=60 --set size=32
prove kuramoto coupling 1.3 order --set agents=300 --set width=0.5
