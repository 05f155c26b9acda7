"""The only file that syncs and renames: what has its final name is whole, and outlives a power cut."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from signer.errors import DiskFull, StoppedHalfWay
from signer.failpoints import failpoint

__all__ = [
    "append_line",
    "naming",
    "new_file",
    "new_part_file",
    "publish_folder",
    "set_aside",
    "sync_all",
    "sync_tree",
    "unwritten",
    "write_absent",
    "write_text",
]

TEMPORARY = re.compile(r"\.(.+?)(\.[0-9a-f]{16})?\.tmp", re.ASCII)  # all of ours; the digits are chance
FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def new_file(path: Path, is_shared: bool = False) -> Iterator[Path]:
    """Gives a temporary name beside `path` to write to; the file gets its own name when the block ends well.

    On any error the temporary file is removed and the error goes on. The name is never the same where it
    `is_shared` by several processes that may be at it. Raises OSError.
    """
    token = f".{secrets.token_hex(8)}" if is_shared else ""
    temporary = path.with_name(f".{path.name}{token}.tmp")
    try:
        yield temporary
        _sync(temporary)
        temporary.rename(path)
        _sync(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def new_part_file(temporary: Path, name_of: Callable[[Path], str]) -> Iterator[None]:
    """Like `new_file`, for a file whose name comes from what was written to `temporary`, in the same folder.

    The same file may stand there under that name already: it is replaced by its like. Raises OSError.
    """
    try:
        failpoint("part-begun")
        yield
        failpoint("part-written")
        _sync(temporary)
        failpoint("part-synced")
        temporary.rename(temporary.with_name(name_of(temporary)))
        failpoint("part-named")
        _sync(temporary.parent)
        failpoint("part-done")
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Writes a whole small file in UTF-8. Raises OSError."""
    with new_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def append_line(path: Path, line: str) -> None:
    """Adds a line to a file, which is made of mode 0600 where it is not there; synced when this returns.

    Several processes may be at it: a line is whole, and behind all before it. Raises OSError, also where the
    path is no regular file, which might swallow it.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK  # a pipe that nobody reads would wait
    descriptor = os.open(path, flags, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "is no regular file")
        content = f"{line}\n".encode("utf-8", "replace")
        if os.write(descriptor, content) != len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_absent(path: Path, content: bytes, mode: int) -> bool:
    """Writes a whole small file unless one of that name stands there; tells whether it did. Raises OSError.

    Of several processes at it, one writes, whenever each of them is stopped and goes on.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
        _sync(temporary)
        os.link(temporary, path)
        _sync(path.parent)
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    return True


def publish_folder(working: Path, final: Path) -> None:
    """Gives a finished folder its final name in the same parent. Raises OSError, also if `final` is taken."""
    if os.path.lexists(final):
        raise FileExistsError(f"{final} has come to be meanwhile")
    for folder, _, _ in os.walk(working, topdown=False):
        _sync(Path(folder))
    working.rename(final)
    _sync(final.parent)


def set_aside(path: Path, aside: Path) -> None:
    """Renames a file that is of no use any more, in its folder. Raises OSError."""
    path.rename(aside)
    _sync(path.parent)


def sync_all(paths: Iterable[Path]) -> None:
    """Syncs files and folders that others have written, in the order given. Raises OSError."""
    for path in paths:
        _sync(path)


def sync_tree(folder: Path) -> None:
    """Syncs a folder with all that is in it, what is inside first. Raises OSError."""
    for entry in folder.iterdir():
        if entry.is_dir():
            sync_tree(entry)
        else:
            _sync(entry)
    _sync(folder)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Raises DiskFull or StoppedHalfWay, naming what could not be written."""
    try:
        yield
    except OSError as error:
        raise unwritten(path, error) from error


def unwritten(path: Path, error: OSError) -> StoppedHalfWay:
    """The error of ours that tells what could not be written; a file by the name that it was to get."""
    if found := TEMPORARY.fullmatch(path.name):
        path = path.with_name(found[1])
    kind = DiskFull if error.errno in FULL else StoppedHalfWay
    cause = os.strerror(error.errno) if error.errno else "the disk failed"
    return kind(f"{path}: cannot be written: {cause}")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
