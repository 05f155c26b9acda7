#!/usr/bin/env bash
# Sees to a C compiler, Python's headers and its venv module: from apt where they are missing.
# Usage: ci/toolchain.sh [PYTHON]
set -euo pipefail
python=${1:-python3}

packages=()
command -v cc >/dev/null || packages+=(gcc libc6-dev)
if ! command -v "$python" >/dev/null; then
    packages+=(python3 python3-venv python3-dev)
else
    "$python" -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
    "$python" -c 'import pathlib, sysconfig, sys
sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())' || packages+=(python3-dev)
fi

[ ${#packages[@]} -eq 0 ] || "$(dirname "$0")/packages.sh" "${packages[@]}"

"$python" -c 'import sys
sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11 ...")'
