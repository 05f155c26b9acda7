"""Folders and files that only their owner can read, made new: correction files hold personal data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

__all__ = ["PRIVATE_FOLDER", "new_private_file"]

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


def new_private_file(path: Path) -> BinaryIO:
    """Makes a file that was not there and opens it for writing; folders that are missing come with it.

    Raises OSError, also where something stands there, be it a link that leads nowhere.
    """
    _make_folders(path.parent)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    return open(os.open(path, flags, PRIVATE_FILE), "wb")


def _make_folders(folder: Path) -> None:
    """Each of them private, not the innermost alone as mkdir would have it."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(PRIVATE_FOLDER)
