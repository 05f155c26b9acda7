"""The board: percentages and changes of what is shown, and nothing of what is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_counts import Counts, write_counts

from signer.cleaning.board import Board, BoardRow, make_board
from signer.cleaning.board_places import read_counts
from signer.errors import InputUnreadable

HA_NOI = ("Hà Nội", "Ba Đình", "01-0001")
SECOND = ("Hà Nội", "Ba Đình", "01-0002")
HUE = ("Huế", "Huế", "46-0001")
NOW: Counts = {
    HA_NOI: {"matched": 750, "name_differs": 200, "foreigner": 50},
    SECOND: {"matched": 80, "name_differs": 20},
    HUE: {"matched": 10},
}


def board(folder: Path, now: Counts = NOW, before: Counts | None = None) -> Board:
    written = read_counts(write_counts(folder / "now.parquet", now))
    earlier = None if before is None else read_counts(write_counts(folder / "before.parquet", before))
    return make_board(written, earlier)


def row(board: Board, *names: str) -> BoardRow:
    (found,) = [row for row in board.rows() if row.names == names]
    return found


def test_every_level_has_its_counts_and_percentages(tmp_path: Path) -> None:
    made = board(tmp_path)
    assert [row.level for row in made.rows()] == [
        "country",
        *["province"] * 2,
        *["district"] * 2,
        *["facility"] * 3,
    ]
    country = row(made).cells
    assert {name: cell.shots for name, cell in country.items() if cell.shots} == {
        "matched": 840, "verified": 890, "foreigner": 50, "name_differs": 220, "refused": 220, "shots": 1110,
    }  # fmt: skip
    assert row(made, *HA_NOI).cells["matched"].percent == 75.0
    assert row(made, *HA_NOI).cells["refused"].percent == 20.0
    assert row(made, "Hà Nội").cells["verified"].percent == 80.0
    assert row(made, "Huế").cells["shots"].percent == 100.0


def test_without_an_earlier_run_there_is_no_change(tmp_path: Path) -> None:
    made = board(tmp_path)
    assert {cell.change for row in made.rows() for cell in row.cells.values()} == {None}


def test_changes_are_those_since_the_earlier_run_and_places_may_be_new(tmp_path: Path) -> None:
    before = {HA_NOI: {"matched": 700, "name_differs": 250}, SECOND: {"matched": 80, "name_differs": 20}}
    made = board(tmp_path, NOW, before)
    assert {name: cell.change for name, cell in row(made, *HA_NOI).cells.items() if cell.change} == {
        "matched": 50, "verified": 100, "foreigner": 50, "name_differs": -50, "refused": -50, "shots": 50,
    }  # fmt: skip
    assert row(made, "Huế").cells["verified"].change == 10
    assert row(made, *SECOND).cells["verified"].change == 0


def test_what_was_hidden_before_does_not_follow_from_the_change(tmp_path: Path) -> None:
    """22 now and "+19" would tell the 3 of the run before."""
    before = {**NOW, SECOND: {"matched": 97, "name_differs": 3}}
    cell = row(board(tmp_path, NOW, before), *SECOND).cells["name_differs"]
    assert (cell.shots, cell.change) == (20, None)


def test_what_is_hidden_has_neither_percentage_nor_change(tmp_path: Path) -> None:
    now = {**NOW, SECOND: {"matched": 97, "name_differs": 3}}
    made = board(tmp_path, now, NOW)
    cell = row(made, *SECOND).cells["name_differs"]
    assert (cell.shots, cell.shown_as, cell.percent, cell.change) == (None, "<5", None, None)
    lines = [line for line in made.table() if line[3] == "01-0002" and line[4] == "name_differs"]
    assert lines == [("facility", "Hà Nội", "Ba Đình", "01-0002", "name_differs", "<5", None, None)]


def test_a_share_of_a_hidden_whole_is_not_told(tmp_path: Path) -> None:
    made = board(tmp_path, {HA_NOI: {"matched": 2, "name_differs": 1}})
    for place in made.rows():
        assert {cell.percent for cell in place.cells.values()} == {None}


def test_the_table_leaves_out_what_is_and_was_nothing(tmp_path: Path) -> None:
    before = {**NOW, HUE: {"matched": 10, "birth_differs": 9}}
    lines = [line[4:] for line in board(tmp_path, NOW, before).table() if line[3] == "46-0001"]
    assert lines == [
        ("matched", "10", 100.0, 0),
        ("birth_differs", "0", 0.0, -9),
        ("verified", "10", 100.0, 0),
        ("refused", "0", 0.0, -9),
        ("shots", "10", 100.0, -9),
    ]


def test_no_shots_make_a_board_of_nothing(tmp_path: Path) -> None:
    assert list(board(tmp_path, {}).table()) == [("country", "", "", "", "shots", "0", None, None)]


def test_a_folder_that_holds_no_counts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match="no such file"):
        read_counts(tmp_path / "counts.parquet")
