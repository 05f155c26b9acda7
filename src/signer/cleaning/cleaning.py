"""Parts the shots: those that the register confirms, as they came, and the others with what is wrong."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer.cleaning.classes import DETAILS, FAULTS, ShotClass, decisive
from signer.cleaning.matching import Rules, judged_shots
from signer.cleaning.rows import Batches, ShotTable
from signer.cleaning.writing import GroupWriter, private_table
from signer.durable import naming
from signer.errors import InputUnreadable, OutputExists, OutputUnwritable
from signer.records.schemas import SHOTS
from signer.tables.out_of_core import Room

__all__ = ["REFUSED_SHOTS", "CleanCounts", "clean"]

VERIFIED_NAME, REFUSED_NAME, SPILL_NAME = "verified.parquet", "refused.parquet", ".spill"
PRIVATE_FOLDER = 0o700

REFUSED_SHOTS = pa.schema(
    [
        *SHOTS,
        pa.field("reason", pa.string()),
        pa.field("reasons", pa.list_(pa.string())),
        pa.field("detail", pa.string()),
        pa.field("field", pa.string()),
    ]
)
"""The shot as it came; `reason` is the decisive one of `reasons`, `detail` says more of it or is null, and
`field` is the field of the shot to look at first."""


@dataclass(frozen=True)
class CleanCounts:
    """What came of the shots. `refused` counts rows by decisive reason, `carried` by every reason that they
    carry, `details` by decisive reason and detail. `verified` includes `foreigners`."""

    shots: int
    persons: int
    verified: int
    foreigners: int
    refused: dict[str, int]
    carried: dict[str, int]
    details: dict[str, dict[str, int]]
    is_register_repeated: bool


def clean(
    shots: Sequence[ShotTable],
    population: Sequence[Batches],
    out: Path,
    rules: Rules,
    *,
    memory_limit: str,
    threads: int,
) -> CleanCounts:
    """Writes `out`/verified.parquet (SHOTS) and `out`/refused.parquet (REFUSED_SHOTS), rows in their order.

    The files are a function of the tables and the rules; `memory_limit` is DuckDB's ("4GB"), and what does not
    fit goes to a folder in `out`, which is made where it is missing. Starts threads: do not fork afterwards.
    Raises OutputExists, OutputUnwritable, InputUnreadable as the tables do, and StoppedHalfWay where memory or
    disk do not suffice; then neither file is there.
    """
    with _spill_folder(out) as spill, ExitStack() as stack:
        verdicts = stack.enter_context(judged_shots(shots, population, rules, Room(memory_limit, spill, threads)))
        stack.enter_context(naming(out / VERIFIED_NAME))
        refused = stack.enter_context(private_table(out / REFUSED_NAME, REFUSED_SHOTS))
        verified = stack.enter_context(private_table(out / VERIFIED_NAME, SHOTS))
        found = _Verdicts(verdicts.batches)
        for table in shots:
            for batch in table.batches(SHOTS.names):
                _part(batch, *found.of_next(len(batch)), verified, refused)
        if verdicts.n_shots != verified.n_rows + refused.n_rows:
            raise InputUnreadable("the shots have changed while they were read; start again")
    return found.counts(verdicts.n_shots, verdicts.n_persons, verified.n_rows, verdicts.is_repeated)


@contextmanager
def _spill_folder(out: Path) -> Iterator[Path]:
    """Makes the folders; what was spilled there is personal data, too, and goes in the end."""
    spill = out / SPILL_NAME
    try:
        out.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        for name in (VERIFIED_NAME, REFUSED_NAME):
            if (out / name).exists():
                raise OutputExists(f"{out / name} stands there already; name a new or empty directory")
        shutil.rmtree(spill, ignore_errors=True)
        spill.mkdir(mode=PRIVATE_FOLDER)
    except OSError as error:
        raise OutputUnwritable(f"{out} cannot be written: {error.strerror}") from error
    try:
        yield spill
    finally:
        shutil.rmtree(spill, ignore_errors=True)


Ints = npt.NDArray[np.int64]


class _Verdicts:
    """Hands out the classes and details of the next rows, and counts them."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self._first_row = 0
        self._rows = self._classes = self._details = np.empty(0, np.int64)
        self._counted = Counter[tuple[int, int]]()

    def of_next(self, n_rows: int) -> tuple[Ints, Ints]:
        """For each of the next rows its classes, 0 where there are none, and the number of its detail."""
        classes, details = np.zeros(n_rows, np.int64), np.zeros(n_rows, np.int64)
        end = self._first_row + n_rows
        while not len(self._rows) or self._rows[-1] < end:
            if not self._read_on():
                break
        taken = int(np.searchsorted(self._rows, end))
        places = self._rows[:taken] - self._first_row
        classes[places], details[places] = self._classes[:taken], self._details[:taken]
        self._rows, self._classes = self._rows[taken:], self._classes[taken:]
        self._details = self._details[taken:]
        self._first_row = end
        self._count(classes, details)
        return classes, details

    def _read_on(self) -> bool:
        batch = next(self._batches, None)
        if batch is None:
            return False
        detail = batch.column("detail")
        read = (
            batch.column("row").to_numpy(),
            batch.column("classes").to_numpy().astype(np.int64),
            detail.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64),
        )
        held = self._rows, self._classes, self._details
        self._rows, self._classes, self._details = (
            np.concatenate(pair) for pair in zip(held, read, strict=True)
        )
        return True

    def _count(self, classes: Ints, details: Ints) -> None:
        kinds, numbers = np.unique(classes * len(DETAILS) + details, return_counts=True)
        for kind, number in zip(kinds.tolist(), numbers.tolist(), strict=True):
            self._counted[divmod(kind, len(DETAILS))] += number

    def counts(self, n_shots: int, n_persons: int, n_verified: int, is_repeated: bool) -> CleanCounts:
        """What was handed out, by class."""
        faults = [kind for kind in ShotClass if kind in FAULTS]
        refused, carried = ({kind.code: 0 for kind in faults} for _ in range(2))
        details: dict[str, dict[str, int]] = {}
        for (classes, detail), number in sorted(self._counted.items()):
            if not classes & FAULTS:
                continue
            reason = decisive(classes).code
            refused[reason] += number
            for kind in faults:
                carried[kind.code] += number if classes & kind else 0
            if detail:
                of_reason = details.setdefault(reason, {})
                of_reason[DETAILS[detail]] = of_reason.get(DETAILS[detail], 0) + number
        foreigners = self._counted[int(ShotClass.FOREIGNER), 0]
        return CleanCounts(
            n_shots, n_persons, n_verified, foreigners, refused, carried, details, is_repeated
        )


