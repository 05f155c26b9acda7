"""What revoked certificates become for others, against the same in plain Python; microseconds a certificate.

Hashes and lists are of one certificate with one signature. A batch has 1,000 hashes and is signed as a whole.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes as digests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from duel import one_by_one, timed_us

from signer.cms import sign_attached
from signer.cms.bulk_signing import AttachedSigner
from signer.keys.signatories import FileSignatory
from signer.revoking.batches import MOST_ENTRIES, batch_text, cut_batches
from signer.revoking.filter import fill_filter, shape_for
from signer.revoking.hashes import hashes_of_uvcis
from signer.revoking.plain_list import plain_rows

N_CERTIFICATES, N_SLOW, RATE = 100_000, 2_000, 1e-7
UVCIS = [f"URN:UVCI:01:VN:{number * 7919:026X}" for number in range(N_CERTIFICATES)]
KID = b"\x17" * 8
NOW = datetime.now(UTC)


@pytest.fixture(scope="session")
def signatory() -> FileSignatory:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]),
    )
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW - timedelta(1), NOW + timedelta(9))
    usage = x509.KeyUsage(True, *[False] * 8)
    certificate = builder.add_extension(usage, critical=True).sign(key, digests.SHA256())
    return FileSignatory(certificate, (), key)


def test_exact_list(duel: Callable[..., None], tmp_path: Path) -> None:
    signatures = np.zeros((N_CERTIFICATES, 16), np.uint8)

    def ours() -> None:
        with (tmp_path / "list").open("wb") as file:
            file.writelines(plain_rows("COUNTRYCODEUCI", hashes_of_uvcis(UVCIS, "VN")))
            file.writelines(
                plain_rows(
                    "SIGNATURE", signatures, np.tile(np.frombuffer(KID, np.uint8), (N_CERTIFICATES, 1))
                )
            )
            file.writelines(plain_rows("UCI", hashes_of_uvcis(UVCIS)))

    def naive(uvci: str) -> list[str]:
        hashed = {
            "COUNTRYCODEUCI": hashlib.sha256(("VN" + uvci).encode()).digest()[:16],
            "SIGNATURE": hashlib.sha256(bytes(32)).digest()[:16],  # of r
            "UCI": hashlib.sha256(uvci.encode()).digest()[:16],
        }
        return [f",{kind},{base64.b64encode(each).decode()}\n" for kind, each in hashed.items()]

    duel(
        stage="revocations: exact list",
        ours=ours,
        n_records=N_CERTIFICATES,
        baseline="hashlib and base64, row by row",
        baseline_us=one_by_one(naive, UVCIS[:N_SLOW]),
    )


def test_filter(duel: Callable[..., None]) -> None:
    hashed, shape = hashes_of_uvcis(UVCIS, "VN"), shape_for(N_CERTIFICATES, RATE)
    content = bytearray(shape.bits // 8)

    def naive(octets: bytes) -> None:
        a, b = int.from_bytes(octets[:8], "big"), int.from_bytes(octets[8:], "big") | 1
        for i in range(shape.hashes):
            position = (a + i * b) % 2**64 % shape.bits
            content[position >> 3] |= 1 << (position & 7)

    duel(
        stage="revocations: filter",
        ours=lambda: fill_filter(hashed, shape),
        n_records=N_CERTIFICATES,
        baseline="whole numbers of Python",
        baseline_us=one_by_one(naive, [row.tobytes() for row in hashed[:N_SLOW]]),
    )


def test_signed_batches(duel: Callable[..., None], signatory: FileSignatory) -> None:
    hashed = hashes_of_uvcis(UVCIS[: 20 * MOST_ENTRIES])
    batches = list(cut_batches("UCI", None, hashed, np.zeros(len(hashed), np.int64)))

    def ours() -> None:
        signer = AttachedSigner(signatory, NOW)
        for batch in batches:
            base64.b64encode(signer.sign(batch_text(batch, "VN").encode()))

    text = batch_text(batches[0], "VN").encode()
    duel(
        stage="revocations: signed batches",
        ours=ours,
        n_records=len(hashed),
        baseline="sign_attached, one by one",
        baseline_us=lambda: timed_us(lambda: sign_attached(text, signatory, NOW), MOST_ENTRIES),
    )
