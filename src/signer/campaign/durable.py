"""The only file that syncs and renames: what has its final name is whole, and outlives a power cut."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["new_file", "publish_folder", "write_text"]


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Gives a temporary name beside `path` to write to; the file gets its own name when the block ends well.

    On any error the temporary file is removed and the error goes on. Raises OSError.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        yield temporary
        _sync(temporary)
        temporary.rename(path)
        _sync(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Writes a whole small file in UTF-8. Raises OSError."""
    with new_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def publish_folder(working: Path, final: Path) -> None:
    """Gives a finished folder its final name in the same parent. Raises OSError, also if `final` is taken."""
    if os.path.lexists(final):
        raise FileExistsError(f"{final} has come to be meanwhile")
    for folder in (*(path for path in working.rglob("*") if path.is_dir()), working):
        _sync(folder)
    working.rename(final)
    _sync(final.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
