"""`signer clean` as it is typed: what it finds, leaves and says, its exit codes, and who may read what."""

from __future__ import annotations

import json
import re
import stat
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cli.clean_runs import (
    HUONG,
    as_csv,
    files_of,
    personal_data,
    reasons_of,
    rows_of,
    run_clean,
    run_clean_process,
    summary_of,
    verified_ids,
    write_hers,
    write_people,
)
from click.testing import CliRunner
from made_shots import differing_files, make_profile, write_shots

from signer.cleaning.board_counts import COUNTS
from signer.cli import main
from signer.synthetic import write_nation

N_PEOPLE = 3000


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation")
    write_nation(folder, N_PEOPLE, 20220414)
    return folder


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, nation: Path) -> tuple[Path, Any]:
    """The folder that a run with --json has made, and what it said."""
    out = tmp_path_factory.mktemp("done") / "out"
    finished = run_clean_process(*inputs(nation), "--out", out, "--json", "--workers", 2)
    assert finished.returncode == 0, finished.stderr
    return out, finished


def inputs(nation: Path) -> Sequence[object]:
    return (nation / "shots.parquet", "--population", nation / "population.parquet", "--allow-unattested")


def test_every_planted_class_is_found_and_nothing_wrong_is_verified(
    nation: Path, done: tuple[Path, Any]
) -> None:
    truth = pq.read_table(nation / "truth.parquet", columns=["shot_id", "planted"]).to_pydict()
    planted = dict(zip(truth["shot_id"], truth["planted"], strict=True))
    verified, refused = verified_ids(done[0]), reasons_of(done[0])
    assert {planted[shot_id] for shot_id in verified} == {None}
    assert {planted[shot_id] for shot_id in refused} == set(planted.values()) - {None}
    assert len(verified) + len(refused) == len(planted)


def test_the_json_is_the_summary_as_the_board_shows_it(nation: Path, done: tuple[Path, Any]) -> None:
    out, finished = done
    said, kept = json.loads(finished.stdout), summary_of(out)
    board = said.pop("board")
    assert said.keys() == kept.keys() - {"carried", "details"}
    assert kept["shots"] == pq.read_metadata(nation / "shots.parquet").num_rows
    assert kept["persons"] == pq.read_metadata(nation / "population.parquet").num_rows
    assert kept["verified"] == len(verified_ids(out))
    assert kept["refused"] == len(reasons_of(out)) == sum(kept["by_reason"].values())
    assert kept["by_reason"] == {**dict.fromkeys(kept["by_reason"], 0), **Counter(reasons_of(out).values())}
    for name in kept["by_reason"]:
        is_small = 0 < kept["by_reason"][name] < 5
        assert said["by_reason"][name] in ((None,) if is_small else (None, kept["by_reason"][name]))
    assert {name: said[name] for name in ("shots", "verified", "refused")} == {
        name: kept[name] for name in ("shots", "verified", "refused")
    }
    country, *provinces = board
    assert country["level"] == "country"
    assert country["classes"]["verified"]["shots"] == kept["verified"]
    assert {place["level"] for place in provinces} == {"province"}


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["words", "JSON"])
def test_small_counts_of_the_country_are_in_the_summary_alone(tmp_path: Path, form: Sequence[str]) -> None:
    """38 verified shots, of people of their own, and 3 refused ones."""
    dose = {"dose_number": 1, "doses_in_series": 2, "vaccinated_on": date(2021, 9, 30)}
    people = [{**HUONG, "person_id": f"0011800123{row:02}"} for row in range(41)]
    changes = [{**dose, "person_id": each["person_id"]} for each in people]
    wrong = [{**change, "full_name": "Trần"} for change in changes[38:]]
    shots = write_hers(tmp_path / "shots.parquet", [*changes[:38], *wrong])
    given = (shots, "--population", write_people(tmp_path / "people.parquet", people), "--allow-unattested")
    finished = run_clean(*given, "--out", tmp_path / "out", *form)
    assert finished.returncode == 0, finished.stderr
    summary = summary_of(tmp_path / "out")
    assert (summary["verified"], summary["by_reason"]["name_differs"]) == (38, 3)
    if form:
        said = json.loads(finished.stdout)
        assert said["shots"] == 41
        assert said["by_reason"]["name_differs"] is said["refused"] is said["verified"] is None
    else:
        assert re.search(r"<5 +name_differs", finished.stdout)
        assert not re.search(r"(?<![0-9.])3(?![0-9.])|\b38\b", finished.stdout.replace(str(tmp_path), ""))


