"""Looks up in rounds of cleaning what became of shots: verified, refused, corrected or set aside."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from signer.campaign.explain_wanted import OfShots, Wanted
from signer.errors import InputUnreadable
from signer.reporting.explain_known import CleanedShot, NotAttestedFile

__all__ = ["find_cleaned", "n_unread_files"]

PLACE = ("province", "district", "facility")
OF_SHOT = ("shot_id", "person_id", *PLACE, "vaccine", "dose_number", "doses_in_series", "vaccinated_on")
OF_REFUSED = (*OF_SHOT, "reason", "reasons", "detail", "field")
"""No name, birth, sex, nationality, phone and lot: nobody is told those."""

VERIFIED, REFUSED, TAKEN, SET_ASIDE = (
    "verified.parquet", "refused.parquet", "corrections_taken.parquet", "not_attested.csv"
)  # fmt: skip


def find_cleaned(rounds: Sequence[Path], wanted: Wanted) -> list[CleanedShot]:
    """The wanted shots as the newest round that has each says it; `rounds` are folders, the oldest first.

    A shot that the newest round says is another's, or named otherwise, is not among them. Raises
    InputUnreadable.
    """
    found = [{shot.shot_id: shot for shot in _shots(folder, wanted)} for folder in rounds]
    shots: list[CleanedShot] = []
    for number, of_round in enumerate(found):
        newer = rounds[number + 1 :]
        current = set(of_round)
        for folder in newer:
            current -= {shot.shot_id for shot in _shots(folder, OfShots(current))} if current else set()
        shots += [_completed(of_round[shot_id], rounds[number], newer) for shot_id in sorted(current)]
    return shots


def n_unread_files(folder: Path) -> int:
    """How many files a round has set aside without being able to read whose shots they hold."""
    return len({row["file"] for row in _set_aside(folder) if not row["rows"]})


def _shots(folder: Path, wanted: Wanted) -> Iterator[CleanedShot]:
    for name, shown in ((VERIFIED, OF_SHOT), (REFUSED, OF_REFUSED)):
        for row in _rows(folder / name, wanted, shown):
            yield CleanedShot(
                **row | {"shot_id": row["shot_id"] or "", "reasons": tuple(row.get("reasons", ()))}
            )


def _completed(shot: CleanedShot, folder: Path, newer: Sequence[Path]) -> CleanedShot:
    """With what the lists beside the two tables say of it."""
    corrected = _corrected_fields(folder, [shot.shot_id])
    withdrawn = any("withdraw" in _corrected_fields(each, [shot.shot_id]) for each in newer)
    files = _files_of(folder, shot) if shot.reason == "not_attested" else ()
    return replace(shot, is_corrected=bool(corrected), is_withdrawn=withdrawn, files=files)


def _corrected_fields(folder: Path, shot_ids: Collection[str]) -> set[str]:
    return {row["field"] for row in _rows(folder / TAKEN, OfShots(shot_ids), ["field"])}


def _files_of(folder: Path, shot: CleanedShot) -> tuple[NotAttestedFile, ...]:
    """The files set aside that have rows of the shot's facility."""
    place = [getattr(shot, name) or "" for name in PLACE]
    rows = [row for row in _set_aside(folder) if [row[name] for name in PLACE] == place]
    return tuple(NotAttestedFile(row["file"], row["reason"]) for row in rows)


def _set_aside(folder: Path) -> list[Mapping[str, str]]:
    path = folder / SET_ASIDE
    with _readable(path), path.open(encoding="utf-8-sig", newline="") as file:
        rows: list[Mapping[str, str]] = list(csv.DictReader(file))
        if any({"file", "reason", "rows", *PLACE} - set(row) for row in rows):
            raise InputUnreadable(f"{path}: is no list of files set aside; name a folder of `signer clean`")
    return rows


def _rows(path: Path, wanted: Wanted, shown: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Wanted rows with the columns to be shown. Of all others only what tells them apart is read."""
    from signer.campaign.explain_places import columns_of, places_of  # noqa: PLC0415 (35 ms few look-ups need)

    with _readable(path), pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            places = places_of(wanted, file.read_row_group(group, columns=columns_of(wanted)))
            if len(places):
                yield from _values(file.read_row_group(group, columns=list(shown)).take(places))


def _values(rows: pa.Table) -> Iterator[dict[str, Any]]:
    """Rows as Python values; text that is not UTF-8 with signs in the place of what is wrong."""
    fields = [
        field.with_type(pa.binary()) if pa.types.is_string(field.type) else field for field in rows.schema
    ]
    for row in rows.cast(pa.schema(fields)).to_pylist():
        yield {name: _text(value) if isinstance(value, bytes) else value for name, value in row.items()}


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputUnreadable(
            f"{path}: cannot be read: {error.strerror or error}; name a folder that `signer clean` made"
        ) from error
    except (pa.ArrowException, KeyError, UnicodeDecodeError, csv.Error) as error:
        raise InputUnreadable(f"{path}: is damaged or no table of `signer clean`; name its folder") from error
