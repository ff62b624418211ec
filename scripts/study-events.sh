#!/bin/sh
# The study of docs/evmap.md: data sets, trainings and tests, one after another. What is there already is not made again, so
# that it may be stopped at any moment and go on with the same command.
#   scripts/study-events.sh FOLDER [PART...]
# Parts: seeds (25 trainings), windows (10), noisy (3), unseen (tests only). Without any: all of them, in this order.
# FLOCKWORK names the program (default: flockwork). Each line of FOLDER/scores.jsonl is a predictor measured.
set -eu
[ $# -ge 1 ] || { sed -n '2,6p' "$0" >&2; exit 2; }
folder=$1
shift
flockwork=${FLOCKWORK:-flockwork}
mkdir -p "$folder/models"

# films NAME SCENE WORDS...: a data set.
films() {
  name=$1 scene=$2
  shift 2
  "$flockwork" dataset "$scene" -o "$folder/$name" "$@" >&2
}

# learn NAME FILMS WORDS...: a training, and its scores.
learn() {
  model=$folder/models/$1.safetensors name=$1 on=$2
  shift 2
  [ ! -e "$model" ] || return 0
  echo "== $name" >&2
  "$flockwork" train "$folder/$on" -o "$model" --scores "$folder/scores.jsonl" "$@"
}

# measure NAME MODEL FILMS WORDS...: a model on films that it was not trained on, all of them.
measure() {
  done=$folder/models/$1.tested name=$1 model=$folder/models/$2.safetensors on=$3
  shift 3
  [ ! -e "$done" ] || return 0
  echo "== $name" >&2
  "$flockwork" train "$folder/$on" --test "$model" --all --scores "$folder/scores.jsonl" "$@"
  : >"$done"
}

clean() {
  films clean boids --agents 50,100,200 --seconds 2 --runs 800
}

for part in ${*:-seeds windows noisy unseen}; do
  case $part in
  seeds)
    clean
    for seed in 1 2 3 4 5; do
      for input in events frames-150 frames-30 frames-30-blurred frame; do
        learn "$input-$seed" clean --input "$input" --window 1 --seed "$seed"
      done
    done
    ;;
  windows)
    clean
    for window in 0.1 0.2 0.5 1.5 2; do
      for input in events frames-150; do
        learn "$input-${window}s" clean --input "$input" --window "$window"
      done
    done
    ;;
  noisy)
    clean
    learn events-1 clean --window 1 --seed 1
    films noisy boids --agents 50,100,200 --seconds 2 --runs 800 --preset noisy
    measure clean-on-noisy events-1 noisy
    for input in events frames-150 frames-30; do
      learn "noisy-$input" noisy --input "$input" --window 1
    done
    ;;
  unseen)
    clean
    learn events-1 clean --window 1 --seed 1
    films many boids --agents 300 --seconds 2 --runs 60
    films few boids --agents 25 --seconds 2 --runs 60
    films fast boids --agents 50,100,200 --set speed=2 --seconds 2 --runs 60
    films stepped boids --agents 50,100,200 --seconds 4 --runs 60 --stepped
    films agentpy agentpy_boids --seconds 2 --runs 60
    for films in many few fast stepped agentpy; do
      measure "$films" events-1 "$films"
    done
    ;;
  *)
    echo "There is no part '$part': seeds, windows, noisy, unseen." >&2
    exit 2
    ;;
  esac
done