def test_the_folder_holds_what_is_promised_for_its_owner_alone(done: tuple[Path, Any]) -> None:
    out, _ = done
    assert {path.name for path in out.iterdir()} == {
        "verified.parquet", "refused.parquet", "suggestions.parquet", "corrections", "counts.parquet",
        "unverified_persons.csv", "not_attested.csv", "board.csv", "corrections_taken.parquet",
        "corrections_refused.csv", "summary.json",
    }  # fmt: skip
    for path in (out, *out.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_what_may_be_seen_by_others_holds_no_personal_data(nation: Path, done: tuple[Path, Any]) -> None:
    out, finished = done
    lists = ("board.csv", "summary.json", "not_attested.csv", "corrections_refused.csv")
    seen = [finished.stdout, finished.stderr, *((out / name).read_text("utf-8") for name in lists)]
    unescaped = [
        text.encode("ascii", "backslashreplace").decode("unicode_escape", "replace") for text in seen
    ]
    parts = "\n".join({part for text in (*seen, *unescaped) for part in re.split(r'["\n]', text)})
    values = set(personal_data(nation / "shots.parquet", nation / "population.parquet"))
    assert len(values) > N_PEOPLE
    assert [value for value in values if value in parts] == []


def test_the_board_shows_no_small_count(done: tuple[Path, Any]) -> None:
    shown = {row["shots"] for row in rows_of(done[0] / "board.csv")}
    assert {"<5", "*"} <= shown
    assert not shown & {"1", "2", "3", "4"}
    assert [
        row for row in rows_of(done[0] / "board.csv") if row["shots"] in ("<5", "*") and row["percent"]
    ] == []


@pytest.mark.long
def test_a_table_shows_the_places_that_were_asked_for(nation: Path, tmp_path: Path) -> None:
    finished = run_clean(*inputs(nation), "--out", tmp_path / "out", "--by", "district")
    assert finished.returncode == 0, finished.stderr
    lines = finished.stdout.splitlines()
    heading = next(at for at, line in enumerate(lines) if line.startswith("district "))
    assert lines[heading + 1].startswith("all ")
    rows = rows_of(tmp_path / "out" / "board.csv")
    districts = {(row["province"], row["district"]) for row in rows if row["district"]}
    assert len(lines) - heading - 3 == len(districts) > 63
    assert sum(line.startswith("Hà Nội, ") for line in lines) == sum(
        place[0] == "Hà Nội" for place in districts
    )


@pytest.mark.long
@pytest.mark.parametrize(
    "changed", [("--workers", 1, "--memory", "100MB"), ("--workers", 2, "--memory", "2GB")], ids=str
)
def test_the_files_do_not_depend_on_memory_or_workers(
    nation: Path, done: tuple[Path, Any], tmp_path: Path, changed: Sequence[object]
) -> None:
    finished = run_clean(*inputs(nation), "--out", tmp_path / "out", *changed)
    assert finished.returncode == 0, finished.stderr
    assert differing_files(files_of(done[0]), files_of(tmp_path / "out")) == []


@pytest.mark.long
def test_the_files_do_not_depend_on_locale_and_time_zone(
    nation: Path, done: tuple[Path, Any], tmp_path: Path
) -> None:
    finished = run_clean_process(
        *inputs(nation), "--out", tmp_path / "out", LC_ALL="C", TZ="America/Anchorage"
    )
    assert finished.returncode == 0, finished.stderr
    assert differing_files(files_of(done[0]), files_of(tmp_path / "out")) == []


@pytest.mark.long
def test_text_tables_come_to_the_same_as_parquet(
    nation: Path, done: tuple[Path, Any], tmp_path: Path
) -> None:
    """Half of the shots and the register in CSV; only where a null became an empty text do they differ."""
    table = pq.read_table(nation / "shots.parquet")
    half = len(table) // 2
    for name, rows in (("first", table.slice(0, half)), ("second", table.slice(half))):
        pq.write_table(rows, tmp_path / f"{name}.parquet")
    pq.write_table(pq.read_table(nation / "population.parquet"), tmp_path / "people.parquet")
    files = (tmp_path / "first.parquet", as_csv(tmp_path / "second.parquet"))
    people = as_csv(tmp_path / "people.parquet")
    finished = run_clean(*files, "--population", people, "--out", tmp_path / "out", "--allow-unattested")
    assert finished.returncode == 0, finished.stderr
    assert verified_ids(tmp_path / "out") == verified_ids(done[0])
    assert reasons_of(tmp_path / "out") == reasons_of(done[0])


@pytest.mark.parametrize(
    ("changes", "n_verified"),
    [([], 0), ([{}], 1), ([{"person_id": None}], 0), ([{"full_name": "Trần"}] * 3, 0)],
    ids=["no row", "one row", "one refused", "all refused"],
)
def test_tables_of_few_rows_are_tables_too(
    tmp_path: Path, changes: list[dict[str, object]], n_verified: int
) -> None:
    shots, people = write_hers(tmp_path / "shots.parquet", changes), write_people(tmp_path / "people.parquet")
    finished = run_clean(shots, "--population", people, "--out", tmp_path / "out", "--allow-unattested")
    assert finished.returncode == 0, finished.stderr
    summary = summary_of(tmp_path / "out")
    assert (summary["verified"], summary["refused"]) == (n_verified, len(changes) - n_verified)
    assert len(verified_ids(tmp_path / "out")) == n_verified
    assert (tmp_path / "out" / "board.csv").exists()


def test_no_population_refuses_everybody(tmp_path: Path) -> None:
    shots, people = (
        write_hers(tmp_path / "shots.parquet", [{}]),
        write_people(tmp_path / "people.parquet", []),
    )
    finished = run_clean(shots, "--population", people, "--out", tmp_path / "out", "--allow-unattested")
    assert finished.returncode == 0, finished.stderr
    assert reasons_of(tmp_path / "out") == {"S0": "person_not_found"}


def lacking_a_column(folder: Path) -> tuple[Path, Path]:
    shots = write_shots(folder / "shots.parquet", 10)
    pq.write_table(pq.read_table(shots).drop_columns(["lot"]), shots)
    return shots, write_people(folder / "people.parquet")


def of_a_wrong_type(folder: Path) -> tuple[Path, Path]:
    shots = write_shots(folder / "shots.parquet", 10)
    table = pq.read_table(shots)
    at = table.schema.names.index("dose_number")
    pq.write_table(table.set_column(at, "dose_number", table["dose_number"].cast(pa.string())), shots)
    return shots, write_people(folder / "people.parquet")


def with_shots_for_people(folder: Path) -> tuple[Path, Path]:
    people = folder / "people.parquet"
    pq.write_table(pa.table({"person_id": ["1"], "name": ["Hường"]}), people)
    return write_shots(folder / "shots.parquet", 10), people


def cut_short(folder: Path) -> tuple[Path, Path]:
    shots = write_shots(folder / "shots.parquet", 1000)
    shots.write_bytes(shots.read_bytes()[:-100])
    return shots, write_people(folder / "people.parquet")


def absent(folder: Path) -> tuple[Path, Path]:
    return folder / "none.parquet", write_people(folder / "people.parquet")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lacking_a_column, "shots.parquet: column lot is missing"),
        (of_a_wrong_type, "shots.parquet: column dose_number is string, expected int32"),
        (with_shots_for_people, "people.parquet: column full_name, date_of_birth, sex, province are missing"),
        (cut_short, "shots.parquet: cut short"),
        (absent, "none.parquet: no such file"),
    ],
)
def test_a_table_that_cannot_be_taken_ends_with_3_and_nothing_is_written(
    tmp_path: Path, make: Callable[[Path], tuple[Path, Path]], message: str
) -> None:
    shots, people = make(tmp_path)
    finished = run_clean(shots, "--population", people, "--out", tmp_path / "out", "--allow-unattested")
    assert finished.returncode == 3, finished.stderr
    assert message in finished.stderr
    assert finished.stdout == ""
    assert "Traceback" not in finished.stderr
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize("name", ["out", "out.incomplete"])
def test_a_folder_that_is_there_ends_with_3_and_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine").write_text("years of work")
    shots, people = write_hers(tmp_path / "s.parquet", [{}]), write_people(tmp_path / "people.parquet")
    finished = run_clean(shots, "--population", people, "--out", tmp_path / "out", "--allow-unattested")
    assert finished.returncode == 3
    assert str(tmp_path / name) in finished.stderr
    assert [path.read_text() for path in (tmp_path / name).iterdir()] == ["years of work"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "--ca DIR, to take only files that their facilities have signed"),
        (("--allow-unattested", "--ca", "cas"), "name one of --ca"),
        (("--allow-unattested", "--memory", "much"), "'much' is no amount of memory such as 4GB"),
        (("--allow-unattested", "--memory", "-1GB"), "is no amount of memory"),
        (("--allow-unattested", "--memory", "99999999999TB"), "is no amount of memory"),
        (("--allow-unattested", "--memory", "2000TB"), "is no amount of memory"),
        (("--allow-unattested", "./s.parquet"), "s.parquet is named twice"),
        (("--allow-unattested", "--population", "p.parquet"), "p.parquet is named twice"),
        (("--allow-unattested", "--workers", "0"), "--workers"),
        (("--allow-unattested", "--today", "14/04/2022"), "is no day such as"),
        (("--allow-unattested", "--by", "commune"), "--by"),
        (("--allow-unattested", "--sheets", "ods"), "--sheets"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_to_do(
    tmp_path: Path, options: Sequence[str], message: str
) -> None:
    arguments = ["clean", "s.parquet", "--population", "p.parquet", "--out", str(tmp_path / "out"), *options]
    finished = CliRunner().invoke(main, arguments)
    assert finished.exit_code == 2, finished.output
    assert message in " ".join(finished.output.replace("│", " ").split())
    assert not list(tmp_path.iterdir())


def altered_counts(folder: Path, **changes: list[Any]) -> Path:
    """A folder with the counts of one facility, but for the changes of columns."""
    columns = {"province": ["P"], "district": ["D"], "facility": ["F"], "class": ["matched"], "shots": [9]}
    pq.write_table(pa.table({**columns, **changes}, COUNTS), folder / "counts.parquet")
    return folder


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (None, "counts.parquet: no such file"),
        ({"class": ["well"]}, "column class has what is no class"),
        ({"class": ["verified"]}, "column class has what is no class"),
        ({"facility": [None]}, "column facility has rows without a value"),
        ({"shots": [-1]}, "column shots has numbers below 0"),
    ],
)
def test_a_previous_folder_of_no_run_ends_with_3_before_anything_is_read(
    tmp_path: Path, changes: dict[str, list[Any]] | None, message: str
) -> None:
    (tmp_path / "previous").mkdir()
    if changes is not None:
        altered_counts(tmp_path / "previous", **changes)
    finished = run_clean(
        "s.parquet", "--population", "p.parquet", "--out", tmp_path / "out", "--allow-unattested",
        "--previous", tmp_path / "previous",
    )  # fmt: skip
    assert finished.returncode == 3
    assert message in finished.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["previous"]


