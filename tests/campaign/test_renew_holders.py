"""Renewing only for holders whom the population register confirms."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_damages import overwrite_page
from made_shots import ISSUED_AT, write_shots
from renewed_registries import DAY_S, DUE, issue, renew_once, renewed_in

from signer.campaign.renew_holders import _difference
from signer.errors import InputUnreadable
from signer.records.reasons import Reason
from signer.records.schemas import POPULATION
from signer.registry import open_registry

HOLDERS: Mapping[int, Mapping[str, Any]] = {
    0: {"person_id": "001080000000", "full_name": "Nguyễn Thị Hường", "date_of_birth": "1980-02-29"},
    1: {"person_id": "001080000001", "full_name": "Trần Văn Hòa", "date_of_birth": "1981-05-06"},
    2: {"person_id": "001080000002", "full_name": "Lê Minh Đức", "date_of_birth": "1982"},
    3: {"person_id": "001080000003", "full_name": "Đặng Thị Mai", "date_of_birth": "1983-07-08"},
    4: {"person_id": "C1234567", "full_name": "Jane Doe", "date_of_birth": "1984-09-10"},
}


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory, profile: Path) -> Path:
    """A registry of which tests have copies."""
    folder = tmp_path_factory.mktemp("issued")
    issue(folder / "registry", profile, write_shots(folder / "shots.parquet", len(HOLDERS), HOLDERS))
    return folder / "registry"


def write_register(path: Path, *changes: Mapping[str, Any] | None) -> Path:
    """The holders with changes, one after the other; None leaves the person out."""
    persons = [
        {**person, **change, "sex": "F", "province": "Hà Nội"}
        for person, change in zip(HOLDERS.values(), changes, strict=True)
        if change is not None
    ]
    pq.write_table(pa.Table.from_pylist(persons, schema=POPULATION), path)
    return path


def refusals(registry: Path) -> list[tuple[str, str, str, str]]:
    names = ("shot_id", "stage", "reason", "field")
    rows = [row for batch in open_registry(registry).read("refused", names) for row in batch.to_pylist()]
    return [tuple(row[name] for name in names) for row in rows]


def test_only_those_are_renewed_whom_the_register_confirms(
    registry: Path, profile: Path, tmp_path: Path
) -> None:
    as_written = {"full_name": "TRẦN VĂN HOÀ", "date_of_birth": "1981"}
    register = write_register(
        tmp_path / "register.parquet",
        {"date_of_birth": "1980-03-01"},
        as_written,
        {},
        {"full_name": "Đặng Thị My"},
        None,
    )
    summary = renew_once(registry, profile, population=(register,))
    assert (summary.renewed, summary.refused) == (2, 3)
    assert renewed_in(registry).column("shot_id").to_pylist() == ["S1", "S2"]
    assert refusals(registry) == [
        ("S0", "renewing", "holder_differs", "date_of_birth"),
        ("S3", "renewing", "holder_differs", "full_name"),
        ("S4", "renewing", "holder_not_found", "person_id"),
    ]


BIRTHS = ["", "1", "19", "1980", "1980-", "1980-02", "1980-02-2", "1980-02-29", "1981", "1980-02-29x"]


@pytest.mark.parametrize("shown", ["1980-02-29", "1980-02", "1980", ""])
def test_a_date_of_birth_is_confirmed_by_the_rule_of_cleaning(shown: str) -> None:
    """Before, 19 confirmed 1980, and a blank one a blank one."""
    rules = resources.files("signer.cleaning") / "sql" / "birth_rules.sql"
    with duckdb.connect() as database:
        database.execute(rules.read_text("utf-8"))
        for registered in BIRTHS:
            same = database.execute("SELECT same_birth($1, $2)", [registered, shown]).fetchone()
            found = _difference([("NAME", registered)], "NAME", shown)
            assert found == (None if same == (True,) else (Reason.HOLDER_DIFFERS, "date_of_birth")), (
                registered
            )


def test_foreigners_are_looked_up_in_a_table_of_their_own(
    registry: Path, profile: Path, tmp_path: Path
) -> None:
    citizens = write_register(tmp_path / "citizens.parquet", {}, {}, {}, {}, None)
    foreigners = write_register(tmp_path / "foreigners.parquet", None, None, None, None, {})
    summary = renew_once(registry, profile, population=(citizens, foreigners))
    assert (summary.renewed, summary.refused) == (len(HOLDERS), 0)


def test_who_was_refused_is_not_refused_again_each_night_but_renewed_once_confirmed(
    registry: Path, profile: Path, tmp_path: Path
) -> None:
    without = write_register(tmp_path / "without.parquet", {}, {}, None, {}, {})
    whole = write_register(tmp_path / "whole.parquet", {}, {}, {}, {}, {})
    assert renew_once(registry, profile, population=(without,)).refused == 1
    second = renew_once(registry, profile, DUE + DAY_S, population=(without,))
    assert (second.renewed, second.refused, second.skipped) == (0, 0, {"held_back": 1})
    assert (second.due, second.lapsed, second.held_back) == (0, 0, 1)
    third = renew_once(registry, profile, DUE + 2 * DAY_S, population=(whole,))
    assert (third.renewed, third.refused, third.skipped) == (1, 0, {})
    assert len(refusals(registry)) == 1


def test_of_two_persons_of_one_number_either_will_do(registry: Path, profile: Path, tmp_path: Path) -> None:
    register = write_register(tmp_path / "register.parquet", {}, {}, {}, {}, {})
    others = write_register(tmp_path / "others.parquet", *[{"full_name": "Phạm Văn Nam"}] * len(HOLDERS))
    assert renew_once(registry, profile, population=(others, register)).renewed == len(HOLDERS)


def test_a_register_that_cannot_be_read_is_refused_before_anything_is_signed(
    registry: Path, profile: Path, tmp_path: Path
) -> None:
    register = tmp_path / "register.parquet"
    pq.write_table(pa.table({"person_id": ["001080000000"]}), register)
    with pytest.raises(InputUnreadable, match=r"register\.parquet"):
        renew_once(registry, profile, population=(register,))
    assert not renewed_in(registry)


@pytest.mark.parametrize("column", ["person_id", "full_name", "date_of_birth"])
def test_a_damaged_page_of_the_register_is_told_of_the_register_and_leaves_no_plan(
    registry: Path, profile: Path, tmp_path: Path, column: str
) -> None:
    """The registry was blamed, and a plan stood there as stopped."""
    register = write_register(tmp_path / "register.parquet", {}, {}, {}, {}, {})
    plans = set(open_registry(registry).plans.iterdir())
    overwrite_page(register, column)
    with pytest.raises(InputUnreadable, match=r"register\.parquet: damaged, rows 0 to 4 cannot be read"):
        renew_once(registry, profile, population=(register,))
    assert set(open_registry(registry).plans.iterdir()) == plans


def test_a_register_without_rows_is_refused_before_anybody_is(
    registry: Path, profile: Path, tmp_path: Path
) -> None:
    """Before, all were refused in the first night, and all was well in the second."""
    nobody = tmp_path / "nobody.parquet"
    pq.write_table(POPULATION.empty_table(), nobody)
    with pytest.raises(InputUnreadable, match="has no rows"):
        renew_once(registry, profile, population=(nobody,))
    assert not refusals(registry)


def test_a_night_is_well_that_refuses_nobody_but_those_refused_before(
    registry: Path, profile: Path, tmp_path: Path
) -> None:
    others = write_register(tmp_path / "others.parquet", *[{"full_name": "Phạm Văn Nam"}] * len(HOLDERS))
    assert renew_once(registry, profile, population=(others,)).is_above_limit
    second = renew_once(registry, profile, DUE + DAY_S, population=(others,))
    assert (second.refused, second.held_back) == (0, len(HOLDERS))
    assert not second.is_above_limit


def test_those_held_back_do_not_hide_what_a_night_refuses_newly(
    registry: Path, profile: Path, tmp_path: Path
) -> None:
    """One is refused beside two that are renewed: a third of them, however many are held back."""
    held_back = write_register(tmp_path / "none.parquet", *[{"full_name": "Phạm Văn Nam"}] * len(HOLDERS))
    renew_once(registry, profile, population=(held_back,))
    newly = {row: {**HOLDERS[row], "shot_id": f"N{row}", "dose_number": 1} for row in (0, 1)}
    shots = write_shots(tmp_path / "later.parquet", 2, newly)
    issue(registry, profile, shots, at=ISSUED_AT + DAY_S)
    register = write_register(
        tmp_path / "register.parquet", {"full_name": "Phạm Văn Nam"}, {}, None, None, None
    )
    second = renew_once(registry, profile, DUE + 2 * DAY_S, population=(register,))
    assert (second.refused, second.renewed, second.skipped) == (1, 2, {"held_back": 4})
    assert second.is_above_limit
