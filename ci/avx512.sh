#!/usr/bin/env bash
# The AVX-512 code as compiled, on a machine without AVX-512: a small Linux in Bochs, which imitates an Ice Lake, runs a
# self-test of the kernels and an issue of 2,000 rows, whose files must be those of this machine.
# Usage: ci/avx512.sh [PYTHON]
set -euo pipefail
cd "$(dirname "$0")/.."
python=$(realpath --no-symlinks "${1:-.venv/bin/python}")
max_seconds=400 # a machine that hangs

if [ "$(uname -m)" != x86_64 ]; then
    echo "avx512: skipped: the AVX-512 files are empty on $(uname -m)"
    exit 0
fi
[ -n "${1:-}" ] || make --silent .venv/installed

work=$(mktemp -d)
emulator=
finish() {
    [ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

# Unpacks Debian packages that need not be installed here: the kernel for virtual machines, and a static shell.
unpack() {
    (cd "$work" && apt-get download -qq -o APT::Sandbox::User=root "$@")
    for package in "$work"/*.deb; do
        dpkg-deb --extract "$package" "$work/debian"
    done
}

# The flags of setup.py; every folder, so that a kernel that begins to need another still links.
build_selftest() {
    cc -static -std=c11 -O3 -fvisibility=hidden -fno-strict-aliasing -Wall -Wextra -I src/signer/native \
        -include ci/avx512/affine.h ci/avx512/selftest.c src/signer/native/*/*.c -o "$1"
}

build_initrd() {
    local root=$work/initrd
    mkdir -p "$root"/{bin,dev,disk,modules}
    find "$work/debian" -name '*.ko.xz' -exec unxz {} +
    find "$work/debian" \( -name scsi_common.ko -o -name scsi_mod.ko -o -name libata.ko -o -name ata_piix.ko \
        -o -name sd_mod.ko \) -exec cp {} "$root/modules" \;
    cp "$(find "$work/debian" -path '*bin/busybox')" "$root/bin"
    cp ci/avx512/init "$root"
    chmod +x "$root/init"
    build_selftest "$root/selftest"
    (cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) >"$work/image/initrd"
}

# Issues here, and puts all that took on a disk, with the order to do it again.
build_disk() {
    local issue root=$work/disk
    issue="$python -m signer issue $work/nation/shots.parquet --profile $work/issuer/profile.toml --out $work/issued"
    mkdir "$root"
    "$python" -m signer synth "$work/nation" --people 1000 --seed 20220414 --json >/dev/null
    "$python" -m signer init "$work/issuer" --dev-keys --json >/dev/null
    issue+=" --issued-at $(date -u +%FT%TZ) --workers 1 --json"
    # shellcheck disable=SC2086 # words
    ci/avx512/gather.sh "$root" $issue >/dev/null 2>"$work/issue.log" || { cat "$work/issue.log" && return 1; }
    rm -rf "${root:?}/$work/issued"
    printf 'work=%q\nissue=%q\n' "$work" "$issue" >"$root/order"
    mke2fs -q -t ext4 -O ^has_journal -d "$root" "$work/disk.img" "$(($(du -sm "$root" | cut -f 1) * 5 / 4 + 64))M" >/dev/null
}

build_boot_image() {
    cp "$work"/debian/boot/vmlinuz-* "$work/image/vmlinuz"
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

# Waits for a line of the guest that begins with $1, or for the machine to stop; prints the seconds since $2.
wait_for() {
    until grep -q "^$1" "$work/serial.txt" || ! kill -0 "$emulator" 2>/dev/null; do
        sleep 0.5
    done
    echo "avx512: $1 after $((SECONDS - $2)) s"
}

said() { tr -d '\r' <"$work/serial.txt" | grep -E "$1"; }

ci/packages.sh bochs bochs-term cpio e2fsprogs isolinux strace syslinux-common xorriso
unpack busybox-static "$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2; exit }')"
mkdir "$work/image"
build_initrd
build_disk
build_boot_image
echo "avx512: prepared after $SECONDS s"

began=$SECONDS
start_machine
for line in level '[0-9]* passed' end; do
    wait_for "$line" "$began"
done
said . || true

failures=0
said '^level ifma$' >/dev/null || failures=1
said '^[1-9][0-9]* passed, 0 failed$' >/dev/null || failures=1
said '"cpu_level": "ifma"' >/dev/null || failures=1
if [ "$(cd "$work/issued" && sha256sum certificates/* refused/*)" = "$(said '^[0-9a-f]{64}  ')" ]; then
    echo "avx512: the files of an issue at level ifma are those of this machine"
else
    echo "avx512: the files of the issue differ from those of this machine"
    failures=1
fi
echo "avx512: $(said '^[0-9]+ passed' || echo no result) at level $(said '^level' | cut -d ' ' -f 2)"
exit "$failures"
