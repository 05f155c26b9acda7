"""The board in the terminal: a line a place, of one width, and nothing in it that a name could disturb."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cleaning.made_counts import write_counts

from signer.cleaning.board import Board, make_board
from signer.cleaning.board_places import read_counts
from signer.cli.clean_board import board_as_list, board_in_words

LARGE = {"matched": 800, "name_differs": 150, "birth_differs": 50}


def made_board(folder: Path, counts: Mapping[tuple[str, str, str], Mapping[str, int]]) -> Board:
    return make_board(read_counts(write_counts(folder / "counts.parquet", counts)), None)


def board(folder: Path, *facilities: tuple[str, str, str]) -> Board:
    return made_board(folder, dict.fromkeys(facilities, LARGE))


def test_a_place_is_a_line_with_its_commonest_reason(tmp_path: Path) -> None:
    lines = board_in_words(board(tmp_path, ("Huế", "A", "F"), ("Hà Nội", "B", "F")), "province").splitlines()
    assert [line.split()[0] for line in lines] == ["province", "all", "Huế", "Hà"]
    assert lines[2].split() == ["Huế", "1,000", "800", "80.0", "200", "20.0", "name_differs", "150"]
    assert len({line.index("name_differs") for line in lines[1:]}) == 1


def test_names_that_would_move_the_cursor_are_escaped_and_long_ones_cut(tmp_path: Path) -> None:
    words = board_in_words(
        board(tmp_path, ("\x1b[2J", "", ""), ("Hội " * 99, "", ""), ("", "", "")), "province"
    )
    assert "\x1b" not in words
    assert "\\x1b[2J" in words
    assert "(none)" in words
    assert max(map(len, words.splitlines())) <= 130


def test_places_are_named_with_those_in_which_they_lie(tmp_path: Path) -> None:
    words = board_in_words(board(tmp_path, ("Huế", "A", "F"), ("Hà Nội", "A", "F")), "facility").splitlines()
    assert [line[:12].rstrip() for line in words[1:]] == ["all", "Huế, A, F", "Hà Nội, A, F"]


def test_no_change_is_blank(tmp_path: Path) -> None:
    counts = read_counts(write_counts(tmp_path / "counts.parquet", {("P", "D", "F"): LARGE}))
    assert "+0" not in board_in_words(make_board(counts, counts), "province")


def test_what_is_hidden_is_explained_and_null_in_json(tmp_path: Path) -> None:
    counts = {("P", "D", "F"): LARGE, ("P", "D", "G"): {**LARGE, "name_differs": 3}}
    made = made_board(tmp_path, counts)
    assert board_in_words(made, "facility").splitlines()[-1].startswith("<5: one to four")
    last = board_as_list(made, "facility")[-1]
    assert [last[name] for name in ("level", "province", "district", "facility")] == [
        "facility",
        "P",
        "D",
        "G",
    ]
    hidden = last["classes"]["name_differs"]
    assert hidden == {"shots": None, "shown_as": "<5", "percent": None, "change": None}


def test_where_nothing_is_hidden_nothing_is_explained(tmp_path: Path) -> None:
    assert "<5" not in board_in_words(board(tmp_path, ("Huế", "A", "F")), "district")
