"""Signs files of shots, by those who may sign for a place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from signer.attesting.chain import check_usage
from signer.attesting.checking import sha256_of
from signer.attesting.faults import NotAttestedError
from signer.attesting.places import Place, place_of
from signer.cms import CERTIFICATE_ERRORS, Signatory, check_usable, sign_detached
from signer.errors import InputUnreadable, KeyUnusable
from signer.tables.files import identity_of

__all__ = ["check_signatory", "sign_file"]


def check_signatory(signatory: Signatory, now: datetime) -> Place:
    """The place that it may sign for; raises KeyUnusable where no check would take its signature."""
    check_usable(signatory, now)
    try:
        check_usage(signatory.certificate)
        return place_of(signatory.certificate)
    except NotAttestedError as fault:
        raise KeyUnusable(f"{fault.detail}; {fault.advice}") from fault
    except CERTIFICATE_ERRORS as error:
        raise KeyUnusable("the certificate cannot be read; have it made anew") from error


def sign_file(file: Path, signatory: Signatory, now: datetime) -> bytes:
    """The detached signature of a file of any size, in a fixed amount of memory.

    Raises InputUnreadable for a file that cannot be read or is changed meanwhile, and KeyUnusable where the
    signature would not be taken.
    """
    try:
        before = identity_of(file)
        digest = sha256_of(file)
        changed = identity_of(file) != before
    except OSError as error:
        raise InputUnreadable(f"{file}: cannot be read: {error.strerror}; check the path") from error
    if changed:
        raise InputUnreadable(f"{file}: was changed while it was signed; sign it when it is finished")
    return sign_detached(digest, signatory, now)
