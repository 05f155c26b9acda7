"""Which rows of those that are due are chosen, and in which order they are put down."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from signer.renewing import DueCertificates

NIGHT_BEGAN, DUE_TONIGHT, DUE_BY = 2_000, 5_000, 6_000
N = 200


@pytest.fixture
def rows() -> list[tuple[int, int, int, bool]]:
    """File, row in it, exp and whether it is held back; many expire at the same time."""
    draw = random.Random(7)
    places = draw.sample([(file, row) for file in range(5) for row in range(80)], N)
    return [(*place, draw.randrange(4_000, 7_000, 500), draw.random() < 0.3) for place in places]


@pytest.fixture
def due(rows: list[tuple[int, int, int, bool]]) -> DueCertificates:
    database = duckdb.connect()
    database.execute("CREATE MACRO is_held_back(refused_at, signed_at) AS refused_at IS NOT NULL")
    database.execute(
        "CREATE TABLE in_force"
        " (shot_id VARCHAR, file BIGINT, row_in_file BIGINT, exp TIMESTAMPTZ, iat TIMESTAMPTZ)"
    )
    database.execute("CREATE TABLE refused_renewals (shot_id VARCHAR, refused_at BIGINT)")
    for number, (file, row, exp, held_back) in enumerate(rows):
        database.execute(
            "INSERT INTO in_force VALUES ($1, $2, $3, to_timestamp($4), to_timestamp(0))",
            [str(number), file, row, exp],
        )
        if held_back:
            database.execute("INSERT INTO refused_renewals VALUES ($1, 1)", [str(number)])
    return DueCertificates(database, DUE_BY, NIGHT_BEGAN)


@pytest.mark.parametrize("left_out", [-N, -1, 0, 1, 2, N])  # of what is due and not held back
def test_those_that_expire_soonest_are_chosen_and_of_those_held_back_all_that_are_due_tonight(
    due: DueCertificates, rows: list[tuple[int, int, int, bool]], tmp_path: Path, left_out: int
) -> None:
    soonest = sorted(
        (exp, file, row) for file, row, exp, held_back in rows if exp <= DUE_BY and not held_back
    )
    n_most = max(0, len(soonest) - left_out)
    again = [(file, row) for file, row, exp, held_back in rows if exp <= DUE_TONIGHT and held_back]
    assert again
    selected = due.select(n_most, DUE_TONIGHT, tmp_path / "selected.parquet")
    chosen = [(file, row, False) for _, file, row in soonest[:n_most]]
    expected = sorted(chosen + [(file, row, True) for file, row in again])
    found = pq.read_table(tmp_path / "selected.parquet").to_pylist()
    assert [(row["file"], row["row_in_file"], row["held_back"]) for row in found] == expected
    assert (selected.n_rows, selected.n_held_back) == (len(expected), len(again))
