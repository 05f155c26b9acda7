"""Columns that become one: the fields of a row as a list, and the lines of a file as its bytes."""

from __future__ import annotations

import pyarrow as pa
import pytest

from signer.corrections.csv_text import csv_lines, text_of
from signer.corrections.field_lists import column_of, lists_of

ROWS = [["a", None, ""], ["b", "ü", None], [None, "x", "yz"]]


@pytest.mark.parametrize("n_rows", [0, 1, 3])
def test_fields_come_back_from_their_lists(n_rows: int) -> None:
    columns = [pa.array([row[place] for row in ROWS[:n_rows]], pa.string()) for place in range(3)]
    lists = lists_of(columns)
    assert lists.to_pylist() == ROWS[:n_rows]
    for place, column in enumerate(columns):
        assert column_of(pa.chunked_array([lists]), place).to_pylist() == column.to_pylist()


def test_slices_of_lines_are_their_bytes() -> None:
    texts = ["x", "=y", 'q"', "", "Đỗ Thị Hường"]
    lines = csv_lines(pa.record_batch({"one": pa.array(texts), "two": pa.array(texts[::-1])}), 1)
    for first in range(len(lines) + 1):
        for n_rows in range(len(lines) - first + 1):
            part = lines.slice(first, n_rows)
            assert bytes(text_of(part)).decode() == "".join(part.to_pylist())
