"""The files of one part: written under a temporary name, then named after plan, part and content."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from signer import durable
from signer.registry.authentication import FileKey, read_through
from signer.registry.layout import CERTIFICATES, PRIVATE_FILE, REFUSED, part_file_name, temporary_name

__all__ = ["NewFile", "PartFile", "PartFiles", "WorkingFile", "WorkingPart", "new_part", "new_table_file"]


@dataclass(frozen=True)
class PartFile:
    """A finished file in the folder of a table.

    `sha256` and `gmac` are of the whole file, in hex (`Gmac`; null where it is not authenticated). The
    shot_ids are null where no row has one.
    """

    name: str
    rows: int
    bytes: int
    sha256: str
    min_shot_id: str | None
    max_shot_id: str | None
    gmac: str | None = None


@dataclass(frozen=True)
class NewFile:
    """A finished file that is ready to be committed to one table: which part of which plan or order it is.

    `skipped` counts the part's rows that are in no table, by the reason why.
    """

    plan_id: str
    part: int
    file: PartFile
    skipped: Mapping[str, int] = field(default_factory=dict)

    @property
    def transaction(self) -> str:
        """The name of the application transaction by which the table knows the part."""
        return f"{self.plan_id}/{self.part}"


@dataclass(frozen=True)
class PartFiles:
    """A part that is ready to be committed: a file in either table, without rows if need be.

    `skipped` counts the part's rows that are in neither, by the reason why.
    """

    plan_id: str
    part: int
    certificates: PartFile
    refused: PartFile
    skipped: Mapping[str, int]

    def file_in(self, table: str) -> PartFile:
        return self.certificates if table == CERTIFICATES else self.refused

    def new_file(self, table: str) -> NewFile:
        """What of it is to be committed to a table."""
        return NewFile(self.plan_id, self.part, self.file_in(table), self.skipped)


class WorkingFile:
    """Where to write one Parquet file of a table; `new_file` is there once the block has ended well."""

    def __init__(self, registry: Path, table: str, plan_id: str, part: int, key: FileKey | None) -> None:
        self.path = registry / table / temporary_name(plan_id, part)
        self._plan_id, self._part, self._key = plan_id, part, key
        self._finished: PartFile | None = None

    @property
    def new_file(self) -> NewFile:
        if self._finished is None:
            raise RuntimeError(f"{self.path}: is not finished")
        return NewFile(self._plan_id, self._part, self._finished)

    def finish(self, temporary: Path) -> str:
        """Looks at a file that is whole and gives the name that it is to have."""
        temporary.chmod(PRIVATE_FILE)
        self._finished = _describe(temporary, self._plan_id, self._part, self._key)
        return self._finished.name


class WorkingPart:
    """Where to write the two Parquet files of a part; `files` is there once the block has ended well.

    `skipped` is to be counted up for rows that go to neither.
    """

    def __init__(self, certificates: WorkingFile, refused: WorkingFile) -> None:
        self.certificates, self.refused = certificates.path, refused.path
        self.skipped: Counter[str] = Counter()
        self._files = certificates, refused

    @property
    def files(self) -> PartFiles:
        certificates, refused = (file.new_file for file in self._files)
        return PartFiles(
            certificates.plan_id, certificates.part, certificates.file, refused.file, dict(+self.skipped)
        )


@contextmanager
def new_table_file(
    registry: Path, table: str, plan_id: str, part: int, key: FileKey | None = None
) -> Iterator[WorkingFile]:
    """Gives a path to write to; the file is durable under its name when the block ends well.

    It is authenticated by a key, if any. Where the block does not end well, it is of no account: one that got
    its name is an orphan. Raises OSError.
    """
    working = WorkingFile(registry, table, plan_id, part, key)
    with durable.new_part_file(working.path, working.finish):
        working.path.touch(PRIVATE_FILE, exist_ok=False)  # private from the first byte on
        yield working


@contextmanager
def new_part(registry: Path, plan_id: str, part: int, key: FileKey) -> Iterator[WorkingPart]:
    """The same for the two files of a part: the key is for its certificates. Raises OSError."""
    with (
        new_table_file(registry, CERTIFICATES, plan_id, part, key) as certificates,
        new_table_file(registry, REFUSED, plan_id, part) as refused,
    ):
        yield WorkingPart(certificates, refused)


def _describe(path: Path, plan_id: str, part: int, key: FileKey | None) -> PartFile:
    """Reads what there is to say of a file from its bytes and its Parquet footer."""
    with path.open("rb", buffering=0) as file:
        sha256, gmac = hashlib.sha256(), None if key is None else key.new_mac()
        n_bytes = read_through(file, sha256, *([gmac] if gmac else []))
    footer = pq.read_metadata(path)
    least, greatest = _range_of_shot_ids(footer)
    return PartFile(
        name=part_file_name(plan_id, part, sha256.hexdigest()),
        rows=footer.num_rows,
        bytes=n_bytes,
        sha256=sha256.hexdigest(),
        min_shot_id=least,
        max_shot_id=greatest,
        gmac=gmac.hexdigest() if gmac else None,
    )


def _range_of_shot_ids(footer: pq.FileMetaData) -> tuple[str | None, str | None]:
    """The least and the greatest, or twice None where there are none or a row group does not tell."""
    column = footer.schema.to_arrow_schema().get_field_index("shot_id")
    if column < 0:
        return None, None
    groups = [footer.row_group(number).column(column).statistics for number in range(footer.num_row_groups)]
    if not groups or not all(group is not None and group.has_min_max for group in groups):
        return None, None
    return min(group.min for group in groups), max(group.max for group in groups)
