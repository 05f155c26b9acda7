#!/usr/bin/env bash
# Killed workers, full disks, files cut short: nothing half done may look finished. The slow ones too.
set -euo pipefail
cd "$(dirname "$0")/.."
make --silent .venv/with-test
.venv/bin/python -m pytest tests/faults tests/registry "$@"
