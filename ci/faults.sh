#!/usr/bin/env bash
# Killed workers, full disks, files cut short: nothing half done may look finished. Those that `make test` leaves out.
set -euo pipefail
cd "$(dirname "$0")/.."
make --silent .venv/with-test
.venv/bin/python -m pytest -m long tests/faults tests/registry "$@"
