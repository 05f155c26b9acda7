"""A cleaning run reads what was attested, or ends."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from attesting.made_certificates_of_places import YEAR, make_ca, make_signer
from cli.clean_runs import as_csv, write_hers, write_people

from signer.attesting import sign_file, signature_path
from signer.campaign.clean_run import CleanOrder, clean_shots
from signer.errors import InputUnreadable
from signer.keys import load_signatory

NOW = datetime.now(UTC)
IN_FORCE = {"begin": NOW - timedelta(days=1), "end": NOW + YEAR}


@pytest.fixture
def order(tmp_path: Path) -> CleanOrder:
    """Of one signed CSV."""
    ca = make_ca(**IN_FORCE)
    ca.write(tmp_path / "cas", "root")
    shots = as_csv(write_hers(tmp_path / "shots.parquet", [{}]))
    signatory = load_signatory(*make_signer(ca, **IN_FORCE).write(tmp_path / "own", "facility"), None, None)
    signature_path(shots).write_bytes(sign_file(shots, signatory, NOW))
    return CleanOrder(
        shots=[shots],
        population=[write_people(tmp_path / "people.parquet")],
        out=tmp_path / "out",
        authorities=tmp_path / "cas",
        corrections=(),
        previous=None,
        sheets="csv",
        profile=None,
        today=date(2022, 4, 14),
        now=NOW,
        memory_limit="1GB",
        n_workers=1,
    )


def test_a_signed_csv_is_taken_and_every_reading_is_heard(order: CleanOrder) -> None:
    heard: list[tuple[int, int]] = []
    done = clean_shots(order, lambda *rows: heard.append(rows), lambda: 0.0)
    assert (done.summary.verified, done.summary.files_set_aside) == (1, 0)
    assert heard[-1] == (5, 5)  # the shot twice, the person three times
    assert heard == sorted(heard)


def test_a_signed_csv_that_is_exchanged_while_the_run_is_going_on_ends_it(order: CleanOrder) -> None:
    """It was brought into Parquet from what may have been another file than that which was checked."""

    def exchange(_done: int, _total: int) -> None:
        os.utime(order.shots[0], ns=(1, 1))

    with pytest.raises(InputUnreadable, match=r"shots\.csv: was changed or exchanged"):
        clean_shots(order, exchange, lambda: 0.0)
    assert not list(order.out.parent.glob("out*"))
