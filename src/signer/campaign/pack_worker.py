"""One worker of a pack run: takes a bucket of certificates and writes its shards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from signer.campaign.pack_folder import open_folder
from signer.campaign.pack_lists import WrittenShard, list_left_out
from signer.campaign.pack_reading import read_issued
from signer.durable import naming, new_file
from signer.packing.archives import OpenArchive, open_deflated_zip, open_tar, open_zip
from signer.packing.delivery import Delivery, Pictures, Texts
from signer.packing.fitness import LeftOut, NothingFits
from signer.packing.pictures import PictureWriter
from signer.packing.print_sheets import SheetPrinter
from signer.packing.scattering import gather
from signer.packing.shards import Bucket, Shard
from signer.packing.texts import TextWriter

__all__ = ["OpenPackWorker", "PackWorker", "WrittenBucket"]

OPEN_ARCHIVE: dict[tuple[str, str], OpenArchive] = {
    ("png", "zip"): open_zip,
    ("svg", "zip"): open_deflated_zip,
    ("png", "tar"): open_tar,
    ("svg", "tar"): open_tar,
    ("png", "none"): open_folder,
    ("svg", "none"): open_folder,
}

WriteShard = Callable[[pa.Table, Path], list[LeftOut]]


@dataclass(frozen=True)
class OpenPackWorker:
    """The order that is sent to a worker: what to make, the folder to write to and that of the buckets."""

    delivery: Delivery
    folder: Path
    staging: Path

    def __call__(self, report: Callable[[int], None]) -> PackWorker:
        pa.set_cpu_count(1)  # a process a core: more threads would only get in each other's way
        return PackWorker(self, report)


@dataclass(frozen=True)
class WrittenBucket:
    """The shards of a bucket that are there: those of which everything was left out are not."""

    shards: list[WrittenShard]
    n_left_out: int


class PackWorker:
    """Writes the shards of bucket after bucket; reports the rows that it is through with."""

    def __init__(self, order: OpenPackWorker, report: Callable[[int], None]) -> None:
        self._order = order
        self._report = report
        self._done_before = 0
        self._write = self._open_writer(order.delivery)

    def _open_writer(self, delivery: Delivery) -> WriteShard:
        if isinstance(delivery, Texts):
            return TextWriter(delivery)
        if isinstance(delivery, Pictures):
            open_archive = OPEN_ARCHIVE[delivery.format, delivery.archive]
            return PictureWriter(delivery.options, open_archive, self._hear)
        return SheetPrinter(delivery, read_issued, self._hear)

    def _hear(self, n_rows_of_shard: int) -> None:
        self._report(self._done_before + n_rows_of_shard)

    def close(self) -> None:
        """Holds nothing that outlives a bucket."""

    def __call__(self, part: Bucket) -> WrittenBucket:
        """Writes the shards, and lists what was left out in the folder of the buckets.

        Raises StoppedHalfWay.
        """
        rows = gather(part, self._order.staging)
        written: list[WrittenShard] = []
        left_out: list[LeftOut] = []
        self._done_before = 0
        for shard in part.shards:
            of_shard = rows.slice(self._done_before, shard.n_rows)
            left_out_here = self._write_shard(shard, of_shard)
            left_out += left_out_here
            self._done_before += shard.n_rows
            if len(left_out_here) < shard.n_rows:
                path = self._order.folder / shard.path
                written.append(WrittenShard(shard, shard.n_rows - len(left_out_here), *_digest(path)))
            self._report(self._done_before)
        list_left_out(self._order.staging, part, left_out)
        return WrittenBucket(written, len(left_out))

    def _write_shard(self, shard: Shard, rows: pa.Table) -> list[LeftOut]:
        path = self._order.folder / shard.path
        is_folder = not self._order.delivery.suffix
        with naming(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                if is_folder:
                    return self._write(rows, path)
                with new_file(path) as temporary:
                    return self._write(rows, temporary)
            except NothingFits as nothing:
                if is_folder:
                    path.rmdir()
                return nothing.left_out


def _digest(path: Path) -> tuple[int, str]:
    """Bytes and SHA-256 of a file, or of all files of a folder, in the order of their names."""
    digest, n_bytes = hashlib.sha256(), 0
    for file in sorted(path.iterdir(), key=lambda file: file.name) if path.is_dir() else [path]:
        with file.open("rb") as opened:
            while block := opened.read(1 << 20):
                digest.update(block)
                n_bytes += len(block)
    return n_bytes, digest.hexdigest()
