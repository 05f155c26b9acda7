#!/usr/bin/env bash
# The AVX-512 kernels as compiled, on a machine without AVX-512: a small Linux in Bochs, which emulates an Ice Lake.
set -euo pipefail
cd "$(dirname "$0")/.."
source_root=$PWD
native=$PWD/src/signer/native
max_seconds=${MAX_SECONDS:-300}

if [ "$(uname -m)" != x86_64 ]; then
    echo "avx512: skipped: the AVX-512 files are empty on $(uname -m)"
    exit 0
fi

work=$(mktemp -d)
emulator=
finish() {
    [ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

install_packages() {
    local as_root=() packages=(bochs bochs-term cpio isolinux syslinux-common xorriso)
    command -v cc >/dev/null || packages+=(gcc libc6-dev)
    dpkg-query --show "${packages[@]}" >/dev/null 2>&1 && return
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${packages[@]}" >"$work/apt.log" 2>&1 || { cat "$work/apt.log" && return 1; }
}

# The flags of setup.py; every folder, so that a kernel that begins to need another still links.
build_selftest() {
    mkdir "$work/root"
    cc -static -std=c11 -O3 -fvisibility=hidden -fno-strict-aliasing -Wall -Wextra -I "$native" \
        "$source_root/ci/avx512/selftest.c" "$native"/*/*.c -o "$work/root/init"
}

# Debian's kernel for virtual machines, only unpacked.
fetch_kernel() {
    local package
    package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
    (cd "$work" && apt-get download -qq -o APT::Sandbox::User=root "$package")
    dpkg-deb --fsys-tarfile "$work/$package"_*.deb | tar -x -C "$work" --wildcards './boot/vmlinuz-*'
}

build_image() {
    mkdir "$work/image"
    cp "$work"/boot/vmlinuz-* "$work/image/vmlinuz"
    (cd "$work/root" && echo init | cpio --quiet -o -H newc -R 0:0) >"$work/image/initrd"
    cp ci/avx512/isolinux.cfg /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$work/image"
    xorriso -as mkisofs -quiet -o "$work/boot.iso" -b isolinux.bin -c boot.cat -no-emul-boot -boot-load-size 4 \
        -boot-info-table "$work/image" 2>/dev/null
}

# Bochs wants a terminal to draw on, and its debugger a first command.
start_machine() {
    echo continue >"$work/commands"
    cp ci/avx512/bochsrc "$work"
    touch "$work/serial.txt"
    (cd "$work" && TERM=xterm exec timeout "$max_seconds" script -qec "bochs-bin -q -f bochsrc -rc commands" screen.txt) \
        </dev/null >/dev/null 2>&1 &
    emulator=$!
}

# Waits for a line of the guest that begins with $1, and fails when the machine stops without it.
wait_for() {
    until grep -q "^$1" "$work/serial.txt"; do
        kill -0 "$emulator" 2>/dev/null || { grep -q "^$1" "$work/serial.txt" && return; return 1; }
        sleep 0.5
    done
}

install_packages
build_selftest
fetch_kernel
build_image
prepared=$SECONDS
start_machine
wait_for level || true
booted=$SECONDS
wait_for '[0-9]* passed' || true
tested=$SECONDS

tr -d '\r' <"$work/serial.txt"
level=$(tr -d '\r' <"$work/serial.txt" | sed -n 's/^level //p')
result=$(tr -d '\r' <"$work/serial.txt" | grep -oE '^[0-9]+ passed, [0-9]+ failed' || echo "no result")
echo "avx512: $result at level ${level:-none} (prepared in $prepared s, booted in $((booted - prepared)) s," \
    "tested in $((tested - booted)) s)"
[[ $level == ifma && $result == *", 0 failed" ]]
