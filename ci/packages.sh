#!/usr/bin/env bash
# Sees to Debian packages: apt installs those that are missing, and is heard only when it fails.
# Usage: ci/packages.sh PACKAGE...
set -euo pipefail

missing=()
for package in "$@"; do
    dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -x installed >/dev/null ||
        missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "missing: ${missing[*]} (as Debian calls them); install them and try again" >&2
    exit 1
fi

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
exec 9<"$0"
flock 9 # the lanes of .ci/run may come at the same time, and apt-get update does not wait

if ! { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}"; } >"$log" 2>&1; then
    cat "$log" >&2
    echo "apt could not install: ${missing[*]}" >&2
    exit 1
fi
