"""The codes of a part in batches of columns, ready to be judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa

from signer.campaign.verify_parts import Files, Members, Part, TableRows
from signer.errors import CertificateInvalid, InputUnreadable
from signer.tables.files import identity_of
from signer.verifying.archives import codes_of_archive
from signer.verifying.code import UNREADABLE, Code
from signer.verifying.codes import read_codes
from signer.verifying.parquet import open_parquet
from signer.verifying.pieces import Piece, codes_of_piece
from signer.verifying.rows import COLUMN

__all__ = ["CodeBatch", "batches_of"]

BATCH_ROWS = 8192


@dataclass(frozen=True)
class CodeBatch:
    """Codes as columns: source string, row int64, page int32, and texts, string, of one length.

    `failures` tells by index why there is no text.
    """

    source: pa.Array
    row: pa.Array
    page: pa.Array
    texts: pa.Array
    failures: Mapping[int, CertificateInvalid]

    @classmethod
    def of(cls, codes: list[Code]) -> CodeBatch:
        """Codes of any origin."""
        return cls(
            source=pa.array([_writable(code.source) for code in codes], pa.string()),
            row=pa.array([code.row for code in codes], pa.int64()),
            page=pa.array([code.page for code in codes], pa.int32()),
            texts=pa.array([code.text for code in codes], pa.string()),
            failures={at: code.failure for at, code in enumerate(codes) if code.failure is not None},
        )


def _writable(source: str) -> str:
    """The name of a file, which need not be UTF-8."""
    return source.encode(errors="replace").decode()


def batches_of(part: Part, count: Callable[[int], None]) -> Iterator[CodeBatch]:
    """The codes of a part in their order; `count` hears the rows of a piece, as `codes_of_piece` has it.

    What cannot be read any more is a failure at the end: it costs nothing that stands before it.
    """
    match part.work:
        case TableRows() as rows:
            yield from _while_same(_of_table(rows), rows.path, part.identity)
        case Piece() as piece:
            codes = _whole(codes_of_piece(piece, str(piece.path), count), str(piece.path))
            yield from _while_same(_batched(codes), piece.path, part.identity)
        case Members(path, first, end):
            codes = _whole(codes_of_archive(path, first, end), str(path))
            yield from _while_same(_batched(codes), path, part.identity)
        case Files(arguments):
            codes = (code for argument in arguments for code in _whole(read_codes(argument), argument))
            yield from _batched(codes)


def _batched(codes: Iterator[Code]) -> Iterator[CodeBatch]:
    while some := list(islice(codes, BATCH_ROWS)):
        yield CodeBatch.of(some)


def _while_same(batches: Iterator[CodeBatch], path: Path, identity: tuple[int, ...]) -> Iterator[CodeBatch]:
    """The batches as long as the file is the one that was cut; then one failure instead of the others.

    It is looked at behind each batch, and behind the last: what was read of another is not given.
    """
    for batch in batches:
        if not _is_same(path, identity):
            break
        yield batch
    else:
        if _is_same(path, identity):
            return
    failure = CertificateInvalid(UNREADABLE, "the file was changed while it was read; start again")
    yield CodeBatch.of([Code("", str(path), None, failure=failure)])


def _is_same(path: Path, identity: tuple[int, ...]) -> bool:
    try:
        return identity_of(path) == identity
    except OSError:
        return False


def _whole(codes: Iterator[Code], source: str) -> Iterator[Code]:
    row = None
    try:
        for code in codes:
            row = code.row if code.source == source else None  # a member of an archive counts its own
            yield code
    except (OSError, InputUnreadable):
        yield _lost(source, row)


def _lost(source: str, row: int | None) -> Code:
    """What could be read when the run began, and cannot be read now."""
    where = "" if row is None else f" from row {row + 1} on"
    failure = CertificateInvalid(UNREADABLE, f"the file cannot be read{where}; copy it again")
    return Code("", source, None if row is None else row + 1, failure=failure)


def _of_table(rows: TableRows) -> Iterator[CodeBatch]:
    """Straight from the file's column, no Python object a row; the rows that are lost are one failure.

    Not one each: a footer can name any number of them.
    """
    n_read, source = 0, str(rows.path)
    with suppress(OSError, pa.ArrowException, InputUnreadable):
        for texts in _columns_of(rows):
            yield _of_column(texts, source, rows.first_row + n_read)
            n_read += len(texts)
    if n_read < rows.n_rows:
        yield CodeBatch.of([_lost(source, rows.first_row + n_read - 1)])


def _columns_of(rows: TableRows) -> Iterator[pa.Array]:
    before, end = 0, rows.skip + rows.n_rows
    with open_parquet(rows.path) as table:
        for batch in table.iter_batches(BATCH_ROWS, [rows.group], [COLUMN], use_threads=False):
            first = max(0, rows.skip - before)
            texts = batch.column(0).slice(first, max(0, end - before - first))
            before += batch.num_rows
            if len(texts):
                yield texts
            if before >= end:
                return


def _of_column(texts: pa.Array, source: str, first_row: int) -> CodeBatch:
    n = len(texts)
    return CodeBatch(
        source=pa.repeat(pa.scalar(_writable(source)), n),
        row=pa.array(range(first_row, first_row + n), pa.int64()),
        page=pa.nulls(n, pa.int32()),
        texts=texts.cast(pa.string()).fill_null(""),
        failures={},
    )
