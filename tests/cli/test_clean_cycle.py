"""Clean, send the sheets back, clean again: what is attested is taken, what is corrected is verified."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from attesting.made_certificates_of_places import YEAR, Holder, make_ca, make_signer
from cli.clean_runs import (
    as_csv,
    reasons_of,
    rows_of,
    run_clean,
    summary_of,
    verified_ids,
    write_hers,
    write_people,
)
from click.testing import CliRunner

from signer.cli import main

NOW = datetime.now(UTC)
IN_FORCE = {"begin": NOW - timedelta(days=1), "end": NOW + YEAR}
CA = make_ca(**IN_FORCE)
SIGNER = make_signer(CA, **IN_FORCE)
OTHER_SIGNER = make_signer(make_ca(**IN_FORCE), **IN_FORCE)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return write_people(tmp_path / "people.parquet")


@pytest.fixture
def cas(tmp_path: Path) -> Path:
    CA.write(tmp_path / "cas", "root")
    return tmp_path / "cas"


def sign(folder: Path, file: Path, holder: Holder = SIGNER) -> None:
    certificate, key = holder.write(folder / "own", "facility")
    done = CliRunner().invoke(
        main, ["attest", "sign", str(file), "--key", str(key), "--cert", str(certificate)]
    )
    assert done.exit_code == 0, done.output


def fill(sheet: Path, values: Mapping[str, Mapping[str, str]]) -> None:
    """Writes into the rows of these shots, as a facility does."""
    rows = rows_of(sheet)
    for row in rows:
        row.update(values.get(row["shot_id"], {}))
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


def only_sheet(out: Path) -> Path:
    (sheet,) = (out / "corrections").rglob("*.csv")
    return sheet


CORRECTED = {"corrected_by": "Trạm trưởng", "corrected_on": "2022-04-10"}
WRONG = [{"full_name": "Nguyễn Thị Hưng"}, {}, {"person_id": "001180012346"}]


def test_a_correction_that_came_back_is_taken_and_told(tmp_path: Path, people: Path) -> None:
    shots = write_hers(tmp_path / "shots.parquet", WRONG)
    given = (shots, "--population", people, "--allow-unattested")
    first, second = tmp_path / "first", tmp_path / "second"
    assert run_clean(*given, "--out", first).returncode == 0
    assert reasons_of(first) == {"S0": "name_differs", "S2": "person_not_found"}
    fill(
        only_sheet(first),
        {
            "S0": {"correct_full_name": "Nguyễn Thị Hường", **CORRECTED},
            "S2": {"withdraw": "yes", **CORRECTED},
        },
    )
    again = run_clean(*given, "--out", second, "--corrections", first, "--previous", first)
    assert again.returncode == 0, again.stderr
    assert verified_ids(second) == ["S0", "S1"]
    assert reasons_of(second) == {}
    summary = summary_of(second)
    assert [summary[name] for name in ("shots", "verified", "refused", "withdrawn", "corrected")] == [
        3,
        2,
        0,
        1,
        1,
    ]
    taken = pq.read_table(second / "corrections_taken.parquet").to_pylist()
    assert {(row["shot_id"], row["field"], row["corrected_by"]) for row in taken} == {
        ("S0", "full_name", "Trạm trưởng"), ("S2", "withdraw", "Trạm trưởng"),
    }  # fmt: skip
    assert "corrected 1, withdrew 1" in again.stdout


def test_corrections_that_contradict_are_listed_and_change_nothing(tmp_path: Path, people: Path) -> None:
    shots = write_hers(tmp_path / "shots.parquet", WRONG)
    given = (shots, "--population", people, "--allow-unattested")
    first, second = tmp_path / "first", tmp_path / "second"
    assert run_clean(*given, "--out", first).returncode == 0
    fill(only_sheet(first), {"S0": {"correct_full_name": "Nguyễn Thị Hường"}})  # nobody says so
    assert run_clean(*given, "--out", second, "--corrections", first).returncode == 0
    assert reasons_of(second) == reasons_of(first)
    refused = rows_of(second / "corrections_refused.csv")
    assert {row["reason"] for row in refused} == {"who_missing", "when_missing"}
    assert "Hường" not in (second / "corrections_refused.csv").read_text("utf-8")


def test_only_signed_files_are_taken_and_the_others_listed_by_facility(
    tmp_path: Path, people: Path, cas: Path
) -> None:
    signed = write_hers(tmp_path / "signed.parquet", [{}])
    unsigned = as_csv(write_hers(tmp_path / "unsigned.parquet", [{}], first=1))
    altered = write_hers(tmp_path / "altered.parquet", [{}], first=2)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"garbage")
    for file in (signed, altered):
        sign(tmp_path, file)
    write_hers(altered, [{}, {}], first=2)
    files = (signed, f"{signed}.p7s", unsigned, altered, broken)
    done = run_clean(*files, "--population", people, "--out", tmp_path / "out", "--ca", cas)
    assert done.returncode == 0, done.stderr
    assert verified_ids(tmp_path / "out") == ["S0"]
    assert reasons_of(tmp_path / "out") == dict.fromkeys(("S1", "S2", "S3"), "not_attested")
    listed = rows_of(tmp_path / "out" / "not_attested.csv")
    assert [(Path(row["file"]).name, row["reason"], row["facility"], row["rows"]) for row in listed] == [
        ("unsigned.csv", "not_signed", "01-0007", "1"),
        ("altered.parquet", "content_changed", "01-0007", "2"),
        ("broken.parquet", "not_signed", "", ""),
    ]
    assert summary_of(tmp_path / "out")["files_set_aside"] == 3
    assert "3 files of 4 not attested" in done.stdout


def test_with_cas_corrections_must_be_signed_too(tmp_path: Path, people: Path, cas: Path) -> None:
    shots = write_hers(tmp_path / "shots.parquet", WRONG[:1])
    sign(tmp_path, shots)
    given = (shots, "--population", people, "--ca", cas)
    out = [tmp_path / name for name in ("first", "unsigned", "strange", "signed")]
    assert run_clean(*given, "--out", out[0]).returncode == 0
    sheet = only_sheet(out[0])
    fill(sheet, {"S0": {"correct_full_name": "Nguyễn Thị Hường", **CORRECTED}})
    for after, holder in zip(out[1:], (None, OTHER_SIGNER, SIGNER), strict=True):
        sheet.with_name(f"{sheet.name}.p7s").unlink(missing_ok=True)
        if holder:
            sign(tmp_path, sheet, holder)
        assert run_clean(*given, "--out", after, "--corrections", out[0]).returncode == 0
    for after in out[1:3]:
        assert reasons_of(after) == {"S0": "name_differs"}
        assert [row["reason"] for row in rows_of(after / "corrections_refused.csv")] == ["not_attested"]
    assert verified_ids(out[3]) == ["S0"]


@pytest.mark.parametrize(
    ("correction", "verified"),
    [({"correct_full_name": "Nguyễn Thị Hường"}, ["S0"]), ({"withdraw": "yes"}, [])],
    ids=["corrected", "withdrawn"],
)
def test_a_shot_that_nobody_stands_for_neither_gets_in_the_way_of_a_correction_nor_is_corrected(
    tmp_path: Path, people: Path, cas: Path, correction: Mapping[str, str], verified: list[str]
) -> None:
    """The same shot_id in an unsigned file would make the facility's correction ambiguous."""
    shots = write_hers(tmp_path / "shots.parquet", WRONG[:1])
    strange = write_hers(tmp_path / "strange.parquet", WRONG[:1])
    sign(tmp_path, shots)
    given = ("--population", people, "--ca", cas)
    first, second = tmp_path / "first", tmp_path / "second"
    assert run_clean(shots, *given, "--out", first).returncode == 0
    fill(only_sheet(first), {"S0": {**correction, **CORRECTED}})
    sign(tmp_path, only_sheet(first))
    done = run_clean(shots, strange, *given, "--out", second, "--corrections", first)
    assert done.returncode == 0, done.stderr
    assert verified_ids(second) == verified
    (left,) = pq.read_table(second / "refused.parquet").to_pylist()
    assert (left["shot_id"], left["full_name"], left["reason"]) == (
        "S0",
        WRONG[0]["full_name"],
        "not_attested",
    )


def test_a_folder_without_cas_ends_with_3_and_nothing_is_written(tmp_path: Path, people: Path) -> None:
    shots = write_hers(tmp_path / "shots.parquet", [{}])
    done = run_clean(shots, "--population", people, "--out", tmp_path / "out", "--ca", tmp_path / "none")
    assert done.returncode == 3
    assert not list(tmp_path.glob("out*"))
