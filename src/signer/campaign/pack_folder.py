"""Pictures as single files of a folder, for whoever asks for no archives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signer.durable import sync_tree
from signer.packing.archives import ArchiveFile

__all__ = ["open_folder"]


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, name: str, content: bytes, moment: int) -> None:
        (self._path / name).write_bytes(content)


@contextmanager
def open_folder(path: Path) -> Iterator[ArchiveFile]:
    """A folder that files are added to; durable when the block ends well. Raises OSError."""
    path.mkdir(exist_ok=True)
    yield _Folder(path)
    sync_tree(path)
