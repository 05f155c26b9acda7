"""The plan of what goes where: groups are cut in shards, and shards are put together to buckets of work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from signer.packing.choosing import Choice, Group
from signer.packing.file_names import folder_names

__all__ = ["Bucket", "Shard", "cut_shards", "fill_buckets"]


@dataclass(frozen=True)
class Shard:
    """Certificates `first` to `first + n_rows - 1` in packed order, to be put at `path` below the output.

    Packed order is by group, and within a group by row. `path` has `/` between folders.
    """

    path: str
    group: Group
    first: int
    n_rows: int


@dataclass(frozen=True)
class Bucket:
    """Consecutive shards that one worker writes together."""

    number: int
    shards: tuple[Shard, ...]

    @property
    def first(self) -> int:
        return self.shards[0].first

    @property
    def n_rows(self) -> int:
        return sum(shard.n_rows for shard in self.shards)

    def __str__(self) -> str:
        return f"work {self.number} (certificates {self.first} to {self.first + self.n_rows - 1})"


def cut_shards(choice: Choice, shard_size: int, suffix: str) -> list[Shard]:
    """Each group in shards of `shard_size`, the last one of a group with what remains."""
    return list(_cut(choice, shard_size, suffix))


def _cut(choice: Choice, shard_size: int, suffix: str) -> Iterator[Shard]:
    names = [folder_names(texts) for texts in zip(*choice.groups, strict=True)]
    first = 0
    for group, count in zip(choice.groups, choice.counts, strict=True):
        folders = "".join(f"{of_level[text]}/" for of_level, text in zip(names, group, strict=True))
        for number, start in enumerate(range(0, count, shard_size)):
            n_rows = min(shard_size, count - start)
            yield Shard(f"{folders}shard-{number:05d}{suffix}", group, first + start, n_rows)
        first += count


def fill_buckets(shards: Sequence[Shard], bucket_rows: int) -> list[Bucket]:
    """Shards in their order, as many to a bucket as stay within `bucket_rows`, but one at least."""
    buckets: list[Bucket] = []
    waiting: list[Shard] = []
    n_waiting = 0
    for shard in shards:
        if waiting and n_waiting + shard.n_rows > bucket_rows:
            buckets.append(Bucket(len(buckets), tuple(waiting)))
            waiting, n_waiting = [], 0
        waiting.append(shard)
        n_waiting += shard.n_rows
    if waiting:
        buckets.append(Bucket(len(buckets), tuple(waiting)))
    return buckets
