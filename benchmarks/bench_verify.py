"""Verifying in bulk against the bare signature check of `cryptography`, which is one layer of seven.

The baseline is given DER signatures, digests and a loaded key: no text, no CBOR, no dates. Times are
microseconds a certificate; that of two workers is wall time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from duel import one_by_one
from levels import Level
from workload import COUNTRY, EXPIRES_AT, ISSUED_AT, ISSUER, KID, SCALAR, SECRET, TODAY, Workload

from signer import _core
from signer.campaign.verify_codes import CodeBatch
from signer.campaign.verify_judge import Judge
from signer.campaign.verify_run import VerifyOrder, verify_in_bulk
from signer.cli.run import usable_cores
from signer.records.products import NATIONAL_NAMES, resolve_products
from signer.verifying import Dsc, TrustStore, verify

N_SLOW = 256
N_SIGNATURES = 4_096
ROUNDS = 3
AT = datetime.fromtimestamp(ISSUED_AT + 86_400 * 30, UTC)
KEY = ec.derive_private_key(int.from_bytes(SCALAR), ec.SECP256R1())
PREHASHED = ec.ECDSA(Prehashed(SHA256()))

needs_two_cores = pytest.mark.skipif(usable_cores() < 2, reason="two workers need two cores")


@pytest.fixture(scope="session")
def trust() -> TrustStore:
    years = datetime(2021, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    return TrustStore.of([Dsc(KID, KEY.public_key(), "ES256", COUNTRY, *years, frozenset("v"))])


@pytest.fixture(scope="session")
def bare_us() -> Callable[[], float]:
    """One signature check of the library."""
    draw, public = random.Random(6), KEY.public_key()
    digests = [draw.randbytes(32) for _ in range(N_SLOW)]
    cases = [(KEY.sign(digest, PREHASHED), digest) for digest in digests]
    return one_by_one(lambda case: public.verify(case[0], case[1], PREHASHED), cases)


def issued(workload: Workload, n_rows: int) -> pa.ChunkedArray:
    """So many certificates, no two the same: each batch is issued a second later."""
    chunks: list[pa.Array] = []
    while sum(map(len, chunks)) < n_rows:
        issuer = _core.Issuer(
            scalar=bytearray(SCALAR),
            kid=KID,
            country=COUNTRY,
            issuer=ISSUER,
            issued_at=ISSUED_AT + len(chunks),
            expires_at=EXPIRES_AT,
            today=(TODAY - date(1970, 1, 1)).days,
            uvci_secret=SECRET,
            person_secret=SECRET,
            uvci_checksum=False,
            products=list(resolve_products(NATIONAL_NAMES)),
        )
        chunks.append(issuer.issue(workload.shots)[0].column("hc1"))
        issuer.close()
    return pa.chunked_array(chunks).slice(0, n_rows)


@pytest.fixture(scope="session")
def texts(workload: Workload) -> pa.StringArray:
    return issued(workload, N_SIGNATURES).combine_chunks()


@pytest.fixture(scope="session")
def table(
    workload: Workload, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Path:
    """As many certificates as --rows says, in row groups as `issue` writes them."""
    path = tmp_path_factory.mktemp("verify") / "certificates.parquet"
    column = issued(workload, request.config.getoption("--rows"))
    pq.write_table(
        pa.table({"hc1": column}), path, row_group_size=50_000, compression="none", use_dictionary=False
    )
    return path


def test_signature_under_a_key_with_a_table(duel: Callable[..., None], bare_us: Callable[[], float]) -> None:
    draw, numbers = random.Random(7), KEY.public_key().public_numbers()
    digests = [draw.randbytes(32) for _ in range(N_SIGNATURES)]
    pairs = [decode_dss_signature(KEY.sign(digest, PREHASHED)) for digest in digests]
    together = b"".join(r.to_bytes(32) + s.to_bytes(32) for r, s in pairs)
    points = [numbers.x.to_bytes(32) + numbers.y.to_bytes(32)] * N_SIGNATURES
    duel(
        stage="verify: signature, with the key's table",
        ours=lambda: _core.p256_verify(points, b"".join(digests), together),
        n_records=N_SIGNATURES,
        baseline="cryptography, bare verify",
        baseline_us=bare_us,
        goal=3,
    )


def test_whole_verdict_in_memory(
    duel: Callable[..., None], texts: pa.StringArray, trust: TrustStore, bare_us: Callable[[], float]
) -> None:
    judge, n = Judge(trust, AT), len(texts)
    codes = CodeBatch(pa.repeat("f", n), pa.array(range(n)), pa.nulls(n, pa.int32()), texts, {})
    assert set(judge.verdicts(codes).column("verdict").to_pylist()) == {"valid"}
    duel(
        stage="verify: whole verdict in memory",
        ours=lambda: judge.verdicts(codes),
        n_records=n,
        baseline="cryptography, bare verify",
        baseline_us=bare_us,
    )


def test_whole_verdict_against_the_plain_path(
    duel: Callable[..., None], texts: pa.StringArray, trust: TrustStore
) -> None:
    judge, n = Judge(trust, AT), len(texts)
    codes = CodeBatch(pa.repeat("f", n), pa.array(range(n)), pa.nulls(n, pa.int32()), texts, {})
    some: Sequence[str] = texts.slice(0, N_SLOW).to_pylist()
    duel(
        stage="verify: whole verdict in memory",
        ours=lambda: judge.verdicts(codes),
        n_records=n,
        baseline="verifying.verify, in Python",
        baseline_us=one_by_one(lambda text: verify(text, trust, AT), some),
    )


@needs_two_cores
def test_parquet_to_verdicts_with_two_workers(
    duel: Callable[..., None], level: Level, table: Path, trust: TrustStore, bare_us: Callable[[], float]
) -> None:
    n_rows = pq.read_metadata(table).num_rows
    out = table.with_name("verdicts.parquet")

    def run() -> None:
        out.unlink(missing_ok=True)
        order = VerifyOrder([str(table)], trust, AT, out, 2)
        summary = verify_in_bulk(order, lambda _done, _of: None, time.monotonic)
        assert summary.valid == n_rows

    duel(
        stage=f"verify: {n_rows:,} certificates, Parquet to verdicts, two workers",
        ours=run,
        n_records=n_rows,
        rounds=ROUNDS,
        baseline="cryptography, bare verify, one core",
        baseline_us=bare_us,
    )
