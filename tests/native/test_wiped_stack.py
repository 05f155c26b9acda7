"""What kernels that work with secrets leave on the stack, in C as it is compiled for use."""

from __future__ import annotations

import ctypes
import random
import subprocess
import sysconfig
from pathlib import Path

import pytest

NATIVE = Path(__file__).parents[2] / "src" / "signer" / "native"
FLAGS = ["-std=c11", "-O3", "-fPIC", "-fvisibility=hidden", "-fno-strict-aliasing"]  # as in setup.py
FOLDERS = ("cpu", "sha256", "rfc6979", "p256")
BATCH = 512

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    folder = tmp_path_factory.mktemp("stack")
    sources = [source for name in FOLDERS for source in sorted((NATIVE / name).glob("*.c"))]
    compiler = [*(sysconfig.get_config_var("CC") or "cc").split(), *FLAGS, f"-I{NATIVE}"]
    objects = []
    for source in [*sources, Path(__file__).with_name("wiped_stack.c")]:
        objects.append(folder / f"{source.stem}.o")
        visible = ["-fvisibility=default"] if source.stem in {"wiped_stack", "cpu", "p256_dispatch"} else []
        subprocess.run([*compiler, *visible, "-c", str(source), "-o", str(objects[-1])], check=True)
    made = folder / "stack.so"
    subprocess.run([compiler[0], "-shared", "-Wl,-z,now", *map(str, objects), "-o", str(made)], check=True)
    found = ctypes.CDLL(str(made))
    found.stack_left.restype = found.p256_scratch_bytes.restype = ctypes.c_size_t
    return found


@pytest.mark.parametrize("disabled", [b"", b"ifma", b"avx2"])
@pytest.mark.parametrize("does_sign", [1, 0], ids=["signatures", "nonces"])
@pytest.mark.parametrize("n", [1, 7, 64, 511, 512])
def test_nothing_that_depends_on_key_or_nonces_is_left(
    library: ctypes.CDLL, disabled: bytes, does_sign: int, n: int
) -> None:
    draw = random.Random(n)
    features = library.cpu_without(library.cpu_detect(), disabled)
    two = b"".join(b"\x7f" + draw.randbytes(31) for _ in range(2 * (1 + BATCH)))
    digests = draw.randbytes(32 * BATCH)
    scratch = ctypes.create_string_buffer(library.p256_scratch_bytes() + 64)
    at = (ctypes.addressof(scratch) + 63) // 64 * 64
    left = library.stack_left(features, does_sign, ctypes.c_size_t(n), two, digests, ctypes.c_void_p(at))
    assert left == 0, f"{left} bytes"
