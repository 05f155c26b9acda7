"""The shots beside the certificates of a pack run: paper shows of them what no certificate holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pyarrow as pa

from signer import sources
from signer.errors import InputUnreadable
from signer.packing.certificate_files import CertificateFile
from signer.packing.choosing import Choice
from signer.packing.delivery import Delivery, Sheets
from signer.packing.shot_facts import SHOT_FACTS, FactsOf, find_facts, no_facts

__all__ = ["facts_of", "open_shots"]

ROWS_PER_PART = 100_000


def open_shots(delivery: Delivery) -> list[sources.Source]:
    """Looks at the tables of shots that a delivery is to show. Raises InputUnreadable."""
    return [_open(path) for path in (delivery.shots if isinstance(delivery, Sheets) else ())]


def _open(path: Path) -> sources.Source:
    if sources.is_csv(path):
        raise InputUnreadable(f"{path}: a CSV; save the shots as Parquet to have them joined")
    return sources.open_source(path)


def facts_of(
    shots: Sequence[sources.Source],
    files: Sequence[CertificateFile],
    choice: Choice,
    folder: Path,
    n_threads: int,
) -> AbstractContextManager[FactsOf]:
    """Nationality and lot of the selected rows, nulls without shots. Raises as `find_facts`."""
    if not shots:
        return nullcontext(no_facts)
    return find_facts(_read(shots), files, choice, folder, n_threads)


def _read(shots: Iterable[sources.Source]) -> Iterator[pa.RecordBatch]:
    for source in shots:
        for part in source.parts(ROWS_PER_PART):
            for batch in sources.read_part(part):
                yield _readable(batch.select(["shot_id", *SHOT_FACTS.names]))


def _readable(batch: pa.RecordBatch) -> pa.RecordBatch:
    """With null for each text that is not UTF-8: `issue` refused such a shot."""
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        texts = [map(_text, column.cast(pa.binary()).to_pylist()) for column in batch.columns]
        columns = [pa.array(column, pa.string()) for column in texts]
        return pa.RecordBatch.from_arrays(columns, schema=batch.schema)
    return batch


def _text(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        return None
