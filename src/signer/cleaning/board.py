"""The public board: shots of each place by class, with small counts hidden (docs/cleaning.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from signer.cleaning.board_places import COLUMNS, LEVELS, SHOTS, tree_of
from signer.suppression.costs import HIDDEN, SHOWN, SMALL, SMALLEST_SHOWN, States
from signer.suppression.places import PlaceTree
from signer.suppression.swaps import hidden_cells

__all__ = ["BOARD_COLUMNS", "Board", "BoardCell", "BoardRow", "make_board"]

MARKS = {SMALL: f"<{SMALLEST_SHOWN}", HIDDEN: "*"}

BOARD_COLUMNS = ("level", "province", "district", "facility", "class", "shots", "percent", "change")
"""Of the board as a table: a row for each place and class; "shots" is the class of all."""


@dataclass(frozen=True)
class BoardCell:
    """A count, its share of the place's shots in percent, and by how much it has grown; None where hidden.

    `shown_as` is what stands for the count. There is no change either without an earlier count to show.
    """

    shots: int | None
    shown_as: str
    percent: float | None
    change: int | None


@dataclass(frozen=True)
class BoardRow:
    """A place, named from its province on, with a cell for each class; "refused" and "shots" are sums."""

    names: tuple[str, ...]
    cells: dict[str, BoardCell]

    @property
    def level(self) -> str:
        """Of LEVELS."""
        return LEVELS[len(self.names)]


@dataclass(frozen=True)
class _Counts:
    """Counts with what may be shown of them."""

    tree: PlaceTree
    states: States


class Board:
    """The counts of a run and, where there was one before, of the run before."""

    def __init__(self, now: _Counts, before: _Counts | None) -> None:
        self._now = now
        self._before = before
        self._row_before = {} if before is None else {name: row for row, name in enumerate(before.tree.names)}
        self._depth_before = -1 if before is None else max(map(len, before.tree.names))

    def rows(self, level: str | None = None) -> Iterator[BoardRow]:
        """The places of a level, or of all levels from the country down, in the order of their names."""
        for row, names in enumerate(self._now.tree.names):
            if level is None or LEVELS[len(names)] == level:
                cells = {name: self._cell(row, column) for column, name in enumerate(COLUMNS)}
                yield BoardRow(names, cells)

    def table(self) -> Iterator[tuple[object, ...]]:
        """Rows of BOARD_COLUMNS; classes of which a place has none, and had none, are left out."""
        for row in self.rows():
            place = (*row.names, *[""] * (len(LEVELS) - 1 - len(row.names)))
            for name, cell in row.cells.items():
                if cell.shots != 0 or cell.change or name == "shots":
                    yield (row.level, *place, name, cell.shown_as, cell.percent, cell.change)

    def _cell(self, row: int, column: int) -> BoardCell:
        state = int(self._now.states[row, column])
        if state != SHOWN:
            return BoardCell(None, MARKS[state], None, None)
        shots = int(self._now.tree.counts[row, column])
        return BoardCell(shots, str(shots), self._percent(row, shots), self._change(row, column, shots))

    def _percent(self, row: int, shots: int) -> float | None:
        of_all = int(self._now.tree.counts[row, SHOTS])
        if self._now.states[row, SHOTS] != SHOWN or not of_all:
            return None
        return round(100 * shots / of_all, 1)

    def _change(self, row: int, column: int, shots: int) -> int | None:
        """None where the earlier board does not show the count: the difference would tell it."""
        names = self._now.tree.names[row]
        if self._before is None or len(names) > self._depth_before:
            return None
        row_before = self._row_before.get(names)
        if row_before is None:
            return shots
        if self._before.states[row_before, column] != SHOWN:
            return None
        return shots - int(self._before.tree.counts[row_before, column])


def make_board(counts: pa.Table, before: pa.Table | None) -> Board:
    """The board of counts, and of those of an earlier run, as `read_counts` gives them."""
    return Board(_counts(counts), None if before is None else _counts(before))


def _counts(table: pa.Table) -> _Counts:
    tree = tree_of(table)
    return _Counts(tree, hidden_cells(tree))
