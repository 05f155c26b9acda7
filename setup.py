"""Builds the compiled core: `_core.pyx` and every C kernel under `src/signer/native`."""

from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

NATIVE = Path("src/signer/native")

core = Extension(
    "signer._core",
    sources=["src/signer/_core.pyx", *sorted(map(str, NATIVE.glob("*/*.c")))],
    depends=sorted(map(str, [*NATIVE.glob("*/*.h"), *Path("src/signer").glob("_*.px[di]")])),
    include_dirs=[str(NATIVE)],
    extra_compile_args=["-std=c11", "-O3", "-fvisibility=hidden", "-fno-strict-aliasing", "-Wall", "-Wextra"],
)

setup(ext_modules=cythonize([core], include_path=["src"], language_level=3))
