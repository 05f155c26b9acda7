"""Requests for a document signer (PKCS#10, RFC 2986): its key stays where it was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signer.errors import KeyUnusable
from signer.keys.certificates import EKU_VACCINATION, PARSER_ERRORS
from signer.keys.creating import KeyPair, key_usage, sign_dsc, subject_name
from signer.keys.files import read_public_file
from signer.keys.writing import write_with_key

__all__ = ["DscRequest", "create_request", "load_request", "sign_request", "write_request"]


@dataclass(frozen=True)
class DscRequest:
    """What a request asks for: a certificate of this country for this key, on P-256."""

    countries: tuple[str, ...]
    public_key: ec.EllipticCurvePublicKey


def create_request(country: str) -> tuple[x509.CertificateSigningRequest, ec.EllipticCurvePrivateKey]:
    """A new key on P-256, and a request for a document signer of `country` for vaccinations.

    It asks for what `create_dsc` gives: name, key usage and extended key usage.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(subject_name(country, "DSC"))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([EKU_VACCINATION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, hashes.SHA256()), key


def write_request(
    made: x509.CertificateSigningRequest,
    private_key: ec.EllipticCurvePrivateKey,
    folder: Path,
    passphrase: bytes | None,
) -> tuple[Path, Path]:
    """Creates `dsc.key` (0600) and `dsc.csr` in `folder`; gives their paths as (request, key).

    Raises OutputExists, before anything is written, where one is there; OutputUnwritable where it cannot be.
    """
    request, key = folder / "dsc.csr", folder / "dsc.key"
    write_with_key(request, made.public_bytes(Encoding.PEM), key, private_key, passphrase)
    return request, key


def sign_request(csca: KeyPair, request: DscRequest, *, now: datetime) -> x509.Certificate:
    """The DSC that is asked for, as `sign_dsc` makes it: of the request, only the key goes into it.

    Raises KeyUnusable as that does, and where the request is for another country than the CSCA's.
    """
    own = _countries(csca.certificate.subject)
    if request.countries != own:
        raise KeyUnusable(
            f"the request is for {' and '.join(request.countries) or 'no country'}, the CSCA of"
            f" {' and '.join(own) or 'none'}; name the request and the CSCA of one country"
        )
    return sign_dsc(csca, request.public_key, now=now)


def load_request(path: Path) -> DscRequest:
    """Reads a request in PEM; raises KeyUnusable unless its own key signed it, one on P-256."""
    try:
        request = x509.load_pem_x509_csr(read_public_file(path))
        is_its_own, key, countries = (
            request.is_signature_valid,
            request.public_key(),
            _countries(request.subject),
        )
    except PARSER_ERRORS as error:
        raise KeyUnusable(f"{path}: is no certificate request in PEM, or damaged; make it anew") from error
    if not is_its_own:
        raise KeyUnusable(f"{path}: is not signed by its own key; make it anew")
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyUnusable(f"{path}: is for a key that is not on P-256; `signer keys csr` makes one that is")
    return DscRequest(countries, key)


def _countries(name: x509.Name) -> tuple[str, ...]:
    return tuple(str(found.value) for found in name.get_attributes_for_oid(NameOID.COUNTRY_NAME))
