"""The cleaning run: shots and population in, verified and refused shots out, whole or not at all."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from signer.attesting import Authorities
from signer.campaign.clean_corrections import asking, corrected, corrections_of
from signer.campaign.clean_inputs import CleanInputs, Intake, open_inputs
from signer.campaign.clean_results import (
    WayBack,
    counts_of,
    write_corrections,
    write_set_aside,
    write_suggestions,
    write_way_back,
)
from signer.campaign.clean_summary import CleanSummary
from signer.campaign.clean_tables import write_private
from signer.campaign.issue_progress import OnProgress
from signer.campaign.workspace import make_folder, open_workspace, refuse_taken
from signer.cleaning import CleanCounts, Rules, clean
from signer.cleaning.board import Board
from signer.corrections import Corrections, SheetFormat, check_format
from signer.errors import StoppedHalfWay
from signer.failpoints import failpoint
from signer.profile import load_profile
from signer.records.products import NATIONAL_NAMES, resolve_products
from signer.tables.memory import database_limit
from signer.tables.out_of_core import Room

__all__ = ["CleanOrder", "Cleaned", "clean_shots"]

log = logging.getLogger(__name__)

STAGING = "staging"
SHOTS_READ, PERSONS_READ = 2, 3
"""How often: shots to match them and to write them, persons to match, to count names and to suggest."""


@dataclass(frozen=True)
class CleanOrder:
    """What to clean, against which population, and into which folder.

    `authorities` is the folder of the CAs whose signers are taken, or None to take files as they are.
    `corrections` are folders of filled sheets, later ones after earlier ones; `previous` is the folder of an
    earlier run, to tell what has changed; `profile` names the vaccines, as for issuing. `today` is the last
    day on which a shot can have been given, `now` the time by which signatures are checked.
    `memory_limit` ("4GB") is the process's.
    """

    shots: Sequence[Path]
    population: Sequence[Path]
    out: Path
    authorities: Path | None
    corrections: Sequence[Path]
    previous: Path | None
    sheets: SheetFormat
    profile: Path | None
    today: date
    now: datetime
    memory_limit: str
    n_workers: int


@dataclass(frozen=True)
class Cleaned:
    """What a run did, and the board that it made."""

    summary: CleanSummary
    board: Board


@dataclass(frozen=True)
class _Terms:
    """What decides, read before anything is begun; `before` are the counts of an earlier run."""

    rules: Rules
    authorities: Authorities | None
    before: pa.Table | None


@dataclass(frozen=True)
class _Done:
    """What is known of the shots when all is written but the summary."""

    inputs: CleanInputs
    corrections: Corrections | None
    counts: CleanCounts
    n_suggested: int
    way_back: WayBack


def clean_shots(order: CleanOrder, on_progress: OnProgress, clock: Callable[[], float]) -> Cleaned:
    """Cleans all shots into `order.out`; `on_progress` hears the rows read and the rows to read in all.

    Raises OutputExists, OutputUnwritable, TrustUnreadable, ProfileInvalid and InputUnreadable where it cannot
    begin, StoppedHalfWay and DiskFull afterwards; nothing is left at `order.out` then.
    """
    started_s = clock()
    try:
        refuse_taken(order.out)
        terms = _settle(order)
        with open_workspace(order.out) as folder:
            make_folder(folder / STAGING)
            room = Room(database_limit(order.memory_limit), folder / STAGING, order.n_workers)
            done = _clean_into(folder, order, terms, room, on_progress)
            failpoint("clean-counted")
            summary = _summarise(order, done, clock() - started_s)
            write_private(folder / "summary.json", json.dumps(summary.as_dict(), indent=2) + "\n")
            shutil.rmtree(folder / STAGING)
            failpoint("clean-summed")
    except KeyboardInterrupt:
        raise StoppedHalfWay("interrupted; nothing is kept, the same command starts over") from None
    return Cleaned(summary, done.way_back.board)


def _settle(order: CleanOrder) -> _Terms:
    """Vaccines go by the names of the profile, or else by those in use in Vietnam, and by their codes."""
    check_format(order.sheets)
    names = NATIONAL_NAMES if order.profile is None else load_profile(order.profile).products
    return _Terms(
        Rules(order.today, {name: code for name, code, _, _ in resolve_products(names)}),
        None if order.authorities is None else Authorities.load(order.authorities),
        None if order.previous is None else counts_of(order.previous),
    )


def _clean_into(folder: Path, order: CleanOrder, terms: _Terms, room: Room, on_progress: OnProgress) -> _Done:
    progress = _RowsRead(on_progress)
    inputs = open_inputs(
        order.shots,
        order.population,
        Intake(room.temp_directory, terms.authorities, order.now, progress.hear),
    )
    n_shots_read = SHOTS_READ + bool(order.corrections)
    progress.begin(n_shots_read * inputs.n_shots + PERSONS_READ * inputs.n_persons)
    log.info("%d shots in %d files, against %d persons", inputs.n_shots, len(order.shots), inputs.n_persons)
    failpoint("clean-opened")
    corrections, shots = None, inputs.shots
    if order.corrections:
        is_attested = asking(terms.authorities, order.now)
        corrections = corrections_of(inputs, order.corrections, order.today, is_attested, room)
        shots = corrected(shots, corrections)
    counts = clean(
        shots,
        inputs.population,
        folder,
        terms.rules,
        memory_limit=order.memory_limit,
        threads=room.threads,
    )
    inputs.check_unchanged()
    failpoint("clean-judged")
    write_set_aside(folder, inputs.set_aside)
    write_corrections(folder, corrections)
    log.info("seeking the persons of refused shots")
    n_suggested = write_suggestions(folder, inputs, order.memory_limit, room)
    log.info("writing sheets for facilities, and counting by place")
    way_back = write_way_back(folder, order.sheets, terms.before, order.memory_limit, room)
    return _Done(inputs, corrections, counts, n_suggested, way_back)


def _summarise(order: CleanOrder, done: _Done, seconds: float) -> CleanSummary:
    counts, corrections, n_shots = done.counts, done.corrections, done.inputs.n_shots
    return CleanSummary(
        shots=n_shots,
        persons=counts.persons,
        verified=counts.verified,
        foreigners=counts.foreigners,
        refused=sum(counts.refused.values()),
        by_reason=counts.refused,
        carried=counts.carried,
        details=counts.details,
        withdrawn=corrections.n_withdrawn if corrections else 0,
        corrected=corrections.n_corrected if corrections else 0,
        corrections_refused=len(corrections.refused) if corrections else 0,
        suggested=done.n_suggested,
        sheets=done.way_back.sheets,
        unverified_persons=done.way_back.unverified_persons,
        files=len(order.shots),
        files_set_aside=len(done.inputs.set_aside),
        register_repeats_numbers=counts.is_register_repeated,
        today=order.today.isoformat(),
        memory_limit=order.memory_limit,
        workers=order.n_workers,
        seconds=round(seconds, 3),
        rate_per_s=round(n_shots / seconds, 1) if seconds > 0 else 0.0,
    )


class _RowsRead:
    """Adds up the rows that go by, once it is known how many there will be."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress
        self._done = self._total = 0

    def begin(self, n_rows: int) -> None:
        self._total = n_rows

    def hear(self, n_rows: int) -> None:
        self._done += n_rows
        if self._total:
            self._on_progress(min(self._done, self._total), self._total)
