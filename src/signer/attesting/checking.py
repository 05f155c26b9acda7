"""Checks that a file of shots is signed by who may sign for its rows, and is what was signed."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning

from signer.attesting.authorities import Authorities
from signer.attesting.chain import check_chain, check_usage
from signer.attesting.faults import Fault, FaultKind, NotAttestedError
from signer.attesting.places import Place, check_rows, place_of
from signer.cms import (
    CERTIFICATE_ERRORS,
    CmsInvalid,
    SignedMessage,
    parse_signature,
    read_signature,
    signature_path,
    verify_attributes,
)
from signer.errors import InputUnreadable
from signer.records.places import RowsOfPlace
from signer.tables.files import identity_of

__all__ = ["Attestation", "check_attestation", "sha256_of"]

CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class Attestation:
    """A file whose signature holds: who signed when, for which place; `identity` as `tables.files` has it."""

    file: Path
    identity: tuple[int, ...]
    sha256: bytes
    n_rows: int
    place: Place
    certificate: x509.Certificate
    authority: x509.Certificate
    signed_at: datetime


def check_attestation(
    file: Path, authorities: Authorities, rows: Iterable[RowsOfPlace], *, now: datetime
) -> Attestation | Fault:
    """Whether FILE.p7s is the signature over the file of somebody who may sign for all its rows.

    `rows` is not asked for anything before the signature is found good: a generator reads nothing of a file
    that nobody stands for. The file's own order of checks is that of FaultKind. Raises nothing but bugs.
    """
    try:
        with warnings.catch_warnings():
            # Odd serial numbers are common in the field: no reason to write to the terminal.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            return _check(file, authorities, rows, now)
    except NotAttestedError as fault:
        return Fault(file, fault.kind, fault.detail, fault.advice)
    except CmsInvalid as invalid:
        kind = FaultKind.of(invalid.fault)
        return Fault(file, kind, invalid.detail, kind.advice)


def sha256_of(file: Path) -> bytes:
    """The digest of a file of any size, in a fixed amount of memory. Raises OSError."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()


def _check(file: Path, authorities: Authorities, rows: Iterable[RowsOfPlace], now: datetime) -> Attestation:
    identity = _identity(file)
    signature, signed_at = _read_signature(file)
    authority, place = _check_signer(signature, signed_at, authorities, now)
    try:
        digest = sha256_of(file)
        if digest != signature.content_digest:
            raise NotAttestedError(FaultKind.CONTENT_CHANGED, "the file is not the one that was signed")
        n_rows = check_rows(place, rows)
    except OSError as error:
        raise _unreadable(error.strerror or "the disk failed") from error
    except InputUnreadable as error:
        detail, _, advice = str(error).removeprefix(f"{file}: ").rpartition("; ")
        raise NotAttestedError(FaultKind.FILE_UNREADABLE, detail or advice, detail and advice) from error
    if _identity(file) != identity:
        raise _unreadable("the file was changed or exchanged while it was checked")
    signer = signature.certificate
    return Attestation(file, identity, digest, n_rows, place, signer, authority, signed_at)


def _check_signer(
    signature: SignedMessage, signed_at: datetime, authorities: Authorities, now: datetime
) -> tuple[x509.Certificate, Place]:
    """The CA that stands for the signer, and the place that the signer may sign for."""
    verify_attributes(signature)
    if signed_at > now + CLOCKS_DIFFER:
        raise NotAttestedError(FaultKind.SIGNED_IN_FUTURE, "the time of signing lies in the future")
    try:
        authority = check_chain(signature.certificate, signature.others, authorities, signed_at)
        check_usage(signature.certificate)
        return authority, place_of(signature.certificate)
    except CERTIFICATE_ERRORS as error:
        raise NotAttestedError(
            FaultKind.SIGNATURE_UNREADABLE, "the signer's certificate cannot be read"
        ) from error


def _identity(file: Path) -> tuple[int, ...]:
    try:
        if not file.is_file():
            raise _unreadable("no such file" if not file.exists() else "not a regular file")
        return identity_of(file)
    except OSError as error:
        raise _unreadable(error.strerror or "the disk failed") from error


def _read_signature(file: Path) -> tuple[SignedMessage, datetime]:
    """What stands beside the file, detached and with the time of signing."""
    octets = read_signature(file)
    if octets is None:
        raise NotAttestedError(FaultKind.NOT_SIGNED, f"{signature_path(file).name} is not beside it")
    signature = parse_signature(octets)
    if signature.content is not None:
        raise NotAttestedError(
            FaultKind.SIGNATURE_UNREADABLE,
            "the signature holds a copy of the file; a detached one is wanted",
        )
    if signature.signed_at is None:
        raise NotAttestedError(FaultKind.SIGNATURE_INCOMPLETE, "the signed attribute signing_time is missing")
    return signature, signature.signed_at


def _unreadable(detail: str) -> NotAttestedError:
    return NotAttestedError(FaultKind.FILE_UNREADABLE, detail)
