#!/usr/bin/env bash
# What others make of our work: a registry read by Spark, every certificate of a large run read by the PyPI package cwt
# in an environment of its own, and our signatures beside those of Intel crypto_mb. Usage: ci/interop.sh [PEOPLE]
set -euo pipefail
cd "$(dirname "$0")/.."
make --silent .venv/with-test .venv/with-spark
.venv/bin/python -m pytest -m long tests/interop/test_registry_examples.py tests/registry/test_registry_readers.py
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -e .venv/cwt/complete ]; then
    rm -rf .venv/cwt
    .venv/bin/python -m venv .venv/cwt
    .venv/cwt/bin/python -m pip install --quiet 'cwt>=3,<4' base45 cryptography pyarrow
    touch .venv/cwt/complete
fi

# About 100,000 certificates: two shots a person, some refused.
.venv/bin/signer synth "$work/nation" --people "${1:-55000}" --seed 20220414 --json >/dev/null
.venv/bin/signer init "$work/issuer" --dev-keys --json >/dev/null
.venv/bin/signer issue "$work/nation/shots.parquet" --profile "$work/issuer/profile.toml" --out "$work/issued" --json
began=$SECONDS
for part in "$work"/issued/certificates/*.parquet; do
    .venv/cwt/bin/python -I tests/interop/check_with_cwt.py "$part" "$work/issuer/keys/dsc.pem"
done
echo "cwt: every certificate of the run is good, checked in $((SECONDS - began)) s"

# Prebuilt for x86-64 Linux only; where it cannot be had or run, the last line says so.
.venv/bin/python -m pip install --quiet --only-binary :all: ipp-crypto-static ipp-crypto-include ||
    echo "crypto_mb: its packages cannot be installed here"
.venv/bin/python benchmarks/crypto_mb.py
