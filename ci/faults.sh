#!/usr/bin/env bash
# Killed workers, full disks, files cut short: nothing half done may look finished. Those that `make test` leaves out.
set -euo pipefail
cd "$(dirname "$0")/.."
make --silent .venv/with-test

# One in so many of the random trials, as in ci/test.sh; SIGNER_TEST_EVERY=1 makes all of them.
every=${SIGNER_TEST_EVERY:-4}
export SIGNER_TEST_EVERY=$every SIGNER_TEST_DAMAGES=${SIGNER_TEST_DAMAGES:-$((25 / every))}

# Two halves at a time: most of the time goes into waiting for processes to start, sync and end.
half='tests/faults/test_registry_f*.py'
# shellcheck disable=SC2086 # the pattern is to be expanded
.venv/bin/python -m pytest -m long $half tests/registry "$@" &
.venv/bin/python -m pytest -m long tests/faults --ignore-glob="$half" "$@" || failed=$?
wait $! || failed=$?
exit "${failed:-0}"
