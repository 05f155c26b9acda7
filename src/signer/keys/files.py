"""Reading and creating the small files that hold keys, certificates and secrets."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from signer.errors import KeyUnusable, OutputExists, OutputUnwritable

__all__ = ["create_file", "read_private_file", "read_public_file"]

MAX_FILE_BYTES = 1 << 16
PRIVATE_MODE, PUBLIC_MODE = 0o600, 0o644


def read_public_file(path: Path) -> bytes:
    """The content of a certificate's file, at most 64 KiB. Raises KeyUnusable where it cannot be read."""
    return _read(path, private=False)


def read_private_file(path: Path) -> bytes:
    """The same of a file that none but its owner may read; raises KeyUnusable where its mode lets others.

    A pipe is taken as it is, so that a passphrase can come from another program.
    """
    return _read(path, private=True)


def _read(path: Path, *, private: bool) -> bytes:
    try:
        with path.open("rb") as file:
            if private:  # asked of the open file, so that it cannot be exchanged between question and reading
                _refuse_open_mode(path, os.fstat(file.fileno()).st_mode)
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise KeyUnusable(f"{path}: cannot be read: {error.strerror}; {_next_step(error)}") from error
    if len(content) > MAX_FILE_BYTES:
        raise KeyUnusable(f"{path}: is larger than {MAX_FILE_BYTES} bytes and no key, certificate or secret")
    return content


def _next_step(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return (
            "check the path; `signer keys` makes a CSCA, DSCs and their keys, `signer init` secrets,"
            " openssl what signs files and lists (docs/attesting.md, docs/trust.md)"
        )
    return "name the file in it" if isinstance(error, IsADirectoryError) else "check its owner and mode"


def _refuse_open_mode(path: Path, mode: int) -> None:
    if stat.S_ISREG(mode) and mode & 0o077:
        raise KeyUnusable(
            f"{path}: mode {stat.S_IMODE(mode):04o} lets other users at it; `chmod 600` it;"
            " if another user may have read it, make a new one"
        )


def create_file(path: Path, content: bytes, *, private: bool) -> None:
    """Creates a file of mode 0600 (`private`) or 0644, and its folder; never writes over one.

    Raises OutputExists where it is there, OutputUnwritable where it cannot be made; nothing is left then.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE if private else PUBLIC_MODE
        )
    except FileExistsError as error:
        raise OutputExists(
            f"{error.filename}: is there already; name another folder, or move it away"
        ) from error
    except OSError as error:
        raise OutputUnwritable(f"{path}: cannot be made: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise OutputUnwritable(f"{path}: cannot be written: {error.strerror}") from error
