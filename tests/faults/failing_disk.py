"""Builds and steers failing_disk.c: which call on a folder's files is to fail, and what calls there were."""

from __future__ import annotations

import mmap
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
HEAD = struct.Struct("<4q1024s1024s")
MOST_CALLS, LONGEST = 8192, 256


class FailingDisk:
    """The shared memory of a library that is loaded before the C library."""

    def __init__(self, folder: Path) -> None:
        self._library, control = folder / "failing_disk.so", folder / "control"
        options = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]
        subprocess.run(["gcc", *options, "-o", self._library, SOURCE, "-ldl"], check=True)
        n_bytes = HEAD.size + MOST_CALLS * LONGEST
        control.write_bytes(bytes(n_bytes))
        with control.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), n_bytes)
        self.environment = {"LD_PRELOAD": str(self._library), "FAILING_DISK": str(control)}

    def watch(self, folder: Path) -> None:
        """Notes the calls on files below `folder` from now on, and lets none fail."""
        self._order(folder, "", 0, 0)

    def fail(self, folder: Path, pattern: str, number: int, error: int) -> None:
        """Has one of the calls that fit the pattern fail from now on, counted from 1."""
        self._order(folder, pattern, number, error)

    def _order(self, folder: Path, pattern: str, number: int, error: int) -> None:
        HEAD.pack_into(self._memory, 0, 0, 0, number, error, f"{folder}/".encode(), pattern.encode())

    @property
    def has_failed(self) -> bool:
        """Whether the chosen call was made."""
        _, fitting, chosen, *_ = HEAD.unpack_from(self._memory)
        return bool(fitting >= chosen)

    def calls(self) -> list[str]:
        """All calls that were noted, each with its path below the folder."""
        n_calls = HEAD.unpack_from(self._memory)[0]
        assert n_calls <= MOST_CALLS
        starts = range(HEAD.size, HEAD.size + n_calls * LONGEST, LONGEST)
        return [self._memory[start : start + LONGEST].split(b"\0", 1)[0].decode() for start in starts]
