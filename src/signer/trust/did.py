"""WHO's trust lists (GDHCN): DID documents of keys as JWK, with or without certificate (docs/trust.md)."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cryptography import x509

from signer.cms import CERTIFICATE_ERRORS, is_authority
from signer.trust.countries import two_letters
from signer.trust.jwk import jwk_of, octets_of, public_key_of
from signer.trust.left_out import EntryRefused
from signer.trust.reading import Reading, base64_octets
from signer.trust.trusted_key import TrustedKey, key_of, load_certificate

__all__ = ["is_did_document", "read_did"]

MAX_KID_BYTES: Final = 64
ASK: Final = "ask the publisher for the document anew"
USAGES: Final = re.compile(r":trustlist:[^:#]*:(?P<country>[^:#]*):(?P<usage>[^:#]*)")
"""What the name of a key in version 2 of the lists says: domain, participant and usage."""


def is_did_document(value: Any) -> bool:
    """Whether it is an object with keys: an empty list of them is one, too."""
    return isinstance(value, Mapping) and isinstance(value.get("verificationMethod"), list)


def read_did(document: Mapping[str, Any], file: str) -> Reading:
    """The keys of document signers in a DID document; those for other uses and of CAs are passed over.

    References to other documents are left out with their names: nothing is fetched. The document's proof is
    not verified.
    """
    keys, left_out = [], []
    methods: Sequence[Any] = document["verificationMethod"]
    for number, method in enumerate(methods, 1):
        try:
            if (key := _key(method)) is not None:
                keys.append(key)
        except EntryRefused as refused:
            left_out.append(refused.of(file, _place(number, method)))
    return Reading("did", tuple(keys), tuple(left_out))


def _key(method: Any) -> TrustedKey | None:
    if isinstance(method, str):
        raise EntryRefused("is a reference to another document", "import that document, too")
    jwk = method.get("publicKeyJwk") if isinstance(method, Mapping) else None
    if not isinstance(jwk, Mapping):
        raise EntryRefused("has no publicKeyJwk", ASK)
    told = USAGES.search(str(method.get("id")))
    if told and told["usage"] not in ("DSC", "-", ""):
        return None
    country = two_letters(told["country"]) if told else None
    chain = jwk.get("x5c")
    if isinstance(chain, list) and chain:
        certificate = _certificate(chain[0], jwk)
        if is_authority(certificate) and not (told and told["usage"] == "DSC"):
            return None
        return key_of(certificate, country, _kid(method, jwk))
    kid = _kid(method, jwk)
    if kid is None:
        raise EntryRefused("has no kid", ASK)
    return TrustedKey(kid, country, None, jwk_of(public_key_of(jwk)), None, None, ())


def _certificate(first: Any, jwk: Mapping[str, Any]) -> x509.Certificate:
    """The certificate that leads the chain x5c (RFC 7517, 4.7), which must be of the same key as the JWK."""
    try:
        certificate = load_certificate(base64_octets(first))
    except ValueError as error:
        raise EntryRefused("its x5c is no base64", ASK) from error
    key = public_key_of(jwk)
    try:
        is_same = key == certificate.public_key()
    except CERTIFICATE_ERRORS:
        is_same = False
    if not is_same:
        raise EntryRefused("its x5c is the certificate of another key", ASK)
    return certificate


def _kid(method: Mapping[str, Any], jwk: Mapping[str, Any]) -> bytes | None:
    """The octets of the kid in base64, else those of its text; from the key's name where it has none.

    None for one that is empty or longer than any code names.
    """
    kid = jwk.get("kid")
    if not isinstance(kid, str) or not kid:
        kid = urllib.parse.unquote(str(method.get("id")).partition("#")[2])
    try:
        octets = octets_of(kid)
    except ValueError:
        octets = kid.encode("utf-8", "replace")
    return octets if 0 < len(octets) <= MAX_KID_BYTES else None


def _place(number: int, method: Any) -> str:
    """Which key, by its number from 1 and its name where this can be shown."""
    name = method.get("id") if isinstance(method, Mapping) else method
    shown = name if isinstance(name, str) and re.fullmatch(r"[!-~]{1,200}", name) else None
    return f"key {number}" + (f" ({shown})" if shown else "")
