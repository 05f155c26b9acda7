"""Runs of `signer clean` as it is typed, on little nations, and the reading of what they leave."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from cli.command_runs import Finished, signer, signer_process
from made_shots import shots_batch

from signer.records.schemas import POPULATION

TODAY = "2022-04-14"
HUONG: Mapping[str, Any] = {
    "person_id": "001180012345",
    "full_name": "Nguyễn Thị Hường",
    "date_of_birth": "1980-02-29",
    "sex": "F",
    "province": "Hà Nội",
}
HERS = {name: HUONG[name] for name in ("person_id", "full_name", "date_of_birth", "sex")}


def run_clean(*arguments: object) -> Finished:
    return signer("clean", *arguments, "--today", TODAY)


def run_clean_process(*arguments: object, **environment: str) -> Finished:
    return signer_process("clean", *arguments, "--today", TODAY, **environment)


def write_people(path: Path, people: Sequence[Mapping[str, Any]] = (HUONG,)) -> Path:
    pq.write_table(pa.Table.from_pylist(list(map(dict, people)), POPULATION), path)
    return path


def write_hers(path: Path, changes: Sequence[Mapping[str, Any]], first: int = 0) -> Path:
    """Shots of HUONG's but for the changes; S0 is dose 1, S1 is dose 2 a month later, and so on."""
    rows = {
        row: {
            **HERS,
            "shot_id": f"S{first + row}",
            "dose_number": first + row + 1,
            "doses_in_series": max(2, first + row + 1),
            "vaccinated_on": pa.scalar(18_900 + 30 * (first + row), pa.date32()).as_py(),
            **change,
        }
        for row, change in enumerate(changes)
    }
    pq.write_table(pa.Table.from_batches([shots_batch(len(rows), rows)]), path)
    return path


def as_csv(path: Path) -> Path:
    """The same table beside it as CSV."""
    written = path.with_suffix(".csv")
    pa.csv.write_csv(pq.read_table(path), written)
    return written


def summary_of(out: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((out / "summary.json").read_text("utf-8"))
    return loaded


def reasons_of(out: Path) -> dict[str, str]:
    """shot_id and decisive reason of all refused rows."""
    rows = pq.read_table(out / "refused.parquet", columns=["shot_id", "reason"]).to_pylist()
    return {row["shot_id"]: row["reason"] for row in rows}


def verified_ids(out: Path) -> list[str]:
    ids: list[str] = pq.read_table(out / "verified.parquet")["shot_id"].to_pylist()
    return ids


def rows_of(path: Path) -> list[dict[str, str]]:
    """Of a list in CSV."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def files_of(out: Path) -> dict[str, bytes]:
    """Names and bytes of all files but summary.json, which tells the time that it took."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "summary.json"
    }


def personal_data(*tables: Path) -> Iterator[str]:
    """All names, numbers and phones that stand in tables of shots or people."""
    for path in tables:
        table = pq.read_table(path)
        for name in {"person_id", "full_name", "phone"} & set(table.schema.names):
            yield from (value for value in set(table[name].to_pylist()) if value and len(value) > 5)
