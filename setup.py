"""Builds the compiled core: `_core.pyx` and every C kernel under `src/signer/native`."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

NATIVE = Path("src/signer/native")

core = Extension(
    "signer._core",
    sources=["src/signer/_core.pyx", *sorted(map(str, NATIVE.glob("*/*.c")))],
    depends=sorted(map(str, [*NATIVE.glob("*/*.h"), *Path("src/signer").glob("_*.px[di]")])),
    include_dirs=[str(NATIVE)],
    extra_compile_args=["-std=c11", "-O3", "-fvisibility=hidden", "-fno-strict-aliasing", "-Wall", "-Wextra"],
    # What finds a function of another library at its first call leaves registers on the stack.
    extra_link_args=["-Wl,-z,now"] if sys.platform == "linux" else [],
)


class BuildOnAllCores(build_ext):
    """Compiles the files of an extension side by side; setuptools compiles one after the other."""

    def build_extension(self, ext):
        compile_in_turn = self.compiler.compile

        def compile_side_by_side(sources, *arguments, **options):
            with ThreadPoolExecutor(os.cpu_count()) as threads:
                compiled = threads.map(lambda one: compile_in_turn([one], *arguments, **options), sources)
                return [path for paths in compiled for path in paths]

        self.compiler.compile = compile_side_by_side
        super().build_extension(ext)


setup(
    ext_modules=cythonize([core], include_path=["src"], language_level=3),
    cmdclass={"build_ext": BuildOnAllCores},
)
