"""Pictures of QR symbols, drawn anew from the certificates' texts and put in archives with an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

from signer import _core
from signer.packing.archives import ArchiveFile, OpenArchive
from signer.packing.csv_text import csv_text
from signer.packing.drawing import draw_fitting
from signer.packing.file_names import picture_stem
from signer.packing.fitness import LeftOut, NothingFits, reason_of
from signer.packing.moments import in_iso, in_seconds
from signer.records.pictures import PictureOptions

__all__ = ["INDEX", "PictureWriter"]

INDEX = "index.csv"
INDEX_COLUMNS = (
    "uvci", "shot_id", "province", "district", "facility", "dose_number", "doses_in_series", "iat", "exp",
)  # fmt: skip
BATCH_ROWS = 1024


class PictureWriter:
    """Writes shards of pictures; `report` hears how many of a shard's rows are through."""

    def __init__(
        self, options: PictureOptions, open_archive: OpenArchive, report: Callable[[int], None]
    ) -> None:
        self._painter = _core.QrPainter(**options.as_painter())
        self._suffix = f".{options.format}"
        self._open_archive = open_archive
        self._report = report

    def __call__(self, rows: pa.Table, path: Path) -> list[LeftOut]:
        """Writes rows of the PACKED schema to an archive, and gives those that cannot be drawn.

        Raises NothingFits if that are all, and OSError.
        """
        names: list[str | None] = []
        moments = in_seconds(rows.column("iat"))
        with self._open_archive(path) as archive:
            for first in range(0, len(rows), BATCH_ROWS):
                names += self._add(archive, rows.slice(first, BATCH_ROWS), moments[first:])
                self._report(len(names))
            left_out = _left_out(rows, names)
            if len(left_out) == len(rows):
                raise NothingFits(left_out)
            index = _index(rows, names)
            archive.add(INDEX, index.encode("utf-8"), max(moments, default=0))
        return left_out

    def _add(self, archive: ArchiveFile, rows: pa.Table, moments: list[int]) -> Iterator[str | None]:
        """Puts one batch of pictures in; gives the name of each, None where there is no picture."""
        pictures = draw_fitting(self._painter, rows.column("hc1").combine_chunks())
        for uvci, picture, moment in zip(rows.column("uvci").to_pylist(), pictures, moments, strict=False):
            if picture is None:
                yield None
                continue
            name = picture_stem(uvci) + self._suffix
            archive.add(name, picture, moment)
            yield name


def _index(rows: pa.Table, names: list[str | None]) -> str:
    drawn = pa.array(names, pa.string())
    listed = rows.select(INDEX_COLUMNS).add_column(0, "file", drawn).filter(drawn.is_valid())
    return csv_text(in_iso(listed))


def _left_out(rows: pa.Table, names: list[str | None]) -> list[LeftOut]:
    missing = rows.select(["uvci", "shot_id", "hc1"]).filter(pa.array(names, pa.string()).is_null())
    return [LeftOut(row["uvci"], row["shot_id"] or "", reason_of(row["hc1"])) for row in missing.to_pylist()]
