"""All that happened to the certificates of a registry, in the order in which it was committed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from signer.campaign.plan import Kind, Plan
from signer.errors import RegistryUnreadable
from signer.records.schemas import RESTORED, REVOKED
from signer.registry.reading import CommittedFile
from signer.tables.columns import converted
from signer.tables.files import READ_BUFFER_BYTES, read_groups

__all__ = ["EVENTS", "AuditedFiles", "harmed"]

# Binary, because DuckDB would end the query at text that is not UTF-8.
EVENTS = pa.schema(
    [
        ("uvci", pa.binary()),
        ("moment", pa.int64()),
        ("nth", pa.int32()),
        ("file", pa.int32()),
        ("what", pa.string()),
    ]
)
"""`what` is issued, renewed, superseded, revoked or restored. By `moment` and then `nth` they are in order; a
certificate has the moment 2 x row + 1, of its row over all `files`, which are counted from 0."""


@dataclass(frozen=True)
class AuditedFiles:
    """Certificates and revocations, each in the order in which they were committed, and plans by their ids.

    Whether certificates of a plan that is lost renew others nobody can tell: no event is of them. All methods
    raise RegistryUnreadable where a file is gone or was harmed since it was found whole.
    """

    certificates: Sequence[CommittedFile]
    revocations: Sequence[CommittedFile]
    plans: Mapping[str, Plan]

    def of_kind(self, kind: Kind) -> list[CommittedFile]:
        """The certificates whose plan is of that kind."""
        return [file for file in self.certificates if self._kind_of(file) == kind]

    def _kind_of(self, file: CommittedFile) -> Kind | None:
        plan = self.plans.get(file.plan_id)
        return None if plan is None else plan.kind

    @cached_property
    def first_rows(self) -> list[int]:
        """The first row of each file of certificates, counted over all, and behind them the number of all."""
        return list(accumulate((_n_rows(file) for file in self.certificates), initial=0))

    def renewals(self) -> Iterator[pa.RecordBatch]:
        """The events of the renewals alone."""
        for number, file in enumerate(self.certificates):
            if self._kind_of(file) == "renew":
                yield from self._signatures(number, file)

    def events(self) -> Iterator[pa.RecordBatch]:
        """Batches of the schema EVENTS, in no order."""
        for number, file in enumerate(self.certificates):
            if self._kind_of(file):
                yield from self._signatures(number, file)
        for nth, file in enumerate(self.revocations):
            yield from self._orders(nth, file)

    def _signatures(self, number: int, file: CommittedFile) -> Iterator[pa.RecordBatch]:
        first, is_renewal = self.first_rows[number], self._kind_of(file) == "renew"
        for batch in _batches(file, ("uvci", "supersedes")):
            rows = np.arange(first, first + len(batch), dtype=np.int64)
            first += len(batch)
            uvcis, superseded = (
                converted(batch.column(name), pa.binary()) for name in ("uvci", "supersedes")
            )
            yield _events(uvcis, 2 * rows + 1, 0, number, "renewed" if is_renewal else "issued")
            if not is_renewal:
                links = pc.is_valid(superseded)
                at = (2 * rows + 1)[links.to_numpy(zero_copy_only=False)]
                yield _events(superseded.filter(links), at, 0, number, "superseded")

    def _orders(self, nth: int, file: CommittedFile) -> Iterator[pa.RecordBatch]:
        """A lease is held by one run at a time: its epoch tells what was committed before."""
        epochs = [each.epoch for each in self.certificates]
        moment = 2 * self.first_rows[bisect_right(epochs, file.epoch)]
        for batch in _batches(file, ("uvci", "action")):
            uvcis, actions = converted(batch.column("uvci"), pa.binary()), batch.column("action")
            for action in (REVOKED, RESTORED):
                said = uvcis.filter(pc.equal(actions, action))
                yield _events(said, np.full(len(said), moment), nth, -1, action)


def _events(uvcis: pa.Array, moments: np.ndarray, nth: int, file: int, what: str) -> pa.RecordBatch:
    constants = [
        pa.repeat(pa.scalar(value, EVENTS.field(name).type), len(uvcis))
        for name, value in (("nth", nth), ("file", file), ("what", what))
    ]
    return pa.RecordBatch.from_arrays([uvcis, pa.array(moments, pa.int64()), *constants], schema=EVENTS)


def _n_rows(file: CommittedFile) -> int:
    try:
        return int(pq.read_metadata(file.path).num_rows)
    except (OSError, pa.ArrowException) as error:
        raise harmed(file) from error


def _batches(file: CommittedFile, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    try:
        with pq.ParquetFile(file.path, buffer_size=READ_BUFFER_BYTES, pre_buffer=False) as parquet:
            yield from read_groups(parquet, range(parquet.num_row_groups), columns)
    except (OSError, pa.ArrowException, KeyError) as error:
        raise harmed(file) from error


def harmed(file: CommittedFile) -> RegistryUnreadable:
    return RegistryUnreadable(
        f"{file.path}: was whole and cannot be read now; look at the disk, then start again"
    )
