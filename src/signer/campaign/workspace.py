"""The folder that a run writes to: OUT.incomplete until the run is done, and OUT from then on.

A lock file in it tells a run that is still going on from the remains of one that was killed, and both from a
folder of someone else. The certificates hold names and birth dates, so the folder is for its owner only.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from signer.durable import publish_folder
from signer.errors import OutputExists, OutputUnwritable, StoppedHalfWay

__all__ = ["make_folder", "open_workspace", "refuse_in_registry", "refuse_irregular", "refuse_taken"]

LOCK = ".lock"
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


def refuse_taken(out: Path) -> None:
    """Raises OutputExists where anything stands at `out`, an empty folder too."""
    if os.path.lexists(out):
        raise OutputExists(f"{out}: is there already; name another folder, or move it away")


def refuse_in_registry(path: Path, registry: Path) -> None:
    """Raises OutputUnwritable where what is to be written would lie among the files of the registry."""
    if path.resolve().is_relative_to(registry.resolve()):
        raise OutputUnwritable(f"{path}: is in the registry, which takes no files of others; name another")


def refuse_irregular(path: Path) -> None:
    """Raises OutputUnwritable unless a file can come to be at `path`, or replace a regular one."""
    if not path.absolute().parent.is_dir():
        raise OutputUnwritable(f"{path.parent}: no such folder; make it first")
    try:
        is_regular = stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputUnwritable(f"{path}: cannot be looked at: {error.strerror}; name another") from error
    if not is_regular:
        raise OutputUnwritable(f"{path}: is no regular file, and would be replaced by one; name another")


def make_folder(folder: Path) -> None:
    """Makes a folder in the workspace. Raises StoppedHalfWay."""
    try:
        folder.mkdir()
    except OSError as error:
        raise StoppedHalfWay(f"{folder}: cannot be made: {error.strerror}") from error


@contextmanager
def open_workspace(out: Path) -> Iterator[Path]:
    """Gives the empty folder to write to; it becomes `out` when the block ends well, and goes on any error.

    What a killed run left in it is cleared. Raises OutputExists where `out` is taken, another run writes, or
    the folder holds what no run left; OutputUnwritable where it cannot be made, and StoppedHalfWay where it
    cannot become `out`.
    """
    folder = out.absolute().with_name(f"{out.absolute().name}.incomplete")
    lock = _claim(folder, out)
    try:
        _clear(folder)
        yield folder
        _publish(folder, out)
    except BaseException:
        _remove(folder)
        raise
    finally:
        os.close(lock)


def _claim(folder: Path, out: Path) -> int:
    """Takes the lock in `folder` and gives its descriptor; it ends with the process, however that ends."""
    while True:
        refuse_taken(out)
        _make(folder)
        try:
            _refuse_foreign(folder)
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        except FileNotFoundError:
            continue  # another run removed or published the folder in between
        except OSError as error:
            raise OutputUnwritable(f"{folder}: cannot be made: {error.strerror}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock)
            raise OutputExists(
                f"{folder}: another run is writing there; wait for it, or name another folder"
            ) from error
        except OSError as error:
            os.close(lock)
            raise OutputUnwritable(f"{folder}: cannot be locked: {error.strerror}") from error
        if _is_same(folder / LOCK, lock):
            return lock
        os.close(lock)  # that run ended between our open and our lock


def _make(folder: Path) -> None:
    if folder.is_symlink():
        raise OutputExists(f"{folder}: is a link; remove it, or name another folder")
    try:
        folder.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise OutputUnwritable(f"{folder}: cannot be made: {error.strerror}") from error


def _refuse_foreign(folder: Path) -> None:
    """Raises OutputExists where the folder has something in it, but not the empty file that is our lock."""
    names = os.listdir(folder)
    if names and not (LOCK in names and _is_empty_file(folder / LOCK)):
        raise OutputExists(
            f"{folder}: holds files that are not of a run; move them away, or name another folder"
        )


def _is_empty_file(path: Path) -> bool:
    found = path.lstat()
    return stat.S_ISREG(found.st_mode) and found.st_size == 0


def _is_same(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _clear(folder: Path) -> None:
    try:
        folder.chmod(PRIVATE_FOLDER)  # one that was there already may be open to others
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name != LOCK:
                entry.unlink()
    except OSError as error:
        raise OutputUnwritable(f"{folder}: cannot be cleared: {error.strerror}; remove it") from error


def _remove(folder: Path) -> None:
    """The lock goes last: remains without it would be taken for someone else's."""
    with suppress(OSError, OutputUnwritable):
        _clear(folder)
        (folder / LOCK).unlink()
        folder.rmdir()


def _publish(folder: Path, out: Path) -> None:
    try:
        publish_folder(folder, out.absolute())
        # Only now: without the file a waiting run could take the finished folder for a stale one.
        (out / LOCK).unlink()
    except OSError as error:
        raise StoppedHalfWay(f"{folder}: cannot become {out}: {error.strerror}") from error
