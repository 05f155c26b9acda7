"""A little issuer for tests: a DSC and certificates made with cbor2, zlib, base45 and `cryptography` only.

Every layer can be replaced by a wrong one, so that each fault can be made on purpose.
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import UTC, datetime
from typing import Any

import base45
import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signer.verifying import Dsc, TrustStore

ISSUED = datetime(2022, 4, 14, 2, 0, tzinfo=UTC)
EXPIRES = datetime(2023, 4, 14, 2, 0, tzinfo=UTC)
NOW = datetime(2022, 6, 1, tzinfo=UTC)

VACCINATION_USAGE = "1.3.6.1.4.1.1847.2021.1.2"
TEST_USAGE = "1.3.6.1.4.1.1847.2021.1.1"
MISTAKEN_TEST_USAGE = "1.3.6.1.4.1.0.1847.2021.1.1"
ANY_USAGE = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string
CLIENT_USAGE = ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string


def vaccination(**changes: Any) -> dict[str, Any]:
    """A sound certificate of one dose; `changes` replace fields of its entry."""
    entry = {
        "tg": "840539006",
        "vp": "1119349007",
        "mp": "EU/1/20/1528",
        "ma": "ORG-100030215",
        "dn": 2,
        "sd": 2,
        "dt": "2021-11-20",
        "co": "VN",
        "is": "Ministry of Health",
        "ci": "URN:UVCI:01:VN:A1B2C3#3",
    }
    name = {"fn": "Nguyễn", "fnt": "NGUYEN", "gn": "Bảo Duy", "gnt": "BAO<DUY"}
    return {"ver": "1.3.0", "nam": name, "dob": "1988-02-29", "v": [entry | changes]}


def make_key(kind: str) -> Any:
    """A private key: "p256", "p384", "ed25519" or "rsa" with a number of bits."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1() if kind == "p256" else ec.SECP384R1())


class LittleIssuer:
    """One self-made DSC and its key."""

    def __init__(
        self,
        kind: str = "p256",
        country: str | None = "VN",
        usages: tuple[str, ...] = (),
        not_before: datetime = datetime(2022, 1, 1, tzinfo=UTC),
        not_after: datetime = datetime(2024, 1, 1, tzinfo=UTC),
    ) -> None:
        self.key = make_key(kind)
        self.certificate = self._certificate(country, usages, not_before, not_after)
        self.kid = hashlib.sha256(self.der()).digest()[:8]

    def _certificate(
        self, country: str | None, usages: tuple[str, ...], not_before: datetime, not_after: datetime
    ) -> x509.Certificate:
        parts = [x509.NameAttribute(NameOID.COMMON_NAME, "DSC of a test")]
        if country is not None:
            parts.append(x509.NameAttribute(NameOID.COUNTRY_NAME, country))
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name(parts))
            .issuer_name(x509.Name(parts))
            .public_key(self.key.public_key())
            .serial_number(7)
            .not_valid_before(not_before)
            .not_valid_after(not_after)
        )
        if usages:
            oids = [x509.ObjectIdentifier(usage) for usage in usages]
            builder = builder.add_extension(x509.ExtendedKeyUsage(oids), critical=False)
        return builder.sign(self.key, None if isinstance(self.key, ed25519.Ed25519PrivateKey) else SHA256())

    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def private_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def algorithm(self) -> int:
        return -37 if isinstance(self.key, rsa.RSAPrivateKey) else -7

    def sign(self, message: bytes) -> bytes:
        """ES256 as raw r and s, or PS256 with a salt of 32 bytes."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
        r, s = utils.decode_dss_signature(self.key.sign(message, ec.ECDSA(SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)

    def payload(self, dcc: Any = None, **claims: Any) -> bytes:
        """The CWT; `iss`, `iat`, `exp` replace claims, None leaves one out."""
        named = {"iss": "VN", "iat": int(ISSUED.timestamp()), "exp": int(EXPIRES.timestamp())} | claims
        numbered = {1: named["iss"], 4: named["exp"], 6: named["iat"]}
        claims_map = {number: value for number, value in numbered.items() if value is not None}
        return cbor2.dumps(claims_map | {-260: {1: dcc if dcc is not None else vaccination()}})

    def message(
        self,
        payload: bytes | None = None,
        protected: Any = None,
        unprotected: dict[int, Any] | None = None,
    ) -> list[Any]:
        """The four parts of COSE_Sign1, signed; `protected` is a map, or bytes as they are."""
        header = {1: self.algorithm, 4: self.kid} if protected is None else protected
        header_bytes = header if isinstance(header, bytes) else cbor2.dumps(header)
        content = self.payload() if payload is None else payload
        signed = cbor2.dumps(["Signature1", header_bytes, b"", content])
        return [header_bytes, unprotected or {}, content, self.sign(signed)]

    def text(self, payload: bytes | None = None, **headers: Any) -> str:
        """A whole HC1 text."""
        return as_text(cbor2.dumps(cbor2.CBORTag(18, self.message(payload, **headers))))


def as_text(cose: bytes) -> str:
    return base45_text(zlib.compress(cose, 9))


def base45_text(compressed: bytes) -> str:
    return "HC1:" + base45.b45encode(compressed).decode()


def trust_of(*issuers: LittleIssuer) -> TrustStore:
    return TrustStore.of(Dsc.from_certificate(issuer.certificate) for issuer in issuers)
