"""The issue run: shots in, certificates and refusals out, whole or not at all."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from signer import _core, durable
from signer.campaign.issue_destinations import OutFolder
from signer.campaign.issue_parts import IssuePart, n_rows_of, staged_parts
from signer.campaign.issue_progress import OnProgress, RowsDone
from signer.campaign.issue_worker import OpenIssueWorker, PartCounts
from signer.campaign.left_out import NOTHING_LEFT_OUT
from signer.campaign.summary import Summary
from signer.campaign.tables import CERTIFICATES_TABLE, REFUSED_TABLE
from signer.campaign.workspace import make_folder, open_workspace, refuse_taken
from signer.engines.local import LocalEngine
from signer.errors import StoppedHalfWay
from signer.issuing.terms import IssueTerms, settle_terms
from signer.profile import load_profile
from signer.records.pictures import PictureOptions

__all__ = ["IssueOrder", "issue"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class IssueOrder:
    """What to issue, by what profile and into which folder; `issued_at` is in seconds since 1970.

    `pictures` is how the QR codes are drawn, or None for texts alone.
    """

    shots: Sequence[Path]
    profile: Path
    out: Path
    n_workers: int
    issued_at: int
    pictures: PictureOptions | None = None


def issue(order: IssueOrder, on_progress: OnProgress, clock: Callable[[], float]) -> Summary:
    """Signs all shots into `order.out`; `on_progress` hears the rows done and the rows in all.

    Raises OutputExists, OutputUnwritable, ProfileInvalid, KeyUnusable, PreflightFailed and InputUnreadable
    before anything is signed, StoppedHalfWay afterwards; nothing is left at `order.out` then.
    """
    started_s = clock()
    try:
        refuse_taken(order.out)
        # The workers first: nothing has been opened, and no thread started, that they could inherit.
        with LocalEngine(order.n_workers) as engine:
            terms = settle_terms(load_profile(order.profile), order.issued_at, order.pictures)
            with open_workspace(order.out) as folder:
                n_parts, counts = _issue_into(folder, order, terms, engine, on_progress)
                summary = _summarise(terms, order, n_parts, counts, clock() - started_s)
                _write_summary(folder / "summary.json", summary)
    except KeyboardInterrupt:
        raise StoppedHalfWay("interrupted; nothing is kept, the same command starts over") from None
    return summary


def _issue_into(
    folder: Path, order: IssueOrder, terms: IssueTerms, engine: LocalEngine, on_progress: OnProgress
) -> tuple[int, PartCounts]:
    """Gives the number of parts and what became of all their rows."""
    with staged_parts(order.shots, folder, order.n_workers) as parts:
        log.info("%s: %d rows in %d parts", terms.campaign, n_rows_of(parts), len(parts))
        counts = _sign(folder, terms, parts, engine, on_progress)
        if counts.issued + counts.refused != n_rows_of(parts):
            raise StoppedHalfWay(f"of {n_rows_of(parts)} rows some were lost; please report this mistake")
        return len(parts), counts


def _sign(
    folder: Path, terms: IssueTerms, parts: Sequence[IssuePart], engine: LocalEngine, on_progress: OnProgress
) -> PartCounts:
    for table in (CERTIFICATES_TABLE, REFUSED_TABLE):
        make_folder(folder / table.folder)
    progress = RowsDone(n_rows_of(parts), on_progress)
    counts = PartCounts()
    open_worker = OpenIssueWorker(terms, OutFolder(folder), NOTHING_LEFT_OUT)
    # Closed before the folder is: no worker may still write when it is removed.
    with closing(engine.run(parts, open_worker, progress.hear)) as results:
        for part, issued in results:
            counts.add(issued.counts)
            progress.hear(part, part.n_rows)
    return counts


def _summarise(
    terms: IssueTerms, order: IssueOrder, n_parts: int, counts: PartCounts, seconds: float
) -> Summary:
    n_rows = counts.issued + counts.refused
    return Summary(
        rows=n_rows,
        issued=counts.issued,
        refused=counts.refused,
        by_reason=dict(sorted(counts.by_reason.items())),
        by_field=dict(sorted(counts.by_field.items())),
        refused_limit=terms.profile.refused_limit,
        seconds=round(seconds, 3),
        rate_per_s=round(n_rows / seconds, 1) if seconds > 0 else 0.0,
        workers=order.n_workers,
        pictures=None if order.pictures is None else order.pictures.format,
        cpu_level=_core.cpu_level(),
        parts=n_parts,
        bytes=counts.bytes,
        campaign=terms.campaign,
        kid=terms.kid.hex(),
        iat=terms.issued_at,
        exp=terms.expires_at,
    )


def _write_summary(path: Path, summary: Summary) -> None:
    try:
        durable.write_text(path, json.dumps(summary.as_dict(), indent=2) + "\n")
    except OSError as error:
        raise StoppedHalfWay(f"{path}: cannot be written: {error.strerror}") from error
