"""The keys of a trust snapshot in the form that a browser takes: bare public keys, no certificates."""

from __future__ import annotations

import base64
import hashlib
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.utils import CryptographyDeprecationWarning

from signer.errors import TrustUnreadable

__all__ = ["TrustedKeys", "read_snapshot"]

FORMAT: Final = "signer-trust-snapshot"
VERSION: Final = 1
MIN_RSA_BITS: Final = 1024
"""Some issuers in the field sign with no more; the page marks them."""

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True, slots=True)
class TrustedKeys:
    """What the page knows of a snapshot: when it was made, the SHA-256 of its file (hex), and its keys.

    Each key has `kid` (base64), `country`, `algorithm` (ES256, PS256, or None for a key that certificates do
    not use), `bits`, `spki` (base64 DER, None with the algorithm), `not_before`, `not_after` and `eku`.
    """

    made_at: str
    sha256: str
    keys: tuple[Mapping[str, Any], ...]


def read_snapshot(path: Path) -> TrustedKeys:
    """Reads what `signer trust import` wrote. Raises TrustUnreadable, naming the file and the key."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TrustUnreadable.of_reading(path, error) from error
    try:
        snapshot = json.loads(content)
        if (snapshot["format"], snapshot["version"]) != (FORMAT, VERSION):
            raise TrustUnreadable(f"{path} is a snapshot of another version; make it anew by this one")
        made_at, entries = str(snapshot["made_at"]), list(snapshot["keys"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TrustUnreadable(
            f"{path} is no trust snapshot; `signer trust import` makes one of trust lists and certificates"
        ) from error
    if not entries:
        raise TrustUnreadable(f"{path} holds no key to trust")
    keys = tuple(_named_key(path, at, entry) for at, entry in enumerate(entries))
    return TrustedKeys(made_at, hashlib.sha256(content).hexdigest(), keys)


def _named_key(path: Path, at: int, entry: Any) -> dict[str, Any]:
    try:
        return _key(entry)
    except (ValueError, KeyError, TypeError, x509.DuplicateExtension) as error:
        raise TrustUnreadable(f"{path}: key {at} is damaged; make the snapshot anew") from error


def _key(entry: Mapping[str, Any]) -> dict[str, Any]:
    public = _public_key(entry)
    spki = public and public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "kid": entry["kid"],
        "country": entry["country"],
        "algorithm": _algorithm(public),
        "bits": public and public.key_size,
        "spki": spki and base64.b64encode(spki).decode(),
        "not_before": entry["not_before"],
        "not_after": entry["not_after"],
        "eku": list(entry["eku"]),
    }


def _public_key(entry: Mapping[str, Any]) -> PublicKey | None:
    """The key of a certificate or, where a DID document has none, of a JWK; None if it is of no use."""
    if entry["certificate"] is None:
        return _key_of_jwk(entry["jwk"])
    with warnings.catch_warnings():
        # Odd serial numbers and key usages are common in the field: no reason to write to the terminal.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        certificate = x509.load_der_x509_certificate(base64.b64decode(entry["certificate"], validate=True))
        try:
            public = certificate.public_key()
        except UnsupportedAlgorithm:
            return None
    is_curve = isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1)
    is_rsa = isinstance(public, rsa.RSAPublicKey) and public.key_size >= MIN_RSA_BITS
    return public if isinstance(public, PublicKey) and (is_curve or is_rsa) else None


def _key_of_jwk(jwk: Mapping[str, str]) -> PublicKey | None:
    """A key as RFC 7518, section 6 writes it; coordinates with a zero too many in front are in the field."""
    numbers = {name: int.from_bytes(_base64url(jwk[name])) for name in ("x", "y", "n", "e") if name in jwk}
    if jwk["kty"] == "EC" and jwk.get("crv") == "P-256":
        return ec.EllipticCurvePublicNumbers(numbers["x"], numbers["y"], ec.SECP256R1()).public_key()
    if jwk["kty"] == "RSA" and numbers["n"].bit_length() >= MIN_RSA_BITS:
        return rsa.RSAPublicNumbers(numbers["e"], numbers["n"]).public_key()
    return None


def _base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _algorithm(public: PublicKey | None) -> str | None:
    if public is None:
        return None
    return "ES256" if isinstance(public, ec.EllipticCurvePublicKey) else "PS256"
