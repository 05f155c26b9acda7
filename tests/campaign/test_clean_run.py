"""A cleaning run reads what was attested, or ends."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from attesting.made_certificates_of_places import YEAR, make_ca, make_signer
from cli.clean_runs import as_csv, write_hers, write_people

from signer.attesting import sign_file, signature_path
from signer.campaign import clean_results
from signer.campaign.clean_run import CleanOrder, clean_shots
from signer.errors import DiskFull, InputUnreadable
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


def written(out: Path) -> dict[str, bytes]:
    """All files but the summary, which tells the memory and the time."""
    files = (path for path in out.rglob("*") if path.is_file() and path.name != "summary.json")
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


def test_the_files_are_the_same_however_much_memory_there_is(order: CleanOrder, tmp_path: Path) -> None:
    """With little the lists are written before the sheets, with much beside them."""
    faults = [{"full_name": "Lê Hoa"}, {"person_id": None}, {"date_of_birth": "1980-03-29"}, {}]
    rows = [{**fault, "facility": f"01-{place:04}"} for place in range(30) for fault in faults]
    shots = write_hers(tmp_path / "many.parquet", rows)
    made = []
    for memory in ("600MB", "4GB"):
        out = tmp_path / memory
        given = replace(order, shots=[shots], authorities=None, memory_limit=memory, out=out)
        clean_shots(given, lambda *_: None, lambda: 0.0)
        made.append(written(out))
    assert made[0] == made[1]
    assert sum("/01-" in name for name in made[0]) == 30


@pytest.mark.parametrize("memory", ["600MB", "4GB"])
def test_a_list_that_cannot_be_written_ends_the_run_and_leaves_nothing(
    order: CleanOrder, monkeypatch: pytest.MonkeyPatch, memory: str
) -> None:
    def full(*_: object) -> int:
        raise DiskFull("unverified_persons.csv: no space")

    monkeypatch.setattr(clean_results, "write_unverified_persons", full)
    with pytest.raises(DiskFull, match="unverified_persons"):
        clean_shots(replace(order, memory_limit=memory), lambda *_: None, lambda: 0.0)
    assert not list(order.out.parent.glob("out*"))
