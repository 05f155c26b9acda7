"""Plain files: certificates in PEM or DER and DID documents, alone or in a folder."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding

from signer.cms import CERTIFICATE_ERRORS, certificates_in, is_authority
from signer.cms.certificates import certificate_files
from signer.errors import TrustUnreadable
from signer.trust.did import is_did_document, read_did
from signer.trust.left_out import EntryRefused, LeftOut
from signer.trust.reading import Reading, read_file
from signer.trust.trusted_key import TrustedKey, key_of, load_certificate

__all__ = ["parse_json", "read_certificates", "read_folder"]

ADVICE: Final = "copy it again, or take it out of there"


def read_folder(folder: Path) -> tuple[Reading, str]:
    """The keys in a folder and its subfolders, and a SHA-256 over names and contents of its files.

    Certificates are trusted as they are, without a CSCA. One that names no country is of its folder's, where
    that has a name of two capital letters. Private keys are passed over.
    """
    keys: list[TrustedKey] = []
    left_out: list[LeftOut] = []
    digest = hashlib.sha256()
    documents = {file for file in folder.rglob("*.json") if file.is_file()}
    for file in sorted({*certificate_files(folder), *documents}):
        try:
            content = read_file(file)
        except TrustUnreadable as error:
            left_out.append(LeftOut(str(file), "", str(error).removeprefix(f"{file}: "), ADVICE))
            continue
        name, sha256 = file.relative_to(folder).as_posix(), hashlib.sha256(content).hexdigest()
        digest.update(f"{name}\0{sha256}\n".encode("utf-8", "surrogateescape"))
        found = _read(file, content)
        keys += found.keys
        left_out += found.left_out
    return Reading("files", tuple(keys), tuple(left_out)), digest.hexdigest()


def read_certificates(content: bytes, name: str, country: str | None = None) -> Reading:
    """The DSCs of one file; `country` is theirs where they name none. What is wrong is left out."""
    left_out: list[LeftOut] = []
    keys = list(_keys(content, name, country, left_out))
    return Reading("files", tuple(keys), tuple(left_out))


def parse_json(content: bytes) -> Any:
    """The value of a JSON text, None for what is none."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _read(file: Path, content: bytes) -> Reading:
    name = str(file)
    if file.suffix.lower() != ".json":
        parent = file.parent.name
        return read_certificates(content, name, parent if re.fullmatch("[A-Z]{2}", parent) else None)
    document = parse_json(content)
    if is_did_document(document):
        return read_did(document, name)
    return Reading("files", (), (LeftOut(name, "", "is no DID document", "name other lists on their own"),))


def _keys(content: bytes, name: str, country: str | None, left_out: list[LeftOut]) -> Iterator[TrustedKey]:
    try:
        certificates = certificates_in(content)
    except CERTIFICATE_ERRORS:
        left_out.append(LeftOut(name, "", "is no certificate in PEM or DER, or damaged", ADVICE))
        return
    for number, certificate in enumerate(certificates, 1):
        try:
            checked = load_certificate(certificate.public_bytes(Encoding.DER))
            if is_authority(checked):  # nobody says that it is a DSC all the same
                raise EntryRefused(
                    "it is a CA's certificate, which signs DSCs and no certificates of people",
                    "not needed here; nothing to do",
                )
            yield key_of(checked, country)
        except EntryRefused as refused:
            left_out.append(refused.of(name, f"certificate {number}" if len(certificates) > 1 else ""))
