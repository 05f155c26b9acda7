"""The pack run: issued certificates in, a folder to hand on out, whole or not at all."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from signer import _core
from signer.campaign.pack_lists import WrittenShard, write_index, write_left_out, write_list, write_not_found
from signer.campaign.pack_registry import GivenCertificates, open_given
from signer.campaign.pack_shots import facts_of, open_shots
from signer.campaign.pack_summary import PackSummary, delivery_as_dict, selection_as_dict
from signer.campaign.pack_worker import OpenPackWorker, WrittenBucket
from signer.campaign.workspace import make_folder, open_workspace, refuse_taken
from signer.durable import naming
from signer.engines.local import LocalEngine
from signer.errors import InputUnreadable, StoppedHalfWay
from signer.packing.certificate_files import CertificateFile
from signer.packing.choosing import Choice, choose
from signer.packing.delivery import Delivery, Sheets
from signer.packing.print_sheets import require_print
from signer.packing.repeats import refuse_repeats
from signer.packing.scattering import bucket_path, scatter
from signer.packing.selection import Selection
from signer.packing.shards import Bucket, cut_shards, fill_buckets
from signer.packing.withdrawn import NOTHING_WITHDRAWN, Withdrawn, find_withdrawn

__all__ = ["PackOrder", "pack"]

log = logging.getLogger(__name__)

OnProgress = Callable[[int, int], None]

BUCKET_ROWS = 50_000  # some 35 MB
BUCKETS_PER_WORKER = 4  # so that all workers end together where there is little to do
STAGING = ".staging"  # no group's folder begins with a full stop


@dataclass(frozen=True)
class PackOrder:
    """Which certificates to deliver, in what form and into which folder.

    `by` is a key of `choosing.GROUPED_BY`; a shard has at most `shard_size` certificates.
    """

    certificates: Sequence[Path]
    out: Path
    delivery: Delivery
    by: str
    shard_size: int
    selection: Selection
    n_workers: int


def pack(order: PackOrder, on_progress: OnProgress, clock: Callable[[], float]) -> PackSummary:
    """Packs the selected certificates into `order.out`; `on_progress` hears the rows done and in all.

    Raises OutputExists, OutputUnwritable, RegistryUnreadable and InputUnreadable, also where nothing is
    selected, and what the extra [print] raises, before anything is made; StoppedHalfWay afterwards.
    Nothing is at `order.out` then.
    """
    started_s = clock()
    try:
        refuse_taken(order.out)
        # The workers first: nothing has been opened, and no thread started, that they could inherit.
        with LocalEngine(order.n_workers) as engine:
            if isinstance(order.delivery, Sheets):
                require_print(order.delivery.font)
            given = open_given(order.certificates)
            with open_workspace(order.out) as folder:
                run = _Run(order, folder, given, engine, on_progress)
                written = run.write_shards()
                summary = _summarise(run, written, clock() - started_s)
                write_list(folder / "summary.json", json.dumps(summary.as_dict(), indent=2) + "\n")
    except KeyboardInterrupt:
        raise StoppedHalfWay("interrupted; nothing is kept, the same command starts over") from None
    return summary


class _Run:
    """One run, from the choice of the certificates to the lists of what became of them."""

    def __init__(
        self,
        order: PackOrder,
        folder: Path,
        given: GivenCertificates,
        engine: LocalEngine,
        on_progress: OnProgress,
    ) -> None:
        self.order = order
        self.files = given.files
        self._folder = folder
        self._staging = folder / STAGING
        self._engine = engine
        self._on_progress = on_progress
        self._rows_done: dict[int, int] = {}
        make_folder(self._staging)
        self._shots = open_shots(order.delivery)
        self.withdrawn = self._find_withdrawn(given)
        self.choice = _choose(order, given.files, self.withdrawn, self._staging)

    def _find_withdrawn(self, given: GivenCertificates) -> Withdrawn:
        if not given.has_registry:
            return NOTHING_WITHDRAWN
        return find_withdrawn(
            self.files, given.withdrawals(), given.renewals, self._staging, self.order.n_workers
        )

    def write_shards(self) -> list[WrittenShard]:
        """Writes the shards and the lists beside them; gives the shards in packed order."""
        buckets = self._buckets()
        log.info("%d of %d certificates selected, being sorted", self.choice.n_rows, self.n_rows)
        n_threads = self.order.n_workers
        with (
            facts_of(self._shots, self.files, self.choice, self._staging, n_threads) as facts,
            naming(self._staging),
        ):
            scatter(self.files, self.choice, buckets, self._staging, facts)
        log.info("sorted in %d buckets, being packed", len(buckets))
        written = self._have_written(buckets)
        write_index(self._folder, written)
        write_left_out(self._folder, self._staging, buckets)
        write_not_found(self._folder, self.choice.not_found)
        shutil.rmtree(self._staging)
        return written

    @property
    def n_rows(self) -> int:
        """The certificates of all files."""
        return sum(file.n_rows for file in self.files)

    def _buckets(self) -> list[Bucket]:
        shards = cut_shards(self.choice, self.order.shard_size, self.order.delivery.suffix)
        a_share = self.choice.n_rows // (BUCKETS_PER_WORKER * self.order.n_workers)
        return fill_buckets(shards, min(BUCKET_ROWS, a_share))

    def _have_written(self, buckets: Sequence[Bucket]) -> list[WrittenShard]:
        open_worker = OpenPackWorker(self.order.delivery, self._folder, self._staging)
        by_bucket: dict[int, WrittenBucket] = {}
        # Closed before the folder is: no worker may still write when it is removed.
        with closing(self._engine.run(buckets, open_worker, self._hear)) as results:
            for bucket, of_bucket in results:
                by_bucket[bucket.number] = of_bucket
                bucket_path(self._staging, bucket).unlink()
                self._hear(bucket, bucket.n_rows)
        written = [shard for bucket in buckets for shard in by_bucket[bucket.number].shards]
        n_left_out = sum(of_bucket.n_left_out for of_bucket in by_bucket.values())
        if sum(shard.n_packed for shard in written) + n_left_out != self.choice.n_rows:
            raise StoppedHalfWay("some certificates were lost; please report this mistake")
        return written

    def _hear(self, bucket: Bucket, n_rows_done: int) -> None:
        """A bucket that is done again starts from nothing."""
        self._rows_done[bucket.number] = n_rows_done
        self._on_progress(sum(self._rows_done.values()), self.choice.n_rows)


def _choose(
    order: PackOrder, files: Sequence[CertificateFile], withdrawn: Withdrawn, staging: Path
) -> Choice:
    choice = choose(files, order.selection, order.by, withdrawn)
    if not choice.n_rows:
        first, *others = order.certificates
        named = f"{first} and {len(others)} more" if others else str(first)
        n_rows = sum(file.n_rows for file in files)
        raise InputUnreadable(f"{named}: none of the {n_rows} certificates is selected by: {order.selection}")
    refuse_repeats(files, choice, staging, order.n_workers)
    return choice


def _summarise(run: _Run, written: Sequence[WrittenShard], seconds: float) -> PackSummary:
    order, choice = run.order, run.choice
    n_packed = sum(shard.n_packed for shard in written)
    return PackSummary(
        certificates=run.n_rows,
        renewed=len(run.withdrawn.renewed),
        superseded=len(run.withdrawn.superseded),
        revoked=len(run.withdrawn.revoked),
        selected=choice.n_rows,
        packed=n_packed,
        left_out=choice.n_rows - n_packed,
        not_found=len(choice.not_found),
        groups=len(choice.groups),
        shards=len(written),
        bytes=sum(shard.bytes for shard in written),
        by=order.by,
        shard_size=order.shard_size,
        delivery=delivery_as_dict(order.delivery),
        selection=selection_as_dict(order.selection),
        seconds=round(seconds, 3),
        rate_per_s=round(choice.n_rows / seconds, 1) if seconds > 0 else 0.0,
        workers=order.n_workers,
        cpu_level=_core.cpu_level(),
    )
