"""Verification in bulk of files that lie about their rows, or change while they are read: nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_footers import IN_COLUMN, IN_FILE, IN_GROUP, write_lying

from signer.campaign import verify_parts
from signer.campaign.verify_codes import CodeBatch, batches_of
from signer.campaign.verify_parts import Part, cut_into_parts
from signer.errors import InputUnreadable
from signer.verifying.codes import read_codes

TEXTS = [f"HC1:{row}" for row in range(12_345)]
ALL = {IN_FILE, IN_COLUMN, IN_GROUP}
FEW = [(n, places) for n in (0, -5, 100) for places in ({IN_GROUP}, {IN_FILE, IN_GROUP}, {IN_COLUMN})]
MANY = [(n, places) for n in (10**9, 2**63 - 1) for places in ({IN_FILE}, {IN_COLUMN}, {IN_GROUP}, ALL)]


def ignore(_n: int) -> None:
    """The rows of a piece, which nobody numbers on."""


def batches(parts: list[Part]) -> list[CodeBatch]:
    return [batch for part in parts for batch in batches_of(part, ignore)]


def rows_and_failures(parts: list[Part]) -> list[tuple[int | None, str]]:
    """The row of each code, and why there is none."""
    return [
        (row, str(batch.failures.get(at, "")))
        for batch in batches(parts)
        for at, row in enumerate(batch.row.to_pylist())
    ]


@pytest.mark.parametrize(("n_rows", "places"), [*FEW, *MANY, (-5, ALL)])
def test_a_footer_that_lies_about_rows_is_one_damaged_file(
    tmp_path: Path, n_rows: int, places: set[int]
) -> None:
    """Rows were once left out silently, and a thousand million of them ran for ever."""
    file = write_lying(tmp_path / "x.parquet", TEXTS, n_rows, places)
    ((row, failure),) = rows_and_failures(cut_into_parts([str(file)]))
    assert row is None
    assert "cannot be read" in failure
    with pytest.raises(InputUnreadable, match="damaged"):
        list(read_codes(str(file)))


def test_rows_that_are_named_everywhere_but_are_not_there_are_one_failure_a_part(tmp_path: Path) -> None:
    """It was one for each row that a stranger cares to name."""
    file = write_lying(tmp_path / "x.parquet", TEXTS, 10**6, ALL)
    found = rows_and_failures(cut_into_parts([str(file)]))
    assert [row for row, failure in found if not failure] == list(range(1, 12_346))
    step = verify_parts.PART_ROWS
    assert [row for row, failure in found if failure] == [12_346, step + 1, 2 * step + 1, 3 * step + 1]
    with pytest.raises(InputUnreadable, match="1000000 rows are named, and 12345 are there"):
        list(read_codes(str(file)))


@pytest.mark.parametrize("kind", ["txt", "csv", "ndjson"])
def test_lines_that_are_cut_off_while_they_are_read_are_a_failure(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest was once left out silently; with the same times and size told, only its reading can tell."""
    file = tmp_path / f"x.{kind}"
    file.write_text("hc1\n" + "".join(f'{{"hc1": "HC1:{row}"}}\n' for row in range(1000)))
    parts = cut_into_parts([str(file)])
    os.truncate(file, 5_000)
    monkeypatch.setattr("signer.campaign.verify_codes.identity_of", lambda _path: parts[0].identity)
    found = rows_and_failures(parts)
    assert len(found) > 100
    assert "cannot be read from row" in found[-1][1]


@pytest.mark.parametrize("kind", ["parquet", "txt"])
def test_a_file_that_is_exchanged_before_it_is_read_is_a_failure(tmp_path: Path, kind: str) -> None:
    """Rows of the one were once mixed with rows of the other."""
    file, other = tmp_path / f"x.{kind}", tmp_path / f"y.{kind}"
    for path, first in ((file, "HC1:A"), (other, "HC1:B")):
        if kind == "parquet":
            pq.write_table(pa.table({"hc1": [first] * 9}), path)
        else:
            path.write_text(f"{first}\n" * 9)
    parts = cut_into_parts([str(file)])
    other.replace(file)
    ((row, failure),) = rows_and_failures(parts)
    assert row is None
    assert failure.endswith("the file was changed while it was read; start again")


def test_a_file_that_is_written_to_while_it_is_read_is_a_failure_from_there_on(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("HC1:A\n" * 20_000)
    (part,) = cut_into_parts([str(file)])
    reading = batches_of(part, ignore)
    first = next(reading)
    with file.open("a") as more:
        more.write("HC1:B\n")
    (last,) = reading
    assert not first.failures
    assert list(last.failures) == [0]
