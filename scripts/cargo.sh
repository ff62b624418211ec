#!/bin/sh
# Runs cargo with the given arguments, after installing what a build lacks here.
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh

need build
exec cargo "$@"
