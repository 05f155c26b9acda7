"""What was chosen is found again, whatever range of it is asked for."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from signer.renewing import read_selected


@pytest.mark.parametrize("rows_per_group", [1, 4, 5, 100])
def test_every_range_is_read(tmp_path: Path, rows_per_group: int) -> None:
    n_rows = 13
    columns = {
        "file": [row // 6 for row in range(n_rows)],
        "row_in_file": [row % 6 for row in range(n_rows)],
        "held_back": [row % 5 == 0 for row in range(n_rows)],
    }
    chosen = pa.table(columns)
    pq.write_table(chosen, tmp_path / "selected.parquet", row_group_size=rows_per_group)
    for first in range(n_rows):
        for end in range(first + 1, n_rows + 1):
            read = read_selected(tmp_path / "selected.parquet", first, end - first)
            assert read.to_pydict() == chosen.slice(first, end - first).to_pydict()
