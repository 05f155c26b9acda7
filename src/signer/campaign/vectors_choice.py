"""Which certificates of a registry become test vectors: spread over all of it, and in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from signer.campaign.plan_store import renewal_plans
from signer.errors import RegistryUnreadable
from signer.records.schemas import REVOKED
from signer.registry import Registry
from signer.registry.layout import CERTIFICATES, REVOCATIONS
from signer.registry.reading import CommittedFile, read_batches

__all__ = ["Chosen", "choose_certificates"]

SPARE = 100
"""Certificates looked at more than twice as many as asked for, since some may be withdrawn."""
ROWS_PER_BATCH = 65_536


@dataclass(frozen=True)
class Chosen:
    """A certificate and where it stands: `row` counts from 0 in its file."""

    path: Path
    row: int
    plan_id: str
    uvci: str
    hc1: str


def choose_certificates(registry: Registry, count: int) -> list[Chosen]:
    """At most `count` certificates, evenly spread over the registry, none superseded or revoked.

    Of one that was renewed only the latest signature is taken. The same registry gives the same ones. Raises
    RegistryUnreadable, naming the file.
    """
    files = registry.files(CERTIFICATES)
    n_rows = sum(file.file.rows for file in files)
    renewing = renewal_plans(registry.plans)
    n_looked_at, in_force = 2 * count + SPARE, list[Chosen]()
    while len(in_force) < count:
        candidates = list(_candidates(files, _spread(n_rows, n_looked_at)))
        in_force = _in_force(registry, candidates, [file for file in files if file.plan_id in renewing])
        if n_looked_at >= n_rows:
            break
        n_looked_at *= 4  # after years of renewals most signatures are outdated
    return [in_force[place] for place in _spread(len(in_force), count)]


def _in_force(
    registry: Registry, candidates: Sequence[Chosen], renewals: Sequence[CommittedFile]
) -> list[Chosen]:
    uvcis = [each.uvci for each in candidates]
    withdrawn, renewed_in = _withdrawn(registry, uvcis), _renewed_in(renewals, uvcis)
    return [
        each
        for each in candidates
        if each.uvci not in withdrawn and renewed_in.get(each.uvci, each.path) == each.path
    ]


def _spread(n_there: int, n_wanted: int) -> list[int]:
    """Numbers below `n_there`, ascending and evenly apart; all of them where there are no more."""
    n_taken = min(n_there, n_wanted)
    return [number * n_there // n_taken for number in range(n_taken)]


def _candidates(files: Sequence[CommittedFile], rows: Sequence[int]) -> Iterator[Chosen]:
    """The certificates of rows that are counted over all files."""
    first = 0
    for file in files:
        inside = [row - first for row in rows if first <= row < first + file.file.rows]
        first += file.file.rows
        if inside:
            yield from _rows_of(file, inside)


def _rows_of(file: CommittedFile, rows: Sequence[int]) -> Iterator[Chosen]:
    """Only row groups with wanted rows are read, one at a time."""
    try:
        with pq.ParquetFile(file.path) as opened:
            first = 0
            for group in range(opened.metadata.num_row_groups):
                n_rows = opened.metadata.row_group(group).num_rows
                inside = [row for row in rows if first <= row < first + n_rows]
                if inside:
                    table = opened.read_row_group(group, ["uvci", "hc1"])
                    found = table.take([row - first for row in inside]).to_pylist()
                    for row, values in zip(inside, found, strict=True):
                        yield Chosen(file.path, row, file.plan_id, values["uvci"], values["hc1"])
                first += n_rows
    except (OSError, pa.ArrowException) as error:
        raise RegistryUnreadable(
            f"{file.path}: missing or damaged; put it back from a copy of the registry"
        ) from error


def _withdrawn(registry: Registry, uvcis: Sequence[str]) -> set[str]:
    """Those of the identifiers that a later certificate supersedes, or whose last event is a revocation."""
    asked = pa.array(uvcis, pa.string())
    superseded, revoked = set[str](), set[str]()
    for batch in registry.read(CERTIFICATES, ["supersedes"]):
        superseded.update(_asked_of(batch, asked).column(0).drop_null().to_pylist())
    for batch in registry.read(REVOCATIONS, ["uvci", "action"]):
        for uvci, action in zip(*_asked_of(batch, asked).to_pydict().values(), strict=True):
            (revoked.add if action == REVOKED else revoked.discard)(uvci)
    return superseded | revoked


def _renewed_in(renewals: Sequence[CommittedFile], uvcis: Sequence[str]) -> dict[str, Path]:
    """The file with the latest signature of those of the identifiers that were renewed."""
    asked, found = pa.array(uvcis, pa.string()), dict[str, Path]()
    for file in renewals:
        for batch in read_batches([file], ["uvci"], ROWS_PER_BATCH):
            found |= dict.fromkeys(_asked_of(batch, asked).column(0).to_pylist(), file.path)
    return found


def _asked_of(batch: pa.RecordBatch, asked: pa.Array) -> pa.RecordBatch:
    """The rows whose first column is asked for."""
    return batch.filter(pc.is_in(batch.column(0).cast(pa.string()), asked))
