#!/bin/sh
# Runs all tests, after installing what they lack here.
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh

need build software
exec cargo test --release
