"""Opens what a cleaning run reads: files of shots, each attested or set aside, and the population."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from signer.attesting import Attestation, Authorities, Fault, check_attestation
from signer.campaign.attest_files import check_unchanged, rows_by_facility, rows_by_place
from signer.campaign.clean_population import open_population
from signer.campaign.issue_parts import open_input
from signer.cleaning import ShotTable, parquet_batches
from signer.errors import InputUnreadable
from signer.records.places import RowsOfPlace
from signer.records.schemas import POPULATION, SHOTS
from signer.tables.batches import Batches
from signer.tables.files import TableFile

__all__ = ["CleanInputs", "Intake", "SetAside", "open_inputs"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SetAside:
    """A file that is not attested, and whose rows it claims to hold; none where it cannot be read."""

    fault: Fault
    rows: Sequence[RowsOfPlace]


@dataclass
class CleanInputs:
    """Tables that can be read as often as one likes; `n_shots` and `n_persons` are the rows in them."""

    shots: list[ShotTable] = field(default_factory=list)
    population: list[Batches] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    attested: list[Attestation] = field(default_factory=list)
    n_shots: int = 0
    n_persons: int = 0

    def check_unchanged(self) -> None:
        """Raises InputUnreadable where an attested file has become another since it was checked."""
        check_unchanged(self.attested)


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
    if not isinstance(verdict, Fault):
        inputs.attested += [verdict] if verdict else []
        _add_table(inputs, open_input(path, intake.staging), intake, attested=True)
        return
    source = _readable(path, intake.staging)
    inputs.set_aside.append(SetAside(verdict, [] if source is None else rows_by_facility(path)))
    if source is not None:
        _add_table(inputs, source, intake, attested=False)


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


def _heard(batches: Batches, on_rows: Callable[[int], None]) -> Batches:
    def heard(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for batch in batches(columns):
            on_rows(len(batch))
            yield batch

    return heard
