"""The only file that syncs and renames: what has its final name is whole, and outlives a power cut."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signer.errors import StoppedHalfWay

__all__ = ["naming", "new_file", "publish_folder", "sync_folder", "write_text"]


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
    for folder, _, _ in os.walk(working, topdown=False):
        _sync(Path(folder))
    working.rename(final)
    _sync(final.parent)


def sync_folder(folder: Path) -> None:
    """Makes the files that were written into a folder durable, and their names. Raises OSError.

    For folders of which nothing is published yet: a file may be there half until then.
    """
    for path in folder.iterdir():
        _sync(path)
    _sync(folder)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Raises StoppedHalfWay, naming what could not be written, where the disk is full or fails."""
    try:
        yield
    except OSError as error:
        cause = os.strerror(error.errno) if error.errno else "the disk failed"
        raise StoppedHalfWay(f"{path}: cannot be written: {cause}; nothing of this run is kept") from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
