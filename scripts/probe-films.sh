#!/bin/sh
# Has an independent reader look at films made here: codec, pixel format, colours, rate, number of frames, length, and that the
# description stands before the pictures; decodes all of it; compares first and last frame with stills of their steps.
# usage: scripts/probe-films.sh FILM.mp4...    (needs ffprobe and ffmpeg)
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/scripts/need.sh"
found ffprobe && found ffmpeg || stop "ffprobe and ffmpeg are needed (Debian: ffmpeg)."
flockwork=$(cd "$here" && cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release/flockwork
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

probe() {
  ffprobe -v error -count_frames -select_streams v -show_entries "$2" -of default=noprint_wrappers=1:nokey=1 "$1"
}

# The value of a field of the recipe that the film holds.
field() {
  ffprobe -v error -show_entries format_tags=flockwork -of default=noprint_wrappers=1:nokey=1 "$1" |
    sed -n "s/^ *$2: *//p" | head -n 1 | tr -d ','
}

for film in "$@"; do
  wrong() { stop "$film: $*"; }
  kind=$(probe "$film" stream=codec_name,pix_fmt,color_range,color_space,color_transfer,color_primaries | tr '\n' ' ')
  [ "$kind" = "h264 yuv420p tv bt709 bt709 bt709 " ] || wrong "$kind"
  fps=$(field "$film" fps) from=$(field "$film" from) shown=$(field "$film" frames) card=$(field "$film" card)
  frames=$((shown + card))
  [ "$(probe "$film" stream=r_frame_rate,avg_frame_rate | tr '\n' ' ')" = "$fps/1 $fps/1 " ] || wrong "another rate than $fps"
  [ "$(probe "$film" stream=nb_frames,nb_read_frames | tr '\n' ' ')" = "$frames $frames " ] || wrong "other than $frames frames"
  seconds=$(awk "BEGIN { printf \"%.6f\", $frames / $fps }")
  [ "$(probe "$film" stream=duration)" = "$seconds" ] || wrong "not $seconds s long"
  order=$(ffprobe -v trace "$film" 2>&1 | sed -n "s/.*type:'\(moov\|mdat\)' parent:'root'.*/\1/p" | head -n 1)
  [ "$order" = moov ] || wrong "the description does not stand first"
  ffmpeg -v error -i "$film" -f null - 2>"$work/said" && [ ! -s "$work/said" ] || wrong "$(cat "$work/said")"
  steps=$(field "$film" steps_per_frame) slow=$(field "$film" slow) fade=$(field "$film" fade)
  told="$frames frames, $seconds s"
  if [ "$slow" = 1 ] && [ "$fade" = 0 ]; then
    for frame in 0 $((shown - 1)); do
      step=$((from + frame * steps))
      size=$(probe "$film" stream=width,height | tr '\n' 'x')
      "$flockwork" replay "$film" -o "$work/still.png" --to $step --size "${size%x}" >/dev/null 2>&1 || wrong "no still of step $step"
      ffmpeg -v error -y -i "$film" -vf "select=eq(n\,$frame)" -frames:v 1 "$work/frame.png"
      psnr=$(ffmpeg -i "$work/frame.png" -i "$work/still.png" -lavfi "[0]format=yuv444p[a];[1]format=yuv444p[b];[a][b]psnr" -f null - 2>&1 |
        sed -n 's/.*PSNR y:\([0-9.a-z]*\).*/\1/p')
      case $psnr in inf) ;; *) awk "BEGIN { exit !($psnr > 30) }" || wrong "frame $frame is not step $step: $psnr dB" ;; esac
      told="$told; frame $frame is step $step (luminance $psnr dB)"
    done
  fi
  say "$film: $told"
done
