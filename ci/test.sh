#!/usr/bin/env bash
# The tests that take minutes or install things; `make test` runs the others.
set -euo pipefail
cd "$(dirname "$0")/.."
make --silent .venv/with-test
.venv/bin/python -m pytest -m long --ignore tests/faults "$@"
