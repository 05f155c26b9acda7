"""Builds kernels over emulated AVX-512 intrinsics, so that every machine can walk the accelerated code."""

import ctypes
import functools
import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

NATIVE = Path(__file__).parents[2] / "src" / "signer" / "native"
# As in setup.py, but all functions visible; -Wno-psabi because vectors of 64 bytes are passed by value.
FLAGS = ["-std=c11", "-fPIC", "-fno-strict-aliasing", "-Wall", "-Wextra", "-Wno-psabi", "-Werror"]
# Compiling emulated code takes longer than running it once, the more so the more it is optimized.
EMULATED_FLAGS = ["-O0"]


def is_emulated(source: Path) -> bool:
    return source.stem.endswith(("_avx512", "_ifma"))


def compile_kernel(compiler: str, source: Path, folder: Path) -> Path:
    target = folder / f"{source.stem}.o"
    optimization = EMULATED_FLAGS if is_emulated(source) else ["-O1"]
    includes = ["-DSIGNER_EMULATE_AVX512", f"-I{NATIVE}", f"-I{Path(__file__).parent}"]
    command = [compiler, *FLAGS, *optimization, *includes, "-c", str(source), "-o", str(target)]
    subprocess.run(command, check=True, timeout=300)
    return target


@pytest.fixture(scope="session")
def emulated_library(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., ctypes.CDLL]:
    """Gives a function from names of kernels, with those that they need, to a library of all their C files.

    `emulated_library("sha256", "rfc6979")` has every function of the two folders. `<kernel>_select(features)`
    with CPU_AVX512 or CPU_IFMA leads into the emulation, on any x86-64.
    """
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler to build emulated kernels with")
    if platform.machine() not in {"x86_64", "AMD64"}:
        pytest.skip("the AVX-512 files are empty on processors other than x86-64")

    @functools.cache
    def build(*kernels: str) -> ctypes.CDLL:
        folder = tmp_path_factory.mktemp("emulated")
        sources = [source for kernel in kernels for source in sorted((NATIVE / kernel).glob("*.c"))]
        objects = [str(compile_kernel(compiler, source, folder)) for source in sources]
        library = folder / "kernels.so"
        subprocess.run([compiler, "-shared", *objects, "-o", str(library)], check=True, timeout=60)
        return ctypes.CDLL(str(library))

    return build
