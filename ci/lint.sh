#!/usr/bin/env bash
# Style, types, and nothing of any one machine in what is committed.
set -euo pipefail
cd "$(dirname "$0")/.."
make --silent .venv/with-lint
bin=.venv/bin

"$bin/ruff" check .
"$bin/ruff" format --check .
"$bin/mypy"
git ls-files -z '*.c' '*.h' | xargs -0 "$bin/clang-format" --dry-run -Werror # not _core.c, which Cython made

# Bracketed, so that this line does not find itself.
traces='(^|[^A-Za-z0-9_.])/(hom[e]|roo[t]|wor[k]|mn[t])/|(index|find)-(ur[l]|link[s])|(artifactor[y]|nexu[s])[./]'
if ! git rev-parse --quiet --verify HEAD >/dev/null; then
    echo "no commit yet: only files are looked at"
elif git log --format='%h %s%n%b' | grep -nE "$traces"; then
    echo "commit messages name paths of a machine or a registry" >&2
    exit 1
elif git log --extended-regexp -G "$traces" --format='%h %s' | grep .; then
    echo "commits hold lines that name paths of a machine or a registry" >&2
    exit 1
fi
if git grep --untracked -nIE "$traces" -- .; then
    echo "files name paths of a machine or a registry" >&2
    exit 1
fi
echo "lint: clean"
