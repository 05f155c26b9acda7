"""What the benchmarks work on: invented shots that pass all checks, an issuer for ours and for the twin."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric import ec
from naive import NaiveIssuer

from signer import _core
from signer.records.products import NATIONAL_NAMES, resolve_products
from signer.synthetic import write_nation

__all__ = ["N_BATCHES", "Workload", "batch_after_batch", "open_core_issuer", "open_core_renewer"]

N_PEOPLE = 8_000
N_RECORDS = 4_096  # the largest batch that the core is given
N_BATCHES = 16  # of a round: a worker does batch after batch, in the memory of the one before
N_NAIVE = 256  # the twin takes 300 us each
TODAY = date(2022, 4, 14)
ISSUED_AT = calendar.timegm(TODAY.timetuple())
EXPIRES_AT = ISSUED_AT + 365 * 86_400
V16_Q_CHARACTERS, V17_Q_CHARACTERS = 470, 531  # ISO 18004 table 7
SCALAR = bytes.fromhex("1f2e3d4c5b6a79880112233445566778899aabbccddeeff00123456789abcdef")
KID, SECRET, COUNTRY, ISSUER = (
    b"\xd9\x19\x37\x5f\xc1\xe7\xb6\xb2",
    b"a secret of 32 bytes for a bench",
    "VN",
    "Bộ Y tế",
)


def _products() -> list[tuple[str, str, str, str]]:
    return list(resolve_products(NATIONAL_NAMES))


def _texts_of_one_version(texts: pa.StringArray) -> pa.StringArray:
    """The first N_RECORDS of those that version 17 is the smallest to hold at level Q."""
    n_characters = pc.binary_length(texts)
    fits = pc.and_(pc.greater(n_characters, V16_Q_CHARACTERS), pc.less_equal(n_characters, V17_Q_CHARACTERS))
    kept = texts.filter(fits).slice(0, N_RECORDS)
    assert len(kept) == N_RECORDS, "the invented nation has too few texts of version 17"
    return kept


def batch_after_batch(work: Callable[[], object]) -> Callable[[], None]:
    """N_BATCHES times the same."""

    def run() -> None:
        for _ in range(N_BATCHES):
            work()

    return run


def open_core_issuer(painter: _core.QrPainter | None = None) -> _core.Issuer:
    """The core with the key of the benchmarks; with a painter it draws a picture of each certificate too."""
    return _core.Issuer(
        scalar=bytearray(SCALAR),
        kid=KID,
        country=COUNTRY,
        issuer=ISSUER,
        issued_at=ISSUED_AT,
        expires_at=EXPIRES_AT,
        today=(TODAY - date(1970, 1, 1)).days,
        uvci_secret=SECRET,
        person_secret=SECRET,
        uvci_checksum=False,
        products=_products(),
        painter=painter,
    )


def open_core_renewer() -> _core.Renewer:
    """The core with the key of the benchmarks, for certificates that are eleven months old."""
    later_s = 335 * 86_400
    return _core.Renewer(
        scalar=bytearray(SCALAR),
        kid=KID,
        country=COUNTRY,
        issued_at=ISSUED_AT + later_s,
        expires_at=EXPIRES_AT + later_s,
    )


@dataclass(frozen=True)
class Workload:
    """One batch of N_RECORDS valid shots."""

    shots: pa.RecordBatch
    core: _core.Issuer
    v17_texts: pa.StringArray  # N_RECORDS of them too

    @classmethod
    def make(cls, folder: Path) -> Workload:
        """Invents a small nation in `folder` and keeps the shots that the core accepts."""
        write_nation(folder / "nation", N_PEOPLE, seed=20220414)
        shots = pq.read_table(folder / "nation" / "shots.parquet").combine_chunks()
        core, valid, texts = open_core_issuer(), [], []
        for batch in shots.to_batches(max_chunksize=N_RECORDS):
            issued, _ = core.issue(batch)
            valid.append(batch.take(issued.column("row")))
            texts.append(issued.column("hc1"))
        kept = pa.Table.from_batches(valid).combine_chunks().slice(0, N_RECORDS)
        assert kept.num_rows == N_RECORDS, "the invented nation is too small for a batch"
        return cls(kept.to_batches()[0], core, _texts_of_one_version(pa.concat_arrays(texts)))

    @property
    def n_records(self) -> int:
        return int(self.shots.num_rows)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The first N_NAIVE shots, as the twin takes them."""
        rows: list[dict[str, Any]] = self.shots.slice(0, N_NAIVE).to_pylist()
        return rows

    @cached_property
    def names(self) -> list[str]:
        """The full names of all shots."""
        names: list[str] = self.shots.column("full_name").to_pylist()
        return names

    @cached_property
    def stored(self) -> pa.RecordBatch:
        """The certificates of all shots as rows of the registry's table, as far as a renewer looks at it."""
        issued, _ = self.core.issue(self.shots)
        times = {"iat": ISSUED_AT, "exp": EXPIRES_AT}
        return pa.record_batch(
            {
                "hc1": issued.column("hc1"),
                "uvci": issued.column("uvci"),
                "kid": pa.repeat(pa.scalar(KID, pa.binary()), self.n_records),
                **{
                    name: pa.repeat(pa.scalar(time * 1_000_000, pa.timestamp("us", "UTC")), self.n_records)
                    for name, time in times.items()
                },
            }
        )

    @cached_property
    def naive(self) -> NaiveIssuer:
        """The twin with the same key."""
        products = {name: (mp, ma, vp) for name, mp, ma, vp in _products()}
        key = ec.derive_private_key(int.from_bytes(SCALAR, "big"), ec.SECP256R1())
        return NaiveIssuer(key, KID, COUNTRY, ISSUER, ISSUED_AT, EXPIRES_AT, SECRET, products)

    @cached_property
    def messages(self) -> list[bytes]:
        """Signed COSE messages as the deflate stage gets them, as many as a batch has."""
        own = [self.naive.message(self.naive.payload(row)) for row in self.rows]
        return (own * (N_RECORDS // len(own) + 1))[:N_RECORDS]

    @cached_property
    def compressed(self) -> list[bytes]:
        """zlib streams as the base45 stage gets them."""
        return _core.zlib_compress(self.messages)
