"""In whose name and with what a profile issues, told before its private key is opened."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding

from signer import keys
from signer.issuing.secret_marks import ASKED_MARK, SECRETS_MARK, keyed_mark
from signer.issuing.terms import IssueTerms
from signer.profile import Profile
from signer.records.canonical import digest_of
from signer.records.products import resolve_products

__all__ = [
    "IssuerIdentity",
    "PersonSecret",
    "identify_issuer",
    "open_person_secret",
    "profile_digest",
    "registry_owner",
]

PERSON_KEY_BYTES = 16


@dataclass(frozen=True)
class IssuerIdentity:
    """The DSC (DER), its kid, its last second in force, and a digest of all settings that reach output bytes.

    Settings that do not reach them, such as the places of files and the share of refusals, may change.
    `registry_owner` is a digest of what may never change in a registry: country and secrets. Under others
    every shot would get another UVCI and person key, and so a second certificate.
    """

    dsc: bytes
    kid: bytes
    dsc_ends_at: int
    profile_digest: str
    registry_owner: str


def identify_issuer(profile: Profile) -> IssuerIdentity:
    """Opens the DSC and the two secrets. Raises KeyUnusable, or ProfileInvalid where a product is unknown."""
    dsc = keys.load_certificate(profile.dsc)
    kid = keys.kid(dsc)
    secrets = _secrets(profile)
    digest = _digest(profile, kid, resolve_products(profile.products), secrets)
    owner = _owner(profile, secrets)
    return IssuerIdentity(
        dsc=dsc.public_bytes(Encoding.DER),
        kid=kid,
        dsc_ends_at=int(dsc.not_valid_after_utc.timestamp()),
        profile_digest=digest,
        registry_owner=owner,
    )


def registry_owner(profile: Profile) -> str:
    """As of an IssuerIdentity, without its DSC. Opens the two secrets; raises KeyUnusable."""
    return _owner(profile, _secrets(profile))


def _secrets(profile: Profile) -> list[bytes]:
    return [keys.load_secret(path) for path in (profile.uvci_secret, profile.person_secret)]


def _owner(profile: Profile, secrets: Sequence[bytes]) -> str:
    return digest_of({"country": profile.country} | _marks(secrets))


@dataclass(frozen=True)
class PersonSecret:
    """What turns a person's number into the key under which a registry knows it, and a look-up into what its
    log keeps."""

    _secret: bytes

    def person_key(self, person_id: str) -> bytes:
        """The 16 bytes of the column person_key (native/issue/issue.h)."""
        return hmac.digest(self._secret, person_id.encode("utf-8"), "sha256")[:PERSON_KEY_BYTES]

    def asked(self, *what: str) -> str:
        """A keyed hash (hex) of what somebody asked for: whoever has the secret can tell whether it was
        this. It is of no use to find rows by."""
        message = "\0".join((ASKED_MARK, *what))
        return hmac.digest(self._secret, message.encode("utf-8", "replace"), "sha256").hex()


def open_person_secret(profile: Profile) -> PersonSecret:
    """Opens the secret of person keys. Raises KeyUnusable."""
    return PersonSecret(keys.load_secret(profile.person_secret))


def profile_digest(terms: IssueTerms) -> str:
    """The same digest of terms that were settled, by what was really read for them."""
    return _digest(terms.profile, terms.kid, terms.products, [terms.uvci_secret, terms.person_secret])


def _digest(
    profile: Profile, kid: bytes, products: Sequence[tuple[str, str, str, str]], secrets: Sequence[bytes]
) -> str:
    return digest_of(
        {
            "country": profile.country,
            "issuer": profile.issuer,
            "utc_offset_minutes": profile.utc_offset_minutes,
            "validity_months": profile.validity_months,
            "uvci_checksum": profile.uvci_checksum,
            "products": sorted(products),
            "kid": kid.hex(),
        }
        | _marks(secrets)
    )


def _marks(secrets: Sequence[bytes]) -> dict[str, str]:
    """What tells the two secrets from others and gives nothing of them away."""
    names = ("uvci_secret", "person_secret")
    return {name: keyed_mark(secret, SECRETS_MARK).hex() for name, secret in zip(names, secrets, strict=True)}
