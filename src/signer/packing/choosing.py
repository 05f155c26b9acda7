"""The first look at all certificates: which are selected, and to which group each of them belongs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signer.errors import InputUnreadable
from signer.packing.certificate_files import CertificateFile, read_batches
from signer.packing.places import place_keys
from signer.packing.selection import NotFound, Selection, Sieve
from signer.packing.withdrawn import NOTHING_WITHDRAWN, Withdrawn

__all__ = ["GROUPED_BY", "NOT_CHOSEN", "Choice", "Group", "choose"]

Group = tuple[str, ...]
"""What the certificates of a group have in common: places as in GROUPED_BY, as `place_key` has them."""

GROUPED_BY: dict[str, tuple[str, ...]] = {
    "none": (),
    "province": ("province",),
    "facility": ("province", "district", "facility"),  # names of facilities repeat between districts
}
LOOKED_AT = ("uvci", "shot_id", "province", "district", "facility", "iat")
NOT_CHOSEN = -1
MOST_GROUPS = 200_000
"""Far more than a country has facilities: a file for each person is not to come about by mistake."""


@dataclass(frozen=True)
class Choice:
    """The groups in order, the rows of each, and for each row over all files the number of its group.

    That is NOT_CHOSEN where the row is not selected. It takes four bytes a row of the input.
    """

    groups: Sequence[Group]
    counts: Sequence[int]
    group_of_row: npt.NDArray[np.int32]
    not_found: Sequence[NotFound]

    @property
    def n_rows(self) -> int:
        return sum(self.counts)

    def row_groups(self, file: CertificateFile) -> Iterator[int]:
        """The row groups of a file in which something is selected."""
        row = file.first_row
        for number, n_rows in enumerate(file.group_rows):
            if np.any(self.group_of_row[row : row + n_rows] != NOT_CHOSEN):
                yield number
            row += n_rows


def choose(
    files: Sequence[CertificateFile], selection: Selection, by: str, withdrawn: Withdrawn = NOTHING_WITHDRAWN
) -> Choice:
    """Selects the rows of all files but those withdrawn, and puts them in the groups of GROUPED_BY[by].

    Raises InputUnreadable where a file is damaged, a selected certificate has no uvci, or there are more
    groups than MOST_GROUPS.
    """
    sieve, groups = Sieve(selection), _Groups(GROUPED_BY[by])
    group_of_row = np.full(sum(file.n_rows for file in files), NOT_CHOSEN, np.int32)
    for file in files:
        for row, batch in read_batches(file, LOOKED_AT):
            chosen = sieve(batch, withdrawn.in_force(row, len(batch)))
            rows = batch.filter(chosen)
            _refuse_nameless(file, row, batch, chosen)
            group_of_row[row : row + len(batch)][chosen.to_numpy(zero_copy_only=False)] = groups.numbers(rows)
            if len(groups) > MOST_GROUPS:
                raise InputUnreadable(
                    f"{file.path}: more than {MOST_GROUPS} different places to pack by;"
                    f" are the columns {', '.join(GROUPED_BY[by])} right? or pack by none"
                )
    return _in_order(groups, group_of_row, sieve.not_found())


def _refuse_nameless(
    file: CertificateFile, first_row: int, batch: pa.RecordBatch, chosen: pa.BooleanArray
) -> None:
    is_empty = pc.equal(pc.fill_null(batch.column("uvci"), ""), "")
    nameless = pc.index(pc.and_(chosen, is_empty), True).as_py()
    if nameless >= 0:
        row = first_row - file.first_row + nameless
        raise InputUnreadable(f"{file.path}: row {row} has no uvci; pack files as signer issue wrote them")


class _Groups:
    """Numbers the groups as they come up."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self.by_group: dict[Group, int] = {}

    def __len__(self) -> int:
        return len(self.by_group)

    def numbers(self, rows: pa.RecordBatch) -> npt.NDArray[np.int32]:
        """The number of each row's group."""
        codes = np.zeros(len(rows), np.int64)
        texts: list[list[str]] = []
        for column in self._columns:
            encoded = place_keys(rows.column(column)).dictionary_encode()
            texts.append(encoded.dictionary.to_pylist())
            codes = codes * len(texts[-1]) + encoded.indices.to_numpy()
        different, places = np.unique(codes, return_inverse=True)
        numbers = [self._number(code, texts) for code in different.tolist()]
        return np.array(numbers, np.int32)[places]

    def _number(self, code: int, texts: Sequence[Sequence[str]]) -> int:
        group: list[str] = []
        for of_column in reversed(texts):
            code, index = divmod(code, len(of_column))
            group.append(of_column[index])
        return self.by_group.setdefault(tuple(reversed(group)), len(self.by_group))


def _in_order(groups: _Groups, group_of_row: npt.NDArray[np.int32], not_found: Sequence[NotFound]) -> Choice:
    """Numbers the groups anew, in the order of their texts: it must not depend on the order of the rows."""
    in_order = sorted(groups.by_group)
    new_numbers = np.empty(len(in_order) + 1, np.int32)
    new_numbers[[groups.by_group[group] for group in in_order]] = np.arange(len(in_order))
    new_numbers[NOT_CHOSEN] = NOT_CHOSEN  # the last one, where the rows that are not chosen find it
    np.take(new_numbers, group_of_row, out=group_of_row, mode="wrap")
    counts = np.bincount(group_of_row[group_of_row != NOT_CHOSEN], minlength=len(in_order))
    return Choice(in_order, counts.tolist(), group_of_row, not_found)