def _part(
    shots: pa.RecordBatch, classes: Ints, details: Ints, verified: GroupWriter, refused: GroupWriter
) -> None:
    """Sends each row where it belongs."""
    wrong = (classes & int(FAULTS)) != 0
    verified.write(shots.filter(pa.array(~wrong)))
    rows = np.flatnonzero(wrong)
    columns = [*shots.take(pa.array(rows)).columns, *_reasons(classes[rows], details[rows])]
    refused.write(pa.RecordBatch.from_arrays(columns, schema=REFUSED_SHOTS))


def _reasons(classes: Ints, details: Ints) -> list[pa.Array]:
    """The columns reason, reasons, detail and field; few combinations of classes ever occur."""
    kinds, places = np.unique(classes, return_inverse=True)
    first = [decisive(kind) for kind in kinds.tolist()]
    every = [[one.code for one in ShotClass if one in FAULTS and kind & one] for kind in kinds.tolist()]
    taken = pa.array(places)
    return [
        pa.array([kind.code for kind in first], pa.string()).take(taken),
        pa.array(every, pa.list_(pa.string())).take(taken),
        pa.array([None, *DETAILS[1:]], pa.string()).take(pa.array(details)),
        pa.array([kind.field for kind in first], pa.string()).take(taken),
    ]
