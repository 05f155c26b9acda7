"""Files of tables in the layout of real runs, statistics and all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from signer.campaign.tables import REFUSED_TABLE, Table, certificates_table, open_table_file
from signer.registry import FileKey

__all__ = ["FILE_KEY", "REFUSED_TABLE", "REGISTERED_TABLE", "write_file"]

FILE_KEY = FileKey(bytes(32))
"""Of files that nobody renews."""

REGISTERED_TABLE = certificates_table(None, registered=True)


def write_file(layout: Table, rows: pa.Table, path: Path, rows_per_group: int | None = None) -> None:
    """Writes the rows to `path`, in one row group by default; their schema may differ from the layout's."""
    with open_table_file(replace(layout, schema=rows.schema), path) as file:
        for batch in rows.combine_chunks().to_batches(max_chunksize=rows_per_group):
            file.write(batch)
