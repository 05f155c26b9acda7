"""Which certificates a selection picks, and which of the ids asked for it did not meet."""

from __future__ import annotations

import unicodedata
from datetime import date

import pyarrow as pa
import pytest
from made_certificates import ISSUED_AT, certificates_table

from signer.packing.selection import NotFound, Selection, Sieve

DAY = date(2022, 4, 14)
MIDNIGHT = 1_649_894_400  # 2022-04-14T00:00:00Z
CHANGES = {
    1: {"province": "Huế"},
    2: {"province": unicodedata.normalize("NFD", "Hà Nội"), "facility": " 01-0007 "},
    3: {"province": None, "facility": None},
    4: {"iat": (MIDNIGHT - 1) * 1_000_000},
    5: {"iat": MIDNIGHT * 1_000_000},
    6: {"iat": (MIDNIGHT + 86_399) * 1_000_000 + 999_999},
    7: {"iat": (MIDNIGHT + 86_400) * 1_000_000},
    8: {"facility": "01-0008"},
    9: {"shot_id": None},
}


def chosen(selection: Selection) -> tuple[list[int], list[NotFound]]:
    """The rows picked of ten, and what was not found."""
    sieve = Sieve(selection)
    rows = []
    for first, batch in enumerate(certificates_table(10, CHANGES).to_batches(max_chunksize=1)):
        rows += [first] if sieve(batch, pa.array([True]))[0].as_py() else []
    return rows, sieve.not_found()


@pytest.mark.parametrize(
    ("selection", "rows"),
    [
        (Selection(), [*range(10)]),
        (Selection(provinces=["Huế"]), [1]),
        (Selection(provinces=["Hà Nội"]), [0, 2, 4, 5, 6, 7, 8, 9]),
        (Selection(provinces=[unicodedata.normalize("NFD", " Hà Nội")]), [0, 2, 4, 5, 6, 7, 8, 9]),
        (Selection(provinces=["Huế", "Hà Nội"], facilities=["01-0008"]), [8]),
        (Selection(provinces=[""]), [3]),
        (Selection(facilities=["01-0007"], provinces=["Huế"]), [1]),
        (Selection(provinces=["hà nội"]), []),
        (Selection(issued_from=DAY), [0, 1, 2, 3, 5, 6, 7, 8, 9]),
        (Selection(issued_until=DAY), [0, 1, 2, 3, 4, 5, 6, 8, 9]),
        (Selection(issued_from=DAY, issued_until=DAY, provinces=["Hà Nội"]), [0, 2, 5, 6, 8, 9]),
        (Selection(shot_ids=["S1", "S8"]), [1, 8]),
        (Selection(uvcis=["URN:UVCI:01:VN:00000000000000000009"], shot_ids=["S1"]), [1, 9]),
        (Selection(shot_ids=["S1", "S8"], provinces=["Huế"]), [1]),
    ],
)
def test_kinds_of_criteria_narrow_each_other_and_ids_add_up(selection: Selection, rows: list[int]) -> None:
    assert chosen(selection)[0] == rows


def test_a_time_of_issue_that_is_missing_is_on_no_day() -> None:
    batch = certificates_table(2, {0: {"iat": None}}).to_batches()[0]
    both = pa.array([True, True])
    assert Sieve(Selection(issued_from=date(2020, 1, 1)))(batch, both).to_pylist() == [False, True]
    assert Sieve(Selection())(batch, both).to_pylist() == [True, True]


def test_what_is_not_in_force_is_neither_selected_nor_found() -> None:
    batch = certificates_table(3).to_batches()[0]
    sieve = Sieve(Selection(shot_ids=["S0", "S1"]))
    assert sieve(batch, pa.array([False, True, True])).to_pylist() == [False, True, False]
    assert sieve.not_found() == [NotFound("shot_id", "S0")]


def test_ids_that_no_selected_certificate_has_are_named_once_each() -> None:
    uvci = "URN:UVCI:01:VN:00000000000000000001"
    selection = Selection(uvcis=[uvci, "URN:X", "URN:X"], shot_ids=["S2", "S99", "s1"])
    assert chosen(selection) == (
        [1, 2],
        [NotFound("uvci", "URN:X"), NotFound("shot_id", "S99"), NotFound("shot_id", "s1")],
    )


def test_a_place_that_no_selected_certificate_has_is_named_too() -> None:
    selection = Selection(provinces=["Huế", " Hue", "Hà Nội"], facilities=["01-0007", "01-0009"])
    assert chosen(selection)[1] == [NotFound("province", "Hue"), NotFound("facility", "01-0009")]


def test_an_id_outside_the_other_criteria_is_not_found() -> None:
    selection = Selection(shot_ids=["S0"], provinces=["Huế"])
    assert chosen(selection) == ([], [NotFound("shot_id", "S0"), NotFound("province", "Huế")])


def test_a_selection_names_its_criteria_but_only_counts_its_ids() -> None:
    selection = Selection(["a", "b"], ["c"], ["Huế"], ["1"], DAY, DAY)
    assert str(selection) == (
        "2 uvci; 1 shot_id; province Huế; facility 1;"
        " issued from 2022-04-14 (UTC); issued until 2022-04-14 (UTC)"
    )
    assert ISSUED_AT // 86_400 == MIDNIGHT // 86_400
