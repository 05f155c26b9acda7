"""Counts by place and class are those of the two tables, whatever stands in the names of places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from made_registers import cleaned, person, shot

from signer.cleaning.board_counts import COUNTS, count_shots
from signer.tables.out_of_core import Room

Place = tuple[str, str, str]
HERE: Place = ("Hà Nội", "Ba Đình", "01-0007")


def at(facility: str | bytes | None, **changes: Any) -> dict[str, Any]:
    return shot(facility=facility, **changes)


def counted(
    folder: Path, shots: Sequence[Mapping[str, Any]], unattested: Sequence[Mapping[str, Any]] = ()
) -> dict[tuple[Place, str], int]:
    """Cleans and counts; what was counted by place and class."""
    cleaned(folder, shots, [person()], unattested=unattested)
    room = Room("100MB", folder, 2)
    count_shots(folder / "verified.parquet", folder / "refused.parquet", folder / "counts.parquet", room)
    table = pq.read_table(folder / "counts.parquet")
    assert table.schema.remove_metadata() == COUNTS
    assert (folder / "counts.parquet").stat().st_mode & 0o777 == 0o600
    rows = table.to_pylist()
    keys = [(row["province"], row["district"], row["facility"], row["class"]) for row in rows]
    assert keys == sorted(set(keys))
    return {((key[0], key[1], key[2]), key[3]): row["shots"] for key, row in zip(keys, rows, strict=True)}


def test_classes_are_matched_foreigner_and_the_decisive_reason(tmp_path: Path) -> None:
    shots = [
        shot(),
        shot(full_name="Trần"),
        shot(full_name="Trần", date_of_birth="1970-01-01"),
        shot(nationality="KR", person_id="M12345678"),
        shot(nationality="KR"),  # with a number of the register: matched like anybody
    ]
    found = counted(tmp_path, shots)
    assert found == {
        (HERE, "matched"): 1,
        (HERE, "name_differs"): 1,
        (HERE, "both_differ"): 1,
        (HERE, "foreigner"): 1,
        (HERE, "duplicate_shot"): 1,
    }


def test_a_place_is_one_however_its_name_is_written(tmp_path: Path) -> None:
    wrong = {"full_name": "Trần"}
    shots = [
        shot(province="Hà Nội", **wrong),
        shot(province="Ha\u0300 No\u0323\u0302i", **wrong),
        shot(province=" Hà Nội ", **wrong),
    ]
    assert counted(tmp_path, shots) == {(HERE, "name_differs"): 3}


def test_a_place_that_is_not_given_or_not_text_is_a_place_too(tmp_path: Path) -> None:
    wrong = {"full_name": "Trần"}
    found = counted(tmp_path, [at(None, **wrong), at("", **wrong), at(b"\xff\xfe", **wrong)])
    assert found == {
        (("Hà Nội", "Ba Đình", ""), "name_differs"): 2,
        (("Hà Nội", "Ba Đình", "\ufffd"), "name_differs"): 1,
    }


def test_what_is_not_attested_names_no_place_that_others_do_not(tmp_path: Path) -> None:
    """Or who hands in an unsigned file could write on the board what he likes."""
    strange = [
        shot(),
        at("Nguyễn Văn An 001080001234"),
        shot(district="me"),
        shot(province="you", district="Ba Đình"),
    ]
    found = counted(tmp_path, [shot(full_name="Trần")], unattested=strange)
    assert found == {
        (HERE, "name_differs"): 1,
        (HERE, "not_attested"): 1,
        (("Hà Nội", "Ba Đình", ""), "not_attested"): 1,
        (("Hà Nội", "", ""), "not_attested"): 1,
        (("", "", ""), "not_attested"): 1,
    }


def test_no_shots_are_no_rows(tmp_path: Path) -> None:
    assert counted(tmp_path, []) == {}


def test_the_counts_make_up_all_shots(tmp_path: Path) -> None:
    shots = [at(f"F{row % 7}", full_name="Trần" if row % 3 else shot()["full_name"]) for row in range(100)]
    found = counted(tmp_path, shots)
    assert sum(found.values()) == 100
    by_facility = Counter[str]()
    for (place, _), number in found.items():
        by_facility[place[2]] += number
    assert by_facility == Counter(f"F{row % 7}" for row in range(100))
