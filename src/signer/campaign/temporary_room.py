"""Room for temporary files beside a registry that is left as it is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signer.errors import OutputUnwritable
from signer.tables.out_of_core import Room

__all__ = ["naming_temporary", "temporary_room"]


@contextmanager
def temporary_room(prefix: str, memory_limit: str, threads: int) -> Iterator[Room]:
    """Room in a folder of its own, whose name begins so, for as long as it is open.

    Raises OutputUnwritable where the folder cannot be made.
    """
    with naming_temporary():
        folder = tempfile.TemporaryDirectory(prefix=prefix)
    with folder as name:
        yield Room(memory_limit, Path(name), threads)


@contextmanager
def naming_temporary() -> Iterator[None]:
    """Raises OutputUnwritable, saying what to do, where temporary files cannot be written."""
    try:
        yield
    except OSError as error:
        raise OutputUnwritable(
            f"{tempfile.gettempdir()}: cannot be written: {error.strerror}; set TMPDIR to another folder"
        ) from error
