"""Suggestions for shots that ask for much: equal groups, and a register that is a part of the country's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from made_registers import HUONG, person, shot
from test_suggest_rows import suggested

from signer.cleaning import suggesting

FAMILIES = ("Trần", "Lê", "Ngô", "Hồ", "Đỗ", "Lý", "Bùi", "Đinh")
SYLLABLES = (
    "An", "Bình", "Cúc", "Dũng", "Giang", "Hà", "Khoa", "Lan", "Minh", "Nga",
    "Oanh", "Phúc", "Quân", "Sơn", "Tú", "Uyên", "Vân", "Xuân", "Yến", "Ánh",
)  # fmt: skip
N_MANY = 3000
"""Of shots and persons: nine million pairs for each key that they have in common."""


def name_of(number: int) -> str:
    """Another for each number below 64,000."""
    parts = [SYLLABLES[number // 20**place % 20] for place in range(3)]
    return " ".join([FAMILIES[number // 8000], *parts])


def province(n_persons: int) -> list[dict[str, Any]]:
    return [
        person(
            person_id=f"0011{number % 80 + 10}{number * 37:06d}",
            full_name=name_of(number),
            date_of_birth=f"19{number % 80 + 10}-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        )
        for number in range(n_persons)
    ]


@pytest.mark.long
def test_many_shots_and_persons_of_one_number_are_not_compared_in_pairs(tmp_path: Path) -> None:
    people = [person(person_id="000000000", full_name=name_of(number)) for number in range(N_MANY)]
    shots = [shot(person_id="000000000", full_name=name_of(N_MANY + number)) for number in range(N_MANY)]
    assert suggested(tmp_path, [*shots, shot(sex="M")], [*people, HUONG]) == {
        f"S{N_MANY}": (HUONG["person_id"], ["sex"])
    }


def test_equal_shots_are_compared_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared, seek = [], suggesting._seek

    def counting(database: duckdb.DuckDBPyConnection, *arguments: Any) -> None:
        seek(database, *arguments)
        compared.extend(database.execute("SELECT DISTINCT row FROM asked_keys").fetchall())

    monkeypatch.setattr(suggesting, "_seek", counting)
    people = [person(person_id=f"{180_000_000 + number}") for number in range(1000)]
    assert suggested(tmp_path, [shot(person_id=None)] * N_MANY, people) == {}
    assert compared == [(0,)]


def test_equal_shots_all_get_the_suggestion_of_the_one_that_is_compared(tmp_path: Path) -> None:
    shots = [shot(person_id=None), shot(person_id=None, sex="M"), shot(person_id=None)]
    found = suggested(tmp_path, shots, [HUONG])
    assert found["S0"] == found["S2"] == (HUONG["person_id"], ["person_id"])
    assert found.get("S1") != found["S0"]


@pytest.mark.parametrize(("most", "n_found"), [(4, 1), (3, 0)])
def test_a_key_that_too_many_persons_have_is_not_sought_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, n_found: int
) -> None:
    """The number and the name are all that this shot and its person have in common."""
    monkeypatch.setattr(suggesting, "MOST_PERSONS_OF_KEY", most)
    others = [person(full_name=name_of(number)) for number in range(3)]
    assert len(suggested(tmp_path, [shot(date_of_birth="1980")], [HUONG, *others])) == n_found


@pytest.mark.parametrize("n_persons", [1, 200, 5800])
def test_in_a_small_register_a_number_off_by_one_and_another_name_or_birth_is_nobody(
    tmp_path: Path, n_persons: int
) -> None:
    people = province(n_persons)
    shots = []
    for number, at in enumerate(people[:: max(n_persons // 50, 1)]):
        near = {**at, "person_id": at["person_id"][:-1] + str((int(at["person_id"][-1]) + 1) % 10)}
        shots.append(shot(**{**near, "full_name": name_of(30_000 + 271 * number)}))
        shots.append(shot(**{**near, "date_of_birth": f"1899-{number % 12 + 1:02d}-30"}))
    assert suggested(tmp_path, shots, people) == {}
