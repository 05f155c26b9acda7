#!/usr/bin/env bash
# Killed workers, full disks, files cut short: nothing half done may look finished. Those that `make test` leaves out.
set -euo pipefail
cd "$(dirname "$0")/.."
make --silent .venv/with-test

# Two halves at a time: most of the time goes into waiting for processes to start, sync and end.
half='tests/faults/test_registry_f*.py'
# shellcheck disable=SC2086 # the pattern is to be expanded
.venv/bin/python -m pytest -m long $half tests/registry "$@" &
.venv/bin/python -m pytest -m long tests/faults --ignore-glob="$half" "$@" || failed=$?
wait $! || failed=$?
exit "${failed:-0}"
