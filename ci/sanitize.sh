#!/usr/bin/env bash
# The core built with AddressSanitizer and UndefinedBehaviorSanitizer, under the tests that work it hardest.
set -euo pipefail
cd "$(dirname "$0")/.."
make --silent .venv/with-test

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/source"
cp -r pyproject.toml setup.py README.md LICENSE src "$work/source"
find "$work/source" \( -name '*.so' -o -name '_core.c' -o -name '*.egg-info' \) -prune -exec rm -rf {} +

sed -i 's/"-O3"/"-O1"/' "$work/source/setup.py" # instrumented, -O3 takes three times as long to compile
flags="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g1" # lines, for traces
CFLAGS=$flags LDFLAGS=$flags .venv/bin/python -m pip install --quiet --no-deps --target "$work/site" "$work/source"

# Left out: the scan of a process's memory for keys, since the sanitizer maps terabytes of it; base45 of very long
# texts, where the pure Python package is what takes the time, and characters that no symbol can hold in every place,
# where raising does (ci/fuzz.sh has such lengths and characters); and the tests that compile kernels by themselves,
# without the sanitizers.
# Few random inputs, for each costs ten times as much here; ci/fuzz.sh makes more of them in less time.
# malloc for Python's own objects shows a read past the end of a bytes object; leaks are Python's own business.
LD_PRELOAD="$(cc -print-file-name=libasan.so) $(cc -print-file-name=libubsan.so)" \
    ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1 \
    PYTHONMALLOC=malloc PYTHONPATH="$work/site" \
    SIGNER_TEST_PAIRS=1200 SIGNER_TEST_ROWS=1000 SIGNER_TEST_SYMBOLS=640 SIGNER_TEST_NAMES=100 SIGNER_TEST_DAMAGED=600 \
    .venv/bin/python -m pytest -p no:cacheprovider -m "not long" tests/native tests/issuing tests/campaign/test_verify_judge.py \
    --ignore tests/issuing/test_key_wiping.py --ignore-glob='tests/native/test_*emulated*.py' \
    --ignore tests/native/test_dates.py --ignore tests/native/test_dcc.py --ignore tests/native/test_shots.py \
    --ignore tests/native/test_stored.py --ignore tests/native/test_uvci.py \
    -k "not long_messages and not every_pair and not emulated and not wherever_it_stands" "$@"
