"""`signer changes` as it is typed: its files, its summary and its ends."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from made_histories import History, certificate

from signer.campaign.changes_reading import CHANGES
from signer.cli import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["changes", *map(str, arguments)])


def summary(*arguments: object) -> dict[str, Any]:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def history(tmp_path: Path) -> History:
    made = History(tmp_path / "registry")
    rows = [certificate(f"U{n}") for n in range(3)]
    made.issue(rows)
    made.order("revoked", rows[:1])
    return made


def test_all_formats_have_the_same_rows(history: History, tmp_path: Path) -> None:
    for ending in ("parquet", "csv", "ndjson"):
        told = summary(history.registry.path, "--since", 0, "--out", tmp_path / f"out.{ending}")
        assert (told["rows"], told["format"]) == (4, ending)
        assert told["by_change"] == {"issued": 3, "renewed": 0, "superseded": 0, "revoked": 1, "restored": 0}
        assert told["bytes"] == (tmp_path / f"out.{ending}").stat().st_size
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.schema == CHANGES
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        from_csv = list(csv.DictReader(file))
    from_json = [json.loads(line) for line in (tmp_path / "out.ndjson").read_text("utf-8").splitlines()]
    for row, as_csv, as_json in zip(table.to_pylist(), from_csv, from_json, strict=True):
        assert as_json["person_key"] == row["person_key"].hex()
        assert as_json["iat"] == row["iat"].strftime("%Y-%m-%dT%H:%M:%SZ")
        assert [as_json[name] for name in ("uvci", "hc1", "version")] == [
            row[name] for name in ("uvci", "hc1", "version")
        ]
        assert as_csv == {name: "" if value is None else str(value) for name, value in as_json.items()}


def test_no_other_format_is_taken_for_parquet(history: History, tmp_path: Path) -> None:
    done = run(history.registry.path, "--since", 0, "--out", tmp_path / "out.xlsx")
    assert done.exit_code == 2
    assert "no format ends in .xlsx; end the name in parquet, csv, ndjson, or give --format" in done.stderr
    assert not (tmp_path / "out.xlsx").exists()
    named = summary(
        history.registry.path, "--since", 0, "--out", tmp_path / "out.20261123", "--format", "csv"
    )
    plain = summary(history.registry.path, "--since", 0, "--out", tmp_path / "out")
    assert (named["format"], plain["format"]) == ("csv", "parquet")


def test_the_next_question_gets_only_what_is_new(history: History, tmp_path: Path) -> None:
    first = summary(history.registry.path, "--since", 0, "--out", tmp_path)
    history.issue([certificate("U9")])
    second = summary(history.registry.path, "--since", first["until"], "--out", tmp_path)
    assert second["since"] == first["until"]
    assert [row["uvci"] for row in pq.read_table(second["file"]).to_pylist()] == ["U9"]
    again = summary(
        history.registry.path, "--since", 0, "--until", first["until"], "--out", tmp_path / "again.parquet"
    )
    assert (tmp_path / "again.parquet").read_bytes() == Path(first["file"]).read_bytes()
    assert again["until"] == first["until"]


def test_where_nothing_has_changed_the_file_has_no_rows(history: History, tmp_path: Path) -> None:
    until = summary(history.registry.path, "--since", 0, "--out", tmp_path)["until"]
    for ending in ("parquet", "csv", "ndjson"):
        told = summary(history.registry.path, "--since", until, "--out", tmp_path / f"none.{ending}")
        assert told["rows"] == 0
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0
    assert (tmp_path / "none.csv").read_text("utf-8").count("\n") == 1
    assert (tmp_path / "none.ndjson").read_bytes() == b""


def test_the_file_is_for_its_owner_alone(history: History, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    summary(history.registry.path, "--since", 0, "--out", out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_left_alone(history: History, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("mine")
    done = run(history.registry.path, "--since", 0, "--out", out)
    assert (done.exit_code, out.read_text()) == (3, "mine")


def test_a_damaged_registry_leaves_no_file(history: History, tmp_path: Path) -> None:
    path = history.registry.files("certificates")[0].path
    path.write_bytes(path.read_bytes()[:1000])
    done = run(history.registry.path, "--since", 0, "--out", tmp_path / "out.parquet")
    assert done.exit_code == 3
    assert path.name in done.stderr
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["registry"]


@pytest.mark.parametrize(
    ("versions", "code"),
    [
        (["--since", "soon"], 2),
        ([], 2),
        (["--since", "0", "--until", "1-1"], 2),
        (["--since", "1-1-00000000"], 3),
        (["--since", "99-0-00000000"], 3),
    ],
    ids=str,
)
def test_what_is_no_version_of_the_registry_is_refused(
    history: History, tmp_path: Path, versions: list[str], code: int
) -> None:
    done = run(history.registry.path, *versions, "--out", tmp_path / "out.csv")
    assert done.exit_code == code
    assert not (tmp_path / "out.csv").exists()


def test_a_later_version_before_an_earlier_one_is_refused(history: History, tmp_path: Path) -> None:
    first = summary(history.registry.path, "--since", 0, "--out", tmp_path / "1.csv")["until"]
    history.issue([certificate("U9")])
    second = summary(history.registry.path, "--since", 0, "--out", tmp_path / "2.csv")["until"]
    asked = ["--since", second, "--until", first, "--out", tmp_path / "3.csv"]
    assert run(history.registry.path, *asked).exit_code == 3
