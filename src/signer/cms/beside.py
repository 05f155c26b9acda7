"""The place of a detached signature: beside the file that it signs, under its name and `.p7s`."""

from __future__ import annotations

from pathlib import Path

from signer.cms.faults import CmsFault, CmsInvalid
from signer.cms.structure import MAX_SIGNATURE_BYTES

__all__ = ["read_signature", "signature_path", "signed_path"]

SUFFIX = ".p7s"


def signature_path(file: Path) -> Path:
    """Where the detached signature of a file lies: beside it, `shots.csv.p7s`."""
    return file.with_name(file.name + SUFFIX)


def signed_path(file: Path) -> Path | None:
    """The file that a detached signature belongs to, by its name; None for what is no signature."""
    name = file.name.removesuffix(SUFFIX)
    return file.with_name(name) if name and name != file.name else None


def read_signature(file: Path) -> bytes | None:
    """What stands in the signature of a file, None where there is none.

    Raises CmsInvalid for what is no regular file, too large, or may not be read.
    """
    path = signature_path(file)
    try:
        if path.exists() and not path.is_file():  # a pipe would have us wait for ever
            raise _unreadable(f"{path.name} is not a regular file")
        with path.open("rb") as opened:
            octets = opened.read(MAX_SIGNATURE_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(f"{path.name} cannot be read ({error.strerror})") from error
    if len(octets) > MAX_SIGNATURE_BYTES:
        raise _unreadable(f"{path.name} is larger than any signature that is detached")
    return octets


def _unreadable(detail: str) -> CmsInvalid:
    return CmsInvalid(CmsFault.UNREADABLE, detail)
