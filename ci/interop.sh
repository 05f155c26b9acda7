#!/usr/bin/env bash
# What others make of our work: a registry read by Spark, certificates read and copies that were tampered with refused by
# three independent verifiers, pictures in Chromium, and our signatures beside those of Intel crypto_mb.
# Usage: ci/interop.sh [PEOPLE]
set -euo pipefail
cd "$(dirname "$0")/.."
make --silent .venv/with-test .venv/with-spark
command -v npm >/dev/null || ci/packages.sh nodejs npm
ci/packages.sh chromium

# About 9,000 certificates in the largest of them: two shots a person, some refused.
SIGNER_TEST_PEOPLE=${1:-5000} .venv/bin/python -m pytest -m long tests/interop tests/registry/test_registry_readers.py

# Prebuilt for x86-64 Linux only; where it cannot be had or run, the last line says so.
.venv/bin/python -m pip install --quiet --only-binary :all: ipp-crypto-static ipp-crypto-include ||
    echo "crypto_mb: its packages cannot be installed here"
.venv/bin/python benchmarks/crypto_mb.py
