"""The public trust list: a zip of `{CSCA,DSC}/DCC/<CC>/<sha256>.pem`, signed as a whole (docs/trust.md)."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signer.cms import (
    CERTIFICATE_ERRORS,
    CmsInvalid,
    certificates_in,
    check_signed_by,
    is_authority,
    read_signature,
    signature_path,
)
from signer.errors import TrustUnreadable
from signer.trust.chain import check_country, check_csca
from signer.trust.left_out import EntryRefused, LeftOut
from signer.trust.reading import Anchors, Reading, base64_octets
from signer.trust.trusted_key import TrustedKey, key_of, load_certificate

__all__ = ["read_zip"]

PLACE: Final = re.compile(r"(?:.*/)?(CSCA|DSC)/[^/]+/([A-Z]{2})/[^/]+\.(?:pem|crt|cer|der)", re.IGNORECASE)
MAX_MEMBER_BYTES: Final = 1 << 16
MAX_MEMBERS: Final = 50_000
ZIP_ERRORS: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError,
    KeyError,
)  # fmt: skip
"""What zipfile raises for members that are damaged, encrypted, or packed in an unknown way."""
ASK: Final = "ask the publisher for it anew"


@dataclass(frozen=True)
class _Member:
    name: str
    kind: str
    country: str
    certificate: x509.Certificate


def read_zip(path: Path, content: bytes, anchors: Anchors) -> Reading:
    """The DSCs of a zip, each signed by a CSCA of its country in it.

    The whole must be signed by one of `anchors` in FILE.p7s beside it (DER, PEM or base64); with None nobody
    is asked who signed. Raises TrustUnreadable where it is not, or for what is no zip.
    """
    if anchors is not None:
        _check_signed(path, content, anchors)
    left_out: list[LeftOut] = []
    members = list(_members(str(path), content, left_out))
    cscas: dict[str, list[x509.Certificate]] = {}
    for member in members:
        if member.kind == "CSCA":
            cscas.setdefault(member.country, []).append(member.certificate)
    keys = []
    for member in members:
        if member.kind == "DSC":
            try:
                keys.append(_key(member, cscas.get(member.country, [])))
            except EntryRefused as refused:
                left_out.append(refused.of(str(path), member.name))
    return Reading("zip", tuple(keys), tuple(sorted(left_out, key=lambda entry: entry.entry)))


def _check_signed(path: Path, content: bytes, anchors: Anchors) -> None:
    beside = signature_path(path)
    try:
        signature = read_signature(path)
        if signature is None:
            raise TrustUnreadable(
                f"{path}: is not signed: put its detached signature beside it as {beside.name}"
            )
        check_signed_by(_in_der(signature), content, anchors or ())
    except CmsInvalid as invalid:
        raise TrustUnreadable(
            f"{beside}: is no signature of a trust anchor over {path.name}: {invalid.detail};"
            " copy both again, or name the right --anchor"
        ) from invalid


def _in_der(signature: bytes) -> bytes:
    """A signature as it is published: in DER, in PEM, or in base64."""
    text = signature.strip()
    if not text.startswith((b"MI", b"-----BEGIN ")):
        return signature
    lines = [line for line in text.splitlines() if not line.startswith(b"-----")]
    try:
        return base64_octets(b"".join(lines).decode("ascii"))
    except ValueError:
        return signature


def _members(file: str, content: bytes, left_out: list[LeftOut]) -> Iterator[_Member]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except ZIP_ERRORS as error:
        raise TrustUnreadable(f"{file}: is a damaged zip; copy it again") from error
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > MAX_MEMBERS:
            raise TrustUnreadable(f"{file}: holds over {MAX_MEMBERS} files and is no trust list")
        for info in infos:
            try:
                if found := PLACE.fullmatch(info.filename):
                    octets = _octets(archive, info)
                    yield _member(info.filename, found[1].upper(), found[2].upper(), octets)
                elif info.filename.lower().endswith((".pem", ".crt", ".cer", ".der")):
                    raise EntryRefused("it lies in no folder CSCA or DSC with a country", ASK)
            except EntryRefused as refused:
                left_out.append(refused.of(file, info.filename))


def _octets(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as opened:
            octets = opened.read(MAX_MEMBER_BYTES + 1)  # whatever the zip says of its size
    except ZIP_ERRORS as error:
        raise EntryRefused("it is damaged or encrypted in the zip", ASK) from error
    if len(octets) > MAX_MEMBER_BYTES:
        raise EntryRefused(f"it is larger than {MAX_MEMBER_BYTES} bytes and no certificate", ASK)
    return octets


def _member(name: str, kind: str, country: str, octets: bytes) -> _Member:
    try:
        certificates = certificates_in(octets)
    except CERTIFICATE_ERRORS as error:
        raise EntryRefused("it is no certificate in PEM or DER, or damaged", ASK) from error
    if len(certificates) != 1:
        raise EntryRefused(f"it holds {len(certificates)} certificates, one is wanted", ASK)
    certificate = load_certificate(certificates[0].public_bytes(Encoding.DER))
    check_country(certificate, country)
    if kind == "CSCA" and not is_authority(certificate):
        raise EntryRefused("it is a CSCA and no CA (basicConstraints)", ASK)
    return _Member(name, kind, country, certificate)


def _key(member: _Member, cscas: list[x509.Certificate]) -> TrustedKey:
    key = key_of(member.certificate, member.country)
    check_csca(member.certificate, cscas)
    return key
