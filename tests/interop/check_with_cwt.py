"""Verifies HC1 texts with the PyPI package `cwt`, in an environment of its own that holds nothing of this
project.

Usage: check_with_cwt.py CERTIFICATES.{parquet,txt} DSC.pem

Prints the counts as one line of JSON; ends with 0 if there was at least one certificate and all were good,
else with 1.
Packages needed: cwt (which brings its own cbor2), base45, cryptography, and pyarrow to read Parquet.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import base45
import cwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

HUNDRED_YEARS_S = 100 * 366 * 86400
"""The package compares with its own clock; whether a certificate is in force is not the question here."""


def texts(file: Path) -> Iterator[str]:
    if file.suffix != ".parquet":
        yield from file.read_text(encoding="ascii").splitlines()
        return
    import pyarrow.parquet as pq  # noqa: PLC0415 (texts are checked where there is none)

    for batch in pq.ParquetFile(file).iter_batches(columns=["hc1"]):
        yield from batch.column(0).to_pylist()


def key_of(dsc: Path) -> cwt.COSEKeyInterface:
    certificate = x509.load_pem_x509_certificate(dsc.read_bytes())
    kid = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()[:8]
    algorithm = "PS256" if isinstance(certificate.public_key(), rsa.RSAPublicKey) else ""
    return cwt.COSEKey.from_pem(dsc.read_text(), alg=algorithm, kid=kid)


def failure_of(text: str, verifier: cwt.CWT, key: cwt.COSEKeyInterface) -> str | None:
    """None for a good certificate, else the class of what is wrong."""
    if not text.startswith("HC1:"):
        return "context"
    try:
        message = zlib.decompress(base45.b45decode(text[4:].encode("ascii")))
        claims = verifier.decode(message, [key])
        issuer, expires_at, issued_at, (dcc,) = claims[1], claims[4], claims[6], claims[-260].values()
    except Exception as error:  # whatever a foreign library raises is an answer
        return type(error).__name__
    return None if len(issuer) == 2 and issued_at < expires_at and dcc.get("v") else "claims"


def main(certificates: Path, dsc: Path) -> int:
    verifier = cwt.CWT.new(leeway=HUNDRED_YEARS_S)
    verifier.cose.verify_kid = True
    key = key_of(dsc)
    started = time.perf_counter()
    failures = Counter(failure_of(text, verifier, key) for text in texts(certificates))
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