def test_vaccines_go_by_the_names_of_the_profile(tmp_path: Path) -> None:
    """As for `issue`, which refuses others; without a profile by those in use in Vietnam."""
    people = write_people(tmp_path / "people.parquet")
    shots = write_hers(tmp_path / "shots.parquet", [{"vaccine": "Pfizer"}, {"vaccine": "Our own"}])
    profile = make_profile(tmp_path / "issuer")
    profile.write_text(re.sub(r'(?m)^"Pfizer" *=', '"Our own" =', profile.read_text("utf-8")), "utf-8")
    given = (shots, "--population", people, "--allow-unattested")
    assert run_clean(*given, "--out", tmp_path / "national").returncode == 0
    assert reasons_of(tmp_path / "national") == {"S1": "vaccine_unknown"}
    done = run_clean(*given, "--out", tmp_path / "own", "--profile", profile)
    assert done.returncode == 0, done.stderr
    assert reasons_of(tmp_path / "own") == {"S0": "vaccine_unknown"}


def test_a_profile_that_is_none_ends_with_3(tmp_path: Path) -> None:
    finished = run_clean(
        "s.parquet", "--population", "p.parquet", "--out", tmp_path / "out", "--allow-unattested",
        "--profile", tmp_path / "profile.toml",
    )  # fmt: skip
    assert finished.returncode == 3
    assert "profile.toml" in finished.stderr
