"""How a night of renewing is cut into parts."""

from __future__ import annotations

import pytest

from signer.campaign.renew_parts import cut_renewal


def sizes(rows_of_files: list[int], rows_per_part: int) -> list[int]:
    return [part.n_rows for part in cut_renewal(rows_of_files, rows_per_part, b"k")]


def test_a_part_ends_with_its_file_where_that_is_large_enough() -> None:
    assert sizes([96, 97, 95], 100) == [96, 97, 95]


def test_a_large_file_is_cut_into_equal_parts() -> None:
    assert sizes([250, 40], 100) == [83, 83, 84, 40]


def test_small_files_share_a_part() -> None:
    assert sizes([10] * 12, 100) == [50, 50, 20]


@pytest.mark.parametrize("rows_per_part", [1, 2, 7, 100, 1000])
def test_parts_follow_each_other_and_leave_no_row_out(rows_per_part: int) -> None:
    rows_of_files = [3, 1, 250, 40, 99, 1, 1]
    parts = cut_renewal(rows_of_files, rows_per_part, b"k")
    assert [part.number for part in parts] == list(range(len(parts)))
    assert [row for part in parts for row in range(part.first_row, part.first_row + part.n_rows)] == list(
        range(sum(rows_of_files))
    )
    assert max(part.n_rows for part in parts) <= rows_per_part
