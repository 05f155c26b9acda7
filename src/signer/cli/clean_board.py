"""The board of `signer clean` as a table in the terminal, a line a place, and as values for JSON."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from typing import Any

from signer.cleaning.board import Board, BoardCell, BoardRow
from signer.cleaning.board_places import LEVELS

__all__ = ["NO_REASONS", "board_as_list", "board_in_words", "country_of"]

COLUMNS = "{:>11}  {:>11} {:>6} {:>10}  {:>10} {:>6}  {}"
HEADINGS = ("shots", "verified", "%", "change", "refused", "%", "mostly")
NO_REASONS = ("matched", "foreigner", "verified", "refused", "shots")
MOST_WIDTH = 48
NAMELESS = "(none)"
EXPLAINED = "<5: one to four; *: hidden, as a small number would follow from it"


def board_in_words(board: Board, level: str) -> str:
    """A line for the country and one for each place of the level, of up to 130 characters."""
    rows = [*board.rows(LEVELS[0]), *board.rows(level)]
    width = min(max(len(level), *(len(_name(row)) for row in rows)), MOST_WIDTH)
    heading = _padded(level, width) + "  " + COLUMNS.format(*HEADINGS)
    lines = [heading, *(_line(row, width) for row in rows)]
    is_hidden = any(cell.shots is None for row in rows for cell in row.cells.values())
    return "\n".join([*lines, EXPLAINED] if is_hidden else lines)


def country_of(board: Board) -> dict[str, BoardCell]:
    """By class, what may be shown of the whole country."""
    (country,) = board.rows(LEVELS[0])
    return country.cells


def board_as_list(board: Board, level: str) -> list[dict[str, Any]]:
    """The same places with all their classes; what is hidden has null for a count."""
    rows = [*board.rows(LEVELS[0]), *board.rows(level)]
    return [
        {
            "level": row.level,
            **dict(zip(LEVELS[1:], row.names, strict=False)),
            "classes": {name: asdict(cell) for name, cell in row.cells.items()},
        }
        for row in rows
    ]


def _line(row: BoardRow, width: int) -> str:
    verified, refused = row.cells["verified"], row.cells["refused"]
    change = f"{verified.change:+,}" if verified.change else ""
    numbers = COLUMNS.format(
        _number(row.cells["shots"]),
        _number(verified),
        _share(verified),
        change,
        _number(refused),
        _share(refused),
        _commonest(row),
    )
    return f"{_padded(_name(row), width)}  {numbers}".rstrip()


def _name(row: BoardRow) -> str:
    """With the places in which it lies: names repeat."""
    return ", ".join(name or NAMELESS for name in row.names) or "all"


def _number(cell: BoardCell) -> str:
    return cell.shown_as if cell.shots is None else f"{cell.shots:,}"


def _share(cell: BoardCell) -> str:
    return "" if cell.percent is None else f"{cell.percent:.1f}"


def _commonest(row: BoardRow) -> str:
    """The reason that most shots are refused for, of those that are shown."""
    shown = [(cell.shots, name) for name, cell in row.cells.items() if cell.shots and name not in NO_REASONS]
    if not shown:
        return ""
    shots, name = max(shown, key=lambda entry: entry[0])
    return f"{name} {shots:,}"


def _padded(name: str, width: int) -> str:
    """Of this width on the terminal, with nothing in it that could disturb that."""
    text = unicodedata.normalize("NFC", name)
    text = "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)[:width]
    return text.ljust(width - sum(unicodedata.east_asian_width(each) in "WF" for each in text))
