"""Corrections that came in, held against the shots: what is taken changes them, what is refused is listed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from signer.corrections.filled_file import FilledFile
from signer.corrections.filled_rows import read_file
from signer.corrections.found_files import found_files
from signer.corrections.patching import patched
from signer.corrections.refusals import FileRefusedError, Refusal, RefusalKind, refusals_table
from signer.corrections.settling import Settling
from signer.records.places import RowsOfPlace
from signer.tables.batches import Batches
from signer.tables.digests import open_digester
from signer.tables.files import identity_of
from signer.tables.out_of_core import Room, open_database

__all__ = ["Corrections", "IsAttested", "read_corrections"]

IsAttested = Callable[[Path, Iterable[RowsOfPlace]], str | None]
"""Of a file with corrections and the places of all its rows: None where it may speak for them, else why not,
without personal data."""


@dataclass(frozen=True)
class Corrections:
    """What came of the files. `taken` is of CORRECTIONS_TAKEN, `refused` of REFUSED_CORRECTIONS, `patches`
    has a row a shot that is changed or withdrawn."""

    taken: pa.Table
    refused: pa.Table
    patches: pa.Table
    n_files: int

    @property
    def n_withdrawn(self) -> int:
        """Shots that are to be left out."""
        return int(self.patches["withdrawn"].to_numpy(zero_copy_only=False).sum())

    @property
    def n_corrected(self) -> int:
        """Shots of which a field is changed."""
        return len(self.patches) - self.n_withdrawn

    def apply(self, batches: Batches) -> Batches:
        """The shots with corrected values, in their order; withdrawn ones are gone. The same each time."""
        return patched(batches, self.patches)


def read_corrections(
    folders: Sequence[Path],
    shots: Sequence[Batches],
    today: datetime.date,
    is_attested: IsAttested,
    room: Room,
) -> Corrections:
    """Reads all files below the folders and holds them against the shots, those of a later folder against the
    shots as the earlier ones leave them.

    A file or a row that is not taken is listed and nothing more. The shots are read once where there is any
    correction. Raises InputUnreadable where a folder cannot be read or the shots cannot, and StoppedHalfWay
    where memory and disk do not suffice. Starts threads: do not fork afterwards.
    """
    refusals: list[Refusal] = []
    n_files = 0
    with open_database("settling corrections", room, []) as database:
        settling = Settling(database)
        for number, folder in enumerate(folders):
            for path in found_files(folder):
                n_files += 1
                try:
                    filled = _attested_rows(path, today, is_attested)
                except FileRefusedError as refused:
                    refusals.append(refused.of(str(path)))
                    continue
                refusals += filled.refusals
                settling.add(number, filled)
        with open_digester() as digester:
            settling.look_up(shots, digester)
        refusals += settling.settle()
        return Corrections(settling.taken(), refusals_table(refusals), settling.patches(), n_files)


def _attested_rows(path: Path, today: datetime.date, is_attested: IsAttested) -> FilledFile:
    """What is filled in a file that may say so. Raises FileRefusedError."""
    before = _identity(path)
    filled = read_file(path, today)
    if filled.n_rows:
        why_not = is_attested(path, filled.rows_by_place())
        if why_not is not None:
            raise FileRefusedError(RefusalKind.NOT_ATTESTED, advice=why_not)
    if _identity(path) != before:
        raise FileRefusedError(
            RefusalKind.FILE_UNREADABLE, advice="it was changed while it was read: start again"
        )
    return filled


def _identity(path: Path) -> Iterator[int] | tuple[int, ...]:
    try:
        return identity_of(path)
    except OSError:
        return ()  # a link that leads nowhere; said when it is read
