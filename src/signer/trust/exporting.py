"""Writes a snapshot's keys as a folder of certificates for other tools, which imports to the same."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from signer.trust.files import read_certificates
from signer.trust.jwk import jwk_of
from signer.trust.trusted_key import TrustedKey, load_certificate

__all__ = ["export_keys"]

NO_COUNTRY = "-"
DOCUMENT = "did.json"


def export_keys(keys: Iterable[TrustedKey], folder: Path) -> tuple[int, int]:
    """Writes `DSC/DCC/<CC>/<sha256>.pem`, and `did.json` for keys of which a certificate does not say all.

    These are keys without a certificate, and those with a kid of their own. Tells how many of each. Raises
    OSError; the folder must be there.
    """
    methods: list[dict[str, Any]] = []
    n_certificates = 0
    for key in keys:
        pem = _pem(key)
        if pem is None:
            methods.append(_method(key))
            continue
        path = folder / "DSC" / "DCC" / (key.country or NO_COUNTRY) / f"{key.material}.pem"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pem, encoding="ascii")
        n_certificates += 1
    if methods:
        document = {"verificationMethod": methods}
        (folder / DOCUMENT).write_text(
            json.dumps(document, sort_keys=True, indent=1) + "\n", encoding="ascii"
        )
    return n_certificates, len(methods)


def _pem(key: TrustedKey) -> str | None:
    """The certificate, if the key can be told from it and its folder alone."""
    if key.certificate is None:
        return None
    read = read_certificates(key.certificate, "", key.country).keys
    same = [found for found in read if (found.kid, found.country) == (key.kid, key.country)]
    return _armoured(key.certificate) if same else None


def _armoured(der: bytes) -> str:
    return load_certificate(der).public_bytes(Encoding.PEM).decode("ascii")


def _method(key: TrustedKey) -> dict[str, Any]:
    kid = base64.b64encode(key.kid).decode("ascii")
    jwk: dict[str, Any] = {"kid": kid, **(key.jwk or {})}
    if key.certificate is not None:
        jwk |= jwk_of(load_certificate(key.certificate).public_key())
        jwk["x5c"] = [base64.b64encode(key.certificate).decode("ascii")]
    return {
        "id": f"did:web:export:trustlist:DCC:{key.country or NO_COUNTRY}:DSC#{kid}",
        "type": "JsonWebKey2020",
        "publicKeyJwk": jwk,
    }
