"""What was found in a correction file: its filled rows, those that are refused, and whose rows it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from signer.corrections.refusals import HOW_TO_WRITE, FileRefusedError, Refusal, RefusalKind
from signer.corrections.sheet_columns import AS_IT_IS, PLACE
from signer.records.places import RowsOfPlace

__all__ = ["FILLED_ROWS", "FilledFile"]

FILLED_ROWS = pa.schema(
    [
        ("row", pa.int64()),
        ("shot_id", pa.string()),
        ("place", pa.list_(pa.string())),
        ("told", pa.list_(pa.string())),
        ("correct", pa.list_(pa.string())),
        ("withdrawn", pa.bool_()),
        ("faulty", pa.bool_()),
        ("corrected_by", pa.string()),
        ("corrected_on", pa.string()),
    ]
)
"""What a row says of the shot: its PLACE, each field of AS_IT_IS as it is `told`, and for each the `correct`
value, null where there is none; and who says so. A row is `faulty` where it is refused for what stands in it,
whatever the shot says."""

BATCH_ROWS = 10_000  # as texts of their own, rows take ten times as much
MOST_PLACES = 100_000


class FilledFile:
    """Filled rows, those refused by themselves among them; and the places of all rows."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.n_rows = 0
        self.refusals: list[Refusal] = []
        self._batches: list[pa.RecordBatch] = []
        self._waiting: list[tuple[object, ...]] = []
        self._places: dict[tuple[str, ...], list[int]] = {}

    def note_place(self, place: tuple[str, ...], row: int) -> None:
        """Counts a row, from 0, of a province, district and facility. Raises FileRefusedError."""
        self._places.setdefault(place, [0, row])[0] += 1
        if len(self._places) > MOST_PLACES:
            raise FileRefusedError(RefusalKind.FILE_TOO_LARGE)

    def add(
        self,
        row: int,
        cells: Mapping[str, str],
        values: Mapping[str, str],
        is_withdrawn: bool,
        faults: Sequence[tuple[str | None, RefusalKind]],
    ) -> None:
        """Takes a row: cells by column of NEEDED, right values by field of the shot, and what is wrong."""
        for column, kind in faults:
            advice = HOW_TO_WRITE.get(column or "", "") if kind is RefusalKind.UNREADABLE else ""
            self.refusals.append(Refusal(self.file, row, column, kind, advice))
        place, told = ([cells[name] for name in names] for names in (PLACE, AS_IT_IS))
        correct = [values.get(name) for name in AS_IT_IS]
        by, on = cells["corrected_by"], cells["corrected_on"]
        self._waiting.append(
            (row, cells["shot_id"], place, told, correct, is_withdrawn, bool(faults), by, on)
        )
        self.n_rows += 1
        if len(self._waiting) == BATCH_ROWS:
            self._pack()

    def _pack(self) -> None:
        columns = zip(*self._waiting, strict=True)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, FILLED_ROWS, strict=True)]
        self._batches.append(pa.RecordBatch.from_arrays(arrays, schema=FILLED_ROWS))
        self._waiting = []

    def batches(self) -> list[pa.RecordBatch]:
        """The filled rows as FILLED_ROWS."""
        if self._waiting:
            self._pack()
        return self._batches

    def rows_by_place(self) -> Iterator[RowsOfPlace]:
        """For whoever asks who may sign for them."""
        for place, (n_rows, first_row) in self._places.items():
            province, district, facility = (name or None for name in place)
            yield RowsOfPlace(province, district, facility, n_rows, first_row)
