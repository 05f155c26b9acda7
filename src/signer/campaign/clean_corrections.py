"""Takes corrections in before shots are cleaned: those that may be taken, by whom they are signed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from signer.attesting import Authorities, Fault, check_attestation
from signer.campaign.clean_inputs import CleanInputs
from signer.cleaning import ShotTable
from signer.corrections import Corrections, IsAttested, read_corrections
from signer.records.places import RowsOfPlace
from signer.tables.out_of_core import Room

__all__ = ["asking", "corrected", "corrections_of"]


def corrections_of(
    inputs: CleanInputs,
    folders: Sequence[Path],
    today: datetime.date,
    is_attested: IsAttested,
    room: Room,
) -> Corrections:
    """Corrections of the attested shots: one who may not hand in shots may not get in their way either.

    Raises InputUnreadable and StoppedHalfWay. Starts threads: do not fork afterwards.
    """
    shots = [table.batches for table in inputs.shots if table.attested]
    return read_corrections(folders, shots, today, is_attested, room)


def corrected(shots: Sequence[ShotTable], corrections: Corrections) -> list[ShotTable]:
    """The tables with corrected values, without what was withdrawn."""
    return [
        replace(table, batches=corrections.apply(table.batches)) if table.attested else table
        for table in shots
    ]


def asking(authorities: Authorities | None, now: datetime.datetime) -> IsAttested:
    """Asks whose signature a file of corrections has; nobody's needs to be there without `authorities`."""

    def is_attested(path: Path, rows: Iterable[RowsOfPlace]) -> str | None:
        if authorities is None:
            return None
        verdict = check_attestation(path, authorities, rows, now=now)
        return f"{verdict.kind.code}: {verdict.advice}" if isinstance(verdict, Fault) else None

    return is_attested
