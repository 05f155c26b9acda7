"""Verifies HC1 texts with the PyPI package `pycose`, in an environment of its own that holds nothing of this
project.

Usage: check_with_pycose.py CERTIFICATES.txt DSC.pem

Prints the counts as one line of JSON; ends with 0 if there was at least one certificate and all were good,
else with 1.
Packages needed: pycose, a cbor2 before 6, base45 and cryptography.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
import zlib
from collections import Counter
from pathlib import Path

import base45
import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pycose.headers import KID, Algorithm
from pycose.keys import CoseKey, EC2Key, RSAKey
from pycose.keys.curves import P256
from pycose.messages import Sign1Message


def key_of(certificate: x509.Certificate) -> CoseKey:
    numbers = certificate.public_key().public_numbers()
    if isinstance(numbers, rsa.RSAPublicNumbers):
        return RSAKey(n=numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8), e=numbers.e.to_bytes(3))
    return EC2Key(crv=P256, x=numbers.x.to_bytes(32), y=numbers.y.to_bytes(32))


def failure_of(text: str, key: CoseKey, kid: bytes) -> str | None:
    """None for a good certificate, else the class of what is wrong."""
    if not text.startswith("HC1:"):
        return "context"
    try:
        message = Sign1Message.decode(zlib.decompress(base45.b45decode(text[4:].encode("ascii"))))
        if message.get_attr(KID) != kid:
            return "kid"
        algorithm = message.get_attr(Algorithm)
        if algorithm is None or algorithm.fullname != ("PS256" if isinstance(key, RSAKey) else "ES256"):
            return "algorithm"
        message.key = key
        if not message.verify_signature():
            return "signature"
        claims = cbor2.loads(message.payload)
        issuer, expires_at, issued_at, (dcc,) = claims[1], claims[4], claims[6], claims[-260].values()
    except Exception as error:  # whatever a foreign library raises is an answer
        return type(error).__name__
    return None if len(issuer) == 2 and issued_at < expires_at and dcc.get("v") else "claims"


def main(certificates: Path, dsc: Path) -> int:
    certificate = x509.load_pem_x509_certificate(dsc.read_bytes())
    key = key_of(certificate)
    kid = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()[:8]
    started = time.perf_counter()
    texts = certificates.read_text(encoding="ascii").splitlines()
    failures = Counter(failure_of(text, key, kid) for text in texts)
    seconds = time.perf_counter() - started
    n_good = failures.pop(None, 0)
    print(
        json.dumps(
            {"good": n_good, "bad": failures.total(), "failures": failures, "seconds": round(seconds, 3)}
        )
    )
    return 0 if n_good and not failures else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
