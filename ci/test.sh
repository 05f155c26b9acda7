#!/usr/bin/env bash
# What takes minutes: the large runs that an auditor asks for, and the tests that install things. `make test` runs the others.
set -euo pipefail
cd "$(dirname "$0")/.."
make --silent .venv/with-test
ci/packages.sh chromium

# One in so many of the large runs: there are 30 minutes for all of ci/. SIGNER_TEST_EVERY=1 makes them whole.
every=${SIGNER_TEST_EVERY:-4}
export SIGNER_TEST_EVERY=$every

SIGNER_TEST_PAIRS=$((100000 / every)) SIGNER_TEST_ROWS=$((100000 / every)) .venv/bin/python -m pytest \
    tests/native/test_p256.py::test_equals_the_library_for_random_keys_and_digests tests/issuing/test_certificates.py
SIGNER_TEST_ROWS=$((50000 / every)) .venv/bin/python -m pytest tests/campaign/test_issue_run.py tests/cli/test_issue.py
SIGNER_TEST_SYMBOLS=$((20000 / every)) SIGNER_TEST_PICTURES=$((20000 / every)) SIGNER_TEST_NAMES=$((6000 / every)) \
    .venv/bin/python -m pytest tests/native/test_{qr,name_keys}.py tests/interop/test_pictures_elsewhere.py
SIGNER_TEST_DAMAGED=$((12000 / every)) SIGNER_TEST_CASES=$((160 / every)) \
    .venv/bin/python -m pytest tests/campaign/test_verify_judge{,_revoked}.py \
    tests/verifying/test_{damaged_codes,schema_departures}.py
.venv/bin/python -m pytest -m "hypothesis and not long" --hypothesis-profile thorough
.venv/bin/python -m pytest -m long --ignore tests/faults --ignore tests/registry --ignore tests/interop "$@"
