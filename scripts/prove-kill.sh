#!/bin/sh
# Proves what is left when a live window and the making of a film are killed (SIGKILL) at ten random moments each: a run that opens,
# replays to its hash and is at most a second older than the kill; a whole film, or none. Needs a display, or Xvfb (started here
# where there is none). Some four minutes; a table goes to standard output, and exit code 1 tells that something was not so.
#
#     scripts/prove-kill.sh [FLOCKWORK]
set -eu
program=${1:-flockwork}
work=$(mktemp -d)
server=
trap 'rm -rf "$work"; [ -z "$server" ] || kill "$server"' EXIT
if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  number=90
  while [ -e /tmp/.X$number-lock ]; do number=$((number + 1)); done
  Xvfb :$number -screen 0 1280x720x24 >/dev/null 2>&1 &
  server=$!
  export DISPLAY=:$number
  sleep 2
fi
failed=0
# A number from LOW to HIGH, in hundredths.
moment() {
  awk -v part="$(od -An -N4 -tu4 /dev/urandom)" -v low="$1" -v high="$2" 'BEGIN { printf "%.2f", low + (high - low) * part / 4294967296 }'
}
now() { date +%s.%N; }

echo '| killed | after | left behind |'
echo '| --- | ---: | --- |'
for turn in 1 2 3 4 5 6 7 8 9 10; do
  export XDG_STATE_HOME="$work/$turn"
  kept=$XDG_STATE_HOME/flockwork/run-1.flock
  "$program" vicsek 2>/dev/null &
  window=$!
  # It is counted from when there is something to lose.
  tries=0
  until [ -e "$kept" ] || [ $tries -gt 600 ]; do sleep 0.1; tries=$((tries + 1)); done
  after=$(moment 0.5 6)
  sleep "$after"
  at=$(now)
  kill -KILL $window
  wait $window 2>/dev/null || true
  # The time of a file is that of its last write.
  age=$(awk -v at="$at" -v kept="$(date -r "$kept" +%s.%N)" 'BEGIN { a = at - kept; printf "%.2f", (a > 0) ? a : 0 }')
  if said=$("$program" replay "$kept" 2>&1) && awk "BEGIN { exit !($age <= 1) }"; then
    left="$(echo "$said" | sed 's/ steps replayed.*as saved.*/ steps, replayed to their hash/'), $age s old"
  else
    left="WRONG: $said, $age s old"
    failed=1
  fi
  echo "| window $turn | $after s | $left |"
done

cd "$work"
begun=$(now)
"$program" record vicsek -o whole.mp4 --seconds 10 --size 640x360 2>/dev/null
whole=$(awk -v from="$begun" -v to="$(now)" 'BEGIN { print to - from }')
for turn in 1 2 3 4 5 6 7 8 9 10; do
  after=$(moment 0 "$whole")
  "$program" record vicsek -o film.mp4 --seconds 10 --size 640x360 2>/dev/null &
  film=$!
  sleep "$after"
  kill -KILL $film 2>/dev/null || true
  wait $film 2>/dev/null || true
  names=$(ls -A | grep -v -e '^whole.mp4$' -e '^[0-9]*$' || true)
  if [ -z "$names" ]; then
    left=nothing
  elif [ "$names" = film.mp4 ] && "$program" replay film.mp4 >/dev/null 2>&1 && cmp -s film.mp4 whole.mp4; then
    left='the whole film'
  else
    left="WRONG: $names"
    failed=1
  fi
  rm -f film.mp4
  echo "| film $turn | $after s | $left |"
done
exit $failed
