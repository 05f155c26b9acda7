"""Rules of the signed message: tags, headers and the form of the signature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from signer.linting.certificate import Certificate
from signer.linting.rule import ERROR, WARNING, Fault, rule, shown

__all__ = ["RULES"]

COSE_SIGN1: Final = 18
ALGORITHM, KID = 1, 4
ES256, PS256 = -7, -37
ALGORITHMS: Final = {ES256: "ES256", PS256: "PS256"}
KID_BYTES: Final = 8
ES256_BYTES: Final = 64
PS256_BYTES: Final = 256
"""Of a key of 2048 bits, the shortest allowed."""

HEADER: Final = "hcert specification 1.0.8, CWT Structure Overview"
KEY_IDENTIFIER: Final = "hcert specification 1.0.8, Key Identifier"


@rule(
    WARNING, "hcert specification 1.0.8, Structure of the Electronic Health Certificate; RFC 8392, section 6"
)
def single_tag(certificate: Certificate) -> Iterator[Fault]:
    """The message has the tag 18, and no other around it.

    The tag 61 of CWTs around it is valid, yet verifiers in the field take the first byte for that of tag 18.
    """
    if certificate.tags != (COSE_SIGN1,):
        yield "message", f"tags {', '.join(map(str, certificate.tags))} instead of {COSE_SIGN1} alone"


@rule(ERROR, KEY_IDENTIFIER)
def kid_present(certificate: Certificate) -> Iterator[Fault]:
    """The message has a kid, of 8 bytes.

    It is the first 8 bytes of the SHA-256 of the DSC in DER. Without it, or with another, a verifier finds
    no key: the most common fault of those who join.
    """
    kid = certificate.kid
    if kid is None:
        yield "header", "no kid"
    elif not isinstance(kid, bytes) or len(kid) != KID_BYTES:
        form = f"{len(kid)} bytes" if isinstance(kid, bytes) else "no byte string"
        yield "header", f"the kid is {form} instead of {KID_BYTES} bytes"


@rule(WARNING, KEY_IDENTIFIER)
def kid_protected(certificate: Certificate) -> Iterator[Fault]:
    """The kid stands in the protected header.

    Elsewhere it is allowed where it must be, and not signed: 50 of 412 official codes have it there, and not
    all verifiers look.
    """
    if KID not in certificate.protected and KID in certificate.unprotected:
        yield "header", "the kid is in the unprotected header"


@rule(ERROR, "hcert specification 1.0.8, Signature Algorithm; RFC 9052, section 3.1")
def algorithm(certificate: Certificate) -> Iterator[Fault]:
    """The protected header names the algorithm, ES256 (-7) or PS256 (-37).

    Verifiers know these two only.
    """
    number = certificate.protected.get(ALGORITHM)
    if number is None:
        where = "in the unprotected header only" if ALGORITHM in certificate.unprotected else "missing"
        yield "header", f"the algorithm is {where}"
    elif not isinstance(number, int) or number not in ALGORITHMS:
        yield "header", f"the algorithm is {number if isinstance(number, int) else shown(number)}"


@rule(WARNING, HEADER)
def bare_headers(certificate: Certificate) -> Iterator[Fault]:
    """Algorithm and kid are the only headers, and the unprotected header is empty.

    Others cost space, and a verifier may refuse what it does not know.
    """
    n_others = len(certificate.protected.keys() - {ALGORITHM, KID})
    if n_others:
        yield "header", f"{n_others} more in the protected header"
    n_unprotected = len(certificate.unprotected.keys() - {ALGORITHM, KID})
    if n_unprotected:
        yield "header", f"{n_unprotected} more in the unprotected header"


@rule(ERROR, "hcert specification 1.0.8, Signature Algorithm; RFC 9053, section 2.1; RFC 8230, section 2")
def signature_length(certificate: Certificate) -> Iterator[Fault]:
    """An ES256 signature has 64 bytes, a PS256 signature 256 or more.

    ES256: r and s, each padded on the left to 32 bytes, not DER. PS256: with a key under 2048 bits anyone can
    sign before long; with a longer one the QR code grows.
    """
    found = len(certificate.signature)
    if certificate.algorithm == ES256 and found != ES256_BYTES:
        yield "signature", f"{found} bytes instead of {ES256_BYTES}"
    if certificate.algorithm == PS256 and found < PS256_BYTES:
        yield "signature", f"{found} bytes, fewer than {PS256_BYTES}"


RULES: Final = (single_tag, kid_present, kid_protected, algorithm, bare_headers, signature_length)
