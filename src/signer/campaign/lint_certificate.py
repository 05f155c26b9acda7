"""Lints one HC1 text: opened by the verifier's decoder, its DSC looked up, and held against the rules."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa

from signer.errors import CertificateInvalid
from signer.linting import Drawing, Finding, Signer, lint, open_certificate, unreadable
from signer.verifying import Dsc, TrustStore
from signer.verifying.claims import bare_claims
from signer.verifying.code import Code
from signer.verifying.cose import SignedMessage, read_message
from signer.verifying.inflate import inflate
from signer.verifying.signature import fits
from signer.verifying.text import decode_text

__all__ = ["lint_code"]


def lint_code(code: Code, trust: TrustStore | None, at: datetime) -> list[Finding]:
    """What an issuer should do better in a code; `at`, with a time zone, is the time of linting.

    The rules of the DSC are asked only where `trust` is given. Never raises: a text that does not decode has
    one finding, of the rule `decodes`.
    """
    try:
        if code.failure is not None:
            raise code.failure
        compressed = decode_text(code.text)
        cose = inflate(compressed)
        message = read_message(cose)
        claims = bare_claims(message.payload)
    except CertificateInvalid as failure:
        return [unreadable(failure.reason, str(failure))]
    if claims["dcc"] is None:
        return [unreadable("schema", "the payload holds no digital covid certificate")]
    certificate = open_certificate(
        code.text,
        compressed,
        cose,
        at,
        drawing=Drawing(*code.symbol) if code.symbol and code.symbol.level else None,
        has_trust=trust is not None,
        signer=_signer(message, trust) if trust is not None else None,
    )
    return lint(certificate)


def _signer(message: SignedMessage, trust: TrustStore) -> Signer | None:
    """The DSC with the kid; of several the one that has signed, else the first."""
    found = trust.find(message.kid) if message.kid is not None else ()
    signers = [_as_signer(dsc, message) for dsc in found]
    return next((signer for signer in signers if signer.fits), signers[0] if signers else None)


def _as_signer(dsc: Dsc, message: SignedMessage) -> Signer:
    return Signer(
        algorithm=dsc.algorithm,
        rsa_bits=dsc.key.key_size if isinstance(dsc.key, rsa.RSAPublicKey) else None,
        country=dsc.country,
        not_before=dsc.not_before,
        not_after=dsc.not_after,
        kinds=dsc.kinds,
        fits=dsc.key is not None and fits(dsc.key, message.signature, message.signed_bytes()),
    )
