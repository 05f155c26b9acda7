"""Trust lists of all kinds as tests need them, and a snapshot made of one; nothing in them is anybody's."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from attesting.made_certificates_of_places import (
    Holder,
    PrivateKey,
    key_usage,
    make_certificate,
    make_signer,
)
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from signer.cms import sign_detached
from signer.trust import TrustedKey, import_sources, snapshot_text

NOW = datetime(2022, 4, 14, 3, 15, tzinfo=UTC)
DAY = timedelta(days=1)
VALIDITY = {"begin": NOW - 100 * DAY, "end": NOW + 630 * DAY}
VACCINATION = "1.3.6.1.4.1.1847.2021.1.2"
KEY = ec.generate_private_key(ec.SECP256R1())  # one for many certificates: making them takes time
RSA_KEY = rsa.generate_private_key(65537, 2048)


def make_csca(country: str, key: PrivateKey | None = None) -> Holder:
    extensions = [
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (key_usage("key_cert_sign", "crl_sign"), True),
    ]
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = {"C": country, "CN": f"CSCA {country}"}
    return make_certificate(subject, None, key, extensions=extensions, **VALIDITY)


def make_anchor() -> Holder:
    return make_csca("EU")


def make_upload(country: str, **validity: datetime) -> Holder:
    key = ec.generate_private_key(ec.SECP256R1())
    extensions = ((key_usage("digital_signature"), True),)
    subject = {"C": country, "CN": f"UPLOAD {country}"}
    return make_certificate(subject, None, key, extensions=extensions, **(VALIDITY | validity))


def make_dsc(
    csca: Holder, country: str, *purposes: str, key: PrivateKey = KEY, **validity: datetime
) -> Holder:
    usage = x509.ExtendedKeyUsage([x509.ObjectIdentifier(purpose) for purpose in purposes])
    extensions = [(key_usage("digital_signature"), True), *([(usage, False)] if purposes else [])]
    subject = {"C": country, "CN": f"DSC {country}"}
    return make_signer(csca, subject, key, extensions, **(VALIDITY | validity))


def der_of(holder: Holder) -> bytes:
    return holder.certificate.public_bytes(Encoding.DER)


def kid_text(der: bytes) -> str:
    return base64.b64encode(hashlib.sha256(der).digest()[:8]).decode()


def gateway_entry(
    kind: str, country: str, holder: Holder, signer: Holder, /, **changes: Any
) -> dict[str, Any]:
    """An entry of a trustList, signed by `signer`; `changes` replace what it says, None takes it out."""
    der = der_of(holder)
    signature = sign_detached(hashlib.sha256(der).digest(), signer, NOW)
    entry: dict[str, Any] = {
        "kid": kid_text(der),
        "timestamp": "2022-04-14T05:15:00+02:00",
        "country": country,
        "certificateType": kind,
        "thumbprint": hashlib.sha256(der).hexdigest(),
        "signature": base64.b64encode(signature).decode(),
        "rawData": base64.b64encode(der).decode(),
    }
    return {name: value for name, value in (entry | changes).items() if value is not None}


class Gateway:
    """A gateway with two countries, DE and FR, of one CSCA, one UPLOAD and one DSC each."""

    def __init__(self) -> None:
        self.anchor = make_anchor()
        self.cscas = {country: make_csca(country) for country in ("DE", "FR")}
        self.uploads = {country: make_upload(country) for country in ("DE", "FR")}
        self.dscs = {
            "DE": make_dsc(self.cscas["DE"], "DE", VACCINATION),
            "FR": make_dsc(self.cscas["FR"], "FR", key=RSA_KEY),
        }

    def dsc_entry(self, country: str, holder: Holder | None = None, /, **changes: Any) -> dict[str, Any]:
        found = holder or self.dscs[country]
        return gateway_entry("DSC", country, found, self.uploads[country], **changes)

    def entries(self) -> list[dict[str, Any]]:
        made = []
        for country in self.cscas:
            made.append(gateway_entry("AUTHENTICATION", country, make_upload(country), self.anchor))
            made.append(gateway_entry("UPLOAD", country, self.uploads[country], self.anchor))
            made.append(self.dsc_entry(country))  # before its CSCA: the order says nothing
            made.append(gateway_entry("CSCA", country, self.cscas[country], self.anchor))
        return made

    @property
    def anchors(self) -> tuple[x509.Certificate, ...]:
        return (self.anchor.certificate,)


def write_json(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def zip_of(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def zip_members(cscas: Mapping[str, Holder], dscs: Sequence[tuple[str, Holder]]) -> dict[str, bytes]:
    """The public list: certificates in PEM under their digests, in folders of countries."""
    held = [("CSCA", country, holder) for country, holder in cscas.items()]
    held += [("DSC", country, holder) for country, holder in dscs]
    return {
        f"{kind}/DCC/{country}/{hashlib.sha256(der_of(holder)).hexdigest()}.pem": (
            holder.certificate.public_bytes(Encoding.PEM)
        )
        for kind, country, holder in held
    }


def signed_zip(path: Path, members: Mapping[str, bytes], anchor: Holder) -> Path:
    content = zip_of(members)
    path.write_bytes(content)
    path.with_name(path.name + ".p7s").write_bytes(
        sign_detached(hashlib.sha256(content).digest(), anchor, NOW)
    )
    return path


def coordinate(number: int, length: int = 32) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(length, "big")).rstrip(b"=").decode()


def did_method(
    name: str, key: PrivateKey = KEY, *certificates: Holder, length: int = 32, **changes: Any
) -> dict[str, Any]:
    """A key of a DID document; `length` is that of coordinates in octets."""
    numbers = key.public_key().public_numbers()
    if isinstance(numbers, ec.EllipticCurvePublicNumbers):
        jwk = {"kty": "EC", "crv": "P-256"}
        jwk |= {"x": coordinate(numbers.x, length), "y": coordinate(numbers.y, length)}
    else:
        jwk = {"kty": "RSA", "n": coordinate(numbers.n, 257), "e": coordinate(numbers.e, 3)}
    jwk["kid"] = name.partition("#")[2]
    if certificates:
        jwk["x5c"] = [base64.b64encode(der_of(holder)).decode() for holder in certificates]
    jwk = {field: value for field, value in (jwk | changes).items() if value is not None}
    return {"id": name, "type": "JsonWebKey2020", "controller": name, "publicKeyJwk": jwk}


def did_document(*methods: dict[str, Any] | str) -> dict[str, Any]:
    return {"id": "did:web:example:v2:trustlist", "verificationMethod": list(methods), "proof": {}}


def without_source(keys: Sequence[TrustedKey]) -> list[tuple[object, ...]]:
    """All that keys say but where they are from, in an order of its own."""
    told = [
        (key.kid, key.country, key.certificate, str(key.jwk), key.not_before, key.not_after, key.eku)
        for key in keys
    ]
    return sorted(told, key=repr)


def write_snapshot(path: Path, *holders: Holder, made_at: datetime = NOW) -> Path:
    """A snapshot that trusts these DSCs, for tests of whoever reads one."""
    source = path.with_name(path.name + ".source.pem")
    source.write_bytes(b"".join(holder.certificate.public_bytes(Encoding.PEM) for holder in holders))
    path.write_text(snapshot_text(import_sources([source], None, made_at=made_at).snapshot), encoding="ascii")
    return path
