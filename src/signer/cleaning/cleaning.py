"""Parts the shots: those that the register confirms, as they came, and the others with what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from signer.cleaning.classes import DETAILS, FAULTS, decisive, faults_of
from signer.cleaning.matching import judged_shots
from signer.cleaning.rows import ShotTable
from signer.cleaning.rules import Rules
from signer.cleaning.verdicts import Ints, VerdictsInOrder
from signer.cleaning.writing import GroupWriter, private_table
from signer.durable import naming
from signer.errors import InputUnreadable, OutputExists, OutputUnwritable
from signer.records.schemas import SHOTS
from signer.tables.batches import Batches
from signer.tables.memory import database_limit
from signer.tables.out_of_core import Room
from signer.tables.read_ahead import ahead

__all__ = ["REFUSED_SHOTS", "CleanCounts", "clean"]

VERIFIED_NAME, REFUSED_NAME, SPILL_NAME = "verified.parquet", "refused.parquet", ".spill"
PRIVATE_FOLDER = 0o700

REFUSED_SHOTS = pa.schema(
    [
        *SHOTS,
        pa.field("reason", pa.string()),
        pa.field("reasons", pa.list_(pa.field("element", pa.string()))),
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

    The files are a function of the tables and the rules. `memory_limit` ("4GB") is the process's, the rest
    goes to a folder in `out`, which is made where it is missing. Starts threads: do not fork afterwards.

    Raises OutputExists, OutputUnwritable, InputUnreadable as the tables do, and StoppedHalfWay where memory
    or disk do not suffice; then neither file is there.
    """
    with _spill_folder(out) as spill, _all_or_nothing(out):
        room = Room(database_limit(memory_limit), spill, threads)
        with judged_shots(shots, population, rules, room) as verdicts, _outputs(out) as (verified, refused):
            found = VerdictsInOrder(verdicts.batches)
            for table in shots:
                for batch in ahead(table.batches(SHOTS.names)):
                    _part(batch, *found.of_next(len(batch)), verified, refused)
            if verdicts.n_shots != verified.n_rows + refused.n_rows:
                raise InputUnreadable("the shots have changed while they were read; start again")
    return CleanCounts(
        verdicts.n_shots, verdicts.n_persons, verified.n_rows, *found.counts(), verdicts.is_repeated
    )


@contextmanager
def _outputs(out: Path) -> Iterator[tuple[GroupWriter, GroupWriter]]:
    """The files of verified and of refused shots."""
    with (
        naming(out / VERIFIED_NAME),
        private_table(out / VERIFIED_NAME, SHOTS) as verified,
        private_table(out / REFUSED_NAME, REFUSED_SHOTS) as refused,
    ):
        yield verified, refused


@contextmanager
def _all_or_nothing(out: Path) -> Iterator[None]:
    """Takes away what was written where not everything was."""
    try:
        yield
    except BaseException:
        for name in (VERIFIED_NAME, REFUSED_NAME):
            (out / name).unlink(missing_ok=True)
        raise


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
    every = [[fault.code for fault in faults_of(kind)] for kind in kinds.tolist()]
    taken = pa.array(places)
    return [
        pa.array([kind.code for kind in first], pa.string()).take(taken),
        pa.array(every, REFUSED_SHOTS.field("reasons").type).take(taken),
        pa.array([None, *DETAILS[1:]], pa.string()).take(pa.array(details)),
        pa.array([kind.field for kind in first], pa.string()).take(taken),
    ]
