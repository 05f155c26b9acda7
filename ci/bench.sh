#!/usr/bin/env bash
# A short run of the benchmarks: that they work, and the ratios of this machine today. `make bench` measures.
set -euo pipefail
cd "$(dirname "$0")/.."
make --silent bench BENCH_OPTIONS="--rows 50000 --duels 1 --quiet --benchmark-quiet -k 'not twin'"
