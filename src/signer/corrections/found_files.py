"""Finds the files of a folder that may hold corrections, and opens them without being led elsewhere."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from signer.corrections.explanation import README_NAME
from signer.corrections.refusals import FileRefusedError, RefusalKind
from signer.errors import InputUnreadable

__all__ = ["ENDINGS", "found_files", "opened_file"]

CSV_ENDINGS = (".csv", ".txt", ".tsv")  # .txt: what Excel calls Unicode text
ENDINGS = (*CSV_ENDINGS, ".xlsx")
OF_A_RUN, REFUSED_OF_A_RUN = "corrections", "refused.parquet"
PASSED_OVER = ("thumbs.db", "desktop.ini", README_NAME.lower())


def found_files(folder: Path) -> list[Path]:
    """All entries below the folder that are no folders, by name: links are not followed.

    Signatures, README.txt, hidden files and the locks of open spreadsheets are passed over. The folder of a
    run may be named, too: then it is its `corrections`. Raises InputUnreadable where there is no such folder.
    """
    if (folder / REFUSED_OF_A_RUN).is_file():
        folder = folder / OF_A_RUN
    if not folder.is_dir():
        what = "no folder; name the one with the correction files" if folder.exists() else "no such folder"
        raise InputUnreadable(f"{folder}: {what}")
    return sorted(_entries(folder))


def _entries(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _entries(folder / entry.name)
                elif not _is_passed_over(entry.name.lower()):
                    yield folder / entry.name
    except OSError as error:
        raise InputUnreadable(
            f"{folder}: cannot be read ({error.strerror}); check its owner and mode"
        ) from error


def _is_passed_over(name: str) -> bool:
    return name.endswith(".p7s") or name.startswith((".", "~$")) or name in PASSED_OVER


@contextmanager
def opened_file(path: Path) -> Iterator[BinaryIO]:
    """A regular file. Raises FileRefusedError where it is none, or cannot be opened."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise FileRefusedError(RefusalKind.NOT_REGULAR)
        # Not blocking: a pipe may have come to stand there meanwhile.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise FileRefusedError(RefusalKind.FILE_UNREADABLE) from error
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise FileRefusedError(RefusalKind.NOT_REGULAR)
        yield file
