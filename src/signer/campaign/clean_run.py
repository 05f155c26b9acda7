"""The cleaning run: shots and population in, verified and refused shots out, whole or not at all."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from signer.attesting import Authorities
from signer.campaign.clean_inputs import CleanInputs, Intake, open_inputs
from signer.campaign.clean_summary import CleanSummary
from signer.campaign.clean_tables import write_list, write_private
from signer.campaign.issue_progress import OnProgress
from signer.campaign.workspace import make_folder, open_workspace, refuse_taken
from signer.cleaning import CleanCounts, Rules, clean
from signer.cleaning.board import BOARD_COLUMNS, Board, make_board
from signer.cleaning.board_counts import count_shots
from signer.cleaning.board_places import look_at_counts
from signer.errors import StoppedHalfWay
from signer.failpoints import failpoint
from signer.records.products import NATIONAL_NAMES, resolve_products
from signer.tables.out_of_core import Room

__all__ = ["CleanOrder", "Cleaned", "clean_shots"]

log = logging.getLogger(__name__)

STAGING, COUNTS_NAME = "staging", "counts.parquet"
UNREADABLE: Mapping[tuple[str, str, str], int | None] = {("", "", ""): None}
READ_TWICE = 2  # once to match them, once to write them


@dataclass(frozen=True)
class CleanOrder:
    """What to clean, against which population, and into which folder.

    `authorities` is the folder of the CAs whose signers are taken, or None to take files as they are. `today`
    is the last day on which a shot can have been given, `now` the time by which signatures are checked.
    `previous` is the folder of an earlier run, to tell what has changed. `memory_limit` is DuckDB's ("4GB").
    """

    shots: Sequence[Path]
    population: Sequence[Path]
    out: Path
    authorities: Path | None
    previous: Path | None
    today: date
    now: datetime
    memory_limit: str
    n_workers: int


@dataclass(frozen=True)
class Cleaned:
    """What a run did, and the board that it published."""

    summary: CleanSummary
    board: Board


def clean_shots(order: CleanOrder, on_progress: OnProgress, clock: Callable[[], float]) -> Cleaned:
    """Cleans all shots into `order.out`; `on_progress` hears the rows read and the rows to read in all.

    Raises OutputExists, OutputUnwritable, TrustUnreadable and InputUnreadable where it cannot begin,
    StoppedHalfWay and DiskFull afterwards; nothing is left at `order.out` then.
    """
    started_s = clock()
    try:
        refuse_taken(order.out)
        authorities = None if order.authorities is None else Authorities.load(order.authorities)
        if order.previous is not None:
            look_at_counts(order.previous / COUNTS_NAME)
        with open_workspace(order.out) as folder:
            inputs, counts = _clean_into(folder, order, authorities, on_progress)
            board = _publish_counts(folder, order)
            summary = _summarise(order, inputs, counts, clock() - started_s)
            write_private(folder / "summary.json", json.dumps(summary.as_dict(), indent=2) + "\n")
            shutil.rmtree(folder / STAGING)
            failpoint("clean-summed")
    except KeyboardInterrupt:
        raise StoppedHalfWay("interrupted; nothing is kept, the same command starts over") from None
    return Cleaned(summary, board)


def _clean_into(
    folder: Path, order: CleanOrder, authorities: Authorities | None, on_progress: OnProgress
) -> tuple[CleanInputs, CleanCounts]:
    staging = folder / STAGING
    make_folder(staging)
    progress = _RowsRead(on_progress)
    intake = Intake(staging, authorities, order.now, progress.hear)
    inputs = open_inputs(order.shots, order.population, intake)
    progress.begin(READ_TWICE * inputs.n_shots + inputs.n_persons)
    log.info("%d shots in %d files, against %d persons", inputs.n_shots, len(order.shots), inputs.n_persons)
    failpoint("clean-opened")
    counts = clean(
        inputs.shots,
        inputs.population,
        folder,
        _rules(order),
        memory_limit=order.memory_limit,
        threads=order.n_workers,
    )
    failpoint("clean-judged")
    _list_set_aside(folder / "not_attested.csv", inputs)
    return inputs, counts


def _publish_counts(folder: Path, order: CleanOrder) -> Board:
    """Counts by place, exact ones for the next run and those of the board for everybody."""
    counts, before = folder / COUNTS_NAME, order.previous and order.previous / COUNTS_NAME
    room = Room(order.memory_limit, folder / STAGING, order.n_workers)
    count_shots(folder / "verified.parquet", folder / "refused.parquet", counts, room)
    failpoint("clean-counted")
    board = make_board(counts, before)
    write_list(folder / "board.csv", BOARD_COLUMNS, board.table())
    return board


def _rules(order: CleanOrder) -> Rules:
    """Vaccines go by the names that are in use in Vietnam, and by their codes."""
    return Rules(order.today, {name: code for name, code, _, _ in resolve_products(NATIONAL_NAMES)})


def _list_set_aside(path: Path, inputs: CleanInputs) -> None:
    rows = [
        (file.file, file.reason, file.advice, *place, n_rows)
        for file in inputs.set_aside
        for place, n_rows in (file.rows or UNREADABLE).items()
    ]
    write_list(path, ("file", "reason", "advice", "province", "district", "facility", "rows"), rows)


def _summarise(order: CleanOrder, inputs: CleanInputs, counts: CleanCounts, seconds: float) -> CleanSummary:
    return CleanSummary(
        shots=counts.shots,
        persons=counts.persons,
        verified=counts.verified,
        foreigners=counts.foreigners,
        refused=sum(counts.refused.values()),
        by_reason=counts.refused,
        carried=counts.carried,
        details=counts.details,
        files=len(order.shots),
        files_set_aside=len(inputs.set_aside),
        register_repeats_numbers=counts.is_register_repeated,
        today=order.today.isoformat(),
        memory_limit=order.memory_limit,
        workers=order.n_workers,
        seconds=round(seconds, 3),
        rate_per_s=round(counts.shots / seconds, 1) if seconds > 0 else 0.0,
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
