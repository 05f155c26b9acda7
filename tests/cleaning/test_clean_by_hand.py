"""Random little worlds, in which every class meets every other, against plain loops."""

from __future__ import annotations

import datetime
import random
import tempfile
from pathlib import Path
from typing import Any

from judged_by_hand import judge
from made_registers import HUONG, SHOT, TODAY, cleaned, refusals, verified_ids

SEED = 20220414
WORLDS = 12

NUMBERS = ["001180012345", "001080012346", "079200000001", "123456789", "000123456", "M1234567", "AB98765"]
WRONG_NUMBERS = [None, "", "0011800123", "003180012345", "001423012345", "00118O012345"]
NAMES = ["Nguyễn Thị Hường", "NGUYỄN THỊ HƯỜNG", "Nguyễn Thị Hương", "Lê Hòa", "Lê Hoà", "??", None]
BIRTHS = ["1980-02-09", "1980-09-02", "1980", "1981-02-09", "2000-01-01", "1980-02-30", "", None]
DAYS = [
    datetime.date(2021, 8, 1),
    datetime.date(2021, 8, 10),
    datetime.date(2021, 9, 1),
    datetime.date(2022, 1, 1),
]
WRONG_DAYS = [None, datetime.date(2019, 8, 1), datetime.date(2022, 4, 15)]


def drawn(chosen: random.Random, right: list[Any], wrong: list[Any], share: float) -> Any:
    return chosen.choice(wrong if chosen.random() < share else right)


def world(chosen: random.Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Shots and people of a few numbers, names and days."""
    people = [
        {
            **HUONG,
            "person_id": chosen.choice(NUMBERS),
            "full_name": drawn(chosen, NAMES[:5], NAMES, 0.2),
            "date_of_birth": drawn(chosen, BIRTHS[:3], BIRTHS, 0.3),
            "sex": chosen.choice(["M", "F", None]),
        }
        for _ in range(chosen.choice([4, 6, 12]))
    ]
    shots = []
    for row in range(120):
        base = chosen.choice(people)
        one = {
            **SHOT,
            "shot_id": f"R{row}",
            **{name: base[name] for name in ("person_id", "full_name", "sex")},
        }
        one["date_of_birth"] = base["date_of_birth"]
        for column, right, wrong in (
            ("person_id", [one["person_id"]], NUMBERS + WRONG_NUMBERS),
            ("full_name", [one["full_name"]], NAMES),
            ("date_of_birth", [one["date_of_birth"]], BIRTHS),
            ("sex", [one["sex"]], ["M", "F", None]),
            ("nationality", ["VN"], ["KR", None]),
            ("vaccine", ["Pfizer", "Moderna"], [""]),
            ("vaccinated_on", DAYS, WRONG_DAYS),
            ("dose_number", [1, 2, 3], [0, 10, None]),
            ("doses_in_series", [3], [1, 2]),
        ):
            one[column] = drawn(chosen, right, wrong, 0.08)
        shots.append(one)
    return shots, people


def test_random_worlds_are_judged_as_by_hand() -> None:
    print("seed", SEED)
    chosen = random.Random(SEED)
    met: set[str] = set()
    for _ in range(WORLDS):
        shots, people = world(chosen)
        expected = judge(shots, people, TODAY)
        with tempfile.TemporaryDirectory() as folder:
            counts = cleaned(Path(folder), shots, people, threads=chosen.choice([1, 2]))
            found = {row: reasons for row, (reasons, _) in refusals(Path(folder)).items()}
            verified = verified_ids(Path(folder))
        assert found == {f"R{row}": " ".join(reasons) for row, reasons in enumerate(expected) if reasons}
        assert verified == [f"R{row}" for row, reasons in enumerate(expected) if not reasons]
        for reason, number in counts.carried.items():
            assert number == sum(reason in reasons for reasons in expected)
            assert counts.refused[reason] == sum(reasons[:1] == [reason] for reasons in expected)
        met |= {reason for reasons in expected for reason in reasons}
    assert len(met) == 15  # all but not_attested
