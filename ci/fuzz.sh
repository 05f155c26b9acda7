#!/usr/bin/env bash
# Random inputs to every kernel under the sanitizers, and to every layer of the verifier, some minutes in all.
# Usage: ci/fuzz.sh [SECONDS_A_KERNEL [SEED [ROUNDS [INPUTS_A_LAYER]]]]
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
native=src/signer/native
cc -std=gnu11 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra \
    -fno-strict-aliasing -I "$native" -I tests/fuzz \
    tests/fuzz/*.c "$native"/{cpu,names,cbor,shots,sha256,deflate,base45,qr,picture}/*.c \
    "$native"/verify/{cose,dcc}_read.c "$native"/renew/stored.c -o "$work/fuzz_kernels"
"$work/fuzz_kernels" "${1:-5}" "${2:-$(date +%s)}" "${3:-0}"

make --silent .venv/with-test
PYTHONPATH=tests .venv/bin/python tests/fuzz/fuzz_verifier.py --count "${4:-2000}" --seed "${2:-$(date +%s)}"
