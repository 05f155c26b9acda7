"""Tables of shots and issuers' profiles that tests make for themselves."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from signer.cli.init import profile_text
from signer.keys import create_csca, create_dsc, create_secret, write_key_pair
from signer.records.schemas import SHOTS

KEYS_MADE_AT = datetime(2022, 1, 1, tzinfo=UTC)
ISSUED_AT = int(datetime(2022, 4, 14, 3, 15, tzinfo=UTC).timestamp())
ISSUED_AT_TEXT = "2022-04-14T10:15:00+07:00"

GOOD_ROW: Mapping[str, Any] = {
    "shot_id": "S",
    "person_id": "001080012345",
    "nationality": "VN",
    "full_name": "Nguyễn Thị Hường",
    "date_of_birth": "1980-02-29",
    "sex": "F",
    "phone": None,
    "province": "Hà Nội",
    "district": "Ba Đình",
    "facility": "01-0007",
    "vaccine": "Pfizer",
    "lot": "FK0112",
    "dose_number": 2,
    "doses_in_series": 2,
    "vaccinated_on": date(2021, 9, 30),
}


def rows_asked(default: int) -> int:
    """Rows of the tests that compare whole runs: SIGNER_TEST_ROWS, or few enough to be quick."""
    return int(os.environ.get("SIGNER_TEST_ROWS", default))


def shots_batch(n_rows: int, changes: Mapping[int, Mapping[str, Any]] | None = None) -> pa.RecordBatch:
    """Good rows with shot_ids S0, S1, …, but for the `changes` of single rows."""
    columns: dict[str, Sequence[Any]] = {name: [value] * n_rows for name, value in GOOD_ROW.items()}
    columns["shot_id"] = [f"S{row}" for row in range(n_rows)]
    for row, values in (changes or {}).items():
        for name, value in values.items():
            columns[name][row] = value
    return pa.record_batch([pa.array(columns[field.name], field.type) for field in SHOTS], schema=SHOTS)


def write_shots(
    path: Path,
    n_rows: int,
    changes: Mapping[int, Mapping[str, Any]] | None = None,
    rows_per_group: int = 10_000,
) -> Path:
    """The same as a Parquet file."""
    pq.write_table(pa.Table.from_batches([shots_batch(n_rows, changes)]), path, row_group_size=rows_per_group)
    return path


def make_profile(folder: Path, country: str = "VN", made_at: datetime = KEYS_MADE_AT) -> Path:
    """A profile with keys in force since `made_at`; gives the path of profile.toml."""
    csca = create_csca(country, now=made_at)
    write_key_pair(csca, folder / "keys", "csca", None)
    write_key_pair(create_dsc(csca, now=made_at), folder / "keys", "dsc", None)
    create_secret(folder / "uvci.secret")
    create_secret(folder / "person.secret")
    profile = folder / "profile.toml"
    profile.write_text(profile_text(country), encoding="utf-8")
    return profile


def parts_of(out: Path) -> dict[str, bytes]:
    """Names and bytes of all Parquet files of a run."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*.parquet"))}


def differing_files(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """Names of the files that only one of two runs has, or that differ: megabytes of them explain nothing."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
