"""Opens what a cleaning run reads: files of shots, each attested or set aside, and the population."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from signer.attesting import Attestation, Authorities, Fault, check_attestation
from signer.campaign.attest_files import rows_by_place
from signer.campaign.clean_population import open_population
from signer.campaign.issue_parts import open_input
from signer.cleaning import Batches, ShotTable, parquet_batches
from signer.errors import InputUnreadable
from signer.records.schemas import POPULATION, SHOTS
from signer.sources import is_csv
from signer.tables.files import TableFile, identity_of

__all__ = ["CleanInputs", "Intake", "SetAside", "open_inputs"]

log = logging.getLogger(__name__)

MOST_PLACES = 10_000
"""Of one file: what is not attested may name as many as it likes."""
OTHER_PLACES = ("", "", "other places")

Place = tuple[str, str, str]


@dataclass(frozen=True)
class SetAside:
    """A file that is not attested, and its rows by province, district and facility; none if unreadable."""

    file: Path
    reason: str
    advice: str
    rows: dict[Place, int]


@dataclass
class CleanInputs:
    """Tables that can be read as often as one likes; `n_shots` and `n_persons` are the rows in them."""

    shots: list[ShotTable] = field(default_factory=list)
    population: list[Batches] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    n_shots: int = 0
    n_persons: int = 0


@dataclass(frozen=True)
class Intake:
    """How files are taken in: text ones are brought into Parquet in `staging`.

    Without `authorities` every file counts as attested; `now` is the time by which signatures are checked.
    `on_rows` hears of rows whenever they are read.
    """

    staging: Path
    authorities: Authorities | None
    now: datetime
    on_rows: Callable[[int], None]


def open_inputs(shots: Sequence[Path], population: Sequence[Path], intake: Intake) -> CleanInputs:
    """Opens all files. A file of shots that is not attested is listed; its rows come too, if readable.

    Raises InputUnreadable where another file cannot be read, and StoppedHalfWay or DiskFull.
    """
    inputs = CleanInputs()
    for path in population:
        persons = open_population(path, intake.staging)
        inputs.n_persons += persons.n_rows
        inputs.population.append(_heard(parquet_batches(persons, POPULATION), intake.on_rows))
    for path in shots:
        _add_shots(inputs, path, intake)
    if inputs.set_aside:
        log.warning(
            "%d of %d files are not attested; not_attested.csv says why", len(inputs.set_aside), len(shots)
        )
    return inputs


def _add_shots(inputs: CleanInputs, path: Path, intake: Intake) -> None:
    if not path.is_file():
        raise InputUnreadable(f"{path}: no such file, or not a regular one; check the path")
    verdict = _verdict(path, intake)
    if isinstance(verdict, Fault):
        source = _readable(path, intake.staging)
        rows = {} if source is None else _rows_of_places(path)
        inputs.set_aside.append(SetAside(path, verdict.kind.code, verdict.advice, rows))
        if source is not None:
            _add_table(inputs, source, intake, attested=False)
        return
    source = open_input(path, intake.staging)
    looked_at = identity_of(path) if is_csv(path) else source.identity  # a CSV was staged in between
    if verdict is not None and verdict.identity != looked_at:
        raise InputUnreadable(f"{path}: was changed or exchanged after it was checked; start again")
    _add_table(inputs, source, intake, attested=True)


def _verdict(path: Path, intake: Intake) -> Attestation | Fault | None:
    """None where nobody asks."""
    if intake.authorities is None:
        return None
    return check_attestation(path, intake.authorities, rows_by_place(path), now=intake.now)


def _add_table(inputs: CleanInputs, source: TableFile, intake: Intake, attested: bool) -> None:
    inputs.n_shots += source.n_rows
    inputs.shots.append(ShotTable(_heard(parquet_batches(source, SHOTS), intake.on_rows), attested=attested))


def _readable(path: Path, staging: Path) -> TableFile | None:
    """A file that nobody stands for, read to its end: damaged, it must not stop the others."""
    try:
        source = open_input(path, staging)
        for _ in parquet_batches(source, SHOTS)(SHOTS.names):
            pass
    except InputUnreadable:
        return None
    return source


def _rows_of_places(path: Path) -> dict[Place, int]:
    counted = Counter[Place]()
    for rows in rows_by_place(path):
        place = (rows.province or "", rows.district or "", rows.facility or "")
        is_known = place in counted or len(counted) < MOST_PLACES
        counted[place if is_known else OTHER_PLACES] += rows.n_rows
    return dict(sorted(counted.items()))


def _heard(batches: Batches, on_rows: Callable[[int], None]) -> Batches:
    def heard(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for batch in batches(columns):
            on_rows(len(batch))
            yield batch

    return heard
