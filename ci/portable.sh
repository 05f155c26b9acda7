#!/usr/bin/env bash
# The package on a processor without AVX, which qemu imitates: tests of the kernels, and the same files from an issue.
# Usage: ci/portable.sh [PYTHON]
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-.venv/bin/python}
cpu=Nehalem # SSE4.2, the least that the wheels of numpy and pyarrow need

if [ "$(uname -m)" != x86_64 ]; then
    echo "portable: skipped: on $(uname -m) every test runs the portable code"
    exit 0
fi
[ -n "${1:-}" ] || make --silent .venv/with-test

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

command -v qemu-x86_64-static >/dev/null || ci/packages.sh qemu-user-static

# The wheels of DuckDB 2 are built for AVX2.
"$python" -m pip install --quiet --no-deps --only-binary :all: --target "$work/older" 'duckdb>=1.1,<2'

without_avx() {
    PYTHONPATH="$work/older" qemu-x86_64-static -cpu "$cpu" "$python" "$@"
}

issue_into() {
    local out=$1
    shift
    "$@" -m signer issue "$work/nation/shots.parquet" --profile "$work/issuer/profile.toml" --out "$out" \
        --workers 2 --issued-at "$issued_at" --json
}

# About 2,000 rows, one part.
"$python" -m signer synth "$work/nation" --people 1000 --seed 20220414 --json >/dev/null
"$python" -m signer init "$work/issuer" --dev-keys --json >/dev/null
issued_at=$(date -u +%FT%TZ)
issue_into "$work/native" "$python" >/dev/null
issue_into "$work/portable" without_avx >"$work/summary.json"
grep -q '"cpu_level": "portable"' "$work/summary.json"
for folder in certificates refused; do
    diff -r "$work/native/$folder" "$work/portable/$folder"
done
echo "portable: the files of an issue on $cpu are those of this machine, after $SECONDS s"

# Without the test of many random signatures, which takes minutes here.
without_avx -m pytest -q -p no:cacheprovider -m "not long" \
    tests/native/test_{sha256,rfc6979,base45,deflate,inflate,base45_decode}.py tests/native/test_p256.py -k "not random"
echo "portable: all good on $cpu after $SECONDS s"
