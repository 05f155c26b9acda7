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

from signer.attesting.authorities import CERTIFICATE_ERRORS, Authorities
from signer.attesting.chain import check_chain, check_usage
from signer.attesting.faults import Fault, FaultKind, NotAttestedError
from signer.attesting.places import Place, check_rows, place_of
from signer.attesting.signature import verify_attributes
from signer.attesting.structure import MAX_SIGNATURE_BYTES, DetachedSignature, parse_signature
from signer.errors import InputUnreadable
from signer.records.places import RowsOfPlace
from signer.tables.files import identity_of

__all__ = ["Attestation", "check_attestation", "sha256_of", "signature_path", "signed_path"]

CLOCKS_DIFFER = timedelta(minutes=5)
SUFFIX = ".p7s"


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


def signature_path(file: Path) -> Path:
    """Where the detached signature of a file lies: beside it, `shots.csv.p7s`."""
    return file.with_name(file.name + SUFFIX)


def signed_path(file: Path) -> Path | None:
    """The file that a detached signature belongs to, by its name; None for what is no signature."""
    name = file.name.removesuffix(SUFFIX)
    return file.with_name(name) if name and name != file.name else None


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


def sha256_of(file: Path) -> bytes:
    """The digest of a file of any size, in a fixed amount of memory. Raises OSError."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()


def _check(file: Path, authorities: Authorities, rows: Iterable[RowsOfPlace], now: datetime) -> Attestation:
    identity = _identity(file)
    signature = parse_signature(_read_signature(file))
    authority, place = _check_signer(signature, authorities, now)
    try:
        digest = sha256_of(file)
        if digest != signature.content_sha256:
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
    return Attestation(file, identity, digest, n_rows, place, signer, authority, signature.signed_at)


def _check_signer(
    signature: DetachedSignature, authorities: Authorities, now: datetime
) -> tuple[x509.Certificate, Place]:
    """The CA that stands for the signer, and the place that the signer may sign for."""
    verify_attributes(signature)
    if signature.signed_at > now + CLOCKS_DIFFER:
        raise NotAttestedError(FaultKind.SIGNED_IN_FUTURE, "the time of signing lies in the future")
    try:
        authority = check_chain(signature.certificate, signature.others, authorities, signature.signed_at)
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


def _read_signature(file: Path) -> bytes:
    path = signature_path(file)
    try:
        if path.exists() and not path.is_file():  # a pipe would have us wait for ever
            raise NotAttestedError(FaultKind.SIGNATURE_UNREADABLE, f"{path.name} is not a regular file")
        with path.open("rb") as opened:
            octets = opened.read(MAX_SIGNATURE_BYTES + 1)
    except FileNotFoundError as error:
        raise NotAttestedError(FaultKind.NOT_SIGNED, f"{path.name} is not beside it") from error
    except OSError as error:
        raise NotAttestedError(
            FaultKind.SIGNATURE_UNREADABLE, f"{path.name} cannot be read ({error.strerror})"
        ) from error
    if len(octets) > MAX_SIGNATURE_BYTES:
        raise NotAttestedError(
            FaultKind.SIGNATURE_UNREADABLE, f"{path.name} is larger than any signature that is detached"
        )
    return octets


def _unreadable(detail: str) -> NotAttestedError:
    return NotAttestedError(FaultKind.FILE_UNREADABLE, detail)
