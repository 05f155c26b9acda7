"""Rules of the DSC that signs; they are asked only where DSCs are given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from signer.linting.certificate import KINDS, Certificate
from signer.linting.message_rules import ALGORITHMS
from signer.linting.rule import ERROR, WARNING, Fault, rule

__all__ = ["RULES"]

IAT, EXP, ISS = 6, 4, 1
SOUND_RSA_BITS: Final = 2048

GOVERNANCE: Final = "EU DCC technical specifications, volume 5, Public Key Certificate Governance"


@rule(ERROR, "hcert specification 1.0.8, Trusted List Format (DSC list)")
def dsc_published(certificate: Certificate) -> Iterator[Fault]:
    """A DSC with the kid is among those that are trusted.

    Codes signed with a key that was never published are the most common fault of those who join: nobody can
    check them. Have the DSC uploaded before the first signature.
    """
    if certificate.has_trust and certificate.signer is None:
        yield "header", "no DSC given has the kid"


@rule(ERROR, "hcert specification 1.0.8, Structure of the Electronic Health Certificate")
def signature_fits(certificate: Certificate) -> Iterator[Fault]:
    """The signature was made with the key of the DSC.

    The content was changed after signing, or another key has signed than the header says.
    """
    if certificate.signer is not None and not certificate.signer.fits:
        yield "signature", "does not fit the DSC with the kid"


@rule(ERROR, "hcert specification 1.0.8, Signature Algorithm")
def dsc_algorithm(certificate: Certificate) -> Iterator[Fault]:
    """The algorithm of the header is the one that the key of the DSC means.

    Verifiers go by the key and refuse when the two disagree.
    """
    number, signer = certificate.algorithm, certificate.signer
    if signer is None or not isinstance(number, int):
        return
    if ALGORITHMS.get(number) != signer.algorithm:
        yield "header", f"the algorithm is {ALGORITHMS.get(number, number)}, the key's {signer.algorithm}"


@rule(ERROR, "hcert specification 1.0.8, Signature Algorithm")
def dsc_key_size(certificate: Certificate) -> Iterator[Fault]:
    """An RSA key of a DSC has 2048 bits or more.

    Three issuers in the field sign with 1024 bits, which can be broken.
    """
    bits = certificate.signer.rsa_bits if certificate.signer else None
    if bits is not None and bits < SOUND_RSA_BITS:
        yield "DSC", f"an RSA key of {bits} bits"


@rule(ERROR, "hcert specification 1.0.8, Expiration Time")
def outlives_dsc(certificate: Certificate) -> Iterator[Fault]:
    """The certificate expires no later than its DSC.

    Once the DSC has expired every verifier refuses the certificate, whatever its own date says. Sign with a
    DSC that outlives it: two years for the DSC, of which its key signs for six months.
    """
    expires, signer = certificate.seconds(EXP), certificate.signer
    if signer is not None and expires is not None and expires > signer.not_after.timestamp():
        yield "exp", f"later than the DSC, which ends {signer.not_after.date()}"


@rule(ERROR, "hcert specification 1.0.8, Issued At")
def predates_dsc(certificate: Certificate) -> Iterator[Fault]:
    """The certificate was issued no earlier than its DSC begins.

    Such a time of issue is no true one, and some verifiers refuse it.
    """
    issued, signer = certificate.seconds(IAT), certificate.signer
    if signer is not None and issued is not None and issued < signer.not_before.timestamp():
        yield "iat", f"earlier than the DSC, which begins {signer.not_before.date()}"


@rule(ERROR, GOVERNANCE)
def dsc_kinds(certificate: Certificate) -> Iterator[Fault]:
    """The extended key usage of the DSC, if any, allows the kind of entry.

    1.3.6.1.4.1.1847.2021.1.1 is for tests, .2 for vaccinations, .3 for recoveries. A DSC without extended
    key usage may sign all.
    """
    if certificate.signer is None:
        return
    for kind in KINDS:
        if certificate.dcc.get(kind) and kind not in certificate.signer.kinds:
            yield kind, "the DSC may not sign entries of this kind"


@rule(WARNING, GOVERNANCE)
def dsc_country(certificate: Certificate) -> Iterator[Fault]:
    """The country of the DSC is the issuer's.

    A verifier that looks for keys by the issuer finds none, and may take the certificate for a forgery.
    """
    issuer, signer = certificate.claims.get(ISS), certificate.signer
    if signer is not None and isinstance(issuer, str) and signer.country not in {None, issuer}:
        yield "iss", "not the country of the DSC"


RULES: Final = (
    dsc_published, signature_fits, dsc_algorithm, dsc_key_size, outlives_dsc, predates_dsc, dsc_kinds,
    dsc_country,
)  # fmt: skip
