"""Certificates on paper: shards of PDF files, through the extra [print]."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, cast

import pyarrow as pa

from signer.packing.delivery import Delivery
from signer.packing.fitness import LeftOut, NothingFits

__all__ = ["SheetWriter"]

BATCH_ROWS = 256

Level = Literal["L", "M", "Q", "H"]


class SheetWriter:
    """Writes shards of sheets; `report` hears how many of a shard's rows are through.

    Raises SignerError, with what to do, where [print] or the font is missing.
    """

    def __init__(self, delivery: Delivery, report: Callable[[int], None]) -> None:
        from signer.packing.print_sheets import PrintOptions, SheetPrinter  # noqa: PLC0415 (an extra)

        self._report = report
        self._printer = SheetPrinter(
            PrintOptions(
                layout=delivery.layout,
                level=cast(Level, delivery.symbol.level),
                raise_level=delivery.symbol.raise_level,
                font=delivery.font,
            )
        )

    def __call__(self, rows: pa.Table, path: Path) -> list[LeftOut]:
        """Writes rows of the CARRIED schema to one file, and gives those that cannot be printed.

        Raises NothingFits if that are all, and OSError.
        """
        with path.open("wb") as file:
            written = self._printer.write(self._heard(rows), file)
        shot_ids = dict(zip(rows.column("uvci").to_pylist(), rows.column("shot_id").to_pylist(), strict=True))
        left_out = [LeftOut(each.uvci, shot_ids[each.uvci] or "", each.reason) for each in written.left_out]
        if not written.n_certificates:
            raise NothingFits(left_out)
        return left_out

    def _heard(self, rows: pa.Table) -> Iterator[pa.RecordBatch]:
        """The rows in batches; once the next is asked for, the one before is through."""
        done = 0
        for batch in rows.to_batches(BATCH_ROWS):
            yield batch
            done += len(batch)
            self._report(done)
