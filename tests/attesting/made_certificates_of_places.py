"""CAs, certificates of facilities and provinces, and files that they sign, as tests need them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signer.attesting import (
    Attestation,
    Authorities,
    Fault,
    check_attestation,
    sign_file,
    signature_path,
)
from signer.keys.private import encode_private_key
from signer.records.places import RowsOfPlace

NOW = datetime(2026, 4, 14, 3, 15, tzinfo=UTC)
YEAR = timedelta(days=365)
FACILITY = {"C": "VN", "ST": "Hà Nội", "L": "Ba Đình", "O": "01-0007"}
PROVINCE = {"C": "VN", "ST": "Hà Nội", "O": "Sở Y tế", "OU": "central signer"}
HERE = [RowsOfPlace("Hà Nội", "Ba Đình", "01-0007", 10, 0)]
CONTENT = b"shot_id,province\n1,H\xc3\xa0 N\xe1\xbb\x99i\n"

ATTRIBUTES = {
    "C": NameOID.COUNTRY_NAME,
    "ST": NameOID.STATE_OR_PROVINCE_NAME,
    "L": NameOID.LOCALITY_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "CN": NameOID.COMMON_NAME,
    "UID": NameOID.USER_ID,
}
USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
SIGNING_KEY = ec.generate_private_key(ec.SECP256R1())  # one for many certificates: making them takes time
RSA_KEY = rsa.generate_private_key(65537, 2048)

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
Extensions = Iterable[tuple[x509.ExtensionType, bool]]


@dataclass(frozen=True)
class Holder:
    """A certificate with its key; what signs files here, and what signs other certificates."""

    certificate: x509.Certificate
    key: PrivateKey
    chain: tuple[x509.Certificate, ...] = ()

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))

    def with_chain(self, *holders: Holder) -> Holder:
        return Holder(self.certificate, self.key, tuple(holder.certificate for holder in holders))

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """The paths of certificate and key."""
        folder.mkdir(parents=True, exist_ok=True)
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        certificate.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        key.touch(0o600)
        key.write_bytes(encode_private_key(self.key, None))
        return certificate, key


def key_usage(*names: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in names for usage in USAGES})


FOR_FILES = ((key_usage("digital_signature"), True),)


def make_certificate(
    subject: Mapping[str, str] | Sequence[tuple[str, str]],
    issuer: Holder | None,
    key: PrivateKey,
    *,
    extensions: Extensions,
    begin: datetime = NOW - YEAR,
    end: datetime = NOW + 3 * YEAR,
) -> Holder:
    pairs = subject.items() if isinstance(subject, Mapping) else subject
    name = x509.Name([x509.NameAttribute(ATTRIBUTES[kind], text) for kind, text in pairs])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return Holder(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def make_ca(
    name: str = "root", issuer: Holder | None = None, length: int | None = None, **validity: datetime
) -> Holder:
    extensions = [
        (x509.BasicConstraints(ca=True, path_length=length), True),
        (key_usage("key_cert_sign", "crl_sign"), True),
    ]
    key = ec.generate_private_key(ec.SECP256R1())
    return make_certificate({"CN": name}, issuer, key, extensions=extensions, **validity)


def make_signer(
    ca: Holder,
    subject: Mapping[str, str] | Sequence[tuple[str, str]] = FACILITY,
    key: PrivateKey = SIGNING_KEY,
    extensions: Extensions = FOR_FILES,
    **validity: datetime,
) -> Holder:
    return make_certificate(subject, ca, key, extensions=extensions, **validity)


def signed_file(folder: Path, signer: Holder, content: bytes = CONTENT, at: datetime = NOW) -> Path:
    """A file with its signature beside it."""
    file = folder / "shots.csv"
    file.write_bytes(content)
    signature_path(file).write_bytes(sign_file(file, signer, at))
    return file


def checked(
    file: Path, *cas: Holder, rows: Iterable[RowsOfPlace] = HERE, now: datetime = NOW + 4 * YEAR
) -> Attestation | Fault:
    """By default years after the signature, when the certificates have expired."""
    return check_attestation(file, Authorities(tuple(ca.certificate for ca in cas)), rows, now=now)


def reason(verdict: Attestation | Fault) -> str | None:
    return verdict.kind.code if isinstance(verdict, Fault) else None


def openssl(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)
