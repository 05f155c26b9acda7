"""Verification in bulk: parts to workers, and their verdicts in order into one file, whole or not at all."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from signer.campaign.verify_parts import Part, cut_into_parts
from signer.campaign.verify_summary import Counts, VerifySummary, summarise
from signer.campaign.verify_trust import PortableTrust
from signer.campaign.verify_verdicts import VERDICTS
from signer.campaign.verify_worker import JudgedPart, OpenVerifyWorker
from signer.durable import naming, new_file
from signer.engines.local import LocalEngine
from signer.errors import InputUnreadable, OutputExists, OutputUnwritable, StoppedHalfWay
from signer.verifying import NOTHING_REVOKED, Revocations, TrustStore
from signer.verifying.pieces import Piece

__all__ = ["VerifyOrder", "verify_in_bulk"]

log = logging.getLogger(__name__)

OnProgress = Callable[[int, int], None]

REPETITIVE: Final = (
    "source", "page", "verdict", "reason", "layer", "issuer", "kid", "iat", "exp", "marks.list.element",
)  # fmt: skip
PRIVATE: Final = 0o600


@dataclass(frozen=True)
class VerifyOrder:
    """What to verify, texts and files, under which trust and as of when, and where the verdicts go.

    What `revocations` name is not valid.
    """

    arguments: Sequence[str]
    trust: TrustStore
    at: datetime
    out: Path
    n_workers: int
    revocations: Revocations = NOTHING_REVOKED


def verify_in_bulk(order: VerifyOrder, on_progress: OnProgress, clock: Callable[[], float]) -> VerifySummary:
    """Writes a row of VERDICTS for each code, in the order of the arguments; no bad code ends the run.

    `on_progress` hears the codes done and, as far as that is known before, in all. Raises InputUnreadable for
    what cannot be read at all, OutputExists, OutputUnwritable, and StoppedHalfWay, with nothing written.
    """
    started_s = clock()
    _require_absent(order.out)
    try:
        # The workers first: nothing has been opened, and no thread started, that they could inherit.
        with LocalEngine(order.n_workers) as engine:
            parts = cut_into_parts(order.arguments)
            log.info("verifying %d parts", len(parts))
            open_worker = OpenVerifyWorker(PortableTrust.of(order.trust), order.at, order.revocations)
            with _verdict_file(order.out) as writer:
                progress = _Progress(parts, on_progress)
                with closing(engine.run(parts, open_worker, progress.hear)) as results:
                    counts, marks = _write(writer, order.out, _in_order(results, progress))
                if not counts:
                    raise InputUnreadable("there is no certificate to check in what was given")
    except KeyboardInterrupt:
        raise StoppedHalfWay("interrupted; nothing was written, the same command starts over") from None
    return summarise(counts, marks, order.out, clock() - started_s, order.n_workers)


class _Progress:
    """Adds up what the workers report; a part that is done again starts from nothing."""

    def __init__(self, parts: Sequence[Part], on_progress: OnProgress) -> None:
        self._expected = sum(part.n_rows for part in parts)
        self._on_progress = on_progress
        self._by_part = Counter[int]()
        self._done = 0

    def hear(self, part: Part, n_done: int) -> None:
        """So many codes of the part are done, which may be more than were expected."""
        self._done += n_done - self._by_part[part.number]
        self._by_part[part.number] = n_done
        self._on_progress(min(self._done, self._expected), self._expected)


def _in_order(
    results: Iterator[tuple[Part, JudgedPart]], progress: _Progress
) -> Iterator[tuple[Part, JudgedPart]]:
    """The parts by their numbers; those that are done too early wait."""
    waiting: dict[int, tuple[Part, JudgedPart]] = {}
    number = 0
    for part, judged in results:
        progress.hear(part, part.n_rows)
        waiting[part.number] = part, judged
        while number in waiting:
            yield waiting.pop(number)
            number += 1


def _write(
    writer: pq.ParquetWriter, out: Path, parts: Iterator[tuple[Part, JudgedPart]]
) -> tuple[Counts, Counter[str]]:
    """Writes all verdicts, the rows of pieces numbered on from the piece before."""
    counts, marks, n_before = Counts(), Counter[str](), 0
    for part, judged in parts:
        is_piece = isinstance(part.work, Piece)
        if not isinstance(part.work, Piece) or part.work.start == 0:
            n_before = 0
        verdicts = _numbered_on(judged.verdicts, n_before) if n_before else judged.verdicts
        n_before += judged.n_rows if is_piece else 0
        with naming(out):
            writer.write_table(verdicts)
        counts.add(judged.counts)
        marks.update(judged.marks)
    return counts, marks


def _numbered_on(verdicts: pa.Table, n_before: int) -> pa.Table:
    place = VERDICTS.get_field_index("row")
    return verdicts.set_column(place, VERDICTS.field("row"), pc.add(verdicts.column("row"), n_before))


def _require_absent(out: Path) -> None:
    if os.path.lexists(out):
        raise OutputExists(f"{out} is there already; name another file, or remove it")
    if not out.parent.is_dir():
        raise OutputUnwritable(f"{out.parent}: no such folder; make it first")


@contextmanager
def _verdict_file(out: Path) -> Iterator[pq.ParquetWriter]:
    """The file of verdicts, private, which gets its name when the block ends well."""
    with naming(out), new_file(out, is_shared=True) as temporary:
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
        with pq.ParquetWriter(temporary, VERDICTS, use_dictionary=list(REPETITIVE)) as writer:
            yield writer
