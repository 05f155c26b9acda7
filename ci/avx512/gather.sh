#!/usr/bin/env bash
# Runs a Python command and copies every file that it opens to a folder, under the same path: a root for chroot.
# Usage: gather.sh ROOT COMMAND...
set -euo pipefail
root=$1
shift
trace=$(mktemp)
trap 'rm -f "$trace"' EXIT

strace -f -qq -e trace=open,openat,execve -e status=successful -o "$trace" "$@"

# Python reads the compiled file only where the source stands beside it, and looks for os.py to find its library.
files() {
    grep -oE '"/[^"]+"' "$trace" | tr -d '"' | grep -vE '^/(proc|sys|dev)/' | while read -r file; do
        echo "$file"
        [[ $file != */__pycache__/*.pyc ]] || sed -E 's|__pycache__/([^/]+)\.cpython-[0-9]+\.pyc$|\1.py|' <<<"$file"
    done
    echo /lib64/ld-linux-x86-64.so.2
    "$1" -c 'import os; print(os.__file__)'
}
files "$1" | xargs -d '\n' realpath --no-symlinks | sort -u | while read -r file; do
    [ ! -f "$file" ] || echo "$file"
done | tar -c --dereference --absolute-names -f - -T - | tar -x -C "$root"
mkdir -p "$root"/{proc,dev,tmp}
