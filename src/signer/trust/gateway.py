"""The gateway's `trustList` in JSON: who stands behind each entry (docs/trust.md)."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509

from signer.cms import CmsInvalid, SignedMessage, check_signed_by, is_authority
from signer.errors import TrustUnreadable
from signer.trust.chain import check_country, check_csca, may_sign_messages
from signer.trust.left_out import EntryRefused, LeftOut
from signer.trust.reading import Anchors, Reading, base64_octets
from signer.trust.trusted_key import TrustedKey, key_of, kid_of, load_certificate

__all__ = ["read_gateway"]

ASK: Final = "ask the gateway's operator, or the country, for it anew"
SIGNERS: Final = ("UPLOAD", "CSCA")
KINDS: Final = ("AUTHENTICATION", *SIGNERS, "DSC")


@dataclass(frozen=True)
class _Entry:
    """An entry as it stands there, only its form checked; the country in capital letters."""

    number: int
    place: str
    kind: str
    country: str
    certificate: x509.Certificate
    der: bytes
    signature: bytes


@dataclass(frozen=True)
class _Signers:
    """Certificates of the list that others are held against: none but what the anchor signed."""

    csca: list[_Entry]
    upload: list[_Entry]

    def of(self, entries: Iterable[_Entry], country: str) -> list[x509.Certificate]:
        return [entry.certificate for entry in entries if entry.country == country]


def read_gateway(entries: Sequence[Any], file: str, anchors: Anchors) -> Reading:
    """The DSCs of a trust list, each signed by an UPLOAD certificate and by a CSCA of its country.

    CSCA and UPLOAD certificates count if one of the `anchors` signed them; with None nobody is asked who
    signed, but DSCs must be of a CSCA of the list still. AUTHENTICATION certificates are of no use here.
    Raises TrustUnreadable where the anchors signed nothing of it.
    """
    left_out: dict[int, LeftOut] = {}
    read = list(_read(entries, file, left_out))
    signers = _signers([entry for entry in read if entry.kind in SIGNERS], file, anchors, left_out)
    keys = []
    for entry in read:
        if entry.kind == "DSC":
            try:
                keys.append(_checked_key(entry, signers, anchors))
            except EntryRefused as refused:
                left_out[entry.number] = refused.of(file, entry.place)
    return Reading("gateway", tuple(keys), tuple(left_out[number] for number in sorted(left_out)))


def _read(entries: Sequence[Any], file: str, left_out: dict[int, LeftOut]) -> Iterable[_Entry]:
    for number, value in enumerate(entries, 1):
        try:
            yield _entry(number, value)
        except EntryRefused as refused:
            left_out[number] = refused.of(file, _place(number, value))


def _signers(
    entries: Sequence[_Entry], file: str, anchors: Anchors, left_out: dict[int, LeftOut]
) -> _Signers:
    """The entries that may vouch for others. Raises TrustUnreadable where an anchor signed none at all."""
    signers = _Signers([], [])
    n_signed = 0
    for entry in entries:
        try:
            if anchors is not None:
                _check_signed(entry, anchors, "a trust anchor")
            n_signed += 1
            _check_signer(entry)
        except EntryRefused as refused:
            left_out[entry.number] = refused.of(file, entry.place)
        else:
            (signers.csca if entry.kind == "CSCA" else signers.upload).append(entry)
    if entries and not n_signed:
        names = ", ".join(anchor.subject.rfc4514_string() for anchor in anchors or ())
        raise TrustUnreadable(
            f"{file}: of its {len(entries)} entries UPLOAD and CSCA none is signed by --anchor {names}:"
            " is it the right anchor?"
        )
    return signers


def _entry(number: int, value: Any) -> _Entry:
    kind, country = _texts(value)
    try:
        der = base64_octets(value.get("rawData"))
    except ValueError as error:
        raise EntryRefused("its rawData is no base64", ASK) from error
    certificate = load_certificate(der)
    _check_names(value, der)
    check_country(certificate, country)
    try:
        signature = base64_octets(value.get("signature"))
    except ValueError:
        signature = b""  # it is missed by who needs it
    return _Entry(number, _place(number, value), kind, country, certificate, der, signature)


def _texts(value: Any) -> tuple[str, str]:
    """The kind and the country of an entry."""
    if not isinstance(value, Mapping):
        raise EntryRefused("is no object", ASK)
    kind, country = value.get("certificateType"), value.get("country")
    if kind not in KINDS:
        raise EntryRefused(f"its certificateType is none of {', '.join(KINDS)}", ASK)
    if not isinstance(country, str) or not re.fullmatch("[A-Za-z]{2}", country):
        raise EntryRefused("its country is not two letters", ASK)
    return kind, country.upper()


def _check_names(value: Mapping[str, Any], der: bytes) -> None:
    """Kid and thumbprint, where they are told, are made from the certificate."""
    kid, thumbprint = value.get("kid"), value.get("thumbprint")
    if kid is not None and kid != base64.b64encode(kid_of(der)).decode("ascii"):
        raise EntryRefused("its kid is not that of its certificate", ASK)
    if thumbprint is not None and str(thumbprint).lower() != hashlib.sha256(der).hexdigest():
        raise EntryRefused("its thumbprint is not that of its certificate", ASK)


def _check_signer(entry: _Entry) -> None:
    """Whether a certificate contradicts what the list calls it: that is covered by no signature."""
    if entry.kind == "CSCA" and not is_authority(entry.certificate):
        raise EntryRefused("it is a CSCA and no CA (basicConstraints)", ASK)
    if entry.kind == "UPLOAD" and not may_sign_messages(entry.certificate):
        raise EntryRefused("it is an UPLOAD certificate, and says of itself to sign no messages", ASK)


def _checked_key(entry: _Entry, signers: _Signers, anchors: Anchors) -> TrustedKey:
    key = key_of(entry.certificate, entry.country)
    if anchors is not None:
        uploads = signers.of(signers.upload, entry.country)
        who = f"an UPLOAD certificate of {entry.country} that an anchor signed"
        signed_at = _check_signed(entry, uploads, who).signed_at
        if signed_at is not None and signed_at < entry.certificate.not_valid_before_utc:
            raise EntryRefused(f"it was signed at {signed_at}, before it was in force", ASK)
    check_csca(entry.certificate, signers.of(signers.csca, entry.country))
    return key


def _check_signed(entry: _Entry, signers: Collection[x509.Certificate], who: str) -> SignedMessage:
    """Raises EntryRefused unless one of the signers made the entry's signature, while it was in force."""
    try:
        return check_signed_by(entry.signature, entry.der, signers)
    except CmsInvalid as invalid:
        raise EntryRefused(f"is not signed by {who}: {invalid.detail}", ASK) from invalid


def _place(number: int, value: Any) -> str:
    """Which entry, for people to find it: its number from 1, and what of it can be shown."""
    texts = (
        [value.get(name) for name in ("certificateType", "country", "kid")] if isinstance(value, dict) else []
    )
    shown = [
        text for text in texts if isinstance(text, str) and re.fullmatch(r"[\w+/=-]{1,44}", text, re.ASCII)
    ]
    return f"entry {number}" + (f" ({' '.join(shown)})" if shown else "")
