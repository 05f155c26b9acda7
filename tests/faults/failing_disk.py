"""Builds and steers failing_disk.c: which call on the files of a folder is to fail, and what has failed."""

from __future__ import annotations

import mmap
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_suffix(".c")
NUMBERS = struct.Struct("<3q")
LAYOUT = struct.Struct("<3q1024s2048s")


class FailingDisk:
    """The shared memory of a library that is loaded before the C library."""

    def __init__(self, folder: Path) -> None:
        if not shutil.which("gcc"):
            pytest.skip("gcc is missing, which builds the failing disk")
        self._library, control = folder / "failing_disk.so", folder / "control"
        options = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]
        subprocess.run(["gcc", *options, "-o", self._library, SOURCE, "-ldl"], check=True)
        control.write_bytes(bytes(LAYOUT.size))
        with control.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), LAYOUT.size)
        self.environment = {"LD_PRELOAD": str(self._library), "FAILING_DISK": str(control)}

    def fail(self, folder: Path, call: int, error: int) -> None:
        """Has call number `call` from now on fail with `error`; with 0 they are counted only."""
        LAYOUT.pack_into(self._memory, 0, 0, call, error, f"{folder}/".encode(), b"")

    @property
    def calls(self) -> int:
        """How many calls there were since."""
        return int(NUMBERS.unpack_from(self._memory)[0])

    @property
    def failed(self) -> str:
        """The call that has failed, and its file; empty where none has."""
        text: bytes = LAYOUT.unpack_from(self._memory)[4]
        return text.rstrip(b"\0").decode()
