"""Writes small tables into the test's own folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


@pytest.fixture
def write_parquet(tmp_path: Path) -> Callable[..., Path]:
    def write(table: pa.Table, name: str = "shots.parquet", rows_per_group: int = 100) -> Path:
        path = tmp_path / name
        pq.write_table(table, path, row_group_size=rows_per_group)
        return path

    return write


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def write(content: str | bytes, name: str = "shots.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
