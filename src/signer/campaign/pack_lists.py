"""The lists beside the shards of a pack run: what is in them, what was left out, what was not found."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from signer.durable import naming, new_file, write_text
from signer.packing.csv_text import csv_text
from signer.packing.fitness import LeftOut
from signer.packing.selection import NotFound
from signer.packing.shards import Bucket, Shard

__all__ = [
    "WrittenShard",
    "list_left_out",
    "write_index",
    "write_left_out",
    "write_list",
    "write_not_found",
]

PLACES = ("province", "district", "facility")
LEFT_OUT_COLUMNS = ("uvci", "shot_id", "reason")


@dataclass(frozen=True)
class WrittenShard:
    """A shard that is there, with `n_packed` certificates; of a folder, `sha256` is over all its files."""

    shard: Shard
    n_packed: int
    bytes: int
    sha256: str


def write_index(folder: Path, written: Sequence[WrittenShard]) -> None:
    """index.csv: every shard with its place, certificates, bytes and SHA-256. Raises StoppedHalfWay."""
    columns: dict[str, list[object]] = {"path": [each.shard.path for each in written]}
    for level, name in enumerate(PLACES):
        columns[name] = ["".join(each.shard.group[level : level + 1]) for each in written]
    columns["certificates"] = [each.n_packed for each in written]
    columns["bytes"] = [each.bytes for each in written]
    columns["sha256"] = [each.sha256 for each in written]
    write_list(folder / "index.csv", csv_text(columns))


def write_not_found(folder: Path, not_found: Sequence[NotFound]) -> None:
    """not_found.csv, if there is anything to be listed. Raises StoppedHalfWay."""
    if not_found:
        columns = {name: [getattr(each, name) for each in not_found] for name in ("column", "value")}
        write_list(folder / "not_found.csv", csv_text(columns))


def list_left_out(staging: Path, bucket: Bucket, left_out: Sequence[LeftOut]) -> None:
    """A worker's share of left_out.csv, without the header. Raises StoppedHalfWay."""
    columns = {name: [getattr(each, name) for each in left_out] for name in LEFT_OUT_COLUMNS}
    _, _, lines = csv_text(columns).partition("\r\n")
    write_list(_left_out_path(staging, bucket), lines)


def write_left_out(folder: Path, staging: Path, buckets: Sequence[Bucket]) -> None:
    """left_out.csv of the workers' shares, if there is anything in them. Raises StoppedHalfWay."""
    shares = [_left_out_path(staging, bucket) for bucket in buckets]
    if not any(share.stat().st_size for share in shares):
        return
    path = folder / "left_out.csv"
    with naming(path), new_file(path) as temporary, temporary.open("wb") as joined:
        joined.write(csv_text({name: [] for name in LEFT_OUT_COLUMNS}).encode("utf-8"))
        for share in shares:
            with share.open("rb") as lines:
                shutil.copyfileobj(lines, joined)


def _left_out_path(staging: Path, bucket: Bucket) -> Path:
    return staging / f"left-out-{bucket.number:06d}"


def write_list(path: Path, text: str) -> None:
    """A whole file in UTF-8. Raises StoppedHalfWay, naming the file."""
    with naming(path):
        write_text(path, text)
